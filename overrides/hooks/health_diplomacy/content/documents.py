"""Reads UTF-8 text and the front matter of pages.

MkDocs silently drops front matter that it can't read, and reports no lines.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from diagnostics import Diagnostic

from health_diplomacy.content import limits
from health_diplomacy.content.yaml_source import Lines, read_yaml

FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
UNCLOSED = re.compile(r"---[ \t]*\n(?:[ \t]*\S.*\n)*")
"""Front matter up to its first blank line, for pages without the second `---`."""


@dataclass(frozen=True)
class Document:
    """A Markdown or YAML file. `path` is for messages, `uri` is relative to the docs folder."""

    path: str
    uri: str
    text: str
    meta: dict[str, Any] = field(default_factory=dict)
    lines: Lines = field(default_factory=dict)
    body_start: int = 0

    @property
    def body(self) -> str:
        """The Markdown below the front matter."""
        return self.text[self.body_start :]

    def line_at(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1

    def line_of(self, string: str) -> int:
        """The first line of the body that contains `string`, or the body's first line."""
        found = self.text.find(string, self.body_start)
        return self.line_at(found if found >= 0 else self.body_start)

    def meta_line(self, *keys: str | int) -> int:
        """The line of a YAML value, or of the nearest value that contains it."""
        for size in range(len(keys), 0, -1):
            if keys[:size] in self.lines:
                return self.lines[keys[:size]]
        return 1


def read_text(file: Path, display_path: str) -> tuple[str | None, list[Diagnostic]]:
    """A file's text, or None and why it can't be read as UTF-8."""
    if problems := limits.check_file(file, display_path):
        return None, problems
    try:
        text = file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except OSError as error:
        what = f"the file cannot be read: {error.strerror}"
        return None, [Diagnostic(display_path, 1, "F01", what, "check its name and permissions")]
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        what = f"the byte 0x{error.object[error.start]:02X} is not UTF-8 text"
        return None, [Diagnostic(display_path, line, "F01", what, "save the file with the encoding UTF-8")]
    problems = limits.first(limits.check_text(text, one_line=file.suffix == ".svg"), display_path)
    return (None if problems else text), problems


def read_document(file: Path, display_path: str, uri: str) -> tuple[Document | None, list[Diagnostic]]:
    """A Markdown file with its front matter, or None if it can't be read at all."""
    text, problems = read_text(file, display_path)
    problems = problems or limits.first(limits.check_markdown(text or ""), display_path)
    if text is None or problems:
        return None, problems
    found, unclosed = FRONT_MATTER.match(text), UNCLOSED.match(text)
    if not text.strip():
        what, hint = "the file is empty", "write the page, or remove the file"
    elif unclosed:
        what, hint = "the front matter that begins here does not end", "put a line '---' under its last key"
    else:
        what = "there is no front matter between two lines of '---'"
        hint = "begin the file with '---', its keys and '---', as docs/about.md does"
    if not found:
        document = Document(display_path, uri, text, body_start=unclosed.end() if unclosed else 0)
        return document, [Diagnostic(display_path, 1, "F03", what, hint)]
    data, lines, problems = read_yaml(found["yaml"], display_path, first_line=2)
    if data is not None and not isinstance(data, dict):
        what = "the front matter is not a list of 'key: value' lines"
        problems.append(Diagnostic(display_path, 2, "F02", what, "write 'title: …'"))
        data = None
    return Document(display_path, uri, text, data or {}, lines, found.end()), problems
