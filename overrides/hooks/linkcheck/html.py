"""The reader of pages: one parse of an HTML, XHTML or SVG file into a Page.

The parser selects the elements that can matter in C; Python looks at those only. What is inside of `template`,
`srcdoc` and shadow trees is read too, but says nothing about the page itself.
"""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html.entities import name2codepoint

from selectolax.lexbor import LexborHTMLParser, LexborNode

from . import css, json_data, unrendered
from .attributes import (
    COMMANDS,
    META_URLS,
    OF_ELEMENT,
    ON_ANY,
    PAINT,
    POPOVER,
    SCHEMA_URLS,
    SHARED_URLS,
    TARGETS,
    Role,
    link_role,
    words,
)
from .model import Page, Problem, Reference, References

MAX_BYTES = 32_000_000
"""A parsed page takes ten times its size in memory."""
MAX_DEPTH = 5_000
"""Nested block elements: parsing time grows with their square, and browsers stop at 512."""

Attributes = dict[str, str | None]
_SVG, _XHTML = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xhtml}"
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"


class _XMLNode:
    """An element of an XML file, named as in HTML."""

    parent = None

    def __init__(self, element: ET.Element) -> None:
        self.tag = element.tag.removeprefix(_SVG).removeprefix(_XHTML)
        self.attributes: Attributes = {
            "xlink:href" if name == _XLINK_HREF else name: value for name, value in element.attrib.items()
        }
        self._element = element

    def text(self) -> str:
        return "".join(self._element.itertext())


@dataclass(slots=True)
class Element:
    """An element as rules see it. Tags are in lower case, but for SVG's own such as `linearGradient`."""

    tag: str
    attributes: Attributes
    node: LexborNode | _XMLNode
    inert: bool = False  # inside of a template or srcdoc

    def get(self, name: str) -> str:
        """The value of an attribute, or ""."""
        return self.attributes.get(name) or ""

    def text(self) -> str:
        """The text inside of the element."""
        return self.node.text() or ""

    def is_inside(self, tag: str) -> bool:
        """Whether an ancestor has this tag. XML files have no scripts or styles for which this matters."""
        parent = self.node.parent
        while parent is not None and parent.tag != tag:
            parent = parent.parent
        return parent is not None


ElementRule = Callable[[str, Element], Iterable[Problem]]
"""Given the path of the page and an element."""


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


@dataclass
class _Tree:
    """Ids, and references to ids, of one tree: the page, a shadow tree or a srcdoc page."""

    ids: dict[str, str] = field(default_factory=dict)
    repeated: Counter[str] = field(default_factory=Counter)
    wanted: dict[tuple[Reference, str], None] = field(default_factory=dict)  # with the command of a button
    inert_ids: set[str] = field(default_factory=set)


class Reader:
    """Reads pages. `rules` are the rules that look at elements, by tag."""

    def __init__(self, references: References, rules: Mapping[str, Sequence[ElementRule]] | None = None) -> None:
        self.references, self.rules = references, rules or {}
        plain = [tag for tag in _PLAIN_TAGS.split() if tag not in self.rules]
        self._always = f"a,[id],:not({','.join(plain)})"

    def read(self, path: str, data: bytes) -> Page:
        """The record of a page or SVG image."""
        kind = "svg" if path.lower().endswith(".svg") else "html"
        if refusal := _refusal(data):
            return Page(path, kind, errors=(refusal,), unread=True)
        text, wrong = decode(data)
        page = _PageReader(path, self)
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
    "body html head title hr u tt small sup sub nav header footer main article aside figure noscript option "
    "svg g path polygon polyline rect circle ellipse line text tspan"
)
"""Tags of elements that refer to something by few attributes only, see `Reader.selector`; common ones first."""
_REFRESH = re.compile(
    r"\s*([\d.]+)(?:\s*[;,]\s*|\s+)(?:url\s*=\s*)?(?:\"([^\"]*)|'([^']*)|(.+))", re.IGNORECASE | re.DOTALL
)
_PLAIN = words("href class title target rel")
"""Attributes of links that say nothing but where the link leads."""
_PLACEHOLDER = re.compile(r"\{\{|\{%|\$\{|<%")


