"""The snippet syntax (pymdownx.snippets): how essays mark their paragraphs and topic pages include them.

An essay marks each paragraph with `<!-- --8<-- [start:ID] -->` and `<!-- --8<-- [end:ID] -->`;
a topic page includes it with `--8<-- "essays/defense.md:defense-5"`, so that no text exists twice.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from health_diplomacy.content.documents import Document
from health_diplomacy.content.yaml_source import SNIPPET

MARKER = re.compile(r"^<!-- --8<-- \[(?P<side>start|end):(?P<id>[^\]]+)\] -->[ \t]*(?:\n|\Z)", re.MULTILINE)
INCLUDE = re.compile(r'^--8<-- "(?P<uri>[^":\n]*):?(?P<paragraph>[^"\n]*)"$', re.MULTILINE)


@dataclass(frozen=True)
class Snippet:
    """One include line: the file it names, the paragraph's id, and its line in the page, from 1."""

    uri: str
    paragraph: str
    line: int


def read_snippets(document: Document) -> list[Snippet]:
    return [
        Snippet(match["uri"], match["paragraph"], document.line_at(match.start()))
        for match in INCLUDE.finditer(document.text, document.body_start)
    ]


def malformed_lines(document: Document) -> list[int]:
    """The lines that look like an include but aren't valid."""
    valid = {match.start() for match in INCLUDE.finditer(document.text, document.body_start)}
    attempts = SNIPPET.finditer(document.text, document.body_start)
    return [document.line_at(match.start()) for match in attempts if match.start() not in valid]


def replace_includes(markdown: str, replacement: Callable[[str], str]) -> str:
    """`markdown` with each include line replaced by `replacement(paragraph id)`."""
    return INCLUDE.sub(lambda match: replacement(match["paragraph"]), markdown)


def remove_markers(markdown: str) -> str:
    return MARKER.sub("", markdown)


def with_sample_text(document: Document) -> str:
    """The body with each include replaced by a paragraph with its id, because lint renders pages without the essays."""

    def replace(match: re.Match[str]) -> str:
        include = INCLUDE.fullmatch(match[0])
        paragraph = include["paragraph"].strip() if include else ""
        return f"{sample_text(paragraph)}\n{{ #{paragraph} }}" if re.fullmatch(r"[\w-]+", paragraph) else ""

    return SNIPPET.sub(replace, document.body)


def sample_text(paragraph: str) -> str:
    return f"passage {paragraph}"
