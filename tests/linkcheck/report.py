"""The forms in which faults are printed: lines for people, JSON, annotations for GitHub.

JSON is one list of objects, in the order of the text, with these keys:

- `path` (string) and `line` (number, from 1): what to mend
- `code` (string): L01 and so on are faults, W01 warnings, C01 of exclusions
- `level`: "error" or "warning"; only errors make the exit status 1
- `message`, `hint` (strings): what is wrong, and one thing to do
- `page` (string): the built file, from the site folder; "" for exclusions
- `reference` (string): as it stands in the built file; "" when there is none

Keys may be added; none is renamed or removed.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict

from .model import Fault


def text(faults: Iterable[Fault]) -> str:
    """`path:line: CODE what is wrong. Hint: one action.`"""
    return "".join(f"{each.path}:{each.line}: {each.code} {each.message} Hint: {each.hint}\n" for each in faults)


def as_json(faults: Iterable[Fault]) -> str:
    """The documented list of objects."""
    return json.dumps([asdict(each) for each in faults], ensure_ascii=False, indent=2) + "\n"


def github(faults: Iterable[Fault]) -> str:
    """Workflow commands that GitHub shows beside the lines of a pull request."""
    return "".join(
        f"::{each.level} file={_property(each.path)},line={each.line},title={_property(each.code)}"
        f"::{_data(f'{each.message} Hint: {each.hint}')}\n"
        for each in faults
    )


def _data(value: str) -> str:
    """Escape as GitHub's toolkit does for the data of a workflow command."""
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


FORMATS = {"text": text, "json": as_json, "github": github}
