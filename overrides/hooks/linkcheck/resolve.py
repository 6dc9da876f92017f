"""Where a reference leads: the one place that knows how URLs meet files.

Hosted: as a server answers, below the address of the site. Offline: as a browser opens files from a disk, where nothing
adds index.html. References are resolved once for each folder and value, as the pages of a folder share most of them.
"""

import re
from collections.abc import Container
from urllib.parse import quote

from . import assets, schemes, urls
from .attributes import PAINT, Role, words
from .model import Link, Page, Reference, State, Target
from .site import NOT_FOUND_PAGE, Site, source_pages

TEMPLATE = re.compile(r"\{\{|\{%|<%|\$\{|\}\}")
_NO_VALUE = frozenset(["undefined", "null", "NaN", "[object Object]", "None"])
_MAY_BE_EMPTY = frozenset(["action", "formaction"])
_FOR_HOSTED = frozenset([Role.META, Role.MENTION, Role.SITEMAP, Role.WHOLE])
_SVG_LINKS = words("a area link base")
_KINDS = {
    suffix: kind
    for kind, suffixes in {
        "a page": "html htm xhtml",
        "a style sheet": "css",
        "a script": "js mjs",
        "an image": "avif bmp gif ico jpeg jpg png webp",
        "a font": "otf ttf woff woff2",
        "audio or video": "mp3 mp4 oga ogg ogv wav webm",
    }.items()
    for suffix in suffixes.split()
}
_NOT_IMAGES = frozenset(["a page", "a style sheet", "a script", "a font"])
_NOT_CODE = frozenset(["a page", "an image", "a font", "audio or video"])
_UNFIT = {
    **dict.fromkeys(("script", "script module", "script crossorigin"), _NOT_CODE | {"a style sheet"}),
    **dict.fromkeys(("link stylesheet", "link crossorigin"), _NOT_CODE | {"a script"}),
    **dict.fromkeys(words("audio feImage image img input source track video"), _NOT_IMAGES),
    "link icon": _NOT_IMAGES,
    "style": frozenset(["a page", "a script"]),
}
"""Kinds of files that an element can't use (WHATWG HTML, sections 4.2.4, 4.8 and 4.12.1)."""
_NOT_FROM_DISK = frozenset(["link crossorigin", "script crossorigin", "script module", "track", "use"])
"""Loaded with CORS, which no disk allows (WHATWG HTML, section 7.1.1: the origin of a file is opaque)."""


