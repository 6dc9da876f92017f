"""One parse of a page into a small record.

The parser is a browser-grade one, so comments, text of scripts and textareas,
and broken markup are seen as browsers see them. Pages are read in other
processes, hence a record that can be pickled and no parser objects in it.
Most of the time goes into the loop of `_Tree.walk`: it looks at each element
once, and only at those that have an attribute that can matter.
"""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from itertools import accumulate

from selectolax.lexbor import LexborHTMLParser, LexborNode

from .gathered import SPECIAL, UNSEEN_TEXT, Apart, Gathered, may_say, plain_link
from .model import APART, Page, Reference, Role
from .references import SEEN

LARGEST = 32_000_000
"""bytes of a page; no reader waits for more, and a parsed page takes ten times its size."""
DEEPEST = 5_000
"""block elements within each other; a parser's time grows with the square of them, and browsers stop at 512."""

_BLOCK = re.compile(
    rb"<(/?)(?:address|article|aside|blockquote|center|details|dialog|div|dl|fieldset|figure|footer|form"
    rb"|header|main|menu|nav|ol|section|summary|ul)\b",
    re.IGNORECASE,
)
_STYLE_SHEET = re.compile(r"<\?xml-stylesheet\b[^>]*?\bhref\s*=\s*[\"']([^\"'>]*)[\"']")


class _Tree(Gathered):
    """What is gathered while the tree of one file is walked."""

    def walk(self, root: LexborNode) -> None:
        """Gather from a tree and from the trees within: template contents, shadow trees and srcdoc pages.

        A script may join what is in a template to the page. Shadow trees and
        srcdoc pages stay apart: their ids mean nothing outside, and the other way round.
        """
        waiting: list[tuple[LexborNode, dict[str, str], Apart | None]] = [(root, self.ids, None)]
        apart: list[Apart] = []
        rows, seen, ids_of_special, but_href = self.rows, SEEN, _IDS_OF_SPECIAL, _SEEN_BUT_HREF
        while waiting:
            tree, self.ids_here, self.apart = waiting.pop()
            self.in_template = inner = tree is not root
            for node in tree.traverse():
                attributes = node.attributes
                if seen.isdisjoint(attributes):
                    if node.tag_id not in ids_of_special:
                        continue  # by far the most common
                    tag = node.tag
                else:
                    tag = node.tag
                    if (
                        tag == "a"
                        and but_href.isdisjoint(attributes)
                        and (href := attributes["href"]) not in _NOT_PLAIN
                        and (not inner)
                    ):
                        rows[plain_link(href)] = 1
                        self.count += 1
                        continue
                self.element(tag, attributes, node)
                if tag == "template":
                    if "shadowrootmode" in attributes:
                        apart.append(Apart())
                        waiting.extend((each, {}, apart[-1]) for each in node.template_fragments())
                    else:
                        waiting.extend((each, {}, self.apart) for each in node.template_fragments())
                elif tag == "iframe" and attributes.get("srcdoc"):
                    apart.append(Apart())
                    waiting.append((LexborHTMLParser(attributes["srcdoc"]).root, {}, apart[-1]))
            if self.apart is not None:
                self.apart.ids.update(self.ids_here)
            elif self.ids_here is not self.ids:
                self.inner_ids.update(self.ids_here)
        for each in apart:
            for element, attribute, value in each.wants:
                self.count += 1
                if value not in each.ids:
                    self.rows[Reference(f"{element} {APART}", attribute, value, Role.ID)] = 1

    def is_drawn(self, inner: LexborNode) -> bool:
        return any(parent.tag == "svg" for parent in _parents(inner))

    def words(self, root: LexborNode) -> None:
        """Gather from all text of a tree that readers see."""
        for node in root.traverse(include_text=True):
            if (
                node.tag == "-text"
                and may_say(node.text_content or "")
                and not any(parent.tag in UNSEEN_TEXT for parent in _parents(node))
            ):
                self.text(node.text_content or "")


_SEEN_BUT_HREF = SEEN - {"href"}
_NOT_PLAIN = frozenset((None, "", "#"))
_IDS_OF_SPECIAL = frozenset(LexborHTMLParser("").create_node(tag).tag_id for tag in (*SPECIAL, "iframe", "template"))
"""What the parser has instead of their names, which takes less time to ask for."""


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
        wrong, text = "is not UTF-8", _decoded_as_declared(data)
    return text, "holds bytes that are not text" if b"\0" in data else wrong


def _decoded_as_declared(data: bytes) -> str:
    """The text of a file in the encoding that it names; what its addresses are then is what browsers read."""
    declared = re.search(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]+)", data[:1024], re.IGNORECASE)
    name = declared[1].decode().lower() if declared else "utf-8"
    try:  # WHATWG Encoding, section 4.2: Latin-1 is read as Windows-1252
        return data.decode("cp1252" if name in ("iso-8859-1", "latin1", "us-ascii") else name, "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


def _refused(data: bytes) -> tuple[str, str] | None:
    """Why a file is not even parsed, and what to do; None if it is."""
    if len(data) > LARGEST:
        return (
            f"this file has {len(data) // 1_000_000:,} MB, and no page above {LARGEST // 1_000_000} MB is read",
            "divide it into several pages",
        )
    if len(data) > 5 * DEEPEST and data.count(b"<") > DEEPEST and len(_BLOCK.findall(data)) > DEEPEST:
        depth = max(accumulate((-1 if match[1] else 1 for match in _BLOCK.finditer(data)), initial=0))
        if depth > DEEPEST:
            return f"{depth:,} elements stand within each other", "close them, as most are never closed"
    return None


def _not_xml(data: bytes, kind: str) -> tuple[str, str] | None:
    """Why browsers don't show an image or page that they read as XML, and what to do."""
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        return (
            f"this file is not valid XML, see its line {error.position[0]}",
            "mend it there, as browsers show nothing of it",
        )
    except (ValueError, LookupError):
        return "this file has an encoding that is not known", "save it as UTF-8"
    if kind == "svg" and root.tag != "{http://www.w3.org/2000/svg}svg":
        return "this file is not an SVG image", 'begin it with <svg xmlns="http://www.w3.org/2000/svg">'
    return None


def read(path: str, data: bytes) -> Page:
    """The record of an HTML page or SVG image."""
    kind = "svg" if path.lower().endswith(".svg") else "html"
    if refused := _refused(data):
        return Page(path, kind, errors=(refused,), unread=True)
    tree = _Tree()
    text, wrong = decoded(data)
    if wrong:
        tree.errors.append((f"this file {wrong}", "save it as UTF-8"))
    if wrong and "\0" in text:  # not a page, whatever its name
        text = ""
    elif not text or text.isspace():
        tree.errors.append(("this file is empty", "build the site again, or remove the file"))
        wrong = "empty"
    elif path.lower().endswith((".svg", ".xhtml")) and (broken := _not_xml(data, kind)):
        tree.errors.append(broken)
    root = LexborHTMLParser(text if wrong or data[:1] == b"\xef" else data).root
    if root is not None:
        tree.walk(root)
        if may_say(root.text_lexbor() or ""):
            tree.words(root)
    if "<?xml-stylesheet" in text[:2000]:
        for match in _STYLE_SHEET.finditer(text[:2000]):
            tree.add("xml-stylesheet", "href", match[1], Role.RESOURCE)
    return tree.page(path, kind, unread=bool(wrong))
