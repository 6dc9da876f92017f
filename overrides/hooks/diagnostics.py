"""Diagnostics: what is wrong, where, and what to do, in the forms in which the commands print it."""

import difflib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True, slots=True)
class Diagnostic:
    """One line of a report. They sort by path, line and code."""

    path: str
    line: int  # from 1
    code: str
    message: str  # one sentence
    hint: str  # one action
    page: str = ""  # the built page that shows it, from the site folder
    reference: str = ""  # as written in the built page
    severity: str = "error"  # or "warning"


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """The text with control characters escaped, so that a file name can't forge a line of a report."""
    return _CONTROL.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def as_text(diagnostics: Iterable[Diagnostic]) -> str:
    """`path:line: CODE what is wrong. Hint: one action.`"""
    return "".join(
        printable(f"{each.path}:{each.line}: {each.code} {each.message} Hint: {each.hint}") + "\n"
        for each in diagnostics
    )


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """A list of objects. Keys may be added; none is renamed or removed."""
    objects = [
        {
            "path": each.path,
            "line": each.line,
            "code": each.code,
            "message": each.message,
            "hint": each.hint,
            "page": each.page,
            "reference": each.reference,
            "level": each.severity,
        }
        for each in diagnostics
    ]
    return json.dumps(objects, ensure_ascii=False, indent=2) + "\n"


def as_github(diagnostics: Iterable[Diagnostic]) -> str:
    """Workflow commands, which GitHub shows as annotations beside the lines of a pull request."""
    return "".join(
        f"::{each.severity} file={_property(each.path)},line={each.line},title={_property(each.code)}"
        f"::{_data(f'{each.message} Hint: {each.hint}')}\n"
        for each in diagnostics
    )


def _data(value: str) -> str:
    """Escape the data of a workflow command as GitHub's toolkit does."""
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


FORMATS: dict[str, Callable[[Iterable[Diagnostic]], str]] = {"text": as_text, "json": as_json, "github": as_github}


def did_you_mean(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """The known word that is most like this one, or ""."""
    return next(iter(difflib.get_close_matches(word, sorted(known), 1, cutoff)), "")
