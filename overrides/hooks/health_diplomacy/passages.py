"""The lines by which a topic page takes a paragraph from an essay.

Bad:  `--8<-- "essays/defense.md:defense-9"`   Good:  `--8<-- "essays/defense.md:defense-5"`
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .documents import Document

LINE = re.compile(r'^--8<-- "(?P<target>[^"\n]*)"$', re.MULTILINE)
# Whatever was meant as such a line, also with the dashes that editors put in by themselves.
ATTEMPT = re.compile(r"^(?!<!-- --8<-- \[(?:start|end):).*[-‐-―]+8[<‹][-‐-―]+.*$", re.MULTILINE)


@dataclass(frozen=True)
class Passage:
    """One transclusion: the file it names, the paragraph's id, the line it stands on."""

    uri: str
    paragraph: str
    line: int


def read_passages(document: Document) -> list[Passage]:
    """The paragraphs that a page takes, in order."""
    found = []
    for match in LINE.finditer(document.text, document.body_start):
        uri, _, paragraph = match["target"].partition(":")
        found.append(Passage(uri, paragraph, document.line_at(match.start("target"))))
    return found


def malformed(document: Document) -> list[int]:
    """The lines that look like a transclusion but would not work as one."""
    good = {match.start() for match in LINE.finditer(document.text, document.body_start)}
    tried = ATTEMPT.finditer(document.text, document.body_start)
    return [document.line_at(match.start()) for match in tried if match.start() not in good]


def with_stand_ins(document: Document) -> str:
    """The body with a stand-in for each passage: a paragraph that carries its id, and `stand_in` as its words."""
    return ATTEMPT.sub(_stand_in, document.body)


def stand_in(paragraph: str) -> str:
    """The words that stand for a passage where a page is read by itself."""
    return f"passage {paragraph}"


def _stand_in(match: re.Match[str]) -> str:
    line = LINE.fullmatch(match[0])
    paragraph = line["target"].partition(":")[2].strip() if line else ""
    return f"{stand_in(paragraph)}\n{{ #{paragraph} }}" if re.fullmatch(r"[\w-]+", paragraph) else ""
