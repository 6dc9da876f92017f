"""The `due` command: what is due for review."""

import datetime
import sys
from pathlib import Path

from diagnostics import Diagnostic, as_text

from health_diplomacy.content.loader import load_site
from health_diplomacy.content.site import Site


def run(docs: Path, by: datetime.date) -> int:
    """Run the command. Exit status 0: nothing is due; 1: something is; 2: the claims can't be read."""
    site, problems = load_site(docs, docs.as_posix())
    if not site.evidence_complete or not site.claims:
        sys.stdout.write(as_text(problems) or f"{docs.as_posix()}: there are no claims here.\n")
        return 2
    found = [*_due_claims(site, by), *_due_pages(site, by)]
    sys.stdout.write(as_text(found) or f"Nothing is due by {by}.\n")
    return 1 if found else 0


def _due_claims(site: Site, by: datetime.date) -> list[Diagnostic]:
    data = site.claims_file
    hint = "check its verdict and notes against its sources, then write the day as 'reviewed' and a later one as 'review_by'"
    return [
        _overdue(data.path, data.meta_line(index, "review_by"), f"'{claim.id}'", claim.review_by, claim.reviewed, hint)
        for index, claim in enumerate(site.claims.values())
        if claim.review_by <= by
    ]


def _due_pages(site: Site, by: datetime.date) -> list[Diagnostic]:
    hint = "check that all of it still holds, then write the day as 'reviewed' and a later one as 'review_by'"
    due = ((site.documents[uri], page) for uri, page in site.pages.items())
    return [
        _overdue(document.path, document.meta_line("review_by"), "this page", page.review_by, page.reviewed, hint)
        for document, page in due
        if page.review_by and page.review_by <= by
    ]


def _overdue(
    path: str, line: int, what: str, by: datetime.date, reviewed: datetime.date | None, hint: str
) -> Diagnostic:
    last = f"; it was last reviewed on {reviewed}" if reviewed else ""
    return Diagnostic(path, line, "E11", f"{what} is due for review by {by}{last}", hint)
