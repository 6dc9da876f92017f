"""The rules: functions with a code, a title, and a docstring with a bad and a good example.

L: something does not work for somebody. W: it works, but poorly. C: about the exclusions (see `config`).
There are three kinds of rules:

- `link_rule`: asked about references that resolved to one of the states it names (see `model.State`)
- `element_rule`: asked about elements with one of the tags it names, while a page is read
- `site_rule`: asked once, when everything is read and resolved

A site rule may need a complete site ("complete") or a hosted one ("hosted"), and is skipped for others.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ..attributes import Role
from ..elements import Element, ElementRule
from ..model import Link, Page, Problem, Spot, State
from ..resolve import Resolver
from ..site import Site
from ..suggest import Suggestions

FOLLOWED = frozenset([Role.LINK, Role.RESOURCE, Role.ORIGIN, Role.FOLDER, Role.META, Role.MENTION, Role.WHOLE])


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
    tags: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()

    @property
    def kind(self) -> str:
        return "element" if self.tags else "link" if self.states else "site"

    def problems(self, *arguments: Any) -> Iterator[Problem]:
        """What the rule finds, with its code."""
        severity = "warning" if self.code.startswith("W") else "error"
        for problem in self.run(*arguments):
            problem.code, problem.severity = self.code, severity
            yield problem


RULES: list[Rule] = []
RETIRED = frozenset(["W20", "W22"])
"""Codes of rules that were removed. They are never used again."""


def _register(rule: Rule) -> Callable[..., Iterable[Problem]]:
    if any(each.code == rule.code and each.kind == rule.kind for each in RULES):
        raise ValueError(f"{rule.code} is registered twice")
    RULES.append(rule)
    return rule.run


_Register = Callable[[Callable[..., Iterable[Problem]]], Callable[..., Iterable[Problem]]]


def link_rule(code: str, title: str, *states: State, roles: frozenset[Role] = FOLLOWED) -> _Register:
    """Register `rule(page, link, context)`."""
    return lambda run: _register(Rule(code, title, run, states=frozenset(states), roles=roles))


def element_rule(code: str, title: str, *tags: str) -> _Register:
    """Register `rule(path, element)`."""
    return lambda run: _register(Rule(code, title, run, tags=frozenset(tags)))


def site_rule(code: str, title: str, *needs: str) -> _Register:
    """Register `rule(context)`."""
    return lambda run: _register(Rule(code, title, run, needs=frozenset(needs)))


def element_rules() -> dict[str, list[ElementRule]]:
    """The rules that look at elements, by tag."""
    found: dict[str, list[ElementRule]] = {}
    for rule in RULES:
        for tag in rule.tags:
            found.setdefault(tag, []).append(rule.problems)
    return found


def problems(context: Context) -> Iterator[Problem]:
    """Every problem of a site whose records are read and resolved."""
    site = context.site
    table: dict[tuple[Role, State], list[Rule]] = {}
    for rule in RULES:
        for role in rule.roles:
            for state in rule.states:
                table.setdefault((role, state), []).append(rule)
    for page in site.records.values():
        yield from page.found
        for link in (*page.pending, *page.external):
            for rule in table.get((link.reference.role, link.target.state), ()):
                yield from rule.problems(page, link, context)
    has = {"complete": site.complete, "hosted": site.hosted}
    for rule in RULES:
        if rule.kind == "site" and all(has[need] for need in rule.needs):
            yield from rule.problems(context)


def literal(text: str) -> str:
    """Text of a site for a message: braces in it are no placeholders."""
    return text.replace("{", "\0")


def about(page: Page, link: Link, message: str, hint: str, nearest: str = "") -> Problem:
    """A problem with a reference."""
    reference, target = link
    spot = Spot("attribute", reference.tag, reference.attribute, reference.value)
    path = "" if target.state is State.EXTERNAL else target.path
    return Problem(
        page.path,
        message,
        hint,
        spot,
        reference.value,
        f"{path}#{target.fragment}" if target.fragment else path,
        nearest,
    )


def about_element(path: str, element: Element, attribute: str, message: str, hint: str) -> Problem:
    """A problem with an attribute of an element, which it may not have."""
    value = element.attributes[attribute] or "" if attribute in element.attributes else None
    written = f"<{element.tag}" if value is None else f'{attribute}="{value}"'
    return Problem(path, message, hint, Spot("attribute", element.tag, attribute, value), written, written)


def about_file(path: str, message: str, hint: str, target: str = "") -> Problem:
    """A problem with a file as a whole."""
    return Problem(path, message, hint, target=target or path)


from . import elements, links, pages, sitemap, warnings  # noqa: E402, F401 (importing them fills the registry)
