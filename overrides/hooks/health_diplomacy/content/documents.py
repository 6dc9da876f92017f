"""Reads UTF-8 text, front matter and YAML, with the line of every value.

MkDocs silently drops front matter that it can't read, and reports no lines.
"""

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import yaml
from diagnostics import INVISIBLE, Diagnostic

from health_diplomacy.content import limits, yaml_diagnostics
from health_diplomacy.content.limits import QUOTE, Fault

# Messages and hints for the parser's most frequent errors, by the beginning of its own message.
YAML_MESSAGES = {
    "mapping values are not allowed": (
        "a value holds a colon",
        "put the value in double quotes, and a space after each key's colon",
    ),
    "found character that cannot start any token": ("this character cannot begin a value", QUOTE),
    "did not find expected alphabetic or numeric character": ("'*' or '&' begins a value", QUOTE),
    "did not find expected key": (
        "a quotation mark or an indent is out of place",
        'put the whole value in double quotes, write a double quote inside it as \\", and look at the line above too',
    ),
    "did not find expected comment or line break": ("'>' or '|' begins a value", QUOTE),
    "could not find expected ':'": ("a line is not a 'key: value'", "write a space after the key's colon"),
    "found unexpected end of stream": ("a quotation mark is not closed", "close it"),
}
MERGE = re.compile(r"^(<{7}|>{7}|\|{7})( |$)", re.MULTILINE)  # `=======` alone underlines a heading
Lines = dict[tuple[str | int, ...], int]
# Anything meant as an include line (content/snippets.py), also with the dashes that word processors substitute.
SNIPPET = re.compile(
    r"^(?!<!-- --8<-- \[(?:start|end):)(?:.*[-‐-―]8[<‹][-‐-―]|[ \t]*[-‐-―]+ ?8 ?[<‹] ?[-‐-―]).*$", re.MULTILINE
)
FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


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
        """The line, from 1, of an offset in `text`."""
        return self.text.count("\n", 0, offset) + 1

    def line_of(self, string: str, start: int | None = None) -> int:
        """The first line of the body that contains `string`, or the body's first line."""
        begin = self.body_start if start is None else start
        found = self.text.find(string, begin)
        return self.line_at(found if found >= 0 else begin)

    def meta_line(self, *keys: str | int) -> int:
        """The line of a YAML value, or of the nearest value that contains it."""
        for size in range(len(keys), 0, -1):
            if keys[:size] in self.lines:
                return self.lines[keys[:size]]
        return 1


def read_text(file: Path, shown: str) -> tuple[str | None, list[Diagnostic]]:
    """A file's text, or None and why it can't be read as UTF-8."""
    problems = limits.check_file(file, shown)
    if problems:
        return None, problems
    try:
        raw = file.read_bytes()
    except OSError as error:
        what = f"the file cannot be read: {error.strerror}"
        return None, [Diagnostic(shown, 1, "F01", what, "check its name and permissions")]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        what = f"the byte 0x{raw[error.start]:02X} is not UTF-8 text"
        return None, [Diagnostic(shown, line, "F01", what, "save the file with the encoding UTF-8")]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        return None, [
            Diagnostic(shown, 1, "F01", "the file is not text", "replace it with a text file, saved as UTF-8")
        ]
    merge = MERGE.search(text)
    if merge:
        hint = "keep the version that is right and remove the lines with <<<<<<<, ======= and >>>>>>>"
        return None, [
            Diagnostic(shown, text.count("\n", 0, merge.start()) + 1, "F07", "a merge was not finished here", hint)
        ]
    if file.suffix != ".svg":  # one long line is normal in SVG, and XML parsers need only linear time
        problems = _first(limits.check_lines(text), shown)
    return (None if problems else text), problems


