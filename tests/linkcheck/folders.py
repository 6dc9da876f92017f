"""A whole folder that is missing is one fault, however many addresses lead into it."""

import posixpath
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from .model import Problem
from .site import Site

MANY = 10
"""From so many different missing files on, one is told of the folder and not of each file."""


def together(found: Iterable[Problem], site: Site) -> list[Problem]:
    """The problems, those that one missing folder causes made into one for each page."""
    kept: list[Problem] = []
    folders: dict[str, list[Problem]] = defaultdict(list)
    for problem in found:
        folder = _missing_folder(problem, site) if problem.code == "L01" else ""
        (folders[folder] if folder else kept).append(problem)
    for folder, listed in folders.items():
        files = {problem.target.partition("#")[0] for problem in listed}
        if len(files) < MANY:
            kept += listed
        else:
            first = min(listed, key=lambda problem: (problem.page, problem.reference))
            pages = len({problem.page for problem in listed})
            kept.append(
                replace(
                    first,
                    message=f"the folder '{folder}' does not exist; {len(files)} of its files are missing"
                    + (f" (on {pages} pages)." if pages > 1 else "."),
                    hint="build the site again, add the folder, or correct the addresses; '{it}' is the first.",
                    target=folder,
                    nearest="",
                )
            )
    return kept


def _missing_folder(problem: Problem, site: Site) -> str:
    """The highest folder on the way to a missing file that does not exist, or ""."""
    folder, missing = posixpath.dirname(problem.target.partition("#")[0]), ""
    while folder.strip("/") and folder not in site.folders:  # of two slashes, a path may begin with the second
        folder, missing = posixpath.dirname(folder), folder
    return missing
