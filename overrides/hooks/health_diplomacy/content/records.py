"""Validates YAML lists of records (claims, sources, terms, images) against their models, with messages for editors."""

from collections.abc import Mapping
from typing import Any, TypeVar

from diagnostics import Diagnostic
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from health_diplomacy.content.documents import Document
from health_diplomacy.content.field_types import WHOLE_ADDRESS

Record = TypeVar("Record", bound=BaseModel)

PATTERN_HINTS = {
    r"^[^\n]*$": "write it on one line",
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "write an id: lower-case letters, digits and single hyphens, such as defense-health-diplomacy",
    r"\?$": "end it with a question mark",
    WHOLE_ADDRESS: "write the whole address, beginning with https://, without a user name",
    r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$": "write a year, a month or a day: 2021, 2021-05 or 2021-05-26",
    r"^[a-d]$": "write a, b, c or d",
    r"^[a-z]{2,3}$": "write the language's code, such as en or ar",
    r"^10\.\d{4,9}/\S+$": "write the DOI alone, such as 10.1001/jama.2021.8565",
    r"^[a-z0-9]+(-[a-z0-9]+)*-\d+-\d+$": "write the paragraph's id and the sentence's number in it, such as defense-5-1",
}


def read_records(
    model: type[Record],
    data: Any,
    document: Document,
    name: str,
    codes: tuple[str, str],
    nested: Mapping[str, tuple[str, type[BaseModel]]] | None = None,
    key: str = "id",
) -> tuple[list[Record], list[Diagnostic]]:
    """The records of a list in order, and their problems.

    `name` is the term for one record, `codes` are for an invalid record and a duplicate `key`, and `nested` has the
    name and model of nested records by the key of their list. If any record is invalid, none is returned, because
    references to it would be reported as broken.
    """
    try:
        records = TypeAdapter(list[model]).validate_python(data or [])  # type: ignore[valid-type]
    except ValidationError as error:
        return [], [_explain(fault, document, name, model, codes[0], nested or {}) for fault in error.errors()]
    keys = [str(getattr(record, key)) for record in records]
    first: dict[str, int] = {}
    hint = "keep one of the two"
    return records, [
        Diagnostic(
            document.path, document.meta_line(index, key), codes[1], f"the {name} '{each}' is listed twice", hint
        )
        for index, each in enumerate(keys)
        if first.setdefault(each, index) != index
    ]


def _explain(
    fault: ErrorDetails,
    document: Document,
    name: str,
    model: type[BaseModel],
    code: str,
    nested: Mapping[str, tuple[str, type[BaseModel]]],
) -> Diagnostic:
    location = fault["loc"]
    path, line = document.path, document.meta_line(*location)
    if not location:
        what, hint = f"this file is not a list of {name}s", f"begin each {name} with '- ', as in the last version"
        return Diagnostic(path, 1, code, what, hint)
    key = next((str(part) for part in reversed(location) if isinstance(part, str)), f"this {name}")
    owner, kind = next((nested[str(part)] for part in location[:-1] if part in nested), (name, model))
    if fault["type"] == "missing":
        return Diagnostic(path, line, code, f"this {owner} has no '{key}'", f"add a line '{key}: …'")
    if fault["type"] == "extra_forbidden":
        hint = f"use one of: {', '.join(kind.model_fields)}"
        return Diagnostic(path, line, code, f"'{key}' is not a key of a {owner}", hint)
    return Diagnostic(path, line, code, *describe(fault, key, is_required(kind, location[-1])))


def describe(fault: ErrorDetails, name: str, required: bool = False) -> tuple[str, str]:
    """The message and hint for an invalid value. The line of a `required` one can't be removed."""
    context, kind = fault.get("ctx", {}), fault["type"]
    if kind in ("too_short", "too_long") and isinstance(fault["input"], str):
        kind = f"string_{kind}"
    if fault["input"] is None:
        return f"'{name}' is empty", "write its value" if required else "write its value, or remove the line"
    return {
        "string_too_short": (f"'{name}' is too short", f"write at least {context.get('min_length')} characters"),
        "string_too_long": (f"'{name}' is too long", f"write at most {context.get('max_length')} characters"),
        "too_short": (f"'{name}' has no entries", f"write at least {context.get('min_length')}"),
        "too_long": (f"'{name}' has too many entries", f"write at most {context.get('max_length')}"),
        "no_such_day": (
            f"'{context.get('value')}' is not a valid date",
            "write a date that exists, as year-month-day",
        ),
        "markup": (
            f"'{context.get('value')}' in '{name}' is shown literally",
            "write plain text, without Markdown and HTML",
        ),
        "repeated": (f"'{context.get('value')}' is listed twice", "keep one of the two"),
        "literal_error": (
            f"'{name}' has an unknown value",
            f"write {context.get('expected')}{'' if required else ', or remove the line'}",
        ),
        "string_type": (f"'{name}' is not text", "put the value in double quotes"),
        "list_type": (f"'{name}' is not a list", "write one line for each item, beginning with '- '"),
        "date_type": (f"'{name}' is not a date", "write it as year-month-day, such as 2026-11-24, without quotes"),
        "int_type": (f"'{name}' is not a whole number", "write it in digits, without quotes"),
        "model_type": (
            f"'{name}' is not made of 'key: value' lines",
            "write its keys on lines of their own under it, as on other pages",
        ),
        "string_pattern_mismatch": (
            f"'{name}' has the wrong format",
            PATTERN_HINTS.get(context.get("pattern", ""), ""),
        ),
    }.get(kind, (f"'{name}' is invalid", f"correct it: {fault['msg'][0].lower()}{fault['msg'][1:]}"))


def is_required(model: type[BaseModel], key: str | int) -> bool:
    """Whether a key must be present."""
    field = model.model_fields.get(str(key))
    return field is not None and field.is_required()
