"""Markdown mistakes that silently change the rendered page, found in the source lines."""

import re
import unicodedata
from collections.abc import Iterator

from diagnostics import INVISIBLE, Diagnostic

from health_diplomacy.content.documents import Document
from health_diplomacy.lint import Fault

FENCE = re.compile(r"^(?P<indent>[ >]*)(?P<marks>`{3,}|~{3,})(?P<rest>.*)$")
ITEM = re.compile(r"^(?P<indent> *)(?P<mark>[-*+]|\d{1,3}\.) +\S")
# Lines after which a list or a heading may start without a blank line.
BLOCK_START = re.compile(r"^(#{1,6} |<|\||>|--8<--|!!!|\?\?\?|: |\{|\[\^|\*\[)")
# Lines whose indented continuation is not code: boxes, definitions and footnotes; unsupported tabs and directives.
CONTAINER = re.compile(r"!!!|\?\?\?|: |<|\[\^[^\]\s]+\]:|===[+!]* *[^\s=]|\.\. ")
UNDERLINE = re.compile(r"^(-+|=+) *$")
INDENTED = re.compile(r"^(?: {4,}|\t)\s*\S")
CODE = re.compile(  # patterns that begin with a character are found faster
    r"`(?<![`\\]`)(?P<more>`*)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)`(?P=more)(?!`)|<!--.*?-->", re.DOTALL
)
FILL_IN = "FILL IN"
STEP = 4  # Python-Markdown's indent of a nested list

Lines = list[tuple[int, str]]
"""Lines with their numbers."""


def check(document: Document) -> list[Diagnostic]:
    """All mistakes in a page."""
    comments = _lines_of_comments(document)
    lines = [(number, "" if number in comments else line) for number, line in lines_outside_code(document)]
    faults = [*_fences(document), *_lists(lines), *_indented(lines), *_underlines(lines)]
    return [Diagnostic(document.path, *fault) for fault in faults]


def accidental_headings(document: Document) -> list[int]:
    """The lines that `---` or `===` right below turns into headings."""
    return [line - 1 for line, *_ in _underlines(list(lines_outside_code(document)))]


def _with_fences(document: Document) -> Iterator[tuple[int, str, int]]:
    """The body's lines and a blank one, each with its number and the line that opens its fenced code, or 0."""
    fence, start = "", 0
    for number, line in enumerate(f"{document.body}\n".split("\n"), start=document.line_at(document.body_start)):
        found = FENCE.match(line)
        if not fence and found and "`" not in found["rest"]:
            fence, start = found["marks"], number
        yield number, line, start
        if found and number > start and fence and found["marks"].startswith(fence) and not found["rest"].strip():
            fence, start = "", 0


def lines_outside_code(document: Document, fences: bool = False) -> Iterator[tuple[int, str]]:
    """The lines of a page's body with their numbers, without fenced code; `fences` keeps the lines that open it."""
    for number, line, start in _with_fences(document):
        if not start or (fences and number == start):
            yield number, line


def without_code(document: Document, fences: bool = False) -> str:
    """A page's text with front matter, code and comments replaced by spaces, so that offsets stay the same."""
    text = _without_fenced_code(document, fences)
    return CODE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def _without_fenced_code(document: Document, fences: bool = False) -> str:
    outside = dict(lines_outside_code(document, fences))
    lines = enumerate(document.text.split("\n"), start=1)
    return "\n".join(line if number in outside else " " * len(line) for number, line in lines)


def _lines_of_comments(document: Document) -> set[int]:
    """The lines of comments, except for the line on which each begins."""
    comments = (found for found in CODE.finditer(_without_fenced_code(document)) if found[0].startswith("<!--"))
    spans = (map(document.line_at, found.span()) for found in comments)
    return {line for first, last in spans for line in range(first + 1, last + 1)}


def _fences(document: Document) -> Iterator[Fault]:
    """A code block that is not closed."""
    *_, (_, _, start) = _with_fences(document)
    if start:
        opening = document.text.split("\n")[start - 1].lstrip(" >")
        marks = opening[: len(opening) - len(opening.lstrip(opening[0]))]
        yield start, "M01", "the code block that begins here is not closed", f"put a line {marks} under it"


