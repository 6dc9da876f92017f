"""Reads YAML with the line of every value, and reports values that YAML reads differently from what they look like."""

import re
from collections.abc import Iterator
from copy import deepcopy
from functools import lru_cache
from typing import Any

import yaml
from diagnostics import INVISIBLE, Diagnostic

from health_diplomacy.content import limits, yaml_diagnostics
from health_diplomacy.content.limits import QUOTE, Fault

# Messages and hints for the parser's most frequent errors, by the beginning of its own message.
YAML_MESSAGES = {
    "mapping values are not allowed": (
        "a value contains a colon",
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
Lines = dict[tuple[str | int, ...], int]
# Anything meant as an include line (content/snippets.py), also with the dashes that word processors substitute.
SNIPPET = re.compile(
    r"^(?!<!-- --8<-- \[(?:start|end):)(?:.*[-‐-―]8[<‹][-‐-―]|[ \t]*[-‐-―]+ ?8 ?[<‹] ?[-‐-―]).*$", re.MULTILINE
)


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
    text: str, display_path: str, first_line: int = 1, loader: type[Loader] = Loader
) -> tuple[Any, Lines, list[Diagnostic]]:
    """The data, the line of each value by its path of keys, and the problems.

    `first_line` is the line in the file at which `text` begins; mkdocs.yml needs a `loader` for its own tags.
    """
    data, lines, problems = _read_yaml(text, display_path, first_line, loader)  # type: ignore[arg-type]  # classes are hashable
    return deepcopy(data), lines, list(problems)


@lru_cache(maxsize=64)  # most files are unchanged when `mkdocs serve` builds again
def _read_yaml(
    text: str, display_path: str, first_line: int, loader: type[Loader]
) -> tuple[Any, Lines, list[Diagnostic]]:
    is_settings = loader is not Loader
    problems: list[Diagnostic] = []
    try:
        problems = limits.first(limits.check_yaml(text, is_settings, Loader), display_path, first_line)
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
        return None, {}, [Diagnostic(display_path, first_line + line, "F02", f"this YAML cannot be read: {what}", hint)]
    except (ValueError, AttributeError, LookupError, TypeError) as error:  # a value that does not fit its tag
        what = f"a value cannot be read: {error}"
        return None, {}, [Diagnostic(display_path, first_line, "F02", what, QUOTE)]
    if node is None:
        return None, {}, []
    lines: Lines = {}
    source = text.split("\n")
    faults = [*_keys(node, (), lines, first_line), *_misaligned_items(node, source)]
    for value in _scalars(node):
        faults += _scalar(value, source, is_settings)
    return data, lines, [Diagnostic(display_path, first_line + line, *rest) for line, *rest in faults]


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
            what = "a value cannot include a paragraph of an essay"
            yield line, "P01", what, "include it on a topic page, on a line of its own below the front matter"
    if node.tag == TIMESTAMP and isinstance(Loader("").construct_yaml_timestamp(node), str):
        hint = "write a date that exists, as year-month-day"
        yield line, "F02", f"'{value}' is not a valid date", hint
    unseen = INVISIBLE.search(value) if node.style == '"' else None
    if unseen and unseen[0] not in "\n".join(
        source[line : end + 1]
    ):  # escaped; `check_invisible_characters` finds the rest
        what = f"this value contains an invisible character, U+{ord(unseen[0]):04X}"
        yield line, "M10", what, "delete it, or retype the words around it"
    if node.style:
        return
    if re.fullmatch(r"[“”„‘’].*[“”‘’]", value, re.DOTALL):
        what = f"there are typographic quotation marks around {words[0]}{' …' if len(words) > 1 else ''}"
        yield line, "F11", what, 'type plain ones, as in "this"'
    if (last == '"' and value.count('"') % 2) or re.search(r"[.?!]'$", value):
        what = f"this value ends with a quotation mark but does not begin with one: … {words[-1]}"
        yield line, "F11", what, f"write the same mark, {last}, before {words[0]}"


def _misaligned_items(node: yaml.Node, source: list[str]) -> Iterator[Fault]:
    """Misaligned list items, which YAML reads as a continuation of the value above.

    Bad:  `  - ummah`, and below it `   - epidemic`   Good:  both with two spaces
    """
    for item in node.value if isinstance(node, yaml.CollectionNode) else ():
        above, value = item if isinstance(item, tuple) else (None, item)
        yield from _misaligned_items(value, source)
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
