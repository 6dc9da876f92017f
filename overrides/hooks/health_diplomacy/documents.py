"""Reading what people wrote: UTF-8 text, front matter and YAML, with the line of every value.

MkDocs drops front matter that it can't read without a word, and reports no lines;
people who edit in a browser need both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from . import slips
from .problems import Problem

# PyYAML's words for what people most often get wrong, and what to tell them instead.
YAML_WORDS = {
    "mapping values are not allowed here": (
        "a value holds a colon",
        "put the value in double quotes, and a space after each key's colon",
    ),
    "found character '\\t' that cannot start any token": ("a tab is used to indent", "indent with spaces only"),
    "expected <block end>": (
        "a quotation mark or an indent is out of place",
        'put the whole value in double quotes, write a double quote inside it as \\", and look at the line above too',
    ),
    "could not find expected ':'": ("a line is not a 'key: value'", "write a space after the key's colon"),
    "found unexpected end of stream": ("a quotation mark is not closed", "close it"),
}
MERGE = re.compile(r"^(<{7}|={7}|>{7}|\|{7})( |$)", re.MULTILINE)
Lines = dict[tuple[str | int, ...], int]
FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Document:
    """One Markdown file: `path` as shown to people, `uri` relative to the docs folder."""

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
        """The line, from 1, of a position in `text`."""
        return self.text.count("\n", 0, offset) + 1

    def line_of(self, needle: str, start: int | None = None) -> int:
        """The line where `needle` first stands in the body, or the body's first line."""
        begin = self.body_start if start is None else start
        found = self.text.find(needle, begin)
        return self.line_at(found if found >= 0 else begin)

    def meta_line(self, *keys: str | int) -> int:
        """The line of a front matter value, or of the nearest value around it."""
        for size in range(len(keys), 0, -1):
            if keys[:size] in self.lines:
                return self.lines[keys[:size]]
        return 1


