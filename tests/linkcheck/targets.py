"""Where a reference leads: the one place that knows how addresses meet files.

Hosted: as a server answers, below the address of the site. Offline: as a
browser opens files from a disk, where no server adds index.html.
"""

import difflib
import posixpath
import re
from collections.abc import Iterator

from . import urls
from .model import Link, Page, Reference, Role, State, Target
from .site import NOT_FOUND_PAGE, Site

FOLLOWED = frozenset((Role.LINK, Role.RESOURCE, Role.ORIGIN, Role.FOLDER, Role.META))

_OTHER_SCHEMES = frozenset("about blob cid data ftp geo irc ircs magnet matrix news sip sms tel "
                           "urn webcal xmpp".split())
_MAY_BE_EMPTY = frozenset(("action", "formaction", "background"))
_MAIL = re.compile(r"mailto:(?:[^@\s?]+@[^@\s?,]+\.[^@\s?,]+(?:,(?!\?|$)|(?=\?|$)))*(?:\?.*)?$", re.IGNORECASE)
_PHONE = re.compile(r"tel:\+?[\d\s().\-*#]*\d[\d\s().\-*#]*(;.*)?$", re.IGNORECASE)
_LOCAL = re.compile(r"(localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1?\]|.+\.localhost)(:\d+)?$", re.IGNORECASE)


