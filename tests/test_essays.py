"""The essays are printed word for word, and every sentence can be found by topic."""

import hashlib
from pathlib import Path

import pytest

from tests.reading import ESSAYS, ROOT, SENTENCES, TOPICS, address_of, page, words

PARAGRAPHS = {"collaborations": 10, "defense": 7}
# SHA-256 of each essay as it was given: its titles, headings and paragraphs, one a line.
GIVEN = {
    "collaborations": "f78454a4d693ec1b144ea1476d0c7f79309b8105f3579dfa82554d4fcafd772d",
    "defense": "ba8941bd1efbb21a1a21081d7e2d8b035803eaa45fc45e845839d3ca6be35aad",
}


def paragraphs(site: Path, essay: str) -> list[tuple[str, str]]:
    """The (id, words) of an essay's paragraphs as published."""
    return [(node.id or "", words(node)) for node in page(site, f"essays/{essay}/").css(f"p[id^={essay}-]")]


def test_the_36_sentences_and_the_topics_that_the_site_began_with_are_there():
    assert len(SENTENCES) == len(set(SENTENCES)) == 36
    began_with = ("collaborations", "defense-health-diplomacy", "covid-19-response", "peace-building")
    assert {f"topics/{name}.md" for name in began_with} <= set(TOPICS)


@pytest.fixture(scope="module")
def printed(hosted: Path) -> str:
    """The paragraphs of the essays."""
    return " ".join(text for essay in ESSAYS for _, text in paragraphs(hosted, essay))


@pytest.fixture(scope="module")
def quoted(hosted: Path) -> str:
    """The passages under the topics."""
    passages = (node for topic in TOPICS for node in page(hosted, address_of(topic)).css(".hd-passage blockquote p"))
    return " ".join(map(words, passages))


@pytest.mark.parametrize("sentence", SENTENCES)
def test_every_sentence_is_printed_word_for_word_in_its_essay_and_under_a_topic(printed, quoted, sentence):
    assert sentence in printed
    assert sentence in quoted


@pytest.mark.parametrize("essay", GIVEN)
def test_an_essay_is_published_whole_and_in_its_own_order(hosted, essay):
    article = page(hosted, f"essays/{essay}/").css_first("article")
    for added in article.css(".hd-terms"):
        added.decompose()
    text = [words(node) for node in article.css(f"h1, h2, p[id^={essay}-]")]
    assert hashlib.sha256("\n".join(text).encode()).hexdigest() == GIVEN[essay]


@pytest.mark.parametrize(("essay", "count"), PARAGRAPHS.items())
def test_paragraphs_are_numbered_without_a_gap_and_have_visible_permalinks(hosted, essay, count):
    numbers = range(1, count + 1)
    assert [name for name, _ in paragraphs(hosted, essay)] == [f"{essay}-{number}" for number in numbers]
    permalinks = page(hosted, f"essays/{essay}/").css(".hd-para__number")
    shown = [(node.attributes["href"], words(node)) for node in permalinks]
    assert shown == [(f"#{essay}-{number}", f"¶ {number}") for number in numbers]


def test_the_words_of_the_essays_are_stored_once():
    sources = [file for file in (ROOT / "docs").rglob("*.md") if file.parent.name != "essays"]
    text = "\n".join(file.read_text(encoding="utf-8") for file in sources)
    assert [sentence for sentence in SENTENCES if sentence in text] == []


@pytest.mark.parametrize("essay", ESSAYS)
def test_the_essay_page_says_which_topics_use_each_paragraph(hosted, essay):
    used = {topic: page(hosted, address_of(topic)) for topic in TOPICS}
    for block in page(hosted, f"essays/{essay}/").css(".hd-para"):
        name = block.css_first("p[id]").attributes["id"]
        shown = [node.attributes["href"] for node in block.css(".hd-para__topics a")]
        expected = {f"../../{address_of(topic)}#{name}" for topic in TOPICS if used[topic].css(f".hd-passage #{name}")}
        assert expected, f"{name} is on no topic page"
        assert set(shown) == expected


@pytest.mark.parametrize("topic", TOPICS)
def test_every_passage_names_its_essay_and_paragraph_and_leads_to_it(hosted, topic):
    passages = page(hosted, address_of(topic)).css(".hd-passage")
    assert passages
    for passage in passages:
        essay, number = passage.css_first("p[id]").attributes["id"].rsplit("-", 1)
        place = passage.css_first(".hd-passage__place")
        assert words(place) == f"Essay {ESSAYS.index(essay) + 1}, ¶ {number}"
        assert place.attributes["href"] == f"../../essays/{essay}/#{essay}-{number}"