def read_text(file: Path, shown: str) -> tuple[str | None, list[Problem]]:
    """A file's text, or None and the problem that keeps it from being read as UTF-8."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        return None, [
            Problem(shown, 1, "F01", f"the file cannot be read: {error.strerror}", "check its name and rights")
        ]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        what = f"the byte 0x{raw[error.start]:02X} is not UTF-8 text"
        return None, [Problem(shown, line, "F01", what, "save the file with the encoding UTF-8")]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        return None, [Problem(shown, 1, "F01", "the file is not text", "replace it with a text file, saved as UTF-8")]
    marks = [text.count("\n", 0, match.start()) + 1 for match in MERGE.finditer(text)]
    if marks:
        hint = "keep the version that is right and remove the lines with <<<<<<<, ======= and >>>>>>>"
        return None, [Problem(shown, marks[0], "F07", "a merge was not finished here", hint)]
    return text, []


def read_yaml(text: str, shown: str, first_line: int = 1, loader: Any = None) -> tuple[Any, Lines, list[Problem]]:
    """YAML as data, the line of each value by its path of keys, and what is wrong with it.

    `first_line` is the line on which the YAML begins in its file; `loader` knows tags of its own.
    """
    try:
        node, data = _parsed(text, loader)
        lines: Lines = {}
        problems: list[Problem] = []
        _walk(node, (), lines, problems, shown, first_line)
        problems += (
            [] if loader else _cut_off(node, text.split("\n"), shown, first_line)
        )  # notes are at home in mkdocs.yml
        problems += _quoted(node, shown, first_line)
        problems += _days(node, shown, first_line)
        problems += _run_on(node, text.split("\n"), shown, first_line)
    except RecursionError:
        what, hint = "this YAML is nested too deep, or refers to itself", "write plain lists and 'key: value' lines"
        return None, {}, [Problem(shown, first_line, "F02", what, hint)]
    except yaml.YAMLError as error:
        quoted = "quoted scalar" in (getattr(error, "context", None) or "")
        mark = getattr(error, "context_mark" if quoted else "problem_mark", None)
        line = first_line + (mark.line if mark else 0)
        reason = getattr(error, "problem", None) or "it does not follow YAML's rules"
        slip = slips.first(text, mark.line if mark else text.count("\n"))
        if slip:
            return (
                None,
                {},
                [Problem(shown, first_line + slip.line, "F02", f"this YAML cannot be read: {slip.what}", slip.hint)],
            )
        otherwise = (reason, "compare it with the lines around it: their indents, colons and quotation marks")
        what, hint = next((words for begin, words in YAML_WORDS.items() if reason.startswith(begin)), otherwise)
        return None, {}, [Problem(shown, line, "F02", f"this YAML cannot be read: {what}", hint)]
    except (ValueError, AttributeError, KeyError) as error:  # a tag such as !!int before words that are none
        what, hint = (
            f"a value is not what the tag before it says: {error}",
            "remove the tag, a word that begins with !!",
        )
        return None, {}, [Problem(shown, first_line, "F02", what, hint)]
    return data, lines, problems


class Days:
    """A part of a loader: keeps as text what is written as a day and is none, so that it can be told by its line."""

    def construct_yaml_timestamp(self, node: Any) -> Any:
        """A day or a moment, or its text where no calendar has it."""
        try:
            return super().construct_yaml_timestamp(node)  # type: ignore[misc]
        except ValueError:
            return node.value


class _Loader(Days, yaml.SafeLoader):
    pass


class _FastLoader(Days, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    pass


TIMESTAMP = "tag:yaml.org,2002:timestamp"
for _loader in (_Loader, _FastLoader):
    _loader.add_constructor(TIMESTAMP, _loader.construct_yaml_timestamp)


def _parsed(text: str, own: Any) -> tuple[Any, Any]:
    """YAML as nodes and as data: by the parser in C where there is one, which is ten times as fast but poor in words."""
    for loader in (own,) if own else (_FastLoader, _Loader):
        reader = loader(text)
        try:
            node = reader.get_single_node()
            return node, reader.construct_document(node) if node else None
        except yaml.YAMLError:
            if loader in (own, _Loader):
                raise
        finally:
            reader.dispose()
    raise AssertionError  # the loop above returns or raises


def _walk(node: Any, path: tuple, lines: Lines, problems: list[Problem], shown: str, first: int) -> None:
    if node is None:
        return
    lines.setdefault(path, first + node.start_mark.line)
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            line = first + key.start_mark.line
            if re.search(rf"^[{slips.NO_BREAK}]|[{slips.NO_BREAK}]$", str(key.value)):
                what = f"a no-break space stands beside '{key.value.strip()}'; it looks like a space and is none"
                problems.append(Problem(shown, line, "F02", what, "remove it"))
            if key.value in seen:
                problems.append(
                    Problem(
                        shown,
                        line,
                        "F02",
                        f"'{key.value}' is given twice",
                        "keep one of the two, or begin a new item with '- '",
                    )
                )
            seen.add(key.value)
            lines[(*path, key.value)] = first + key.start_mark.line
            _walk(value, (*path, key.value), lines, problems, shown, first)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _walk(value, (*path, index), lines, problems, shown, first)


def _cut_off(node: Any, written: list[str], shown: str, first: int) -> list[Problem]:
    """Values of which YAML takes the end for a comment.

    Bad:  `title: Training #1 health`   Good:  `title: "Training #1 health"`
    """
    if isinstance(node, yaml.CollectionNode):
        values = [item[1] if isinstance(item, tuple) else item for item in node.value]
        return [problem for value in values for problem in _cut_off(value, written, shown, first)]
    if node is None or node.style or node.end_mark.line == len(written):  # a value left out at the very end
        return []
    if not re.match(r"\s+#", written[node.end_mark.line][node.end_mark.column :]):
        return []
    what = f"what follows '#' after '{node.value}' is cut off"
    return [Problem(shown, first + node.end_mark.line, "F02", what, "put the whole value in double quotes")]


def _days(node: Any, shown: str, first: int) -> list[Problem]:
    """Values that are written as a day, and are none.

    Bad:  `review_by: 2027-02-30`   Good:  `review_by: 2027-02-28`
    """
    problems = []
    for value in _scalars(node):
        if value.tag == TIMESTAMP and isinstance(_Loader("").construct_yaml_timestamp(value), str):
            what = f"'{value.value}' is not a day of the calendar"
            problems.append(
                Problem(
                    shown,
                    first + value.start_mark.line,
                    "F02",
                    what,
                    "write a day that the month has, as year, month and day",
                )
            )
    return problems


def _scalars(node: Any) -> Iterator[Any]:
    """Every value below a node that is no list and has no keys."""
    if isinstance(node, yaml.CollectionNode):
        for item in node.value:
            yield from _scalars(item[1] if isinstance(item, tuple) else item)
    elif node is not None:
        yield node


def _run_on(node: Any, written: list[str], shown: str, first: int) -> list[Problem]:
    """Items of a list that YAML takes for more words of the item above, as they do not stand under it.

    Bad:  `  - ummah`, and below it `   - epidemic`   Good:  both with two spaces
    """
    if not isinstance(node, yaml.CollectionNode):
        return []
    problems = []
    for item in node.value:
        above, value = item if isinstance(item, tuple) else (None, item)
        problems += _run_on(value, written, shown, first)
        begin, end = value.start_mark.line, value.end_mark.line
        if (
            not isinstance(value, yaml.ScalarNode)
            or value.style
            or begin == end
            or (above and above.start_mark.line == begin)
        ):
            continue
        below = [
            number
            for number in range(begin + 1, min(end + 1, len(written)))
            if written[number].lstrip().startswith("- ")
        ]
        columns = {slips.indent(written[number]) for number in below}
        if not below:
            continue
        line, column = begin, columns.pop()
        if above:
            what, hint = ("a dash begins this line, and no space follows it", "write a space after the dash")
            if not value.value.startswith("-"):
                what, hint = "this line stands in a list, and no dash begins it", "write '- ' before its words"
        else:
            if len(node.value) > 1 or columns:
                line, column = below[0], node.start_mark.column
            what = f"this line begins with {slips.spaces(slips.indent(written[line]))}, so it does not stand under the other items of its list"
            hint = f"begin it with {slips.spaces(column)}"
        problems.append(Problem(shown, first + line, "F02", what, hint))
    return problems


def _quoted(node: Any, shown: str, first: int) -> list[Problem]:
    """Values around which quotation marks stand that YAML would print: typographic ones, or one of a pair.

    Bad:  `title: “About this site”`, `title: About this site"`   Good:  `title: "About this site"`
    """
    return [
        problem
        for value in _scalars(node)
        if not value.style
        for problem in (*_curled(value, shown, first), *_half(value, shown, first))
    ]


def _half(node: Any, shown: str, first: int) -> list[Problem]:
    last = node.value[-1:]
    if not (last == '"' and node.value.count('"') % 2) and not re.search(r"[.?!]'$", node.value):
        return []
    what = f"a quotation mark ends this value, and none begins it: … {node.value.split()[-1]}"
    return [
        Problem(
            shown,
            first + node.start_mark.line,
            "F11",
            what,
            f"write the same mark, {last}, before {node.value.split()[0]}",
        )
    ]


def _curled(node: Any, shown: str, first: int) -> list[Problem]:
    if not re.fullmatch(r"[“”„‘’].*[“”‘’]", node.value, re.DOTALL):
        return []
    what = (
        f"typographic quotation marks stand around {node.value.split()[0]}{' …' if len(node.value.split()) > 1 else ''}"
    )
    return [Problem(shown, first + node.start_mark.line, "F11", what, 'type plain ones, as in "this"')]


def read_document(file: Path, shown: str, uri: str) -> tuple[Document | None, list[Problem]]:
    """A Markdown file with its front matter, or None where it is not text at all."""
    text, problems = read_text(file, shown)
    if text is None:
        return None, problems
    if not text.strip():
        return Document(shown, uri, text), [
            Problem(shown, 1, "F03", "the file is empty", "write the page, or remove the file")
        ]
    found = FRONT_MATTER.match(text)
    if not found and re.match(r"---[ \t]*\n", text):
        what, hint = "the front matter that begins here does not end", "put a line '---' under its last key"
        return Document(shown, uri, text), [Problem(shown, 1, "F03", what, hint)]
    if not found:
        what = "there is no front matter between two lines of '---'"
        hint = "begin the file with '---', its keys and '---', as docs/about.md does"
        return Document(shown, uri, text), [Problem(shown, 1, "F03", what, hint)]
    data, lines, problems = read_yaml(found["yaml"], shown, first_line=2)
    if data is not None and not isinstance(data, dict):
        problems.append(
            Problem(shown, 2, "F02", "the front matter is not a list of 'key: value' lines", "write 'title: …'")
        )
        data = None
    return Document(shown, uri, text, data or {}, lines, found.end()), problems
