"""Gathers what the elements of one page refer to, and what in them can be referred to, into a Page.

The parser selects elements in C; Python looks only at those that matter.
"""

import json
import re
from collections import Counter

from selectolax.lexbor import LexborHTMLParser, LexborNode

from . import css, urls
from .attributes import META_URLS, OF_ELEMENT, ON_ANY, PAINT, link_role
from .model import Page, Reference, References, Role

_REFRESH = re.compile(
    r"\s*[\d.]+(?:\s*[;,]\s*|\s+)(?:url\s*=\s*)?(?:\"([^\"]*)|'([^']*)|(.+))", re.IGNORECASE | re.DOTALL
)
_SELECTED = (
    "[href],[id],a[name],meta,style,script,[src],[srcset],[imagesrcset],[poster],[data],[cite],[action],[for],[list],"
    "[form],[usemap],map"
)
_IF_IN_PAGE = (
    (b"aria-", "[aria-controls],[aria-describedby],[aria-labelledby]"),
    (b"url(", ",".join(f"[{name}*='url(']" for name in ("style", *sorted(PAINT)))),
)
"""What to select only if the page has a text: looking for a text costs as much as selecting by two attributes."""

_READ = OF_ELEMENT.keys() - {"a"} | {"base", "link", "meta", "script", "style"}
_READ_ON_ANY = ON_ANY.keys() | PAINT | {"style", "xlink:href"}


class PageReader:
    """Gathers what one page has."""

    def __init__(self, path: str, kind: str, interned: References) -> None:
        self.page, self.interned = Page(path, kind), interned
        self.references: dict[Reference, None] = {}
        self.id_references: dict[Reference, None] = {}
        self.ids: list[str] = []
        self.inert_ids: set[str] = set()
        self.named: dict[str, list[str]] = {"a": [], "map": []}

    def fail(self, wrong: str, hint: str) -> None:
        """Note why the file can't be read."""
        self.page.errors.append((wrong, hint))
        self.page.unread = True

    def read_html(self, tree: LexborHTMLParser, data: bytes) -> None:
        """Read a page. `data` is the page in lower case, to tell what it can't have."""
        selector = ",".join((_SELECTED, *(selector for text, selector in _IF_IN_PAGE if text in data)))
        hrefs: list[str] = []
        for node in tree.css(f":is({selector})"):
            tag, attributes = node.tag or "", node.attributes
            if tag == "a" and "href" in attributes:
                hrefs.append(attributes["href"] or "")
            if "id" in attributes:
                self.ids.append(attributes["id"] or "")
            if tag in _READ or not _READ_ON_ANY.isdisjoint(attributes):
                self._read(tag, {name: value or "" for name, value in attributes.items()}, node)
            if tag in self.named and "name" in attributes:
                self.named[tag].append(attributes["name"] or "")
        self._add_links(hrefs)
        if b"<template" in data:
            self._read_templates(tree)

    def _read_templates(self, scope: LexborHTMLParser | LexborNode) -> None:
        """Read the links and ids of what a script may show; the rest says nothing about the page."""
        for template in scope.css("template"):
            for content in template.template_fragments():
                hrefs = [node.attrs.get("href") or "" for node in content.css("a[href]")]
                self._add_links([href for href in hrefs if href and not urls.TEMPLATE.search(href)])
                self.inert_ids.update(node.id or "" for node in content.css("[id]"))
                self._read_templates(content)

    def _add_links(self, hrefs: list[str]) -> None:
        """Add links; the bulk of all references."""
        interned, mine = self.interned.hrefs, self.references
        self.page.count += len(hrefs)
        for href in hrefs:
            mine[interned[href]] = None

    def _read(self, tag: str, attributes: dict[str, str], node: LexborNode) -> None:
        """Read an element but for `a[href]`. Tags are in lower case, but for SVG's own such as `linearGradient`."""
        known = OF_ELEMENT.get(tag, ON_ANY)
        for name, value in attributes.items():
            if (attribute := known.get(name)) is not None:
                for part in attribute.split(value) if attribute.split else (value,):
                    self._add(tag, name, part, attribute.role)
            elif "url(" in value and (name == "style" or name in PAINT):
                for url in css.urls(value):
                    self._add(tag, name, url, Role.RESOURCE)
        if tag == "link" and "href" in attributes:
            self._link(attributes["href"], attributes.get("rel", "").lower())
        elif tag == "meta":
            self._meta(attributes)
        elif tag == "base" and attributes.get("href") and self.page.base is None:
            self.page.base = attributes["href"]
            self.page.count += 1
        elif tag == "style":
            for url in css.urls(node.text() or ""):
                self._add("style", "url()", url, Role.RESOURCE)
        elif tag == "script" and attributes.get("type", "").strip().lower() == "application/ld+json":
            self._json_ld(node.text() or "")

    def _add(self, element: str, attribute: str, value: str, role: Role) -> None:
        self.page.count += 1
        found = self.id_references if role is Role.ID else self.references
        found[self.interned[element, attribute, value, role]] = None

    def _link(self, href: str, rel: str) -> None:
        if "canonical" in rel.split():
            self.page.count += 1
            self.page.canonicals += (href,)
        else:
            self._add("link", "href", href, link_role(rel))

    def _meta(self, attributes: dict[str, str]) -> None:
        content = attributes.get("content", "")
        name = (attributes.get("property") or attributes.get("name", "")).lower()
        if name in META_URLS:
            self._add("meta", name, content, Role.META)
        elif name in ("robots", "googlebot"):
            self.page.noindex |= bool(re.search(r"\b(noindex|none)\b", content.lower()))
        elif attributes.get("http-equiv", "").lower() == "refresh":
            self._refresh(content)

    def _refresh(self, content: str) -> None:
        """WHATWG HTML, section 4.2.5.3, "shared declarative refresh steps"."""
        if match := _REFRESH.match(content):
            self.page.refresh = (match[1] or match[2] or match[3] or "").strip()
            self._add("meta", "refresh", self.page.refresh, Role.LINK)

    def _json_ld(self, text: str) -> None:
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            self.page.errors.append(("a script of type application/ld+json is not valid JSON", "correct its JSON"))
            return
        for url in json_urls(text):
            self._add("script", "ld+json", url.partition("#")[0], Role.MENTION)  # a fragment is often a mere name

    def record(self) -> Page:
        """The record of the file."""
        page = self.page
        page.ids, page.names, page.maps = (frozenset(each) - {""} for each in (self.ids, *self.named.values()))
        if len(page.ids) < len(self.ids):
            counts = Counter(self.ids)
            page.repeated = tuple((name, count) for name, count in counts.items() if count > 1 and name)
        page.references, page.id_references = tuple(self.references), tuple(self.id_references)
        page.broken_ids = tuple(each for each in page.id_references if not self._has(each))
        return page

    def _has(self, reference: Reference) -> bool:
        if reference.attribute == "usemap":  # a hash-name reference (WHATWG HTML, section 2.3.9)
            return reference.value.partition("#")[2] in self.page.maps
        return reference.value in self.page.ids or reference.value in self.inert_ids


_JSON = re.compile(r'("(?:@(?:base|context|type|vocab)|id|name|title)"\s*:[\s\[]*)?"(https?://[^\s"{}\\]+)"(?!\s*:)')


def json_urls(text: str) -> list[str]:
    """The strings in JSON that are an absolute URL and nothing else, without names of things and of vocabularies."""
    return list(dict.fromkeys(url for name, url in _JSON.findall(text.replace("\\/", "/")) if not name))
