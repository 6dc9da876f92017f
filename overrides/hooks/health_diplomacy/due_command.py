"""The `due` command: what is due for review."""

import datetime
import sys
from collections.abc import Iterator
from pathlib import Path

from diagnostics import Diagnostic, as_text

from health_diplomacy.content.front_matter import Page
from health_diplomacy.content.loader import load_site
from health_diplomacy.content.schema import Claim
from health_diplomacy.content.site import Site


def run(docs: Path, by: datetime.date) -> int:
    """Run the command. Exit status 0: nothing is due; 1: something is; 2: the claims can't be read."""
    site, problems = load_site(docs, docs.as_posix())
    if not site.evidence_complete or not site.claims:
        sys.stdout.write(as_text(problems) or f"{docs.as_posix()}: there are no claims here.\n")
        return 2
    found = list(_due(site, by))
    sys.stdout.write(as_text(found) or f"Nothing is due by {by}.\n")
    return 1 if found else 0


def _due(site: Site, by: datetime.date) -> Iterator[Diagnostic]:
    claims = site.claims_file
    claim_hint = "check its verdict and notes against its sources"
    dates_hint = "then set 'reviewed' to today and 'review_by' to a later date"
    entries: list[tuple[Claim | Page, str, int, str, str]] = [
        (claim, claims.path, claims.meta_line(index, "review_by"), f"'{claim.id}'", claim_hint)
        for index, claim in enumerate(site.claims.values())
    ]
    for uri, page in site.pages.items():
        document = site.documents[uri]
        line = document.meta_line("review_by")
        entries.append((page, document.path, line, "this page", "check that all of it still holds"))
    for entry, path, line, name, hint in entries:
        if entry.review_by and entry.review_by <= by:
            last = f"; it was last reviewed on {entry.reviewed}" if entry.reviewed else ""
            what = f"{name} is due for review by {entry.review_by}{last}"
            yield Diagnostic(path, line, "E11", what, f"{hint}, {dates_hint}")
