"""The folder of a built site: which files there are, letter for letter, and what is in them.

The file system is asked once for its listing and never whether a path exists:
some disks take `Page.html` for `page.html`, servers do not.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from . import data_files, page, urls
from .model import Page

PAGES = (".html", ".htm", ".xhtml")
NOT_FOUND_PAGE = "404.html"
"""What servers of static sites answer with when there is no file, at any depth."""
MANY = 300
"""From this number of files, starting more processes costs less than it saves."""


class NotASite(Exception):
    """The folder can't be checked; the message says why, in one line."""


class Site:
    """All files of the folder and the records of those that can refer to something."""

    def __init__(self, folder: Path, site_url: str | None = None) -> None:
        self.folder = folder
        self.hosted = site_url is not None
        self.address = urls.OFFLINE_ADDRESS if site_url is None else _site_address(site_url)
        self.files: frozenset[str] = frozenset(_listing(folder))
        self.folders = frozenset(
            parent for file in self.files for parent in _parents(file)) | {""}
        if not any(map(is_page, self.files)):
            raise NotASite(f"{folder} holds no HTML page")
        self.records: dict[str, Page] = _read_all(folder, sorted(filter(_is_read, self.files)))
        self.pages: dict[str, Page] = {path: each for path, each in self.records.items() if is_page(path)}

    def address_of(self, path: str) -> str:
        """The address that a file has on the server (or in the stand-in folder)."""
        return urls.address_of(self.address, path, self.hosted)

    def spelled(self, page: str, path: str) -> str:
        """How a built page can write the address of another file."""
        record = self.records.get(page)
        if self.hosted and page == NOT_FOUND_PAGE:
            return "/" + self.address_of(path).split("/", 3)[3]
        if record and record.base and (base := urls.join(self.address_of(page), record.base)):
            page = urls.split(base)[0].removeprefix(self.address)
        return urls.relative(page, path, self.hosted)


def is_page(path: str) -> bool:
    """Whether a file is an HTML page."""
    return path.lower().endswith(PAGES)


def _is_read(path: str) -> bool:
    return is_page(path) or path.lower().endswith(".svg") or data_files.reader(path) is not None


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

    def walk(path: str, prefix: str, above: tuple[str, ...]) -> Iterator[str]:
        try:
            entries = sorted(os.scandir(path), key=lambda entry: entry.name)
        except OSError as error:
            raise NotASite(f"{path} can't be listed ({error.strerror})") from error
        for entry in entries:
            try:
                if entry.is_dir():
                    real = os.path.realpath(entry.path)
                    if real not in above:  # a symbolic link to a folder above has no end
                        yield from walk(entry.path, f"{prefix}{entry.name}/", (*above, real))
                elif entry.is_file():
                    yield prefix + entry.name
            except OSError:
                continue  # a symbolic link to itself: no server has such a file

    yield from walk(str(folder), "", (os.path.realpath(folder),))


def _read(job: tuple[str, str]) -> Page:
    folder, path = job
    try:
        data = Path(folder, path).read_bytes()
    except OSError as error:
        wrong = f"this file can't be read ({error.strerror})"
        return Page(path, "data", errors=((wrong, "give the right to read it"),), unread=True)
    if is_page(path) or path.lower().endswith(".svg"):
        return page.read(path, data)
    return data_files.read(path, data)


def _read_all(folder: Path, paths: list[str]) -> dict[str, Page]:
    jobs = [(str(folder), path) for path in paths]
    if len(jobs) < MANY or (os.cpu_count() or 1) < 2:
        return {record.path: record for record in map(_read, jobs)}
    with ProcessPoolExecutor() as pool:
        return {record.path: record for record in pool.map(_read, jobs, chunksize=32)}
