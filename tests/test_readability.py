"""The site's own pages are in plain words: the Flesch-Kincaid grade of their sentences."""

import re

import pytest
from readability import KincaidGradeLevel
from readability.langdata import LANGDATA

from tests.reading import SOURCES, address_of, page, words

NOT_OURS = ["essays/collaborations.md", "essays/defense.md", "glossary.md"]
OTHERS_WORDS = "blockquote, q, code, .hd-serif, .hd-cite, .hd-findings, .hd-claim, .hd-rows, .hd-sources, .hd-terms"
SENTENCE = re.compile(r"\S.*?[.!?](?=[”)\s]|$)")


@pytest.mark.parametrize("source", [each for each in SOURCES if each not in NOT_OURS])
def test_a_page_can_be_read_after_nine_years_of_school(hosted, source):
    found = page(hosted, address_of(source))
    for node in found.css(OTHERS_WORDS):
        node.decompose()
    prose = [words(node) for node in found.css("article :is(p, li, dd, td):not(:has(p, li))")]
    sentences = [re.findall(r"[\w'’-]*\w", each) for text in prose for each in SENTENCE.findall(text)]
    tokens = [word.lower() for sentence in sentences for word in sentence]
    syllables = sum(max(1, LANGDATA["en"]["syllables"](word)) for word in tokens)
    grade = KincaidGradeLevel(syllables, len(tokens), len(sentences))
    print(f"{source}: grade {grade:.1f}, {len(sentences)} sentences")
    assert grade <= 9
