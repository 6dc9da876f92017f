"""Checks on claims: every sentence has one, with verdicts on its words, short notes and known sources."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from diagnostics import Diagnostic, did_you_mean

from health_diplomacy.content import schema
from health_diplomacy.content.documents import Document
from health_diplomacy.content.essays import Block
from health_diplomacy.content.field_types import A_YEAR, MARKUP
from health_diplomacy.content.schema import Claim, Source
from health_diplomacy.lint import Fault, dates

# Anything meant as a citation, but not an email address.
CITATION_ATTEMPT = re.compile(r"(?<!\w)@[\w-]*|\[@[^\]]*\]?")
BRACKETED = re.compile(r"\[\^?(?P<id>[\w-]+)\](?!\()")
CLOSING = "\"'”’)"
SENTENCE_END = re.compile(rf"(?<=[.!?])[{CLOSING}]*\s+")
"""Also matches after "U.S.", so a sentence may be counted as too short but never as too long."""
LineOf = Callable[..., int]
"""The line of a claim's value, by its keys."""


def check(
    claims: Mapping[str, Claim], sources: Mapping[str, Source], data: Document, paragraphs: Mapping[str, Block] | None
) -> list[Diagnostic]:
    """All problems with claims. Quotes are compared with `paragraphs` (by id) if given."""
    faults = list(_quotes(claims, data, paragraphs)) if paragraphs is not None else []
    for index, claim in enumerate(claims.values()):
        line_of = partial(data.meta_line, index)
        for rule in (_parts, _verdict, _lengths, _finding):
            faults += rule(claim, line_of)
        faults += _notes(claim, sources, line_of)
        limit = dates.HALF_A_YEAR if claim.verdict == "disputed" else A_YEAR
        faults += (
            (line_of(key), "E08", f"'{claim.id}' {what}", hint)
            for key, what, hint in dates.check_review(claim.reviewed, claim.review_by, limit=limit)
        )
    return [Diagnostic(data.path, *fault) for fault in faults]


def _quotes(claims: Mapping[str, Claim], data: Document, paragraphs: Mapping[str, Block]) -> Iterator[Fault]:
    """Claims whose quote is not the sentence of their number, and sentences without a claim."""
    index_of = {id: index for index, id in enumerate(claims)}
    for claim in claims.values():
        if claim.paragraph not in paragraphs:
            otherwise = "name a paragraph such as defense-5, then the sentence's number"
            hint = did_you_mean(claim.paragraph, paragraphs, otherwise)
            line = data.meta_line(index_of[claim.id], "id")
            yield line, "E03", f"there is no paragraph '{claim.paragraph}'", hint
    in_order = sorted(claims.values(), key=lambda claim: claim.sentence)
    for id, paragraph in paragraphs.items():
        rest, number, last = paragraph.text, 1, 1
        for claim in in_order:
            if claim.paragraph != id:
                continue
            last = data.meta_line(index_of[claim.id], "id")
            if claim.sentence != number:
                break
            if not _begins(rest, claim.quote):
                hint = f"copy the sentence from {id}: it begins '{' '.join(rest.split()[:5])}'"
                if not rest:
                    hint = f"remove this claim: {id} has no such sentence"
                line = data.meta_line(index_of[claim.id], "quote")
                yield line, "E03", f"the quote of '{claim.id}' does not match that sentence", hint
                rest = ""
                break
            rest, number = rest[len(claim.quote) :].lstrip(), number + 1
        if rest:
            what = f"the sentence '{' '.join(rest.split()[:6])} …' of {id} has no claim"
            yield last, "E03", what, f"add an entry with the id {id}-{number}"


def _begins(rest: str, quote: str) -> bool:
    """Whether a text begins with a quote, which ends like a sentence."""
    return f"{rest} ".startswith(f"{quote} ") and quote.rstrip(CLOSING)[-1:] in ".!?"


def _parts(claim: Claim, line_of: LineOf) -> Iterator[Fault]:
    """Parts that are out of order or overlap, and whose words occur in the sentence never or twice."""
    end = 0
    for number, (part, letter) in enumerate(zip(claim.parts, "abcd", strict=False)):
        name = f"part '{part.id}' of '{claim.id}'"
        if part.id != letter:
            hint = f"write '{letter}': parts are lettered from a, in the sentence's order"
            yield line_of("parts", number, "id"), "E13", f"{name} is out of order", hint
        count = claim.quote.count(part.words)
        start = claim.quote.find(part.words)
        if count != 1:
            times = f"occur {count} times" if count else "do not occur"
            what = f"{times} in the quote"
            hint = "include more of the words around them" if count else "copy them from the quote"
        elif start < end:
            what = f"overlap those of part '{claim.parts[number - 1].id}' or come before them"
            hint = "end one part where the next begins, in the sentence's order"
        else:
            end = start + len(part.words)
            continue
        yield line_of("parts", number, "words"), "E13", f"the words of {name} {what}", hint
        break


