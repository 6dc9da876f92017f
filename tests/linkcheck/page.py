"""One parse of a page into a small record.

The parser is a browser-grade one, so comments, text of scripts and textareas,
and broken markup are seen as browsers see them. Pages are read in other
processes, hence a record that can be pickled and no parser objects in it.
Most of the time goes into the loop of `_Reading.walk`: it looks at each
element once, and only at those that have an attribute that can matter.
"""

import difflib
import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate

from selectolax.lexbor import LexborHTMLParser, LexborNode

from . import scripts, styles
from .model import APART, Page, Reference, Role
from .references import (BELONGS, COMMANDS, META, MICRODATA, MISSPELT, MISSPELT_NAMES, NO_LINKS, PAINT, POPOVER, PRELOADED,
                         RELS, SEEN, SHARED, SORTS, candidates, described, link_role, rules)

LARGEST = 32_000_000
"""bytes of a page; no reader waits for more, and a parsed page takes ten times its size."""
DEEPEST = 5_000
"""block elements within each other; a parser's time grows with the square of them, and browsers stop at 512."""

_Attributes = dict[str, str | None]

_TITLE = r"(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?"
_UNRENDERED = re.compile(
    rf"!?\[[^\[\]\n]+\]\((?:(?:https?://|mailto:|\.{{0,2}}/|#)[^\s()]*|[^\s()]+\.(?:md|html)(?:#[^\s()]*)?){_TITLE}\)"
    rf"|!\[[^\[\]\n]*\]\([^\s()]+\.\w{{3,4}}{_TITLE}\)"
    r"|\[[A-Za-z][^\[\]\n]* [^\[\]\n]*\]\[[A-Za-z][^\[\]\n]*\]"
    r"|(?<=[\w.,;:!?)\"”])\[\^[\w-]+\](?!\w)"
    r"|\{:[ \t]*[#.][\w-]+(?:[ \t]+[^{}\n]*)?\}"
    r"|-{2,}8<-{2,}[^\n]*"
    r"|\{#[A-Za-z][\w-]*\}"
    r"|(?<!\w):(?:material|octicons|fontawesome|simple)-[\w-]+:"
    r"|:contentReference\[oaicite:[^\]\n]*\]|turn\d+(?:search|view|news)\d+"
    r"|\([^()\n]+\)\[(?:https?://|\.{1,2}/)[^\]\s]+\]"
    r"|\[url=https?://[^\]\s]*\]"
    r"|`[^`<>\n]+<[^`<>\s]+>`_"
    r"|(?<![\w:`]):(?:ref|doc|term|numref|download|(?:py:)?(?:class|func|meth|mod|attr|obj)):`[^`\n]+`"
    r"|(?:^|\n)[ \t]*\[\^[\w-]+\]:(?=\s)"
    r"|(?:^|\n)[ ]{0,3}\[[^\[\]\n]+\]:[ \t]+(?:https?://|\.{1,2}/)\S+")
_MARKS = ("8<-", "{#", ":material-", ":octicons-", ":fontawesome-", ":simple-", "[oaicite:", "turn0", "turn1", "[url=http",
          ">`_", ":`", ")[http", ")[.", "]: http", "]: .")
"""One of these, or "[^", is in all that stands in the second half of the pattern; a page with none need not be looked through."""
_UNSEEN_TEXT = frozenset(("pre", "code", "kbd", "samp", "script", "style", "textarea", "annotation"))
_REFRESH = re.compile(r"\s*([\d.]+)(?:\s*[;,]\s*|\s+)(?:url\s*=\s*)?(?:\"([^\"]*)|'([^']*)|(.+))", re.IGNORECASE | re.DOTALL)
_BLOCK = re.compile(rb"<(/?)(?:address|article|aside|blockquote|center|details|dialog|div|dl|fieldset|figure|footer|form"
                    rb"|header|main|menu|nav|ol|section|summary|ul)\b", re.IGNORECASE)
