"""Lists of entries in YAML (terms, claims, sources), read against a model, with words for what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from .documents import Lines
from .frontmatter import describe, is_required
from .problems import Problem

Entry = TypeVar("Entry", bound=BaseModel)


def read_entries(
    model: type[Entry],
    data: Any,
    lines: Lines,
    path: str,
    name: str,
    codes: tuple[str, str],
    nested: Mapping[str, tuple[str, type[BaseModel]]] | None = None,
    key: str = "id",
) -> tuple[list[Entry], list[Problem]]:
    """The entries of a list in their order, and every fault in them.

    `name` is what one entry is called, `codes` the codes for an entry that is not as its model asks and for an
    id that stands twice; `nested` names the kind of entry that stands in a list of that key, and `key` is the one
    that tells entries apart.
    Where one entry cannot be read, none is given: what refers to it would be blamed without cause.
    """
    try:
        entries = TypeAdapter(list[model]).validate_python(data or [])  # type: ignore[valid-type]
    except ValidationError as error:
        return [], [_explain(fault, lines, path, name, model, codes[0], nested or {}) for fault in error.errors()]
    ids = [str(getattr(entry, key)) for entry in entries]
    twice = [index for index, each in enumerate(ids) if each in ids[:index]]
    return entries, [
        Problem(path, lines[(index, key)], codes[1], f"the {name} '{ids[index]}' stands twice", "keep one of the two")
        for index in twice
    ]


def _explain(
    fault: Any,
    lines: Lines,
    path: str,
    name: str,
    model: type[BaseModel],
    code: str,
    nested: Mapping[str, tuple[str, type[BaseModel]]],
) -> Problem:
    where = tuple(fault["loc"])
    if not where:
        return Problem(
            path, 1, code, f"this file is no list of {name}s", f"begin each {name} with '- ', as in the last version"
        )
    line = next((lines[where[:size]] for size in range(len(where), 0, -1) if where[:size] in lines), 1)
    key = next((str(part) for part in reversed(where) if isinstance(part, str)), f"this {name}")
    owner, kind = next((nested[str(part)] for part in where[:-1] if part in nested), (name, model))
    if fault["type"] == "missing":
        return Problem(path, line, code, f"this {owner} has no '{key}'", f"add a line '{key}: …'")
    if fault["type"] == "extra_forbidden":
        return Problem(
            path, line, code, f"'{key}' is not a key of a {owner}", f"use one of: {', '.join(kind.model_fields)}"
        )
    return Problem(path, line, code, *describe(fault, key, is_required(kind, where[-1])))
