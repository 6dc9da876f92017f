"""Slips in YAML, found by looking at the lines themselves.

A YAML parser names the line on which it gave up, in the words of its grammar (YAML 1.2.2, chapters 6 to 8). The
slip is often a line above, and people who have never heard of YAML need to be told of that line.
"""

import re
from dataclasses import dataclass, field

NO_BREAK = "\u00a0\u202f\u2007"
KEY = re.compile(r"(?P<key>[\w./-]+|\"[^\"]*\"|'[^']*'):(?:[ \t]+(?P<value>.*)|$)")
UNSPACED = re.compile(r"(?P<key>[a-z][a-z_]*):(?=[^\s:/])")
BLOCK = re.compile(r"[|>][-+\d]*$")
SPECIAL = re.compile(rf"(?P<before>.*?)(?P<sign>[{NO_BREAK}\t])")


@dataclass(frozen=True)
class Slip:
    """What is wrong on a line (counted from 0), and what to do."""

    line: int
    what: str
    hint: str


@dataclass
class _Open:
    """A list or a run of keys that a line may still belong to: its column, and the line and name of its last member."""

    column: int
    is_list: bool
    line: int
    name: str
    first: bool = True  # whether that is its first member
    beside: str = ""  # the key above that member, where it was left without a value


@dataclass
class _Scan:
    """What has been seen above a line."""

    open: list[_Open] = field(default_factory=list)
    above: str = "awaits"  # what the line above leaves: it awaits a value, or holds a plain one, a text, or a whole one
    owner: int = -1  # the column that the lines of its value must stand to the right of
    owner_name: str = ""
    quote: str = ""
    bracket: tuple[int, str] | None = None
    text_indent: int = 0


def first(text: str, last: int) -> Slip | None:
    """The first slip on the lines up to `last` (from 0), where the parser gave up, or None."""
    lines = text.split("\n")
    found = _empty(lines)
    if found:
        return found
    scan = _Scan()
    for number, line in enumerate(lines[: last + 1]):
        slip = _look(scan, number, line)
        if slip:
            return slip
    return None


def _empty(lines: list[str]) -> Slip | None:
    """Bad: entries under `[]`, which says that there are none."""
    filled = [number for number, line in enumerate(lines) if line.strip() and not line.startswith("#")]
    empty = next((number for number in filled if lines[number].rstrip() == "[]"), None)
    if empty is not None and len(filled) > 1:
        return Slip(empty, "'[]' says that the list is empty, and entries stand beside it", "remove the []")
    return None


def _look(scan: _Scan, number: int, line: str) -> Slip | None:
    """Takes in a line; a slip in it, or above it, is returned."""
    bare = line.strip(" ")
    column = indent(line)
    if not bare or (bare.startswith("#") and (scan.above != "text" or column <= scan.owner)):
        return None
    if line.rstrip() == "---" and not scan.quote:
        return Slip(number, "this line '---' cuts the file in two", "remove the line ---") if scan.open else None
    if scan.quote:
        _within_quotes(scan, bare)
        return None
    if scan.bracket:
        return _within_brackets(scan, bare)
    if scan.above == "text" and column > scan.owner:
        scan.text_indent = scan.text_indent or column
        return None
    sign = _sign(number, line)
    if sign:
        return sign
    is_item = bare == "-" or bare.startswith("- ")
    is_key = bool(KEY.match(bare[2:].lstrip() if is_item else bare))
    if scan.above == "plain" and column > scan.owner and not is_key:
        return None  # the value of the line above goes on
    if bare.startswith("-") and not is_item and not bare.startswith("--"):
        return Slip(number, "a dash begins this line, and no space follows it", "write a space after the dash")
    return _stand(scan, number, column, bare, is_item, is_key)


def _sign(number: int, line: str) -> Slip | None:
    """Bad: a tab or a no-break space where YAML looks for a space: before a line's words, or after its dash or colon."""
    for sign in SPECIAL.finditer(line):
        before = line[: sign.start("sign")].strip(f" \t{NO_BREAK}")
        if before not in ("", "-") and not re.fullmatch(r"(- +)?[\w./-]+:", before):
            return None
        if sign["sign"] == "\t" and not before:
            return Slip(number, "a tab is used to indent", "indent with spaces only")
        name = "tab" if sign["sign"] == "\t" else "no-break space"
        place = f"after '{before}'" if before else "before the words of this line"
        what = f"a {name} stands {place}; it looks like a space and is none"
        return Slip(number, what, "put an ordinary space in its place")
    return None


def _stand(scan: _Scan, number: int, column: int, bare: str, is_item: bool, is_key: bool) -> Slip | None:
    """Whether a line stands under the one it belongs to; takes it in if so."""
    waits = scan.above == "awaits"
    before = list(scan.open)
    while scan.open and (
        scan.open[-1].column > column
        or (scan.open[-1].column == column and scan.open[-1].is_list and not is_item and is_key)
    ):
        scan.open.pop()
    top = scan.open[-1] if scan.open else None
    if not is_item and not is_key:
        return _neither(scan, number, column, bare, before, waits)
    fits = top is not None and top.column == column and top.is_list == is_item
    opens = (
        waits
        and (top is None or column > top.column or (is_item and column == top.column))
        and len(before) == len(scan.open)
    )
    if not fits and not opens:
        return _misplaced(number, column, is_item, before, top)
    if not fits:
        scan.open.append(_Open(column, is_item, number, _name(bare)))
    else:
        top.beside = top.name if waits and top.name == scan.owner_name and not is_item else ""  # type: ignore[union-attr]
        top.line, top.name, top.first = number, _name(bare), False  # type: ignore[union-attr]
    return _value(scan, number, column, bare, is_item)


