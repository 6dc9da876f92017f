"""Rules: functions with a code, a title, and a docstring with a bad and a good example.

L: something does not work for somebody. W: it works, but poorly. C: about the exclusions (see `config`).

- `link_rule`: asked about references that resolved to one of the states it names (see `model.State`)
- `site_rule`: asked once, when everything is read and resolved; skipped unless the site is what it needs:
  "complete" (not single pages), "hosted" (not an offline copy)
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from .attributes import words
from .model import Link, Page, Problem, Role, Spot, State
from .resolve import Resolver
from .site import Site
from .suggest import Suggestions

FOLLOWED = frozenset([Role.LINK, Role.RESOURCE, Role.ORIGIN, Role.META, Role.MENTION])


@dataclass(frozen=True)
class Context:
    """What a rule may ask about."""

    site: Site
    resolver: Resolver
    suggest: Suggestions


@dataclass(frozen=True)
class Rule:
    code: str
    title: str
    run: Callable[..., Iterable[Problem]]
    states: frozenset[State] = frozenset()
    roles: frozenset[Role] = frozenset()
    needs: frozenset[str] = frozenset()

    def problems(self, *arguments: Any) -> Iterator[Problem]:
        """What the rule finds, with its code."""
        severity = "warning" if self.code.startswith("W") else "error"
        for problem in self.run(*arguments):
            problem.code, problem.severity = self.code, severity
            yield problem


RULES: list[Rule] = []
RETIRED = words(
    "L17 L18 L19 L20 L21 L22 L23 L24 L25 L26 L27"
    " W02 W03 W05 W06 W07 W08 W09 W10 W11 W12 W13 W14 W15 W16 W17 W18 W19 W20 W21 W22"
)
"""Codes of rules that were removed. They are never used again."""

_Register = Callable[[Callable[..., Iterable[Problem]]], Callable[..., Iterable[Problem]]]


def _register(rule: Rule) -> Callable[..., Iterable[Problem]]:
    if any(each.code == rule.code and bool(each.states) == bool(rule.states) for each in RULES):
        raise ValueError(f"{rule.code} is registered twice")
    RULES.append(rule)
    return rule.run


def link_rule(code: str, title: str, *states: State, roles: frozenset[Role] = FOLLOWED) -> _Register:
    """Register `rule(page, link, context)`."""
    return lambda run: _register(Rule(code, title, run, states=frozenset(states), roles=roles))


def site_rule(code: str, title: str, *needs: str) -> _Register:
    """Register `rule(context)`."""
    return lambda run: _register(Rule(code, title, run, needs=frozenset(needs)))


def problems(context: Context) -> Iterator[Problem]:
    """Every problem of a site whose records are read and resolved."""
    site = context.site
    table: dict[tuple[Role, State], list[Rule]] = {}
    for rule in RULES:
        for role in rule.roles:
            for state in rule.states:
                table.setdefault((role, state), []).append(rule)
    for page in site.records.values():
        for link in (*page.pending, *page.external):
            for rule in table.get((link.reference.role, link.target.state), ()):
                yield from rule.problems(page, link, context)
    has = {"complete": site.complete, "hosted": site.hosted}
    for rule in RULES:
        if not rule.states and all(has[need] for need in rule.needs):
            yield from rule.problems(context)


def literal(text: str) -> str:
    """Text of a site for a message: braces in it are no placeholders."""
    return text.replace("{", "\0")


def about(page: Page, link: Link, message: str, hint: str, nearest: str = "") -> Problem:
    """A problem with a reference."""
    reference, (path, fragment) = link.reference, (link.target.path, link.target.fragment)
    path = "" if link.target.state is State.EXTERNAL else path
    spot = Spot("attribute", reference.element, reference.attribute, reference.value)
    target = f"{path}#{fragment}" if fragment else path
    return Problem(page.path, message, hint, spot, reference.value, target, nearest)


def about_file(path: str, message: str, hint: str) -> Problem:
    """A problem with a file as a whole."""
    return Problem(path, message, hint, target=path)
