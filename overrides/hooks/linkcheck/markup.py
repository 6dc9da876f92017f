"""Where something is written in a built HTML, SVG or XML file: the parser keeps no positions."""

import html
import re
from collections.abc import Iterable
from functools import lru_cache

from .model import Spot

_VALUE = r"(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+)"
_TAG = re.compile(rf"<([A-Za-z][^\s/>]*)((?:[\s/]+(?:[^\s=>\"'/]+(?:\s*=\s*{_VALUE})?)?)*)\s*/?>")
_ATTRIBUTE = re.compile(rf"([^\s=>\"'/]+)(?:\s*=\s*({_VALUE}))?")


def offsets(text: str, spot: Spot) -> list[int]:
    """The offsets of a spot in a file; none if that is unclear."""
    value = spot.value
    if spot.kind in ("attribute", "id", "id reference") and spot.attribute != "url()":
        found = _in_tags(text, spot)
        if found or not value:
            return found[:1] if spot.kind == "id" else found
    if spot.kind == "file" or not value:
        return []
    for spelling in _spellings(value):
        pattern = re.compile(rf"(?<![\w./%#-]){re.escape(spelling)}(?![\w/%#-]|[.?]\w)")
        if found := [match.start() for match in pattern.finditer(text)]:
            return found
    return _occurrences(text, value)[:1]


def line(text: str, offset: int) -> int:
    """The line of an offset, from 1."""
    return text.count("\n", 0, offset) + 1


def _spellings(value: str) -> list[str]:
    return list(dict.fromkeys((value, html.escape(value), html.escape(value, quote=False))))


def _occurrences(text: str, part: str) -> list[int]:
    return [match.start() for match in re.finditer(re.escape(part), text)]


@lru_cache(maxsize=2)
def _hidden(text: str) -> list[tuple[int, int]]:
    """The comments and templates of a page."""
    return [match.span() for match in re.finditer(r"(?is)<!--.*?(?:-->|\Z)|<template\b.*?</template", text)]


def _in_tags(text: str, spot: Spot) -> list[int]:
    """Offsets of an attribute, first of the tags around the value. Those in comments are left out."""
    starts = {text.rfind("<", 0, at) for each in _spellings(spot.value) for at in _occurrences(text, each)}
    found = _matching(text, sorted(starts), spot) if spot.value else []
    if not found:  # no value, or it is written with other character references
        found = _matching(text, (match.start() for match in re.finditer(f"(?i)<{spot.element}", text)), spot)
    shown = [at for at in found if not any(start <= at < end for start, end in _hidden(text))]
    return shown or [at for at in found if not text.startswith("<!--", text.rfind("<!", 0, at))]


def _matching(text: str, starts: Iterable[int], spot: Spot) -> list[int]:
    """The offsets of a spot in the tags at some offsets."""
    tags = (tag for start in starts if start >= 0 and (tag := _TAG.match(text, start)))
    return [at for tag in tags if (at := _in_tag(text, tag, spot)) >= 0]


def _in_tag(text: str, tag: re.Match[str], spot: Spot) -> int:
    """The offset of a spot in a tag, or -1."""
    if spot.element and tag[1].lower() != spot.element.lower():
        return -1
    names = ("id", "name") if spot.kind == "id" else (spot.attribute.lower(),)
    is_meta = tag[1].lower() == "meta"  # which is named by another attribute
    is_whole = spot.kind == "id" or not spot.value or spot.attribute in ("href", "src")
    for each in _ATTRIBUTE.finditer(text, tag.start(2), tag.end(2)):
        value = html.unescape((each[2] or "").strip("\"'"))
        if (is_meta or each[1].lower() in names) and (value == spot.value if is_whole else spot.value in value):
            return each.start()
    return -1
