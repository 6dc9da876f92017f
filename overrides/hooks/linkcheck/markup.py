"""Where something is written in a built HTML, SVG or XML file: the parser keeps no positions."""

import html
import re
from collections.abc import Iterator

from .model import Spot

_VALUE = r"(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+)"
_TOKEN = re.compile(
    rf"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<([A-Za-z][^\s/>]*)((?:[\s/]+(?:[^\s=>\"'/]+(?:\s*=\s*{_VALUE})?)?)*)\s*/?>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(rf"([^\s=>\"'/]+)(?:\s*=\s*({_VALUE}))?")
_RAW = frozenset(["script", "style", "textarea", "title"])
"""Elements whose content is text, whatever it looks like (WHATWG HTML, section 13.1.2)."""


def _tags(text: str) -> Iterator[tuple[int, str, dict[str, tuple[int, str]]]]:
    """Each start tag: its offset, name, and attributes with offset and value."""
    at = 0
    while match := _TOKEN.search(text, at):
        at = match.end()
        if not match[1]:
            continue
        attributes: dict[str, tuple[int, str]] = {}
        for each in _ATTRIBUTE.finditer(text, match.start(2), match.end(2)):
            value = each[2] or ""
            value = value[1:-1] if value[:1] in "\"'" else value
            attributes.setdefault(each[1].lower(), (each.start(), html.unescape(value)))
        name = match[1].lower()
        yield match.start(), name, attributes
        if name in _RAW and not match[0].endswith("/>"):
            end = re.compile(rf"</{name}", re.IGNORECASE).search(text, at)
            at = end.start() if end else len(text)


def offsets(text: str, spot: Spot) -> list[int]:
    """Where a file has what is looked for; none if that can't be told."""
    value = spot.value
    if spot.kind == "id":
        return [
            min(at for at, given in hits)
            for _, tag, attributes in _tags(text)
            if (hits := [attributes[key] for key in ("id", "name") if attributes.get(key, (0, None))[1] == value])
        ]
    if spot.kind in ("attribute", "id reference"):
        found = list(_of_attribute(text, spot))
        inert = [match.span() for match in re.finditer(r"(?is)<template\b.*?</template\s*>", text)]
        outside = [at for at in found if not any(start < at < end for start, end in inert)]
        if found or value is None:
            return outside or found
    if spot.kind == "file" or not value:
        return []
    for spelling in dict.fromkeys((value, html.escape(value), html.escape(value, quote=False))):
        pattern = re.compile(rf"(?<![\w./%#-]){re.escape(spelling)}(?![\w/%#-]|[.?]\w)")
        if spelling in text and (found := [match.start() for match in pattern.finditer(text)]):
            return found
    return [text.find(value)] if value in text else []


def _of_attribute(text: str, spot: Spot) -> Iterator[int]:
    name = spot.attribute.lower()
    if name == "url()":
        for match in re.finditer(r"(?is)<style\b.*?(?:</style|\Z)", text):
            yield from (match.start() + each.start() for each in re.finditer(re.escape(spot.value or ""), match[0]))
    for at, tag, attributes in _tags(text):
        if spot.element and tag != spot.element.lower():
            continue
        if spot.value is None:
            if name not in attributes:
                yield at
        elif name in attributes:
            start, written = attributes[name]
            if written == spot.value or (name not in ("href", "src") and spot.value in written):
                yield start
        elif tag == "meta":  # named by another attribute, as in a meta element
            for start, written in attributes.values():
                if written == spot.value:
                    yield start
                    break


def line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1
