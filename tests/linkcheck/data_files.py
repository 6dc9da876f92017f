"""The files of a site that are not pages but refer to pages: read into the same record.

So each rule for addresses is written once, whatever sort of file they stand in.
"""

import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from typing import Any

from . import page, styles, urls
from .model import Page, Reference, Role
from .page import decoded

_Found = Iterator[Reference]
_REPAIR = "build the site again, or mend the file"


def _style_sheet(text: str) -> _Found:
    for address in styles.addresses(text):
        if not address.startswith("#"):  # leads into the page that uses the style
            yield Reference("style", "url()", address, Role.RESOURCE)
    yield from _source_map(text)


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
    """The addresses of a web app manifest (W3C Web Application Manifest, and its extensions by the WICG)."""
    data: dict[str, Any] = json.loads(text)
    for key in ("start_url", "scope"):
        if data.get(key):
            yield Reference("manifest", key, data[key], Role.FOLDER if key == "scope" else Role.LINK)
    links = [("shortcuts", each["url"]) for each in data.get("shortcuts", ())]
    links += [("file_handlers", each["action"]) for each in data.get("file_handlers", ())]
    links += [("protocol_handlers", each["url"].replace("%s", "")) for each in data.get("protocol_handlers", ())]
    links += [(key, data[key][inner]) for key, inner in (("share_target", "action"), ("note_taking", "new_note_url"))
              if key in data]
    for key, address in links:
        yield Reference("manifest", key, address, Role.LINK)
    if "serviceworker" in data:
        yield Reference("manifest", "serviceworker", data["serviceworker"]["src"], Role.RESOURCE)
    for owner in (data, *data.get("shortcuts", ()), *data.get("file_handlers", ())):
        for key in ("icons", "screenshots"):
            for image in owner.get(key, ()):
                yield Reference("manifest", key, image["src"], Role.RESOURCE)


def _json_feed(text: str) -> _Found:
    """The addresses of a JSON Feed (version 1.1, "Top-level" and "Items")."""
    data: dict[str, Any] = json.loads(text)
    for owner in (data, *data["items"], *data.get("authors", ())):
        for key in ("home_page_url", "feed_url", "next_url", "icon", "favicon", "url", "image", "banner_image", "avatar"):
            if owner.get(key):
                yield Reference("feed", key, owner[key], Role.WHOLE)
        for attachment in owner.get("attachments", ()):
            yield Reference("feed", "attachments", attachment["url"], Role.WHOLE)


def _other_xml(text: str) -> _Found:
    """Feeds, and the small XML files that browsers ask for; other XML refers to nothing that is known."""
    for match in re.finditer(r"<\?xml-stylesheet\b[^>]*?\bhref\s*=\s*[\"']([^\"'>]*)", text):
        yield Reference("xml-stylesheet", "href", match[1], Role.RESOURCE)
    root = ElementTree.fromstring(text)
    name = str(root.tag).rpartition("}")[2].lower()
    if name in ("feed", "rss", "rdf"):
        yield from _feed(root, [""])
    elif name == "browserconfig":  # Microsoft, "Browser configuration schema reference"
        for element in root.iter():
            if element.get("src"):
                yield Reference("browserconfig", str(element.tag), element.get("src", ""), Role.RESOURCE)
    elif name == "opensearchdescription":  # OpenSearch 1.1, "The Url element", "The Image element"
        for element in root.iter():
            kind = str(element.tag).rpartition("}")[2]
            if kind == "Url" and element.get("template"):
                yield Reference("opensearch", kind, re.split(r"[?#{]", element.get("template", ""))[0], Role.WHOLE)
            elif kind == "Image" and element.text:
                yield Reference("opensearch", kind, element.text.strip(), Role.WHOLE)
    elif name in ("urlset", "sitemapindex"):
        yield from _sitemap(text)


_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"


