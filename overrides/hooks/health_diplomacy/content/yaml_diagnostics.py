"""Finds mistakes in YAML that a parser can't explain, by scanning the lines.

A parser reports the line where it failed in terms of its grammar (YAML 1.2.2, chapters 6 to 8). The mistake is often
a line above, and contributors may not know YAML.
"""

import re
from dataclasses import dataclass, field

NO_BREAK = "\u00a0\u202f\u2007"
KEY = re.compile(r"(?P<key>[\w./-]+|\"[^\"]*\"|'[^']*'):(?:[ \t]+(?P<value>.*)|$)")
UNSPACED = re.compile(r"(?P<key>[a-z][a-z_]*):(?=[^\s:/])")
BLOCK = re.compile(r"[|>][-+\d]*$")
SPECIAL = re.compile(rf"(?P<before>.*?)(?P<character>[{NO_BREAK}\t])")


@dataclass(frozen=True)
class Mistake:
    """A mistake and its line, from 0."""

    line: int
    what: str
    hint: str


@dataclass
class _Collection:
    """A list or mapping that the next line may belong to: its column, and the line and name of its last entry."""

    column: int
    is_list: bool
    line: int
    name: str
    first: bool = True  # whether that is its first entry
    empty_key: str = ""  # the key above that entry if it has no value


@dataclass
class _Scan:
    """The state after a line."""

    open: list[_Collection] = field(default_factory=list)
    value: str = "none"  # of the line above: "none", "plain", "block" or "complete"
    owner: int = -1  # the column of its key or dash; further lines of the value are indented more
    owner_name: str = ""
    quote: str = ""
    bracket: tuple[int, str] | None = None
    block_indent: int = 0


def first(text: str, last: int) -> Mistake | None:
    """The first mistake up to the line `last`, from 0, where the parser failed."""
    lines, scan = text.split("\n"), _Scan()
    mistakes = (_scan_line(scan, number, line) for number, line in enumerate(lines[: last + 1]))
    return _empty(lines) or next(filter(None, mistakes), None)


def _empty(lines: list[str]) -> Mistake | None:
    """Bad: entries below `[]`."""
    filled = [number for number, line in enumerate(lines) if line.strip() and not line.startswith("#")]
    empty = next((number for number in filled if lines[number].rstrip() == "[]"), None)
    if empty is not None and len(filled) > 1:
        return Mistake(empty, "'[]' makes this list empty, but it has entries", "remove the []")
    return None


def _scan_line(scan: _Scan, number: int, line: str) -> Mistake | None:
    """Update `scan` with a line; returns a mistake in this or an earlier line."""
    bare = line.strip(" ")
    column = indent(line)
    if not bare or (bare.startswith("#") and (scan.value != "block" or column <= scan.owner)):
        return None
    if line.rstrip() == "---" and not scan.quote:
        return Mistake(number, "this line '---' splits the file in two", "remove the line ---") if scan.open else None
    if scan.quote:
        _within_quotes(scan, bare)
        return None
    if scan.bracket:
        return _within_brackets(scan, bare)
    if scan.value == "block" and column > scan.owner:
        scan.block_indent = scan.block_indent or column
        return None
    if mistake := _whitespace(number, line):
        return mistake
    is_item = bare == "-" or bare.startswith("- ")
    is_key = bool(KEY.match(bare[2:].lstrip() if is_item else bare))
    if scan.value == "plain" and column > scan.owner and not is_key:
        return None  # continues the value above
    if bare.startswith("-") and not is_item and not bare.startswith("--"):
        return Mistake(number, "there is no space after the dash of this line", "write a space after the dash")
    return _position(scan, number, column, bare, is_item, is_key)


def _whitespace(number: int, line: str) -> Mistake | None:
    """Bad: a tab or a no-break space as indentation, or after a dash or colon."""
    for match in SPECIAL.finditer(line):
        before = line[: match.start("character")].strip(f" \t{NO_BREAK}")
        if before not in ("", "-") and not re.fullmatch(r"(- +)?[\w./-]+:", before):
            return None
        if match["character"] == "\t" and not before:
            return Mistake(number, "a tab is used to indent", "indent with spaces only")
        name = "tab" if match["character"] == "\t" else "no-break space"
        where = f"after '{before}'" if before else "before the words of this line"
        what = f"there is a {name} {where}; it looks like a space but is not one"
        return Mistake(number, what, "replace it with a normal space")
    return None


def _position(scan: _Scan, number: int, column: int, bare: str, is_item: bool, is_key: bool) -> Mistake | None:
    """Find the collection that a line belongs to by its column."""
    value_expected = scan.value == "none"
    previous = list(scan.open)
    while scan.open and (
        scan.open[-1].column > column
        or (scan.open[-1].column == column and scan.open[-1].is_list and not is_item and is_key)
    ):
        scan.open.pop()
    top = scan.open[-1] if scan.open else None
    if not is_item and not is_key:
        return _other_line(scan, number, column, bare, previous, value_expected)
    fits = top is not None and top.column == column and top.is_list == is_item
    opens = (
        value_expected
        and (top is None or column > top.column or (is_item and column == top.column))
        and len(previous) == len(scan.open)
    )
    if not fits and not opens:
        return _misaligned(number, column, is_item, previous, top)
    if not fits:
        scan.open.append(_Collection(column, is_item, number, _name(bare)))
    else:
        is_empty = value_expected and top.name == scan.owner_name and not is_item  # type: ignore[union-attr]
        top.empty_key = top.name if is_empty else ""  # type: ignore[union-attr]
        top.line, top.name, top.first = number, _name(bare), False  # type: ignore[union-attr]
    return _value(scan, number, column, bare, is_item)


