"""What a project says of its own faults: `[tool.linkcheck]` in its pyproject.toml.

    [tool.linkcheck]
    strict = true                     # warnings are errors

    [[tool.linkcheck.exclude]]        # a fault that is known, and left for now
    code = "L01"
    reference = "old/*.html"          # as it stands in the built page; * stands for anything
    page = "topics/*"                 # the built page; one of the two must be given
    build = "hosted"                  # or "offline"; without it, both
    reason = "The old pages come back with the archive."
    expires = 2027-01-31

    [[tool.linkcheck.script_ids]]     # an id that only a script makes
    id = "comment-*"
    reason = "The list of comments gives each its number."

What is excluded must be there: an exclusion that is expired or no longer
needed is an error itself, so that none outlives its reason.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from .model import Problem

_BY_ID = ("L02", "L07")
_EXCLUDE = {"code": str, "reference": str, "page": str, "build": str, "reason": str, "expires": date}
_SCRIPT_IDS = {"id": str, "page": str, "build": str, "reason": str, "expires": date}
_KINDS = {str: "text in quotes", date: "a date such as 2027-01-31", bool: "true or false"}


@dataclass
class Exclusion:
    """One entry, and whether it was needed."""

    line: int
    codes: tuple[str, ...]
    name: str  # as it is told
    reference: str = "*"
    fragment: str = "*"
    page: str = "*"
    build: str = ""
    expires: date | None = None
    used: bool = False

    def covers(self, problem: Problem) -> bool:
        """Whether a problem is one of those that are excluded."""
        return (
            problem.code in self.codes
            and fnmatchcase(problem.page, self.page)
            and any(fnmatchcase(each, self.reference) for each in (problem.reference, problem.target))
            and fnmatchcase(_fragment(problem), self.fragment)
        )


@dataclass
class Settings:
    """What stands in `[tool.linkcheck]`; `wrong` holds line, message and hint of what can't be used."""

    path: Path
    strict: bool = False
    exclusions: list[Exclusion] = field(default_factory=list)
    wrong: list[tuple[int, str, str]] = field(default_factory=list)

    def left(self, problems: Iterator[Problem], today: date, build: str) -> Iterator[Problem]:
        """The problems that are not excluded; marks the exclusions that were needed."""
        open_ = [
            each
            for each in self.exclusions
            if (not each.expires or each.expires >= today) and each.build in ("", build)
        ]
        for problem in problems:
            covering = [each for each in open_ if each.covers(problem)]
            for each in covering:
                each.used = True
            if not covering:
                yield problem


def read(source: Path | None, codes: frozenset[str] | set[str]) -> Settings:
    """The settings of the project in a folder; empty where there are none. `codes` are those that can be excluded."""
    settings = Settings((source or Path()) / "pyproject.toml")
    if source is None or not settings.path.is_file():
        return settings
    try:
        text = settings.path.read_bytes().decode("utf-8")
        table = tomllib.loads(text).get("tool", {}).get("linkcheck", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        line = re.search(r"at line (\d+)", str(error))
        settings.wrong.append(
            (int(line[1]) if line else 1, f"this file can't be read as TOML: {error}".rstrip("."), "mend it there.")
        )
        return settings
    reader = _Reader(settings, text, codes)
    if isinstance(table, dict):
        reader.read(table)
    else:
        reader.blame("linkcheck", 0, "'tool.linkcheck' is not a table", "write it as [tool.linkcheck].")
    return settings


class _Reader:
    def __init__(self, settings: Settings, text: str, codes: frozenset[str] | set[str]) -> None:
        self.settings, self.text, self.codes = settings, text, codes

    def read(self, table: dict[str, Any]) -> None:
        for key, value in table.items():
            if key == "strict" and isinstance(value, bool):
                self.settings.strict = value
            elif key in ("exclude", "script_ids") and isinstance(value, list):
                for number, entry in enumerate(value):
                    self._entry(key, number, entry)
            else:
                known = {"strict": _KINDS[bool], "exclude": "a list of tables", "script_ids": "a list of tables"}
                self._unknown(key, 0, key, known)

    def _entry(self, key: str, number: int, entry: Any) -> None:
        kinds = _EXCLUDE if key == "exclude" else _SCRIPT_IDS
        if not isinstance(entry, dict):
            return self.blame(
                key, number, f"an entry of {key} is not a table", f"write it as [[tool.linkcheck.{key}]]."
            )
        for name, value in entry.items():
            if type(value) is not kinds.get(name):
                return self._unknown(key, number, name, {each: _KINDS[kind] for each, kind in kinds.items()})
        needed = ("code", "reason", "expires") if key == "exclude" else ("id", "reason")
        for name in needed:
            if not entry.get(name):
                return self.blame(key, number, f"an entry of {key} has no {name}", f"add {name} = … to it.")
        if entry.get("build", "hosted") not in ("hosted", "offline"):
            return self.blame(
                key, number, f"build is '{entry['build']}'", "write 'hosted' or 'offline', or leave it out."
            )
        line = self.line(key, number)
        common = {"page": entry.get("page", "*"), "build": entry.get("build", ""), "expires": entry.get("expires")}
        if key == "script_ids":
            self.settings.exclusions.append(
                Exclusion(line, _BY_ID, f"the script-made id '{entry['id']}'", fragment=entry["id"], **common)
            )
            return None
        if entry["code"] not in self.codes:
            near = get_close_matches(entry["code"], sorted(self.codes), 1, 0.3)
            return self.blame(
                key,
                number,
                f"there is no code '{entry['code']}'",
                f"did you mean '{near[0]}'?" if near else "python -m tests.linkcheck --codes lists them.",
            )
        if "page" not in entry and "reference" not in entry:
            return self.blame(key, number, f"all of {entry['code']} is excluded", "say of which page or reference.")
        told = " on ".join(f"'{entry[name]}'" for name in ("reference", "page") if name in entry)
        self.settings.exclusions.append(
            Exclusion(
                line,
                (entry["code"],),
                f"the exclusion of {entry['code']} for {told}",
                reference=entry.get("reference", "*"),
                **common,
            )
        )
        return None

    def _unknown(self, key: str, number: int, name: str, known: dict[str, str]) -> None:
        if name in known:
            return self.blame(key, number, f"the value of '{name}' is of the wrong kind", f"write {known[name]}.")
        near = get_close_matches(name, known, 1)
        return self.blame(
            key,
            number,
            f"there is no setting '{name}'",
            f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(known)}.",
        )

    def blame(self, key: str, number: int, message: str, hint: str) -> None:
        self.settings.wrong.append((self.line(key, number), message, hint))

    def line(self, key: str, number: int) -> int:
        """The line where an entry begins; tomllib keeps none."""
        name = re.escape(key)
        heads = list(re.finditer(rf"(?m)^[ \t]*\[\[[ \t]*tool\.linkcheck\.{name}[ \t]*\]\]", self.text))
        if number < len(heads):
            found = heads[number]
        else:
            table = re.search(r"(?m)^[ \t]*\[[ \t]*tool\.linkcheck", self.text)
            found = re.compile(rf"(?m)^[ \t]*{name}[ \t]*=").search(self.text, table.start() if table else 0) or table
        return self.text.count("\n", 0, found.start()) + 1 if found else 1


def _fragment(problem: Problem) -> str:
    return problem.reference.partition("#")[2] if "#" in problem.reference else problem.reference
