"""The essays' own words: where each paragraph stands, and whether it is still the one that was given.

An essay is a Markdown file whose paragraphs stand between `--8<-- [start:ID]` and `[end:ID]`
marks, so that topic pages can transclude them and no words stand twice.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from .documents import Document
from .problems import Problem

MARK = re.compile(r"^<!-- --8<-- \[(?P<side>start|end):(?P<id>[^\]]+)\] -->[ \t]*$", re.MULTILINE)
HEADING = re.compile(r"^(?P<level>#{1,6}) (?P<words>.+?)(?:[ \t]+\{ *#(?P<id>[\w-]+) *\})?[ \t]*$")
ATTRIBUTES = re.compile(r"^\{ *#(?P<id>[\w-]+) *\}[ \t]*$")
TITLE = "title"


@dataclass(frozen=True)
class Block:
    """A heading or a paragraph: its id, its words, its line (from 1); `level` 0 is a paragraph."""

    id: str
    words: str
    line: int
    level: int = 0


def digest(block: Block) -> str:
    """The SHA-256 of a block as it is written: its words to the last space, and the level of a heading."""
    return hashlib.sha256(f"{'#' * block.level} {block.words}".encode()).hexdigest()


def read_blocks(document: Document) -> tuple[list[Block], list[Problem]]:
    """An essay's headings and paragraphs in order, and faults in its marks."""
    blocks: list[Block] = []
    problems: list[Problem] = []
    inside: str | None = None
    words: list[str] = []
    begun = 0
    attribute: str | None = None

    def fault(line: int, what: str, hint: str) -> None:
        problems.append(Problem(document.path, line, "P05", what, hint))

    first = document.line_at(document.body_start)
    for line, text in enumerate(document.body.split("\n"), start=first):
        mark, heading, attributes = MARK.match(text), HEADING.match(text), ATTRIBUTES.match(text)
        if mark and mark["side"] == "start":
            if inside:
                fault(
                    line,
                    f"'{mark['id']}' begins inside '{inside}'",
                    f"end '{inside}' first: <!-- --8<-- [end:{inside}] -->",
                )
                blocks.append(Block(inside, "\n".join(words), begun))
            inside, words, begun, attribute = mark["id"], [], line + 1, None
        elif mark:
            if mark["id"] != inside:
                fault(
                    line,
                    f"'{mark['id']}' ends here but does not begin above",
                    "give both marks of a paragraph the same id",
                )
            elif attribute != inside:
                fault(
                    line,
                    f"the paragraph '{inside}' does not carry its id",
                    f"put the line {{ #{inside} }} under its words",
                )
            if inside:
                blocks.append(Block(inside, "\n".join(words), begun))
            inside = None
        elif inside and attributes:
            attribute = attributes["id"]
        elif inside:
            words.append(text)
        elif heading:
            level = len(heading["level"])
            blocks.append(Block(TITLE if level == 1 else heading["id"] or "", heading["words"], line, level))
        elif text.strip():
            fault(
                line,
                "these words stand outside the marks of any paragraph",
                "undo the change, or add the marks around them",
            )
    if inside:
        fault(begun, f"the paragraph '{inside}' has no end", f"add <!-- --8<-- [end:{inside}] --> under it")
    return blocks, problems


def check_words(document: Document, name: str, blocks: list[Block], given: dict[str, Any]) -> list[Problem]:
    """Whether an essay's blocks are those that were given, in the order in which they were given.

    `given` maps each block's id to the SHA-256 of its words.
    Bad:  a comma put right in `collaborations-3`   Good:  the sentence as it was given, comma and all
    """
    keep = "undo the change: the essays are kept as they were given, mistakes included"
    problems = []
    found = [block.id for block in blocks]
    for block in blocks:
        shown = "the title" if block.id == TITLE else f"the heading '#{block.id}'" if block.level else block.id
        if block.id not in given:
            problems.append(
                Problem(document.path, block.line, "P02", f"{shown} is not part of the essay as it was given", keep)
            )
        elif digest(block) != given[block.id]:
            problems.append(Problem(document.path, block.line, "P02", f"the words of {shown} changed", keep))
    if not blocks:
        return [Problem(document.path, 1, "P02", "all of the essay is gone", keep)]
    lines = {block.id: block.line for block in blocks}
    before = document.line_at(document.body_start)
    for each in given:
        before = lines.get(each, before)
        if each not in lines:
            problems.append(
                Problem(document.path, before, "P02", f"{each}, which stood after this line, is gone", keep)
            )
    if not problems and found != list(given):
        moved = next(block for block, wanted in zip(blocks, given, strict=True) if block.id != wanted)
        problems.append(Problem(document.path, moved.line, "P02", f"{moved.id} is not in its place", keep))
    return problems
