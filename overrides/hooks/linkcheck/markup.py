"""Where something is written in a built HTML, SVG or XML file: the parser keeps no positions."""

import html
import re

from .model import Spot

_VALUE = r"(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+)"
_TAG = re.compile(rf"<([A-Za-z][^\s/>]*)((?:[\s/]+(?:[^\s=>\"'/]+(?:\s*=\s*{_VALUE})?)?)*)\s*/?>")
_ATTRIBUTE = re.compile(rf"([^\s=>\"'/]+)(?:\s*=\s*({_VALUE}))?")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TEMPLATE = re.compile(r"<template\b.*?</template\s*>", re.DOTALL | re.IGNORECASE)


def offsets(text: str, spot: Spot) -> list[int]:
    """Where a file has what is looked for; none if that can't be told."""
    value = spot.value
    if spot.kind in ("attribute", "id", "id reference"):
        found = _in_styles(text, value or "") if spot.attribute == "url()" else _in_tags(text, spot)
        if found or not value:
            return found[:1] if spot.kind == "id" else found
    if spot.kind == "file" or not value:
        return []
    for spelling in _spellings(value):
        pattern = re.compile(rf"(?<![\w./%#-]){re.escape(spelling)}(?![\w/%#-]|[.?]\w)")
        if spelling in text and (found := [match.start() for match in pattern.finditer(text)]):
            return found
    return [text.find(value)] if value in text else []


def line(text: str, offset: int) -> int:
    """The line of an offset, from 1."""
    return text.count("\n", 0, offset) + 1


def _spellings(value: str) -> list[str]:
    return list(dict.fromkeys((value, html.escape(value), html.escape(value, quote=False))))


def _in_styles(text: str, value: str) -> list[int]:
    return [
        style.start() + match.start()
        for style in re.finditer(r"(?is)<style\b.*?(?:</style|\Z)", text)
        for match in re.finditer(re.escape(value), style[0])
    ]


def _in_tags(text: str, spot: Spot) -> list[int]:
    """Offsets of attributes or tags. Those in comments are left out, and those in templates if there are others."""
    found: list[int] = []
    if spot.value:  # look at the tags around the value, which are few
        values = (match.start() for each in _spellings(spot.value) for match in re.finditer(re.escape(each), text))
        found = _matching(text, sorted({text.rfind("<", 0, at) for at in values}), spot)
    if not found:  # no value, or it is written with other character references
        found = _matching(text, [match.start() for match in re.finditer(f"(?i)<{spot.element}", text)], spot)
    for pattern, is_fallback in ((_COMMENT, False), (_TEMPLATE, True)):
        spans = [match.span() for match in pattern.finditer(text)] if found else []
        outside = [at for at in found if not any(start <= at < end for start, end in spans)]
        found = outside or (found if is_fallback else [])
    return found


def _matching(text: str, starts: list[int], spot: Spot) -> list[int]:
    return [at for start in starts if (tag := _TAG.match(text, start)) and (at := _in_tag(text, tag, spot)) >= 0]


def _in_tag(text: str, tag: re.Match[str], spot: Spot) -> int:
    """Where a tag has what is looked for, or -1."""
    if spot.element and tag[1].lower() != spot.element.lower():
        return -1
    attributes: dict[str, tuple[int, str]] = {}
    for each in _ATTRIBUTE.finditer(text, tag.start(2), tag.end(2)):
        value = each[2] or ""
        value = value[1:-1] if value[:1] in ("'", '"') else value
        attributes.setdefault(each[1].lower(), (each.start(), html.unescape(value)))
    if spot.kind == "id":
        return next(
            (
                at
                for name in ("id", "name")
                if (at := attributes.get(name, (-1, ""))[0]) >= 0 and attributes[name][1] == spot.value
            ),
            -1,
        )
    name = spot.attribute.lower()
    if spot.value is None:
        return -1 if name in attributes else tag.start()
    if name in attributes:
        at, written = attributes[name]
        in_list = name not in ("href", "src") and spot.value in written
        return at if written == spot.value or in_list else -1
    named = tag[1].lower() == "meta"  # by another attribute
    return next((at for at, written in attributes.values() if named and written == spot.value), -1)