def _value(scan: _Scan, number: int, column: int, bare: str, is_item: bool) -> Mistake | None:
    """Update `scan` with the value after a line's dash or colon."""
    owner, name = column, _name(bare)
    rest = bare
    while rest == "-" or rest.startswith("- "):
        inner = rest[1:].lstrip(" ")
        column += len(rest) - len(inner)
        rest = inner
        key = KEY.match(rest)
        if key or rest == "-" or rest.startswith("- "):
            scan.open.append(_Collection(column, not key, number, _name(rest)))
            owner, name = column, _name(rest)
    key = KEY.match(rest)
    value = ((key["value"] or "") if key else rest).strip()
    value = re.sub(r"^([!&]\S+)\s*", "", value)  # a tag
    value = "" if value.startswith("#") else value
    scan.owner, scan.owner_name, scan.block_indent = owner, name, 0
    if not value:
        scan.value = "none"
    elif BLOCK.match(value.split(" #")[0].strip()):
        scan.value = "block"
    elif value[0] in "\"'":
        scan.value, scan.quote = "complete", value[0]
        _within_quotes(scan, value[1:])
    elif value[0] in "[{":
        scan.value, scan.bracket = "complete", (number, value[0])
        scan.bracket = None if _depth(value) <= 0 else scan.bracket
    else:
        scan.value = "plain"
    return None


def _within_quotes(scan: _Scan, words: str) -> None:
    """Look for the closing quotation mark."""
    plain = re.sub(r"\\.", "", words) if scan.quote == '"' else words.replace("''", "")
    if scan.quote in plain:
        scan.quote = ""


def _within_brackets(scan: _Scan, bare: str) -> Mistake | None:
    line, bracket = scan.bracket or (0, "[")
    closing = "]" if bracket == "[" else "}"
    if bracket == "[" and (KEY.match(bare) or bare.startswith("- ")):
        return Mistake(line, f"the bracket {bracket} is not closed", f"close it with {closing}")
    if closing in bare:
        scan.bracket = None
    return None


def _depth(value: str) -> int:
    """The number of unclosed brackets in a value."""
    plain = re.sub(r"\"(\\.|[^\"\\])*\"|'[^']*'", "", value).split(" #")[0]
    return sum(plain.count(each) for each in "[{") - sum(plain.count(each) for each in "]}")


def _other_line(
    scan: _Scan, number: int, column: int, bare: str, previous: list[_Collection], value_expected: bool
) -> Mistake | None:
    """A line with neither a dash nor a key that doesn't continue a value either."""
    if unspaced := UNSPACED.match(bare):
        return Mistake(number, f"there is no space after '{unspaced['key']}:'", "write a space after the colon")
    if scan.value == "block":
        hint = f"begin it with {spaces(scan.block_indent or scan.owner + 2)}"
        what = f"this line belongs to '{scan.owner_name}' above it, and begins with {spaces(column)}"
        return Mistake(number, what, hint)
    if not scan.open and bare[0] not in "[{":
        return Mistake(number, "this line is not a 'key: value'", "write a colon and a space after its key")
    if value_expected and column > scan.owner:
        return _value(scan, number, column, bare, is_item=False)
    top = scan.open[-1] if scan.open else None
    if top is not None and top.is_list and top.column == column:
        return Mistake(number, "this line is in a list but does not begin with a dash", "write '- ' before its words")
    hint = "join it to the line above, or write its key, a colon and a space before it"
    return Mistake(number, "this line is not a 'key: value'", hint)


def _misaligned(
    number: int, column: int, is_item: bool, previous: list[_Collection], top: _Collection | None
) -> Mistake | None:
    """A line in a wrong column, reported with the nearest right one, or an earlier line that is in a wrong column."""
    if top is None and previous and previous[0].first:
        what = f"this line begins with {spaces(previous[0].column)}, and those below it do not"
        return Mistake(previous[0].line, what, f"begin it with {spaces(column)}")
    if top is not None and top.empty_key and not is_item and top is previous[-1]:
        what = (
            f"this line begins with {spaces(top.column)}, so it is not nested in '{top.empty_key}', as the next line is"
        )
        return Mistake(top.line, what, f"begin it with {spaces(column)}")
    fitting = [each for each in previous if each.is_list == is_item]
    if not fitting:
        return None
    near = min(reversed(fitting), key=lambda each: abs(each.column - column))
    owner = "the list item" if is_item else f"'{near.name}'"
    if near.column == column:
        return None
    what = f"this line begins with {spaces(column)}, so it is not aligned with {owner} above it"
    return Mistake(number, what, f"begin it with {spaces(near.column)}")


def _name(bare: str) -> str:
    key = KEY.match(bare)
    return key["key"].strip("\"'") if key else "-"


def indent(line: str) -> int:
    """The number of leading spaces."""
    return len(line) - len(line.lstrip(" "))


def spaces(count: int) -> str:
    """A number of spaces for messages."""
    return {0: "no space", 1: "one space"}.get(count, f"{count} spaces")
