"""The reader of pages: one parse of an HTML, XHTML or SVG file into a Page.

The parser selects the elements that can matter in C; Python looks at those only.
"""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

from .attributes import ON_ANY
from .gather import PageReader, Rules
from .model import Page, Reference, References

MAX_BYTES = 32_000_000
"""A parsed page takes ten times its size in memory."""
MAX_DEPTH = 5_000
"""Nested block elements: parsing time grows with their square, and browsers stop at 512."""


def decode(data: bytes) -> tuple[str, str]:
    """The text of a file, and what is wrong with its bytes ("": nothing)."""
    wrong = ""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        wrong, text = "is not UTF-8", _decode_as_declared(data)
    return text, "contains bytes that are not text" if b"\0" in data else wrong


def _decode_as_declared(data: bytes) -> str:
    """The text in the encoding that the file declares, so that its ids are known all the same."""
    declared = re.search(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]+)", data[:1024], re.IGNORECASE)
    name = declared[1].decode().lower() if declared else "utf-8"
    try:  # WHATWG Encoding, section 4.2: Latin-1 is read as Windows-1252
        return data.decode("cp1252" if name in ("iso-8859-1", "latin1", "us-ascii") else name, "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


_BLOCK = re.compile(
    rb"<(/?)(?:address|article|aside|blockquote|center|details|dialog|div|dl|fieldset|figure|footer|form|header|main"
    rb"|menu|nav|ol|section|summary|ul)\b",
    re.IGNORECASE,
)


def _refusal(data: bytes) -> tuple[str, str] | None:
    """Why a file is not parsed at all, and what to do."""
    if len(data) > MAX_BYTES:
        size, limit = len(data) // 1_000_000, MAX_BYTES // 1_000_000
        return f"this file has {size:,} MB; pages above {limit} MB are not read", "split it into several pages"
    if len(data) > 5 * MAX_DEPTH and data.count(b"<") - 2 * data.count(b"</") > MAX_DEPTH:  # many are never closed
        depth = deepest = 0
        for match in _BLOCK.finditer(data):
            depth += -1 if match[1] else 1
            deepest = max(depth, deepest)
        if deepest > MAX_DEPTH:
            return f"{deepest:,} elements are nested in each other", "close them: most are never closed"
    return None


class Reader:
    """Reads pages. `rules` are the rules that look at elements, by tag."""

    def __init__(self, references: References, rules: Rules | None = None) -> None:
        self.references, self.rules = references, rules or {}
        plain = [tag for tag in _PLAIN_TAGS.split() if tag not in self.rules]
        self._always = f"a,[id],:not({','.join(plain)})"

    def read(self, path: str, data: bytes) -> Page:
        """The record of a page or SVG image."""
        kind = "svg" if path.lower().endswith(".svg") else "html"
        if refusal := _refusal(data):
            return Page(path, kind, errors=(refusal,), unread=True)
        text, wrong = decode(data)
        page = PageReader(path, self.references, self.rules, self.selector)
        if wrong:
            page.errors.append((f"this file {wrong}", "save it as UTF-8"))
        if not text or text.isspace():
            page.errors.append(("this file is empty", "build the site again, or remove the file"))
            wrong = "is empty"
        elif wrong and "\0" in text:
            pass  # not a page, whatever its name
        elif path.lower().endswith((".svg", ".xhtml")):
            wrong = page.read_xml(text, kind) or wrong
        else:
            page.read_html(LexborHTMLParser(text if wrong or data[:1] == b"\xef" else data), data)
        return page.record(kind, unread=bool(wrong))

    def selector(self, data: bytes) -> str:
        """Selects the elements of a page that can matter: all but those of common tags without a telling attribute."""
        parts = [self._always]
        if b"aria-" in data or b"item" in data:
            parts += [f"[{name}]" for name in ON_ANY if name.encode() in data]
        if b"headers=" in data:
            parts.append("[headers]")
        if b"url(" in data:
            parts += ["[style]", "svg *"]
        return f":is({','.join(parts)})"


_PLAIN_TAGS = (
    "div span code td li p i b dd dt tr pre em strong br ul ol wbr h1 h2 h3 h4 h5 h6 dl table tbody thead th section "
    "body html head title hr u tt small sup sub nav header footer main article aside figure noscript option col colgroup acronym "
    "svg g path polygon polyline rect circle ellipse line text tspan"
)
"""Tags of elements that refer to something by few attributes only, see `Reader.selector`; common ones first."""


def references(data: bytes, path: str = "page.html") -> Iterator[Reference]:
    """The distinct references of a piece of HTML."""
    page = Reader(References()).read(path, data)
    yield from (*page.references, *page.id_references)