_UPWARD = re.compile(r"\b(?:top|up)\b|[↑⇧⬆▲^]", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\{\{|\{%|\$\{|<%")
_STYLE_SHEET = re.compile(r"<\?xml-stylesheet\b[^>]*?\bhref\s*=\s*[\"']([^\"'>]*)[\"']")


class _Apart:
    """A tree whose ids and references by id are its own."""

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self.wants: list[tuple[str, str, str]] = []  # element, attribute and id


class _Reading:
    """What is gathered while the tree of one file is walked."""

    def __init__(self) -> None:
        self.rows: dict[Reference, int] = {}
        self.by_id: dict[Reference, int] = {}  # those that an attribute of SORTS holds
        self.count = 0
        self.ids: dict[str, str] = {}  # id -> element
        self.again: Counter[str] = Counter()
        self.inner_ids: dict[str, str] = {}
        self.names: set[str] = set()
        self.maps: set[str] = set()
        self.base: str | None = None
        self.apart: _Apart | None = None
        self.in_template = False
        self.canonicals: list[str] = []
        self.og_urls: list[tuple[str, str]] = []
        self.alternates: list[tuple[str, str]] = []
        self.noindex = False
        self.refresh: str | None = None
        self.refresh_at_once = False
        self.remarks: dict[tuple[str, str, str], int] = {}
        self.seals: dict[tuple[str, str], int] = {}
        self.commands: dict[tuple[str, str], int] = {}
        self.names_alone: Counter[str] = Counter()  # names of "a" that are not the id of the same element
        self.errors: list[tuple[str, str]] = []

    def remark(self, code: str, literal: str, what: str) -> None:
        self.remarks[code, literal, what] = 1

    def add(self, element: str, attribute: str, value: str, role: Role) -> None:
        if self.in_template and _PLACEHOLDER.search(value):
            return  # a script fills it in
        self.count += 1
        self.rows[Reference(element, attribute, value, role)] = 1

    def walk(self, root: LexborNode) -> None:
        """Gather from a tree and from the trees within: template contents, shadow trees and srcdoc pages.

        A script may join what is in a template to the page. Shadow trees and
        srcdoc pages stay apart: their ids mean nothing outside, and the other way round.
        """
        waiting: list[tuple[LexborNode, dict[str, str], _Apart | None]] = [(root, self.ids, None)]
        apart: list[_Apart] = []
        rows, special, ids_of_special, seen, links = self.rows, _SPECIAL, _SPECIAL_IDS, SEEN, _LINKS
        but_href, but_id = _SEEN_BUT_HREF, _SEEN_BUT_ID
        while waiting:
            tree, ids, self.apart = waiting.pop()
            self.in_template = inner = tree is not root
            for node in tree.traverse():
                attributes = node.attributes
                if seen.isdisjoint(attributes):
                    if node.tag_id not in ids_of_special:
                        continue  # by far the most common
                    tag = node.tag
                else:
                    tag = node.tag
                    if tag == "a" and but_href.isdisjoint(attributes) and (href := attributes["href"]) not in _NOT_PLAIN and (
                            not inner):
                        rows[links[href]] = 1
                        self.count += 1
                        continue
                    if but_id.isdisjoint(attributes):
                        self._id(tag, attributes, ids)
                    else:
                        self._attributes(node, tag, attributes, ids)
                if tag in special:
                    special[tag](self, node, attributes)
                elif tag == "template":
                    if "shadowrootmode" in attributes:
                        apart.append(_Apart())
                        waiting.extend((each, {}, apart[-1]) for each in node.template_fragments())
                    else:
                        waiting.extend((each, {}, self.apart) for each in node.template_fragments())
                elif tag == "iframe" and attributes.get("srcdoc"):
                    apart.append(_Apart())
                    waiting.append((LexborHTMLParser(attributes["srcdoc"]).root, {}, apart[-1]))
            if self.apart is not None:
                self.apart.ids.update(ids)
            elif ids is not self.ids:
                self.inner_ids.update(ids)
        for each in apart:
            for element, attribute, value in each.wants:
                self.count += 1
                if value not in each.ids:
                    self.rows[Reference(f"{element} {APART}", attribute, value, Role.ID)] = 1
        for name, count in self.names_alone.items():
            if count + (name in self.ids) > 1:
                self.remark("L06", name, f"the name '{name}' stands {count + (name in self.ids)} times on this page")

    def _attributes(self, node: LexborNode, tag: str, attributes: _Attributes, ids: dict[str, str]) -> None:
        known, element = rules(tag), tag
        if tag == "script":
            element = _script_kind(attributes)
        for name, value in attributes.items():
            if (rule := known.get(name)) is not None:
                role, split = rule
                if split is candidates:
                    for part, readable in described(value or ""):
                        self.add(tag, name, part, role)
                        if not readable:
                            self.remark("L27", part, f"what stands after '{part}' in the {name} can't be read, so it is never shown")
                elif split is not None:
                    for part in split(value or ""):
                        if role is Role.ID and self.apart is not None:
                            self.apart.wants.append((tag, name, part))
                            continue
                        self.add(tag, name, part, role)
                        if (tag, name) in SORTS:
                            self.by_id[Reference(tag, name, part, role)] = 1
                    if name == "commandfor":
                        self.commands[value or "", (attributes.get("command") or "").lower()] = 1
                else:
                    if value == "#" and tag == "a" and not _leads_up(node, attributes):
                        role = Role.HOLLOW
                    self.add(element, name, value or "", role)
            elif name not in SEEN:
                continue
            elif name in MISSPELT_NAMES:
                self.remark("L17", f'{name}="{value}"', f"<{tag}> has '{name}' where '{MISSPELT_NAMES[name]}' belongs")
            elif name == "href" and tag in NO_LINKS:
                self.remark("L17", f'href="{value}"', f"<{tag}> has an href, and is no link")
            elif name == "id":
                self._id(tag, attributes, ids)
            elif name == "style" or name in PAINT:
                if not value or "(" not in value and "@" not in value:
                    continue
                for address in styles.addresses(value or ""):
                    self.add(tag, name, address, Role.RESOURCE)
            elif name == "integrity":
                address = attributes.get("src" if tag == "script" else "href")
                if value and address:
                    self.seals[address, value] = 1
            elif name == "name" and value:
                if tag == "a":
                    self.names.add(value)
                    self.names_alone[value] += attributes.get("id") != value
                elif tag == "map":
                    if value in self.maps:
                        self.remark("L06", value, f"the map '{value}' stands more than once on this page")
                    self.maps.add(value)

    def _id(self, tag: str, attributes: _Attributes, ids: dict[str, str]) -> None:
        value = attributes["id"]
        if not value or value.split() != [value]:
            self.remark("W12", f'id="{value or ""}"', value or "")
            if not value:
                return
        if value in ids:
            self.again[value] += 1
        else:
            ids[value] = f"{tag} {POPOVER}" if POPOVER in attributes else (
                "input hidden" if tag == "input" and (attributes.get("type") or "").lower() == "hidden" else tag)

    def _base(self, node: LexborNode, attributes: _Attributes) -> None:
        if self.base is None and attributes.get("href"):
            self.base = attributes["href"]

    def _link(self, node: LexborNode, attributes: _Attributes) -> None:
        if not self.in_template:
            self._amiss(node, attributes)
        if "href" not in attributes:
            return
        rel, href = (attributes.get("rel") or "").lower().split(), attributes["href"] or ""
        if "canonical" in rel:
            self.canonicals.append(href)
            return
        if "alternate" in rel and attributes.get("hreflang") and "stylesheet" not in rel:
            self.alternates.append((attributes["hreflang"] or "", href))
        self.add(_link_kind(rel, attributes), "href", href, link_role(" ".join(rel)))

    def _amiss(self, node: LexborNode, attributes: _Attributes) -> None:
        """What keeps a link element from doing anything."""
        rel = (attributes.get("rel") or "").lower().split()
        if "href" not in attributes:
            wrong = next((name for name in attributes if name in MISSPELT["link"]), "")
            if wrong:
                self.remark("L17", f'{wrong}="{attributes[wrong]}"', f"<link> has '{wrong}' where 'href' belongs")
            elif rel and "imagesrcset" not in attributes and "id" not in attributes:
                self.remark("L17", "<link", "<link> has no href")
        elif not rel and not {"itemprop", "property", "rev"} & attributes.keys():
            self.remark("L17", attributes["href"] or "<link", "<link> has no rel, so nothing is done with it")
        for word in rel:
            if word not in RELS and (near := _rel_meant(word)):
                self.remark("L17", f'"{word}"', f"<link> has the rel '{word}' where '{near}' belongs")
        if "preload" in rel:
            loaded = (attributes.get("as") or "").lower()
            if loaded not in PRELOADED:
                self.remark("W20", attributes.get("href") or "preload", f"browsers pass over a preload as \"{loaded}\"" if loaded
                            else "a preload has no 'as', without which browsers load nothing ahead")
            elif loaded == "font" and "crossorigin" not in attributes:
                self.remark("W20", attributes.get("href") or "preload",
                            "a font is loaded twice, as its preload has no 'crossorigin'")

    def _meta(self, node: LexborNode, attributes: _Attributes) -> None:
        content = attributes.get("content") or ""
        name = (attributes.get("property") or attributes.get("name") or "").lower()
        if name in ("og:url", "twitter:url"):
            self.og_urls.append((name, content))
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
            elif not re.fullmatch(r"\s*[\d.]*\s*[;,]?\s*", content):
                self.errors.append((f"browsers pass over the refresh '{' '.join(content.split())}'",
                                    "begin it with the seconds to wait, as in '0; url=new.html'"))
        elif not MICRODATA.isdisjoint((attributes.get("itemprop") or "").split()):
            self.add("meta", "itemprop", content, Role.META)
        elif name == "msapplication-task":  # Microsoft, "msapplication-task"
            for part in re.finditer(r"(?i)\b(action|icon)-uri\s*=\s*([^;]+)", content):
                self.add("meta", name, part[2].strip(), Role.META)
        elif content[:4].lower() == "http" and re.fullmatch(r"https?://[^\s{}]+", content, re.IGNORECASE):
            self.add("meta", name, content, Role.MENTION)

    def _misspelt(self, node: LexborNode, attributes: _Attributes) -> None:
        tag = node.tag
        belongs = BELONGS[tag]
        if belongs in attributes or "srcset" in attributes or "xlink:href" in attributes:
            return
        for name in attributes:
            if name in MISSPELT[tag]:
                self.remark("L17", f'{name}="{attributes[name]}"', f"<{tag}> has '{name}' where '{belongs}' belongs")
                return
        if tag == "img" and not self.in_template and not any(
                name == "id" or name.startswith(("data-", ":", "v-", "x-")) for name in attributes):
            self.remark("L17", "<img", "<img> has no src")
        elif tag in ("embed", "source", "track") and not self.in_template and not any(
                name == "id" or name.startswith(("data-", ":", "v-", "x-")) for name in attributes):
            self.remark("L17", f"<{tag}", f"<{tag}> has no src")

    def _style(self, node: LexborNode, attributes: _Attributes) -> None:
        for address in styles.addresses(node.text()):
            self.add("style", "url()", address, Role.RESOURCE)

    def _script(self, node: LexborNode, attributes: _Attributes) -> None:
        kind = (attributes.get("type") or "").partition(";")[0].strip().lower()
        if "src" in attributes:
            return
        if "href" in attributes and not any(parent.tag == "svg" for parent in _parents(node)):
            self._misspelt(node, attributes)
        for address in scripts.called(node.text()) if kind in _CODE else ():
            self.add("script", "import", address, Role.RESOURCE)
        if kind == "module":
            for address in scripts.imports(node.text()):
                self.add("script module", "import", address, Role.RESOURCE)
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
        for row in self.by_id:
            if self._is_other(row.value, SORTS[row.element, row.attribute]):
                yield row, self.ids[row.value]
        for value, command in self.commands:
            if self._is_other(value, COMMANDS.get(command, frozenset())):
                yield Reference(f"button {command}", "commandfor", value, Role.ID), self.ids[value]

    def _is_other(self, name: str, sorts: frozenset[str]) -> bool:
        found = self.ids.get(name, "")
        tag, _, state = found.partition(" ")
        fits = not sorts or "-" in tag or state in sorts or (tag in sorts and state != "hidden")
        return bool(found) and not fits  # a custom element may be anything


_SEEN_BUT_HREF, _SEEN_BUT_ID = SEEN - {"href"}, SEEN - {"id"}
_NOT_PLAIN = frozenset((None, "", "#"))


class _Links(dict[str, Reference]):
    """The references of plain links by their address: the same few stand on thousands of pages."""

    def __missing__(self, href: str) -> Reference:
        if len(self) > 100_000:
            self.clear()
        made = self[href] = Reference("a", "href", href, Role.LINK)
        return made


_LINKS = _Links()

_CODE = frozenset(("", "module", "text/javascript", "application/javascript"))
_SPECIAL = {**dict.fromkeys(MISSPELT, _Reading._misspelt), "base": _Reading._base,
            "link": _Reading._link, "meta": _Reading._meta, "style": _Reading._style, "script": _Reading._script}
_SPECIAL_IDS = frozenset(LexborHTMLParser("").create_node(tag).tag_id for tag in (*_SPECIAL, "iframe", "template"))
"""What the parser has instead of their names, which takes less time to ask for."""


@lru_cache(maxsize=256)
def _rel_meant(word: str) -> str:
    """The word of `rel` that is misspelled so, or ""."""
    return next(iter(difflib.get_close_matches(word, RELS, 1, 0.86)), "")


def _script_kind(attributes: _Attributes) -> str:
    """A script as browsers ask for it: some ask whether the host allows it."""
    if (attributes.get("type") or "").strip().lower() == "module":
        return "script module"
    return "script crossorigin" if "crossorigin" in attributes else "script"


def _link_kind(rel: list[str], attributes: _Attributes) -> str:
    """A link element by what it loads, where that decides which files fit."""
    if "stylesheet" in rel:
        return "link crossorigin" if "crossorigin" in attributes else "link stylesheet"
    return "link icon" if "icon" in rel or "apple-touch-icon" in rel else "link"


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


def _may_be_unrendered(root: LexborNode) -> bool:
    """Whether it is worth looking for Markdown at all: brackets are few, and all that is looked for has them."""
    text = root.text_lexbor() or ""
    return any(mark in text for mark in _MARKS) or any(mark in text and any(part[:1] in after for part in text.split(mark)[1:])
                                for mark, after in (("]", ("(", "[")), ("[", ("^",)), ("{", (":",))))


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


def _not_xml(data: bytes, kind: str) -> tuple[str, str] | None:
    """Why browsers don't show an image or page that they read as XML, and what to do."""
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        return f"this file is not valid XML, see its line {error.position[0]}", "mend it there, as browsers show nothing of it"
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
    reading = _Reading()
    text, wrong = decoded(data)
    if wrong:
        reading.errors.append((f"this file {wrong}", "save it as UTF-8"))
    if wrong and "\0" in text:  # not a page, whatever its name
        text = ""
    elif not text or text.isspace():
        reading.errors.append(("this file is empty", "build the site again, or remove the file"))
        wrong = "empty"
    elif path.lower().endswith((".svg", ".xhtml")) and (broken := _not_xml(data, kind)):
        reading.errors.append(broken)
    root = LexborHTMLParser(text if wrong or data[:1] == b"\xef" else data).root
    if root is not None:
        reading.walk(root)
        if _may_be_unrendered(root):
            reading.text(root)
    if "<?xml-stylesheet" in text[:2000]:
        for match in _STYLE_SHEET.finditer(text[:2000]):
            reading.add("xml-stylesheet", "href", match[1], Role.RESOURCE)
    return Page(
        path=path,
        kind=kind,
        references=tuple(reading.rows),
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
        remarks=tuple(reading.remarks),
        seals=tuple(reading.seals),
        errors=tuple(reading.errors),
        unread=bool(wrong),
    )
