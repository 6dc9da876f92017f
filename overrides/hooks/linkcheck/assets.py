"""Files of a site that are not pages but refer to pages: read into the same record, so that each rule is written once."""

import json
import re
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Callable, Iterator

from . import css, html, json_data, urls
from .attributes import Role
from .json_data import Row
from .model import Page, References

_HINT = "build the site again, or correct the file"


def _style_sheet(text: str) -> Iterator[Row]:
    for url in css.urls(text):
        yield "style", "url()", url, Role.RESOURCE
    yield from _source_map(text)


def _source_map(text: str) -> Iterator[Row]:
    """The source map of a script or style sheet: its last such comment (ECMA-426, section 11.1.2)."""
    found = re.findall(r"^[ \t]*(?://|/\*)[#@][ \t]*sourceMappingURL=([^\s'\"*]+)", text[-4000:], re.MULTILINE)
    if not found:
        found = re.findall(r"[;})](?://|/\*)[#@][ \t]*sourceMappingURL=([^\s'\"*]+)[ \t]*(?:\*/)?\s*\Z", text[-4000:])
    if found:
        yield "source map", "sourceMappingURL", found[-1], Role.SOURCE_MAP


def _xml_style_sheet(text: str) -> Iterator[Row]:
    for match in re.finditer(r"<\?xml-stylesheet\b[^>]*?\bhref\s*=\s*[\"']([^\"'>]*)", text[:2_000]):
        yield "xml-stylesheet", "href", match[1], Role.RESOURCE


def _sitemap(text: str) -> Iterator[Row]:
    """A sitemap or an index of sitemaps (sitemaps.org); images and videos may be of other hosts."""
    yield from _xml_style_sheet(text)
    for element in ET.fromstring(text).iter():
        space, _, name = str(element.tag).rpartition("}")
        url = (element.text or "").strip()
        if name == "loc" and "sitemap-image" not in space:
            yield "sitemap", "loc", url, Role.SITEMAP
        elif name in ("loc", "content_loc", "player_loc", "thumbnail_loc") and url:
            yield "sitemap media", name, url, Role.WHOLE
        elif element.get("href"):
            yield "sitemap", "xhtml:link", element.get("href", ""), Role.SITEMAP


def _text_sitemap(text: str) -> Iterator[Row]:
    """A sitemap of plain lines (sitemaps.org, "Text file")."""
    for line in filter(None, map(str.strip, text.splitlines())):
        yield "sitemap", "line", line, Role.SITEMAP


def _llms(text: str) -> Iterator[Row]:
    """The links of llms.txt, which is Markdown (llmstxt.org, "Format")."""
    for match in re.finditer(r"\]\(\s*<?([^\s()<>]+)", text):
        yield "llms", "link", match[1], Role.LINK


def _robots(text: str) -> Iterator[Row]:
    """Sitemap lines of robots.txt (sitemaps.org, "Informing search engine crawlers")."""
    for line in re.finditer(r"(?im)^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", text):
        yield "robots", "sitemap", line[1], Role.SITEMAP


def _other_xml(text: str) -> Iterator[Row]:
    """Feeds, and sitemaps of any name; other XML refers to nothing that is known."""
    yield from _xml_style_sheet(text)
    root = ET.fromstring(text)
    name = str(root.tag).rpartition("}")[2].lower()
    if name in ("feed", "rss", "rdf"):
        yield from _feed(root, "")
    elif name in ("urlset", "sitemapindex"):
        yield from _sitemap(text)


_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"


def _feed(element: ET.Element, base: str) -> Iterator[Row]:
    """Atom (RFC 4287, with xml:base) and RSS 2.0, and the HTML of their entries."""
    own = element.get(_XML_BASE, "")
    joined = urls.join(base, own) or base or own
    name, text = str(element.tag).rpartition("}")[2].lower(), (element.text or "").strip()

    def row(url: str) -> Row:
        return "feed", name, urls.join(joined, url) or url, Role.WHOLE

    yield from (row(url) for key in ("href", "src", "url") if (url := element.get(key)))
    is_permalink = name == "guid" and element.get("isPermaLink", "true") == "true"
    if text and (name in ("link", "comments", "docs", "icon", "logo", "uri", "url") or is_permalink):
        yield row(text)
    if text.startswith("<") or element.get("type") == "html" or name in ("description", "encoded"):
        yield from map(row, in_html(text))
    for child in element:
        yield from _feed(child, joined)