def _first(faults: Iterator[Fault], shown: str, first_line: int = 1) -> list[Diagnostic]:
    """Only the first fault: a file that exceeds a limit isn't checked any further."""
    return [Diagnostic(shown, first_line + line, *rest) for line, *rest in islice(faults, 1)]


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Uses the C parser if available, which is ten times as fast."""

    def construct_yaml_timestamp(self, node: Any) -> Any:
        """A date, or its text if the calendar has no such day; `_scalar` reports that."""
        try:
            return super().construct_yaml_timestamp(node)
        except ValueError:
            return node.value


TIMESTAMP = "tag:yaml.org,2002:timestamp"
Loader.add_constructor(TIMESTAMP, Loader.construct_yaml_timestamp)


def read_yaml(
    text: str, shown: str, first_line: int = 1, loader: type[Loader] = Loader
) -> tuple[Any, Lines, list[Diagnostic]]:
    """The data, the line of each value by its path of keys, and the problems.

    `first_line` is the line in the file at which `text` begins; mkdocs.yml needs a `loader` for its own tags.
    """
    data, lines, problems = _read_yaml(text, shown, first_line, loader)  # type: ignore[arg-type]  # classes are hashable
    return deepcopy(data), lines, list(problems)


@lru_cache(maxsize=64)  # most files are unchanged when `mkdocs serve` builds again
def _read_yaml(text: str, shown: str, first_line: int, loader: type[Loader]) -> tuple[Any, Lines, list[Diagnostic]]:
    is_settings = loader is not Loader
    problems: list[Diagnostic] = []
    try:
        problems = _first(limits.check_yaml(text, is_settings, Loader), shown, first_line)
        if problems:
            return None, {}, problems
        reader = loader(text)
        try:
            node = reader.get_single_node()
            data = reader.construct_document(node) if node else None
        finally:
            reader.dispose()
    except yaml.YAMLError as error:
        what, hint, line = _explain(error, text)
        return None, {}, [Diagnostic(shown, first_line + line, "F02", f"this YAML cannot be read: {what}", hint)]
    except (ValueError, AttributeError, LookupError, TypeError) as error:  # a value that does not fit its tag
        what = f"a value cannot be read: {error}"
        return None, {}, [Diagnostic(shown, first_line, "F02", what, QUOTE)]
    if node is None:
        return None, {}, []
    lines: Lines = {}
    source = text.split("\n")
    faults = [*_keys(node, (), lines, first_line), *_swallowed_items(node, source)]
    for value in _scalars(node):
        faults += _scalar(value, source, is_settings)
    return data, lines, [Diagnostic(shown, first_line + line, *rest) for line, *rest in faults]


def _explain(error: yaml.YAMLError, text: str) -> tuple[str, str, int]:
    """The message, the hint and the line, from 0, for a parser error."""
    quoted = "quoted scalar" in (getattr(error, "context", None) or "")
    mark = getattr(error, "context_mark" if quoted else "problem_mark", None)
    if mistake := yaml_diagnostics.first(text, mark.line if mark else text.count("\n")):
        return mistake.what, mistake.hint, mistake.line
    reason = getattr(error, "problem", None) or "it does not follow YAML's rules"
    otherwise = (reason, "compare it with the lines around it: their indents, colons and quotation marks")
    message = next((message for begin, message in YAML_MESSAGES.items() if reason.startswith(begin)), otherwise)
    return *message, mark.line if mark else 0


def _keys(node: yaml.Node, path: tuple[str | int, ...], lines: Lines, first: int) -> Iterator[Fault]:
    """Duplicate keys and keys with a no-break space; also stores the line of each value in `lines`."""
    lines.setdefault(path, first + node.start_mark.line)
    if isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _keys(value, (*path, index), lines, first)
    seen: set[str] = set()
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        line = key.start_mark.line
        if re.search(rf"^[{yaml_diagnostics.NO_BREAK}]|[{yaml_diagnostics.NO_BREAK}]$", key.value):
            what = f"there is a no-break space beside '{key.value.strip()}'; it looks like a space but is not one"
            yield line, "F02", what, "remove it"
        if key.value in seen:
            yield line, "F02", f"'{key.value}' is given twice", "keep one of the two, or begin a new item with '- '"
        seen.add(key.value)
        lines[(*path, key.value)] = first + line
        yield from _keys(value, (*path, key.value), lines, first)


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    """All scalars below a node."""
    if isinstance(node, yaml.ScalarNode):
        yield node
    else:
        for item in node.value:
            yield from _scalars(item[1] if isinstance(item, tuple) else item)


def _scalar(node: yaml.ScalarNode, source: list[str], is_settings: bool) -> Iterator[Fault]:
    """Values that YAML reads differently from what they look like. `source` has the lines of the file.

    Bad:  `title: Training #1 health`, `review_by: 2027-02-30`, `title: “About this site”`, `title: About this site"`
    Good: `title: "Training #1 health"`, `review_by: 2027-02-28`, `title: "About this site"`
    """
    line, value, last = node.start_mark.line, node.value, node.value[-1:]
    words, end = value.split(), node.end_mark.line
    if not is_settings:  # comments after values are normal in mkdocs.yml
        if not node.style and end < len(source) and re.match(r"\s+#", source[end][node.end_mark.column :]):
            yield end, "F02", f"what follows '#' after '{value}' is cut off", QUOTE
        if SNIPPET.search(value):
            what = "a value cannot take a paragraph from an essay"
            yield line, "P01", what, "take it on a topic page, on a line of its own below the front matter"
    if node.tag == TIMESTAMP and isinstance(Loader("").construct_yaml_timestamp(node), str):
        hint = "write a date that exists, as year-month-day"
        yield line, "F02", f"'{value}' is not a valid date", hint
    unseen = INVISIBLE.search(value) if node.style == '"' else None
    if unseen and unseen[0] not in "\n".join(
        source[line : end + 1]
    ):  # escaped; `check_invisible_characters` finds the rest
        what = f"this value holds a character that is not to be seen, U+{ord(unseen[0]):04X}"
        yield line, "M10", what, "delete it, or retype the words around it"
    if node.style:
        return
    if re.fullmatch(r"[“”„‘’].*[“”‘’]", value, re.DOTALL):
        what = f"there are typographic quotation marks around {words[0]}{' …' if len(words) > 1 else ''}"
        yield line, "F11", what, 'type plain ones, as in "this"'
    if (last == '"' and value.count('"') % 2) or re.search(r"[.?!]'$", value):
        what = f"this value ends with a quotation mark but does not begin with one: … {words[-1]}"
        yield line, "F11", what, f"write the same mark, {last}, before {words[0]}"


def _swallowed_items(node: yaml.Node, source: list[str]) -> Iterator[Fault]:
    """Misaligned list items, which YAML reads as a continuation of the value above.

    Bad:  `  - ummah`, and below it `   - epidemic`   Good:  both with two spaces
    """
    for item in node.value if isinstance(node, yaml.CollectionNode) else ():
        above, value = item if isinstance(item, tuple) else (None, item)
        yield from _swallowed_items(value, source)
        begin, end = value.start_mark.line, min(value.end_mark.line + 1, len(source))
        if not isinstance(value, yaml.ScalarNode) or value.style or (above and above.start_mark.line == begin):
            continue
        below = [number for number in range(begin + 1, end) if source[number].lstrip().startswith("- ")]
        columns = {yaml_diagnostics.indent(source[number]) for number in below}
        if not below:
            continue
        line, column = begin, columns.pop()
        if above:
            what, hint = ("there is no space after the dash of this line", "write a space after the dash")
            if not value.value.startswith("-"):
                what, hint = "this line is in a list but does not begin with a dash", "write '- ' before its words"
        else:
            if len(node.value) > 1 or columns:
                line, column = below[0], node.start_mark.column
            what = f"this line begins with {yaml_diagnostics.spaces(yaml_diagnostics.indent(source[line]))}, so it is not aligned with the other items of its list"
            hint = f"begin it with {yaml_diagnostics.spaces(column)}"
        yield line, "F02", what, hint


def read_document(file: Path, shown: str, uri: str) -> tuple[Document | None, list[Diagnostic]]:
    """A Markdown file with its front matter, or None if it can't be read at all."""
    text, problems = read_text(file, shown)
    problems = problems or _first(limits.check_markdown(text or ""), shown)
    if text is None or problems:
        return None, problems
    found = FRONT_MATTER.match(text)
    if not text.strip():
        what, hint = "the file is empty", "write the page, or remove the file"
    elif not found and re.match(r"---[ \t]*\n", text):
        what, hint = "the front matter that begins here does not end", "put a line '---' under its last key"
    else:
        what = "there is no front matter between two lines of '---'"
        hint = "begin the file with '---', its keys and '---', as docs/about.md does"
    if not found:
        return Document(shown, uri, text), [Diagnostic(shown, 1, "F03", what, hint)]
    data, lines, problems = read_yaml(found["yaml"], shown, first_line=2)
    if data is not None and not isinstance(data, dict):
        what = "the front matter is not a list of 'key: value' lines"
        problems.append(Diagnostic(shown, 2, "F02", what, "write 'title: …'"))
        data = None
    return Document(shown, uri, text, data or {}, lines, found.end()), problems
