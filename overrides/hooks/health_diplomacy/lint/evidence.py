"""Checks on claims: every sentence has one, with verdicts on its words, short notes and known sources."""

import datetime
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from diagnostics import Diagnostic, did_you_mean

from health_diplomacy.content.documents import Document
from health_diplomacy.content.essays import Block
from health_diplomacy.content.field_types import A_YEAR, MARKUP
from health_diplomacy.content.schema import (
    CITATION,
    CLAIM_WORDS,
    FINDING_WORDS,
    NEED_SOURCES,
    NOTE_WORDS,
    SENTENCE_WORDS,
    SOURCES_REQUIRED,
    Claim,
    Part,
    Source,
    verdict_of,
)

# Anything meant as a citation, but no email address.
CITATION_ATTEMPT = re.compile(r"(?<!\w)@[\w-]*|\[@[^\]]*\]?")
BRACKETED = re.compile(r"\[\^?(?P<id>[\w-]+)\](?!\()")
CLOSING = "\"'”’)"
SENTENCE_END = re.compile(rf"(?<=[.!?])[{CLOSING}]*\s+")
"""Also matches after "U.S.", so a sentence may be counted as too short but never as too long."""


def check(
    claims: Mapping[str, Claim],
    sources: Mapping[str, Source],
    data: Document,
    paragraphs: Mapping[str, Block] | None,
    today: datetime.date,
) -> list[Diagnostic]:
    """All problems with claims. Quotes are compared with `paragraphs` (by id) if given."""
    lines = {id: data.meta_line(index, "id") for index, id in enumerate(claims)}
    return [
        *(_quotes(claims, data, paragraphs, lines) if paragraphs is not None else []),
        *_parts(claims, data),
        *_verdicts(claims, data),
        *_lengths(claims, data),
        *_citations(claims, sources, data),
        *_plain(claims, sources, data),
        *_dates(claims, data, today),
    ]


def _quotes(
    claims: Mapping[str, Claim], data: Document, paragraphs: Mapping[str, Block], lines: Mapping[str, int]
) -> Iterator[Diagnostic]:
    """Bad: a claim whose quote is not the sentence of its number, a sentence without a claim.

    Good: `collaborations-3-1` and `collaborations-3-2`, whose quotes make up the third paragraph.
    """
    by_paragraph: dict[str, list[Claim]] = defaultdict(list)
    for index, claim in enumerate(claims.values()):
        by_paragraph[claim.paragraph].append(claim)
        if claim.paragraph not in paragraphs:
            what = f"there is no paragraph '{claim.paragraph}'"
            otherwise = "name a paragraph such as defense-5, then the sentence's number"
            hint = did_you_mean(claim.paragraph, paragraphs, otherwise)
            yield Diagnostic(data.path, data.meta_line(index, "id"), "E03", what, hint)
    for id, paragraph in paragraphs.items():
        rest, number = paragraph.text, 1
        for claim in sorted(by_paragraph[id], key=lambda each: each.sentence):
            line = data.meta_line(list(claims).index(claim.id), "quote")
            if claim.sentence != number:
                break
            if not _begins(rest, claim.quote):
                hint = (
                    f"copy the sentence from {id}: it begins '{' '.join(rest.split()[:5])}'"
                    if rest
                    else f"{id} has no such sentence"
                )
                yield Diagnostic(
                    data.path, line, "E03", f"the quote of '{claim.id}' does not match that sentence", hint
                )
                rest = ""
                break
            rest, number = rest[len(claim.quote) :].lstrip(), number + 1
        if rest:
            last = [line for each, line in lines.items() if each.startswith(f"{id}-")]
            what = f"the sentence '{' '.join(rest.split()[:6])} …' of {id} has no claim"
            hint = f"add an entry with the id {id}-{number}"
            yield Diagnostic(data.path, max(last, default=1), "E03", what, hint)


def _begins(rest: str, quote: str) -> bool:
    return (
        rest.startswith(quote)
        and rest[len(quote) : len(quote) + 1] in ("", " ")
        and quote.rstrip(CLOSING)[-1:] in ".!?"
    )


