"""What feed readers, search engines, language models, home screens and sharing places get of the hosted site."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from health_diplomacy.outputs.markdown_pages import without_attributes
from selectolax.lexbor import LexborHTMLParser

from tests.reading import ESSAYS, ROOT, SITE_URL, SOURCES, address_of, page

ATOM = "{http://www.w3.org/2005/Atom}"


def front(source: str) -> dict:
    """A page's front matter."""
    return yaml.safe_load((ROOT / "docs" / source).read_text(encoding="utf-8").split("---\n")[1])


def changed(site: Path, source: str) -> str:
    """The day since which a page is as it is, as it says itself to machines."""
    about = json.loads(page(site, address_of(source)).css_first("script[type='application/ld+json']").text())
    node = next(each for each in about["@graph"] if each.get("@id") == SITE_URL + address_of(source))
    return node.get("dateModified", node["datePublished"])


def test_the_feed_has_every_page_once_the_newest_change_first(hosted):
    feed = ElementTree.parse(hosted / "feed.xml").getroot()
    entries = {entry.find(f"{ATOM}id").text: entry for entry in feed.iter(f"{ATOM}entry")}
    assert entries.keys() == {SITE_URL + address_of(source) for source in SOURCES}
    days = [entry.findtext(f"{ATOM}updated", "") for entry in feed.iter(f"{ATOM}entry")]
    assert days == sorted(days, reverse=True)
    assert feed.find(f"{ATOM}updated").text == days[0]
    for source in SOURCES:
        said = front(source)
        entry = entries[SITE_URL + address_of(source)]
        assert entry.find(f"{ATOM}title").text == said["title"]
        assert entry.find(f"{ATOM}updated").text == f"{changed(hosted, source)}T00:00:00Z"


def test_the_json_feed_says_the_same(hosted):
    feed = json.loads((hosted / "feed.json").read_text(encoding="utf-8"))
    entries = ElementTree.parse(hosted / "feed.xml").getroot().iter(f"{ATOM}entry")
    assert [item["url"] for item in feed["items"]] == [entry.findtext(f"{ATOM}id") for entry in entries]
    assert feed["feed_url"] == f"{SITE_URL}feed.json"


@pytest.mark.parametrize("source", SOURCES)
def test_a_page_has_a_markdown_version_with_its_words_and_no_placeholders(hosted, source):
    twin = (hosted / source).read_text(encoding="utf-8")
    assert twin.startswith(f"# {front(source)['title']}\n")
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


def test_llms_txt_lists_every_markdown_version(hosted):
    listed = re.findall(r"^- \[.+?\]\((.+?)\): \S", (hosted / "llms.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(SITE_URL + source for source in SOURCES)


def test_robots_may_read_everything_and_find_the_sitemap(hosted):
    text = (hosted / "robots.txt").read_text(encoding="utf-8")
    assert f"\nSitemap: {SITE_URL}sitemap.xml\n" in text
    assert "Disallow" not in text


def test_the_sitemap_gives_the_day_on_which_each_page_changed_where_it_is_known(hosted):
    text = (hosted / "sitemap.xml").read_text(encoding="utf-8")
    said = {}
    for entry in re.findall(r"<url>.*?</url>", text, re.DOTALL):
        said[re.search(r"<loc>(.+?)</loc>", entry)[1]] = re.search(r"<lastmod>(.+?)</lastmod>", entry)
    assert said.keys() == {SITE_URL + address_of(source) for source in SOURCES}
    for source in SOURCES:
        day = said[SITE_URL + address_of(source)]
        assert day is None or day[1] == changed(hosted, source)


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
    assert said["og:title"] == front(source)["title"]
    assert said["og:description"] == front(source)["description"]
    assert said["og:url"] == SITE_URL + address_of(source)
    assert said["og:image"].startswith(SITE_URL)
    assert (hosted / said["og:image"].removeprefix(SITE_URL)).is_file()


def test_the_offline_copy_names_nothing_that_only_the_hosted_site_has(offline):
    for file in offline.rglob("*.html"):
        html = LexborHTMLParser(file.read_text(encoding="utf-8"))
        assert html.css("meta[property], link[rel=manifest], link[type='application/atom+xml']") == []
    hosted_only = ("feed.xml", "feed.json", "llms.txt", "robots.txt", "site.webmanifest", "about.md")
    assert [name for name in hosted_only if (offline / name).exists()] == []


def test_the_markdown_version_of_a_page_has_no_attribute_lists_except_in_code():
    code = "`{ .a }`\n\n``` { .yaml .copy }\na: { .b }\n```\n\n> ~~~\n> { .c }\n> ~~~\n"
    page = "## Heading { #id }\n\nWords{ .d }, `code`{ .e }.\n{ .f }\n\n"
    assert without_attributes(page + code) == "## Heading\n\nWords, `code`.\n\n" + code