def _lists(lines: Lines) -> Iterator[Fault]:
    """Lists right below a line of text or a list of the other kind, and nested items indented by too few spaces."""
    before, inside, base = "", False, 0
    for number, line in lines:
        item, above = ITEM.match(line), ITEM.match(before)
        after_text = before.strip() and not BLOCK_START.match(before.strip()) and not inside
        after_other = above and item and above["indent"] == item["indent"] and len(above["mark"]) != len(item["mark"])
        if item and (after_other or after_text and len(item["indent"]) < STEP) and item["mark"][:-1] in {"", "1"}:
            what = "this list has no blank line above it, so it is shown as a sentence"
            yield number, "M03", what, "put a blank line above it"
        if item and not inside:
            base = len(item["indent"])
        deeper = len(item["indent"]) - base if item else 0
        if item and inside and deeper > 0 and deeper % STEP:
            spaces = f"{deeper} space{'' if deeper == 1 else 's'}"
            what = f"this item is indented by {spaces} and is not shown below the one above"
            yield number, "M02", what, f"indent it by {(deeper // STEP + 1) * STEP} spaces"
        inside = bool(item) or (inside and (not line.strip() or line.startswith(" ") or bool(before.strip())))
        before = line


def _indented(lines: Lines) -> Iterator[Fault]:
    """Paragraphs that are indented by four spaces, and become code. Code is written between lines of ```."""
    empty, inside = True, False
    for number, line in lines:
        if ITEM.match(line) and not (INDENTED.match(line) and not inside) or CONTAINER.match(line):
            inside = True
        elif line.strip() and not line.startswith((" ", "\t")) and empty:
            inside = False
        if INDENTED.match(line) and empty and not inside and "8<" not in line:  # `essays` checks includes
            what = "this line begins with four spaces or a tab, so it is shown as code"
            yield number, "M09", what, "remove the spaces or tab before it"
            inside = True  # report only the first line
        empty = not line.strip()


def _underlines(lines: Lines) -> Iterator[Fault]:
    """Lines such as `---` right below a line of text, which becomes a heading."""
    before = ""
    for number, line in lines:
        if UNDERLINE.match(line) and before.strip() and not BLOCK_START.match(before.strip()):
            hint = "remove this line, or put a blank line before it"
            if line.startswith("="):
                hint = "remove this line, and begin the one above with '## ' if it should be a heading"
            yield number, "M09", f"'{line.strip()[:3]}' makes a heading of the line above it", hint
        before = line


def check_invisible_characters(document: Document) -> Iterator[Diagnostic]:
    """Invisible characters that reorder, break or hide the text around them (Unicode categories Cc and Cf).

    The joiners of Persian and emoji (U+200C, U+200D) and directional marks (U+200E, U+200F) are allowed.
    """
    for number, line in enumerate(document.text.split("\n"), start=1):
        for character in dict.fromkeys(INVISIBLE.findall(line)):
            otherwise = "a control character" if character < "\xa0" else "not a character"
            name = unicodedata.name(character, otherwise).lower()
            before = line[: line.index(character)].split()[-1:] or ["the beginning of the line"]
            what = f"an invisible character, U+{ord(character):04X} ({name}), after '{before[0]}'"
            yield Diagnostic(document.path, number, "M10", what, "delete it, or retype the words around it")


def check_fill_in_markers(document: Document) -> Iterator[Diagnostic]:
    """Fill-in markers that are left from a template, as in `description: "FILL IN: 40 to 200 characters"`."""
    for number, line in enumerate(document.text.split("\n"), start=1):
        content = "" if line.lstrip().startswith("#") else line.split(" #")[0]
        if FILL_IN in content:
            hint = content.partition(FILL_IN)[2].strip(" :\"'") or "write what the line asks for"
            yield Diagnostic(document.path, number, "F10", "this is not filled in yet", hint.rstrip("."))
