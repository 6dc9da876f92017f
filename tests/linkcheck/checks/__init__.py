"""The checks: each a function with a code, a title and a docstring with a bad and a good example.

Codes that begin with L are of faults: something does not work for somebody.
Codes that begin with W are of warnings: it works, but poorly. Those that begin
with C are of what the project excludes in its pyproject.toml.
A check of references is asked only about the states it names, so a reference
that is fine costs nothing here, however many checks there are.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from ..model import Link, Page, Problem, Role, State
from ..site import Site
from ..suggest import Suggestions
from ..targets import FOLLOWED, Resolver


@dataclass(frozen=True)
class Context:
    """What every check may ask."""

    site: Site
    resolver: Resolver
    suggest: Suggestions

    @cached_property
    def records(self) -> dict[str, Page]:
        """The records of the site, with all references that reading the files one by one did not settle."""
        records = self.site.records
        missing = self._missing()
        wanting = [path for path, page in records.items() if not missing.isdisjoint(page.wants)] if missing else []
        return records | {page.path: _with_parts(records[page.path], page) for page in self.site.whole(wanting)}

    def _missing(self) -> set[str]:
        """The parts of pages, as "path#id", that a reference most likely wants and no page has."""
        parts = {id(part): part for page in self.site.records.values() for part in page.wants.parts}
        missing = set()
        for want in frozenset().union(*parts.values()):
            path, _, name = want.partition("#")
            page = self.site.records.get(path)
            if page is None or not (name in page.ids or name in page.names):
                missing.add(want)
        return missing


def _with_parts(page: Page, whole: Page) -> Page:
    """The page with its references to parts of other pages, too."""
    parts = (reference for reference in whole.references if "#" in reference.value[1:])
    return replace(page, references=tuple(dict.fromkeys((*page.references, *parts))))


@dataclass(frozen=True)
class Check:
    """One entry of the registry."""

    code: str
    title: str
    run: Callable[..., Iterator[Problem]]
    states: frozenset[State] = frozenset()
    roles: frozenset[Role] = frozenset()

    @property
    def level(self) -> str:
        """ "error" or "warning"."""
        return "warning" if self.code.startswith("W") else "error"


REGISTRY: dict[str, Check] = {}
"""code -> check; a code has one function."""

CONFIGURATION: dict[str, Check] = {}
"""code -> check of the exclusions"""

_Told = Callable[..., Iterator[tuple[int, str, str]]]
_RegisterTold = Callable[[_Told], _Told]
_Register = Callable[[Callable[..., Iterator[Problem]]], Callable[..., Iterator[Problem]]]


def references(code: str, title: str, *states: State, roles: frozenset[Role] = FOLLOWED) -> _Register:
    """Register a check of references that ended in one of these states."""
    return _register(code, title, frozenset(states), roles)


def site_wide(code: str, title: str) -> _Register:
    """Register a check that looks at the whole site by itself."""
    return _register(code, title, frozenset(), frozenset())


def configuration(code: str, title: str) -> _RegisterTold:
    """Register a check of the exclusions, which gives lines of pyproject.toml and not problems of pages."""

    def register(function: _Told) -> _Told:
        CONFIGURATION[code] = Check(code, title, function)
        return function

    return register


def _register(code: str, title: str, states: frozenset[State], roles: frozenset[Role]) -> _Register:
    def register(function: Callable[..., Iterator[Problem]]) -> Callable[..., Iterator[Problem]]:
        if code in REGISTRY:
            raise ValueError(f"{code} is registered twice")
        REGISTRY[code] = Check(code, title, function, states, roles)
        return function

    return register


def problems(site: Site) -> Iterator[Problem]:
    """Every problem that the registered checks find in a site."""
    context = Context(site, Resolver(site.layout, site.records), Suggestions(site))
    table: dict[tuple[Role, State], list[Check]] = {}
    for check in REGISTRY.values():
        for role in check.roles:
            for state in check.states:
                table.setdefault((role, state), []).append(check)
    for page in context.records.values():
        for link in context.resolver.links(page):
            for check in table.get((link.reference.role, link.target.state), ()):
                yield from _coded(check, link, context)
    for check in REGISTRY.values():
        if not check.roles:
            yield from _coded(check, context)


def _coded(check: Check, *arguments: Any) -> Iterator[Problem]:
    for problem in check.run(*arguments):
        yield replace(problem, code=check.code, level=check.level)


def about(link: Link, message: str, hint: str, nearest: str = "", kind: str = "address") -> Problem:
    """A problem with a reference."""
    path, fragment = link.target.path, link.target.fragment
    target = f"{path}#{fragment}" if fragment else path
    return Problem(link.page.path, message, hint, link.reference.value, kind, target, nearest)


from . import addresses, exclusions, files, pages, poor  # noqa: E402, F401 (importing them fills the registry)
