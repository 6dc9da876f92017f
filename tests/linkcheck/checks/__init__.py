"""The checks: each a function with a code, a title and a docstring with a bad and a good example.

A check of references is asked only about the states it names, so a reference
that is fine costs nothing here, however many checks there are.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from ..model import Link, Problem, Role, State
from ..site import Site
from ..suggest import Suggestions
from ..targets import FOLLOWED, Resolver


@dataclass(frozen=True)
class Context:
    """What every check may ask."""

    site: Site
    resolver: Resolver
    suggest: Suggestions


@dataclass(frozen=True)
class Check:
    """One entry of the registry."""

    code: str
    title: str
    run: Callable[..., Iterator[Problem]]
    states: frozenset[State] = frozenset()
    roles: frozenset[Role] = frozenset()


REGISTRY: dict[str, Check] = {}
"""code -> check; a code has one function."""

_Register = Callable[[Callable[..., Iterator[Problem]]], Callable[..., Iterator[Problem]]]


def references(code: str, title: str, *states: State, roles: frozenset[Role] = FOLLOWED) -> _Register:
    """Register a check of references that ended in one of these states."""
    return _register(code, title, frozenset(states), roles)


def site_wide(code: str, title: str) -> _Register:
    """Register a check that looks at the whole site by itself."""
    return _register(code, title, frozenset(), frozenset())


def _register(code: str, title: str, states: frozenset[State], roles: frozenset[Role]) -> _Register:
    def register(function: Callable[..., Iterator[Problem]]) -> Callable[..., Iterator[Problem]]:
        if code in REGISTRY:
            raise ValueError(f"{code} is registered twice")
        REGISTRY[code] = Check(code, title, function, states, roles)
        return function

    return register


def problems(site: Site) -> Iterator[Problem]:
    """Every problem that the registered checks find in a site."""
    context = Context(site, Resolver(site), Suggestions(site))
    table: dict[tuple[Role, State], list[Check]] = {}
    for check in REGISTRY.values():
        for role in check.roles:
            for state in check.states:
                table.setdefault((role, state), []).append(check)
    for record in site.records.values():
        for link in context.resolver.links(record):
            if link.target.state is State.FINE:
                continue
            for check in table.get((link.reference.role, link.target.state), ()):
                yield from _coded(check, link, context)
    for check in REGISTRY.values():
        if not check.roles:
            yield from _coded(check, context)


def _coded(check: Check, *arguments: Any) -> Iterator[Problem]:
    for problem in check.run(*arguments):
        yield replace(problem, code=check.code)


def about(link: Link, message: str, hint: str, nearest: str = "", kind: str = "address") -> Problem:
    """A problem with a reference."""
    path, fragment = link.target.path, link.target.fragment
    target = f"{path}#{fragment}" if fragment else path
    return Problem(link.page.path, message, hint, link.reference.value, kind, target, nearest)


from . import addresses, files, pages  # noqa: E402, F401 (importing them fills the registry)
