"""Checks on sources: every source is cited, has one complete address, and is dated in the past."""

import re
from collections.abc import Iterator, Mapping

from diagnostics import Diagnostic

from health_diplomacy.content.documents import Document
from health_diplomacy.content.schema import Claim, Source
from health_diplomacy.lint import Fault
from health_diplomacy.lint.dates import is_future
from health_diplomacy.lint.evidence import BRACKETED

URL = re.compile(
    r"https?://(?:www\.)?(?P<host>[^/?#:]*\w\.\w[^/?#:]*)(?::\d+)?(?P<path>(?:/[^?#]*)?)(?P<query>(?:\?[^#]*)?)(?:#|$)"
)


def check(sources: Mapping[str, Source], claims: Mapping[str, Claim], data: Document) -> list[Diagnostic]:
    """All problems with sources."""
    faults = [*_dates(sources, data), *_addresses(sources, data)]
    return [*(Diagnostic(data.path, *fault) for fault in faults), *_unused(claims, sources, data)]


def _dates(sources: Mapping[str, Source], data: Document) -> Iterator[Fault]:
    """Sources that were published or seen in the future."""
    for index, source in enumerate(sources.values()):
        if is_future(source.seen):
            what, hint = f"'{source.id}' was seen on a future date", "write the day on which it was read"
            yield data.meta_line(index, "seen"), "E08", what, hint
        if is_future(source.issued):
            what, hint = f"'{source.id}' was published on a future date", "write the day that the source gives"
            yield data.meta_line(index, "issued"), "E08", what, hint


def _unused(claims: Mapping[str, Claim], sources: Mapping[str, Source], data: Document) -> Iterator[Diagnostic]:
    """Sources that no note cites."""
    cited = {key for claim in claims.values() for key in claim.cited}
    cited |= {mark["id"] for claim in claims.values() for mark in BRACKETED.finditer(claim.note)}  # see `evidence`
    for index, source in enumerate(sources.values()):
        if claims and source.id not in cited:
            what = f"no claim cites the source '{source.id}'"
            hint = "cite it in a note of docs/evidence/claims.yml, or remove it"
            yield Diagnostic(data.path, data.meta_line(index, "id"), "E07", what, hint, severity="notice")


def _addresses(sources: Mapping[str, Source], data: Document) -> Iterator[Fault]:
    """URLs and DOIs that are incomplete, or given for two sources."""
    owners: dict[str, str] = {}
    for index, source in enumerate(sources.values()):
        for key, address in (("url", source.url), ("doi", source.doi), ("archived", source.archived)):
            if not address:
                continue
            normalized = address.casefold() if key == "doi" else _normalized(address)
            owner = owners.setdefault(normalized, source.id)
            if not normalized or (key == "url" and address.count("://") > 1):
                what, hint = f"'{address}' is not one complete URL", "copy it again from the browser's address bar"
                yield data.meta_line(index, key), "E09", what, hint
            elif owner != source.id:
                what = f"the {'DOI' if key == 'doi' else 'address'} of '{source.id}' is also that of '{owner}'"
                yield data.meta_line(index, key), "E09", what, "keep one of the two entries, and cite that one"


def _normalized(address: str) -> str:
    """A key that is equal for different spellings of one URL or DOI; empty if the host has no domain."""
    found = URL.match(address)
    if not found:
        return ""
    host = found["host"].casefold()
    if host in {"doi.org", "dx.doi.org"}:
        return found["path"].strip("/").casefold()
    return f"{host}{found['path'].rstrip('/')}{found['query']}"
