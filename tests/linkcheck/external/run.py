"""From a site to sorted findings: what the command calls."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .. import urls
from ..model import Problem
from ..site import Site
from ..sources import Place, Sources
from . import archive, findings
from .asking import Clock, ask_all
from .baseline import Baseline
from .cache import Cache
from .client import Client
from .findings import DEAD, LIVES, REGISTRY, Case
from .fragments import missing
from .gather import Link, links
from .model import Kind, Outcome, Visit
from .report import Finding
from .turns import Turns
from .visit import Patience, begin

ALONE = 3
"""If at least so many hosts were asked and not one was found, the fault is with this machine."""


@dataclass(frozen=True)
class Settings:
    """How to ask; times in seconds."""

    timeout: float = 20.0
    per_host: int = 2
    delay: float = 1.0
    workers: int = 16
    patience: Patience = Patience()
    archive: str = ""  # address of the service; "" for not asking


class Offline(Exception):
    """No other host can be reached from here; the message says so."""


@dataclass
class Result:
    """The findings and what was done for them."""

    findings: list[Finding]
    documents: int = 0
    cached: int = 0  # of these, not asked again
    dead: frozenset[str] = frozenset()
    untold: frozenset[str] = frozenset()
    unanswered: int = 0  # questions to the archive


@dataclass
class _Answers:
    """How each document was found, and which fragments it lacks."""

    outcomes: dict[str, Outcome]
    lacking: dict[str, dict[str, str]]


def inspect(
    site: Site,
    sources: Sources,
    settings: Settings,
    cache: Cache,
    baseline: Baseline,
    clock: Clock,
    local: bool = False,
) -> Result:
    """Ask for every link of a site. With `local`, also for those to this machine."""
    by_document: dict[str, list[Link]] = defaultdict(list)
    for link in links(site, local):
        by_document[link.document].append(link)
    wanted = {
        document: frozenset(each.fragment for each in listed if each.fragment)
        for document, listed in by_document.items()
    }
    client = Client(settings.timeout, settings.per_host)

    def ask(visits: list[Visit]) -> Iterator[tuple[Visit, Outcome]]:
        return ask_all(
            visits, client.ask, Turns(settings.per_host, settings.delay), settings.patience, settings.workers, clock
        )

    answers = _Answers({}, {})
    for document, fragments in wanted.items():
        if known := cache.known(document, fragments):
            answers.outcomes[document] = known
    cached = len(answers.outcomes)
    for visit, outcome in ask(
        [begin(document, bool(fragments)) for document, fragments in wanted.items() if document not in answers.outcomes]
    ):
        lacking = missing(outcome, wanted[visit.start])
        answers.outcomes[visit.start], answers.lacking[visit.start] = replace(outcome, body=b""), lacking
        if outcome.kind is Kind.FINE and not lacking:
            cache.keep(visit.start, wanted[visit.start], outcome)
    _reached(answers.outcomes)

    dead = frozenset(document for document, outcome in answers.outcomes.items() if outcome.kind in DEAD)
    untold = frozenset(document for document, outcome in answers.outcomes.items() if outcome.kind is Kind.UNTOLD)
    copies, unanswered = {}, 0
    if settings.archive:
        questions = {archive.question(settings.archive, document): document for document in sorted(dead)}
        for visit, outcome in ask([begin(question, reading=True) for question in questions]):
            unanswered += outcome.kind is not Kind.FINE
            if copy := archive.copy(outcome):
                copies[questions[visit.start]] = copy

    found: set[Finding] = set()
    for document, listed in by_document.items():
        for kind, some in _kinds(document, listed, answers):
            found |= _findings(kind, some, answers, sources, copies.get(document), baseline)
    found |= _of_baseline(baseline, answers.outcomes)
    return Result(_said_once(found), len(by_document), cached, dead, untold, unanswered)


def _reached(outcomes: dict[str, Outcome]) -> None:
    hosts = {urls.host(outcome.url) for outcome in outcomes.values()}
    lost = all(outcome.kind in (Kind.NAME, Kind.CONNECTION) for outcome in outcomes.values())
    if lost and len(hosts) >= ALONE:
        raise Offline(f"not one of {len(hosts)} hosts was found, so this machine seems to have no connection")


def _kinds(document: str, listed: list[Link], answers: _Answers) -> Iterator[tuple[Kind, list[Link]]]:
    """What is to be said of the links to one document, and of which of them."""
    outcome = answers.outcomes[document]
    if outcome.kind is not Kind.FINE:
        yield outcome.kind, listed
    elif outcome.home:
        yield Kind.HOME, listed
    elif outcome.moved:
        yield Kind.MOVED, listed
    lacking = answers.lacking.get(document, {})
    if some := [link for link in listed if link.fragment in lacking]:
        yield Kind.FRAGMENT, some


def _findings(
    kind: Kind,
    listed: Sequence[Link],
    answers: _Answers,
    sources: Sources,
    copy: archive.Copy | None,
    baseline: Baseline,
) -> set[Finding]:
    rule, found = REGISTRY[kind], set()
    for fragment in sorted({link.fragment for link in listed}):
        same = [link for link in listed if link.fragment == fragment]
        for link, place, pages in _places(same, sources):
            it = " ".join((place.spelling or link.written).split())
            near = answers.lacking.get(link.document, {}).get(fragment, "")
            told = rule.say(Case(it, urls.readable(fragment), answers.outcomes[link.document], near))
            on = f" (on {pages} pages)" if pages > 1 else ""
            since = baseline.known.get(link.document, "") if kind in DEAD else ""
            known = f" (known since {since})" if since else ""
            found.add(
                Finding(
                    place.path,
                    place.line,
                    rule.code,
                    "notice" if since else rule.level,
                    f"{told.message}{on}{known}.",
                    findings.archived(copy) if copy else told.hint,
                    link.page,
                    link.written,
                    link.document,
                    copy.url if copy else "",
                    since,
                )
            )
    return found


def _places(same: Sequence[Link], sources: Sources) -> Iterator[tuple[Link, Place, int]]:
    """The lines to mend; what no source has is said once, with the number of its pages."""
    nowhere = []
    for link in same:
        places = sources.places(Problem(link.page, "", "", link.written))
        for place in places:
            yield link, place, 1
        if not places:
            nowhere.append(link)
    if nowhere:
        pages = len({link.page for link in nowhere})
        problem = Problem(nowhere[0].page, "", "", nowhere[0].written)
        yield nowhere[0], sources.fallback(problem, from_template=pages > 1), pages


def _of_baseline(baseline: Baseline, outcomes: dict[str, Outcome]) -> set[Finding]:
    found = set()
    for url, since in baseline.known.items():
        outcome = outcomes.get(url)
        if outcome is None or outcome.kind is Kind.FINE:
            told = findings.lives(url, outcome is not None)
            path = Path(baseline.path or "").as_posix()
            found.add(
                Finding(
                    path, baseline.line(url), LIVES, "warning", f"{told.message}.", told.hint, "", url, url, "", since
                )
            )
    return found


def _said_once(found: set[Finding]) -> list[Finding]:
    """One finding for one line to mend, though several pages show it (the first is named)."""
    said: dict[tuple[str, int, str, str], Finding] = {}
    for each in sorted(found):
        said.setdefault((each.path, each.line, each.code, each.message), each)
    return list(said.values())
