"""Problems found in the sources: their location, message and hint, and how they are printed."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from health_diplomacy.codes import ADVICE, STYLE

COMMAND = ".venv/bin/python overrides/hooks"
"""The command as README gives it, so that printed commands can be copied."""

UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u2028-\u202e\u2060-\u2064\u2066-\u206f\ud800-\uf8ff\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
    + "]"
)
"""Controls, surrogates, private use, noncharacters and direction overrides (Unicode 16, chapter 23). XML 1.0 forbids many."""

COMPARABLE = 100
"""Longest word, and a tenth of the most words, compared for a suggestion: difflib takes more than linear time."""


@dataclass(frozen=True, order=True)
class Problem:
    """A problem that a contributor can fix.

    `path` is relative to the repository, `line` counts from 1; `message` and `hint` have no final period.
    """

    path: str
    line: int
    code: str
    message: str
    hint: str

    @property
    def is_advice(self) -> bool:
        """Whether this only recommends something and never fails the check."""
        return self.code in ADVICE

    @property
    def stops_a_build(self) -> bool:
        """Whether this fails a build. Style and spelling fail only the check."""
        return self.code not in ADVICE | STYLE

    def __str__(self) -> str:
        end = "" if self.hint.endswith("?") else "."
        return printable(f"{self.path}:{self.line}: {self.code} {self.message}. Hint: {self.hint}{end}")


def printable(text: str) -> str:
    """The text on one line, with characters escaped that a terminal or GitHub's log could take for a command."""
    return re.sub(rf"\n|{UNSEEN.pattern}", lambda match: ascii(match[0])[1:-1], text)


def report(problems: Iterable[Problem]) -> str:
    """All problems as text, sorted and without duplicates."""
    return "\n".join(str(problem) for problem in sorted(set(problems)))


def annotations(problems: Iterable[Problem]) -> str:
    """All problems as workflow commands, escaped as GitHub's toolkit does; GitHub shows them on a pull request's lines."""
    lines = []
    for each in sorted(set(problems)):
        level, end = "notice" if each.is_advice else "error", "" if each.hint.endswith("?") else "."
        text = _escaped(f"{each.message}. Hint: {each.hint}{end}")
        path = _escaped(each.path).replace(":", "%3A").replace(",", "%2C")
        lines.append(f"::{level} file={path},line={each.line},title={each.code}::{text}")
    return "\n".join(lines)


def _escaped(value: str) -> str:
    return printable(value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most similar to this one, or None."""
    words = sorted(known) if len(word) <= COMPARABLE else []
    return next(iter(difflib.get_close_matches(word, words if len(words) <= 10 * COMPARABLE else [], 1, 0.5)), None)


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """A hint that names the nearest known word, or `otherwise` if there is none."""
    near = nearest(word, known)
    return f"did you mean '{near}'?" if near else otherwise
