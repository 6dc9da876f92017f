"""The commands of `python overrides/hooks`: for now `due`, which lists the claims whose review is due."""

from __future__ import annotations

import argparse
import datetime
from pathlib import Path

from .library import read_library
from .problems import Problem, report


def main(arguments: list[str] | None = None) -> int:
    """Runs a command. Exit status 0: nothing to do; 1: something is due; 2: the claims cannot be read."""
    parser = argparse.ArgumentParser(prog="python overrides/hooks", description="Commands for the people who keep the site.")
    commands = parser.add_subparsers(dest="command", required=True)
    due = commands.add_parser("due", help="list the claims that are due for review", description="List the claims that are due for review.")
    due.add_argument("--by", type=datetime.date.fromisoformat, metavar="DAY", help="due by this day, such as 2027-05-31 (default: today)")
    due.add_argument("--docs", type=Path, default=Path("docs"), help="the docs folder (default: docs)")
    options = parser.parse_args(arguments)
    return _due(options.docs, options.by or datetime.datetime.now(datetime.timezone.utc).date())


def _due(docs: Path, by: datetime.date) -> int:
    library = read_library(docs, docs.as_posix())
    if not library.evidence_is_whole or not library.claims:
        print(report(library.problems) or f"{docs.as_posix()}: there are no claims here.")
        return 2
    data = library.claims_data
    found = [
        Problem(
            data.path, data.meta_line(index, "review_by"), "E11",
            f"'{claim.id}' is due for review by {claim.review_by}; it was last reviewed on {claim.reviewed}",
            "hold its verdict and note against its sources, then write the day as 'reviewed' and a later one as 'review_by'",
        )
        for index, claim in enumerate(library.claims.values())
        if claim.review_by <= by
    ]
    print(report(found) or f"No claim is due by {by}.")
    return 1 if found else 0
