"""From a site to a sorted list of diagnostics: read, resolve, apply the rules, find the source lines."""

import gc
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from diagnostics import Diagnostic

from . import config, link_rules, rules, site_rules  # noqa: F401 (importing rules registers them)
from .model import Problem
from .resolve import Resolver
from .site import NOT_FOUND_PAGE, Site
from .source_map import Place, Sources
from .suggest import Suggestions

FEW_PAGES = 3
"""Below this number of pages, the same problem on each of them is still reported for each."""


@dataclass(frozen=True)
class Result:
    diagnostics: list[Diagnostic]
    pages: int
    references: int


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Records form almost no reference cycles, and looking for them takes a fifth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@_collector_paused()
def resolved(site: Site) -> Resolver:
    """Read and resolve all of a site; its records then have `pending` and `external` references."""
    resolver = Resolver(site)
    for page in site.read_records():
        resolver.settle(page)
    resolver.finish()
    return resolver


@_collector_paused()
def inspect(
    site: Site,
    source: Path | None = None,
    *,
    sources: Mapping[str, str] | None = None,
    strict: bool = False,
    today: date | None = None,
) -> Result:
    """Check a site. `source` is the folder of mkdocs.yml; `sources` maps pages to their Markdown, if they were rendered
    one by one; `today` decides which exclusions have expired; `strict` makes warnings errors."""
    context = rules.Context(site, resolved(site), Suggestions(site))
    origin = Sources(source, site, sources)
    known = config.Config(source, frozenset(rule.code for rule in rules.RULES))
    day, build = today or date.today(), "hosted" if site.hosted else "offline"
    found = known.apply(rules.problems(context), day, build)
    diagnostics = located(found, origin) | set(known.diagnostics(day, build))
    if strict:
        diagnostics = {replace(each, severity="error") for each in diagnostics}
    references = sum(record.count for record in site.records.values())
    return Result(distinct(diagnostics), len(site.pages), references)


def located(problems: Iterable[Problem], sources: Sources) -> set[Diagnostic]:
    """The problems at the lines to correct."""
    diagnostics: set[Diagnostic] = set()
    for group in _grouped(problems):
        on_most = len(group) >= FEW_PAGES and len(group) * 2 > len(sources.site.pages)
        diagnostics |= (_of_template if on_most else _of_pages)(group, sources)
    return diagnostics


def _grouped(problems: Iterable[Problem]) -> list[dict[str, list[Problem]]]:
    """Problems of the same code with the same target, by page."""
    groups: dict[tuple[str, str], dict[str, list[Problem]]] = defaultdict(lambda: defaultdict(list))
    for problem in dict.fromkeys(problems):
        target = problem.target.removeprefix(problem.page + "#") or problem.reference or problem.page
        groups[problem.code, target][problem.page].append(problem)
    return list(groups.values())


def _of_pages(group: dict[str, list[Problem]], sources: Sources) -> set[Diagnostic]:
    """A diagnostic for each line of each page."""
    found = set()
    for problem in (problem for problems in group.values() for problem in problems):
        places = sources.places(problem) or sources.page_places(problem)
        found |= {_diagnostic(problem, place, sources) for place in places}
    return found


def _of_template(group: dict[str, list[Problem]], sources: Sources) -> set[Diagnostic]:
    """What most pages have: reported once, for the template, unless the pages' own sources have it."""
    first = group[min(group, key=lambda page: (page == NOT_FOUND_PAGE, page))][0]  # readers rarely see that page
    places = sources.shared_places(first)
    if not places and sources.places(first):
        return _of_pages(group, sources)
    places = places or sources.built_places(first)[:1]
    return {_diagnostic(first, place, sources, len(group)) for place in places}


def _diagnostic(problem: Problem, place: Place, sources: Sources, pages: int = 0) -> Diagnostic:
    written = " ".join((place.spelling or problem.reference).split())
    file, _, fragment = written.partition("#")
    words = {"it": written, "file": file, "fragment": fragment}
    if problem.nearest:
        words["nearest"] = sources.spell(problem.nearest, problem, place)

    def filled(text: str) -> str:
        text = re.sub(r"\{(it|file|fragment|nearest)\}", lambda match: words.get(match[1], match[0]), text)
        return text.replace("\0", "{")

    message = filled(problem.message)
    note = f" (in the built {problem.page})" if place.guessed else ""
    note += f" (on {pages} pages)" if pages > 1 else ""
    if note:
        message = f"{message.removesuffix('.')}{note}."
    hint = filled(problem.hint)
    return Diagnostic(
        place.path, place.line, problem.code, message, hint, problem.page, problem.reference, problem.severity
    )


def distinct(diagnostics: set[Diagnostic]) -> list[Diagnostic]:
    """One diagnostic for one line to correct, though several pages show it (the first is named)."""
    found: dict[tuple[str, int, str], Diagnostic] = {}
    for each in sorted(diagnostics):
        found.setdefault((each.path, each.line, each.message), each)
    return list(found.values())