class _PageReader:
    """Gathers what one page has."""

    def __init__(self, path: str, reader: Reader) -> None:
        self.path, self.reader = path, reader
        self.references: dict[Reference, None] = {}
        self.count = 0
        self.page = Page(path)
        self.tree = self.main = _Tree()
        self.apart: list[_Tree] = []
        self.inert = False
        self.names: Counter[str] = Counter()
        self.named_by_id: set[str] = set()
        self.maps: Counter[str] = Counter()
        self.errors: list[tuple[str, str]] = []
        self.found: list[Problem] = []

    def read_html(self, parser: LexborHTMLParser, data: bytes) -> None:
        selector = self.reader.selector(data)
        self._elements(parser.css(selector))
        if b"<template" in data or b"<TEMPLATE" in data:
            self._templates(parser.css("template"), selector)
        if root := parser.root:
            self.page.unrendered = tuple(unrendered.find(root))

    def read_xml(self, text: str, kind: str) -> str:
        """Read an SVG or XHTML file by the rules of XML; returns why it could not be read."""
        parser = ET.XMLParser()  # loads no external entities; expat limits the growth of internal ones
        parser.entity.update((name, chr(point)) for name, point in name2codepoint.items())
        try:
            parser.feed(re.sub(r"\A\s*<\?xml[^>]*\?>", "", text))
            root = parser.close()
        except ET.ParseError as error:
            wrong = f"this file is not valid XML: see line {error.position[0]}"
            self.errors.append((wrong, "correct that line; browsers show nothing of the file"))
            return "is not XML"
        if kind == "svg" and root.tag != f"{_SVG}svg":
            self.errors.append(
                ("this file is not an SVG image", 'start it with <svg xmlns="http://www.w3.org/2000/svg">')
            )
        self._elements(
            _XMLNode(each) for each in root.iter() if isinstance(each.tag, str) and each.tag.startswith((_SVG, _XHTML))
        )
        for match in re.finditer(r"<\?xml-stylesheet\b[^>]*?\bhref\s*=\s*[\"']([^\"'>]*)[\"']", text):
            self.add("xml-stylesheet", "href", match[1], Role.RESOURCE)
        return ""

    def _templates(self, templates: Iterable[LexborNode], selector: str) -> None:
        """Read the contents of templates, which the parser keeps in trees of their own."""
        for template in templates:
            tree, inert = self.tree, self.inert
            if "shadowrootmode" in template.attributes:
                self.tree = _Tree()
                self.apart.append(self.tree)
            self.inert = True
            for content in template.template_fragments():
                self._elements(content.css(selector))
                self._templates(content.css("template"), selector)
            self.tree, self.inert = tree, inert

    def _srcdoc(self, html: str) -> None:
        tree, inert = self.tree, self.inert
        self.tree, self.inert = _Tree(), True
        self.apart.append(self.tree)
        data = html.encode("utf-8", "replace")
        selector = self.reader.selector(data)
        self._elements(LexborHTMLParser(html).css(selector))
        self.tree, self.inert = tree, inert

    def _elements(self, nodes: Iterable["LexborNode | _XMLNode"]) -> None:
        """Gather from elements in document order. This loop is where the time of a check goes."""
        rules_of, hrefs, mine, inert = self.reader.rules, self.reader.references.hrefs, self.references, self.inert
        for node in nodes:
            tag, attributes = node.tag or "", node.attributes
            if (
                tag == "a"
                and not inert
                and (href := attributes.get("href"))
                and href != "#"
                and (len(attributes) == 1 or attributes.keys() <= _PLAIN)
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
            special, rules = _SPECIAL.get(tag), rules_of.get(tag)
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
                    self.tree.wanted[self.reader.references[tag, name, part, role], command] = None
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
            self.references[self.reader.references[element, attribute, value, role]] = None

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
                self._look_up(tree, reference, command)
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

    def _look_up(self, tree: _Tree, reference: Reference, command: str) -> None:
        """Find the element whose id an attribute holds."""
        value = reference.value
        if reference.attribute == "usemap":  # a hash-name reference (WHATWG HTML, section 2.3.9)
            known = value.partition("#")[2] in self.maps
        else:
            known = value in tree.ids or (tree is self.main and value in tree.inert_ids)
        if not known:
            self.page.broken_ids += ((reference, tree is not self.main),)
            return
        tag, _, state = tree.ids.get(value, "").partition(" ")
        right = TARGETS.get((reference.element, reference.attribute)) or COMMANDS.get(command, frozenset())
        if right and tag and "-" not in tag and state not in right and (tag not in right or state == "hidden"):
            self.page.wrong_targets += ((reference, f"{tag} {state}".strip(), right),)


def _script_kind(attributes: Attributes) -> str:
    if (attributes.get("type") or "").strip().lower() == "module":
        return "script module"
    return "script crossorigin" if "crossorigin" in attributes else "script"


_SPECIAL: dict[str, Callable[[_PageReader, Element], None]] = {
    "a": _PageReader._anchor,
    "base": _PageReader._base,
    "iframe": _PageReader._iframe,
    "link": _PageReader._link,
    "map": _PageReader._map,
    "meta": _PageReader._meta,
    "script": _PageReader._script,
    "style": _PageReader._style,
}


def references(data: bytes, path: str = "page.html") -> Iterator[Reference]:
    """The distinct references of a piece of HTML."""
    page = Reader(References()).read(path, data)
    yield from (*page.references, *page.id_references)
