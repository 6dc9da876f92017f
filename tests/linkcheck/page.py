"""One parse of a page into a small record.

The parser is a browser-grade one, so comments, text of scripts and textareas,
and broken markup are seen as browsers see them. Pages are read in other
processes, hence a record that can be pickled and no parser objects in it.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from . import styles
from .model import Page, Reference, Role
from .references import JSON_LD, META, PAINT, TABLE, link_role

_UNRENDERED = re.compile(
    r"!?\[[^\[\]\n]+\]\((?:(?:https?://|mailto:|\.{0,2}/|#)[^\s()]*|[^\s()]+\.(?:md|html)(?:#[^\s()]*)?)\)"
    r"|-{2,}8<-{2,}[^\n]*")
_UNSEEN_TEXT = frozenset(("pre", "code", "kbd", "samp", "script", "style", "textarea", "annotation"))
_REFRESH = re.compile(r"\s*[\d.]+(?:\s*[;,]\s*|\s+)(?:url\s*=\s*)?(?:\"([^\"]*)|'([^']*)|(.+))", re.IGNORECASE | re.DOTALL)


class _Reading:
    """What is gathered while the tree of one file is walked."""

    def __init__(self) -> None:
        self.references: list[Reference] = []
        self.ids: Counter[str] = Counter()
        self.inner_ids: set[str] = set()
        self.names: set[str] = set()
        self.maps: set[str] = set()
        self.base: str | None = None
        self.canonicals: list[str] = []
        self.og_urls: list[str] = []
        self.noindex = False
        self.refresh: str | None = None
        self.errors: list[tuple[str, str]] = []

    def add(self, element: str, attribute: str, value: str, role: Role) -> None:
        self.references.append(Reference(element, attribute, value, role))

    def walk(self, root: LexborNode) -> None:
        """Gather from a tree and from the trees within: template contents and srcdoc pages."""
        waiting = [root]
        while waiting:
            tree = waiting.pop()
            for node in tree.traverse():
                attributes = node.attributes
                tag = node.tag
                if attributes:
                    self._attributes(tag, attributes, tree is not root)
                if tag in _SPECIAL:
                    _SPECIAL[tag](self, node, attributes)
                elif tag == "template":
                    waiting.extend(node.template_fragments())
                elif tag == "iframe" and attributes.get("srcdoc"):
                    waiting.append(LexborHTMLParser(attributes["srcdoc"]).root)

    def _attributes(self, tag: str, attributes: dict[str, str | None], inner: bool) -> None:
        for name, value in attributes.items():
            if name == "id":
                if value and inner:
                    self.inner_ids.add(value)
                elif value:
                    self.ids[value] += 1
            elif rules := TABLE.get(name):
                if rule := rules.get(tag) or rules.get("*"):
                    for part in rule.split(value or ""):
                        self.add(tag, name, part, rule.role)
            elif name == "style" or name in PAINT:
                for address in styles.addresses(value or ""):
                    self.add(tag, name, address, Role.RESOURCE)
            elif name == "name" and value:
                if tag == "a":
                    self.names.add(value)
                elif tag == "map":
                    self.maps.add(value)

    def _base(self, node: LexborNode, attributes: dict[str, str | None]) -> None:
        if self.base is None and attributes.get("href"):
            self.base = attributes["href"]

    def _link(self, node: LexborNode, attributes: dict[str, str | None]) -> None:
        if "href" not in attributes:
            return
        rel, href = attributes.get("rel") or "", attributes["href"] or ""
        if "canonical" in rel.lower().split():
            self.canonicals.append(href)
        else:
            self.add("link", "href", href, link_role(rel))

    def _meta(self, node: LexborNode, attributes: dict[str, str | None]) -> None:
        content = attributes.get("content") or ""
        name = (attributes.get("property") or attributes.get("name") or "").lower()
        if name == "og:url":
            self.og_urls.append(content)
        elif name in META:
            self.add("meta", name, content, Role.META)
        elif name == "robots":
            self.noindex = self.noindex or bool(re.search(r"\b(noindex|none)\b", content.lower()))
        elif (attributes.get("http-equiv") or "").lower() == "refresh":
            # WHATWG HTML, section 4.2.5.3, "shared declarative refresh steps"
            if match := _REFRESH.match(content):
                self.refresh = (match[1] or match[2] or match[3] or "").strip()
                self.add("meta", "refresh", self.refresh, Role.LINK)

    def _style(self, node: LexborNode, attributes: dict[str, str | None]) -> None:
        for address in styles.addresses(node.text()):
            self.add("style", "url()", address, Role.RESOURCE)

    def _script(self, node: LexborNode, attributes: dict[str, str | None]) -> None:
        """Read the scripts that are data; the code of other scripts is not looked into."""
        kind = (attributes.get("type") or "").lower()
        if not kind.endswith("json") and kind != "importmap":
            return
        try:
            data = json.loads(node.text())
        except (ValueError, RecursionError):
            if kind != "application/json" or attributes.get("id") == "__config":
                self.errors.append((f"a script of type {kind} is not valid JSON", "mend its JSON"))
            return
        if attributes.get("id") == "__config" and isinstance(data, dict):  # Material for MkDocs
            for key, role in (("base", Role.FOLDER), ("search", Role.RESOURCE)):
                if isinstance(data.get(key), str):
                    self.add("script", f"__config {key}", data[key], role)
        elif kind == "application/ld+json":
            for address in _json_ld(data):
                self.add("script", "ld+json", address, Role.META)
        elif kind == "importmap" and isinstance(data, dict):
            for address in (data.get("imports") or {}).values():
                self.add("script", "importmap", str(address or ""), Role.RESOURCE)

    def text(self, root: LexborNode) -> None:
        """Find Markdown that was never made into HTML, in text that readers see."""
        for node in root.traverse(include_text=True):
            if node.tag != "-text":
                continue
            for match in _UNRENDERED.finditer(node.text_content or ""):
                if not any(parent.tag in _UNSEEN_TEXT for parent in _parents(node)):
                    self.add("text", "", match[0], Role.TEXT)


_SPECIAL = {"base": _Reading._base, "link": _Reading._link, "meta": _Reading._meta,
            "style": _Reading._style, "script": _Reading._script}


def _parents(node: LexborNode) -> Iterator[LexborNode]:
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def _json_ld(data: Any, key: str = "") -> Iterator[str]:
    if isinstance(data, dict):
        for inner, value in data.items():
            yield from _json_ld(value, inner)
    elif isinstance(data, list):
        for value in data:
            yield from _json_ld(value, key)
    elif isinstance(data, str) and key in JSON_LD and "://" in data:
        yield data


def decoded(data: bytes) -> tuple[str, str]:
    """The text of a file, and what is wrong with its bytes ("" when nothing is).

    A page that is not UTF-8 is still read, so that links to its ids are not blamed too.
    """
    wrong = ""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        wrong, text = "is not UTF-8", data.decode("utf-8", "replace")
    return text, "holds bytes that are not text" if b"\0" in data else wrong


def read(path: str, data: bytes) -> Page:
    """The record of an HTML page or SVG image."""
    reading = _Reading()
    text, wrong = decoded(data)
    if wrong:
        reading.errors.append((f"this file {wrong}", "save it as UTF-8"))
    if "\0" in text:  # not a page, whatever its name
        text = ""
    root = LexborHTMLParser(text).root
    if root is not None:
        reading.walk(root)
        if "](" in text or "8&lt;-" in text or "8<-" in text:
            reading.text(root)
    return Page(
        path,
        "svg" if path.lower().endswith(".svg") else "html",
        tuple(dict.fromkeys(reading.references)),
        len(reading.references) + len(reading.canonicals) + len(reading.og_urls),
        frozenset(reading.ids),
        frozenset(reading.inner_ids),
        tuple((each, count) for each, count in reading.ids.items() if count > 1),
        frozenset(reading.names),
        frozenset(reading.maps),
        reading.base,
        tuple(reading.canonicals),
        tuple(reading.og_urls),
        reading.noindex,
        reading.refresh,
        tuple(reading.errors),
        bool(wrong),
    )
