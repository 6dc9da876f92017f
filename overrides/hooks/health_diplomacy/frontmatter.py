"""What each kind of page must say about itself, and the words for what is missing.

Bad:  `tilte: COVID-19 response`   Good:  `title: COVID-19 response`
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from .documents import Document
from .problems import Problem, did_you_mean

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\n]*$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Next(Strict):
    """Where to read on, and why: no page is a dead end."""

    page: Line
    why: Line


class Relation(Strict):
    """A tie to another topic. The reason must read well from both ends: the build shows it on both."""

    topic: Name
    reason: Line
    see: list[Name] = []


class Page(Strict):
    """Any page of the site."""

    title: Line
    description: Annotated[Line, StringConstraints(min_length=40, max_length=200)]
    next: Next
    short_title: Line | None = None
    template: Line | None = None
    terms: list[Name] = []
    hide: list[Literal["toc"]] = []


class Essay(Page):
    """A page that holds an essay, word for word."""

    template: Literal["essay.html"]
    short_title: Line
    essay: Name
    number: Annotated[int, Field(ge=1)]


class Topic(Page):
    """A page that gathers the essays' passages on one question."""

    template: Literal["topic.html"]
    question: Line
    answer: Line
    number: Annotated[int, Field(ge=1)]
    related: Annotated[list[Relation], Field(min_length=0)] = []


def model_for(uri: str) -> type[Page]:
    """The kind of page that a file is, by its folder."""
    folder, _, name = uri.rpartition("/")
    if name != "index.md":
        return {"essays": Essay, "topics": Topic}.get(folder, Page)
    return Page


def read(document: Document) -> tuple[Page | None, list[Problem]]:
    """The front matter as a checked model, or None and every fault in it."""
    model = model_for(document.uri)
    try:
        return model.model_validate(document.meta), []
    except ValidationError as error:
        return None, [_explain(document, model, fault) for fault in error.errors()]


def _explain(document: Document, model: type[Page], fault: dict) -> Problem:
    """Pydantic's finding in words for someone who edits Markdown."""
    where = tuple(fault["loc"])
    name = ".".join(str(part + 1) if isinstance(part, int) else part for part in where)
    line = document.meta_line(*where)
    kind, fault["ctx"] = fault["type"], fault.get("ctx", {})
    if kind == "missing":
        return Problem(document.path, line, "F05", f"the front matter has no '{name}'", f"add a line '{where[-1]}: …'")
    if kind == "extra_forbidden":
        known = set(_keys(model, where[:-1]))
        hint = did_you_mean(str(where[-1]), known, f"remove it, or use one of: {', '.join(sorted(known))}")
        return Problem(document.path, line, "F04", f"'{name}' is not a front matter key of this page", hint)
    what, hint = {
        "string_too_short": (f"'{name}' is too short", f"write at least {fault['ctx'].get('min_length')} characters"),
        "string_too_long": (f"'{name}' is too long", f"write at most {fault['ctx'].get('max_length')} characters"),
        "literal_error": (f"'{name}' is not one of the values it can have", f"write {fault['ctx'].get('expected')}"),
        "string_type": (f"'{name}' is not text", "put the value in double quotes"),
        "list_type": (f"'{name}' is not a list", "write one line for each item, beginning with '- '"),
        "int_type": (f"'{name}' is not a whole number", "write it in digits, without quotes"),
        "string_pattern_mismatch": (f"'{name}' is not written as it must be", "use lower-case letters, digits and single hyphens"),
    }.get(kind, (f"'{name}' is not as it should be", f"mend it: {fault['msg'][0].lower()}{fault['msg'][1:]}"))
    return Problem(document.path, line, "F06", what, hint)


def _keys(model: type[BaseModel], where: tuple) -> list[str]:
    """The keys known at a place in the front matter."""
    nested = {"related": Relation, "next": Next}
    for part in where:
        model = nested.get(str(part), model)
    return list(model.model_fields)