class Resolver:
    """Finds the target of each reference of one site; answers for an address are kept."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._files: dict[tuple[str, bool], Target] = {}
        self._host = urls.host(site.address)

    def links(self, page: Page) -> Iterator[Link]:
        """Every reference of a page with its target."""
        address = self.site.address_of(page.path)
        base = (urls.join(address, page.base) if page.base else None) or address
        for reference in page.references:
            yield Link(page, reference, self.target(page, base, reference))

    def target(self, page: Page, base: str, reference: Reference) -> Target:
        """Where one reference of a page leads."""
        role, value = reference.role, urls.clean(reference.value)
        if role is Role.ID:
            return _by_id(page, reference)
        if role is Role.TEXT:
            return Target(State.LEFTOVER)
        if not self.site.hosted:
            if role in (Role.META, Role.SITEMAP):
                return Target(State.FINE)  # for machines that read the hosted page
            if page.path == NOT_FOUND_PAGE:
                return Target(State.FINE)  # no disk answers with it
        if not value:
            state = State.FINE if reference.attribute in _MAY_BE_EMPTY else State.EMPTY
            return Target(state)
        if (wrong := _scheme(value)) is not None:
            return wrong
        url = urls.join(base, value)
        if url is None:
            return Target(State.MALFORMED, why="it can't be read as an address")
        if role is Role.FOLDER and not url.endswith("/"):
            url += "/"
        if role is Role.META:  # its fragment may be a mere name for a thing
            url = url.partition("#")[0]
        return self._place(page, base, reference, value, url)

    def _place(self, page: Page, base: str, reference: Reference, value: str, url: str) -> Target:
        """Whether an absolute address is within the site, and if so what is there."""
        site = self.site
        if not site.hosted and urls.is_rooted(value):
            path = urls.split(value.lstrip("/\\"))[0]
            return Target(State.ABSOLUTE, path if path in site.files else posixpath.join(path, "index.html"))
        if not url.startswith(site.address) and url.startswith(("http://", "https://")):
            host = urls.host(url)
            if host != self._host:
                return Target(State.LEFTOVER if _LOCAL.match(host) else State.ELSEWHERE)
            if reference.role is Role.ORIGIN:
                return Target(State.FINE)
            url = site.address.partition("://")[0] + "://" + url.partition("://")[2]
        if page.path == NOT_FOUND_PAGE and self._moves(page, value):
            return Target(State.DEPTH, urls.split(url)[0].removeprefix(site.address))
        if not url.startswith(site.address):
            rooted = urls.is_rooted(value) or urls.scheme(value)
            return Target(State.ABSOLUTE if rooted else State.OUTSIDE,
                          urls.split(urls.clean(value))[0].lstrip("./"))
        key = url, reference.role is Role.FOLDER
        if (known := self._files.get(key)) is None:
            known = self._files[key] = self._file(*key)
        return known

    def _moves(self, page: Page, value: str) -> bool:
        """Whether a reference of the page for missing pages depends on where that page is shown."""
        if value[0] in "#?":
            return False
        shown = []
        for path in ("a", "a/b/c"):
            address = self.site.address + path
            shown.append(urls.join((page.base and urls.join(address, page.base)) or address, value))
        return shown[0] != shown[1]

    def _file(self, url: str, folder_wanted: bool) -> Target:
        """The file at an address below that of the site."""
        site = self.site
        address, fragment = urls.split(url)
        path = urls.decode(address[len(site.address):])
        if path is None:
            return Target(State.MISSING, address[len(site.address):], fragment)
        folder = path.rstrip("/") if path.endswith("/") else path
        if folder_wanted:
            return Target(State.FINE if folder in site.folders else State.MISSING, path)
        if path in site.files:
            return self._part(path, fragment)
        index = f"{folder}/index.html" if folder else "index.html"
        is_folder = folder in site.folders and not folder.endswith("/")
        if is_folder and index in site.files:
            return self._part(index, fragment) if site.hosted else Target(State.FOLDER, index, fragment)
        if is_folder and not site.hosted:
            return Target(State.FOLDER, path, fragment)
        for source in markdown_pages(path, site):
            return Target(State.MARKDOWN, source, fragment)
        return Target(State.MISSING, index if path.endswith("/") else path, fragment)

    def _part(self, path: str, fragment: str) -> Target:
        """Whether the part of a file that a fragment names is there, for files that have such parts."""
        if not fragment:
            return Target(State.FINE, path)
        page = self.site.records.get(path)
        if page is None or page.kind not in ("html", "svg") or page.refresh or page.unread:
            return Target(State.FINE, path, fragment)
        if page.kind == "svg" and re.match(r"svgView\(|xywh=|t=", fragment):
            return Target(State.FINE, path, fragment)
        found = urls.indicated(fragment, page.ids, page.names)
        return Target(State.FINE if found else State.NO_FRAGMENT, path, fragment)


def markdown_pages(path: str, site: Site) -> Iterator[str]:
    """The pages of the site that were made from a Markdown file of this path.

    Whoever wrote the path counted from the source: for `a/b/index.html` made
    from `a/b.md`, one folder higher than the browser does.
    """
    if not path.endswith(".md"):
        return
    name = posixpath.basename(path)[: -len(".md")]
    folder = posixpath.dirname(path)
    for start in (folder, posixpath.dirname(folder)):
        stem = posixpath.join(start, "" if name in ("index", "README") else name)
        for page in (posixpath.join(stem, "index.html"), f"{stem}.html", posixpath.join(start, f"{name}.html")):
            if page in site.files:
                yield page


def _by_id(page: Page, reference: Reference) -> Target:
    value = reference.value
    if reference.attribute == "usemap":  # WHATWG HTML, section 2.3.8, hash-name references
        found = "#" in value and value.partition("#")[2] in page.maps
    else:
        found = value in page.ids or value in page.inner_ids
    return Target(State.FINE if found else State.NO_ID)


def _scheme(value: str) -> Target | None:
    """What can be said of an address by its scheme alone; None to go on."""
    scheme = urls.scheme(value)
    if scheme in ("http", "https"):
        if re.match(r"https?:[/\\]{2}[^/\\]", value, re.IGNORECASE):
            return None
        return Target(State.MALFORMED, why=f"after '{scheme}:' there must be two slashes and a host")
    if not scheme:
        return None
    if scheme == "javascript":
        return Target(State.SCRIPT)
    if scheme == "file" or len(scheme) == 1:  # a drive letter reads as a scheme
        return Target(State.LEFTOVER)
    if scheme == "mailto":  # RFC 6068, section 2
        fine = _MAIL.match(value) and len(value) > len("mailto:")
        return Target(State.FINE) if fine else Target(State.MALFORMED, why="it has no whole mail address")
    if scheme == "tel":  # RFC 3966, section 3
        return Target(State.FINE) if _PHONE.match(value) else Target(State.MALFORMED, why="it has no phone number")
    if scheme not in _OTHER_SCHEMES:
        near = difflib.get_close_matches(scheme, ("http", "https", "mailto"), 1, 0.7)
        if near:
            return Target(State.MALFORMED, why=f"'{scheme}:' is not '{near[0]}:'")
    return Target(State.FINE)
