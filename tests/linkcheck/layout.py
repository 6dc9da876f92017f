"""The folder of a built site as seen from outside: which files there are, letter for letter, and at which addresses.

The file system is asked once for its listing and never whether a path exists:
some disks take `Page.html` for `page.html`, servers do not.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import urls

PAGES = (".html", ".htm", ".xhtml")
NOT_FOUND_PAGE = "404.html"
"""What servers of static sites answer with when there is no file, at any depth."""


class NotASite(Exception):
    """The folder can't be checked; the message says why, in one line."""


@dataclass(frozen=True)
class Layout:
    """Files and address of a site; small enough to be given to other processes."""

    folder: Path
    address: str
    hosted: bool
    files: frozenset[str]
    folders: frozenset[str]

    def address_of(self, path: str) -> str:
        """The address that a file has on the server (or in the stand-in folder)."""
        return urls.address_of(self.address, path, self.hosted)


def read_layout(folder: Path, site_url: str | None) -> Layout:
    """List a folder, hosted at `site_url` or opened from a disk; `NotASite` if that can't be."""
    address = urls.OFFLINE_ADDRESS if site_url is None else _site_address(site_url)
    files = frozenset(_listing(folder))
    if not any(map(is_page, files)):
        raise NotASite(f"{folder} holds no HTML page")
    folders = frozenset(parent for file in files for parent in _parents(file)) | {""}
    return Layout(folder, address, site_url is not None, files, folders)


def is_page(path: str) -> bool:
    """Whether a file is an HTML page."""
    return path.lower().endswith(PAGES)


def _site_address(site_url: str) -> str:
    url = urls.join(site_url, "")
    if url is None or not url.startswith(("http://", "https://")):
        raise NotASite(f"--site-url {site_url} is not an address such as https://host/path/")
    return url if url.endswith("/") else url + "/"


def _parents(path: str) -> Iterator[str]:
    while path := path.rpartition("/")[0]:
        yield path


def _listing(folder: Path) -> Iterator[str]:
    if not folder.exists():
        raise NotASite(f"{folder} does not exist; build it first, with mkdocs build")
    if not folder.is_dir():
        raise NotASite(f"{folder} is not a folder")

    def walk(path: str, real: str, prefix: str, above: tuple[str, ...]) -> Iterator[str]:
        try:
            entries = sorted(os.scandir(path), key=lambda entry: entry.name)
        except OSError as error:
            raise NotASite(f"{path} can't be listed ({error.strerror})") from error
        for entry in entries:
            try:
                if entry.is_dir():
                    inner = os.path.realpath(entry.path) if entry.is_symlink() else os.path.join(real, entry.name)
                    if inner not in above:  # a symbolic link to a folder above has no end
                        yield from walk(entry.path, inner, f"{prefix}{entry.name}/", (*above, inner))
                elif entry.is_file():
                    yield prefix + entry.name
            except OSError:
                continue  # a symbolic link to itself: no server has such a file

    start = os.path.realpath(folder)
    yield from walk(str(folder), start, "", (start,))
