"""The front matter of each type of page.

Bad:  `tilte: COVID-19 response`   Good:  `title: COVID-19 response`
"""

from typing import Annotated, Literal

from diagnostics import Diagnostic, did_you_mean
from pydantic import BaseModel, Field, StringConstraints, ValidationError, create_model
from pydantic_core import ErrorDetails

from health_diplomacy.content.documents import Document
from health_diplomacy.content.field_types import Day, Line, Name, Names, Plain, Strict
from health_diplomacy.content.records import describe, is_required


class Next(Strict):
    """The page to read next, and why."""

    page: Line
    why: Plain


class Relation(Strict):
    """A related topic. Both pages show the reason, so it must read well from either."""

    topic: Name
    reason: Annotated[Plain, StringConstraints(min_length=40)]
    see: Names = []


class Page(Strict):
    """Any page of the site."""

    title: Plain
    description: Annotated[Plain, StringConstraints(min_length=40, max_length=200)]
    published: Day
    changed: Day | None = None
    reviewed: Day | None = None
    review_by: Day | None = None
    next: Next
    short_title: Plain | None = None
    template: Line | None = None
    terms: Names = []
    hide: list[Literal["toc"]] = []


class EssayPage(Page):
    """An essay."""

    template: Literal["essay.html"]
    short_title: Plain
    essay: Name
    number: Annotated[int, Field(ge=1)]


class TopicPage(Page):
    """The essays' passages on one question."""

    template: Literal["topic.html"]
    question: Annotated[Plain, StringConstraints(pattern=r"\?$")]
    answer: Plain
    number: Annotated[int, Field(ge=1)]
    related: list[Relation] = []


WITHOUT_EFFECT = {
    **dict.fromkeys(
        ("authors", "categories", "comments", "draft", "hide", "icon", "search", "social", "status"), "remove it"
    ),
    "date": "write 'published' or 'changed' instead",
    "subtitle": "remove it, or say it in the description",
    "tags": "remove it, or list terms of the glossary under 'terms'",
}
"""Keys of Material for MkDocs and its plugins that this site does not use, with what to do instead."""
NESTED: dict[str, type[BaseModel]] = {"related": Relation, "next": Next}


class OtherPage(Page):
    """Any other page."""

    template: Literal["about.html", "evidence.html"] | None = None


OWN_TEMPLATES = {
    "index.md": "home.html",
    "search.md": "search.html",
    "essays/index.md": "index-essays.html",
    "topics/index.md": "index-topics.html",
}
SINGLE_PAGES: dict[str, type[Page]] = {
    uri: create_model("SinglePage", __base__=Page, template=(Literal[template], ...))  # type: ignore[arg-type]
    for uri, template in OWN_TEMPLATES.items()
}
"""Pages with a template of their own, by uri."""


def model_for(uri: str) -> type[Page]:
    """The model of a page's front matter, by its uri."""
    models: dict[str, type[Page]] = {"essays": EssayPage, "topics": TopicPage}
    return SINGLE_PAGES.get(uri) or models.get(uri.rpartition("/")[0], OtherPage)


def read_front_matter(document: Document) -> tuple[Page | None, list[Diagnostic]]:
    """The validated front matter, or None and its problems."""
    model = model_for(document.uri)
    try:
        return model.model_validate(document.meta), []
    except ValidationError as error:
        return None, [_explain(document, model, fault) for fault in error.errors()]


def _explain(document: Document, model: type[Page], fault: ErrorDetails) -> Diagnostic:
    location = fault["loc"]
    name = ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in location)
    line = document.meta_line(*location)
    owner: type[BaseModel] = next((NESTED[str(part)] for part in reversed(location[:-1]) if part in NESTED), model)
    if fault["type"] == "missing":
        hint = f"add a line '{location[-1]}: …'"
        return Diagnostic(document.path, line, "F05", f"the front matter has no '{name}'", hint)
    if fault["type"] == "extra_forbidden":
        known = set(owner.model_fields)
        if name in WITHOUT_EFFECT:
            what = f"'{name}' is a key of Material for MkDocs that has no effect on this site"
            return Diagnostic(document.path, line, "F04", what, WITHOUT_EFFECT[name])
        hint = did_you_mean(str(location[-1]), known, f"remove it, or use one of: {', '.join(sorted(known))}")
        return Diagnostic(document.path, line, "F04", f"'{name}' is not a front matter key of this page", hint)
    folder = {"essay.html": "essays", "topic.html": "topics"}.get(str(fault["input"]))
    if model is OtherPage and location == ("template",) and folder:
        what = f"the template '{fault['input']}' is for pages in docs/{folder}/"
        return Diagnostic(document.path, line, "F06", what, "move this page there, or remove the line")
    required = bool(location) and is_required(owner, location[-1])
    return Diagnostic(document.path, line, "F06", *describe(fault, name, required))
