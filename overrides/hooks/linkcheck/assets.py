"""Files that are not pages but refer to pages, read into the same record, so that each rule is written once."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import Any

from . import css, html, urls
from .gather import json_urls
from .model import Page, References, Role

_HINT = "build the site again, or correct the file"
MAX_JSON_BYTES = 2_000_000
"""Larger JSON of any name is data that nobody wrote by hand."""

Row = tuple[str, str, str, Role]
"""Element, attribute, value and role of a reference."""


def _style_sheet(text: str) -> Iterator[Row]:
    for url in css.urls(text):
        yield "style", "url()", url, Role.RESOURCE


def _xml(text: str) -> Iterator[Row]:
    """Sitemaps and indexes of them (sitemaps.org), and feeds; other XML refers to nothing that is known."""
    root = ET.fromstring(text)
    name = str(root.tag).rpartition("}")[2].lower()
    if name in ("urlset", "sitemapindex"):
        for element in root.iter():
            if str(element.tag).endswith("}loc") and "sitemap-image" not in str(element.tag) or element.tag == "loc":
                yield "sitemap", "loc", (element.text or "").strip(), Role.SITEMAP
    elif name in ("feed", "rss"):
        yield from _feed(root)


def _feed(root: ET.Element) -> Iterator[Row]:
    """The absolute URLs that Atom (RFC 4287) and RSS 2.0 link to. Readers of feeds differ on what others lead to."""
    for element in root.iter():
        name, text = str(element.tag).rpartition("}")[2].lower(), element.text or ""
        found = [element.get("href"), element.get("url"), text.strip() if name == "link" else ""]
        if name in ("description", "encoded") or element.get("type") == "html":
            references = html.references(text.encode("utf-8", "replace"))
            found += [each.value for each in references if each.role in (Role.LINK, Role.RESOURCE)]
        for url in found:
            if url and urls.scheme(url) in ("http", "https"):
                yield "feed", name, url, Role.META


def _search_index(text: str) -> Iterator[Row]:
    """The locations of MkDocs' search index; offline copies wrap it in a script."""
    index = json.loads(re.sub(r"\A\s*var\s+__index\s*=\s*", "", text).strip().rstrip(";"))
    for entry in index["docs"]:
        yield "search", "location", entry["location"] or ".", Role.SEARCH


def _manifest(text: str) -> Iterator[Row]:
    """The icons and the start page of a web app (W3C Web Application Manifest)."""
    data: dict[str, Any] = json.loads(text)
    for icon in data.get("icons", ()):
        yield "manifest", "src", icon["src"], Role.RESOURCE
    if data.get("start_url"):
        yield "manifest", "start_url", data["start_url"], Role.LINK


def _json(text: str) -> Iterator[Row]:
    """The absolute URLs in JSON of any name."""
    for url in json_urls(text) if len(text) <= MAX_JSON_BYTES else ():
        yield "json", "string", url, Role.MENTION


_CODE = re.compile(
    r"^([ \t]*)(```+|~~~+).*?^\1\2|(`+)(?!`).*?(?<!`)\3(?!`)|^(?: {4}|\t)[^\n]*", re.MULTILINE | re.DOTALL
)


def _text(text: str) -> Iterator[Row]:
    """Absolute URLs in a text that readers take along; those in the code of Markdown are samples."""
    for url in dict.fromkeys(re.findall(r"https?://\w[^\s\"'<>(){}\[\]|\\`^]*", _CODE.sub("", text))):
        yield "text", "url", url.rstrip(".,;:!?*_"), Role.MENTION


_READERS: tuple[tuple[str, Callable[[str], Iterator[Row]]], ...] = (
    ("*.css", _style_sheet),
    ("*/search/search_index.js*", _search_index),
    ("*.webmanifest", _manifest),
    ("*/manifest.json", _manifest),
    ("*.json", _json),
    ("*.xml", _xml),
    ("*.atom", _xml),
    ("*.rss", _xml),
    ("*/llms*.txt", _text),
    ("*.md", _text),
    ("*.bib", _text),
)


def reader(path: str) -> Callable[[str], Iterator[Row]] | None:
    """The reader for a file; None if it refers to nothing."""
    return next((function for pattern, function in _READERS if fnmatchcase(f"/{path}", pattern)), None)


def read(path: str, data: bytes, references: References) -> Page:
    """The record of a file; that it is broken is noted in it."""
    function = reader(path) or _text
    page = Page(path, "data", base="../" if function is _search_index else None)
    rows: list[Row] = []
    try:
        text, wrong = html.decode(data)
        if wrong:
            page.errors.append((f"this file {wrong}", "save it as UTF-8"))
        else:
            rows.extend(function(text))
    except ET.ParseError as error:
        page.errors.append((f"this file is not valid XML: see line {error.position[0]}", _HINT))
    except json.JSONDecodeError as error:
        page.errors.append((f"this file is not valid JSON: see line {error.lineno}", _HINT))
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError):
        page.errors.append(("this file does not have the structure that its name promises", _HINT))
    page.references, page.count = tuple(references[row] for row in dict.fromkeys(rows)), len(rows)
    return page