def _value(scan: _Scan, number: int, column: int, bare: str, is_item: bool) -> Slip | None:
    """Takes in what follows a line's dash or colon."""
    owner, name = column, _name(bare)
    rest = bare
    while rest == "-" or rest.startswith("- "):
        inner = rest[1:].lstrip(" ")
        column += len(rest) - len(inner)
        rest = inner
        key = KEY.match(rest)
        if key or rest == "-" or rest.startswith("- "):
            scan.open.append(_Open(column, not key, number, _name(rest)))
            owner, name = column, _name(rest)
    key = KEY.match(rest)
    value = ((key["value"] or "") if key else rest).strip()
    value = re.sub(r"^([!&]\S+)\s*", "", value)  # a tag
    value = "" if value.startswith("#") else value
    scan.owner, scan.owner_name, scan.text_indent = owner, name, 0
    if not value:
        scan.above = "awaits"
    elif BLOCK.match(value.split(" #")[0].strip()):
        scan.above = "text"
    elif value[0] in "\"'":
        scan.above, scan.quote = "whole", value[0]
        _within_quotes(scan, value[1:])
    elif value[0] in "[{":
        scan.above, scan.bracket = "whole", (number, value[0])
        scan.bracket = None if _depth(value) <= 0 else scan.bracket
    else:
        scan.above = "plain"
    return None


def _within_quotes(scan: _Scan, words: str) -> None:
    """Looks for the end of a value in quotation marks."""
    plain = re.sub(r"\\.", "", words) if scan.quote == '"' else words.replace("''", "")
    if scan.quote in plain:
        scan.quote = ""


def _within_brackets(scan: _Scan, bare: str) -> Slip | None:
    line, bracket = scan.bracket or (0, "[")
    closing = "]" if bracket == "[" else "}"
    if bracket == "[" and (KEY.match(bare) or bare.startswith("- ")):
        return Slip(line, f"the bracket {bracket} is not closed", f"close it with {closing}")
    if closing in bare:
        scan.bracket = None
    return None


def _depth(value: str) -> int:
    """How many brackets a value leaves open."""
    plain = re.sub(r"\"(\\.|[^\"\\])*\"|'[^']*'", "", value).split(" #")[0]
    return sum(plain.count(each) for each in "[{") - sum(plain.count(each) for each in "]}")


def _neither(scan: _Scan, number: int, column: int, bare: str, before: list[_Open], waits: bool) -> Slip | None:
    """A line with neither a dash nor a key, which is not the rest of a value either."""
    unspaced = UNSPACED.match(bare)
    if unspaced:
        return Slip(number, f"no space follows '{unspaced['key']}:'", "write a space after the colon")
    if scan.above == "text":
        hint = f"begin it with {spaces(scan.text_indent or scan.owner + 2)}"
        return Slip(
            number, f"this line belongs to '{scan.owner_name}' above it, and begins with {spaces(column)}", hint
        )
    if not scan.open and bare[0] not in "[{":
        return Slip(number, "this line is not a 'key: value'", "write a colon and a space after its key")
    if waits and column > scan.owner:
        return _value(scan, number, column, bare, is_item=False)
    top = scan.open[-1] if scan.open else None
    if top is not None and top.is_list and top.column == column:
        return Slip(number, "this line stands in a list, and no dash begins it", "write '- ' before its words")
    hint = "join it to the line above, or write its key, a colon and a space before it"
    return Slip(number, "this line is not a 'key: value'", hint)


def _misplaced(number: int, column: int, is_item: bool, before: list[_Open], top: _Open | None) -> Slip | None:
    """The words for a line on the wrong column: the nearest column that it could stand on, or the line above that is wrong."""
    if top is None and before and before[0].first:
        what = f"this line begins with {spaces(before[0].column)}, and those below it do not"
        return Slip(before[0].line, what, f"begin it with {spaces(column)}")
    if top is not None and top.beside and not is_item and top is before[-1]:
        what = f"this line begins with {spaces(top.column)}, so it does not stand below '{top.beside}', as the next line does"
        return Slip(top.line, what, f"begin it with {spaces(column)}")
    fitting = [each for each in before if each.is_list == is_item]
    if not fitting:
        return None
    near = min(reversed(fitting), key=lambda each: abs(each.column - column))
    owner = "the list item" if is_item else f"'{near.name}'"
    if near.column == column:
        return None
    what = f"this line begins with {spaces(column)}, so it does not stand under {owner} above it"
    return Slip(number, what, f"begin it with {spaces(near.column)}")


def _name(bare: str) -> str:
    key = KEY.match(bare)
    return key["key"].strip("\"'") if key else "-"


def indent(line: str) -> int:
    """How many spaces a line begins with."""
    return len(line) - len(line.lstrip(" "))


def spaces(count: int) -> str:
    """A number of spaces, in words."""
    return {0: "no space", 1: "one space"}.get(count, f"{count} spaces")
