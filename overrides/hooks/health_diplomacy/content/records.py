"""Validates YAML lists of records (claims, sources, terms, images) against their models, with messages for editors."""

from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any, TypeVar

import yaml
from diagnostics import Diagnostic, nearest
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from health_diplomacy.content.documents import Document
from health_diplomacy.content.field_types import Record, Strict

AnyRecord = TypeVar("AnyRecord", bound=Record)
KEY = 0.7
"""How similar a key must be to a known one to be taken for it."""
TEXTS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("invalid_values.yml").read_text(encoding="utf-8"))


def read_records(model: type[AnyRecord], data: Any, document: Document) -> tuple[list[AnyRecord], list[Diagnostic]]:
    """The records of a list in order, and their problems.

    If any record is invalid, none is returned, because references to it would be reported as broken.
    """
    try:
        records = TypeAdapter(list[model]).validate_python(data or [])  # type: ignore[valid-type]
    except ValidationError as invalid:
        errors = without_misspelled_keys(invalid.errors(), data, model)
        return [], [explain(error, data, document, model, model.invalid_code) for error in errors]
    problems, known = [], set[str]()
    for index, record in enumerate(records):
        key = str(getattr(record, model.key))
        if key in known:
            line, what = document.meta_line(index, model.key), f"the {model.noun} '{key}' is listed twice"
            problems.append(Diagnostic(document.path, line, model.duplicate_code, what, "keep one of the two"))
        known.add(key)
    return records, problems


def without_misspelled_keys(errors: list[ErrorDetails], data: Any, model: type[Strict]) -> list[ErrorDetails]:
    """pydantic's errors, without those for keys that are missing because they are misspelled."""
    unknown = [error["loc"] for error in errors if error["type"] == "extra_forbidden"]
    meant = {
        (*location[:-1], nearest(str(location[-1]), _free_keys(location, data, model), KEY)) for location in unknown
    }
    return [error for error in errors if error["type"] != "missing" or error["loc"] not in meant]


def explain(error: ErrorDetails, data: Any, document: Document, model: type[Strict], code: str) -> Diagnostic:
    """The diagnostic for one of pydantic's errors in `data`, which does not match `model`."""
    location, kind = error["loc"], error["type"]
    path, line = document.path, document.meta_line(*location)
    if not location:
        hint = f"begin each {model.noun} with '- ', as in the last version"
        return Diagnostic(path, 1, code, f"this file is not a list of {model.noun}s", hint)
    key = next((str(part) for part in reversed(location) if isinstance(part, str)), f"this {model.noun}")
    owner = _owner(location, model)
    if kind == "missing":
        return Diagnostic(path, line, code, f"this {owner.noun} has no '{key}'", f"add a line '{key}: …'")
    if kind == "extra_forbidden":
        free = _free_keys(location, data, model)
        near = nearest(key, free, KEY)
        hint = f"remove it, or use one of: {', '.join(sorted(free))}" if free else "remove it"
        hint = f"did you mean '{near}'?" if near else hint
        return Diagnostic(path, line, code, f"'{key}' is not a key of this {owner.noun}", hint)
    field = owner.model_fields.get(str(location[-1]))
    return Diagnostic(path, line, code, *_describe(error, key, field is not None and field.is_required()))


def _owner(location: tuple[int | str, ...], model: type[Strict]) -> type[Strict]:
    """The model of the value that has a key."""
    return next((model.nested[str(part)] for part in location[:-1] if part in model.nested), model)


def _free_keys(location: tuple[int | str, ...], data: Any, model: type[Strict]) -> set[str]:
    """The known keys that are not given beside a key."""
    free: set[str] = _owner(location, model).model_fields.keys() - reduce(getitem, location[:-1], data).keys()
    return free


def _describe(error: ErrorDetails, name: str, required: bool) -> tuple[str, str]:
    """The message and hint for an invalid value. The line of a `required` one can't be removed."""
    kind, context = error["type"], dict(error.get("ctx", {}))
    if error["input"] is None:
        kind = "empty"
    elif kind in ("too_short", "too_long") and isinstance(error["input"], str):
        kind = f"string_{kind}"
    context |= {
        "name": name,
        "hint": TEXTS["patterns"].get(context.get("pattern")),
        "reason": f"{error['msg'][0].lower()}{error['msg'][1:]}",
    }
    what, hint = (text.format_map(context) for text in TEXTS["messages"].get(kind, TEXTS["messages"]["other"]))
    if kind in ("empty", "literal_error") and not required:
        hint += ", or remove the line"
    return what, hint
