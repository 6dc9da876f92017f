"""Checks on sources: every source is cited, has one complete address, and is dated in the past."""

import datetime
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from diagnostics import Diagnostic

from health_diplomacy.content.documents import Document
from health_diplomacy.content.schema import Claim, Source
from health_diplomacy.lint.evidence import BRACKETED


def check(
    sources: Mapping[str, Source], claims: Mapping[str, Claim], data: Document, today: datetime.date
) -> list[Diagnostic]:
    """All problems with sources."""
    return [*_dates(sources, data, today), *_unused(claims, sources, data), *_addresses(sources, data)]


def _dates(sources: Mapping[str, Source], data: Document, today: datetime.date) -> Iterator[Diagnostic]:
    """Bad: a source published or seen in the future.  Good: the date that it gives, the day on which it was read."""
    for index, source in enumerate(sources.values()):
        if source.seen and source.seen > today:
            line = data.meta_line(index, "seen")
            what = f"'{source.id}' was seen on a future date"
            yield Diagnostic(data.path, line, "E08", what, "write the day on which it was read")
        if source.issued and source.issued > today.isoformat():
            line = data.meta_line(index, "issued")
            what = f"'{source.id}' was published on a future date"
            yield Diagnostic(data.path, line, "E08", what, "write the day that the source gives")


def _unused(claims: Mapping[str, Claim], sources: Mapping[str, Source], data: Document) -> Iterator[Diagnostic]:
    """Bad: a source that no note cites.  Good: `[@its-id]` in the note of a claim that it supports or disputes."""
    cited = {key for claim in claims.values() for key in claim.cited}
    cited |= {
        mark["id"] for claim in claims.values() for mark in BRACKETED.finditer(claim.note)
    }  # reported by `_plain`
    for index, source in enumerate(sources.values()):
        if claims and source.id not in cited:
            what = f"no claim cites the source '{source.id}'"
            hint = "cite it in a note of docs/evidence/claims.yml, or remove it"
            yield Diagnostic(data.path, data.meta_line(index, "id"), "E07", what, hint, severity="notice")


def _addresses(sources: Mapping[str, Source], data: Document) -> Iterator[Diagnostic]:
    """Bad: two sources with one URL, a URL inside a URL.  Good: one source, cited twice."""
    owners: dict[str, str] = {}
    for index, source in enumerate(sources.values()):
        for key, address in (("url", source.url), ("doi", source.doi), ("archived", source.archived)):
            if not address:
                continue
            line = data.meta_line(index, key)
            if key != "doi" and not _is_address(address, archived=key == "archived"):
                what, hint = f"'{address}' is not one complete URL", "copy it again from the browser's address bar"
                yield Diagnostic(data.path, line, "E09", what, hint)
                continue
            owner = owners.setdefault(_normalized(address), source.id)
            if owner != source.id:
                what = f"the {'DOI' if key == 'doi' else 'address'} of '{source.id}' is also that of '{owner}'"
                yield Diagnostic(data.path, line, "E09", what, "keep one of the two entries, and cite that one")


def _is_address(address: str, archived: bool) -> bool:
    try:
        host = urlsplit(address).hostname or ""
        _ = urlsplit(address).port  # raises if the port is not a number
    except ValueError:
        return False
    inner = address.count("http://") + address.count("https://")
    return (
        "." in host.strip(".")
        and ".." not in host
        and not any(each in address for each in '<>"{}|\\^`')
        and (archived or inner == 1)
    )


def _normalized(address: str) -> str:
    """A key that is equal for different spellings of one URL or DOI."""
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.")
    if host in {"doi.org", "dx.doi.org"}:
        return parts.path.strip("/").casefold()
    rest = f"{host}{parts.path.rstrip('/')}{'?' if parts.query else ''}{parts.query}"
    return rest if parts.scheme else address.casefold()
