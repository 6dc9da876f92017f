"""Reads and settles files, in several processes where that pays."""

import gc
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TypeVar

from . import data_files, page
from .layout import NOT_FOUND_PAGE, Layout, is_page
from .model import Page
from .pieces import Reader
from .settle import Settler

_MANY = 200
"""From this number of pages, starting more processes costs less than it saves."""
_AT_ONCE = 128
"""Files that a process is given at a time: enough that handing over costs little, few enough to end together."""
_SAMPLE = 100
"""Files that are read before others begin, so that what the pages share is got to know once and not in each process."""
_TAIL = 4_000
"""bytes at the end of a script, where the comment that names its source map is."""

_Result = TypeVar("_Result")


def settled(layout: Layout, paths: list[str]) -> Iterator[Page]:
    """The records of files, in no order, each with only those references that somebody must look at."""
    worker = _Worker.at_work = _Worker(layout)
    others = (os.cpu_count() or 1) - 1 if sum(map(is_page, paths)) >= _MANY else 0
    sample = paths[:: max(1, len(paths) // _SAMPLE)] if others else paths
    yield from map(worker.read, sample)
    if others:
        done = frozenset(sample)
        parts = _divided([path for path in paths if path not in done])
        own = parts[:: others + 1]
        with _pool(_begin, layout, others) as pool:
            results = pool.map(_settle, (part for part in parts if part not in own))
            for part in own:
                yield from map(worker.read, part)
            for result in results:
                yield from result
    worker.reader.forget()
    _Worker.at_work = None


def whole(layout: Layout, paths: list[str]) -> Iterator[Page]:
    """The records of files with all their references."""
    if len(paths) < _MANY:
        return (read_file(layout.folder, path) for path in paths)
    return in_processes(_read, _begin, layout, paths)


def in_processes(
    work: Callable[[list[str]], list[_Result]], begin: Callable[[Layout], None], layout: Layout, paths: list[str]
) -> Iterator[_Result]:
    """Results for all paths, in their order, worked out by as many processes as there are cores."""
    with _pool(begin, layout, os.cpu_count()) as pool:
        for results in pool.map(work, _divided(paths)):
            yield from results


def _pool(begin: Callable[[Layout], None], layout: Layout, processes: int | None) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(processes, initializer=begin, initargs=(layout,))


def _divided(paths: list[str]) -> list[list[str]]:
    return [paths[at : at + _AT_ONCE] for at in range(0, len(paths), _AT_ONCE)]


class _Worker:
    """Reads and settles the files of one site, in one process."""

    at_work: "_Worker | None" = None

    def __init__(self, layout: Layout) -> None:
        self.layout, self.settler, self.reader = layout, Settler(layout), Reader()

    def read(self, path: str) -> Page:
        try:
            data = _bytes_of(self.layout.folder, path)
        except OSError as error:
            return _unreadable(path, error)
        if path.endswith(".html") and path != NOT_FOUND_PAGE:
            found = self.reader.read(data, self.layout.address_of(path))
            if found and (settled := self.settler.together(path, *found)):
                return settled
        return self.settler.settle(_record(path, data))


def _begin(layout: Layout) -> None:
    """In a process of its own: nothing that it makes is a circle, so nobody needs to look for circles.

    Where processes begin as copies of the first, what that got to know is there already.
    """
    gc.disable()
    if _Worker.at_work is None or _Worker.at_work.layout is not layout:
        _Worker.at_work = _Worker(layout)


def _settle(paths: list[str]) -> list[Page]:
    assert _Worker.at_work
    return list(map(_Worker.at_work.read, paths))


def _read(paths: list[str]) -> list[Page]:
    assert _Worker.at_work
    return [read_file(_Worker.at_work.layout.folder, path) for path in paths]


def is_read(path: str) -> bool:
    """Whether a file can refer to something."""
    return _is_parsed(path) or data_files.reader(path) is not None


def read_file(folder: Path, path: str) -> Page:
    """The record of one file, with all its references."""
    try:
        return _record(path, _bytes_of(folder, path))
    except OSError as error:
        return _unreadable(path, error)


def _record(path: str, data: bytes) -> Page:
    return page.read(path, data) if _is_parsed(path) else data_files.read(path, data)


def _is_parsed(path: str) -> bool:
    return is_page(path) or path.lower().endswith(".svg")


def _bytes_of(folder: Path, path: str) -> bytes:
    with open(f"{folder}/{path}", "rb", 0) as file:
        if not _is_parsed(path):
            size = os.fstat(file.fileno()).st_size
            if data_files.tail_only(path, size):
                file.seek(max(0, size - _TAIL))
        return file.read()


def _unreadable(path: str, error: OSError) -> Page:
    wrong = f"this file can't be read ({error.strerror})"
    return Page(path, "data", errors=((wrong, "give the right to read it"),), unread=True)
