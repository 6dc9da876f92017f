"""The files of a site that are not pages but refer to pages: read into the same record.

So each rule for addresses is written once, whatever sort of file they stand in.
"""

import json
import re
import xml.etree.ElementTree as ElementTree
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from . import page, scripts, styles, urls
from .model import Page, Reference, Role
from .page import decoded

_Found = Iterator[Reference]
_REPAIR = "build the site again, or mend the file"


def _style_sheet(text: str) -> _Found:
    for address in styles.addresses(text):
        yield Reference("style", "url()", address, Role.RESOURCE)
    yield from _source_map(text)


def _sitemap(text: str) -> _Found:
    """The addresses of a sitemap or of an index of sitemaps (sitemaps.org protocol).

    Pictures and films may be of other hosts (Google Search Central, "Image sitemaps", "Video sitemaps").
    """
    yield from _xml_style_sheet(text)
    for element in ElementTree.fromstring(text).iter():
        space, _, name = str(element.tag).rpartition("}")
        address = (element.text or "").strip()
        if name == "loc" and "sitemap-image" not in space:
            yield Reference("sitemap", "loc", address, Role.SITEMAP)
        elif name in ("loc", "content_loc", "player_loc", "thumbnail_loc") and address:
            yield Reference("sitemap media", name, address, Role.WHOLE)
        elif element.get("href"):
            yield Reference("sitemap", "xhtml:link", element.get("href", ""), Role.SITEMAP)


def _text_sitemap(text: str) -> _Found:
    """A sitemap of plain lines (sitemaps.org protocol, "Text file")."""
    for line in filter(None, map(str.strip, text.splitlines())):
        yield Reference("sitemap", "line", line, Role.SITEMAP)


def _xml_style_sheet(text: str) -> _Found:
    for match in re.finditer(r"<\?xml-stylesheet\b[^>]*?\bhref\s*=\s*[\"']([^\"'>]*)", text):
        yield Reference("xml-stylesheet", "href", match[1], Role.RESOURCE)


def _language_models(text: str) -> _Found:
    """The links of llms.txt (llmstxt.org, "Format"), which is Markdown."""
    for match in re.finditer(r"\]\(\s*<?([^\s()<>]+)", text):
        yield Reference("llms", "link", match[1], Role.LINK)


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
    """The addresses of a web app manifest (W3C Web Application Manifest, and its extensions by others).

    Members of later extensions are found by the names that they all use.
    """
    data: dict[str, Any] = json.loads(text)
    for key, member in (("icons", "src"), ("screenshots", "src"), ("shortcuts", "url")):
        for each in data.get(key, ()):
            each[member]  # required, so a KeyError tells that it is not there
    yield from _members(data)


def _members(data: Any) -> _Found:
    if isinstance(data, list):
        for each in data:
            yield from _members(each)
    elif isinstance(data, dict):
        for key, value in data.items():
            if isinstance(value, str) and value:
                if key in _ROLES:
                    yield Reference("manifest", key, value.replace("%s", ""), _ROLES[key])
            else:
                yield from _members(value)


def _is_manifest(data: dict[str, Any]) -> bool:
    icons = data.get("icons")
    return isinstance(data.get("start_url"), str) or (
        isinstance(icons, list) and all(isinstance(each, dict) and "src" in each for each in icons)
    )


_ROLES = {
    "scope": Role.FOLDER,
    "src": Role.RESOURCE,
    "data": Role.RESOURCE,
    "ms_ac_template": Role.RESOURCE,
    **dict.fromkeys(("action", "new_note_url", "start_url", "url"), Role.LINK),
}
"""Members of a manifest that hold addresses, whatever member they are in."""


