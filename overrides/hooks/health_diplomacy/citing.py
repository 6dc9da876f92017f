"""How to cite a page, a paragraph or a claim: in words, as BibTeX and as CSL-JSON.

The words stand on the page, the other two in small files beside it, which reference managers open.
Each citation carries the permalink and the date of the text, and where the words are an essay's,
what the public record holds about them: a quotation takes its caveat along.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from babel.dates import format_date
from babel.numbers import format_decimal

from .evidence import Claim, claims_page
from .frontmatter import Essay
from .library import Library, Paragraph
from .references import Item, bibtex, date_parts, in_words


@dataclass(frozen=True)
class Forms:
    """One citation in its three forms, and the name of its files."""

    key: str
    words: str
    bibtex: str
    csl: str


@dataclass(frozen=True)
class Desk:
    """Writes the citations of one site at its permalinks."""

    library: Library
    home: str
    name: str
    words: Mapping[str, str]
    """The site's own words: `paragraph`, `sentence`, `record`, `reviewed`, `unsigned` and one for each verdict."""
    language: str = "en"

    def day(self, day: datetime.date) -> str:
        """A day in words."""
        return format_date(day, "long", locale=self.language)

    def iso_day(self, day: str) -> str:
        """A day in words, from its form as data, such as 2026-11-24."""
        return self.day(datetime.date.fromisoformat(day))

    def size(self, count: int) -> str:
        """A number of bytes as people know it, in decimal units (IEC 80000-13)."""
        large = count >= 1_000_000
        return f"{format_decimal(round(count / (1_000_000 if large else 1000), int(large)), locale=self.language)} {'MB' if large else 'kB'}"

    def permalink(self, uri: str, fragment: str = "") -> str:
        """Where a page, or a place on it, stands online, whichever copy is being read."""
        return f"{self.home}{hosted(uri)}{'#' if fragment else ''}{fragment}"

    def claim_permalink(self, claim: Claim) -> str:
        """Where a claim stands online, with its note and sources."""
        return self.permalink(claims_page(self.library.paragraphs[claim.paragraph].essay.id), claim.id)

    def files(self) -> dict[str, str]:
        """The citation of every page, paragraph and claim as BibTeX and CSL-JSON, by their place below the site."""
        library = self.library
        forms = [
            *map(self.page, library.pages),
            *map(self.paragraph, library.paragraphs.values()),
            *map(self.claim, library.claims_in_order),
        ]
        written: dict[str, str] = {}
        for each in forms:
            written[bibtex_file(each.key)] = each.bibtex
            written[csl_file(each.key)] = f"[{each.csl}]\n"
        return written

    def page(self, uri: str) -> Forms:
        """The citation of a page."""
        page = self.library.pages[uri]
        unsigned = f"{self.words['unsigned']}." if isinstance(page, Essay) else ""
        return self._forms(self.permalink(uri), page.title, self.library.changed_on(uri) or page.published, unsigned)

    def paragraph(self, paragraph: Paragraph) -> Forms:
        """The citation of an essay's paragraph, with the verdict of each of its sentences."""
        essay, claims = paragraph.essay, self.library.claims_of(paragraph.id)
        verdicts = "; ".join(
            f"{self.words['sentence'].lower()} {each.sentence}, {self.words[each.verdict].lower()}" for each in claims
        )
        title = f"{essay.title}, {self.words['paragraph'].lower()} {paragraph.number}"
        page = self.library.pages[essay.uri]
        reviewed = min((each.reviewed for each in claims), default=None)
        return self._forms(
            self.permalink(essay.uri, paragraph.id), title, page.published, self._caveat(verdicts, reviewed)
        )

    def claim(self, claim: Claim) -> Forms:
        """The citation of a claim: where its sentence stands, and its verdict."""
        paragraph = self.library.paragraphs[claim.paragraph]
        place = (
            f"{self.words['paragraph'].lower()} {paragraph.number}, {self.words['sentence'].lower()} {claim.sentence}"
        )
        caveat = self._caveat(self.words[claim.verdict].lower(), claim.reviewed)
        return self._forms(self.claim_permalink(claim), f"{paragraph.essay.title}, {place}", claim.reviewed, caveat)

    def _caveat(self, verdicts: str, reviewed: datetime.date | None) -> str:
        unsigned = f"{self.words['unsigned']}."
        return (
            f"{unsigned} {self.words['record']}: {verdicts} ({self.words['reviewed']} {self.day(reviewed)})."
            if reviewed
            else unsigned
        )

    def _forms(self, address: str, title: str, day: datetime.date, note: str) -> Forms:
        place, _, fragment = address.removeprefix(self.home).partition("#")
        key = fragment or place.strip("/").replace("/", "-") or "home"
        item: Item = {
            "id": f"{self.name.lower().replace(' ', '-')}-{key}",
            "type": "webpage",
            "title": title,
            "container-title": self.name,
            "issued": date_parts(day.isoformat()),
            "URL": address,
        }
        return _kept(key, json.dumps({**item, "note": note.rstrip(".")} if note else item, ensure_ascii=False))


def bibtex_file(key: str) -> str:
    """Where a citation stands below the site as BibTeX."""
    return f"cite/{key}.bib"


def csl_file(key: str) -> str:
    """Where a citation stands below the site as CSL-JSON."""
    return f"cite/{key}.csl.json"


def hosted(uri: str) -> str:
    """The address of a source's page below the site's: `essays/defense.md` is at `essays/defense/`."""
    stem = uri.removesuffix(".md")
    return "" if stem == "index" else f"{stem.removesuffix('/index')}/"


@cache
def _kept(key: str, written: str) -> Forms:
    """The forms of one citation, worked out once: `mkdocs serve` asks for the same ones at every change."""
    item = json.loads(written)
    return Forms(key, f"{in_words([item])[0]} {item['URL']}", bibtex(item), written)
