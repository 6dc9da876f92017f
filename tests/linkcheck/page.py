"""One parse of a page into a small record.

The parser is a browser-grade one, so comments, text of scripts and textareas,
and broken markup are seen as browsers see them. Pages are read in other
processes, hence a record that can be pickled and no parser objects in it.
Most of the time goes into the loop of `_Reading.walk`: it looks at each
element once, and only at those that have an attribute that can matter.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate

from selectolax.lexbor import LexborHTMLParser, LexborNode

from . import scripts, styles
from .model import Page, Reference, Role
from .references import META, MICRODATA, PAINT, SEEN, SHARED, SORTS, link_role, rules

LARGEST = 32_000_000
"""bytes of a page; no reader waits for more, and a parsed page takes ten times its size."""
DEEPEST = 5_000
"""block elements within each other; a parser's time grows with the square of them, and browsers stop at 512."""

_Row = tuple[str, str, str, Role]
_Attributes = dict[str, str | None]

_UNRENDERED = re.compile(
    r"!?\[[^\[\]\n]+\]\((?:(?:https?://|mailto:|\.{0,2}/|#)[^\s()]*|[^\s()]+\.(?:md|html)(?:#[^\s()]*)?)\)"
    r"|-{2,}8<-{2,}[^\n]*")
_UNSEEN_TEXT = frozenset(("pre", "code", "kbd", "samp", "script", "style", "textarea", "annotation"))
_REFRESH = re.compile(r"\s*([\d.]+)(?:\s*[;,]\s*|\s+)(?:url\s*=\s*)?(?:\"([^\"]*)|'([^']*)|(.+))", re.IGNORECASE | re.DOTALL)
_BLOCK = re.compile(rb"<(/?)(?:address|article|aside|blockquote|center|details|dialog|div|dl|fieldset|figure|footer|form"
                    rb"|header|main|menu|nav|ol|section|summary|ul)\b", re.IGNORECASE)
_UPWARD = re.compile(r"\b(?:top|up)\b|[↑⇧⬆▲^]", re.IGNORECASE)
_STYLE_SHEET = re.compile(r"<\?xml-stylesheet\b[^>]*?\bhref\s*=\s*[\"']([^\"'>]*)[\"']")


class _Reading:
    """What is gathered while the tree of one file is walked."""

    def __init__(self) -> None:
        self.rows: dict[_Row, int] = {}
        self.count = 0
        self.ids: dict[str, str] = {}  # id -> element
        self.again: Counter[str] = Counter()
        self.inner_ids: dict[str, str] = {}
        self.names: set[str] = set()
        self.maps: set[str] = set()
        self.base: str | None = None
        self.canonicals: list[str] = []
        self.og_urls: list[str] = []
        self.alternates: list[tuple[str, str]] = []
        self.noindex = False
        self.refresh: str | None = None
        self.refresh_at_once = False
        self.errors: list[tuple[str, str]] = []

    def add(self, element: str, attribute: str, value: str, role: Role) -> None:
        self.count += 1
        self.rows[element, attribute, value, role] = 1

    def walk(self, root: LexborNode) -> None:
        """Gather from a tree and from the trees within: template contents and srcdoc pages."""
        waiting = [root]
        rows, special, seen, link = self.rows, _SPECIAL, SEEN, Role.LINK
        while waiting:
            tree = waiting.pop()
            ids = self.ids if tree is root else self.inner_ids
            for node in tree.traverse():
                attributes = node.attributes
                tag = node.tag
                if attributes and not seen.isdisjoint(attributes):
                    if tag == "a" and _PLAIN_LINK.issuperset(attributes) and attributes.get("href") not in _NOT_PLAIN:
                        rows["a", "href", attributes["href"], link] = 1  # by far the most common
                        self.count += 1
                        continue
                    self._attributes(node, tag, attributes, ids)
                if tag in special:
                    special[tag](self, node, attributes)
                elif tag == "template":
                    waiting.extend(node.template_fragments())
                elif tag == "iframe" and attributes.get("srcdoc"):
                    waiting.append(LexborHTMLParser(attributes["srcdoc"]).root)

    def _attributes(self, node: LexborNode, tag: str, attributes: _Attributes, ids: dict[str, str]) -> None:
        known = rules(tag)
        for name, value in attributes.items():
            if name not in SEEN:
                continue
            if name == "id":
                if not value:
                    continue
                if value in ids:
                    self.again[value] += ids is self.ids
                else:
                    ids[value] = tag
            elif rule := known.get(name):
                role, split = rule
                if split is not None:
                    for part in split(value or ""):
                        self.add(tag, name, part, role)
                else:
                    if value == "#" and tag == "a" and not _leads_up(node, attributes):
                        role = Role.HOLLOW
                    self.add(tag, name, value or "", role)
            elif name == "style" or name in PAINT:
                for address in styles.addresses(value or ""):
                    self.add(tag, name, address, Role.RESOURCE)
            elif name == "name" and value:
                if tag == "a":
                    self.names.add(value)
                elif tag == "map":
                    self.maps.add(value)

    def _base(self, node: LexborNode, attributes: _Attributes) -> None:
        if self.base is None and attributes.get("href"):
            self.base = attributes["href"]

    def _link(self, node: LexborNode, attributes: _Attributes) -> None:
        if "href" not in attributes:
            return
        rel, href = (attributes.get("rel") or "").lower().split(), attributes["href"] or ""
        if "canonical" in rel:
            self.canonicals.append(href)
            return
        if "alternate" in rel and attributes.get("hreflang") and "stylesheet" not in rel:
            self.alternates.append((attributes["hreflang"] or "", href))
        self.add("link", "href", href, link_role(" ".join(rel)))

    def _meta(self, node: LexborNode, attributes: _Attributes) -> None:
        content = attributes.get("content") or ""
        name = (attributes.get("property") or attributes.get("name") or "").lower()
        if name == "og:url":
            self.og_urls.append(content)
        elif name in SHARED:
            self.add("meta", name, content, Role.WHOLE)
        elif name in META:
            self.add("meta", name, content, Role.META)
        elif name in ("robots", "googlebot"):
            self.noindex = self.noindex or bool(re.search(r"\b(noindex|none)\b", content.lower()))
        elif (attributes.get("http-equiv") or "").lower() == "refresh":
            # WHATWG HTML, section 4.2.5.3, "shared declarative refresh steps"
            if match := _REFRESH.match(content):
                self.refresh = (match[2] or match[3] or match[4] or "").strip()
                self.refresh_at_once = not match[1].strip("0.")
                self.add("meta", "refresh", self.refresh, Role.LINK)
        elif not MICRODATA.isdisjoint((attributes.get("itemprop") or "").split()):
            self.add("meta", "itemprop", content, Role.META)

    def _style(self, node: LexborNode, attributes: _Attributes) -> None:
        for address in styles.addresses(node.text()):
            self.add("style", "url()", address, Role.RESOURCE)

    def _script(self, node: LexborNode, attributes: _Attributes) -> None:
        kind = (attributes.get("type") or "").lower()
        if scripts.is_data(kind):
            found, errors = scripts.read(kind, attributes.get("id") or "", node.text())
            self.errors.extend(errors)
            for row in found:
                self.add(*row)

    def text(self, root: LexborNode) -> None:
        """Find Markdown that was never made into HTML, in text that readers see."""
        for node in root.traverse(include_text=True):
            if node.tag != "-text":
                continue
            for match in _UNRENDERED.finditer(node.text_content or ""):
                if not any(parent.tag in _UNSEEN_TEXT for parent in _parents(node)):
                    self.add("text", "", match[0], Role.TEXT)

    def kinds(self) -> Iterator[tuple[Reference, str]]:
        """Ids that name an element of a sort that the attribute can't use."""
        for row in self.rows:
            if row[3] is Role.ID and (sorts := SORTS.get((row[0], row[1]))):
                tag = self.ids.get(row[2])
                if tag and tag not in sorts and "-" not in tag:  # a custom element may be anything
                    yield Reference(*row), tag


