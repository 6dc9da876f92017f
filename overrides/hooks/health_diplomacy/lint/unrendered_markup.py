"""Finds Markdown syntax that was not rendered, and unclosed tags.

`unrendered_markup.yml` lists the syntax. Mistakes are looked for in the rendered text outside code, so whatever was
rendered is ignored. Unsupported syntax and unclosed tags are looked for in the source, because other syntax
may alter the first, and HTML parsers close the second.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml
from diagnostics import Diagnostic
from selectolax.lexbor import LexborNode

from health_diplomacy.content.documents import Document
from health_diplomacy.content.yaml_diagnostics import Parser
from health_diplomacy.lint import Fault
from health_diplomacy.lint.markdown import without_code
from health_diplomacy.lint.safety import ELEMENTS, REFUSED
from health_diplomacy.lint.svg_safety import ALLOWED

MARKUP = yaml.load(Path(__file__).with_suffix(".yml").read_bytes(), Parser)
UNSUPPORTED = [
    (re.compile(kind["pattern"], re.MULTILINE), kind) for kind in [*MARKUP["unsupported"], *MARKUP["misread"]]
]
MISTAKES = [(re.compile(kind["pattern"]), kind) for kind in MARKUP["mistakes"]]
VERBATIM = {"code", "pre", "kbd", "samp", "script", "style", "textarea"}
VERBATIM_HTML = re.compile(r"(?is)<(?P<tag>code|pre|kbd|samp)\b.*?</(?P=tag)>")
OPTIONAL_END = frozenset(ALLOWED["optional_end"].split())
BLOCKS = frozenset(ALLOWED["blocks"].split())
STYLING = {tag for tag, (code, _, _) in REFUSED.items() if code == "M08"}
UNPAIRED = STYLING | set(ALLOWED["void"].split())
CLOSED = {"svg", *ELEMENTS, *REFUSED} - UNPAIRED - OPTIONAL_END
TAG = re.compile(r"(?<!\\)<(?P<end>/?)(?P<name>[A-Za-z][\w-]*)(?P<rest>(?=[\s/>])(?:\"[^\"]*\"|'[^']*'|[^<>\"'])*)>")


def check(document: Document, page: LexborNode) -> tuple[list[Diagnostic], bool]:
    """What is not rendered or not closed, and whether the rest of the page is inside an unclosed block."""
    tags, is_truncated = _check_tags(document)
    return [*tags, *check_syntax(document, None if is_truncated else page)], is_truncated


def check_syntax(document: Document, page: LexborNode | None) -> Iterator[Diagnostic]:
    """Unsupported syntax in the source, and Markdown in the text of the rendered page, unless that is None."""
    unsupported = list(_check_unsupported(document))
    yield from unsupported
    lines = {problem.line for problem in unsupported}
    seen: dict[str, int] = {}
    for text in _texts(page) if page else ():
        offsets: dict[int, int] = {}  # in the source, of the lines of this text
        for found, kind in _matches(MISTAKES, text):
            words = found[0].lstrip("\n")
            start = found.end() - len(words)
            begin = text.rfind("\n", 0, start) + 1
            if begin not in offsets:
                offsets[begin] = _source_offset(document, seen, text[begin:], text[begin:].partition("\n")[0])
            offset = offsets[begin]
            if offset < 0:
                offset = _source_offset(document, seen, text[start:].partition("\n")[0])
            if offset >= 0 and (line := document.line_at(offset)) not in lines:
                yield Diagnostic(document.path, line, kind["code"], kind["what"].format(_short(words)), kind["hint"])


def _check_unsupported(document: Document) -> Iterator[Diagnostic]:
    """Syntax that this site does not support, or that Markdown reads differently, outside code."""
    outside = VERBATIM_HTML.sub(lambda found: " " * len(found[0]), without_code(document, fences=True))
    for found, kind in _matches(UNSUPPORTED, document.text):
        text = found[0].lstrip(" >")
        start = found.end() - len(text)
        if outside[start] == text[0]:
            what = kind.get("what") or f"'{{}}' is {kind['name']}, which this site does not support"
            code = kind.get("code", "M06" if "what" in kind else "M12")
            yield Diagnostic(document.path, document.line_at(start), code, what.format(_short(text)), kind["hint"])


def _matches(
    patterns: list[tuple[re.Pattern[str], dict[str, str]]], text: str
) -> Iterator[tuple[re.Match[str], dict[str, str]]]:
    """The matches that don't overlap those of earlier patterns."""
    taken = bytearray(len(text))
    for pattern, kind in patterns:
        for found in pattern.finditer(text):
            start, end = found.span()
            if 1 not in taken[start:end]:
                taken[start:end] = bytes([1]) * (end - start)
                yield found, kind


def _texts(page: LexborNode) -> Iterator[str]:
    """The text nodes of a page outside code."""
    for node in page.traverse(include_text=True):
        if node.tag == "-text":
            parent = node.parent
            while parent and parent.tag not in VERBATIM:
                parent = parent.parent
            if not parent:
                yield node.text_content or ""


def _source_offset(document: Document, seen: dict[str, int], *parts: str) -> int:
    """The next offset in the source of the first part that it contains; -1 if it differs, as with the escape `\\*`."""
    for part in map(str.strip, parts):
        at = document.text.find(part, seen.get(part, document.body_start)) if part else -1
        if at >= 0 and document.text[at - 1] != "\\":
            seen[part] = at + len(part)
            return at
    return -1


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= 60 else f"{words[:59]}…"


def _check_tags(document: Document) -> tuple[list[Diagnostic], bool]:
    """Tags without their counterpart, and whether the rest of the page is inside an unclosed block."""
    opened: list[tuple[str, int]] = []
    unclosed: list[tuple[str, int]] = []
    faults: list[Fault] = []
    for tag in TAG.finditer(without_code(document)):
        name, line = tag["name"].casefold(), document.line_at(tag.start())
        names = [opening for opening, _ in opened]
        if name in UNPAIRED or (not tag["end"] and tag["rest"].rstrip().endswith("/")):
            if tag["end"] and name == "br":  # browsers show it as <br>, other readers don't
                faults.append((line, "M07", "</br> is not a tag", "write <br>"))
            continue
        if not tag["end"]:
            opened.append((name, line))
        elif name in names:
            start = len(names) - 1 - names[::-1].index(name)
            unclosed += opened[start + 1 :]
            del opened[start:]
        else:
            faults.append((line, "M07", f"</{name}> has no opening tag", "remove it"))
    unclosed = [(name, line) for name, line in unclosed + opened if name in CLOSED]
    for name, line in unclosed:
        what = f"<{name}> is not closed, so it contains the rest of the page"
        faults.append((line, "M07", what, f"write </{name}> where it ends, or remove it"))
    return [Diagnostic(document.path, *fault) for fault in faults], any(name in BLOCKS for name, _ in unclosed)