def _feed(element: ElementTree.Element, bases: list[str]) -> _Found:
    """Addresses in Atom (RFC 4287, with xml:base) and RSS 2.0, and in the HTML of their entries."""
    base = element.get(_XML_BASE, "")
    joined = (urls.join(bases[-1], base) if bases[-1] else base) or bases[-1]
    name, text = str(element.tag).rpartition("}")[2].lower(), (element.text or "").strip()

    def found(address: str) -> Reference:
        return Reference("feed", name, (urls.join(joined, address) if joined else None) or address, Role.WHOLE)

    if name in ("link", "content", "collection") and element.get("href", element.get("src")):
        yield found(element.get("href") or element.get("src") or "")
    elif name in ("enclosure", "thumbnail") and element.get("url"):
        yield found(element.get("url", ""))
    elif name in ("link", "comments", "docs", "icon", "logo", "uri", "url") and text:
        yield found(text)
    elif name == "guid" and element.get("isPermaLink", "true") == "true" and text:
        yield found(text)
    if text.startswith("<") or (element.get("type") == "html" and "<" in text) or name in ("description", "encoded"):
        if "<" in text:
            for reference in page.read("entry.html", text.encode()).references:
                if reference.role in (Role.LINK, Role.RESOURCE):
                    yield found(reference.value)
    for child in element:
        yield from _feed(child, [*bases, joined])


def _source_map(text: str) -> _Found:
    """The source map of a script or style sheet (ECMA-426, section 11.1.2): its last such comment."""
    found = re.findall(r"^[ \t]*(?://|/\*)[#@][ \t]*sourceMappingURL=([^\s'\"*]+)", text[-4000:], re.MULTILINE)
    if not found:
        found = re.findall(r"[;})](?://|/\*)[#@][ \t]*sourceMappingURL=([^\s'\"*]+)[ \t]*(?:\*/)?\s*\Z", text[-4000:])
    if found and not found[-1].startswith("data:"):
        yield Reference("source map", "sourceMappingURL", found[-1], Role.SOURCE_MAP)


def _security(text: str) -> _Found:
    """The fields of security.txt that hold addresses (RFC 9116, section 2.5)."""
    for line in re.finditer(r"(?im)^(acknowledgments|canonical|contact|encryption|hiring|policy):[ \t]*(\S+)", text):
        yield Reference("security.txt", line[1].lower(), line[2], Role.WHOLE)


_READERS: tuple[tuple[str, Callable[[str], _Found], str | None], ...] = (
    # pattern of the path, reader, what its addresses are joined to (None: the file itself)
    ("*.css", _style_sheet, None),
    ("sitemap*.xml", _sitemap, None),
    ("robots.txt", _robots, None),
    ("search/search_index.json", _search_index, "../"),
    ("search/search_index.js", _search_index, "../"),
    ("*.webmanifest", _manifest, None),
    ("manifest.json", _manifest, None),
    ("feed.json", _json_feed, None),
    ("feed_json_*.json", _json_feed, None),
    ("*.xml", _other_xml, None),
    ("*.atom", _other_xml, None),
    ("*.rss", _other_xml, None),
    ("*.js", _source_map, None),
    ("*.mjs", _source_map, None),
    (".well-known/security.txt", _security, None),
    ("security.txt", _security, None),
)


_PATTERNS = tuple((re.compile(f".*/{re.escape(pattern)}".replace(r"\*", "[^/]*")), function, base)
                  for pattern, function, base in _READERS)


def tail_only(path: str) -> bool:
    """Whether only the end of a file matters."""
    found = reader(path)
    return found is not None and found[0] is _source_map


def reader(path: str) -> tuple[Callable[[str], _Found], str | None] | None:
    """The reader for a file, or None if it refers to nothing."""
    for pattern, function, base in _PATTERNS:
        if pattern.fullmatch("/" + path):
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
    kind = "css" if function is _style_sheet else "sitemap" if function is _sitemap else "data"
    return Page(path, kind, tuple(dict.fromkeys(found)), len(found), base=base, errors=tuple(errors))
