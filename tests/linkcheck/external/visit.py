"""What an answer means: ask again, ask elsewhere, or done.

Pure functions, so each rule can be read and tested without a server. Nothing
is blamed on a HEAD request alone: many servers mistreat it.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import NamedTuple

from .. import urls
from .model import Answer, Hop, Kind, Outcome, Trouble, Visit

MOST_HOPS = 20
"""As in browsers (WHATWG Fetch, section 4.4, "HTTP-redirect fetch")."""

_REDIRECTS = frozenset((301, 302, 303, 307, 308))  # RFC 9110, section 15.4
_FOR_GOOD = frozenset((301, 308))
_GONE = frozenset((404, 410))
_WALLS = frozenset((401, 402, 403, 405, 406, 407, 418, 421, 425, 429, 451, 999))
"""Refusals that programs get, or people of some countries or without a login; 999 is LinkedIn's."""
_KINDS = {
    Trouble.NAME: Kind.NAME,
    Trouble.REFUSED: Kind.CONNECTION,
    Trouble.UNREACHABLE: Kind.CONNECTION,
    Trouble.BROKEN: Kind.CONNECTION,
    Trouble.SILENT: Kind.SILENT,
    Trouble.CERTIFICATE: Kind.CERTIFICATE,
    Trouble.ISSUER: Kind.UNTOLD,
    Trouble.TLS: Kind.CERTIFICATE,
}
_LASTING = frozenset((Trouble.CERTIFICATE, Trouble.ISSUER, Trouble.TLS))
_FRONT = re.compile(r"/([a-z]{2}(-[a-z]{2})?/?|(index|default|home)\.\w+)?", re.IGNORECASE)
"""Paths of home pages: the root, a language, `index.html`."""


@dataclass(frozen=True)
class Patience:
    """How long to go on with a host that does not answer well."""

    retries: int = 2
    backoff: float = 2.0  # seconds before the first repetition, doubled for each further one
    longest: float = 120.0  # seconds; a host that asks for more is left for another day


class Next(NamedTuple):
    """What to ask next, after how many seconds, and whether the whole host shall be left alone until then."""

    visit: Visit
    wait: float = 0.0
    hold: bool = False


def begin(url: str, reading: bool = False) -> Visit:
    """A new visit; with `reading`, one that needs the body and so asks with GET."""
    return Visit(url, url, reading, "GET" if reading else "HEAD")


def step(visit: Visit, answer: Answer, patience: Patience, now: datetime) -> Next | Outcome:
    """What follows from an answer. `now` is only for dates in Retry-After."""
    if answer.sets_cookie:
        visit = replace(visit, cookies=True)
    status = answer.status
    if answer.trouble:
        if answer.trouble not in _LASTING and visit.tries < patience.retries:
            return _again(visit, patience)
        return _ended(visit, _KINDS[answer.trouble], answer)
    if status in _REDIRECTS:
        return _redirected(visit, answer)
    if 200 <= status < 300:
        return _arrived(visit, answer)
    after = seconds(answer.retry_after, now)
    if visit.method == "HEAD" and status != 429 and after is None:
        return Next(replace(visit, method="GET"))
    if status in (408, 429) or status in range(500, 600):
        if after is not None and after > patience.longest:
            return _ended(visit, Kind.UNTOLD, answer, f"asks to come back in {after:,.0f} s")
        if visit.tries < patience.retries:
            return _again(visit, patience, after, hold=status == 429)
    if status in _WALLS:
        return _ended(visit, Kind.UNTOLD, answer, f"turns programs away ({phrase(status)})")
    if status in _GONE:
        return _ended(visit, Kind.GONE, answer)
    if status == 408:
        return _ended(visit, Kind.SILENT, answer)
    return _ended(visit, Kind.SERVER if status in range(500, 600) else Kind.ODD, answer)


def seconds(retry_after: str, now: datetime) -> float | None:
    """Retry-After in seconds from now, or None where it says nothing (RFC 9110, section 10.2.3)."""
    value = retry_after.strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return float(value)
    try:
        then = parsedate_to_datetime(value)
    except ValueError:
        return None
    if then.tzinfo is None:
        then = then.replace(tzinfo=UTC)
    return max(0.0, (then - now).total_seconds())


def phrase(status: int) -> str:
    """A status with its name, in the standard's words and never in those of the server."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _again(visit: Visit, patience: Patience, after: float | None = None, hold: bool = False) -> Next:
    wait = patience.backoff * 2**visit.tries if after is None else after
    return Next(replace(visit, method="GET", tries=visit.tries + 1), wait, hold or after is not None)


def _redirected(visit: Visit, answer: Answer) -> Next | Outcome:
    target = urls.join(visit.url, answer.location) if answer.location else None
    url = (target or "").partition("#")[0]
    wrong = ""
    if not answer.location:
        wrong = "is a redirect that does not say where to"
    elif target is None or not target.startswith(("http://", "https://")):
        wrong = f"is a redirect to '{_one_line(answer.location)}', which is no web page"
    elif url in {visit.start, *(hop.url.partition("#")[0] for hop in visit.hops)}:
        wrong = "is a redirect that goes in a circle"
    elif len(visit.hops) == MOST_HOPS:
        wrong = f"is a redirect with more than {MOST_HOPS} steps"
    if not wrong:
        return Next(replace(visit, url=url, hops=(*visit.hops, Hop(answer.status, target or ""))))
    if visit.method == "HEAD":
        return Next(replace(begin(visit.start, visit.reading), method="GET", tries=visit.tries))
    if visit.cookies:  # we never keep one, so we may be sent round until we do
        return _ended(visit, Kind.UNTOLD, answer, "only lets those in who keep its cookies")
    return _ended(visit, Kind.REDIRECTS, answer, wrong)


def _arrived(visit: Visit, answer: Answer) -> Outcome:
    moved = ""
    for hop in visit.hops:
        if hop.status not in _FOR_GOOD:
            break
        moved = hop.url
    return Outcome(
        Kind.FINE,
        visit.url,
        answer.status,
        moved=moved,
        home=_goes_home(visit),
        own_fragment=any("#" in hop.url for hop in visit.hops),
        media_type=answer.media_type,
        body=answer.body,
        whole=answer.whole,
    )


def _goes_home(visit: Visit) -> bool:
    """Whether a page deep in a site now leads to that site's home page: mostly, it is gone.

    Another site's home page is left alone: short addresses lead there rightly.
    """
    same = urls.host(visit.start).removeprefix("www.") == urls.host(visit.url).removeprefix("www.")
    return same and not _is_front(visit.start) and _is_front(visit.url)


def _is_front(url: str) -> bool:
    return bool(_FRONT.fullmatch("/" + url.split("/", 3)[3]))


def _ended(visit: Visit, kind: Kind, answer: Answer, why: str = "") -> Outcome:
    return Outcome(kind, visit.url, answer.status, why or answer.why, visit.tries + 1)


def _one_line(text: str) -> str:
    text = "".join(each if each.isprintable() else " " for each in " ".join(text.split()))
    return text if len(text) <= 100 else text[:100] + "…"
