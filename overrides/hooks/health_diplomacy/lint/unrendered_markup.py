"""Finds Markdown syntax that was not rendered, and unclosed tags.

Markdown syntax is searched in the rendered text outside code, so whatever was rendered is ignored. Unclosed tags are
searched in the source, because HTML parsers close them.
"""

import re
from collections.abc import Iterator

from diagnostics import Diagnostic
from selectolax.lexbor import LexborNode

from health_diplomacy.content.documents import Document
from health_diplomacy.lint.markdown import without_code
from health_diplomacy.lint.safety import ALLOWED, ELEMENTS, REFUSED

# Code, pattern, message, hint.
PATTERNS = [
    (
        "M05",
        re.compile(r"!?\[[^\[\]\n]+\][ \t]+\((?=[^\s()]*[./#])[^\s()]+\)"),
        "'{}' is no link, and is shown as it is written",
        "leave no space between ']' and '('",
    ),
    (
        "M05",
        re.compile(r"!?\[[^\[\]\n]+\]\([^\n()]*\)"),
        "'{}' stands in HTML, and is shown as it is written",
        'leave out the tags around it, or write markdown="1" into the outer one',
    ),
    (
        "M05",
        re.compile(r"!?\[[^\[\]\n]+\]\([^\s()]*(?![^\n()]*\))"),
        "the link '{}' has no end",
        "put ')' right after its address",
    ),
    (
        "M05",
        re.compile(r"\([^()\n]+\)\[[^\[\]\s]*(?:\.md|://)[^\[\]\s]*\]"),
        "'{}' is no link, and is shown as it is written",
        "write the words in [ ], and then the address in ( )",
    ),
    (
        "M05",
        re.compile(r"\[[^\[\]\n]+\]\[[^\[\]\n]*\]"),
        "'{}' is no link, and is shown as it is written",
        "write the address behind the words, as in [the method](method.md)",
    ),
    (
        "M06",
        re.compile(r"\[\^[^\[\]\s]+\]:?"),
        "'{}' is shown as it is, because no footnote has this name",
        "write the footnote on a line of its own, as in '[^1]: Its text.'",
    ),
    (
        "M06",
        re.compile(r"\{:? ?[#.][A-Za-z][\w-]*(?![^\n{]*\})"),
        "'{}' has no end, so it is shown as it is and gives no address",
        "write ' }}' after it",
    ),
    (
        "M06",
        re.compile(r"\{:? ?[#.][A-Za-z][\w-]*[^{}\n]*\}"),
        "'{}' does not stand where Markdown takes it",
        "put it at the end of a heading, or on a line of its own right under a paragraph",
    ),
    (
        "M06",
        re.compile(r"\*\*"),
        "two asterisks are shown as they are",
        "put '**' right before the first and right after the last of the words, or leave it out",
    ),
    (
        "M06",
        re.compile(r"(?<!`)`{1,2}(?!`)"),
        "a backtick is shown as it is",
        "put one before and one after the words, or leave it out",
    ),
]
VERBATIM = {"code", "pre", "kbd", "samp", "script", "style", "textarea"}
VOID = frozenset(ALLOWED["void"].split())
OPTIONAL_END = frozenset(ALLOWED["optional_end"].split())
BLOCKS = frozenset(ALLOWED["blocks"].split())
TAG = re.compile(r"(?<!\\)<(?P<end>/?)(?P<name>[A-Za-z][\w-]*)(?P<rest>(?=[\s/>])(?:\"[^\"]*\"|'[^']*'|[^<>\"'])*)>")
NOT_CLOSED = "is not closed"


def check_signs(document: Document, page: LexborNode) -> Iterator[Diagnostic]:
    """Markdown syntax in the rendered text of a page.

    Bad:  `[the glossary] (../glossary.md)`, `**bold`, `## Privacy { #privacy`   Good:  the same, closed and without the space
    """
    seen: dict[str, int] = {}
    for text in _texts(page):
        taken = bytearray(len(text))
        for code, pattern, what, hint in PATTERNS:
            for found in pattern.finditer(text):
                start, end = found.span()
                if 1 in taken[start:end]:
                    continue
                taken[start:end] = bytes([1]) * (end - start)
                at = _source_offset(document, text, start, seen)
                if at is not None:
                    line, message = document.line_at(at), what.format(_short(found[0]))
                    yield Diagnostic(document.path, line, code, message, hint.format())


def _texts(page: LexborNode) -> Iterator[str]:
    """The text nodes of a page outside code."""
    for node in page.traverse(include_text=True):
        if node.tag == "-text":
            parent = node.parent
            while parent and parent.tag not in VERBATIM:
                parent = parent.parent
            if not parent:
                yield node.text_content or ""


def _source_offset(document: Document, text: str, start: int, seen: dict[str, int]) -> int | None:
    """The offset in the source of rendered text at `start`; None if the source differs, as with the escape `\\*`."""
    begin, end = text.rfind("\n", 0, start) + 1, text.find("\n", start)
    line = text[begin : end if end >= 0 else len(text)]
    for part in (line.strip(), line[start - begin :].strip()):
        at = document.text.find(part, seen.get(part, document.body_start))
        if part and at >= 0:
            seen[part] = at + len(part)
            return at
    return None


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= 60 else f"{words[:59]}…"


def check_tags(document: Document) -> Iterator[Diagnostic]:
    """Unclosed tags, which contain the rest of the page.

    Bad:  `<div>` without `</div>`   Good:  both
    """
    opened: list[tuple[str, int]] = []
    for tag in TAG.finditer(without_code(document)):
        name, line = tag["name"].casefold(), document.line_at(tag.start())
        if name not in ELEMENTS.keys() | REFUSED.keys() | {"svg"}:
            continue
        if tag["end"]:
            start = next((index for index in range(len(opened) - 1, -1, -1) if opened[index][0] == name), None)
            if start is not None:
                yield from _unclosed(document, opened[start + 1 :])
                del opened[start:]
        elif name not in VOID and REFUSED.get(name, [""])[0] != "M08" and not tag["rest"].rstrip().endswith("/"):
            opened.append((name, line))
    yield from _unclosed(document, opened)


def hides_the_rest(problem: Diagnostic) -> bool:
    """Whether an unclosed tag contains the rest of the page, so that other problems may only be consequences."""
    return NOT_CLOSED in problem.message and problem.message[1:].partition(">")[0] in BLOCKS


def _unclosed(document: Document, opened: list[tuple[str, int]]) -> Iterator[Diagnostic]:
    for name, line in opened:
        if name not in OPTIONAL_END:
            what = f"<{name}> {NOT_CLOSED}, so it takes in all that follows"
            yield Diagnostic(document.path, line, "M07", what, f"write </{name}> where it ends, or remove it")
