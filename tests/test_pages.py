"""Finding one's way: every page leads on, and every tie can be followed from both ends."""

from pathlib import Path

import pytest

from tests.reading import SITE_URL, SOURCES, TOPICS, address_of, front_matter, links, page, words
from tests.sources import copy_sources, must_build, replace

PAGES = [address_of(source) for source in SOURCES]
TOPIC_PAGES = [address_of(source) for source in TOPICS]


def test_everything_is_two_clicks_from_home_at_most(hosted):
    near = {"", *links(hosted, "")}
    reached = near | {target for address in near & set(PAGES) for target in links(hosted, address)}
    assert set(PAGES) <= reached


def test_every_page_is_linked_from_outside_the_menu(hosted):
    linked = {target for address in PAGES for target in links(hosted, address, "article a[href]") if target != address}
    assert set(PAGES) - {""} <= linked


def test_every_page_says_what_to_read_next_and_why(hosted):
    for address in PAGES:
        (onward,) = page(hosted, address).css(".hd-next")
        assert links(hosted, address, ".hd-next a")[0] in PAGES
        assert len(words(onward.css_first("span:last-child"))) > 20, address


def test_every_page_has_one_main_heading_and_a_title_of_its_own(hosted):
    found = [page(hosted, address) for address in PAGES]
    assert [len(each.css("h1")) for each in found] == [1] * len(PAGES)
    assert len({words(each.css_first("title")) for each in found}) == len(PAGES)


def related(hosted: Path, topic: str) -> dict[str, str]:
    """The related topics that a topic shows, each with its reason."""
    reasons = page(hosted, topic).css(".hd-related li p")
    return dict(zip(links(hosted, topic, ".hd-related__topic"), map(words, reasons), strict=True))


@pytest.mark.parametrize("topic", TOPIC_PAGES)
def test_related_topics_give_a_reason_and_lead_back(hosted, topic):
    shown = related(hosted, topic)
    assert shown
    for other, reason in shown.items():
        assert len(reason.split()) > 8
        assert related(hosted, other)[topic] == reason


@pytest.mark.parametrize("topic", TOPIC_PAGES)
def test_the_terms_of_a_topic_lead_to_the_glossary_and_the_glossary_leads_back(hosted, topic):
    terms = page(hosted, topic).css(".hd-terms dt a")
    assert len(terms) == len(front_matter(f"{topic.strip('/')}.md").get("terms", []))
    for term in terms:
        name = term.attributes["href"].removeprefix("../../glossary/#")
        assert topic in links(hosted, "glossary/", f"#{name} ~ .hd-note a")


def test_a_page_of_either_edition_names_its_place_online(hosted, offline):
    for source in SOURCES:
        link = f'<link rel="canonical" href="{SITE_URL}{address_of(source)}">'
        for file in (offline / source.replace(".md", ".html"), hosted / address_of(source) / "index.html"):
            assert link in file.read_text(encoding="utf-8"), file


@pytest.fixture(scope="module")
def edited_site(tmp_path_factory) -> Path:
    """The site of a page with characters that have a meaning in HTML, built where SITE_URL is set but empty."""
    root = copy_sources(tmp_path_factory.mktemp("edited") / "sources")
    for old, new in (
        ("title: Peace-building", 'title: "Peace & \\"trust\\", 1 < 2"'),
        ('question: "How do', 'question: "If 1 < 2 & 3 > 2, how do'),
        ('description: "How the', 'description: "How \\"the\\"'),
    ):
        replace(root, "docs/topics/peace-building.md", old, new)
    return must_build(root, root.parent / "site", SITE_URL="")


def test_an_empty_address_of_the_site_counts_as_none_given(edited_site):
    home = page(edited_site, "").css_first("link[rel=canonical]")
    assert home.attributes["href"] == "https://owner.example/health-diplomacy/"


def test_characters_with_a_meaning_in_html_are_shown_literally(edited_site):
    found = page(edited_site, "topics/peace-building/")
    assert words(found.css_first("h1")) == 'Peace & "trust", 1 < 2'
    assert words(found.css_first("title")) == 'Peace & "trust", 1 < 2 - Health Diplomacy'
    assert words(found.css_first(".hd-question")).startswith("If 1 < 2 & 3 > 2, how do")
    assert found.css_first("meta[name=description]").attributes["content"].startswith('How "the"')
    assert "1 < 2 &" not in page(edited_site, "").html
