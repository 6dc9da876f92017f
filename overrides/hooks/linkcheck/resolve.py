"""Resolves references to files of the site.

Hosted: as a server answers, under the site's URL. Offline: as a browser opens files from a disk, where nothing
adds index.html. References are resolved once for each folder and value, as the pages of a folder share most of them.
"""

import re
from collections import defaultdict
from urllib.parse import quote

from . import fragments, schemes, urls
from .attributes import PAINT
from .model import Link, Page, Reference, Role, State, Target
from .site import NOT_FOUND_PAGE, Site

MANY_MISSING = 10
"""With at least this many missing files, a missing folder is reported once instead of once a file."""
_FOR_HOSTED = frozenset([Role.META, Role.MENTION, Role.SITEMAP])


class Resolver:
    """Finds the target of each reference of a site."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.host = urls.host(site.root)
        self._links: dict[str, dict[Reference, Link]] = {}  # by base URL
        self._targets: dict[str, Target] = {}  # by URL
        self._to_look_up: list[Target] = []
        self.missing_folders: dict[str, int] = {}  # with the number of their missing files, if there are many
        served = rf"(?m)^(?:{re.escape(site.prefix)}|/)([^/\s]+)"
        self._redirected = set(re.findall(served, site.text("_redirects"))) if site.hosted else set()

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
        ids = page.ids if not page.base else ()
        pending, external = [], []
        for reference in page.references:
            if (link := links.get(reference)) is None:
                value = reference.value
                if value[:1] == "#" and value[1:] in ids:
                    continue
                link = Link(reference, self.target(page, base, reference))
                if value[:1] > "?" or (value[:1] not in "#?" and not value[:1].isspace()):
                    links[reference] = link  # the others depend on the page itself
            target = link.target
            if target.state is State.EXTERNAL:
                external.append(link)
            elif target.state is not State.FINE or target.fragment:
                pending.append(link)
        page.pending, page.external, page.references = tuple(pending), tuple(external), ()

    def finish(self) -> None:
        """Decide what depends on all pages: whether fragments exist."""
        for target in self._to_look_up:
            if not fragments.exists(target.fragment, self.site.records.get(target.path)):
                target.state = State.NO_FRAGMENT
        missing: dict[str, set[str]] = defaultdict(set)
        for target in self._targets.values():
            if target.state is State.MISSING and (folder := self.missing_folder(target.path)):
                missing[folder].add(target.path)
        self.missing_folders = {folder: len(each) for folder, each in missing.items() if len(each) >= MANY_MISSING}
        for page in self.site.records.values():
            if page.pending:
                page.pending = tuple(link for link in page.pending if link.target.state is not State.FINE)

    def missing_folder(self, path: str) -> str:
        """The topmost folder of a path that does not exist, or ""."""
        folders, folder, missing = self.site.folders, path.rpartition("/")[0], ""
        while folder.strip("/") and folder not in folders:
            folder, missing = folder.rpartition("/")[0], folder
        return missing

    def target(self, page: Page, base: str, reference: Reference) -> Target:
        """Where one reference of a page leads."""
        role, value = reference.role, urls.clean(reference.value)
        if not self.site.hosted and (role in _FOR_HOSTED or page.path == NOT_FOUND_PAGE):
            return Target(State.FINE)  # nobody reads it from a disk
        if not value:
            return Target(State.FINE if reference.attribute == "action" else State.EMPTY)
        if value[0] == "#" and (reference.attribute in ("url()", "style", *PAINT) or reference.element == "use"):
            # of the same document, whatever the base (CSS Values 4, section 4.5.1; SVG 2, section 16.1.1)
            known = page.kind == "data" or fragments.names_part(value[1:], page.ids) or page.unread
            return Target(State.FINE) if known else Target(State.NO_FRAGMENT, page.path, value[1:])
        if (answer := schemes.judge(value)) is not None:
            return answer
        if value[:2] in ("//", "\\\\") and not value.strip("/\\"):
            return Target(State.MALFORMED, why="it has no host")
        url = urls.join(base, value)
        if url is None:
            return Target(State.MALFORMED, why="it can't be parsed as a URL")
        return self._locate(page, role, value, url)

    def _locate(self, page: Page, role: Role, value: str, url: str) -> Target:
        """What is at an absolute URL, on this site or another."""
        site, root = self.site, self.site.root
        if not site.hosted and urls.starts_with_slash(value):
            path = urls.split(value.lstrip("/\\"))[0]
            return Target(State.ABSOLUTE, path if path in site.files else f"{path.rstrip('/')}/index.html".lstrip("/"))
        if url.startswith(root):
            if page.path == NOT_FOUND_PAGE and self._depends_on_depth(page, value):
                return Target(State.DEPTH)
            return self._file(url)
        if urls.TEMPLATE.search(urls.percent_decode(urls.split(url)[0])):
            return Target(State.TEMPLATE)
        if url.partition("?")[0].partition("#")[0] + "/" == root:
            return Target(State.FINE, "index.html")
        if urls.host(url) != self.host or (site.hosted and url.partition(":")[0] != root.partition(":")[0]):
            return Target(State.EXTERNAL, url) if role is Role.MENTION else schemes.judge_host(url)
        if page.path == NOT_FOUND_PAGE and self._depends_on_depth(page, value):
            return Target(State.DEPTH)
        if urls.scheme(value):  # another site of the same host
            return Target(State.FINE if role in (Role.RESOURCE, Role.ORIGIN) else State.EXTERNAL, url)
        state = State.ABSOLUTE if urls.starts_with_slash(value) else State.OUTSIDE
        return Target(state, urls.split(value)[0].lstrip("./"))

    def _depends_on_depth(self, page: Page, value: str) -> bool:
        """Whether a reference of 404.html depends on where that page is shown."""
        base = urls.clean(page.base or "")
        is_absolute = any(urls.scheme(url) or urls.starts_with_slash(url) for url in (value, base))
        return not (value[0] in "#?" or is_absolute)

    def _file(self, url: str) -> Target:
        """The file at a URL of this site."""
        if (known := self._targets.get(url)) is None:
            known = self._targets[url] = self._find(url)
            if known.fragment and known.state is State.FINE:
                self._to_look_up.append(known)
        return known

    def _find(self, url: str) -> Target:
        files, root, hosted = self.site.files, self.site.root, self.site.hosted
        address, fragment = urls.split(url)
        path = urls.decode(address[len(root) :])
        if path is None:
            return Target(State.MISSING, address[len(root) :], fragment)
        if path in files:
            return Target(State.FINE, path, fragment)
        folder = path.removesuffix("/")
        index = f"{folder}/index.html" if folder else "index.html"
        if path != "/" and index in files:
            return Target(State.FINE if hosted else State.FOLDER, index, fragment)
        if folder in self.site.folders and not hosted:
            return Target(State.FOLDER, path, fragment)
        if "//" in f"/{path}":  # most servers take them for one
            return self._find(f"{root}{quote(re.sub('//+', '/', f'/{path}')[1:])}#{fragment}")
        if urls.TEMPLATE.search(path):
            return Target(State.TEMPLATE, path)
        if self._redirected & {path.partition("/")[0], "*"}:  # rules below that depend on the host
            return Target(State.FINE)
        return Target(State.MISSING, path, fragment)
