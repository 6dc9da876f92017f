"""Allow-list for SVG files, which a browser opens as documents of their own."""

import re
from pathlib import Path
from xml.parsers import expat

import ada_url
import yaml
from diagnostics import Diagnostic

from health_diplomacy.content.documents import read_text
from health_diplomacy.content.yaml_diagnostics import Parser
from health_diplomacy.lint import Fault

Reason = tuple[str, str, str]  # code, message, hint
ALLOWED = yaml.load(Path(__file__).with_name("html.yml").read_bytes(), Parser)
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

REMOVE = "remove it"
PLAIN = "save it again as plain or optimized SVG, or remove it by hand"


def joined(base: str, address: str) -> str:
    """The URL resolved against `base`, or "" if browsers would reject it."""
    try:
        return ada_url.join_url(base, address)
    except ValueError:
        return ""


def is_script(address: str) -> bool:
    """Whether a URL carries code or content itself, as `javascript:` and `data:` do."""
    return bool(SCRIPT.match(joined("file:///", address)))


def reference_reason(tag: str, name: str, value: str) -> Reason | None:
    """Why an SVG attribute is refused: it refers to more than a part of the file or an embedded raster image."""
    is_image = tag in {"image", "feImage"}
    if name == "href":
        refers_outside = not value.startswith("#") and not (is_image and PICTURE_DATA.match(value))
    else:
        refers_outside = name in PAINTED and unsafe_css(value) is not None
    if not refers_outside:
        return None
    shown = " ".join(value.split())[:80]
    if is_script(value) and not is_image:
        return "S01", f"'{shown}' is a script, not an address", REMOVE
    hint = "remove it, or refer to a part of the same drawing, such as '#shape'"
    if is_image:
        hint = "embed the picture as PNG or JPEG, which drawing programs offer when saving"
    return "S02", f"'{name}' on <{tag}> refers to something outside this drawing: '{shown}'", hint


def unsafe_css(css: str) -> re.Match[str] | None:
    """The first place where CSS could load something: an escape, or a function or at-rule that isn't allowed."""
    for found in CSS.finditer(css):
        name = (found["function"] or found[0]).casefold()
        if name not in CSS_NAMES and not (name == "url" and found["first"] == "#"):
            return found
    return None


def check_svg(file: Path, display_path: str) -> list[Diagnostic]:
    """Unsafe content of an SVG file, which a browser would run or load if the file is opened directly."""
    text, problems = read_text(file, display_path)
    return problems if text is None else [Diagnostic(display_path, *fault) for fault in _SvgReader().read(text)]


class _Stop(Exception):
    """Raised to stop parsing."""


class _SvgReader:
    """Collects what an SVG file may not have. It loads nothing and expands no entities."""

    def __init__(self) -> None:
        self.found: list[Fault] = []
        self.sheet: list[str] | None = None
        self.sheet_line = 1
        self.parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        self.parser.XmlDeclHandler = self._declaration
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.ProcessingInstructionHandler = self._instruction
        self.parser.StartElementHandler = self._root
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def read(self, text: str) -> list[Fault]:
        """What is refused in a drawing."""
        try:
            self.parser.Parse(text.encode(), True)
        except _Stop:
            pass
        except expat.ExpatError as error:
            what = f"this drawing cannot be read: {expat.ErrorString(error.code)}"
            self.found.append((error.lineno, "I05", what, "correct it there, or save it again as SVG"))
        return self.found

    def _refuse(self, code: str, message: str, hint: str = PLAIN) -> None:
        self.found.append((self.parser.CurrentLineNumber, code, message, hint))

    def _stop(self, code: str, message: str, hint: str = PLAIN) -> None:
        self._refuse(code, message, hint)
        raise _Stop

    def _declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if (encoding or "utf-8").casefold() not in {"utf-8", "utf8", "us-ascii"}:
            self._stop("I05", f"this drawing declares the encoding {encoding}", "save it again as UTF-8")

    def _doctype(self, name: str, sysid: str | None, pubid: str | None, has_internal_subset: bool) -> None:
        """Accept the usual DOCTYPE, which browsers ignore if it has no declarations."""
        if has_internal_subset or not (pubid or "-//W3C//DTD SVG").startswith("-//W3C//DTD SVG"):
            self._stop("S01", "the DOCTYPE declares entities or attributes, which can hide a script")

    def _instruction(self, target: str, data: str) -> None:
        self._refuse("S03", f"<?{target}?> is not supported in a drawing", REMOVE)

    def _root(self, name: str, attributes: dict[str, str]) -> None:
        if name != f"{SVG} svg":
            tag = name.rpartition(" ")[2]
            hint = f'begin it with <svg xmlns="{SVG}">' if tag == "svg" else "save it again as SVG"
            self._stop("I05", f"this file is not an SVG drawing: it begins with <{tag}>", hint)
        self.parser.StartElementHandler = self._start
        self._start(name, attributes)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, tag = name.rpartition(" ")
        if tag == "foreignObject":
            hint = "save it again without formatted text: in draw.io, turn off 'Formatted Text' for the labels"
            self._stop("S01", "<foreignObject> can embed a web page", hint)
        elif namespace in ACTIVE_NAMESPACES or (namespace == SVG and tag == "script"):
            self._refuse("S01", f"<{tag}> could run a script", REMOVE)
        elif self.sheet is not None:
            self._refuse("S03", f"<{tag}> is not supported in <style>")
        elif namespace == SVG and tag not in SVG_ELEMENTS | {"style"}:
            self._refuse("S03", f"<{tag}> is not supported in a drawing")
        elif namespace == SVG:
            if tag == "style":
                self.sheet, self.sheet_line = [], self.parser.CurrentLineNumber
            for given, value in attributes.items():
                self._attribute(given, tag, value)

    def _attribute(self, given: str, tag: str, value: str) -> None:
        namespace, _, name = given.rpartition(" ")
        if name.startswith("on") and not namespace:
            self._refuse("S01", f"'{name}' on <{tag}> could run a script", REMOVE)
        elif namespace not in {"", XLINK}:
            pass  # metadata of drawing programs, `xml:lang` and `xml:space`
        elif reason := reference_reason(tag, name, value):
            self._refuse(*reason)
        elif not (namespace or name in SVG_ATTRIBUTES | EVERYWHERE | PAINTED or name.startswith(("aria-", "data-"))):
            self._refuse("S03", f"'{name}' on <{tag}> is not supported in a drawing")

    def _text(self, text: str) -> None:
        if self.sheet is not None:
            self.sheet.append(text)

    def _end(self, name: str) -> None:
        if name == f"{SVG} style" and self.sheet is not None:
            css, self.sheet = "".join(self.sheet), None
            if unsafe := unsafe_css(css):
                what = f"the style sheet could load something: '{css[unsafe.start() :][:40]}'"
                line = self.sheet_line + css.count("\n", 0, unsafe.start())
                self.found.append((line, "S02", what, "remove it; convert text with special fonts to paths"))