def _verdict(claim: Claim, line_of: LineOf) -> Iterator[Fault]:
    """A verdict that does not follow from those of the parts, and an aim that is not documented."""
    verdict = schema.verdict_of(claim.parts)
    if claim.verdict != verdict:
        parts = ", ".join(f"{part.id} {part.verdict}" for part in claim.parts)
        what = f"the verdict of '{claim.id}' is '{claim.verdict}', and its parts are: {parts}"
        hint = f"write '{verdict}', which follows from them, or change the verdict of a part"
        yield line_of("verdict"), "E14", what, hint
    for number, part in enumerate(claim.parts):
        if part.as_aim and part.verdict != "documented":
            what = f"part '{part.id}' of '{claim.id}' is '{part.verdict}', so it is not documented as an aim"
            yield line_of("parts", number, "as_aim"), "E14", what, "remove this line"


def _lengths(claim: Claim, line_of: LineOf) -> Iterator[Fault]:
    """Findings, notes and sentences of notes with too many words."""
    texts = [(line_of("finding"), f"the finding of '{claim.id}' has", claim.finding, schema.FINDING_WORDS)]
    for number, part in enumerate(claim.parts):
        line, note = line_of("parts", number, "note"), f"the note of part '{part.id}' of '{claim.id}'"
        texts.append((line, f"{note} has", part.plain_note, schema.NOTE_WORDS))
        sentences = SENTENCE_END.split(part.plain_note)
        texts += [(line, f"a sentence in {note} has", sentence, schema.SENTENCE_WORDS) for sentence in sentences]
    together = f"{claim.finding} {claim.plain_note}"
    texts.append((line_of("finding"), f"finding and notes of '{claim.id}' together have", together, schema.CLAIM_WORDS))
    for line, what, text, most in texts:
        count = len(text.split())
        if count > most:
            yield line, "E10", f"{what} {count} words", f"use at most {most}"


def _finding(claim: Claim, line_of: LineOf) -> Iterator[Fault]:
    """Citations and markup in a finding, which is plain text."""
    found = CITATION_ATTEMPT.search(claim.finding) or MARKUP.search(claim.finding)
    if found:
        what = f"'{found[0]}' in the finding of '{claim.id}' is shown literally"
        yield line_of("finding"), "E12", what, "write plain text; sources are cited in the parts' notes"


def _notes(claim: Claim, sources: Mapping[str, Source], line_of: LineOf) -> Iterator[Fault]:
    """Malformed citations, unknown sources, too few sources for a verdict, and markup in notes."""
    for number, part in enumerate(claim.parts):
        line, name = line_of("parts", number, "note"), f"part '{part.id}' of '{claim.id}'"
        for words in CITATION_ATTEMPT.findall(schema.CITATION.sub("", part.note)):
            what = f"'{words}' in the note of {name} is not a citation"
            yield line, "E05", what, "write it as [@id] or [@id; @other-id]"
        unmarked = [mark for mark in BRACKETED.finditer(part.note) if mark["id"] in sources]
        for mark in unmarked:
            yield line, "E05", f"'{mark[0]}' in the note of {name} has no @", f"write [@{mark['id']}]"
        unknown = [key for key in part.cited if key not in sources]
        for key in unknown:
            hint = did_you_mean(key, sources, "add it to docs/evidence/sources.yml")
            yield line, "E04", f"there is no source '{key}'", hint
        origins = {sources[key].origin for key in part.cited if key in sources and sources[key].read_as_published}
        if (
            part.verdict in schema.NEED_SOURCES
            and len(origins) < schema.SOURCES_REQUIRED
            and not unknown
            and not unmarked
        ):
            count = f"{len(origins)} independent source{'' if len(origins) == 1 else 's'}"
            what = f"{name} is '{part.verdict}' and cites {count} read on the publisher's site"
            hint = (
                f"cite at least {schema.SOURCES_REQUIRED} of different publishers, none of which repeats another, "
                "or choose another verdict"
            )
            yield line, "E06", what, hint
        markup = next((mark for mark in MARKUP.finditer(part.plain_note) if mark[0].strip("[^]") not in sources), None)
        if markup:
            what = f"'{markup[0]}' in the note of {name} is shown literally"
            hint = "write plain text: a note has no Markdown and no HTML, only [@id] for its sources"
            yield line, "E12", what, hint