class Resolver:
    """Finds the target of each reference of a site."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.host = urls.host(site.root)
        self._links: dict[str, dict[Reference, Link]] = {}  # by base URL
        self._targets: dict[tuple[str, bool], Target] = {}  # by URL
        self._to_look_up: list[Target] = []
        self.text_links: list[tuple[Page, Link]] = []  # with a text fragment
        self._redirects: list[re.Pattern[str]] = []
        if site.hosted and "_redirects" in site.files:
            path = "/" + site.root.split("/", 3)[3]
            for start, _ in assets.redirects(site.text("_redirects")):
                pattern = re.sub(r"\\\*$", ".*", re.sub(r"/:\w+", "/[^/]+", re.escape(start.removeprefix(path))))
                self._redirects.append(re.compile(pattern.lstrip("/").rstrip("/") + "/?"))

    def base(self, page: Page) -> str:
        """What the URLs of a page are relative to (WHATWG HTML, section 2.4.3, "document base URL")."""
        own = self.site.url_of(page.path)
        base = urls.join(own, page.base) if page.base else None
        return own if base is None or base.startswith(("data:", "javascript:")) else base

    def settle(self, page: Page) -> None:
        """Resolve the references of a page, and keep those that are not known to be fine."""
        base = self.base(page)
        folder = base if page.path == NOT_FOUND_PAGE else base[: base.rindex("/", 0, len(base.partition("?")[0])) + 1]
        links = self._links.setdefault(folder, {})
        pending, external, leads_to, entries = [], [], set(), []
        for reference in page.references:
            link = links.get(reference)
            if link is None:
                value = reference.value
                if value[:1] == "#" and value[1:] in page.ids and not page.base:
                    continue
                link = Link(reference, self.target(page, base, reference))
                if value[:1] > "?" or (value[:1] not in "#?" and not value[:1].isspace()):
                    links[reference] = link  # the others depend on the page itself
            state, path = link.target.state, link.target.path
            if reference.role is Role.SITEMAP and state is State.FINE:
                entries.append((reference.value, path))
            elif ":~:" in reference.value and path in self.site.page_paths and reference.role is Role.LINK:
                self.text_links.append((page, link))
            if state is State.EXTERNAL:
                external.append(link)
            elif path:
                leads_to.add(path)
                if state is not State.FINE or link.target.fragment:
                    pending.append(link)
            elif state is not State.FINE:
                pending.append(link)
        page.pending, page.external, page.leads_to = tuple(pending), tuple(external), frozenset(leads_to)
        page.entries, page.references = tuple(entries), ()

    def look_up_fragments(self) -> None:
        """Decide about fragments, once the ids of all pages are known."""
        for target in self._to_look_up:
            if not self._has_part(target.path, target.fragment):
                target.state = State.NO_FRAGMENT
        fine = (State.FINE, State.EXTERNAL)
        for page in self.site.records.values():
            if page.pending:
                page.pending = tuple(link for link in page.pending if link.target.state not in fine)

    def target(self, page: Page, base: str, reference: Reference) -> Target:
        """Where one reference of a page leads."""
        role, value = reference.role, urls.clean(reference.value)
        if role is Role.BASE:
            url = urls.join(self.site.url_of(page.path), value)
            if url is None or url.startswith(("data:", "javascript:")):
                return Target(State.MALFORMED, why="browsers ignore such a base")
            return Target(State.FINE if url.startswith(self.site.root) else State.OUTSIDE)
        if not self.site.hosted and (role in _FOR_HOSTED or page.path == NOT_FOUND_PAGE):
            return Target(State.FINE)  # nobody reads it from a disk
        if not value:
            return Target(State.FINE if reference.attribute in _MAY_BE_EMPTY else State.EMPTY)
        if value[0] == "#" and self._is_local(reference):
            # of the same document, whatever the base (CSS Values 4, section 4.5.1; SVG 2, section 16.1.1)
            known = page.kind == "data" or urls.has_fragment(value[1:], page.ids) or page.unread
            return Target(State.FINE) if known else Target(State.NO_FRAGMENT, page.path, value[1:])
        if (wrong := schemes.judge(value)) is not None:
            if urls.scheme(value) and value.partition("#")[0] and self._names_a_file(page, value):
                return Target(State.MISSING, self._beside(page, value), why="a colon")
            return wrong
        if value[:2] in ("//", "\\\\") and not value.strip("/\\"):
            return Target(State.MALFORMED, why="it has no host")
        url = urls.join(base, value)
        if url is None:
            return Target(State.MALFORMED, why="it can't be parsed as a URL")
        if role is Role.WHOLE and not urls.scheme(value):
            return Target(State.RELATIVE, urls.split(url)[0].removeprefix(self.site.root))
        if role is Role.META or (role is Role.MENTION and reference.element not in ("json", "text")):
            url = url.partition("#")[0]  # its fragment may be a mere name for a thing
        return self._locate(page, base, reference, value, url)

    def _is_local(self, reference: Reference) -> bool:
        attribute, tag = reference.attribute, reference.tag
        return attribute in ("url()", "style") or attribute in PAINT or (reference.element == tag == "use")

    def _beside(self, page: Page, value: str) -> str:
        folder = page.path.rpartition("/")[0]
        return f"{folder}/{value.partition('#')[0]}".lstrip("/")

    def _names_a_file(self, page: Page, value: str) -> bool:
        """Whether a URL with a scheme was meant for a file whose name has a colon."""
        return "//" not in value and (urls.decode(self._beside(page, value)) or "") in self.site.files

    def _locate(self, page: Page, base: str, reference: Reference, value: str, url: str) -> Target:
        """What is at an absolute URL, on this site or another."""
        site, role = self.site, reference.role
        if not site.hosted and urls.is_rooted(value):
            path = urls.split(value.lstrip("/\\"))[0]
            return Target(State.ABSOLUTE, path if path in site.files else f"{path.rstrip('/')}/index.html".lstrip("/"))
        inside = url.startswith(site.root)
        if role is Role.ORIGIN and urls.host(url) == self.host:
            return Target(State.FINE)
        if not inside and url.partition("?")[0].partition("#")[0] + "/" == site.root and role is not Role.RESOURCE:
            return Target(State.NO_SLASH, "index.html") if role is Role.LINK else Target(State.FINE)
        if not inside:
            same_host = urls.host(url) == self.host and url.partition(":")[0] == site.root.partition(":")[0]
            if not same_host or (urls.scheme(value) and role is not Role.RESOURCE and role is not Role.SITEMAP):
                return schemes.judge_other_host(url, reference, site.root, self._exists)
        if role is Role.LINK and "&amp;" in value.partition("?")[2].partition("#")[0]:
            return Target(State.SURPLUS, why="'&amp;' is written instead of '&'")
        if page.path == NOT_FOUND_PAGE and self._depends_on_depth(page, value):
            return Target(State.DEPTH)
        if not inside:
            if TEMPLATE.search(value):
                return Target(State.TEMPLATE)
            rooted = urls.is_rooted(value) or urls.scheme(value)
            return Target(State.ABSOLUTE if rooted else State.OUTSIDE, urls.split(value)[0].lstrip("./"))
        known = self._file(url, role is Role.FOLDER)
        return self._used_as(page, reference, value, known)

    def _used_as(self, page: Page, reference: Reference, value: str, found: Target) -> Target:
        """What follows from how the file at a URL is used."""
        state, path, fragment, element = found.state, found.path, found.fragment, reference.element
        if "\\" in value and state is State.FINE and path and "\\" in re.split("[?#]", value)[0]:
            return Target(State.BACKSLASH, path, fragment)
        if (state is State.NO_SLASH and reference.role is not Role.LINK) or (
            state is State.PUBLISHED_MARKDOWN and element not in ("a", "area")
        ):
            return Target(State.FINE, path)
        if reference.role is Role.RESOURCE and state is State.FINE:
            kind = _KINDS.get(path.rpartition(".")[2].lower(), "")
            if kind in _UNFIT.get(element, ()):
                return Target(State.WRONG_KIND, path, why=kind)
            if element in _NOT_FROM_DISK and not self.site.hosted and path != page.path:
                return Target(State.NOT_FROM_DISK, path)
        return found

    def _exists(self, url: str) -> bool:
        return self._file(url, False).state in (State.FINE, State.NO_SLASH)

    def _depends_on_depth(self, page: Page, value: str) -> bool:
        """Whether a reference of the page for missing pages depends on where that page is shown."""
        if value[0] in "#?":
            return False
        shown = []
        for path in ("a", "a/b/c"):
            url = self.site.root + path
            shown.append(urls.join(urls.join(url, page.base or "") or url, value))
        return shown[0] != shown[1]

    def _file(self, url: str, is_folder: bool) -> Target:
        """The file at a URL of this site."""
        key = url, is_folder
        if (known := self._targets.get(key)) is None:
            known = self._targets[key] = self._find(url, is_folder)
            if known.fragment and known.state in (State.FINE, State.NO_SLASH, State.TWO_SLASHES):
                self._to_look_up.append(known)
        return known

    def _find(self, url: str, is_folder: bool) -> Target:
        files, folders, hosted = self.site.files, self.site.folders, self.site.hosted
        address, fragment = urls.split(url)
        path = urls.decode(address[len(self.site.root) :])
        if path is None:
            return Target(State.MISSING, address[len(self.site.root) :], fragment)
        folder = path.removesuffix("/")
        if is_folder:
            return Target(State.FINE if folder in folders else State.MISSING, path)
        if path in files:
            published = not path.endswith("README.md") and any(source_pages(path, files, levels=1))
            return Target(State.PUBLISHED_MARKDOWN if published else State.FINE, path, fragment)
        index = f"{folder}/index.html" if folder else "index.html"
        if path != "/" and index in files:
            if not hosted:
                return Target(State.FOLDER, index, fragment)
            return Target(State.NO_SLASH if folder == path != "" else State.FINE, index, fragment)
        if folder in folders and not hosted:
            return Target(State.FOLDER, path, fragment)
        if "//" in f"/{path}":  # most servers take them for one
            shorter = quote(re.sub("//+", "/", f"/{path}")[1:])
            once = self._find(f"{self.site.root}{shorter}#{fragment}", False)
            if once.state is State.FINE:
                return Target(State.TWO_SLASHES, once.path, fragment)
        for page in source_pages(path, files):
            return Target(State.MARKDOWN, page, fragment)
        if TEMPLATE.search(path):
            return Target(State.TEMPLATE, path)
        if path.rpartition("/")[2] in _NO_VALUE:
            return Target(State.NO_VALUE, path)
        if any(pattern.fullmatch(path) for pattern in self._redirects):
            return Target(State.FINE)
        return Target(State.MISSING, path, fragment)

    def _has_part(self, path: str, fragment: str) -> bool:
        """Whether the part of a file that a fragment names exists, as far as files have such parts."""
        page = self.site.records.get(path)
        if page is None or page.kind not in ("html", "svg") or page.refresh or page.unread:
            return True
        if page.kind == "svg" and re.match(r"svgView\(|xywh=|t=", fragment):
            return True
        return urls.has_fragment(fragment, page.ids, page.names) or _is_range(fragment, page.ids)


def _is_range(fragment: str, ids: Container[str]) -> bool:
    """Whether a fragment names lines of a listing, from one id to another, as scripts highlight them."""
    ends = re.fullmatch(r"((?:\w*\D)?)(\d+)-\1?(\d+)", fragment)
    return ends is not None and f"{ends[1]}{ends[2]}" in ids and f"{ends[1]}{ends[3]}" in ids
