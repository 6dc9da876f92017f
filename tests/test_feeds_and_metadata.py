"""What feed readers, search engines, language models, home screens and sharing places get of the hosted site."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from health_diplomacy.outputs.markdown_pages import without_attributes
from selectolax.lexbor import LexborHTMLParser

from tests.reading import ESSAYS, SITE_URL, SOURCES, address_of, front_matter, page
from tests.sources import content

ATOM = "{http://www.w3.org/2005/Atom}"


def changed(site: Path, source: str) -> str:
    """The day since which a page is as it is, as it says itself to machines."""
    about = json.loads(page(site, address_of(source)).css_first("script[type='application/ld+json']").text())
    node = next(each for each in about["@graph"] if each.get("@id") == SITE_URL + address_of(source))
    return node.get("dateModified", node["datePublished"])


def test_the_feeds_have_every_page_once_the_newest_change_first(hosted):
    feed = ElementTree.parse(hosted / "feed.xml").getroot()
    entries = [
        {part: entry.findtext(f"{ATOM}{part}", "") for part in ("id", "title", "updated")}
        for entry in feed.iter(f"{ATOM}entry")
    ]
    pages = {SITE_URL + address_of(source): source for source in SOURCES}
    assert sorted(entry["id"] for entry in entries) == sorted(pages)
    for entry in entries:
        source = pages[entry["id"]]
        assert entry["title"] == front_matter(source)["title"]
        assert entry["updated"] == f"{changed(hosted, source)}T00:00:00Z"
    days = [entry["updated"] for entry in entries]
    assert [feed.findtext(f"{ATOM}updated", ""), *days] == sorted([days[0], *days], reverse=True)
    as_json = json.loads((hosted / "feed.json").read_text(encoding="utf-8"))
    assert [item["url"] for item in as_json["items"]] == [entry["id"] for entry in entries]
    assert as_json["feed_url"] == f"{SITE_URL}feed.json"


@pytest.mark.parametrize("source", SOURCES)
def test_a_page_has_a_markdown_version_with_its_words_and_no_placeholders(hosted, source):
    twin = (hosted / source).read_text(encoding="utf-8")
    assert twin.startswith(f"# {front_matter(source)['title']}\n")
    assert SITE_URL + address_of(source) in twin
    outside_code = re.sub(r"(?ms)^(`{3,}).*?^\1$|(`+)[^`\n]+\2", "", twin)
    assert not re.search(r"--8<--|<!--|\{ ?[#.:]|\[@", outside_code)


@pytest.mark.parametrize("essay", ESSAYS)
def test_an_essays_markdown_version_has_every_word(hosted, essay):
    twin = (hosted / f"essays/{essay}.md").read_text(encoding="utf-8")
    paragraphs = page(hosted, f"essays/{essay}/").css(".hd-para > p[id]")
    assert paragraphs
    for paragraph in paragraphs:
        words = "".join(node.text() for node in paragraph.css("span[id]"))
        assert re.sub(r"\s", "", words) in re.sub(r"\s", "", twin)


def test_the_evidences_markdown_version_has_every_claim_with_its_verdict_and_sources(hosted):
    twin = "".join((hosted / f"evidence/{essay}.md").read_text(encoding="utf-8") for essay in ESSAYS)
    for claim in json.loads((hosted / "evidence/claims.json").read_text(encoding="utf-8")):
        part = next(part for part in twin.split("### ") if claim["permalink"] in part)
        assert claim["quote"] in part
        assert claim["finding"] in part
        assert all(f"{each['id'][-1]}. “{each['words']}”: **" in part for each in claim["parts"])
        assert len(re.findall(r"^\d+\. ", part, re.MULTILINE)) == len(claim["sources"])


def test_what_machines_read_first_lists_every_page(hosted):
    llms, sitemap, robots = (
        (hosted / name).read_text(encoding="utf-8") for name in ("llms.txt", "sitemap.xml", "robots.txt")
    )
    assert sorted(re.findall(r"(?m)^- \[.+?\]\((.+?)\): \S", llms)) == [SITE_URL + source for source in SOURCES]
    assert set(re.findall("<loc>(.+?)</loc>", sitemap)) == {SITE_URL + address_of(source) for source in SOURCES}
    assert f"\nSitemap: {SITE_URL}sitemap.xml\n" in robots
    assert "Disallow" not in robots


def test_the_manifest_names_icons_of_the_sizes_it_says(hosted):
    manifest = json.loads((hosted / "site.webmanifest").read_text(encoding="utf-8"))
    for icon in manifest["icons"]:
        head = (hosted / icon["src"]).read_bytes()[:24]
        assert head.startswith(b"\x89PNG")
        assert icon["sizes"] == f"{int.from_bytes(head[16:20])}x{int.from_bytes(head[20:24])}"


@pytest.mark.parametrize("source", SOURCES)
def test_a_shared_page_is_shown_by_its_name_description_and_whole_address(hosted, source):
    html = page(hosted, address_of(source))
    said = {node.attributes["property"]: node.attributes["content"] for node in html.css("meta[property]")}
    assert said["og:title"] == front_matter(source)["title"]
    assert said["og:description"] == front_matter(source)["description"]
    assert said["og:url"] == SITE_URL + address_of(source)
    assert said["og:image"].startswith(SITE_URL)
    assert (hosted / said["og:image"].removeprefix(SITE_URL)).is_file()


def test_the_offline_copy_has_nothing_that_only_servers_developers_and_machines_use(offline):
    for file in offline.rglob("*.html"):
        html = LexborHTMLParser(file.read_text(encoding="utf-8"))
        assert html.css("meta[property], link[rel=manifest], link[type='application/atom+xml']") == []
    files = content(offline)
    unused = (
        ".map",
        ".md",
        ".xml",
        ".webmanifest",
        "404.html",
        "feed.json",
        "search_index.json",
        "llms.txt",
        "robots.txt",
    )
    assert [path for path in files if path.endswith(unused) or "/lunr/" in path] == []
    assert [path for path in files if path.endswith((".js", ".css")) and b"sourceMappingURL" in files[path]] == []


def test_the_markdown_version_of_a_page_has_no_attribute_lists_except_in_code():
    code = "`{ .a }`\n\n``` { .yaml .copy }\na: { .b }\n```\n\n> ~~~\n> { .c }\n> ~~~\n"
    page = "## Heading { #id }\n\nWords{ .d }, `code`{ .e }.\n{ .f }\n\n"
    assert without_attributes(page + code) == "## Heading\n\nWords, `code`.\n\n" + code