def _json(text: str) -> _Found:
    """JSON of a name that promises nothing: a manifest or feed by what is in it, or else the whole addresses in it."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return
    if isinstance(data, dict) and _is_manifest(data):
        yield from _manifest(text)
    elif isinstance(data, dict) and str(data.get("version")).startswith("https://jsonfeed.org/"):
        yield from _json_feed(text)
    else:
        for address in dict.fromkeys(re.findall(r'"(https?:\\?/\\?/[^\s"{}]+)"', text)):
            yield Reference("json", "string", address.replace("\\/", "/"), Role.MENTION)


def _json_feed(text: str) -> _Found:
    """The addresses of a JSON Feed (version 1.1, "Top-level" and "Items")."""
    data: dict[str, Any] = json.loads(text)
    for owner in (data, *data["items"], *data.get("authors", ())):
        for key in (
            "home_page_url",
            "feed_url",
            "next_url",
            "icon",
            "favicon",
            "url",
            "image",
            "banner_image",
            "avatar",
        ):
            if owner.get(key):
                yield Reference("feed", key, owner[key], Role.WHOLE)
        for address in _in_html(owner.get("content_html", "")):
            yield Reference("feed", "content_html", address, Role.WHOLE)
        for attachment in owner.get("attachments", ()):
            yield Reference("feed", "attachments", attachment["url"], Role.WHOLE)


def _other_xml(text: str) -> _Found:
    """Feeds, and the small XML files that browsers ask for; other XML refers to nothing that is known."""
    yield from _xml_style_sheet(text)
    root = ElementTree.fromstring(text)
    name = str(root.tag).rpartition("}")[2].lower()
    if name in ("feed", "rss", "rdf"):
        yield from _feed(root, "")
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
    elif name == "opml":  # OPML 2.0, "Subscription lists"
        for element in root.iter("outline"):
            for key in ("xmlUrl", "htmlUrl", "url"):
                if element.get(key):
                    yield Reference("opml", key, element.get(key, ""), Role.WHOLE)
    elif name in ("urlset", "sitemapindex"):
        yield from _sitemap(text)


_RESOURCE = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}resource"
"""RSS 1.0, section 5.3.5, "items"."""
_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"


def _feed(element: ElementTree.Element, base: str) -> _Found:
    """Addresses in Atom (RFC 4287, with xml:base) and RSS 2.0, and in the HTML of their entries."""
    own = element.get(_XML_BASE, "")
    joined = urls.join(base, own) or base or own
    name, text = str(element.tag).rpartition("}")[2].lower(), (element.text or "").strip()

    def found(address: str) -> Reference:
        return Reference("feed", name, urls.join(joined, address) or address, Role.WHOLE)

    for key in ("href", "src", "url", _RESOURCE):  # of Atom, RSS, their extensions, and XHTML in an entry
        if address := element.get(key):
            yield found(address)
    if (
        name in ("link", "comments", "docs", "icon", "logo", "uri", "url")
        and text
        or name == "guid"
        and element.get("isPermaLink", "true") == "true"
        and text
    ):
        yield found(text)
    if text.startswith("<") or element.get("type") == "html" or name in ("description", "encoded"):
        yield from map(found, _in_html(text))
    for child in element:
        yield from _feed(child, joined)


def _in_html(text: str) -> Iterator[str]:
    """The addresses in the HTML of a feed's entry."""
    if "<" in text:
        for reference in page.read("entry.html", text.encode()).references:
            if reference.role in (Role.LINK, Role.RESOURCE):
                yield reference.value


def _script(text: str) -> _Found:
    """What a script imports, and its source map."""
    for address in scripts.imports(text):
        yield Reference("script module", "import", address, Role.RESOURCE)
    yield from _source_map(text)


def _source_map(text: str) -> _Found:
    """The source map of a script or style sheet (ECMA-426, section 11.1.2): its last such comment."""
    found = re.findall(r"^[ \t]*(?://|/\*)[#@][ \t]*sourceMappingURL=([^\s'\"*]+)", text[-4000:], re.MULTILINE)
    if not found:
        found = re.findall(r"[;})](?://|/\*)[#@][ \t]*sourceMappingURL=([^\s'\"*]+)[ \t]*(?:\*/)?\s*\Z", text[-4000:])
    if found:
        yield Reference("source map", "sourceMappingURL", found[-1], Role.SOURCE_MAP)


