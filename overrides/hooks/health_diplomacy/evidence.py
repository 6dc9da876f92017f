"""What the public record holds: one claim for each sentence of the essays, and the sources that claims cite.

Two YAML files are the one place where this is written. A claim's note cites its sources where it uses them,
as Pandoc does: `Six countries were under 10% [@emro-2021-coverage; @hasan-2022-inequities].`
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from .frontmatter import Address, Day, Line, Name, Strict

CLAIMS = "evidence/claims.yml"
SOURCES = "evidence/sources.yml"
CLAIMS_PAGE = "evidence/index.md"
"""Every sentence with its verdict; the notes stand on a page for each essay."""

SOURCES_PAGE = "evidence/sources.md"
METHOD_PAGE = "evidence/method.md"

Verdict = Literal["documented", "partly-documented", "disputed", "not-attributable", "opinion"]
VERDICTS: tuple[Verdict, ...] = ("documented", "partly-documented", "disputed", "not-attributable", "opinion")
Kind = Literal["institution", "journal", "news"]
KINDS: tuple[Kind, ...] = ("institution", "journal", "news")
DEMANDED: Mapping[Verdict, int] = {
    "documented": 2,
    "partly-documented": 2,
    "disputed": 2,
    "not-attributable": 1,
    "opinion": 1,
}
"""How many sources that stand at their publisher's a verdict needs; the method page says the same in words."""

NOTE_LENGTH = (60, 960)
"""How long a note may be, in characters without the marks of its sources."""

MARK = re.compile(r"(?P<space>\s*)\[(?P<keys>@[a-z0-9-]+(?:; ?@[a-z0-9-]+)*)\]")
# Whatever was meant as such a mark: an address of a person has its @ inside a word.
ATTEMPT = re.compile(r"(?<!\w)@[\w-]*|\[@[^\]]*\]?")

BRACKETED = re.compile(r"\[\^?(?P<id>[\w-]+)\](?!\()")
# What a note cannot hold: it is printed as it is written.
MARKUP = re.compile(
    r"\*\*|__|`|!?\[[^\]@]*\]\([^)]*\)?|\[\^[\w-]+\]|</?[A-Za-z][^<>]*>|(?<![\w*])\*\w[^*]*\*|https?://\S+|&(?:[a-z]+|#\d+);"
)


def _as_written(value: Any) -> Any:
    """A date as text: YAML reads an unquoted 2021 as a number and 2021-05-26 as a day."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _in_the_calendar(value: str) -> str:
    """Bad: `"2021-02-30"`.  Good: `"2021-02-28"`, or `"2021-02"`."""
    try:
        datetime.date.fromisoformat((value + "-01-01")[:10])
    except ValueError:
        raise PydanticCustomError("no_such_day", "no such day", {"value": value}) from None
    return value


PartialDate = Annotated[
    str,
    BeforeValidator(_as_written),
    StringConstraints(pattern=r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"),
    AfterValidator(_in_the_calendar),
]


class Source(Strict):
    """Something that readers can open: where it stands, who published it, and what is taken from it."""

    id: Name = Field(description="Never changes once published: it is part of the address.")
    kind: Kind = Field(description="Who answers for it: an institution, a scholarly journal, or the news.")
    type: Literal[
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
    ] = Field(description="What it is, by its name in the Citation Style Language 1.0.2, appendix III.")
    title: Line = Field(description="As the source itself gives it.")
    title_from_address: bool = Field(False, description="True where only the address tells the title.")
    author: list[Line] = Field(
        [], description="A person as 'Family, Given'; an organization by its name; 'others' for the rest."
    )
    publisher: Line = Field(description="The journal, newspaper, agency or institution that published it.")
    issued: PartialDate | None = Field(
        None, description="Year, month or day of publication; left out where none is given."
    )
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")] = Field(
        description="The language it is in, as in ISO 639."
    )
    url: Address = Field(description="Where to open it.")
    doi: Annotated[str, StringConstraints(pattern=r"^10\.\d{4,9}/\S+$")] | None = Field(
        None, description="Its Digital Object Identifier."
    )
    read_at: Line | None = Field(
        None, description="The host of the copy that was read, where it was not read at its publisher's."
    )
    seen: Day | None = Field(
        None, description="The day its text was last read; left out where that was before days were noted."
    )
    archived: Address | None = Field(None, description="Where an archive keeps a copy.")
    facts: Annotated[list[Line], Field(min_length=1, description="What is taken from it, in this site's words.")]

    @property
    def good(self) -> bool:
        """Whether it was read at its publisher's, under its own title."""
        return not self.read_at and not self.title_from_address


