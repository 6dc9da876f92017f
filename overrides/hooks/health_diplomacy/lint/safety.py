"""Allow-lists for contributed HTML and SVG, which must not run scripts or load anything from other hosts.

`html.yml` has the lists. Pages are checked with the sanitizer nh3, which parses as browsers do (WHATWG HTML, section
13.2), SVG files with the XML parser defusedxml, which expands no entities and reads no external files.
"""

import re
import textwrap
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.parsers.expat import XML_PARAM_ENTITY_PARSING_NEVER
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.xmlreader import AttributesNSImpl

import ada_url
import nh3
import yaml
from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser
from diagnostics import Diagnostic
from selectolax.lexbor import LexborHTMLParser, LexborNode

from health_diplomacy.content.documents import Document, read_text
from health_diplomacy.lint.markdown import without_code

Reason = tuple[str, str, str]  # code, message, hint
ALLOWED = yaml.safe_load(Path(__file__).with_name("html.yml").read_text(encoding="utf-8"))
EVERYWHERE = set(ALLOWED["everywhere"].split())
ELEMENTS = {tag: set((names or "").split()) for tag, names in ALLOWED["elements"].items()}
REFUSED: dict[str, Reason] = {
    tag: (kind["code"], kind["what"].format(tag), kind["hint"])
    for kind in ALLOWED["refused"]
    for tag in kind["elements"].split()
}
SVG_ELEMENTS = set(ALLOWED["svg"].split())
SVG_ATTRIBUTES = set(ALLOWED["svg_attributes"].split())
PAINTED = set(ALLOWED["painted"].split())
CSS_NAMES = set(ALLOWED["css"].casefold().split())

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
ACTIVE_NAMESPACES = {"http://www.w3.org/1999/xhtml", "http://www.w3.org/1998/Math/MathML"}
"""The only other namespaces that browsers support in SVG; anything else is inert XML, such as metadata."""
CSS = re.compile(r"\\|@[\w-]*|(?P<function>[\w-]+)\(\s*[\"']?(?=(?P<first>.?))")
SCRIPT = re.compile("(javascript|vbscript|data|blob):")
PICTURE_DATA = re.compile(r"data:image/(png|jpeg|gif|webp);base64,", re.IGNORECASE)
ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)[\w:.-]+;")
ENCODING = re.compile(r"<\?xml[^>]*\bencoding\s*=\s*[\"']([^\"']*)")
TAG = re.compile(r"<(?P<words>[A-Za-z](?:\"[^\"]*\"|'[^']*'|[^<>\"'])*)>")

REMOVE = "remove it"
NO_HOST = "put the file into docs/ and show it from there, or write a link to it"
PLAIN = "save it again as plain or optimized SVG, or remove it by hand"


@dataclass(frozen=True)
class Refused:
    """Refused HTML. In the source it is match number `index` of `pattern`, if there are `count` matches."""

    reason: Reason
    pattern: str
    index: int
    count: int


def check_page(document: Document, found: list[Refused], data: Document | None = None) -> Iterator[Diagnostic]:
    """Report refused HTML. `data` is the file from which a part of the page is generated.

    Bad:  `<img src="https://example.org/map.png">`   Good:  `<img src="images/map.png" alt="…">`
    """
    owners = [(document, without_code(document)), *([(data, data.text)] if data else [])] if found else []
    for each in found:
        code, message, hint = each.reason
        places = [(*owner, match.start()) for owner in owners for match in re.finditer(each.pattern, owner[1])]
        if len(places) == each.count and (each.count == 1 or not data):
            owner, text, start = places[each.index]
            tag = TAG.match(text, start)
            if code == "M07" and tag:
                _, message, hint = _unknown(textwrap.shorten(tag["words"], 60, placeholder="…"))
            yield Diagnostic(owner.path, owner.line_at(start), code, message, hint)
        else:
            line = document.line_at(document.body_start)
            yield Diagnostic(document.path, line, code, f"{message}; it was seen in the rendered page", hint)


def in_template(html: str) -> str:
    """A page's HTML inside the elements of the site's template."""
    return f"<!doctype html><body><main><article>\n{html}\n</article></main>"


