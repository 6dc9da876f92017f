"""Former addresses: each leads on to the page that has its words now, hosted and in the offline copy."""

import re
import threading
from functools import partial
from http.server import ThreadingHTTPServer

import pytest
from linkcheck import check

from tests.browsing import SUB_PATH, Pages
from tests.conftest import SITE_URL, build
from tests.reading import ROOT
from tests.test_mistakes import copy_sources, edit
from tests.test_theme import assert_names_its_scripts

REDIRECTS = {
    "old.md": "about.md",
    "topics/peace.md": "topics/peace-building.md",
    "start.md": "index.md",
    "term.md": "glossary.md#ummah",
}


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    root = copy_sources(tmp_path_factory.mktemp("redirects") / "sources")
    lines = "".join(f"\n      {old}: {new}" for old, new in REDIRECTS.items())
    edit(root, {"file": "mkdocs.yml", "replace": "    redirect_maps:", "with": f"    redirect_maps:{lines}"})
    hosted, offline = root.parent / "hosted", root.parent / "offline"
    for site, settings in ((hosted, {}), (offline, {"OFFLINE": "true"})):
        done = build(site, root, **settings)
        assert done.returncode == 0, done.stdout + done.stderr
    return {"hosted": hosted, "offline": offline}


@pytest.fixture(params=["hosted", "offline"])
def site(request, sites):
    return sites[request.param]


def test_every_page_of_a_site_with_redirects_allows_only_scripts_that_are_named(site):
    pages = list(site.rglob("*.html"))
    assert len([file for file in pages if "has moved" in file.read_text(encoding="utf-8")]) == len(REDIRECTS)
    for file in pages:
        assert_names_its_scripts(file.read_text(encoding="utf-8"))


def test_the_link_checker_finds_nothing_wrong_with_redirects(sites):
    found = [*check(sites["hosted"], site_url=SITE_URL, source=ROOT), *check(sites["offline"], source=ROOT)]
    assert not found, "\n".join(map(str, found))


def addresses(site, hosted: bool) -> list[tuple[str, str]]:
    """Former addresses and where they lead to, from the root of a site."""
    if hosted:
        return [("old/#text", "about/#text"), ("topics/peace/", "topics/peace-building/"), ("start/", "")]
    return [("old.html#text", "about.html#text"), ("term.html", "glossary.html#ummah"), ("start.html", "index.html")]


@pytest.mark.browser
@pytest.mark.parametrize("with_scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_former_address_leads_to_the_new_one(site, sites, browser, with_scripts):
    hosted = site == sites["hosted"]
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Pages, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}{SUB_PATH}" if hosted else f"{site.as_uri()}/"
    context = browser.new_context(java_script_enabled=with_scripts)
    try:
        for old, new in addresses(site, hosted):
            tab = context.new_page()
            tab.goto(base + old)
            wanted = new if with_scripts else re.sub("#text$", "", new)  # a refresh cannot take a fragment along
            tab.wait_for_url(base + wanted)
            tab.close()
    finally:
        context.close()
        server.shutdown()
