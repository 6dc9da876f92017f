"""`[tool.linkcheck]` in the pyproject.toml of a project: the problems that it knows of and leaves for now.

[[tool.linkcheck.exclude]]
code = "L01"
reference = "old/*.html"          # as it is in the built page; * stands for anything
page = "topics/*"                 # the built page; one of the two must be given
build = "hosted"                  # or "offline"; without it, both
reason = "The old pages come back with the archive."
expires = 2027-01-31
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from itertools import chain, repeat
from pathlib import Path
from typing import Any

from diagnostics import Diagnostic

from .model import Problem

CODES = {
    "C01": (
        "an exclusion can't be read",
        "Each exclusion says what it excludes, why, and until when.\n\n"
        'Bad: `[[tool.linkcheck.exclude]]` with code = "L01" alone\n'
        'Good: the same with reference = "old/*", reason = "It comes back in May." and expires = 2027-05-31',
    ),
    "C02": (
        "an exclusion has expired",
        "What was left for later is due.\n\n"
        "Bad: expires = 2020-01-31\n"
        "Good: a date in the future, or the problem corrected and the entry removed",
    ),
    "C03": (
        "an exclusion is not needed",
        "An exclusion that nothing needs would hide the next problem of its kind.\n\n"
        'Bad: reference = "old/*" when no page refers to it any more\n'
        "Good: the entry removed",
    ),
}
_HINT = "see the documentation of overrides/hooks/linkcheck/config.py."


@dataclass
class Exclusion:
    """One entry, and whether it was needed."""

    line: int
    code: str
    reason: str
    expires: date
    reference: str = "*"
    page: str = "*"
    build: str = ""
    used: bool = False

    def __str__(self) -> str:
        what = " on ".join(f"'{each}'" for each in (self.reference, self.page) if each != "*")
        return f"the exclusion of {self.code} for {what}"

    def covers(self, problem: Problem) -> bool:
        names = (problem.reference, problem.target)
        is_meant = problem.code == self.code and fnmatchcase(problem.page, self.page)
        return is_meant and any(fnmatchcase(each, self.reference) for each in names)


class Config:
    """The exclusions of the project in a folder; none without a pyproject.toml. `codes` can be excluded."""

    def __init__(self, source: Path | None, codes: frozenset[str]) -> None:
        self.path = (source or Path()) / "pyproject.toml"
        self.exclusions: list[Exclusion] = []
        self.wrong: list[tuple[int, str]] = []  # line and message of what can't be used
        if source and self.path.is_file():
            try:
                self._read(self.path.read_text("utf-8"), codes)
            except (OSError, ValueError) as error:
                line = re.search(r"at line (\d+)", str(error))
                wrong = f"this file can't be read as TOML: {error}".rstrip(".")
                self.wrong.append((int(line[1]) if line else 1, wrong))

    def _read(self, text: str, codes: frozenset[str]) -> None:
        table = tomllib.loads(text).get("tool", {}).get("linkcheck", {"exclude": []})
        entries = table.get("exclude") if isinstance(table, dict) and len(table) == 1 else None
        if not isinstance(entries, list):
            self.wrong.append((1, "[tool.linkcheck] may hold entries [[tool.linkcheck.exclude]] only"))
            return
        heads = re.finditer(r"(?m)^[ \t]*\[\[\s*tool\.linkcheck", text)
        for entry, head in zip(entries, chain(heads, repeat(None)), strict=False):
            line = text.count("\n", 0, head.start()) + 1 if head else 1
            if wrong := _wrong(entry, codes):
                self.wrong.append((line, wrong))
            else:
                self.exclusions.append(Exclusion(line, **entry))

    def apply(self, problems: Iterable[Problem], today: date, build: str) -> Iterator[Problem]:
        """The problems that are not excluded."""
        active = [each for each in self.exclusions if each.build in ("", build) and each.expires >= today]
        for problem in problems:
            covering = [each for each in active if each.covers(problem)]
            for each in covering:
                each.used = True
            if not covering:
                yield problem

    def diagnostics(self, today: date, build: str) -> Iterator[Diagnostic]:
        """What is wrong with the exclusions, after `apply`."""
        path = self.path.as_posix()
        for line, message in self.wrong:
            yield Diagnostic(path, line, "C01", f"{message}.", _HINT)
        for each in self.exclusions:
            if each.expires < today:
                hint = "correct what it excludes and remove it, or give it a new date and reason."
                yield Diagnostic(path, each.line, "C02", f"{each} expired on {each.expires}.", hint)
            elif not each.used and each.build in ("", build):
                hint = "remove it, or set its build if it is for the other one."
                yield Diagnostic(path, each.line, "C03", f"{each} excludes nothing.", hint)


def _wrong(entry: Any, codes: frozenset[str]) -> str:
    """What is wrong with an entry, or ""."""
    if not isinstance(entry, dict) or not entry.keys() <= {"code", "reference", "page", "build", "reason", "expires"}:
        return "an exclusion has code, reference or page, build, reason and expires, and nothing else"
    if missing := {"code", "reason", "expires"} - entry.keys():
        return f"an exclusion has no {min(missing)}"
    for key, value in entry.items():
        if type(value) is not (date if key == "expires" else str) or not value:
            return f"the value of '{key}' must be {'a date' if key == 'expires' else 'text in quotes'}"
    if entry.get("build", "hosted") not in ("hosted", "offline"):
        return f"build is '{entry['build']}' and not 'hosted' or 'offline'"
    if entry["code"] not in codes:
        return f"there is no code '{entry['code']}'"
    return "" if "page" in entry or "reference" in entry else f"all of {entry['code']} is excluded"
