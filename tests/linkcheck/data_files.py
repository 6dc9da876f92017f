"""The files of a site that are not pages but refer to pages: read into the same record.

So each rule for addresses is written once, whatever sort of file they stand in.
"""

import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Any

from . import styles
from .model import Page, Reference, Role
from .page import decoded

_Found = Iterator[Reference]
_REPAIR = "build the site again, or mend the file"


def _style_sheet(text: str) -> _Found:
    for address in styles.addresses(text):
        if not address.startswith("#"):  # leads into the page that uses the style
            yield Reference("style", "url()", address, Role.RESOURCE)


def _sitemap(text: str) -> _Found:
    """The addresses of a sitemap or of an index of sitemaps (sitemaps.org protocol)."""
    for element in ElementTree.fromstring(text).iter():
        name = str(element.tag).rpartition("}")[2]
        if name == "loc":
            yield Reference("sitemap", "loc", (element.text or "").strip(), Role.SITEMAP)
        elif name == "link" and element.get("href"):
            yield Reference("sitemap", "xhtml:link", element.get("href", ""), Role.SITEMAP)


def _robots(text: str) -> _Found:
    """The Sitemap lines of robots.txt (sitemaps.org protocol, "Informing search engine crawlers")."""
    for line in re.finditer(r"(?im)^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", text):
        yield Reference("robots", "sitemap", line[1], Role.SITEMAP)


def _search_index(text: str) -> _Found:
    """The places of Material's search index; the offline copy wraps it in a script."""
    index = json.loads(re.sub(r"\A\s*var\s+__index\s*=\s*", "", text).strip().rstrip(";"))
    for entry in index["docs"]:
        yield Reference("search", "location", entry["location"] or ".", Role.SEARCH)


def _manifest(text: str) -> _Found:
    """The addresses of a web app manifest (W3C Web Application Manifest, sections 1.6 to 1.13)."""
    data: dict[str, Any] = json.loads(text)
    for key in ("start_url", "scope"):
        if data.get(key):
            yield Reference("manifest", key, data[key], Role.FOLDER if key == "scope" else Role.LINK)
    for shortcut in data.get("shortcuts", ()):
        yield Reference("manifest", "shortcuts", shortcut["url"], Role.LINK)
    for owner in (data, *data.get("shortcuts", ())):
        for key in ("icons", "screenshots"):
            for image in owner.get(key, ()):
                yield Reference("manifest", key, image["src"], Role.RESOURCE)


_READERS: tuple[tuple[str, Callable[[str], _Found], str | None], ...] = (
    # pattern of the path, reader, what its addresses are joined to (None: the file itself)
    ("*.css", _style_sheet, None),
    ("sitemap*.xml", _sitemap, None),
    ("robots.txt", _robots, None),
    ("search/search_index.json", _search_index, "../"),
    ("search/search_index.js", _search_index, "../"),
    ("*.webmanifest", _manifest, None),
    ("manifest.json", _manifest, None),
)


def reader(path: str) -> tuple[Callable[[str], _Found], str | None] | None:
    """The reader for a file, or None if it refers to nothing."""
    for pattern, function, base in _READERS:
        if PurePosixPath(path).match(pattern):
            return function, base
    return None


def read(path: str, data: bytes) -> Page:
    """The record of a data file; broken JSON or XML is noted in it."""
    function, base = reader(path) or (_style_sheet, None)
    text, wrong = decoded(data)
    errors = [(f"this file {wrong}", "save it as UTF-8")] if wrong else []
    found: list[Reference] = []
    try:
        found.extend(function(text))
    except ElementTree.ParseError as error:
        errors.append((f"this file is not valid XML, see its line {error.position[0]}", _REPAIR))
    except json.JSONDecodeError as error:
        errors.append((f"this file is not valid JSON, see its line {error.lineno}", _REPAIR))
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError):
        errors.append(("this file does not have the form that its name promises", _REPAIR))
    kind = "css" if function is _style_sheet else "data"
    return Page(path, kind, tuple(dict.fromkeys(found)), len(found), base=base, errors=tuple(errors))
