"""Validates YAML lists of records (claims, sources, terms, images) against their models, with messages for editors."""

from collections.abc import Mapping
from functools import reduce
from operator import getitem
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import yaml
from diagnostics import Diagnostic, nearest
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from health_diplomacy.content.documents import Document

Record = TypeVar("Record", bound=BaseModel)
Models = Mapping[str, tuple[str, type[BaseModel]]]
"""The name and model of nested records, by the key that holds them."""

TEXTS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("invalid_values.yml").read_text(encoding="utf-8"))


def read_records(
    model: type[Record],
    data: Any,
    document: Document,
    name: str,
    codes: tuple[str, str],
    nested: Models,
    key: str = "id",
) -> tuple[list[Record], list[Diagnostic]]:
    """The records of a list in order, and their problems.

    `name` is the term for one record, `codes` are for an invalid record and a duplicate `key`. If any record is
    invalid, none is returned, because references to it would be reported as broken.
    """
    try:
        records = TypeAdapter(list[model]).validate_python(data or [])  # type: ignore[valid-type]
    except ValidationError as error:
        return [], [explain(fault, data, document, name, model, nested, codes[0]) for fault in error.errors()]
    keys = [str(getattr(record, key)) for record in records]
    first: dict[str, int] = {}
    return records, [
        Diagnostic(
            document.path,
            document.meta_line(index, key),
            codes[1],
            f"the {name} '{each}' is listed twice",
            "keep one of the two",
        )
        for index, each in enumerate(keys)
        if first.setdefault(each, index) != index
    ]


def explain(
    fault: ErrorDetails,
    data: Any,
    document: Document,
    name: str,
    model: type[BaseModel],
    nested: Models,
    code: str,
    codes: Mapping[str, str] = MappingProxyType({}),
) -> Diagnostic:
    """The diagnostic for one error of pydantic, with the parameters of `read_records`. `codes` are for some types of pydantic's errors."""
    location, kind = fault["loc"], fault["type"]
    path, line, code = document.path, document.meta_line(*location), codes.get(kind, code)
    if not location:
        what, hint = f"this file is not a list of {name}s", f"begin each {name} with '- ', as in the last version"
        return Diagnostic(path, 1, code, what, hint)
    key = next((str(part) for part in reversed(location) if isinstance(part, str)), f"this {name}")
    owner, model = next((nested[str(part)] for part in location[:-1] if part in nested), (name, model))
    if kind == "missing":
        return Diagnostic(path, line, code, f"this {owner} has no '{key}'", f"add a line '{key}: …'")
    if kind == "extra_forbidden":
        free = model.model_fields.keys() - reduce(getitem, location[:-1], data).keys()
        near = nearest(key, free, cutoff=0.7)
        hint = f"remove it, or use one of: {', '.join(sorted(free))}" if free else "remove it"
        hint = f"did you mean '{near}'?" if near else hint
        return Diagnostic(path, line, code, f"'{key}' is not a key of this {owner}", hint)
    field = model.model_fields.get(str(location[-1]))
    return Diagnostic(path, line, code, *_describe(fault, key, field is not None and field.is_required()))


def _describe(fault: ErrorDetails, name: str, required: bool) -> tuple[str, str]:
    """The message and hint for an invalid value. The line of a `required` one can't be removed."""
    kind, context = fault["type"], dict(fault.get("ctx", {}))
    if fault["input"] is None:
        kind = "empty"
    elif kind in ("too_short", "too_long") and isinstance(fault["input"], str):
        kind = f"string_{kind}"
    context |= {
        "name": name,
        "hint": TEXTS["patterns"].get(context.get("pattern")),
        "reason": f"{fault['msg'][0].lower()}{fault['msg'][1:]}",
    }
    what, hint = (text.format_map(context) for text in TEXTS["messages"].get(kind, TEXTS["messages"]["other"]))
    if kind in ("empty", "literal_error") and not required:
        hint += ", or remove the line"
    return what, hint
