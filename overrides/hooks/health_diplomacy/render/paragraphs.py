"""Finds essay paragraphs in a page's HTML, which `partials/paragraph.html` and `partials/passage.html` render."""

import re
from collections.abc import Callable, Sequence
from html import escape

from health_diplomacy.content.schema import Claim
from health_diplomacy.content.site import Paragraph, Site

PARAGRAPH = re.compile(r'<p id="(?P<id>[a-z0-9-]+-\d+)">(?P<html>.*?)</p>', re.DOTALL)


def render_paragraphs(html: str, site: Site, render: Callable[[Paragraph, str], str]) -> str:
    """A page's HTML with each paragraph of an essay replaced by `render(paragraph, its inner HTML)`."""

    def replace(match: re.Match[str]) -> str:
        paragraph = site.paragraphs.get(match["id"])
        return render(paragraph, match["html"]).strip() if paragraph else match[0]

    return PARAGRAPH.sub(replace, html)


def split_sentences(html: str, claims: Sequence[Claim]) -> list[tuple[Claim | None, str]]:
    """A paragraph's HTML as sentences with their claims, or unsplit without a claim if the quotes don't match."""
    sentences: list[tuple[Claim | None, str]] = []
    rest = html
    for claim in claims:
        quote = escape(claim.quote, quote=False)
        if not rest.startswith(quote):
            return [(None, html)]
        sentences.append((claim, quote))
        rest = rest[len(quote) :].lstrip()
    return sentences if sentences and not rest else [(None, html)]
