"""From a folder to a sorted list of faults: what the command and the tests call."""

import gc
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from . import settings
from .checks import CONFIGURATION, REGISTRY, problems
from .folders import together
from .model import Fault, Problem
from .site import NOT_FOUND_PAGE, Site
from .sources import Place, Sources

FEW = 3
"""Below this number of pages, the same fault on each of them is still told for each."""


@dataclass(frozen=True)
class Result:
    """The faults of a site and how much was looked at."""

    faults: list[Fault]
    pages: int
    references: int


def inspect(
    folder: Path,
    site_url: str | None = None,
    source: Path | None = None,
    *,
    strict: bool = False,
    today: date | None = None,
) -> Result:
    """Check a built folder, hosted at `site_url` or (without it) opened from a disk.

    `today` decides which exclusions are expired; `strict` makes warnings errors.
    """
    with _without_looking_for_circles():
        return _inspect(folder, site_url, source, strict, today)


@contextmanager
def _without_looking_for_circles() -> Iterator[None]:
    """Next to nothing that is made here is a circle, and looking for them takes a sixth of the time of a large site."""
    looks = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looks:
            gc.enable()


def _inspect(folder: Path, site_url: str | None, source: Path | None, strict: bool, today: date | None) -> Result:
    site = Site(folder, site_url)
    sources = Sources(source, folder, site)
    known = settings.read(source, REGISTRY.keys())
    day, build = today or date.today(), "hosted" if site.hosted else "offline"
    found = together(known.left(problems(site), day, build), site)
    faults: set[Fault] = set()
    for group in _grouped(found):
        most = len(group) >= FEW and len(group) * 2 > len(site.pages)
        faults |= (_of_template if most else _of_pages)(group, sources)
    for check in CONFIGURATION.values():
        faults |= {
            Fault(known.path.as_posix(), line, check.code, message, hint, "", "")
            for line, message, hint in check.run(known, day, build)
        }
    if strict or known.strict:
        faults = {replace(fault, level="error") for fault in faults}
    references = sum(record.count for record in site.records.values())
    return Result(_said_once(faults), len(site.pages), references)


def check(folder: Path, site_url: str | None = None, source: Path | None = None) -> list[Fault]:
    """The faults of a built folder, sorted."""
    return inspect(folder, site_url, source).faults


def _grouped(found: list[Problem]) -> list[dict[str, list[Problem]]]:
    """Problems of the same code with the same thing, by page."""
    groups: dict[tuple[str, str], dict[str, list[Problem]]] = defaultdict(lambda: defaultdict(list))
    for problem in dict.fromkeys(found):
        target = problem.target.removeprefix(problem.page + "#") or problem.reference or problem.page
        groups[problem.code, target][problem.page].append(problem)
    return list(groups.values())


def _of_pages(group: dict[str, list[Problem]], sources: Sources) -> set[Fault]:
    """A fault for each place of each page."""
    return {
        _fault(problem, place, sources)
        for listed in group.values()
        for problem in listed
        for place in sources.places(problem) or [sources.fallback(problem)]
    }


def _of_template(group: dict[str, list[Problem]], sources: Sources) -> set[Fault]:
    """What stands on most pages: said once for the template, unless the pages' own sources have it."""
    first = group[_first(group)][0]
    if places := sources.shared_places(first):
        return {_fault(first, place, sources, len(group)) for place in places}
    own = {page: listed for page, listed in group.items() if any(map(sources.places, listed))}
    faults, rest = _of_pages(own, sources), group.keys() - own
    if rest:
        first = group[_first(rest)][0]
        faults.add(_fault(first, sources.fallback(first, from_template=len(rest) > 1), sources, len(rest)))
    return faults


def _first(pages: Iterable[str]) -> str:
    """The page to name for all of them; the one for missing pages is the last that a reader would look at."""
    return min(pages, key=lambda page: (page == NOT_FOUND_PAGE, page))


def _fault(problem: Problem, place: Place, sources: Sources, pages: int = 0) -> Fault:
    written = " ".join((place.spelling or problem.reference).split())  # a fault is one line
    file, _, fragment = written.partition("#")
    words = {
        "it": written,
        "file": file,
        "fragment": fragment,
        "nearest": sources.spell(problem.nearest, problem, place) if problem.nearest else "",
    }

    def filled(text: str) -> str:
        return re.sub(r"\{(it|file|fragment|nearest)\}", lambda match: words[match[1]], text)

    message = filled(problem.message)
    if place.guessed:
        message = f"{message.removesuffix('.')} (in the built {problem.page})."
    if pages > 1:
        message = f"{message.removesuffix('.')} (on {pages} pages)."
    return Fault(
        place.path,
        place.line,
        problem.code,
        message,
        filled(problem.hint),
        problem.page,
        problem.reference,
        problem.level,
    )


def _said_once(faults: set[Fault]) -> list[Fault]:
    """One fault for one line to mend, though several pages show it (the first is named)."""
    said: dict[tuple[str, int, str], Fault] = {}
    for fault in sorted(faults):
        said.setdefault((fault.path, fault.line, fault.message), fault)
    return list(said.values())