_PLAIN_LINK = frozenset("href class title rel target".split())
_NOT_PLAIN = frozenset((None, "", "#"))

_SPECIAL = {"base": _Reading._base, "link": _Reading._link, "meta": _Reading._meta,
            "style": _Reading._style, "script": _Reading._script}


def _leads_up(node: LexborNode, attributes: _Attributes) -> bool:
    """Whether a link to "#" says that it leads to the top of the page, which it does."""
    said = (node.text(), *(attributes.get(name) or "" for name in ("aria-label", "title")))
    return any(map(_UPWARD.search, said))


def _parents(node: LexborNode) -> Iterator[LexborNode]:
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


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


def _refused(data: bytes) -> tuple[str, str] | None:
    """Why a file is not even parsed, and what to do; None if it is."""
    if len(data) > LARGEST:
        return (f"this file has {len(data) // 1_000_000:,} MB, and no page above {LARGEST // 1_000_000} MB is read",
                "divide it into several pages")
    if len(data) > 5 * DEEPEST and data.count(b"<") > DEEPEST:
        depth = max(accumulate((-1 if match[1] else 1 for match in _BLOCK.finditer(data)), initial=0))
        if depth > DEEPEST:
            return f"{depth:,} elements stand within each other", "close them, as most are never closed"
    return None


def read(path: str, data: bytes) -> Page:
    """The record of an HTML page or SVG image."""
    kind = "svg" if path.lower().endswith(".svg") else "html"
    if refused := _refused(data):
        return Page(path, kind, errors=(refused,), unread=True)
    reading = _Reading()
    text, wrong = decoded(data)
    if wrong:
        reading.errors.append((f"this file {wrong}", "save it as UTF-8"))
    if "\0" in text:  # not a page, whatever its name
        text = ""
    elif not text.strip():
        reading.errors.append(("this file is empty", "build the site again, or remove the file"))
        wrong = "empty"
    root = LexborHTMLParser(text if wrong or data[:1] == b"\xef" else data).root
    if root is not None:
        reading.walk(root)
        if "](" in text or "8&lt;-" in text or "8<-" in text:
            reading.text(root)
    if "<?xml-stylesheet" in text[:2000]:
        for match in _STYLE_SHEET.finditer(text[:2000]):
            reading.add("xml-stylesheet", "href", match[1], Role.RESOURCE)
    return Page(
        path=path,
        kind=kind,
        references=tuple(map(Reference._make, reading.rows)),
        count=reading.count + len(reading.canonicals) + len(reading.og_urls),
        ids=frozenset(reading.ids),
        inner_ids=frozenset(reading.inner_ids),
        repeated=tuple((each, count + 1) for each, count in reading.again.items() if count),
        names=frozenset(reading.names),
        maps=frozenset(reading.maps),
        base=reading.base,
        canonicals=tuple(reading.canonicals),
        og_urls=tuple(reading.og_urls),
        noindex=reading.noindex,
        refresh=reading.refresh,
        refresh_at_once=reading.refresh_at_once,
        alternates=tuple(reading.alternates),
        kinds=tuple(reading.kinds()),
        errors=tuple(reading.errors),
        unread=bool(wrong),
    )
