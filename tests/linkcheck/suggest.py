"""The nearest thing that exists, so that a fault can be mended without a search."""

import difflib
import posixpath
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection
from functools import cached_property

from . import urls
from .site import Site

COMPARISONS = 200_000
"""So many times a missing path or id is compared with one that exists: many faults on a large site must not take hours."""


def _stem(path: str) -> str:
    """A path as a reader thinks of it: without index.html, ending or last slash."""
    path = re.sub(r"\.(html?|md)$", "", path)
    return re.sub(r"(^|/)(index|README)?$", "", path)


def _name(path: str) -> str:
    """The last part of a path without its ending, which says little of what was meant."""
    return posixpath.splitext(posixpath.basename(path))[0]


class Suggestions:
    """Looks for near misses among the files and ids of one site."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._comparisons = COMPARISONS + len(site.files)  # the first is always looked at
        self._comparisons_of_ids = COMPARISONS
        self._fragments: dict[tuple[str, str], tuple[str, str]] = {}  # many pages want the same part that is missing

    @cached_property
    def _stems(self) -> dict[str, str]:
        return {_stem(path): path for path in sorted(self.site.files, reverse=True)}

    @cached_property
    def _folded(self) -> dict[str, str]:
        return {_fold(path): path for path in sorted(self.site.files, reverse=True)}

    @cached_property
    def _names(self) -> dict[str, list[str]]:
        names: dict[str, list[str]] = defaultdict(list)
        for stem, path in sorted(self._stems.items()):
            names[posixpath.basename(stem)].append(path)
        return names

    @cached_property
    def _owners(self) -> dict[str, list[str]]:
        """The pages that have an id."""
        owners: dict[str, list[str]] = defaultdict(list)
        for path, page in self.site.pages.items():
            for name in page.ids:
                owners[name].append(path)
        return owners

    def fold(self, path: str) -> str:
        """A path as disks see it that don't tell letter case and Unicode forms apart."""
        return _fold(path)

    def letters(self, path: str) -> str:
        """The file whose name differs only in letter case or Unicode form, or ""."""
        return self._folded.get(_fold(path), "")

    def file(self, page: str, path: str) -> str:
        """The file that a missing path most likely meant, or ""."""
        if letters := self.letters(path):
            return letters
        wanted = [_stem(path)]
        if path.endswith(".md"):  # counted from the source, not from the page
            wanted.append(posixpath.join(posixpath.dirname(posixpath.dirname(path)), posixpath.basename(wanted[0])))
        for stem in wanted:
            if stem in self._stems:
                return self._stems[stem]
        same_name = self._names.get(posixpath.basename(wanted[0]), [])
        if len(same_name) == 1:
            return same_name[0]
        self._comparisons -= len(self._stems)
        if self._comparisons < 0:
            return ""
        is_page = not posixpath.splitext(path)[1] or path.endswith((".html", ".md"))
        stems = {
            stem: other
            for stem, other in self._stems.items()
            if other.endswith(".html") == is_page and other != page and not other.endswith(".md")
        }
        for stem in wanted:
            folder, name = posixpath.split(stem)
            mates = {_name(each): each for each in stems if posixpath.dirname(each) == folder}
            longer = [each for each in mates if each.startswith(_name(name) + "-")]
            names = longer if len(longer) == 1 else difflib.get_close_matches(_name(name), mates, 1, 0.6)
            if names:
                return stems[mates[names[0]]]
            if near := difflib.get_close_matches(stem, stems, 1, 0.75):
                return stems[near[0]]
        return ""

    def close(self, wanted: str, names: Collection[str]) -> str:
        """The name that looks most like the wanted one, or ""; also "" when there were too many to compare."""
        self._comparisons_of_ids -= len(names)
        if self._comparisons_of_ids < 0:
            return ""
        return close(wanted, names)

    def fragment(self, path: str, fragment: str) -> tuple[str, str]:
        """A hint for a missing fragment, and the "path#id" that it may name."""
        if (path, fragment) not in self._fragments:
            self._fragments[path, fragment] = self._fragment(path, fragment)
        return self._fragments[path, fragment]

    def _fragment(self, path: str, fragment: str) -> tuple[str, str]:
        """Numbered ids are told as a run: which number was meant, nobody can guess."""
        target = self.site.records[path]
        fragment = urls.readable(fragment)
        ids = target.ids | target.names
        if run := numbered(ids, fragment):
            return f"its ids run {run[0]} to {run[1]}", ""
        folded = {_fold(each): each for each in sorted(ids)}
        longer = [each for each in ids if each.startswith((f"{fragment}-", f"{fragment}_"))]
        near = folded.get(_fold(fragment)) or (longer[0] if len(longer) == 1 else self.close(fragment, ids))
        if near:
            return "did you mean '{nearest}'?", f"{target.path}#{near}"
        owners = self._owners.get(fragment, ())
        if len(owners) == 1:
            return "did you mean '{nearest}'?", f"{owners[0]}#{fragment}"
        return "take the part after '#' from the address of a heading of that page", ""


def close(wanted: str, names: Collection[str]) -> str:
    """The name that looks most like the wanted one, or ""."""
    return next(iter(difflib.get_close_matches(wanted, sorted(names), 1, 0.6)), "")


def numbered(ids: Collection[str], wanted: str) -> tuple[str, str] | None:
    """First and last of the ids that differ from the wanted one only in their number."""
    parts = re.fullmatch(r"(.*?)(\d+)", wanted, re.DOTALL)
    if not parts:
        return None
    pattern = re.compile(re.escape(parts[1]) + r"(\d+)")
    numbers = sorted((int(match[1]), each) for each in ids if (match := pattern.fullmatch(each)))
    return (numbers[0][1], numbers[-1][1]) if len(numbers) > 1 else None


def _fold(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()
