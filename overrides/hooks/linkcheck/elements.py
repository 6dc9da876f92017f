"""Elements as rules see them, from HTML and from XML."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html.entities import name2codepoint

from selectolax.lexbor import LexborNode

from .model import Problem

Attributes = dict[str, str | None]
SVG, XHTML = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xhtml}"
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"


class XMLNode:
    """An element of an XML file, named as in HTML."""

    parent = None

    def __init__(self, element: ET.Element) -> None:
        self.tag = element.tag.removeprefix(SVG).removeprefix(XHTML)
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
    node: LexborNode | XMLNode
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


def xml_nodes(text: str, kind: str) -> tuple[list[XMLNode], str, str]:
    """The elements of an SVG or XHTML file by the rules of XML; what is wrong with it, and what to do."""
    parser = ET.XMLParser()  # loads no external entities; expat limits the growth of internal ones
    parser.entity.update((name, chr(point)) for name, point in name2codepoint.items())
    try:
        parser.feed(re.sub(r"\A\s*<\?xml[^>]*\?>", "", text))
        root = parser.close()
    except ET.ParseError as error:
        problem = f"this file is not valid XML: see line {error.position[0]}"
        return [], problem, "correct that line; browsers show nothing of the file"
    nodes = [XMLNode(each) for each in root.iter() if isinstance(each.tag, str) and each.tag.startswith((SVG, XHTML))]
    if kind == "svg" and root.tag != f"{SVG}svg":
        hint = 'start it with <svg xmlns="http://www.w3.org/2000/svg">'
        return nodes, "this file is not an SVG image", hint
    return nodes, "", ""
