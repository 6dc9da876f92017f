"""The reader of pages: one parse of an HTML or SVG file into a Page."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

from .gather import PageReader
from .model import Page, Reference, References

MAX_BYTES = 32_000_000
"""A parsed page takes ten times its size in memory."""
MAX_DEPTH = 5_000
"""Nested block elements: parsing time grows with their square, and browsers stop at 512."""

_BLOCK = re.compile(rb"<(/?)(?:article|aside|blockquote|center|details|div|dl|fieldset|form|main|nav|ol|section|ul)\b")


def decode(data: bytes) -> tuple[str, str]:
    """The text of a file, and what is wrong with its bytes ("": nothing)."""
    if b"\0" in data:
        return "", "contains bytes that are not text"
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return "", "is not UTF-8"


def read(path: str, data: bytes, references: References) -> Page:
    """The record of a page or SVG image."""
    page = PageReader(path, "svg" if path.lower().endswith(".svg") else "html", references)
    text, wrong = decode(data)
    if refusal := _refusal(data):
        page.fail(*refusal)
    elif wrong:
        page.fail(f"this file {wrong}", "save it as UTF-8")
    elif not text or text.isspace():
        page.fail("this file is empty", "build the site again, or remove the file")
    elif path.lower().endswith(".xhtml"):
        page.page.unread = True  # such pages are rare, and the parser knows the rules of HTML only
    elif page.page.kind == "svg" and (line := _wrong_line(text)):
        page.fail(
            f"this file is not valid XML: see line {line}", "correct that line; browsers show nothing of the file"
        )
    else:
        page.read_html(LexborHTMLParser(data.removeprefix(b"\xef\xbb\xbf")), data.lower())
    return page.record()


def references(data: bytes, path: str = "page.html") -> Iterator[Reference]:
    """The distinct references of a piece of HTML."""
    page = read(path, data, References())
    yield from (*page.references, *page.id_references)


def _refusal(data: bytes) -> tuple[str, str] | None:
    """Why a file is not parsed at all, and what to do."""
    if len(data) > MAX_BYTES:
        size, limit = len(data) // 1_000_000, MAX_BYTES // 1_000_000
        return f"this file has {size:,} MB; pages above {limit} MB are not read", "split it into several pages"
    if len(data) > 5 * MAX_DEPTH and data.count(b"<") - 2 * data.count(b"</") > MAX_DEPTH:  # many are never closed
        depth = deepest = 0
        for match in _BLOCK.finditer(data.lower()):
            depth += -1 if match[1] else 1
            deepest = max(depth, deepest)
        if deepest > MAX_DEPTH:
            return f"{deepest:,} elements are nested in each other", "close them: most are never closed"
    return None


def _wrong_line(text: str) -> int:
    """The line from which on a text is not well-formed XML; 0 if it is."""
    try:
        ET.fromstring(text)  # loads no external entities; expat limits the growth of internal ones
    except ET.ParseError as error:
        return error.position[0]
    return 0