def _redirects(text: str) -> _Found:
    """Where a file of redirects leads, as several hosts of static sites read it: "from to status" a line.

    What has a placeholder is left alone, and what another line leads on.
    """
    lines = [
        line.partition("#")[0].split() if " #" in line else line.split()
        for line in text.splitlines()
        if not line.lstrip().startswith("#")
    ]
    starts = {line[0] for line in lines if line}
    for line in lines:
        if (
            len(line) > 1
            and re.match(r"/(?!/)|https?://", line[1])
            and not re.search(r"[:*{]", re.sub(r"\Ahttps?://", "", line[1]))
            and (line[1] not in starts)
        ):
            yield Reference("redirects", "to", line[1], Role.LINK)


def _playlist(text: str) -> _Found:
    """The parts of a film (RFC 8216, section 4.1)."""
    if text.startswith("#EXTM3U"):
        for line in filter(None, map(str.strip, text.splitlines())):
            if line[0] != "#":
                yield Reference("playlist", "line", line, Role.RESOURCE)
        for match in re.finditer(r'^#EXT[^\n]*\bURI="([^"]+)"', text, re.MULTILINE):
            yield Reference("playlist", "URI", match[1], Role.RESOURCE)


def _mentions(text: str) -> _Found:
    """The whole addresses in a text to take along, of which only those of this site are looked at."""
    for address in dict.fromkeys(re.findall(r"https?://[^\s\"'<>(){}\[\]|\\`^]+", text)):
        yield Reference("text", "address", address.rstrip(".,;:!?*_"), Role.MENTION)


def _security(text: str) -> _Found:
    """The fields of security.txt that hold addresses (RFC 9116, section 2.5)."""
    for line in re.finditer(r"(?im)^(acknowledgments|canonical|contact|encryption|hiring|policy):[ \t]*(\S+)", text):
        yield Reference("security.txt", line[1].lower(), line[2], Role.WHOLE)


_READERS: tuple[tuple[str, Callable[[str], _Found], str | None], ...] = (
    # pattern of the path, reader, what its addresses are joined to (None: the file itself)
    ("*.css", _style_sheet, None),
    ("sitemap*.xml", _sitemap, None),
    ("sitemap*.xml.gz", _sitemap, None),
    ("sitemap.txt", _text_sitemap, None),
    ("llms.txt", _language_models, None),
    ("llms-full.txt", _language_models, None),
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
    ("*.js", _script, None),
    ("*.mjs", _script, None),
    ("security.txt", _security, None),
    ("*.json", _json, None),
    ("_redirects", _redirects, None),
    ("*.opml", _other_xml, None),
    ("*.rdf", _other_xml, None),
    ("*.m3u8", _playlist, None),
    ("*.bib", _mentions, None),
    ("*.md", _mentions, None),
    ("humans.txt", _mentions, None),
)


_PATTERNS = tuple(
    (re.compile(f".*/{re.escape(pattern)}".replace(r"\*", "[^/]*")), function, base)
    for pattern, function, base in _READERS
)


LARGE = 2_000_000
"""bytes of a script or of JSON of any name, above which it is data that nobody wrote by hand."""


def tail_only(path: str, size: int) -> bool:
    """Whether only the end of a file of this many bytes matters."""
    found = reader(path)
    return size > LARGE and found is not None and found[0] in (_script, _json)


def reader(path: str) -> tuple[Callable[[str], _Found], str | None] | None:
    """The reader for a file, or None if it refers to nothing."""
    for pattern, function, base in _PATTERNS:
        if pattern.fullmatch("/" + path):
            return function, base
    return None


def read(path: str, data: bytes) -> Page:
    """The record of a data file; broken JSON or XML is noted in it."""
    function, base = reader(path) or (_style_sheet, None)
    if path.endswith(".gz"):
        try:
            data = zlib.decompressobj(wbits=31).decompress(data, page.LARGEST)
        except zlib.error:
            return Page(path, "sitemap", errors=(("this file is not gzip", _REPAIR),))
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
    kind = "sitemap" if function in (_sitemap, _text_sitemap) else "data"
    return Page(path, kind, tuple(dict.fromkeys(found)), len(found), base=base, errors=tuple(errors))