def _parts(claims: Mapping[str, Claim], data: Document) -> Iterator[Diagnostic]:
    """Bad: words that are not in the sentence, or twice; parts a, c; parts that overlap.

    Good: part a and, later in the sentence, part b.
    """
    for index, claim in enumerate(claims.values()):
        end = 0
        for number, (part, letter) in enumerate(zip(claim.parts, "abcd", strict=False)):
            name = f"part '{part.id}' of '{claim.id}'"
            if part.id != letter:
                line = data.meta_line(index, "parts", number, "id")
                hint = f"write '{letter}': parts are lettered from a, in the sentence's order"
                yield Diagnostic(data.path, line, "E13", f"{name} is out of order", hint)
            line = data.meta_line(index, "parts", number, "words")
            count = claim.quote.count(part.words)
            if count != 1:
                times = f"occur {count} times" if count else "do not occur"
                hint = "add the words beside them" if count else "copy them from the quote"
                yield Diagnostic(data.path, line, "E13", f"the words of {name} {times} in the quote", hint)
                break
            start = claim.quote.index(part.words)
            if start < end:
                other = f"part '{claim.parts[number - 1].id}'"
                overlaps = start + len(part.words) > claim.quote.index(claim.parts[number - 1].words)
                what = f"the words of {name} {'overlap' if overlaps else 'come before'} those of {other}"
                hint = "end one where the other begins" if overlaps else "put the parts in the sentence's order"
                yield Diagnostic(data.path, line, "E13", what, hint)
                break
            end = start + len(part.words)


def _verdicts(claims: Mapping[str, Claim], data: Document) -> Iterator[Diagnostic]:
    """Bad: `documented` for a sentence with a part that is `disputed`.  Good: the verdict that follows from the parts."""
    for index, claim in enumerate(claims.values()):
        verdict = verdict_of(claim.parts)
        if claim.verdict != verdict:
            listed = ", ".join(f"{part.id} {part.verdict}" for part in claim.parts)
            what = f"the verdict of '{claim.id}' is '{claim.verdict}', and its parts are: {listed}"
            why = {
                "disputed": "a part is disputed",
                "opinion": "every part is opinion",
                "documented": "every part but opinions is documented",
                "not-attributable": "no part is documented or disputed",
                "partly-documented": "some parts are documented and others are not",
            }[verdict]
            hint = f"write '{verdict}', because {why}; or change the verdict of a part"
            yield Diagnostic(data.path, data.meta_line(index, "verdict"), "E14", what, hint)


def _lengths(claims: Mapping[str, Claim], data: Document) -> Iterator[Diagnostic]:
    """Bad: a note of half a page, a sentence of forty words.  Good: a finding in one line, a note of one to three sentences."""

    def too_long(what: str, text: str, most: int, line: int) -> list[Diagnostic]:
        count = len(text.split())
        return (
            [Diagnostic(data.path, line, "E10", f"{what} {count} words", f"use at most {most}")] if count > most else []
        )

    for index, claim in enumerate(claims.values()):
        finding_line = data.meta_line(index, "finding")
        found = too_long(f"the finding of '{claim.id}' has", claim.finding, FINDING_WORDS, finding_line)
        for number, part in enumerate(claim.parts):
            line = data.meta_line(index, "parts", number, "note")
            of = f"the note of part '{part.id}' of '{claim.id}'"
            found += too_long(f"{of} has", part.plain_note, NOTE_WORDS, line)
            for sentence in SENTENCE_END.split(part.plain_note):
                found += too_long(f"a sentence in {of} has", sentence, SENTENCE_WORDS, line)
        text = f"{claim.finding} {claim.plain_note}"
        what = f"finding and notes of '{claim.id}' together have"
        yield from found or too_long(what, text, CLAIM_WORDS, finding_line)


def _notes(claims: Mapping[str, Claim], data: Document) -> Iterator[tuple[Claim, Part, str, int]]:
    """Each part, with its name for messages and the line of its note."""
    for index, claim in enumerate(claims.values()):
        for number, part in enumerate(claim.parts):
            yield claim, part, f"part '{part.id}' of '{claim.id}'", data.meta_line(index, "parts", number, "note")


