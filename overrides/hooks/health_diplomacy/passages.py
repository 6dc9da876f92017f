"""The lines by which a topic page takes a paragraph from an essay.

Bad:  `--8<-- "essays/defense.md:defense-9"`   Good:  `--8<-- "essays/defense.md:defense-5"`
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .documents import Document

LINE = re.compile(r"^[ \t]*-{1,}8<-{1,}[ \t]+(?P<quote>[\"'])(?P<target>[^\"'\n]*)(?P=quote)[ \t]*$", re.MULTILINE)
ATTEMPT = re.compile(r"^[ \t]*-{1,}8<-.*$", re.MULTILINE)


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
        found.append(Passage(uri.strip(), paragraph.strip(), document.line_at(match.start("target"))))
    return found


def malformed(document: Document) -> list[int]:
    """The lines that look like a transclusion but would not work as one."""
    good = {match.start() for match in LINE.finditer(document.text, document.body_start)}
    tried = ATTEMPT.finditer(document.text, document.body_start)
    return [document.line_at(match.start()) for match in tried if match.start() not in good]


def without_passages(document: Document) -> str:
    """The body with every transclusion taken out, for reading a page by itself."""
    return ATTEMPT.sub("", document.body)
