"""What was fine lately, so that it is not asked again soon.

Only good answers are believed: what is dead may be mended today. The file is
an object: "form": 1, and "checked": address -> the day (ISO 8601), the
fragments that were found, where it has moved, and whether it led to the home page.
"""

from datetime import date
from pathlib import Path
from typing import Any

from . import files
from .model import Kind, Outcome

_FORM = 1


class Cache:
    """The answers of earlier runs and of this one."""

    def __init__(self, path: Path | None, fresh: int, today: date) -> None:
        """`fresh`: days for which an answer is believed, 0 for not at all."""
        self._path, self._fresh, self._today = path, fresh, today
        self._old: dict[str, Any] = {}
        self._new: dict[str, Any] = {}
        if path is None:
            return
        data, text = files.read(path, "cache")
        if text and (data.get("form") != _FORM or not isinstance(data.get("checked"), dict)):
            raise files.BadFile(f"{path}:1: this is not a cache of this command. Hint: name another file")
        self._old = data.get("checked", {})

    def known(self, document: str, fragments: frozenset[str]) -> Outcome | None:
        """The good answer for a document with these fragments, if there is a fresh one."""
        entry = self._old.get(document)
        try:
            age = (self._today - date.fromisoformat(entry["day"])).days
            if not 0 <= age < self._fresh or not fragments <= frozenset(entry["fragments"]):
                return None
            outcome = Outcome(
                Kind.FINE,
                document,
                moved=str(entry["moved"]),
                home=entry["home"] is True,
                own_fragment=entry["own_fragment"] is True,
            )
        except (TypeError, KeyError, ValueError):
            return None
        self._new[document] = entry
        return outcome

    def keep(self, document: str, fragments: frozenset[str], outcome: Outcome) -> None:
        """Remember a good answer."""
        self._new[document] = {
            "day": self._today.isoformat(),
            "fragments": sorted(fragments),
            "moved": outcome.moved,
            "home": outcome.home,
            "own_fragment": outcome.own_fragment,
        }

    def save(self) -> None:
        """Write what is known of the links that the site still has."""
        if self._path is not None:
            files.write(self._path, {"form": _FORM, "checked": dict(sorted(self._new.items()))})
