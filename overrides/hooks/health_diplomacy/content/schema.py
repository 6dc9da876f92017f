"""The records in YAML lists: claims, sources, terms and images.

Notes cite sources in Pandoc's syntax:
`Six countries were under 10% [@emro-2021-coverage; @hasan-2022-inequities].`
"""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Annotated, Literal, get_args

from pydantic import ConfigDict, Field, StringConstraints

from health_diplomacy.content.field_types import (
    Address,
    Day,
    Language,
    PartialDate,
    PlainLine,
    Record,
    SingleLine,
    Slug,
    Slugs,
    Strict,
)

Verdict = Literal["documented", "partly-documented", "disputed", "not-attributable", "opinion"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
SourceKind = Literal["institution", "journal", "news"]
SOURCE_KINDS: tuple[SourceKind, ...] = get_args(SourceKind)
SourceType = Literal[
    "article",
    "article-journal",
    "article-magazine",
    "article-newspaper",
    "book",
    "chapter",
    "interview",
    "post-weblog",
    "report",
    "speech",
    "webpage",
]
PartVerdict = Literal["documented", "disputed", "not-attributable", "opinion"]
NEED_SOURCES: frozenset[Verdict] = frozenset({"documented", "disputed"})
SOURCES_REQUIRED = 2
"""Independent sources that a part with one of these verdicts must cite. The method page states the same."""

FINDING_WORDS = 25
NOTE_WORDS = 35
CLAIM_WORDS = 90
SENTENCE_WORDS = 30
"""Maximum lengths in words, without citations: of a finding, a part's note, both together, and any sentence of them."""

CITATION = re.compile(r"(?P<space>\s*)\[(?P<keys>@[a-z0-9-]+(?:; ?@[a-z0-9-]+)*)\]")

LICENSES = {
    "MIT": "https://spdx.org/licenses/MIT.html",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "public-domain": "",
}


class Source(Record):
    """Something that readers can open: its address, its publisher, and the facts taken from it."""

    noun, invalid_code, duplicate_code = "source", "E01", "E02"

    id: Slug
    """Never changes once published: it is part of the address."""
    kind: SourceKind
    """What kind of publisher it has: an institution, a scholarly journal, or the news."""
    type: SourceType
    """What it is, by its name in the Citation Style Language 1.0.2, appendix III."""
    title: SingleLine
    """As the source gives it."""
    title_from_address: bool = False
    """True if the title was taken from the address."""
    author: list[SingleLine] = []
    """A person as 'Family, Given'; an organization by its name; 'others' for the rest."""
    publisher: SingleLine
    """The journal, newspaper, agency or institution that published it."""
    issued: PartialDate | None = None
    """Year, month or day of publication; left out where none is given."""
    language: Language
    """The language it is in, as in ISO 639."""
    url: Address
    """Where to open it."""
    doi: Annotated[str, StringConstraints(pattern=r"^10\.\d{4,9}/\S+$")] | None = None
    """Its Digital Object Identifier."""
    read_at: SingleLine | None = None
    """The host of the copy that was read, if that isn't the publisher's."""
    relays: SingleLine | None = None
    """Whose statement it repeats without adding to it, named as in 'publisher'."""
    seen: Day | None = None
    """The day its text was last read, if known."""
    archived: Address | None = None
    """The address of an archived copy."""
    facts: Annotated[list[SingleLine], Field(min_length=1)]
    """The facts taken from it, in the site's own words."""

    @property
    def read_as_published(self) -> bool:
        """Whether it was read at the publisher's address, under its own title."""
        return not self.read_at and not self.title_from_address

    @property
    def origin(self) -> str:
        """Whose statement it is. Sources with the same origin are not independent."""
        return (self.relays or self.publisher).casefold()


class Part(Strict):
    """Some words of a sentence, and what the public record shows about them."""

    model_config = ConfigDict(use_attribute_docstrings=True)
    noun = "part"

    id: Annotated[str, StringConstraints(pattern=r"^[a-d]$")]
    """A letter, from a in the sentence's order; never changes once published."""
    words: SingleLine
    """Words copied from the sentence, where they occur only once."""
    verdict: PartVerdict
    """How much of these words the public record supports."""
    as_aim: bool = False
    """True if the words are documented as an aim only: someone states it, but no source shows the result."""
    note: SingleLine
    """What the record shows, with its sources as [@id] or [@id; @other-id]."""

    @property
    def cited(self) -> tuple[str, ...]:
        """The ids of its sources, in the order in which the note first cites them."""
        return cited_in(self.note)

    @property
    def label(self) -> str:
        """The verdict's name among the UI strings."""
        return "documented_as_aim" if self.as_aim else self.verdict

    @property
    def plain_note(self) -> str:
        return CITATION.sub("", self.note)


class Claim(Record):
    """A sentence of an essay and what the public record shows about it."""

    noun, invalid_code, duplicate_code = "claim", "E01", "E02"
    nested = {"parts": Part}

    id: Annotated[Slug, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*-\d+-\d+$")]
    """The paragraph's id and the sentence's number in it, from 1."""
    quote: SingleLine
    """The sentence, word for word."""
    kind: Literal["factual", "evaluative", "definition", "outlook"]
    """What sort of statement the sentence makes."""
    verdict: Verdict
    """How much of the sentence the public record supports; follows from its parts."""
    finding: SingleLine
    """What was found, in one short sentence."""
    parts: Annotated[list[Part], Field(min_length=1, max_length=4)]
    """The words that have a verdict of their own, in the sentence's order, without overlap."""
    reviewed: Day
    """The day on which verdicts and notes were last checked against their sources."""
    review_by: Day
    """The day by which the next check is due."""

    @property
    def label(self) -> str:
        """The verdict's name among the UI strings, which also says where “documented” holds for part of the words."""
        labels = {part.label for part in self.parts}
        if self.verdict == "documented" and "opinion" in labels:
            return "documented_except_opinion"
        return "documented_as_aim" if labels == {"documented_as_aim"} else self.verdict

    @property
    def note(self) -> str:
        """The parts' notes as one text."""
        return " ".join(part.note for part in self.parts)

    @property
    def plain_note(self) -> str:
        return CITATION.sub("", self.note)

    @cached_property
    def cited(self) -> tuple[str, ...]:
        """The ids of its sources, in the order in which the parts' notes first cite them."""
        return cited_in(self.note)

    @property
    def paragraph(self) -> str:
        """The id of the sentence's paragraph."""
        return self.id.rpartition("-")[0]

    @property
    def sentence(self) -> int:
        """The sentence's number in its paragraph, from 1."""
        return int(self.id.rpartition("-")[2])

    def part_id(self, part: Part) -> str:
        """A part's id in addresses and data, such as `defense-5-1-a`."""
        return f"{self.id}-{part.id}"

    @property
    def marked_quote(self) -> list[tuple[str, Part | None]]:
        """The quote as runs of text, each with its part. Lint ensures that the quote contains every part's words."""
        runs: list[tuple[str, Part | None]] = []
        rest = self.quote
        for part in self.parts:
            before, _, rest = rest.partition(part.words)
            runs += [(before, None), (part.words, part)]
        return [run for run in [*runs, (rest, None)] if run[0]]

    def cited_runs(self, note: str) -> list[str | tuple[int, ...]]:
        """A note as runs of text and citations. A citation has its sources' positions in `cited`, from 1."""
        runs: list[str | tuple[int, ...]] = []
        end = 0
        for citation in CITATION.finditer(note):
            runs += [note[end : citation.start()], tuple(self.cited.index(key) + 1 for key in _keys(citation))]
            end = citation.end()
        return [run for run in [*runs, note[end:]] if run]


def verdict_of(parts: Sequence[Part]) -> Verdict:
    """The verdict of a sentence with these parts. The method page states the same rule."""
    verdicts = {part.verdict for part in parts}
    if "disputed" in verdicts:
        return "disputed"
    if verdicts == {"opinion"}:
        return "opinion"
    checkable = verdicts - {"opinion"}
    if checkable == {"documented"}:
        return "documented"
    return "partly-documented" if "documented" in checkable else "not-attributable"


def cited_in(note: str) -> tuple[str, ...]:
    """The ids of the sources that a note cites, without duplicates."""
    return tuple(dict.fromkeys(key for citation in CITATION.finditer(note) for key in _keys(citation)))


class Reference(Strict):
    """Where a definition can be checked."""

    noun = "source"

    title: SingleLine
    publisher: SingleLine
    url: Address


class Term(Record):
    """A glossary entry. `sources` may be empty only where the essays themselves are the source."""

    noun, invalid_code, duplicate_code = "term", "G03", "G01"
    nested = {"sources": Reference}

    id: Slug
    term: PlainLine
    short: Annotated[PlainLine, StringConstraints(max_length=160)]
    more: SingleLine | None = None
    aliases: list[SingleLine] = []
    in_notes: list[SingleLine] = []
    see: Slugs = []
    sources: Annotated[list[Reference], Field(max_length=4)] = []


class Image(Record):
    """An image and its credit. `file` is its path in the docs folder."""

    noun, invalid_code, duplicate_code, key = "picture", "I04", "I04", "file"

    file: SingleLine
    author: SingleLine
    license: Literal["MIT", "CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "public-domain"]
    source: Address | None = None

    @property
    def license_url(self) -> str:
        """The address of the license's text; empty for the public domain."""
        return LICENSES[self.license]


def _keys(citation: re.Match[str]) -> list[str]:
    return [key.strip().removeprefix("@") for key in citation["keys"].split(";")]
