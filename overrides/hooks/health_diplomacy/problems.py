"""What is wrong, where, and what to do: the one form in which every check answers."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """A fault that a contributor can mend.

    `path` is shown as given (relative to the repository), `line` counts from 1,
    `message` and `hint` are sentences without their full stop.
    """

    path: str
    line: int
    code: str
    message: str
    hint: str

    def __str__(self) -> str:
        end = "" if self.hint.endswith("?") else "."
        return f"{self.path}:{self.line}: {self.code} {self.message}. Hint: {self.hint}{end}"


def report(problems: Iterable[Problem]) -> str:
    """All problems, once each, sorted by place: the same text on every run."""
    return "\n".join(str(problem) for problem in sorted(set(problems)))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that a mistyped one most likely meant, or None."""
    found = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.5)
    return found[0] if found else None


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """A hint that names the nearest known word, or says what else to do."""
    near = nearest(word, known)
    return f"did you mean '{near}'?" if near else otherwise
