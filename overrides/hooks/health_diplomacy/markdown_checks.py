"""Slips in Markdown that change what a page shows without a word: told from the lines as they were written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .documents import Document
from .problems import Problem

FENCE = re.compile(r"^(?P<indent> *)(?P<marks>`{3,}|~{3,})(?P<rest>.*)$")
ITEM = re.compile(r"^(?P<indent> *)(?P<mark>[-*+]|\d{1,3}[.)]) +\S")
APART = re.compile(r"^(#{1,6} |<|\||>|--8<--|!!!|\?\?\?|: |\{)")  # what ends a paragraph as an empty line does
MARK = "FILL IN"
STEP = 4  # spaces by which Python-Markdown wants an inner list indented


def check(document: Document) -> list[Problem]:
    """Every slip in a page."""
    return [*_fences(document), *_lists(document)]


def lines_outside_code(document: Document) -> Iterator[tuple[int, str]]:
    """The lines of a page's body, by number, without those of its fenced code."""
    fence = ""
    for number, line in enumerate(document.body.split("\n"), start=document.line_at(document.body_start)):
        found = FENCE.match(line)
        if fence:
            fence = "" if found and found["marks"].startswith(fence) and not found["rest"].strip() else fence
        elif found and "`" not in found["rest"]:
            fence = found["marks"]
        else:
            yield number, line


def _fences(document: Document) -> Iterator[Problem]:
    """Bad: a line ``` that no other one closes.  Good: a pair of them."""
    fence, begun = "", 0
    for number, line in enumerate(document.body.split("\n"), start=document.line_at(document.body_start)):
        found = FENCE.match(line)
        if fence and found and found["marks"].startswith(fence) and not found["rest"].strip():
            fence = ""
        elif not fence and found and "`" not in found["rest"]:
            fence, begun = found["marks"], number
    if fence:
        yield Problem(document.path, begun, "M01", "the code block that begins here is not closed", f"put a line {fence} under it")


def _lists(document: Document) -> Iterator[Problem]:
    """Bad: an inner item indented by two spaces; a list right under a line of text.

    Good: an inner item indented by four; an empty line above a list.
    """
    before, inside, base = "", False, 0
    for number, line in lines_outside_code(document):
        item = ITEM.match(line)
        if item and not inside and before.strip() and not APART.match(before.strip()) and len(item["indent"]) < STEP and _begins(item):
            yield Problem(document.path, number, "M03", "this list has no empty line above it, so it is shown as a sentence", "put an empty line above it")
        if item and not inside:
            base = len(item["indent"])
        deeper = len(item["indent"]) - base if item else 0
        if item and inside and deeper > 0 and deeper % STEP:
            what = f"this item is indented by {deeper} space{'' if deeper == 1 else 's'} and is not shown below the one above"
            yield Problem(document.path, number, "M02", what, f"indent it by {(deeper // STEP + 1) * STEP} spaces")
        inside = bool(item) or (inside and (not line.strip() or line.startswith(" ") or bool(before.strip())))
        before = line


def _begins(item: re.Match[str]) -> bool:
    """A number other than 1 in front of a line is more likely a part of the sentence."""
    return not item["mark"][0].isdigit() or item["mark"][:-1] == "1"


def check_marks(document: Document, text: str | None = None) -> list[Problem]:
    """What a template left to be filled in, and nobody has.

    Bad:  `description: "FILL IN: 40 to 200 characters"`   Good:  the description itself
    """
    found = []
    for number, line in enumerate((document.text if text is None else text).split("\n"), start=1):
        words = line.split(" #")[0] if line.lstrip().startswith("#") is False else ""
        if MARK in words:
            rest = words.partition(MARK)[2].strip(" :\"'")
            hint = rest if rest else "write what the line asks for"
            found.append(Problem(document.path, number, "F10", "this is still to be filled in", hint.rstrip(".")))
    return found
