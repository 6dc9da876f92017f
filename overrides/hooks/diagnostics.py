"""Diagnostics: what is wrong, where, and what to do, in the forms in which the commands print it."""

import difflib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

INVISIBLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u2028-\u202e\u2060-\u2064\u2066-\u206f\ud800-\uf8ff\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
    + "]"
)
"""Controls, surrogates, private use, noncharacters and direction overrides (Unicode 16, chapter 23)."""

MAX_WORD, MAX_WORDS = 100, 1_000
"""What is compared for a suggestion: difflib takes more than linear time."""


@dataclass(frozen=True, order=True, slots=True)
class Diagnostic:
    """One line of a report. They sort by path, line and code; the final period of `message` and `hint` is optional."""

    path: str
    line: int  # from 1
    code: str
    message: str  # one sentence
    hint: str  # one action
    page: str = ""  # the built page that shows it, from the site folder
    reference: str = ""  # as written in the built page
    severity: str = "error"  # or "warning", or "notice", which never fails a check

    @property
    def text(self) -> str:
        return f"{_sentence(self.message)} Hint: {_sentence(self.hint)}"

    def __str__(self) -> str:
        return printable(f"{self.path}:{self.line}: {self.code} {self.text}")


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?")) else f"{text}."


def printable(text: str) -> str:
    """The text on one line, without characters by which a file name could forge a report or command a terminal."""
    return re.sub(rf"[\t\n]|{INVISIBLE.pattern}", lambda match: ascii(match[0])[1:-1], text)


def as_text(diagnostics: Iterable[Diagnostic]) -> str:
    """`path:line: CODE what is wrong. Hint: one action.`"""
    return "".join(f"{diagnostic}\n" for diagnostic in sorted(set(diagnostics)))


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """A list of objects. Keys may be added; none is renamed or removed."""
    objects = [
        {"level" if name == "severity" else name: value for name, value in asdict(diagnostic).items()}
        for diagnostic in sorted(set(diagnostics))
    ]
    return json.dumps(objects, ensure_ascii=False, indent=2) + "\n"


def as_github(diagnostics: Iterable[Diagnostic]) -> str:
    """Workflow commands, which GitHub shows as annotations beside the lines of a pull request."""
    commands = []
    for diagnostic in sorted(set(diagnostics)):
        place = f"file={_property(diagnostic.path)},line={diagnostic.line},title={_property(diagnostic.code)}"
        commands.append(f"::{diagnostic.severity} {place}::{_data(diagnostic.text)}\n")
    return "".join(commands)


def _data(value: str) -> str:
    """Escape the data of a workflow command as GitHub's toolkit does."""
    return printable(value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


FORMATS: dict[str, Callable[[Iterable[Diagnostic]], str]] = {"text": as_text, "json": as_json, "github": as_github}


def nearest(word: str, known: Iterable[str], cutoff: float = 0.5) -> str:
    """The known word that is most like this one, or ""."""
    words = sorted(known) if len(word) <= MAX_WORD else []
    return next(iter(difflib.get_close_matches(word, words if len(words) <= MAX_WORDS else [], 1, cutoff)), "")


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """A hint that names the nearest known word, or `otherwise`."""
    near = nearest(word, known)
    return f"did you mean '{near}'?" if near else otherwise