def parse(html: str) -> LexborNode:
    """Parse a page's HTML as browsers do."""
    root = LexborHTMLParser(in_template(html)).root
    assert root
    return root


def refused(html: str) -> list[Refused]:
    """What the sanitizer would remove or change in HTML."""
    root = parse(html)
    facts, rest = _facts(root)
    kept, rest_kept = _facts(parse(CLEANER.clean(f"\n{html}\n")))
    removed = Counter(facts) - Counter(kept)
    lost = {tag for tag, name, _ in removed if not name}
    causes = lost - ELEMENTS.keys() - SVG_ELEMENTS or lost  # a refused element's content is removed with it
    found = []
    for fact in removed:
        tag, name, value = fact
        if tag in lost and (name or tag not in causes):
            continue
        if name == "href" and not _joined("https://site.invalid/", value):
            continue  # an invalid URL, reported by `links`
        reason = _attribute_reason(*fact) if name else _element_reason(tag)
        if name:
            in_link = r"|\(\s*<?" if name in {"href", "src"} else ""
            pattern = rf"(?:(?i:(?<![\w-]){re.escape(name)})\s*=\s*[\"']?{in_link}){re.escape(value)}"
            pattern = pattern if value else rf"(?i)(?<![\w-]){re.escape(name)}(?![\w-])"
        else:
            pattern = rf"(?i)<{tag}(?![\w-])"
        similar = [each for each in facts if each[1:] == fact[1:] and (name or each == fact)]
        count = len(similar) if removed[fact] == facts.count(fact) else -1
        found += [Refused(reason, pattern, index, count) for index, each in enumerate(similar) if each == fact]
    if root.css("input:not([type=checkbox]), input:not([disabled])"):
        found.append(Refused(("S03", "<input> is supported only as '- [ ]' in a list", REMOVE), "(?i)<input", 0, 1))
    if not removed and (rest != rest_kept or Counter(facts) != Counter(kept)):
        found.append(Refused(("S03", "browsers read this page's HTML otherwise than it is written", REMOVE), "^", 0, 0))
    return found


def _facts(root: LexborNode) -> tuple[list[tuple[str, str, str]], str]:
    """`(tag, "", "")` for each element and `(tag, name, value)` for each attribute; text and comments without spaces."""
    facts, rest = [], []
    for node in root.traverse(include_text=True):
        if node.tag and not node.tag.startswith("-"):
            facts += [(node.tag, "", ""), *((node.tag, name, value or "") for name, value in node.attributes.items())]
        else:
            rest += (node.html or "").split()
    return facts, "".join(rest)


def _filter(tag: str, name: str, value: str) -> str | None:
    """Keep an allowed attribute only if its value is harmless."""
    if tag in SVG_ELEMENTS and tag not in ELEMENTS:
        harmless = name != "style" and not _unsafe_in_drawing(tag, name, value)
    elif name == "src":
        harmless = _is_local(value)
    elif name == "srcset":
        harmless = all(map(_is_local, re.split(r"[\s,]+", value)))
    else:
        harmless = True
    return value if harmless else None


CLEANER = nh3.Cleaner(
    tags=set(ELEMENTS) | SVG_ELEMENTS,
    attributes={"*": EVERYWHERE, **dict.fromkeys(SVG_ELEMENTS, SVG_ATTRIBUTES), **ELEMENTS},
    attribute_filter=_filter,
    generic_attribute_prefixes={"aria-"},
    strip_comments=False,
    link_rel=None,
)


def _joined(base: str, address: str) -> str:
    """The URL resolved against `base`, or "" if browsers would reject it."""
    try:
        return ada_url.join_url(base, address)
    except ValueError:
        return ""


def _is_local(address: str) -> bool:
    """Whether a URL is relative on any host and from a folder; `https:map.png` is relative only on HTTPS."""
    return all(_joined(base, address).startswith(base) for base in ("https://site.invalid/", "file:///"))


def _element_reason(tag: str) -> Reason:
    known = tag in ELEMENTS or tag in SVG_ELEMENTS
    return REFUSED.get(tag) or (("S03", f"<{tag}> cannot stand here", REMOVE) if known else _unknown(tag))


