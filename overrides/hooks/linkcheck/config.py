"""`[tool.linkcheck]` in the pyproject.toml of a project: the problems that it knows of and leaves for now.

[tool.linkcheck]
strict = true                     # warnings are errors

[[tool.linkcheck.exclude]]
code = "L01"
reference = "old/*.html"          # as it is in the built page; * stands for anything
page = "topics/*"                 # the built page; one of the two must be given
build = "hosted"                  # or "offline"; without it, both
reason = "The old pages come back with the archive."
expires = 2027-01-31

[[tool.linkcheck.script_ids]]     # an id that only a script adds
id = "comment-*"
reason = "The list of comments numbers them."
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from diagnostics import Diagnostic, did_you_mean

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
_KEYS = {
    "exclude": {"code": str, "reference": str, "page": str, "build": str, "reason": str, "expires": date},
    "script_ids": {"id": str, "page": str, "build": str, "reason": str, "expires": date},
}
_REQUIRED = {"exclude": ("code", "reason", "expires"), "script_ids": ("id", "reason")}
_TYPES = {str: "text in quotes", date: "a date such as 2027-01-31"}
_SETTINGS = {"strict": "true or false", "exclude": "a list of tables", "script_ids": "a list of tables"}


@dataclass
class Exclusion:
    """One entry, and whether it was needed."""

    line: int
    codes: tuple[str, ...]
    name: str  # in messages
    reference: str = "*"
    fragment: str = "*"
    page: str = "*"
    build: str = ""
    expires: date | None = None
    used: bool = False

    def covers(self, problem: Problem) -> bool:
        reference = problem.reference
        return (
            problem.code in self.codes
            and fnmatchcase(problem.page, self.page)
            and any(fnmatchcase(each, self.reference) for each in (reference, problem.target))
            and fnmatchcase(reference.partition("#")[2] if "#" in reference else reference, self.fragment)
        )


@dataclass
class Config:
    """The settings of a project; `wrong` has line, message and hint of what can't be used."""

    path: Path
    strict: bool = False
    exclusions: list[Exclusion] = field(default_factory=list)
    wrong: list[tuple[int, str, str]] = field(default_factory=list)

    def apply(self, problems: Iterable[Problem], today: date, build: str) -> Iterator[Problem]:
        """The problems that are not excluded."""
        active = [each for each in self.exclusions if not self._is_idle(each, today, build)]
        for problem in problems:
            covering = [each for each in active if each.covers(problem)]
            for each in covering:
                each.used = True
            if not covering:
                yield problem

    def diagnostics(self, today: date, build: str) -> Iterator[Diagnostic]:
        """What is wrong with the exclusions, after `apply`."""
        found = [(line, "C01", f"{message}.", hint) for line, message, hint in self.wrong]
        for each in self.exclusions:
            if each.expires and each.expires < today:
                hint = "correct what it excludes and remove it, or give it a new date and reason."
                found.append((each.line, "C02", f"{each.name} expired on {each.expires}.", hint))
            elif not each.used and not self._is_idle(each, today, build):
                hint = "remove it, or set its build if it is for the other one."
                found.append((each.line, "C03", f"{each.name} excludes nothing.", hint))
        for line, code, message, hint in found:
            yield Diagnostic(self.path.as_posix(), line, code, message, hint)

    @staticmethod
    def _is_idle(exclusion: Exclusion, today: date, build: str) -> bool:
        expired = exclusion.expires is not None and exclusion.expires < today
        return expired or exclusion.build not in ("", build)


