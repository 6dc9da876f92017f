"""The dead links that are known, so that a change fails only for new ones.

The file is an object: the address of a document (normalized, without fragment)
-> the day it was first seen dead (ISO 8601). It belongs in the repository.
"""

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from . import files


class Baseline:
    """What was dead before."""

    def __init__(self, path: Path | None, must_exist: bool = True) -> None:
        self.path = path
        self.known: dict[str, str] = {}
        self._text = ""
        if path is None:
            return
        data, self._text = files.read(path, "baseline")
        if must_exist and not self._text:
            raise files.BadFile(f"{path}: there is no such baseline. Hint: make it with --update-baseline")
        for url, day in data.items():
            try:
                date.fromisoformat(day)
            except (TypeError, ValueError):
                raise files.BadFile(
                    f"{path}:{self.line(url)}: '{url}' has no date. "
                    "Hint: write the day it was first seen dead, as 2026-01-31"
                ) from None
        self.known = data

    def line(self, url: str) -> int:
        """The line of an entry."""
        start = self._text.find(json.dumps(url, ensure_ascii=False))
        return self._text.count("\n", 0, max(start, 0)) + 1

    def update(self, dead: Iterable[str], untold: Iterable[str], today: date) -> None:
        """Write what is dead now; what could not be told stays if it was there."""
        kept = {url: self.known[url] for url in untold if url in self.known}
        kept |= {url: self.known.get(url, today.isoformat()) for url in dead}
        if self.path is not None:
            files.write(self.path, dict(sorted(kept.items())))
        self.known = kept