def in_html(text: str) -> Iterator[str]:
    """The URLs in the HTML of a feed's entry."""
    if "<" in text:
        for reference in html.references(text.encode("utf-8", "replace")):
            if reference.role in (Role.LINK, Role.RESOURCE):
                yield reference.value


def _mentions(text: str) -> Iterator[Row]:
    """Absolute URLs in a text that readers take along."""
    for url in dict.fromkeys(re.findall(r"https?://[^\s\"'<>(){}\[\]|\\`^]+", text)):
        yield "text", "url", url.rstrip(".,;:!?*_"), Role.MENTION


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


_READERS: tuple[tuple[str, Callable[[str], Iterator[Row]], str | None], ...] = (
    # pattern of the path, reader, what its URLs are relative to (None: the file itself)
    ("*.css", _style_sheet, None),
    ("*.js", _source_map, None),
    ("*.mjs", _source_map, None),
    ("sitemap*.xml", _sitemap, None),
    ("sitemap*.xml.gz", _sitemap, None),
    ("sitemap.txt", _text_sitemap, None),
    ("robots.txt", _robots, None),
    ("_redirects", _redirects, None),
    ("search/search_index.json", json_data.search_index, "../"),
    ("search/search_index.js", json_data.search_index, "../"),
    ("*.webmanifest", json_data.manifest, None),
    ("manifest.json", json_data.manifest, None),
    ("feed.json", json_data.feed, None),
    ("feed_json_*.json", json_data.feed, None),
    ("*.json", json_data.anything, None),
    ("*.xml", _other_xml, None),
    ("*.atom", _other_xml, None),
    ("*.rss", _other_xml, None),
    ("llms.txt", _llms, None),
    ("llms-full.txt", _llms, None),
    ("*.md", _mentions, None),
    ("*.bib", _mentions, None),
    ("humans.txt", _mentions, None),
)
_PATTERNS = sorted(
    (
        (re.compile(f".*/{re.escape(pattern)}".replace(r"\*", "[^/]*")), function, base)
        for pattern, function, base in _READERS
    ),
    key=lambda row: row[1] is _source_map,  # a search index in a script is more than a script
)
MAX_JSON_BYTES = 2_000_000
"""Larger JSON of any name is data that nobody wrote by hand."""


def reader(path: str) -> tuple[Callable[[str], Iterator[Row]], str | None] | None:
    """The reader for a file, and what its URLs are relative to; None if it refers to nothing."""
    return next(((function, base) for pattern, function, base in _PATTERNS if pattern.fullmatch("/" + path)), None)


def needed_bytes(path: str, size: int) -> int:
    """How many bytes at the end of a file are needed to read it."""
    found = reader(path)
    if found and found[0] is _source_map:
        return min(size, 16_000)
    return 0 if found and found[0] is json_data.anything and size > MAX_JSON_BYTES else size


def read(path: str, data: bytes, references: References) -> Page:
    """The record of a file; that it is broken is noted in it."""
    function, base = reader(path) or (_style_sheet, None)
    kind = "sitemap" if function in (_sitemap, _text_sitemap) else "data"
    if path.endswith(".gz"):
        try:
            data = zlib.decompressobj(wbits=31).decompress(data, html.MAX_BYTES)
        except zlib.error:
            return Page(path, kind, errors=(("this file is not gzip", _HINT),))
    text, wrong = html.decode(data)
    errors = [(f"this file {wrong}", "save it as UTF-8")] if wrong and function is not _source_map else []
    rows: list[Row] = []
    try:
        rows.extend(function(text))
    except ET.ParseError as error:
        errors.append((f"this file is not valid XML: see line {error.position[0]}", _HINT))
    except json.JSONDecodeError as error:
        errors.append((f"this file is not valid JSON: see line {error.lineno}", _HINT))
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError):
        errors.append(("this file does not have the structure that its name promises", _HINT))
    found = tuple(references[row] for row in dict.fromkeys(rows))
    return Page(path, kind, found, len(rows), base=base, errors=tuple(errors))