def _unknown(words: str) -> Reason:
    hint = f"write '&lt;{words}&gt;', or leave out the signs < and >"
    return "M07", f"'<{words}>' is no element of HTML, and is not shown", hint


def _attribute_reason(tag: str, name: str, value: str) -> Reason:
    if name.startswith("on"):
        return "S01", f"'{name}' on <{tag}> could run a script", REMOVE
    if name == "style":
        code, message, hint = REFUSED["style"]
        return code, message.replace("<style>", f"'style' on <{tag}>"), hint
    shown = " ".join(value.split())[:80]
    is_script = bool(SCRIPT.match(_joined("file:///", value)))
    if name in {"src", "srcset"}:
        what = f"'{shown}' is not the address of a file" if is_script else f"<{tag}> loads '{shown}' from another host"
        return "S02", what, NO_HOST
    if name.endswith("href") and is_script:
        return "S01", f"'{shown}' is a script, not an address", "write the address of a page"
    if (tag in SVG_ELEMENTS and tag not in ELEMENTS) and (name in PAINTED or name.endswith("href")):
        return _outside(tag, name, value)
    if name == "href":
        return "S03", f"'{shown}' is not an address that readers can open", "write the address of a page"
    return "S03", f"'{name}' on <{tag}> is not supported", REMOVE


def _outside(tag: str, name: str, value: str) -> Reason:
    hint = "remove it, or refer to a part of the same drawing, such as '#shape'"
    if tag in {"image", "feImage"}:
        hint = "embed the picture as PNG or JPEG, which drawing programs offer as they save"
    return "S02", f"'{name}' on <{tag}> leads out of this drawing: '{' '.join(value.split())[:80]}'", hint


def _unsafe_in_drawing(tag: str, name: str, value: str) -> bool:
    """Whether an SVG attribute refers to anything but a part of the file or an embedded raster image."""
    if name == "href":
        return not value.startswith("#") and not (tag in {"image", "feImage"} and PICTURE_DATA.match(value))
    return name in PAINTED and unsafe_css(value) is not None


def unsafe_css(css: str) -> re.Match[str] | None:
    """The first place where CSS could load something: an escape, or a function or at-rule that isn't allowed."""
    for found in CSS.finditer(css):
        name = (found["function"] or found[0]).casefold()
        if name not in CSS_NAMES and not (name == "url" and found["first"] == "#"):
            return found
    return None


def check_drawing(file: Path, shown: str) -> list[Diagnostic]:
    """Unsafe content of an SVG file, which a browser would run or load if the file is opened directly.

    Bad:  `<script>`, `onload="…"`, `<image href="https://…">`   Good:  `<path d="…"/>`, `fill="url(#blue)"`
    """
    text, problems = read_text(file, shown)
    if text is None:
        return problems
    parser = _DrawingParser(forbid_dtd=True)
    reader = _DrawingReader(parser)
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(reader)
    entity = ENTITY.search(text)
    declared = ENCODING.match(text)
    try:
        if not text.strip():
            return [Diagnostic(shown, 1, "I05", "this drawing is empty", "save it again")]
        if declared and declared[1].casefold() not in {"utf-8", "utf8", "us-ascii"}:
            what = f"this drawing says that it is in {declared[1]}"
            return [Diagnostic(shown, 1, "I05", what, "save it again as UTF-8")]
        parser.feed(text.encode())
        parser.close()
    except DefusedXmlException:
        what = "the DOCTYPE declares entities or attributes, which can hide a script"
        return [Diagnostic(shown, 1, "S01", what, PLAIN)]
    except SAXParseException as error:
        if not entity:
            what = f"this drawing cannot be read: {error.getMessage()}"
            reader.found.append((error.getLineNumber() or 1, ("I05", what, "save it again as SVG")))
    if entity:
        what, hint = f"'{entity[0]}' has no meaning in a drawing", "write the character itself, and '&amp;' for '&'"
        reader.found.append((text.count("\n", 0, entity.start()) + 1, ("I05", what, hint)))
    return [Diagnostic(shown, line, *reason) for line, reason in reader.found]


