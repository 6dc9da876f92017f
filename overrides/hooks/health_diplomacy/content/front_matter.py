"""The front matter of each type of page.

Bad:  `tilte: COVID-19 response`   Good:  `title: COVID-19 response`
"""

from typing import Annotated, Literal

from diagnostics import Diagnostic
from pydantic import Field, StringConstraints, ValidationError, create_model

from health_diplomacy.content.documents import Document
from health_diplomacy.content.field_types import Day, PlainLine, SingleLine, Slug, Slugs, Strict
from health_diplomacy.content.records import explain, without_misspelled_keys


class Next(Strict):
    """The page to read next, and why."""

    noun = "next page"

    page: SingleLine
    why: PlainLine


class Relation(Strict):
    """A related topic. Both pages show the reason, so it must read well from either."""

    noun = "related topic"

    topic: Slug
    reason: Annotated[PlainLine, StringConstraints(min_length=40)]
    see: Slugs = []


class Page(Strict):
    """Any page of the site."""

    noun = "page"
    nested = {"next": Next}

    title: PlainLine
    description: Annotated[PlainLine, StringConstraints(min_length=40, max_length=200)]
    published: Day
    changed: Day | None = None
    reviewed: Day | None = None
    review_by: Day | None = None
    next: Next
    short_title: PlainLine | None = None
    template: SingleLine | None = None
    terms: Slugs = []
    hide: list[Literal["toc"]] = []


class EssayPage(Page):
    template: Literal["essay.html"]
    short_title: PlainLine
    essay: Slug
    number: Annotated[int, Field(ge=1)]


class TopicPage(Page):
    """The essays' passages on one question."""

    nested = {"next": Next, "related": Relation}

    template: Literal["topic.html"]
    question: Annotated[PlainLine, StringConstraints(pattern=r"\?$")]
    answer: PlainLine
    number: Annotated[int, Field(ge=1)]
    related: list[Relation] = []


class OtherPage(Page):
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
    models: dict[str, type[Page]] = {"essays": EssayPage, "topics": TopicPage}
    return SINGLE_PAGES.get(uri) or models.get(uri.rpartition("/")[0], OtherPage)


def read_front_matter(document: Document) -> tuple[Page | None, list[Diagnostic]]:
    """The validated front matter, or None and its problems."""
    model, codes = model_for(document.uri), {"missing": "F05", "extra_forbidden": "F04"}
    try:
        return model.model_validate(document.meta), []
    except ValidationError as invalid:
        return None, [
            explain(error, document.meta, document, model, codes.get(error["type"], "F06"))
            for error in without_misspelled_keys(invalid.errors(), document.meta, model)
        ]
