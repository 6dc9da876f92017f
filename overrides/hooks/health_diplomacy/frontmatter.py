"""What each kind of page must say about itself, and the words for what is missing.

Bad:  `tilte: COVID-19 response`   Good:  `title: COVID-19 response`
"""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, create_model

from .documents import Document
from .problems import Problem, did_you_mean

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\n]*$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Day = Annotated[datetime.date, Field(strict=True)]
Address = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$")]

Question = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"\?$")]
# What a text must look like, by its pattern, in words.
PATTERN_WORDS = {
    r"^[^\n]*$": "write it on one line",
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "write an id: lower-case letters, digits and single hyphens, such as defense-health-diplomacy",
    r"\?$": "end it with a question mark",
    r"^https?://[^\s]+$": "write the whole address, beginning with https://",
    r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$": "write a year, a month or a day: 2021, 2021-05 or 2021-05-26",
    r"^[a-z]{2,3}$": "write the language's code, such as en or ar",
    r"^10\.\d{4,9}/\S+$": "write the DOI alone, such as 10.1001/jama.2021.8565",
    r"^[a-z0-9]+(-[a-z0-9]+)*-\d+-\d+$": "write the paragraph's id and the sentence's number in it, such as defense-5-1",
}


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Next(Strict):
    """Where to read on, and why: no page is a dead end."""

    page: Line
    why: Line


class Relation(Strict):
    """A tie to another topic. The reason must read well from both ends: the build shows it on both."""

    topic: Name
    reason: Annotated[Line, StringConstraints(min_length=40)]
    see: list[Name] = []


class Page(Strict):
    """Any page of the site."""

    title: Line
    description: Annotated[Line, StringConstraints(min_length=40, max_length=200)]
    published: Day
    changed: Day | None = None
    reviewed: Day | None = None
    review_by: Day | None = None
    next: Next
    short_title: Line | None = None
    template: Literal["about.html", "evidence.html"] | None = None
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
    question: Question
    answer: Line
    number: Annotated[int, Field(ge=1)]
    related: list[Relation] = []


ONLY: dict[str, type[Page]] = {
    uri: create_model("Only", __base__=Page, template=(Literal[template], ...))  # type: ignore[valid-type]
    for uri, template in {
        "index.md": "home.html",
        "search.md": "search.html",
        "essays/index.md": "index-essays.html",
        "topics/index.md": "index-topics.html",
    }.items()
}
"""The pages that have a template to themselves."""


def model_for(uri: str) -> type[Page]:
    """The kind of page that a file is, by its name or its folder."""
    return ONLY.get(uri) or {"essays": Essay, "topics": Topic}.get(uri.rpartition("/")[0], Page)


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
    name = named(where)
    line = document.meta_line(*where)
    if fault["type"] == "missing":
        return Problem(document.path, line, "F05", f"the front matter has no '{name}'", f"add a line '{where[-1]}: …'")
    if fault["type"] == "extra_forbidden":
        known = set(_keys(model, where[:-1]))
        hint = did_you_mean(str(where[-1]), known, f"remove it, or use one of: {', '.join(sorted(known))}")
        return Problem(document.path, line, "F04", f"'{name}' is not a front matter key of this page", hint)
    folder = {"essay.html": "essays", "topic.html": "topics"}.get(str(fault["input"]))
    if model is Page and where == ("template",) and folder:
        what = f"the template '{fault['input']}' is for pages in docs/{folder}/"
        return Problem(document.path, line, "F06", what, "move this page there, or remove the line")
    return Problem(
        document.path,
        line,
        "F06",
        *describe(fault, name, bool(where) and is_required(_model(model, where[:-1]), where[-1])),
    )


def named(where: tuple[str | int, ...]) -> str:
    """The name of a value by its path of keys; items of a list count from 1."""
    return ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in where)


def describe(fault: dict, name: str, required: bool = False) -> tuple[str, str]:
    """What is wrong with a value and what to write instead, from one of pydantic's findings; `required`: its line must stay."""
    rules = fault.get("ctx", {})
    if fault["input"] is None:
        return f"'{name}' is empty", "write its value" if required else "write its value, or remove the line"
    return {
        "string_too_short": (f"'{name}' is too short", f"write at least {rules.get('min_length')} characters"),
        "string_too_long": (f"'{name}' is too long", f"write at most {rules.get('max_length')} characters"),
        "no_such_day": (
            f"'{rules.get('value')}' is not a day of the calendar",
            "write a day that the month has, as year, month and day",
        ),
        "literal_error": (
            f"'{name}' is not one of the values it can have",
            f"write {rules.get('expected')}{'' if required else ', or remove the line'}",
        ),
        "string_type": (f"'{name}' is not text", "put the value in double quotes"),
        "list_type": (f"'{name}' is not a list", "write one line for each item, beginning with '- '"),
        "date_type": (f"'{name}' is not a day", "write it as year, month and day, such as 2026-11-24, without quotes"),
        "int_type": (f"'{name}' is not a whole number", "write it in digits, without quotes"),
        "model_type": (
            f"'{name}' is not made of 'key: value' lines",
            "write its keys on lines of their own under it, as on other pages",
        ),
        "string_pattern_mismatch": (
            f"'{name}' is not written as it must be",
            PATTERN_WORDS.get(rules.get("pattern"), ""),
        ),
    }.get(fault["type"], (f"'{name}' is not as it should be", f"mend it: {fault['msg'][0].lower()}{fault['msg'][1:]}"))


def is_required(model: type[BaseModel], key: str | int) -> bool:
    """Whether a key must stand in what the model describes."""
    known = model.model_fields.get(str(key))
    return known is not None and known.is_required()


def _model(model: type[BaseModel], where: tuple) -> type[BaseModel]:
    """What describes a place in the front matter."""
    nested = {"related": Relation, "next": Next}
    for part in where:
        model = nested.get(str(part), model)
    return model


def _keys(model: type[BaseModel], where: tuple) -> list[str]:
    """The keys known at a place in the front matter."""
    return list(_model(model, where).model_fields)
