"""What is wrong, where, and what to do: the one form in which every check answers."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from health_diplomacy.codes import ADVICE, STYLE

COMMAND = ".venv/bin/python overrides/hooks"
"""How README has contributors call the commands, so that what is printed can be copied."""

UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u2028-\u202e\u2060-\u2064\u2066-\u206f\ud800-\uf8ff\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
    + "]"
)
"""Characters that are not to be seen, have no meaning of their own, or turn the text around them: controls, surrogates,
private use, non-characters, and overrides of direction (Unicode 16, chapter 23). XML 1.0 forbids many of them."""

COMPARABLE = 100
"""The most characters of a word, and a tenth of the most words, that are compared to find what was meant."""


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

    @property
    def is_advice(self) -> bool:
        """Whether this is worth a look, but no reason to stop."""
        return self.code in ADVICE

    @property
    def stops_a_build(self) -> bool:
        """Whether the site must not be built like this: style and spelling are for the check to refuse."""
        return self.code not in ADVICE | STYLE

    def __str__(self) -> str:
        end = "" if self.hint.endswith("?") else "."
        return printable(f"{self.path}:{self.line}: {self.code} {self.message}. Hint: {self.hint}{end}")


def printable(text: str) -> str:
    """A text on one line, without what a terminal or GitHub's log would take for a command."""
    return re.sub(rf"\n|{UNSEEN.pattern}", lambda found: ascii(found[0])[1:-1], text)


def report(problems: Iterable[Problem]) -> str:
    """All problems, once each, sorted by place: the same text on every run."""
    return "\n".join(str(problem) for problem in sorted(set(problems)))


def annotations(problems: Iterable[Problem]) -> str:
    """All problems as workflow commands, which GitHub shows beside the lines of a pull request.

    The signs that end a command's value are escaped as GitHub's toolkit for actions does it.
    """
    lines = []
    for each in sorted(set(problems)):
        level, end = "notice" if each.is_advice else "error", "" if each.hint.endswith("?") else "."
        words = _escaped(f"{each.message}. Hint: {each.hint}{end}")
        path = _escaped(each.path).replace(":", "%3A").replace(",", "%2C")
        lines.append(f"::{level} file={path},line={each.line},title={each.code}::{words}")
    return "\n".join(lines)


def _escaped(value: str) -> str:
    return printable(value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that a mistyped one most likely meant, or None."""
    words = sorted(known) if len(word) <= COMPARABLE else []
    found = difflib.get_close_matches(word, words if len(words) <= 10 * COMPARABLE else [], n=1, cutoff=0.5)
    return found[0] if found else None


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """A hint that names the nearest known word, or says what else to do."""
    near = nearest(word, known)
    return f"did you mean '{near}'?" if near else otherwise
