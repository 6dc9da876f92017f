"""Files of a site that are not pages but refer to pages: read into the same record, so that each rule is written once."""

import json
import re
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import Any

from . import css, html, urls
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
    elif name in ("feed", "rss", "rdf"):
        yield from _feed(root, "")


def _feed(element: ET.Element, base: str) -> Iterator[Row]:
    """Atom (RFC 4287, with xml:base) and RSS 2.0, and the HTML of their entries."""
    own = element.get("{http://www.w3.org/XML/1998/namespace}base", "")
    joined = urls.join(base, own) or base or own
    name, text = str(element.tag).rpartition("}")[2].lower(), (element.text or "").strip()
    found = [url for key in ("href", "src", "url") if (url := element.get(key))]
    is_permalink = name == "guid" and element.get("isPermaLink", "true") == "true"
    if text and (name in ("link", "comments", "icon", "logo", "uri", "url") or is_permalink):
        found.append(text)
    if text.startswith("<") or element.get("type") == "html" or name in ("description", "encoded"):
        found += _in_html(text)
    for url in found:
        yield "feed", name, urls.join(joined, url) or url, Role.META
    for child in element:
        yield from _feed(child, joined)


def _in_html(text: str) -> Iterator[str]:
    """The URLs in the HTML of a feed's entry."""
    if "<" in text:
        for reference in html.references(text.encode("utf-8", "replace")):
            if reference.role in (Role.LINK, Role.RESOURCE):
                yield reference.value


def _json_feed(text: str) -> Iterator[Row]:
    """JSON Feed 1.1, "Top-level" and "Items"."""
    data: dict[str, Any] = json.loads(text)
    for owner in (data, *data["items"]):
        for key in ("home_page_url", "feed_url", "icon", "favicon", "url", "image", "banner_image"):
            if owner.get(key):
                yield "feed", key, owner[key], Role.META
        for url in _in_html(owner.get("content_html", "")):
            yield "feed", "content_html", url, Role.META


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
    """JSON of any name: a feed by its members, or else the absolute URLs in it."""
    if len(text) > MAX_JSON_BYTES:
        return
    if text[:300].lstrip().startswith("{") and "https://jsonfeed.org/" in text[:300]:
        yield from _json_feed(text)
        return
    for url in dict.fromkeys(re.findall(r'"(https?://[^\s"{}\\]+)"', text.replace("\\/", "/"))):
        yield "json", "string", url, Role.MENTION


_CODE = re.compile(
    r"^([ \t]*)(```+|~~~+).*?^\1\2|(`+)(?!`).*?(?<!`)\3(?!`)|^(?: {4}|\t)[^\n]*", re.MULTILINE | re.DOTALL
)


def _text(text: str) -> Iterator[Row]:
    """Absolute URLs in a text that readers take along; those in the code of Markdown are samples."""
    for url in dict.fromkeys(re.findall(r"https?://\w[^\s\"'<>(){}\[\]|\\`^]*", _CODE.sub("", text))):
        yield "text", "url", url.rstrip(".,;:!?*_"), Role.MENTION


def _llms(text: str) -> Iterator[Row]:
    """The links of llms.txt, which is Markdown (llmstxt.org, "Format")."""
    for match in re.finditer(r"\]\(\s*<?([^\s()<>]+)", text):
        yield "llms", "link", match[1], Role.LINK


def redirects(text: str) -> Iterator[tuple[str, str]]:
    """The lines of a `_redirects` file, as hosts of static sites read it: from, to."""
    for line in text.splitlines():
        fields = re.sub(r"(?:^|\s)#.*", "", line).split()
        if len(fields) > 1:
            yield fields[0], fields[1]


def _redirects(text: str) -> Iterator[Row]:
    """Where redirects lead, except those with placeholders and those that another line redirects again."""
    lines = list(redirects(text))
    sources = {start for start, _ in lines}
    for _, target in lines:
        path = re.sub(r"\Ahttps?://", "", target)
        if re.match(r"/(?!/)|https?://", target) and not re.search(r"[:*{]", path) and target not in sources:
            yield "redirects", "to", target, Role.LINK


_READERS: tuple[tuple[str, Callable[[str], Iterator[Row]]], ...] = (
    ("*.css", _style_sheet),
    ("/_redirects", _redirects),
    ("*/search/search_index.js*", _search_index),
    ("*.webmanifest", _manifest),
    ("*/manifest.json", _manifest),
    ("*/feed*.json", _json_feed),
    ("*.json", _json),
    ("*.xml", _xml),
    ("*/sitemap*.xml.gz", _xml),
    ("*.atom", _xml),
    ("*.rss", _xml),
    ("*/llms*.txt", _llms),
    ("*.md", _text),
    ("*.bib", _text),
)


def reader(path: str) -> Callable[[str], Iterator[Row]] | None:
    """The reader for a file; None if it refers to nothing."""
    return next((function for pattern, function in _READERS if fnmatchcase(f"/{path}", pattern)), None)


def read(path: str, data: bytes, references: References) -> Page:
    """The record of a file; that it is broken is noted in it."""
    function = reader(path) or _text
    is_sitemap = path.rpartition("/")[2].startswith("sitemap")
    page = Page(path, "sitemap" if is_sitemap else "data", base="../" if function is _search_index else None)
    rows: list[Row] = []
    try:
        if path.endswith(".gz"):
            data = zlib.decompressobj(wbits=31).decompress(data, html.MAX_BYTES)
        text, wrong = html.decode(data)
        if wrong:
            page.errors.append((f"this file {wrong}", "save it as UTF-8"))
        else:
            rows.extend(function(text))
    except zlib.error:
        page.errors.append(("this file is not gzip", _HINT))
    except ET.ParseError as error:
        page.errors.append((f"this file is not valid XML: see line {error.position[0]}", _HINT))
    except json.JSONDecodeError as error:
        page.errors.append((f"this file is not valid JSON: see line {error.lineno}", _HINT))
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError):
        page.errors.append(("this file does not have the structure that its name promises", _HINT))
    page.references, page.count = tuple(references[row] for row in dict.fromkeys(rows)), len(rows)
    return page
