"""Former addresses: each leads on to the page that has its words now, hosted and in the offline copy."""

import re

import pytest

from tests.browsing import served
from tests.conftest import REDIRECTS
from tests.test_theme import assert_allows_only_named_scripts


@pytest.fixture
def site(published, edition):
    return published / edition


def test_every_page_of_a_site_with_redirects_allows_only_named_scripts(site):
    pages = [file.read_text(encoding="utf-8") for file in site.rglob("*.html")]
    assert sum("has moved" in page for page in pages) == len(REDIRECTS)
    for page in pages:
        assert_allows_only_named_scripts(page)


NEW_ADDRESSES = {
    "hosted": {"old/#text": "about/#text", "topics/peace/": "topics/peace-building/", "start/": ""},
    "offline": {
        "old.html#text": "about.html#text",
        "term.html": "glossary.html#ummah",
        "topics/peace.html": "topics/peace-building.html",
        "start.html": "index.html",
    },
}


@pytest.mark.browser
@pytest.mark.parametrize("with_scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_former_address_leads_to_the_new_one(site, edition, browser, with_scripts):
    context = browser.new_context(java_script_enabled=with_scripts)
    with served(site) as address:
        base = address if edition == "hosted" else f"{site.as_uri()}/"
        tab = context.new_page()
        for old, new in NEW_ADDRESSES[edition].items():
            tab.goto(base + old)
            tab.wait_for_url(
                base + (new if with_scripts else re.sub("#text$", "", new))
            )  # a refresh drops the fragment
    context.close()
