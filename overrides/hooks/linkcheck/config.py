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
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
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
_KEYS = {"code": str, "reference": str, "page": str, "build": str, "reason": str, "expires": date}
_HINT = "see the documentation of overrides/hooks/linkcheck/config.py."


@dataclass
class Exclusion:
    """One entry, and whether it was needed."""

    line: int
    code: str
    reference: str
    page: str
    build: str
    expires: date
    used: bool = False

    def __str__(self) -> str:
        what = " on ".join(f"'{each}'" for each in (self.reference, self.page) if each != "*")
        return f"the exclusion of {self.code} for {what}"

    def covers(self, problem: Problem) -> bool:
        names = (problem.reference, problem.target)
        is_meant = problem.code == self.code and fnmatchcase(problem.page, self.page)
        return is_meant and any(fnmatchcase(each, self.reference) for each in names)


@dataclass
class Config:
    """The exclusions of a project; `wrong` has line and message of what can't be used."""

    path: Path
    exclusions: list[Exclusion] = field(default_factory=list)
    wrong: list[tuple[int, str]] = field(default_factory=list)

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
        found = [(line, "C01", f"{message}.", _HINT) for line, message in self.wrong]
        for each in self.exclusions:
            if each.expires < today:
                hint = "correct what it excludes and remove it, or give it a new date and reason."
                found.append((each.line, "C02", f"{each} expired on {each.expires}.", hint))
            elif not each.used and each.build in ("", build):
                hint = "remove it, or set its build if it is for the other one."
                found.append((each.line, "C03", f"{each} excludes nothing.", hint))
        for line, code, message, hint in found:
            yield Diagnostic(self.path.as_posix(), line, code, message, hint)


def read(source: Path | None, codes: frozenset[str]) -> Config:
    """The exclusions of the project in a folder; empty where there are none. `codes` are those that can be excluded."""
    config = Config((source or Path()) / "pyproject.toml")
    if source is None or not config.path.is_file():
        return config
    try:
        text = config.path.read_text("utf-8")
        table = tomllib.loads(text).get("tool", {}).get("linkcheck", {})
        entries: list[dict[str, Any]] = table["exclude"] if table else []
        if not all(isinstance(each, dict) for each in entries) or (table and table.keys() != {"exclude"}):
            raise TypeError
    except (OSError, ValueError) as error:
        line = re.search(r"at line (\d+)", str(error))
        config.wrong.append((int(line[1]) if line else 1, f"this file can't be read as TOML: {error}".rstrip(".")))
        return config
    except (AttributeError, KeyError, TypeError):
        config.wrong.append((1, "[tool.linkcheck] may hold entries [[tool.linkcheck.exclude]] only"))
        return config
    heads = [text.count("\n", 0, each.start()) + 1 for each in re.finditer(r"(?m)^[ \t]*\[\[\s*tool\.linkcheck", text)]
    for number, entry in enumerate(entries):
        line_number = heads[number] if number < len(heads) else 1
        if wrong := _wrong(entry, codes):
            config.wrong.append((line_number, wrong))
        else:
            entry = {"reference": "*", "page": "*", "build": "", **entry}
            del entry["reason"]
            config.exclusions.append(Exclusion(line_number, **entry))
    return config


def _wrong(entry: dict[str, Any], codes: frozenset[str]) -> str:
    """What is wrong with an entry, or ""."""
    for name, value in entry.items():
        if name not in _KEYS:
            return f"there is no setting '{name}'"
        if type(value) is not _KEYS[name] or not value:
            return f"the value of '{name}' must be {'a date' if name == 'expires' else 'text in quotes'}"
    for name in ("code", "reason", "expires"):
        if name not in entry:
            return f"an exclusion has no {name}"
    if entry.get("build", "hosted") not in ("hosted", "offline"):
        return f"build is '{entry['build']}' and not 'hosted' or 'offline'"
    if entry["code"] not in codes:
        return f"there is no code '{entry['code']}'"
    return "" if "page" in entry or "reference" in entry else f"all of {entry['code']} is excluded"