def read(source: Path | None, codes: frozenset[str]) -> Config:
    """The settings of the project in a folder; empty where there are none. `codes` are those that can be excluded."""
    config = Config((source or Path()) / "pyproject.toml")
    if source is None or not config.path.is_file():
        return config
    try:
        text = config.path.read_bytes().decode("utf-8")
        table = tomllib.loads(text).get("tool", {}).get("linkcheck", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        line = re.search(r"at line (\d+)", str(error))
        message = f"this file can't be read as TOML: {error}".rstrip(".")
        config.wrong.append((int(line[1]) if line else 1, message, "correct it there."))
        return config
    _Reader(config, text, codes).read(table)
    return config


class _Reader:
    def __init__(self, config: Config, text: str, codes: frozenset[str]) -> None:
        self.config, self.text, self.codes = config, text, codes

    def read(self, table: Any) -> None:
        if not isinstance(table, dict):
            return self._blame("linkcheck", 0, "'tool.linkcheck' is not a table", "write it as [tool.linkcheck].")
        for key, value in table.items():
            if key == "strict" and isinstance(value, bool):
                self.config.strict = value
            elif key in _KEYS and isinstance(value, list):
                for number, entry in enumerate(value):
                    self._entry(key, number, entry)
            else:
                self._unknown(key, 0, key, _SETTINGS)
        return None

    def _entry(self, key: str, number: int, entry: Any) -> None:
        if not isinstance(entry, dict):
            message, hint = f"an entry of {key} is not a table", f"write it as [[tool.linkcheck.{key}]]."
            return self._blame(key, number, message, hint)
        for name, value in entry.items():
            if type(value) is not _KEYS[key].get(name):
                return self._unknown(key, number, name, {each: _TYPES[kind] for each, kind in _KEYS[key].items()})
        for name in _REQUIRED[key]:
            if not entry.get(name):
                return self._blame(key, number, f"an entry of {key} has no {name}", f"add {name} = … to it.")
        if entry.get("build", "hosted") not in ("hosted", "offline"):
            hint = "write 'hosted' or 'offline', or leave it out."
            return self._blame(key, number, f"build is '{entry['build']}'", hint)
        common = {"page": entry.get("page", "*"), "build": entry.get("build", ""), "expires": entry.get("expires")}
        line = self._line(key, number)
        if key == "script_ids":
            name = f"the script-made id '{entry['id']}'"
            self.config.exclusions.append(Exclusion(line, ("L02", "L07"), name, fragment=entry["id"], **common))
        elif (code := entry["code"]) not in self.codes:
            near = did_you_mean(code, self.codes, 0.3)
            hint = f"did you mean '{near}'?" if near else "`--codes` lists them."
            self._blame(key, number, f"there is no code '{code}'", hint)
        elif "page" not in entry and "reference" not in entry:
            self._blame(key, number, f"all of {code} is excluded", "add a page or reference.")
        else:
            what = " on ".join(f"'{entry[name]}'" for name in ("reference", "page") if name in entry)
            name, reference = f"the exclusion of {code} for {what}", entry.get("reference", "*")
            self.config.exclusions.append(Exclusion(line, (code,), name, reference, **common))
        return None

    def _unknown(self, key: str, number: int, name: str, known: dict[str, str]) -> None:
        if name in known:
            return self._blame(key, number, f"the value of '{name}' has the wrong type", f"write {known[name]}.")
        near = did_you_mean(name, known)
        hint = f"did you mean '{near}'?" if near else f"there are: {', '.join(known)}."
        return self._blame(key, number, f"there is no setting '{name}'", hint)

    def _blame(self, key: str, number: int, message: str, hint: str) -> None:
        self.config.wrong.append((self._line(key, number), message, hint))

    def _line(self, key: str, number: int) -> int:
        """The line where an entry starts; tomllib keeps none."""
        name = re.escape(key)
        heads = list(re.finditer(rf"(?m)^[ \t]*\[\[[ \t]*tool\.linkcheck\.{name}[ \t]*\]\]", self.text))
        if number < len(heads):
            return self.text.count("\n", 0, heads[number].start()) + 1
        table = re.search(r"(?m)^[ \t]*\[[ \t]*tool\.linkcheck", self.text)
        found = re.compile(rf"(?m)^[ \t]*{name}[ \t]*=").search(self.text, table.start() if table else 0) or table
        return self.text.count("\n", 0, found.start()) + 1 if found else 1
