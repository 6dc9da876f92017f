"""The forms in which findings are printed: lines for people, JSON, annotations for GitHub.

JSON is one list of objects with the keys `path` and `line` (what to mend),
`code`, `level` ("error": a dead link; "warning": it works, but poorly;
"notice": a known dead link, or one that could not be told), `message`, `hint`,
`page` (the built file, from the site folder; "" for a line of the baseline),
`reference` (as it stands there), `document` (the address that was asked),
`archived` (the address of a copy, or "") and `since` (the day from the
baseline, or "").
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """One line of the report."""

    path: str
    line: int
    code: str
    level: str
    message: str
    hint: str
    page: str
    reference: str
    document: str
    archived: str = ""
    since: str = ""


def text(findings: Iterable[Finding]) -> str:
    """`path:line: CODE what is wrong. Hint: one action.`"""
    return "".join(f"{each.path}:{each.line}: {each.code} {each.message} Hint: {each.hint}\n" for each in findings)


def as_json(findings: Iterable[Finding]) -> str:
    """The documented list of objects."""
    return json.dumps([asdict(each) for each in findings], ensure_ascii=False, indent=2) + "\n"


def github(findings: Iterable[Finding]) -> str:
    """Workflow commands that GitHub shows beside the lines of a pull request."""
    return "".join(
        f"::{each.level} file={_property(each.path)},line={each.line},title={_property(each.code)}"
        f"::{_data(f'{each.message} Hint: {each.hint}')}\n"
        for each in findings
    )


def _data(value: str) -> str:
    """Escape as GitHub's toolkit does for the data of a workflow command."""
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


FORMATS = {"text": text, "json": as_json, "github": github}
