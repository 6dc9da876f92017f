"""Reads YAML with the line of every value, and reports values that YAML reads differently from what they look like."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import yaml
from diagnostics import INVISIBLE, Diagnostic

from health_diplomacy.content import yaml_diagnostics
from health_diplomacy.content.limits import QUOTE_HINT, Fault, check_yaml
from health_diplomacy.content.yaml_diagnostics import NO_BREAK, Parser

KeyPath = tuple[str | int, ...]
Lines = dict[KeyPath, int]
TIMESTAMP = "tag:yaml.org,2002:timestamp"
# Anything meant as an include line (content/snippets.py), also with the dashes that word processors substitute.
SNIPPET = re.compile(
    r"^(?!<!-- --8<-- \[(?:start|end):)(?:.*[-‐-―]8[<‹][-‐-―]|[ \t]*[-‐-―]+ ?8 ?[<‹] ?[-‐-―]).*$", re.MULTILINE
)


def _date(loader: Parser, node: yaml.ScalarNode) -> Any:
    """A date, or the node of one that doesn't exist, which is then an invalid value like any other."""
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError:
        return node


Parser.add_constructor(TIMESTAMP, _date)


def read_yaml(
    text: str, display_path: str, first_line: int = 1, loader: type[Parser] = Parser
) -> tuple[Any, Lines, list[Diagnostic]]:
    """The data, the line of each value by its path of keys, and the problems.

    `first_line` is the line in the file at which `text` begins; mkdocs.yml needs a `loader` for its own tags.
    """
    is_settings, data = loader is not Parser, None
    lines: Lines = {}
    faults: list[Fault] = []
    try:
        faults = list(islice(check_yaml(text, is_settings, Parser), 1))
        if not faults:
            reader = loader(text)
            root = reader.get_single_node()
            nodes = list(_nodes(root)) if root else []
            lines = {path: first_line + line for path, line, _ in nodes}
            faults = list(_misread(text, [node for _, _, node in nodes], is_settings))
            data = reader.construct_document(root) if root else None
    except yaml.YAMLError as error:
        faults = [yaml_diagnostics.explain(text, error)]
    except (ValueError, AttributeError, LookupError, TypeError) as error:  # a value that does not fit its tag
        faults = faults or [(0, "F02", f"a value cannot be read: {error}", QUOTE_HINT)]
    return data, lines, [Diagnostic(display_path, first_line + line, *rest) for line, *rest in faults]


def _misread(text: str, nodes: list[yaml.Node], is_settings: bool) -> Iterator[Fault]:
    """What YAML reads differently from what it looks like. The first node contains the others."""
    source = text.split("\n")
    for line in islice(yaml_diagnostics.swallowed_items(nodes[0] if nodes else None, source), 1):
        what, hint = "this line continues the value above it", "align it with the other items of its list"
        yield yaml_diagnostics.find_mistake(text, line, line) or (line, "F02", what, hint)
    for node in nodes:
        if isinstance(node, yaml.MappingNode):
            yield from _keys(node)
        elif isinstance(node, yaml.ScalarNode):
            yield from _scalar(node, source, is_settings)


def _nodes(node: yaml.Node, path: KeyPath = (), line: int | None = None) -> Iterator[tuple[KeyPath, int, yaml.Node]]:
    """All nodes with their path of keys, and their line or that of their key, from 0."""
    yield path, node.start_mark.line if line is None else line, node
    if isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _nodes(value, (*path, index))
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _nodes(value, (*path, str(key.value)), key.start_mark.line)


def _keys(node: yaml.MappingNode) -> Iterator[Fault]:
    """Duplicate keys and keys with a no-break space."""
    seen: set[str] = set()
    for key, _ in node.value:
        line, name = key.start_mark.line, str(key.value)
        if name.strip(NO_BREAK) != name:
            what = f"there is a no-break space next to '{name.strip()}'; it looks like a space but is not one"
            yield line, "F02", what, "remove it"
        if name in seen:
            yield line, "F02", f"'{name}' is given twice", "keep one of the two, or begin a new item with '- '"
        seen.add(name)


def _scalar(node: yaml.ScalarNode, source: list[str], is_settings: bool) -> Iterator[Fault]:
    """Values that YAML reads differently from what they look like. `source` has the lines of the file.

    Bad:  `title: Training #1 health`, `title: “About this site”`, `title: About this site"`
    Good: `title: "Training #1 health"`, `title: "About this site"`
    """
    line, value, last = node.start_mark.line, node.value, node.value[-1:]
    words, end = value.split(), node.end_mark.line
    if not is_settings:  # comments after values are normal in mkdocs.yml
        if not node.style and end < len(source) and re.match(r"\s+#", source[end][node.end_mark.column :]):
            yield end, "F02", f"what follows '#' after '{value}' is cut off", QUOTE_HINT
        if SNIPPET.search(value):
            what = "a value cannot include a paragraph of an essay"
            yield line, "P01", what, "include it on a topic page, on a line of its own below the front matter"
    if is_settings and node.tag == TIMESTAMP and _date(Parser(""), node) is node:  # MkDocs can't read it
        yield line, "F02", f"'{value}' is not a valid date", "write a date that exists, as year-month-day"
    unseen = INVISIBLE.search(value) if node.style == '"' else None
    # Only where it was written as an escape; `check_invisible_characters` finds the others.
    if unseen and unseen[0] not in "\n".join(source[line : end + 1]):
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
