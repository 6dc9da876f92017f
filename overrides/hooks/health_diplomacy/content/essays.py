"""Reads the essays' headings and paragraphs, and compares them with the checksums of the original text.

Each paragraph is between snippet markers and has its id on a line of its own (see `snippets`).
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from diagnostics import Diagnostic

from health_diplomacy.content.documents import Document
from health_diplomacy.content.snippets import MARKER

HEADING = re.compile(r"^(?P<level>#{1,6}) (?P<text>.+?)(?:[ \t]+\{ *#(?P<id>[\w-]+) *\})?[ \t]*$")
ATTRIBUTES = re.compile(r"^\{ *#(?P<id>[\w-]+) *\}[ \t]*$")
TITLE = "title"


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
    reader = _Reader(document)
    first = document.line_at(document.body_start)
    for line, text in enumerate(document.body.split("\n"), start=first):
        reader.read(line, text)
    reader.close()
    return reader.blocks, reader.problems


@dataclass
class _Reader:
    document: Document
    blocks: list[Block] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)
    open_id: str | None = None
    attribute_id: str | None = None
    lines: list[str] = field(default_factory=list)
    start: int = 0

    def read(self, line: int, text: str) -> None:
        marker, attributes = MARKER.match(text), ATTRIBUTES.match(text)
        if marker and marker["side"] == "start":
            self._open(marker["id"], line)
        elif marker:
            self._end(marker["id"], line)
        elif self.open_id and attributes:
            self.attribute_id = attributes["id"]
        elif self.open_id:
            self.lines.append(text)
        elif heading := HEADING.match(text):
            level = len(heading["level"])
            self.blocks.append(Block(TITLE if level == 1 else heading["id"] or "", heading["text"], line, level))
        elif text.strip():
            what = "these words are outside the markers of any paragraph"
            self._report(line, what, "undo the change, or add the markers around them")

    def close(self) -> None:
        if self.open_id:
            what = f"the paragraph '{self.open_id}' has no end"
            self._report(self.start, what, f"add <!-- --8<-- [end:{self.open_id}] --> under it")

    def _open(self, id: str, line: int) -> None:
        if self.open_id:
            hint = f"end '{self.open_id}' first: <!-- --8<-- [end:{self.open_id}] -->"
            self._report(line, f"'{id}' begins inside '{self.open_id}'", hint)
            self._add_paragraph()
        self.open_id, self.attribute_id, self.lines, self.start = id, None, [], line + 1

    def _end(self, id: str, line: int) -> None:
        if id != self.open_id:
            what = f"'{id}' ends here but does not begin above"
            self._report(line, what, "give both markers of a paragraph the same id")
        elif self.attribute_id != id:
            hint = f"put the line {{ #{id} }} under its words"
            self._report(line, f"the paragraph '{id}' does not carry its id", hint)
        if self.open_id:
            self._add_paragraph()
        self.open_id = None

    def _add_paragraph(self) -> None:
        self.blocks.append(Block(self.open_id or "", "\n".join(self.lines), self.start))

    def _report(self, line: int, what: str, hint: str) -> None:
        self.problems.append(Diagnostic(self.document.path, line, "P05", what, hint))


def check_text(document: Document, blocks: list[Block], checksums: Mapping[str, str]) -> list[Diagnostic]:
    """Differences from the original text. `checksums` has each block's SHA-256 by id, in order.

    Bad:  a comma corrected in `collaborations-3`   Good:  the sentence exactly as in the original
    """
    keep = "undo the change: the essays are kept word for word, mistakes included"
    path = document.path
    if not blocks:
        return [Diagnostic(path, 1, "P02", "all of the essay is gone", keep)]
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
        problems.append(Diagnostic(path, moved.line, "P02", f"{moved.id} is not in its place", keep))
    return problems
