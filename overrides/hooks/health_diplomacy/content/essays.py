"""Reads the essays' headings and paragraphs, and compares them with the checksums of the original text.

Each paragraph is between snippet markers and has its id on a line of its own (see `snippets`).
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from diagnostics import Diagnostic

from health_diplomacy.content.documents import Document
from health_diplomacy.content.snippets import MARKER

HEADING = re.compile(r"^(?P<level>#{1,6}) (?P<text>.+?)(?:[ \t]+\{ *#(?P<id>[\w-]+) *\})?[ \t]*$")
PART = re.compile(
    r"^<!-- --8<-- \[start:(?P<id>[^\]]+)\] -->[ \t]*\n(?P<text>(?:(?!<!-- --8<-- ).*\n)+?)\{ *#(?P=id) *\}[ \t]*\n"
    r"<!-- --8<-- \[end:(?P=id)\] -->[ \t]*$|^.*\S.*$",
    re.MULTILINE,
)
"""A paragraph with its markers and id, or any other line with text."""
TITLE = "title"
COMPLETE = (
    "put <!-- --8<-- [start:ID] --> above its words, and { #ID } and <!-- --8<-- [end:ID] --> below them, with one id"
)


@dataclass(frozen=True)
class Block:
    """A heading or a paragraph. `line` counts from 1; `level` 0 is a paragraph."""

    id: str
    text: str
    line: int
    level: int = 0

    @property
    def digest(self) -> str:
        """The SHA-256 of the exact text, including a heading's number signs."""
        return hashlib.sha256(f"{'#' * self.level} {self.text}".encode()).hexdigest()


def read_blocks(document: Document) -> tuple[list[Block], list[Diagnostic]]:
    """An essay's headings and paragraphs in order, and problems with its markers."""
    blocks: list[Block] = []
    problems: list[Diagnostic] = []
    in_broken = False  # a paragraph without its end
    for part in PART.finditer(document.text, document.body_start):
        line, heading, marker = document.line_at(part.start()), HEADING.fullmatch(part[0]), MARKER.match(part[0])
        if part["id"]:
            blocks.append(Block(part["id"], part["text"][:-1], line + 1))
            in_broken = False
        elif heading:
            level = len(heading["level"])
            blocks.append(Block(TITLE if level == 1 else heading["id"] or "", heading["text"], line, level))
        elif marker and marker["side"] == "start":
            id = marker["id"]
            what = f"the paragraph '{id}' is not followed by {{ #{id} }} and its end marker"
            problems.append(Diagnostic(document.path, line, "P05", what, COMPLETE))
            blocks.append(Block(id, "", line + 1))
            in_broken = True
        elif not in_broken:
            what = "this is outside the markers of any paragraph"
            problems.append(Diagnostic(document.path, line, "P05", what, f"undo the change, or {COMPLETE}"))
    return blocks, problems


def check_text(document: Document, blocks: list[Block], checksums: Mapping[str, str]) -> list[Diagnostic]:
    """Differences from the original text. `checksums` has each block's SHA-256 by id, in order.

    Bad:  a comma corrected in `collaborations-3`   Good:  the sentence exactly as in the original
    """
    keep = "undo the change: the essays are kept word for word, mistakes included"
    path = document.path
    if not blocks:
        return [Diagnostic(path, 1, "P02", "the whole essay is gone", keep)]
    problems = []
    for block in blocks:
        name = "the title" if block.id == TITLE else f"the heading '#{block.id}'" if block.level else block.id
        if block.id not in checksums:
            problems.append(Diagnostic(path, block.line, "P02", f"{name} is not part of the original essay", keep))
        elif block.digest != checksums[block.id]:
            problems.append(Diagnostic(path, block.line, "P02", f"the words of {name} changed", keep))
    lines = {block.id: block.line for block in blocks}
    previous = document.line_at(document.body_start)
    for id in checksums:
        previous = lines.get(id, previous)
        if id not in lines:
            problems.append(Diagnostic(path, previous, "P02", f"{id}, which followed this line, is missing", keep))
    if not problems and [block.id for block in blocks] != list(checksums):
        moved = next(block for block, id in zip(blocks, checksums, strict=True) if block.id != id)
        problems.append(Diagnostic(path, moved.line, "P02", f"{moved.id} is out of place", keep))
    return problems
