"""Allow-list for SVG files, which a browser opens as documents of their own.

They are read with the XML parser defusedxml, which expands no entities and reads no external files.
"""

import re
from pathlib import Path
from xml.parsers.expat import XML_PARAM_ENTITY_PARSING_NEVER
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.xmlreader import AttributesNSImpl

import ada_url
import yaml
from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser
from diagnostics import Diagnostic

from health_diplomacy.content.documents import read_text

Reason = tuple[str, str, str]  # code, message, hint
ALLOWED = yaml.safe_load(Path(__file__).with_name("html.yml").read_text(encoding="utf-8"))
EVERYWHERE = set(ALLOWED["everywhere"].split())
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

REMOVE = "remove it"
PLAIN = "save it again as plain or optimized SVG, or remove it by hand"


def joined(base: str, address: str) -> str:
    """The URL resolved against `base`, or "" if browsers would reject it."""
    try:
        return ada_url.join_url(base, address)
    except ValueError:
        return ""


def outside_reference(tag: str, name: str, value: str) -> Reason:
    hint = "remove it, or refer to a part of the same drawing, such as '#shape'"
    if tag in {"image", "feImage"}:
        hint = "embed the picture as PNG or JPEG, which drawing programs offer as they save"
    return (
        "S02",
        f"'{name}' on <{tag}> refers to something outside this drawing: '{' '.join(value.split())[:80]}'",
        hint,
    )


def refers_outside(tag: str, name: str, value: str) -> bool:
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


def check_svg(file: Path, display_path: str) -> list[Diagnostic]:
    """Unsafe content of an SVG file, which a browser would run or load if the file is opened directly.

    Bad:  `<script>`, `onload="…"`, `<image href="https://…">`   Good:  `<path d="…"/>`, `fill="url(#blue)"`
    """
    text, problems = read_text(file, display_path)
    if text is None:
        return problems
    parser = _SvgParser(forbid_dtd=True)
    reader = _SvgReader(parser)
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(reader)
    entity = ENTITY.search(text)
    declared = ENCODING.match(text)
    try:
        if not text.strip():
            return [Diagnostic(display_path, 1, "I05", "this drawing is empty", "save it again")]
        if declared and declared[1].casefold() not in {"utf-8", "utf8", "us-ascii"}:
            what = f"this drawing declares the encoding {declared[1]}"
            return [Diagnostic(display_path, 1, "I05", what, "save it again as UTF-8")]
        parser.feed(text.encode())
        parser.close()
    except DefusedXmlException:
        what = "the DOCTYPE declares entities or attributes, which can hide a script"
        return [Diagnostic(display_path, 1, "S01", what, PLAIN)]
    except SAXParseException as error:
        if not entity:
            what = f"this drawing cannot be read: {error.getMessage()}"
            reader.found.append((error.getLineNumber() or 1, ("I05", what, "save it again as SVG")))
    if entity:
        what, hint = f"'{entity[0]}' has no meaning in a drawing", "write the character itself, and '&amp;' for '&'"
        reader.found.append((text.count("\n", 0, entity.start()) + 1, ("I05", what, hint)))
    return [Diagnostic(display_path, line, *reason) for line, reason in reader.found]


class _SvgParser(DefusedExpatParser):
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


class _SvgReader(ContentHandler):
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
            self._refuse("I05", f"this file is not an SVG drawing: it begins with <{tag}>", hint)
            self.in_foreign = True
        self.is_root = False
        if self.in_foreign:
            pass
        elif tag == "foreignObject":
            self.in_foreign = True
            hint = "save it again without formatted text: in draw.io, turn off 'Formatted Text' for the labels"
            self._refuse("S01", "<foreignObject> can embed a web page", hint)
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
        elif name == "href" and tag != "image" and SCRIPT.match(joined("file:///", value)):
            self._refuse("S01", f"'{' '.join(value.split())[:80]}' is a script, not an address", REMOVE)
        elif refers_outside(tag, name, value):
            self._refuse(*outside_reference(tag, name, value))
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
                hint = "remove it; convert text with special fonts to paths"
                line = self.sheet_line + css.count("\n", 0, unsafe.start())
                self._refuse("S02", f"the style sheet could load something: '{css[unsafe.start() :][:40]}'", hint, line)
