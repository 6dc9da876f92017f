"""What a missing file, fragment or id most likely meant, for hints; a wrong guess is worse than none."""

import posixpath
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection
from functools import cached_property

from diagnostics import nearest

from . import urls
from .site import Site

MAX_COMPARISONS = 20_000
"""The most names that are compared: many faults on a large site must not take hours."""
CLOSE = 0.82


def fold(text: str) -> str:
    """A file name as compared by file systems that ignore case and Unicode normalization."""
    return unicodedata.normalize("NFC", text).casefold()


def _stem(path: str) -> str:
    """A path as a reader thinks of it: without index.html, suffix or trailing slash."""
    return re.sub(r"(^|/)(index|README)?$", "", re.sub(r"\.(html?|md)$", "", path))


class Suggestions:
    """Looks for near misses among the files and ids of one site."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._left = MAX_COMPARISONS
        self._nearest: dict[str, str] = {}

    @cached_property
    def _stems(self) -> dict[str, str]:
        return {_stem(path): path for path in sorted(self.site.files, reverse=True)}

    @cached_property
    def _folded(self) -> dict[str, str]:
        return {fold(path): path for path in sorted(self.site.files, reverse=True)}

    @cached_property
    def _names(self) -> dict[str, list[str]]:
        names: dict[str, list[str]] = defaultdict(list)
        for stem in self._stems:
            names[posixpath.basename(stem)].append(stem)
        return names

    def name(self, wanted: str, names: Collection[str], cutoff: float = CLOSE) -> str:
        """The name that is most like the wanted one, or ""; also "" if too many were compared already."""
        self._left -= len(names)
        return nearest(wanted, names, cutoff) if self._left >= 0 else ""

    def same_letters(self, path: str) -> str:
        """The file whose name differs in letter case or Unicode normalization only, or ""."""
        return self._folded.get(fold(path), "")

    def page(self, path: str) -> str:
        """The page at a path without its suffix or index.html, or ""."""
        return self._stems.get(_stem(path), "")

    def file(self, page: str, path: str) -> str:
        """The file that a missing path most likely meant, or ""."""
        if path not in self._nearest:
            self._nearest[path] = self.same_letters(path) or self._file(path)
        return self._nearest[path] if self._nearest[path] != page else ""

    def _file(self, path: str) -> str:
        stem, suffix = _stem(path), posixpath.splitext(path)[1]
        above = posixpath.join(posixpath.dirname(posixpath.dirname(path)), posixpath.basename(stem))
        parts = path.split("/")
        from_root = [_stem("/".join(parts[start:])) for start in range(1, len(parts) - 1)]  # not from the page's folder
        meant = [stem, *from_root, *([above] if suffix == ".md" else [])]  # .md: from the source, not the page
        same_name = self._names.get(posixpath.basename(stem), [])
        for near in (*meant, self.name(stem, same_name, 0.5) if len(same_name) == 1 else ""):
            if near in self._stems and near:
                return self._stems[near]
        for each in meant:
            folder, name = posixpath.split(posixpath.splitext(each)[0])
            siblings = self._siblings[folder, suffix in ("", ".html", ".md")]
            if near := self._longer(name, siblings) or self.name(name, siblings):
                return siblings[near]
        return ""

    @cached_property
    def _siblings(self) -> dict[tuple[str, bool], dict[str, str]]:
        """The files of a folder by name: pages, and others."""
        siblings: dict[tuple[str, bool], dict[str, str]] = defaultdict(dict)
        for stem, path in self._stems.items():
            folder, name = posixpath.split(stem)
            siblings[folder, path.endswith((".html", ".md"))][posixpath.splitext(name)[0]] = path
        return siblings

    @staticmethod
    def _longer(name: str, names: Collection[str]) -> str:
        """The only name that goes on after this one, or ""."""
        longer = [each for each in names if each.startswith((f"{name}-", f"{name}_"))]
        return longer[0] if len(longer) == 1 else ""

    def fragment(self, path: str, fragment: str) -> tuple[str, str]:
        """A hint for a missing fragment, and the "path#id" that was most likely meant."""
        fragment, target = urls.percent_decode(fragment), self.site.records[path]
        ids = target.ids | target.names
        if run := _numbered(ids, fragment):
            return f"its ids run from {run[0]} to {run[1]}.", ""
        if near := next((each for each in ids if fold(each) == fold(fragment)), ""):
            return "did you mean '{nearest}'?", f"{path}#{near}"
        if near := self._longer(fragment, ids) or self.name(fragment, ids):
            return "did you mean '{nearest}'?", f"{path}#{near}"
        return "use the id of a heading or other element of that page.", ""


def _numbered(ids: Collection[str], wanted: str) -> tuple[str, str] | None:
    """First and last of the ids that differ in their number only: which was meant, nobody can guess."""
    if not (parts := re.fullmatch(r"(.*?)(\d+)", wanted, re.DOTALL)):
        return None
    prefix = str(parts[1])
    run = [each for each in ids if each.startswith(prefix) and each[len(prefix) :].isdecimal()]
    run.sort(key=lambda each: int(each[len(prefix) :]))
    return (run[0], run[-1]) if len(run) > 1 else None
