"""What is in the files of a built site: each read once, in several processes where that pays."""

import gc
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TypeVar

from . import data_files, page, urls
from .layout import NOT_FOUND_PAGE, Layout, NotASite, is_page, read_layout
from .model import Page
from .settle import Settler

__all__ = ["NOT_FOUND_PAGE", "NotASite", "Site", "is_page"]

MANY = 200
"""From this number of files, starting more processes costs less than it saves."""
AT_ONCE = 64
"""Files that a process is given at a time: enough that handing over costs little, few enough to end together."""
_TAIL = 4_000
"""bytes at the end of a script, where the comment that names its source map is."""


class Site:
    """All files of the folder and the records of those that can refer to something."""

    def __init__(self, folder: Path, site_url: str | None = None) -> None:
        self.layout = read_layout(folder, site_url)
        self.folder, self.hosted, self.address = folder, self.layout.hosted, self.layout.address
        self.files, self.folders = self.layout.files, self.layout.folders
        # The search index and the sitemap are the largest: first, so that no process waits for them at the end.
        paths = sorted(filter(is_read, self.files), key=lambda path: (is_page(path), path))
        self.records: dict[str, Page] = {record.path: record for record in _read_all(self.layout, paths)}
        self.pages: dict[str, Page] = {path: each for path, each in self.records.items() if is_page(path)}

    def address_of(self, path: str) -> str:
        """The address that a file has on the server (or in the stand-in folder)."""
        return self.layout.address_of(path)

    def spelled(self, page: str, path: str) -> str:
        """How a built page can write the address of another file."""
        record = self.records.get(page)
        if self.hosted and page == NOT_FOUND_PAGE:
            return "/" + self.address_of(path).split("/", 3)[3]
        if record and record.base and (base := urls.join(self.address_of(page), record.base)):
            page = urls.split(base)[0].removeprefix(self.address)
        return urls.relative(page, path, self.hosted)


def is_read(path: str) -> bool:
    """Whether a file can refer to something."""
    return is_page(path) or path.lower().endswith(".svg") or data_files.reader(path) is not None


def read_file(folder: Path, path: str) -> Page:
    """The record of one file, with all its references."""
    whole = f"{folder}/{path}"
    parsed = is_page(path) or path.lower().endswith(".svg")
    try:
        with open(whole, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if not parsed and data_files.tail_only(path, size):
                file.seek(max(0, size - _TAIL))
            data = file.read()
    except OSError as error:
        wrong = f"this file can't be read ({error.strerror})"
        return Page(path, "data", errors=((wrong, "give the right to read it"),), unread=True)
    return page.read(path, data) if parsed else data_files.read(path, data)


class _Worker:
    """Reads and settles files; made once in each process."""

    settler: Settler

    @classmethod
    def begin(cls, layout: Layout) -> None:
        cls.settler = Settler(layout)

    @classmethod
    def begin_process(cls, layout: Layout) -> None:
        """In a process of its own: nothing that it makes is a circle, so nobody needs to look for circles."""
        gc.disable()
        cls.begin(layout)

    @classmethod
    def read(cls, paths: list[str]) -> list[Page]:
        return [cls.settler.settle(read_file(cls.settler.layout.folder, path)) for path in paths]


def _read_all(layout: Layout, paths: list[str]) -> Iterator[Page]:
    if len(paths) < MANY or (os.cpu_count() or 1) < 2:
        yield from _in_turn(layout, paths)
    else:
        yield from in_processes(_Worker.read, _Worker.begin_process, layout, paths)


def _in_turn(layout: Layout, paths: Iterable[str]) -> Iterator[Page]:
    _Worker.begin(layout)
    yield from _Worker.read(list(paths))


_Result = TypeVar("_Result")


def in_processes(work: Callable[[list[str]], list[_Result]], begin: Callable[[Layout], None], layout: Layout,
                         paths: list[str]) -> Iterator[_Result]:
    """Results for all paths, in their order, worked out by as many processes as there are cores."""
    with ProcessPoolExecutor(initializer=begin, initargs=(layout,)) as pool:
        for results in pool.map(work, (paths[at:at + AT_ONCE] for at in range(0, len(paths), AT_ONCE))):
            yield from results
