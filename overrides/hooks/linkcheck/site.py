"""The site that is checked: its files, its address, and the record of each file that refers to something.

A site is either a built folder, or pages rendered one by one (`Site.of_pages`); rules don't know which, but those that
draw conclusions from the whole site need a complete one.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from . import assets, html, urls
from .model import Page, References

PAGE_SUFFIXES = (".html", ".htm", ".xhtml")
NOT_FOUND_PAGE = "404.html"
"""The error page that hosts of static sites serve for a missing file, at any depth."""


class NotASite(Exception):
    """The folder can't be checked; the message says why, in one line."""


class Site:
    """Files, address and records of a site. `read` gives the bytes of a file, and may raise OSError."""

    def __init__(
        self,
        files: Iterable[str],
        read: Callable[[str], bytes],
        *,
        folder: Path,
        site_url: str | None = None,
        pages: Iterable[str] | None = None,
        unrendered: Iterable[str] = (),
    ) -> None:
        self.files, self.read, self.folder = frozenset(files), read, folder
        self.hosted, self.root = bool(site_url), _root_url(site_url) if site_url else urls.OFFLINE_ROOT
        self.prefix = "/" + self.root.split("/", 3)[3]
        self.folders = frozenset(parent for file in self.files for parent in _parents(file)) | {""}
        self.complete = pages is None
        self.page_paths = frozenset(filter(is_page, self.files) if pages is None else pages)
        self.uncertain = frozenset(unrendered)
        self.records = {path: Page(path, unread=True) for path in self.uncertain}
        self.pages: dict[str, Page] = {}

    @classmethod
    def of_folder(cls, folder: Path, site_url: str | None = None) -> "Site":
        """A built folder, hosted at `site_url` or opened from a disk; NotASite if it can't be checked."""
        files = list(_listing(folder))
        site = cls(files, lambda path: _read(folder, path), folder=folder, site_url=site_url)
        if not site.page_paths:
            raise NotASite(f"{folder} holds no HTML page")
        return site

    @classmethod
    def of_pages(
        cls,
        pages: Mapping[str, str],
        *,
        folder: Path = Path(),
        files: Iterable[str] = (),
        unrendered: Iterable[str] = (),
        site_url: str | None = None,
    ) -> "Site":
        """Pages in memory: path -> HTML. `files` are the other files that may be referred to, and `unrendered` the
        pages that exist but were not or only partly rendered: nothing is concluded about their ids."""
        broken = frozenset(unrendered)
        return cls(
            {*pages, *files, *broken},
            lambda path: pages[path].encode("utf-8", "replace"),
            folder=folder,
            site_url=site_url,
            pages=pages.keys(),
            unrendered=broken,
        )

    def read_records(self) -> Iterator[Page]:
        """Read each file that can refer to something, and keep its record."""
        references = References()
        for path in sorted(self.files):
            if path in self.page_paths or (self.complete and path.lower().endswith(".svg")):
                record = self._record(path, html.read, references)
                record.unread |= path in self.uncertain
            elif self.complete and assets.reader(path):
                record = self._record(path, assets.read, references)
            else:
                continue
            self.records[path] = record
            if path in self.page_paths:
                self.pages[path] = record
            yield record

    def _record(self, path: str, read: Callable[[str, bytes, References], Page], references: References) -> Page:
        try:
            data = self.read(path)
        except OSError as error:
            problem = (f"this file can't be read ({error.strerror})", "correct its permissions")
            return Page(path, "html" if path in self.page_paths else "data", errors=[problem], unread=True)
        return read(path, data, references)

    def url_of(self, path: str) -> str:
        """The URL of a file, on its host or under `OFFLINE_ROOT`."""
        return urls.of_file(self.root, path, self.hosted)

    def text(self, path: str) -> str:
        """The text of a file of the site; "" if there is none or it can't be read."""
        try:
            return self.read(path).decode("utf-8", "replace") if path in self.files else ""
        except OSError:
            return ""


def is_page(path: str) -> bool:
    """Whether a file is an HTML page."""
    return path.lower().endswith(PAGE_SUFFIXES)


def _root_url(site_url: str) -> str:
    url = urls.join(site_url, "")
    if url is None or not re.match(r"https?://", url):
        raise NotASite(f"--site-url {site_url} is not an address such as https://host/path/")
    return url if url.endswith("/") else url + "/"


def _parents(path: str) -> Iterator[str]:
    while path := path.rpartition("/")[0]:
        yield path


def _read(folder: Path, path: str) -> bytes:
    with open(f"{folder}/{path}", "rb") as file:
        return file.read()


def _listing(folder: Path) -> Iterator[str]:
    """The files under a folder, where existence is looked up: some file systems ignore case, but servers don't."""
    if not folder.exists():
        raise NotASite(f"{folder} does not exist; build it first, with mkdocs build")
    if not folder.is_dir():
        raise NotASite(f"{folder} is not a folder")

    def stop(error: OSError) -> None:
        raise NotASite(f"{error.filename} can't be listed ({error.strerror})") from error

    for path, names, files in os.walk(folder, onerror=stop, followlinks=True):
        real, prefix = os.path.realpath(path) + "/", os.path.relpath(path, folder) + "/"
        # a symbolic link to a folder above has no end
        names[:] = [each for each in names if not real.startswith(os.path.realpath(f"{path}/{each}") + "/")]
        yield from (prefix.removeprefix("./") + each for each in files if os.path.isfile(f"{path}/{each}"))