class Claim(Strict):
    """A sentence of an essay and what the public record holds about it."""

    id: Annotated[Name, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*-\d+-\d+$")] = Field(
        description="The paragraph's id and the sentence's number in it, from 1."
    )
    quote: Line = Field(description="The sentence, word for word.")
    kind: Literal["factual", "evaluative", "definition", "outlook"] = Field(
        description="What sort of statement the sentence makes."
    )
    verdict: Verdict = Field(description="How far the public record bears the sentence out.")
    note: Line = Field(
        description="What the record holds, in one to three sentences, with its sources as [@id] or [@id; @other-id]."
    )
    reviewed: Day = Field(description="The day on which verdict and note were last held against their sources.")
    review_by: Day = Field(description="The day by which that is due again.")

    @property
    def cited(self) -> tuple[str, ...]:
        """The ids of its sources, in the order in which the note first cites them."""
        return tuple(dict.fromkeys(key for mark in MARK.finditer(self.note) for key in _keys(mark)))

    @property
    def paragraph(self) -> str:
        """The id of the paragraph that the sentence stands in."""
        return self.id.rpartition("-")[0]

    @property
    def sentence(self) -> int:
        """The sentence's number in its paragraph, from 1."""
        return int(self.id.rpartition("-")[2])

    @property
    def plain_note(self) -> str:
        """The note without the marks of its sources."""
        return MARK.sub("", self.note)


def claims_page(essay: str) -> str:
    """The page with the notes and sources of an essay's claims, by the essay's id."""
    return f"evidence/{essay}.md"


@dataclass(frozen=True)
class Piece:
    """A run of a note's words (`words`), or the sources cited after it (`numbers`, from 1, in the claim's own list)."""

    words: str = ""
    numbers: tuple[int, ...] = ()


def pieces(claim: Claim) -> list[Piece]:
    """A note in pieces, its citations numbered in the order of the claim's list of sources."""
    found: list[Piece] = []
    end = 0
    for mark in MARK.finditer(claim.note):
        numbers = tuple(claim.cited.index(key) + 1 for key in _keys(mark))
        found += [Piece(claim.note[end : mark.start()]), Piece(numbers=numbers)]
        end = mark.end()
    return [piece for piece in [*found, Piece(claim.note[end:])] if piece.words or piece.numbers]


def sentences(html: str, claims: Sequence[Claim]) -> list[tuple[Claim | None, str]]:
    """A paragraph's HTML cut into its sentences, each with its claim; whole and with none where that cannot be done."""
    found: list[tuple[Claim | None, str]] = []
    rest = html
    for claim in claims:
        words = escape(claim.quote, quote=False)
        if not rest.startswith(words):
            return [(None, html)]
        found.append((claim, words))
        rest = rest[len(words) :].lstrip()
    return found if found and not rest else [(None, html)]


def text(words: str) -> str:
    """Words as HTML text: quotation marks need no escape there, and citations are full of them."""
    return escape(words.strip(), quote=False)


def host(address: str) -> str:
    """The host of an address as people know it."""
    return (urlsplit(address).hostname or "").removeprefix("www.")


def malformed(note: str) -> list[str]:
    """What looks like the mark of a source in a note but is none."""
    return [match[0] for match in ATTEMPT.finditer(MARK.sub("", note))]


def _keys(mark: re.Match[str]) -> list[str]:
    return [key.strip().removeprefix("@") for key in mark["keys"].split(";")]