def _citations(claims: Mapping[str, Claim], sources: Mapping[str, Source], data: Document) -> Iterator[Diagnostic]:
    """Bad: `[@who2020]` where no source has that id; a documented part with one source.

    Good: `[@who-2020-report; @emro-2021-coverage]`, from two publishers.
    """
    for _, part, name, line in _notes(claims, data):
        for words in CITATION_ATTEMPT.findall(CITATION.sub("", part.note)):
            what = f"'{words}' in the note of {name} is not a citation"
            yield Diagnostic(data.path, line, "E05", what, "write it as [@id] or [@id; @other-id]")
        unknown = [key for key in part.cited if key not in sources]
        for key in unknown:
            hint = did_you_mean(key, sources, "add it to docs/evidence/sources.yml")
            yield Diagnostic(data.path, line, "E04", f"there is no source '{key}'", hint)
        origins = {sources[key].origin for key in part.cited if key in sources and sources[key].read_as_published}
        unmarked = any(mark["id"] in sources for mark in BRACKETED.finditer(part.note))  # has a message of its own
        if part.verdict in NEED_SOURCES and len(origins) < SOURCES_REQUIRED and not unknown and not unmarked:
            count = f"{len(origins)} independent source{'' if len(origins) == 1 else 's'}"
            what = f"{name} is '{part.verdict}' and cites {count} read on the publisher's site"
            hint = (
                f"cite at least {SOURCES_REQUIRED} of different publishers, none of which repeats another, "
                "or choose another verdict"
            )
            yield Diagnostic(data.path, line, "E06", what, hint)


def _plain(claims: Mapping[str, Claim], sources: Mapping[str, Source], data: Document) -> Iterator[Diagnostic]:
    """Bad: `[who-2021-report]`, `[^1]`, `**trust**`, `<b>` in a note.  Good: plain words, with `[@who-2021-report]` after the fact."""
    for index, claim in enumerate(claims.values()):
        line = data.meta_line(index, "finding")
        for mark in (*CITATION_ATTEMPT.findall(claim.finding), *(each[0] for each in MARKUP.finditer(claim.finding))):
            what = f"'{mark}' in the finding of '{claim.id}' is shown literally"
            yield Diagnostic(data.path, line, "E12", what, "write plain text; sources are cited in the parts' notes")
            break
    for _, part, name, line in _notes(claims, data):
        for mark in BRACKETED.finditer(part.note):
            if mark["id"] in sources:
                what = f"'{mark[0]}' in the note of {name} has no @"
                yield Diagnostic(data.path, line, "E05", what, f"write [@{mark['id']}]")
        found = next((each for each in MARKUP.finditer(part.plain_note) if each[0].strip("[^]") not in sources), None)
        if found:
            what = f"'{found[0]}' in the note of {name} is shown literally"
            hint = "write plain text: a note has no Markdown and no HTML, only [@id] for its sources"
            yield Diagnostic(data.path, line, "E12", what, hint)


def _dates(claims: Mapping[str, Claim], data: Document, today: datetime.date) -> Iterator[Diagnostic]:
    """Bad: `review_by` before `reviewed`, or a review in the future.  Good: a year between the two."""
    for index, claim in enumerate(claims.values()):
        if claim.review_by <= claim.reviewed:
            line = data.meta_line(index, "review_by")
            what = f"'{claim.id}' is due for review before it was reviewed"
            yield Diagnostic(data.path, line, "E08", what, "write a later day")
        if claim.review_by > claim.reviewed + A_YEAR:
            line = data.meta_line(index, "review_by")
            what = f"'{claim.id}' is due for review more than a year later"
            yield Diagnostic(data.path, line, "E08", what, "write a day within a year")
        if claim.reviewed > today:
            line = data.meta_line(index, "reviewed")
            what = f"'{claim.id}' was reviewed on a future date"
            yield Diagnostic(data.path, line, "E08", what, "write the day of the review")