class _DrawingParser(DefusedExpatParser):
    """Accepts the usual SVG DOCTYPE, which browsers ignore if it has no declarations."""

    def reset(self) -> None:
        super().reset()
        self._parser.SetParamEntityParsing(XML_PARAM_ENTITY_PARSING_NEVER)  # type: ignore[attr-defined]

    def defused_start_doctype_decl(
        self, name: str, sysid: str | None, pubid: str | None, has_internal_subset: bool
    ) -> None:
        if has_internal_subset or not (pubid or "-//W3C//DTD SVG").startswith("-//W3C//DTD SVG"):
            super().defused_start_doctype_decl(name, sysid, pubid, has_internal_subset)


def _divided(name: tuple[str | None, ...]) -> tuple[str | None, str]:
    """A name's namespace and local part. The parser splits at every space, including those in a namespace."""
    return " ".join(filter(None, name[:-1])) or None, str(name[-1])


class _DrawingReader(ContentHandler):
    def __init__(self, locator: DefusedExpatParser) -> None:
        super().__init__()
        self.locator = locator
        self.found: list[tuple[int, Reason]] = []
        self.is_root, self.in_foreign = True, False
        self.sheet: list[str] | None = None
        self.sheet_line = 1

    def _refuse(self, code: str, message: str, hint: str = PLAIN, line: int | None = None) -> None:
        self.found.append((line or self.locator.getLineNumber() or 1, (code, message, hint)))

    def processingInstruction(self, target: str, data: str) -> None:
        self._refuse("S03", f"<?{target}?> is not supported in a drawing", REMOVE)

    def startElementNS(self, name: tuple[str | None, str], qname: str | None, attributes: AttributesNSImpl) -> None:
        namespace, tag = _divided(name)
        if self.is_root and name != (SVG, "svg"):
            hint = f'begin it with <svg xmlns="{SVG}">' if tag == "svg" else "save it again as SVG"
            self._refuse("I05", f"this file is no drawing: it begins with <{tag}>", hint)
            self.in_foreign = True
        self.is_root = False
        if self.in_foreign:
            pass
        elif tag == "foreignObject":
            self.in_foreign = True
            hint = "save it again without formatted text: in draw.io, turn off 'Formatted Text' for the labels"
            self._refuse("S01", "<foreignObject> can hold a whole page", hint)
        elif namespace in ACTIVE_NAMESPACES or (namespace == SVG and tag == "script"):
            self._refuse("S01", f"<{tag}> could run a script", REMOVE)
        elif namespace == SVG and tag not in SVG_ELEMENTS | {"style"}:
            self._refuse("S03", f"<{tag}> is not supported in a drawing")
        elif namespace == SVG:
            if tag == "style":
                self.sheet, self.sheet_line = [], self.locator.getLineNumber()
            for given, value in attributes.items():
                self._attribute(*_divided(given), tag, value)

    def _attribute(self, namespace: str | None, name: str, tag: str, value: str) -> None:
        if name.startswith("on") and not namespace:
            self._refuse("S01", f"'{name}' on <{tag}> could run a script", REMOVE)
        elif namespace not in {None, XLINK}:
            pass  # metadata of drawing programs, `xml:lang` and `xml:space`
        elif name == "href" and tag != "image" and SCRIPT.match(_joined("file:///", value)):
            self._refuse("S01", f"'{' '.join(value.split())[:80]}' is a script, not an address", REMOVE)
        elif _unsafe_in_drawing(tag, name, value):
            self._refuse(*_outside(tag, name, value))
        elif not (namespace or name in SVG_ATTRIBUTES | EVERYWHERE | PAINTED or name.startswith(("aria-", "data-"))):
            self._refuse("S03", f"'{name}' on <{tag}> is not supported in a drawing")

    def characters(self, content: str) -> None:
        if self.sheet is not None:
            self.sheet.append(content)

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:
        self.in_foreign = self.in_foreign and name[1] != "foreignObject"
        if name == (SVG, "style") and self.sheet is not None:
            css, self.sheet = "".join(self.sheet), None
            unsafe = unsafe_css(css)
            if unsafe:
                hint = "remove it; text in a typeface of its own can be saved as paths"
                line = self.sheet_line + css.count("\n", 0, unsafe.start())
                self._refuse("S02", f"the style sheet could load something: '{css[unsafe.start() :][:40]}'", hint, line)
