"""Finds the mistake behind a YAML parser's error by trying corrections.

A parser reports where it failed in terms of its grammar. The mistake is often a line above, and contributors may not
know YAML. So each correction below is tried on the last lines before that place. The one that gets the parser furthest
identifies the mistake, so its hint is known to help.
"""

import math
import re
from collections.abc import Callable, Iterator

import yaml

from health_diplomacy.content.limits import QUOTE_HINT, Fault

NO_BREAK = "\u00a0\u202f\u2007"
LINES_TRIED = 8
WINDOW = 20_000
"""Characters that are parsed again for each correction; beyond that, no corrections are tried."""

BEFORE_KEY = r"^(?P<start> *(?:- +)*)"
BEFORE_VALUE = rf"{BEFORE_KEY}(?P<name>(?:[\w./-]+|\"[^\"]*\"|'[^']*'):|-) +(?:![\w/]+ +)?"


class Parser(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The C parser if available, which is ten times as fast."""


def _quote_value(match: re.Match[str]) -> str:
    unquoted = re.sub(r'^"|(?<!\\)"$', "", match["value"])
    return match["before"] + '"' + re.sub(r'(?<!\\)"', r"\"", unquoted) + '"'


NO_DASH = "this line is in a list but does not begin with a dash", "write '- ' before its words"
CORRECTIONS: tuple[tuple[str, str | Callable[[re.Match[str]], str], str, str], ...] = (
    (r"^\[\]\s*$", "", "'[]' makes this list empty, but it has entries", "remove the []"),
    (r"^---\s*$", "", "this line '---' splits the file in two", "remove the line ---"),
    (
        rf"{BEFORE_KEY}(?P<name>-|[\w./-]+:)[ \t{NO_BREAK}]*[\t{NO_BREAK}]\s*",
        r"\g<start>\g<name> ",
        "there is a tab or a no-break space after '{name}'; it looks like a space but is not one",
        "replace it with a normal space",
    ),
    (r"^( *)-(?=[^\s-])", r"\1- ", "there is no space after the dash of this line", "write a space after the dash"),
    (
        rf"{BEFORE_KEY}(?P<name>[a-z][a-z_]*:)(?=[^\s:/])",
        r"\g<0> ",
        "there is no space after '{name}'",
        "write a space after the colon",
    ),
    (rf"{BEFORE_VALUE}\[.*", r"\g<0>]", "the bracket [ is not closed", "close it with ]"),
    (
        rf"{BEFORE_VALUE}(?P<quote>[\"'])(?:(?!(?P=quote)).)*$",
        r"\g<0>\g<quote>",
        "a quotation mark is not closed",
        "close it with {quote}",
    ),
    (r"^( *)(?=[^\s#-])(?!.*: )", r"\1- ", *NO_DASH),
    (
        rf"{BEFORE_KEY}[\w-]+(?: (?=\S)|$)",
        r"\g<0>: ",
        "this line is not a 'key: value'",
        "write a colon and a space after its key",
    ),
    (
        rf"(?P<before>{BEFORE_VALUE})(?P<value>(?P<first>[^\w\"'\s]).*)",
        _quote_value,
        "a value that begins with '{first}' must be quoted",
        QUOTE_HINT,
    ),
    (
        rf"(?P<before>{BEFORE_VALUE})(?P<value>[\"'].*)",
        _quote_value,
        "a quotation mark is inside a value or not closed",
        rf"{QUOTE_HINT}, and write a double quote inside it as \"",
    ),
    (rf"(?P<before>{BEFORE_VALUE})(?P<value>.*: .*)", _quote_value, "a value contains a colon", QUOTE_HINT),
)
"""A pattern of lines, its replacement, and the message and hint if that helps; the first are preferred."""


def explain(text: str, error: yaml.YAMLError) -> Fault:
    """What is wrong with text that the parser can't read."""
    failed, begin = _failed_lines(error)
    reason = getattr(error, "problem", None) or "it has characters that YAML does not allow"
    hint = "compare it with the lines around it: their indentation, colons and quotation marks"
    return find_mistake(text, failed, begin) or (failed, "F02", f"this YAML cannot be read: {reason}", hint)


def find_mistake(text: str, failed: int, begin: int) -> Fault | None:
    """The mistake that shows on the line `failed`, from 0, in a value that begins on `begin`."""
    lines = text.split("\n")
    window = _entries_around(lines, begin, failed)
    lines = lines[window]
    if sum(map(len, lines)) > WINDOW:
        return None
    reached, found = _line_reached(lines), []
    numbers = [number for number, line in enumerate(lines[: failed - window.start + 1]) if line.strip()]
    for distance, number in enumerate(numbers[: -LINES_TRIED - 1 : -1]):
        for rank, (line, what, hint) in enumerate(_corrections(lines, number)):
            now_reached = _line_reached([*lines[:number], line, *lines[number + 1 :]])
            if now_reached > reached:
                found.append(((-now_reached, rank, distance), (window.start + number, "F02", what, hint)))
    return min(found)[1] if found else None


def _entries_around(lines: list[str], first: int, last: int) -> slice:
    """The two entries above and below some lines in a file that is a list; else all of it."""
    top = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    if not top.startswith("-"):
        return slice(0, len(lines))
    entries = [number for number, line in enumerate(lines) if line.startswith("- ")]
    above = [0, 0, *(number for number in entries if number < first)]
    below = [*(number for number in entries if number > last), len(lines), len(lines)]
    return slice(above[-2], below[1])


def _corrections(lines: list[str], number: int) -> Iterator[tuple[str, str, str]]:
    """Possible corrections of a line, each with what is wrong and a hint. The first are preferred."""
    line = lines[number]
    text = line.lstrip(f" \t{NO_BREAK}")
    column, lead = _indent(line), line[: len(line) - len(text)]
    if text.startswith("#"):
        return
    for pattern, replacement, what, hint in CORRECTIONS:
        if match := re.match(pattern, line):
            yield re.sub(pattern, replacement, line), what.format(**match.groupdict()), hint.format(**match.groupdict())
    indented = f"indented by {_spaces(column)}" if column else "not indented"
    what = f"this line is {indented}, which does not match the lines around it"
    columns = {_indent(other) for other in lines[max(0, number - LINES_TRIED) : number + LINES_TRIED]}
    for nearby in sorted(columns, key=lambda indent: (abs(indent - column), -indent)):
        hint = f"indent it by {_spaces(nearby)}" if nearby else "remove the spaces before it"
        if lead.strip(" "):
            what, hint = "a tab or a no-break space is used to indent", "indent with normal spaces only"
        yield " " * nearby + text, what, hint
    if not text.startswith("-"):
        yield f"{lead}- {text}", *NO_DASH


def _line_reached(lines: list[str]) -> float:
    """The line at which the parser fails or reads an item as part of the value above it; infinite if there is none."""
    try:
        node = Parser("\n".join(lines)).get_single_node()
    except yaml.YAMLError as error:
        return _failed_lines(error)[0]
    return next(swallowed_items(node, lines), math.inf)


def _failed_lines(error: yaml.YAMLError) -> tuple[int, int]:
    """The lines, from 0, where the parser failed and where the value begins that it was reading."""
    failed, begin = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    context = getattr(error, "context", None) or ""
    if begin and "quoted" in context:  # the parser went on to the end of the file
        failed = begin
    elif not begin or "flow" not in context:
        begin = failed
    return (failed.line, begin.line) if failed and begin else (0, 0)


def swallowed_items(node: yaml.Node | None, lines: list[str]) -> Iterator[int]:
    """The lines of list items that YAML reads as a continuation of the value above them.

    Bad:  `  - ummah`, and below it `   - epidemic`   Good:  both with two spaces
    """
    for item in node.value if isinstance(node, yaml.CollectionNode) else ():
        key, value = item if isinstance(item, tuple) else (None, item)
        yield from swallowed_items(value, lines)
        is_plain = isinstance(value, yaml.ScalarNode) and not value.style
        if is_plain and not (key and key.start_mark.line == value.start_mark.line):
            below = range(value.start_mark.line + 1, min(value.end_mark.line + 1, len(lines)))
            yield from (number for number in below if lines[number].lstrip().startswith("- "))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _spaces(count: int) -> str:
    return "one space" if count == 1 else f"{count} spaces"
