"""The nearest file or fragment that exists, for hints."""

import posixpath
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection
from functools import cached_property

from diagnostics import did_you_mean

from . import urls
from .site import Site

MAX_COMPARISONS = 20_000
"""So many names are compared at most: many faults on a large site must not take hours."""


def fold(text: str) -> str:
    """A name as disks see it that ignore letter case and Unicode normalization."""
    return unicodedata.normalize("NFC", text).casefold()


def _stem(path: str) -> str:
    """A path as a reader thinks of it: without index.html, suffix or trailing slash."""
    return re.sub(r"(^|/)(index|README)?$", "", re.sub(r"\.(html?|md)$", "", path))


def _name(path: str) -> str:
    return posixpath.splitext(posixpath.basename(path))[0]


class Suggestions:
    """Looks for near misses among the files and ids of one site."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._left = {
            "files": MAX_COMPARISONS + len(site.files),
            "ids": MAX_COMPARISONS,
        }  # the first is always compared
        self._nearest: dict[str, str] = {}
        self._fragments: dict[tuple[str, str], tuple[str, str]] = {}

    @cached_property
    def _stems(self) -> dict[str, str]:
        return {_stem(path): path for path in sorted(self.site.files, reverse=True)}

    @cached_property
    def _pages(self) -> dict[str, str]:
        return {stem: path for stem, path in self._stems.items() if path.endswith(".html")}

    @cached_property
    def _others(self) -> dict[str, str]:
        return {stem: path for stem, path in self._stems.items() if not path.endswith((".html", ".md"))}

    @cached_property
    def _siblings(self) -> dict[tuple[str, bool], dict[str, str]]:
        """The files of a folder by name: pages, and others."""
        siblings: dict[tuple[str, bool], dict[str, str]] = defaultdict(dict)
        for is_page, stems in ((True, self._pages), (False, self._others)):
            for stem, path in stems.items():
                siblings[posixpath.dirname(stem), is_page][_name(stem)] = path
        return siblings

    @cached_property
    def _folded(self) -> dict[str, str]:
        return {fold(path): path for path in sorted(self.site.files, reverse=True)}

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        names: dict[str, list[str]] = defaultdict(list)
        for stem, path in sorted(self._stems.items()):
            names[posixpath.basename(stem)].append(path)
        return names

    @cached_property
    def _owners(self) -> dict[str, list[str]]:
        owners: dict[str, list[str]] = defaultdict(list)
        for path, page in self.site.pages.items():
            for name in page.ids:
                owners[name].append(path)
        return owners

    def _may_compare(self, kind: str, count: int) -> bool:
        self._left[kind] -= count
        return self._left[kind] >= 0

    def same_letters(self, path: str) -> str:
        """The file whose name differs in letter case or Unicode normalization only, or ""."""
        return self._folded.get(fold(path), "")

    def file(self, page: str, path: str) -> str:
        """The file that a missing path most likely meant, or ""."""
        if path not in self._nearest:
            self._nearest[path] = self._file(path)
        return self._nearest[path] if self._nearest[path] != page else ""

    def _file(self, path: str) -> str:
        if same := self.same_letters(path):
            return same
        wanted = [_stem(path)]
        if path.endswith(".md"):  # counted from the source, not from the page
            wanted.append(posixpath.join(posixpath.dirname(posixpath.dirname(path)), posixpath.basename(wanted[0])))
        for stem in wanted:
            if stem in self._stems:
                return self._stems[stem]
        same_name = self._by_name.get(posixpath.basename(wanted[0]), [])
        if len(same_name) == 1:
            return same_name[0]
        if not self._may_compare("files", len(self._stems)):
            return ""
        is_page = not posixpath.splitext(path)[1] or path.endswith((".html", ".md"))
        stems = self._pages if is_page else self._others
        for stem in wanted:
            folder, name = posixpath.split(stem)
            siblings = self._siblings.get((folder, is_page), {})
            longer = [each for each in siblings if each.startswith(_name(name) + "-")]
            if near := longer[0] if len(longer) == 1 else did_you_mean(_name(name), siblings):
                return siblings[near]
            if near := did_you_mean(stem, stems, 0.75):
                return stems[near]
        return ""

    def name(self, wanted: str, names: Collection[str]) -> str:
        """The name that is most like the wanted one, or ""; also "" if too many were compared already."""
        return did_you_mean(wanted, names) if self._may_compare("ids", len(names)) else ""

    def fragment(self, path: str, fragment: str) -> tuple[str, str]:
        """A hint for a missing fragment, and the "path#id" that was most likely meant."""
        if (path, fragment) not in self._fragments:
            self._fragments[path, fragment] = self._fragment(path, urls.readable(fragment))
        return self._fragments[path, fragment]

    def _fragment(self, path: str, fragment: str) -> tuple[str, str]:
        target = self.site.records[path]
        ids = {*target.ids, *target.names}
        if run := _numbered(ids, fragment):
            return f"its ids run from {run[0]} to {run[1]}.", ""
        folded = {fold(each): each for each in sorted(ids)}
        longer = [each for each in ids if each.startswith((f"{fragment}-", f"{fragment}_"))]
        near = folded.get(fold(fragment)) or (longer[0] if len(longer) == 1 else self.name(fragment, ids))
        owners = self._owners.get(fragment, [])
        if near or len(owners) == 1:
            return "did you mean '{nearest}'?", f"{path}#{near}" if near else f"{owners[0]}#{fragment}"
        return "use the id of a heading or other element of that page.", ""


def _numbered(ids: Collection[str], wanted: str) -> tuple[str, str] | None:
    """First and last of the ids that differ in their number only: which was meant, nobody can guess."""
    if not (parts := re.fullmatch(r"(.*?)(\d+)", wanted, re.DOTALL)):
        return None
    prefix = str(parts[1])
    pattern = re.compile(re.escape(prefix) + r"\d+")
    run = sorted(filter(pattern.fullmatch, ids), key=lambda each: int(each[len(prefix) :]))
    return (run[0], run[-1]) if len(run) > 1 else None
