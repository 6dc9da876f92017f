"""Gathers what the elements of one page refer to, and what in them can be referred to, into a Page.

What is inside of `template`, `srcdoc` and shadow trees is read too, but says nothing about the page itself.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from . import css, json_data, unrendered
from .attributes import (
    META_URLS,
    OF_ELEMENT,
    ON_ANY,
    PAINT,
    POPOVER,
    SCHEMA_URLS,
    SHARED_URLS,
    Role,
    link_role,
)
from .elements import Attributes, Element, ElementRule, XMLNode, xml_nodes
from .model import Page, Problem, Reference, References
from .trees import Tree

Rules = Mapping[str, Sequence[ElementRule]]


_REFRESH = re.compile(
    r"\s*([\d.]+)(?:\s*[;,]\s*|\s+)(?:url\s*=\s*)?(?:\"([^\"]*)|'([^']*)|(.+))", re.IGNORECASE | re.DOTALL
)
_TELLING = {*ON_ANY, *OF_ELEMENT["a"], *PAINT, "id", "name", "style"} - {"href"}
"""Attributes of a link that say something besides where it leads."""
_PLACEHOLDER = re.compile(r"\{\{|\{%|\$\{|<%")


class PageReader:
    """Gathers what one page has."""

    def __init__(self, path: str, interned: References, rules: Rules, selector: Callable[[bytes], str]) -> None:
        self.path, self.interned, self.rules, self.selector = path, interned, rules, selector
        self.references: dict[Reference, None] = {}
        self.count = 0
        self.page = Page(path)
        self.tree = self.main = Tree()
        self.apart: list[Tree] = []
        self.inert = False
        self.names: Counter[str] = Counter()
        self.named_by_id: set[str] = set()
        self.maps: Counter[str] = Counter()
        self.errors: list[tuple[str, str]] = []
        self.found: list[Problem] = []

    def read_html(self, parser: LexborHTMLParser, data: bytes) -> None:
        selector = self.selector(data)
        self._elements(parser.css(selector))
        if b"<template" in data or b"<TEMPLATE" in data:
            self._templates(parser.css("template"), selector)
        if root := parser.root:
            self.page.unrendered = tuple(unrendered.find(root))

    def read_xml(self, text: str, kind: str) -> str:
        """Read an SVG or XHTML file by the rules of XML; returns why it could not be read."""
        nodes, problem, hint = xml_nodes(text, kind)
        if problem:
            self.errors.append((problem, hint))
        self._elements(nodes)
        for match in re.finditer(r"<\?xml-stylesheet\b[^>]*?\bhref\s*=\s*[\"']([^\"'>]*)[\"']", text):
            self.add("xml-stylesheet", "href", match[1], Role.RESOURCE)
        return "" if nodes else "is not XML"

    def _templates(self, templates: Iterable[LexborNode], selector: str) -> None:
        """Read the contents of templates, which the parser keeps in trees of their own."""
        for template in templates:
            tree, inert = self.tree, self.inert
            if "shadowrootmode" in template.attributes:
                self.tree = Tree()
                self.apart.append(self.tree)
            self.inert = True
            for content in template.template_fragments():
                self._elements(content.css(selector))
                self._templates(content.css("template"), selector)
            self.tree, self.inert = tree, inert

    def _srcdoc(self, html: str) -> None:
        tree, inert = self.tree, self.inert
        self.tree, self.inert = Tree(), True
        self.apart.append(self.tree)
        data = html.encode("utf-8", "replace")
        selector = self.selector(data)
        self._elements(LexborHTMLParser(html).css(selector))
        self.tree, self.inert = tree, inert

    def _elements(self, nodes: Iterable["LexborNode | XMLNode"]) -> None:
        """Gather from elements in document order. This loop is where the time of a check goes."""
        rules_of, hrefs, mine, inert = self.rules, self.interned.hrefs, self.references, self.inert
        for node in nodes:
            tag, attributes = node.tag or "", node.attributes
            if (
                tag == "a"
                and not inert
                and (href := attributes.get("href"))
                and href != "#"
                and (len(attributes) == 1 or _TELLING.isdisjoint(attributes))
            ):  # by far the most common
                mine[hrefs[href]] = None
                self.count += 1
                continue
            known = OF_ELEMENT.get(tag, ON_ANY)
            for name, value in attributes.items():
                if (attribute := known.get(name)) is not None:
                    self._attribute(tag, name, value or "", attribute.role, attribute.split, attributes)
                elif name == "id":
                    self._id(tag, value or "", attributes)
                elif value and "(" in value and (name == "style" or name in PAINT):
                    for url in css.urls(value):
                        self.add(tag, name, url, Role.RESOURCE)
            special, rules = SPECIAL.get(tag), rules_of.get(tag)
            if special or rules:
                element = Element(tag, attributes, node, inert)
                if special:
                    special(self, element)
                for rule in rules or ():
                    self.found.extend(rule(self.path, element))

    def _attribute(
        self,
        tag: str,
        name: str,
        value: str,
        role: Role,
        split: Callable[[str], Iterable[str]] | None,
        attributes: Attributes,
    ) -> None:
        if role is Role.ID:
            command = (attributes.get("command") or "").lower() if name == "commandfor" else ""
            for part in split(value) if split else (value,):
                self.count += 1
                if not (self.inert and _PLACEHOLDER.search(part)):
                    self.tree.wanted[self.interned[tag, name, part, role], command] = None
        elif split is not None:
            for part in split(value):
                self.add(tag, name, part, role)
        elif role is Role.BASE:
            pass  # see _base
        else:
            self.add(_script_kind(attributes) if tag == "script" else tag, name, value, role)

    def add(self, element: str, attribute: str, value: str, role: Role) -> None:
        """Add a reference, unless a script fills it in."""
        if not (self.inert and _PLACEHOLDER.search(value)):
            self.count += 1
            self.references[self.interned[element, attribute, value, role]] = None

    def _id(self, tag: str, value: str, attributes: Attributes) -> None:
        if self.inert and self.tree is self.main:
            self.tree.inert_ids.add(value)
            return
        ids = self.tree.ids
        if value in ids:
            self.tree.repeated[value] += 1
        elif POPOVER in attributes:
            ids[value] = f"{tag} {POPOVER}"
        else:
            ids[value] = "input hidden" if tag == "input" and attributes.get("type") == "hidden" else tag

    def _base(self, element: Element) -> None:
        if self.page.base is None and element.get("href") and not self._is_aside(element):
            self.page.base = element.get("href")
            self.add("base", "href", self.page.base, Role.BASE)

    def _is_aside(self, element: Element) -> bool:
        """Whether an element says nothing about the page: it is in a template, or for readers without scripts only."""
        return self.inert or element.is_inside("noscript")

    def _anchor(self, element: Element) -> None:
        if name := element.get("name"):
            self.names[name] += 1
            if element.get("id") == name:
                self.named_by_id.add(name)

    def _map(self, element: Element) -> None:
        if name := element.get("name"):
            self.maps[name] += 1

    def _link(self, element: Element) -> None:
        href, rel = element.get("href"), element.get("rel").lower().split()
        self.page.has_integrity |= "integrity" in element.attributes
        if "href" not in element.attributes:
            return
        if "canonical" in rel:
            self.count += 1
            if not self._is_aside(element):
                self.page.canonicals += (href,)
            return
        if "alternate" in rel and element.get("hreflang") and "stylesheet" not in rel and not self._is_aside(element):
            self.page.alternates += ((element.get("hreflang"), href),)
        kind = "link"
        if "stylesheet" in rel:
            kind = "link crossorigin" if "crossorigin" in element.attributes else "link stylesheet"
        elif "icon" in rel or "apple-touch-icon" in rel:
            kind = "link icon"
        self.add(kind, "href", href, link_role(" ".join(rel)))

    def _meta(self, element: Element) -> None:
        content = element.get("content")
        name = (element.get("property") or element.get("name")).lower()
        if name in ("og:url", "twitter:url"):
            self.count += 1
            if not self._is_aside(element):
                self.page.og_urls += ((name, content),)
        elif name in SHARED_URLS:
            self.add("meta", name, content, Role.WHOLE)
        elif name in META_URLS:
            self.add("meta", name, content, Role.META)
        elif name in ("robots", "googlebot"):
            if re.search(r"\b(noindex|none)\b", content.lower()) and not self._is_aside(element):
                self.page.noindex = True
        elif element.get("http-equiv").lower() == "refresh":
            self._refresh(element, content)
        elif not SCHEMA_URLS.isdisjoint(element.get("itemprop").split()):
            self.add("meta", "itemprop", content, Role.META)
        elif content[:4].lower() == "http" and re.fullmatch(r"https?://[^\s{}]+", content, re.IGNORECASE):
            self.add("meta", name, content, Role.MENTION)

    def _refresh(self, element: Element, content: str) -> None:
        """WHATWG HTML, section 4.2.5.3, "shared declarative refresh steps"."""
        if match := _REFRESH.match(content):
            url = (match[2] or match[3] or match[4] or "").strip()
            self.add("meta", "refresh", url, Role.LINK)
            if not self._is_aside(element):
                self.page.refresh, self.page.refreshes_at_once = url, not match[1].strip("0.")
        elif not re.fullmatch(r"\s*[\d.]*\s*[;,]?\s*", content):
            wrong = f"browsers ignore the refresh '{' '.join(content.split())}'"
            self.errors.append((wrong, "start it with the seconds to wait, as in '0; url=new.html'"))

    def _style(self, element: Element) -> None:
        for url in css.urls(element.text()):
            self.add("style", "url()", url, Role.RESOURCE)

    def _script(self, element: Element) -> None:
        kind = element.get("type").partition(";")[0].strip().lower()
        self.page.has_integrity |= "integrity" in element.attributes
        if "src" in element.attributes or not kind.endswith("json"):
            return
        try:
            for url, role in json_data.in_script(kind, element.text()):
                self.add("script", "ld+json", url, role)
        except ValueError:
            self.errors.append((f"a script of type {kind} is not valid JSON", "correct its JSON"))

    def _iframe(self, element: Element) -> None:
        if html := element.get("srcdoc"):
            self._srcdoc(html)

    def record(self, kind: str, *, unread: bool) -> Page:
        """The record of the file."""
        main, page = self.main, self.page
        repeated = [("id", name, count + 1) for name, count in main.repeated.items() if name]
        for name, count in self.names.items():
            total = count + (name in main.ids) - (name in self.named_by_id)
            if total > 1:
                repeated.append(("name", name, total))
        repeated += [("map", name, count) for name, count in self.maps.items() if count > 1]
        for tree in (main, *self.apart):
            for reference, command in tree.wanted:
                known, wrong = tree.look_up(reference, command, self.maps)
                if not known:
                    page.broken_ids += ((reference, tree is not main),)
                elif wrong:
                    page.wrong_targets += ((reference, *wrong),)
        return replace(
            page,
            kind=kind,
            references=tuple(self.references),
            count=self.count,
            ids=main.ids,
            inert_ids=frozenset(main.inert_ids),
            names=frozenset(self.names),
            maps=frozenset(self.maps),
            repeated=tuple(repeated),
            id_references=tuple(reference for reference, _ in main.wanted),
            found=tuple(self.found),
            errors=tuple(self.errors),
            unread=unread,
        )


def _script_kind(attributes: Attributes) -> str:
    if (attributes.get("type") or "").strip().lower() == "module":
        return "script module"
    return "script crossorigin" if "crossorigin" in attributes else "script"


SPECIAL: dict[str, Callable[[PageReader, Element], None]] = {
    "a": PageReader._anchor,
    "base": PageReader._base,
    "iframe": PageReader._iframe,
    "link": PageReader._link,
    "map": PageReader._map,
    "meta": PageReader._meta,
    "script": PageReader._script,
    "style": PageReader._style,
}
