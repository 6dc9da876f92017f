"""URLs in JSON: JSON-LD, web app manifests, feeds, search indexes, and data of any kind."""

import json
import re
from collections.abc import Iterator
from typing import Any

from .attributes import SCHEMA_URLS, Role, words

Row = tuple[str, str, str, Role]
"""Element, attribute, value and role of a reference."""


def loads(text: str) -> Any:
    """Parse JSON; ValueError for all that can't be parsed."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def in_script(kind: str, text: str) -> Iterator[tuple[str, Role]]:
    """The URLs of a `script` element with JSON; ValueError if a type that promises valid JSON has none."""
    if kind == "application/ld+json":
        yield from _json_ld(loads(text))


_IDENTIFIERS = frozenset(["@id", "item", "mainEntityOfPage"])
_NOT_URLS = words("@base @context @type @vocab")
_ABSOLUTE = re.compile(r"(https?://[^\s{}?#]+)(?:[?#{]\S*)?", re.IGNORECASE)
_RELATIVE = re.compile(r"(?:\.{0,2}/)?[^\s:{}]*(?:/|\.[A-Za-z0-9]{2,5})(?:[?#]\S*)?")


def _json_ld(data: Any) -> Iterator[tuple[str, Role]]:
    """Strings of schema.org's URL properties, and other absolute URLs. A relative identifier is rarely a URL."""
    waiting = [("", data)]
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.items()
        elif isinstance(value, list):
            waiting += [(key, each) for each in value]
        elif isinstance(value, str) and key in SCHEMA_URLS:
            if "://" in value or (key not in _IDENTIFIERS and _RELATIVE.fullmatch(value)):
                yield value, Role.META
        elif isinstance(value, str) and key not in _NOT_URLS and (match := _ABSOLUTE.fullmatch(value)):
            yield match[1], Role.MENTION


def search_index(text: str) -> Iterator[Row]:
    """The locations of MkDocs' search index; offline copies wrap it in a script."""
    index = loads(re.sub(r"\A\s*var\s+__index\s*=\s*", "", text).strip().rstrip(";"))
    for entry in index["docs"]:
        yield "search", "location", entry["location"] or ".", Role.SEARCH


_MANIFEST = {
    "scope": Role.FOLDER,
    "src": Role.RESOURCE,
    **dict.fromkeys(("action", "start_url", "url"), Role.LINK),
}
"""Members of a web app manifest that hold URLs, in whatever object they are."""


def manifest(text: str) -> Iterator[Row]:
    """W3C Web Application Manifest. A KeyError says that a required member is missing."""
    data: dict[str, Any] = loads(text)
    for key, member in (("icons", "src"), ("screenshots", "src"), ("shortcuts", "url")):
        for each in data.get(key, ()):
            each[member]
    waiting: list[Any] = [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            for key, member in value.items():
                if not isinstance(member, str):
                    waiting.append(member)
                elif member and key in _MANIFEST:
                    yield "manifest", key, member, _MANIFEST[key]


_FEED_KEYS = words("home_page_url feed_url next_url icon favicon url image banner_image avatar")


def feed(text: str) -> Iterator[Row]:
    """JSON Feed 1.1, "Top-level" and "Items"."""
    from .assets import in_html

    data: dict[str, Any] = loads(text)
    for owner in (data, *data["items"], *data.get("authors", ())):
        for key in _FEED_KEYS:
            if owner.get(key):
                yield "feed", key, owner[key], Role.WHOLE
        for url in in_html(owner.get("content_html", "")):
            yield "feed", "content_html", url, Role.WHOLE
        for attachment in owner.get("attachments", ()):
            yield "feed", "attachments", attachment["url"], Role.WHOLE


def anything(text: str) -> Iterator[Row]:
    """JSON of any name: a manifest or feed by its members, or else the absolute URLs in it."""
    try:
        data = loads(text)
    except ValueError:
        return
    icons = data.get("icons") if isinstance(data, dict) else None
    if isinstance(data, dict) and (
        isinstance(data.get("start_url"), str)
        or (isinstance(icons, list) and all(isinstance(each, dict) and "src" in each for each in icons))
    ):
        yield from manifest(text)
    elif isinstance(data, dict) and str(data.get("version")).startswith("https://jsonfeed.org/"):
        yield from feed(text)
    else:
        for url in dict.fromkeys(re.findall(r'"(https?:\\?/\\?/[^\s"{}]+)"', text)):
            yield "json", "string", url.replace("\\/", "/"), Role.MENTION
