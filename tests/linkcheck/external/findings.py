"""What is said of a link: one function a code, with a bad and a good example.

An error is a dead link and fails the run. A warning is a link that works, but
poorly. A notice is for information.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from .. import urls
from .archive import Copy
from .model import Kind, Outcome


class Told(NamedTuple):
    """A sentence without its full stop, and one action."""

    message: str
    hint: str


@dataclass(frozen=True)
class Case:
    """What a sentence may need: the link as its source spells it, and how the visit ended."""

    it: str
    fragment: str
    outcome: Outcome
    near: str = ""  # the id that may have been meant

    @property
    def end(self) -> str:
        """The address that failed, and the way there if there was a redirect."""
        return (
            f"'{self.it}'" if _same(self.it, self.outcome.url) else f"'{self.it}', which leads to '{self.outcome.url}',"
        )

    @property
    def host(self) -> str:
        """The host that failed."""
        return urls.host(self.outcome.url)

    @property
    def asked(self) -> str:
        """How often it was asked, when more than once."""
        return f" (asked {self.outcome.tries} times)" if self.outcome.tries > 1 else ""


@dataclass(frozen=True)
class Rule:
    """One entry of the registry."""

    code: str
    level: str
    say: Callable[[Case], Told]


REGISTRY: dict[Kind, Rule] = {}
"""kind -> rule; a kind has one code."""


def _rule(code: str, level: str, kind: Kind) -> Callable[[Callable[[Case], Told]], Callable[[Case], Told]]:
    def register(function: Callable[[Case], Told]) -> Callable[[Case], Told]:
        REGISTRY[kind] = Rule(code, level, function)
        return function

    return register


def archived(copy: Copy) -> str:
    """The hint for a dead link of which there is a copy."""
    return f"write '{copy.url}', the copy of {copy.day.isoformat()}."


@_rule("X01", "error", Kind.GONE)
def gone(case: Case) -> Told:
    """The host is there and has no such page (404, or 410 for what was removed on purpose).

    Bad: `<https://www.who.int/no-such-page>`
    Good: `<https://www.who.int/health-topics>`
    """
    verb = "was removed" if case.outcome.status == 410 else "does not exist"
    return Told(
        f"{case.end} {verb} ({case.outcome.status})",
        f"look for its new address on {case.host}, or link to another source.",
    )


@_rule("X02", "error", Kind.NAME)
def name(case: Case) -> Told:
    """No host has this name: it is misspelled, or its owner gave it up.

    Bad: `<https://www.whoo.invalid/>`
    Good: `<https://www.who.int/>`
    """
    return Told(
        f"{case.end} names the host '{case.host}', which is not known",
        "correct the name; if it is right, the site is gone, so link to another source.",
    )


@_rule("X03", "error", Kind.CONNECTION)
def connection(case: Case) -> Told:
    """The host exists and takes no connection, or ends it without an answer.

    Bad: `<https://www.who.int:444/>`
    Good: `<https://www.who.int/>`
    """
    return Told(
        f"the host of {case.end} {case.outcome.why}{case.asked}",
        "open it in a browser; if that fails too, link to another source.",
    )


@_rule("X04", "error", Kind.SILENT)
def silent(case: Case) -> Told:
    """The host takes the connection, and no answer comes in time.

    Bad: a server that hangs
    Good: a server that answers within the time of `--timeout`
    """
    return Told(
        f"{case.end} gives no answer in time{case.asked}",
        "open it in a browser; if that fails too, link to another source.",
    )


@_rule("X05", "error", Kind.CERTIFICATE)
def certificate(case: Case) -> Told:
    """Browsers warn of the host instead of showing the page: its certificate is wrong. The page may be there.

    Bad: `https:` on a host whose certificate has expired
    Good: the same host, once its owner has renewed it
    """
    return Told(
        f"the host of {case.end} {case.outcome.why}",
        "tell the owner of that site; until it is mended, link to another source.",
    )


@_rule("X06", "error", Kind.SERVER)
def server(case: Case) -> Told:
    """The server fails (5xx), and goes on failing.

    Bad: a server that answers 500 each time
    Good: a server that answers 503 once and then sends the page
    """
    return Told(
        f"the server of {case.end} fails ({case.outcome.status}){case.asked}",
        "try again another day; if it still fails, link to another source.",
    )


@_rule("X07", "error", Kind.REDIRECTS)
def redirects(case: Case) -> Told:
    """Redirects must end at a page: not in a circle, not after more than 20 steps, not at nothing.

    Bad: `/a` leads to `/b`, and `/b` leads to `/a`
    Good: `/a` leads to `/b`, which is a page
    """
    return Told(
        f"{case.end} {case.outcome.why}", f"look for the page's address on {case.host}, or link to another source."
    )


@_rule("X08", "warning", Kind.FRAGMENT)
def fragment(case: Case) -> Told:
    """The page exists; its part after `#` is not in it, so readers get to its top.

    A warning only, for a script of that page may make the part.

    Bad: `<https://www.who.int/about#no-such-heading>`
    Good: `<https://www.who.int/about#content>`
    """
    hint = f"did you mean '#{case.near}'?" if case.near else "take the part after '#' from the page, or leave it out."
    return Told(f"'{case.it.partition('#')[0]}' exists, but '#{case.fragment}' does not", hint)


@_rule("X09", "error", Kind.ODD)
def odd(case: Case) -> Told:
    """The server refuses the address as such, for example as malformed (400).

    Bad: `<https://www.who.int/%E0%A4%A>`
    Good: `<https://www.who.int/>`
    """
    return Told(
        f"{case.end} is not answered with a page ({case.outcome.status})",
        "open it in a browser, and copy the address from there.",
    )


@_rule("X10", "warning", Kind.MOVED)
def moved(case: Case) -> Told:
    """The server says that the page has another address for good (301, 308). The old one may end one day.

    Bad: `<http://www.who.int/en/>`
    Good: `<https://www.who.int/>`
    """
    new = case.outcome.moved
    if case.fragment and "#" not in new:  # RFC 9110, section 10.2.2
        new = f"{new}#{case.fragment}"
    return Told(f"'{case.it}' has moved for good", f"write '{new}'.")


@_rule("X11", "warning", Kind.HOME)
def home(case: Case) -> Told:
    """A page of a site now leads to that site's home page; mostly that means that it is gone.

    Bad: `/report-2019` leads to `/`
    Good: `/report-2019` leads to `/archive/report-2019`
    """
    return Told(
        f"'{case.it}' leads to the home page of its site now",
        "look whether the page is still there; if not, link to another source.",
    )


@_rule("X12", "notice", Kind.UNTOLD)
def untold(case: Case) -> Told:
    """The server does not talk to programs, or not now: nothing follows for readers.

    Bad: a server that answers 403, 429 or 999 to programs
    Good: a server that answers alike to all
    """
    return Told(f"{case.end} could not be checked: it {case.outcome.why}", "open it in a browser.")


DEAD = frozenset(kind for kind, rule in REGISTRY.items() if rule.level == "error")
"""What fails a check, belongs in a baseline and is looked for in the archive."""

LIVES = "X13"
"""The code for entries of the baseline that are of no more use."""


def lives(url: str, linked: bool) -> Told:
    """An entry of the baseline answers again, or no page has the link any more.

    Bad: a line in the baseline for a page that answers
    Good: a baseline written by `--update-baseline`
    """
    message = f"'{url}' is listed as dead and answers again" if linked else f"no page links to '{url}' any more"
    return Told(message, "remove this line, or run with --update-baseline.")


def _same(written: str, url: str) -> bool:
    return (urls.join(url, urls.clean(written)) or "").partition("#")[0] == url
