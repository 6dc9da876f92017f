"""The one model of the book: chapters as XHTML, from which the PDF and the e-book are bound.

Every id is `chapter--id`, every link within the book `#chapter--id`; what the book leaves out is linked
at its address online. Words come from the pages' Markdown and the site's content, shapes from the site's templates.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from html import escape, unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import markdown
from health_diplomacy.content import snippets
from health_diplomacy.content.front_matter import EssayPage, TopicPage
from health_diplomacy.content.schema import Claim
from health_diplomacy.content.site import CLAIMS_PAGE, GLOSSARY_PAGE, METHOD_PAGE, SOURCES_PAGE
from health_diplomacy.problems import Problem
from health_diplomacy.render.paragraphs import split_sentences

from .edition import Edition, Stopped

PASSAGE = re.compile(r"<!-- passage (?P<id>[\w-]+) -->")
MARK = re.compile(r"<!-- [a-z-]+ -->\s*")
ADDRESS = re.compile(r'\b(?P<name>href|src)="(?P<value>[^"]*)"')
ID = re.compile(r'\bid="(?P<id>[^"]*)"')
HEADING = re.compile(r'<h2 id="(?P<id>[^"]+)"[^>]*>(?P<words>.*?)</h2>', re.DOTALL)
TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Section:
    """A place in a chapter that the contents name."""

    id: str
    title: str


@dataclass(frozen=True)
class Chapter:
    """A chapter: `label` is what it is (“Essay 1”), `part` the heading in the contents under which it stands."""

    id: str
    uri: str
    title: str
    label: str
    part: str
    html: str
    voice: str = "site"
    """Whose words its title is in: `essay` or `site`."""

    @property
    def sections(self) -> list[Section]:
        """Its second-level headings, where they say more than that it has the parts that every chapter of its kind has."""
        if self.uri == GLOSSARY_PAGE or self.uri.startswith("topics/") or 'class="claim"' in self.html:
            return []
        return [Section(each["id"], unescape(TAG.sub("", each["words"]))) for each in HEADING.finditer(self.html)]

    @property
    def ids(self) -> set[str]:
        """Every id in it."""
        return {self.id, *(each["id"] for each in ID.finditer(self.html))}


@dataclass
class Book:
    """The chapters in order, and the pictures that they show, by their name in the book."""

    edition: Edition
    chapters: list[Chapter]
    pictures: dict[str, Path] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The book's name: the site's."""
        return self.edition.context.name

    def owners(self) -> dict[str, str]:
        """The chapter in which each id stands."""
        return {id: chapter.id for chapter in self.chapters for id in chapter.ids}


def bind(edition: Edition) -> Book:
    """The book of an edition. Raises `Stopped` with each page that cannot be read and each picture that is not there."""
    return _Binder(edition).book()


class _Binder:
    def __init__(self, edition: Edition):
        self.edition = edition
        self.site, self.context = edition.site, edition.context
        self.words = self.context.ui
        self.env = edition.templates()
        self.pictures: dict[str, Path] = {}
        self.problems: list[Problem] = []
        self.bibliography = edition.context.bibliography
        self.sources = self.bibliography.in_order
        self.numbers = {source.id: number for number, source in enumerate(self.sources, start=1)}
        essays, topics = [each.uri for each in self.site.essays], [each.uri for each in self.site.topics]
        self.records = {essay.claims_page: essay for essay in self.site.essays if self.site.claims_in_essay(essay)}
        record = [METHOD_PAGE, *self.records] if self.records else []
        plan = [
            (self.words["essays"], essays),
            (self.words["topics"], topics),
            (self.words["evidence"], record),
            (self.words["book_back"], [GLOSSARY_PAGE, *([SOURCES_PAGE] if self.sources else [])]),
        ]
        self.plan = [(part, uri) for part, uris in plan for uri in uris if uri in self.site.pages]
        self.names = {uri: chapter_id(uri) for _, uri in self.plan}

    def book(self) -> Book:
        chapters = []
        for part, uri in self.plan:
            try:
                chapters.append(self._chapter(part, uri))
            except Exception as error:  # whatever an extension or a template stumbles over, it is told by the page
                path = self.site.documents[uri].path
                self.problems.append(
                    Problem(
                        path, 1, "D04", f"this page cannot be made a chapter: {error}", "undo the last change to it"
                    )
                )
        if self.problems:
            raise Stopped(*self.problems)
        known = set().union(*(chapter.ids for chapter in chapters))
        return Book(self.edition, [replace(each, html=_anchored(each.html, known)) for each in chapters], self.pictures)

    def _chapter(self, part: str, uri: str) -> Chapter:
        page = self.site.pages[uri]
        write = {GLOSSARY_PAGE: self._glossary, SOURCES_PAGE: self._references}.get(uri)
        if write:
            html, label = write(), ""
        elif uri in self.records:
            html, label = self._claims(uri), ""
        elif isinstance(page, EssayPage):
            html, label = self._essay(uri), f"{self.words['essay']} {page.number}"
        elif isinstance(page, TopicPage):
            html, label = self._topic(uri), self.words["topic"]
        else:
            html, label = self._page(uri, MARK.sub("", self.site.documents[uri].body)), ""
        voice = "essay" if isinstance(page, EssayPage) else "site"
        return Chapter(self.names[uri], uri, page.title, label, part, html.strip(), voice)

    def _render(self, template: str, **values: object) -> str:
        shared = {
            "words": self.words,
            "site": self.site,
            "context": self.context,
            "names": self.names,
            "record": self._record,
        }
        return self.env.get_template(f"chapters/{template}").render(**shared, **values)

    def _markdown(self, text: str) -> str:
        configs = {**self.edition.configs, "toc": {**self.edition.configs.get("toc", {}), "permalink": False}}
        return markdown.Markdown(
            extensions=list(self.edition.extensions), extension_configs=configs, output_format="xhtml"
        ).convert(text)

    def _page(self, uri: str, text: str) -> str:
        """A page's own Markdown as a part of the book."""
        return self._tied(uri, self._markdown(text))

    def _tied(self, uri: str, html: str) -> str:
        chapter = self.names[uri]
        html = ID.sub(lambda each: f'id="{chapter}--{each["id"]}"', html)
        return ADDRESS.sub(lambda each: f'{each["name"]}="{self._address(uri, each)}"', html)

    def _address(self, uri: str, address: re.Match[str]) -> str:
        value = unescape(address["value"])
        parts = urlsplit(value)
        if parts.scheme or parts.netloc:
            return address["value"]
        target = posixpath.normpath(posixpath.join(posixpath.dirname(uri), unquote(parts.path))) if parts.path else uri
        if address["name"] == "src":
            return self._picture(uri, value, target)
        if target == CLAIMS_PAGE and self.records:  # an index on the site; the book has its contents for that
            claim = self.site.claims.get(parts.fragment)
            return f"#{self._record(claim) if claim else self.names[next(iter(self.records))]}"
        if target in self.names:
            return f"#{self.names[target]}--{parts.fragment}" if parts.fragment else f"#{self.names[target]}"
        online = (
            self.context.permalink(target, parts.fragment)
            if target.endswith(".md")
            else f"{self.context.base_url}{target}"
        )
        return escape(online)

    def _picture(self, uri: str, value: str, target: str) -> str:
        file = self.edition.docs / target
        document = self.site.documents[uri]
        inside = file.resolve().is_relative_to(self.edition.docs.resolve())
        if not inside or not file.is_file() or file.stat().st_size == 0:
            line = document.line_of(value)
            self.problems.append(
                Problem(
                    document.path,
                    line,
                    "D05",
                    f"the picture '{value}' is not there or is empty",
                    f"put it at docs/{target}",
                )
            )
        name = f"pictures/{target.replace('/', '-')}"
        self.pictures[name] = file
        return name

    def _sentences(self, paragraph: str, html: str) -> list[tuple[Claim | None, str]]:
        return split_sentences(html, self.site.claims_of(paragraph))

    def _essay(self, uri: str) -> str:
        blocks = []
        number = 0
        for block in self.site.blocks[uri]:
            if block.level == 1:
                continue  # the chapter's title
            number += not block.level
            html = self._markdown(block.text).removeprefix("<p>").removesuffix("</p>")
            blocks.append((block, number, self._sentences(block.id, html)))
        return self._render("essay.html", chapter=self.names[uri], blocks=blocks)

    def _topic(self, uri: str) -> str:
        topic = self.site.topic_by_uri[uri]
        body = snippets.replace_includes(self.site.documents[uri].body, lambda id: f"<!-- passage {id} -->")
        html = self._page(uri, MARK.sub(lambda mark: mark[0] if PASSAGE.match(mark[0]) else "", body))
        html = PASSAGE.sub(lambda mark: self._passage(uri, mark["id"]), html)
        return self._render(
            "topic.html",
            chapter=self.names[uri],
            topic=topic,
            html=html,
            related=self.site.related_topics(topic.id),
            terms=self.site.pages[uri].terms,
        )

    def _passage(self, uri: str, id: str) -> str:
        paragraph = self.site.paragraphs[id]
        html = self._markdown(paragraph.text).removeprefix("<p>").removesuffix("</p>")
        values = {"paragraph": paragraph, "sentences": self._sentences(id, html)}
        return self._render("passage.html", chapter=self.names[uri], **values).strip()

    def _glossary(self) -> str:
        opening = self._page(GLOSSARY_PAGE, MARK.sub("", self.site.documents[GLOSSARY_PAGE].body))
        terms = sorted(self.site.terms.values(), key=lambda each: each.term.casefold())
        return self._render("glossary.html", chapter=self.names[GLOSSARY_PAGE], opening=opening, terms=terms)

    def _claims(self, uri: str) -> str:
        opening = self._page(uri, MARK.sub("", self.site.documents[uri].body))
        return self._render(
            "claims.html", chapter=self.names[uri], essay=self.records[uri], opening=opening, numbers=self.numbers
        )

    def _record(self, claim: Claim) -> str:
        """The id of a claim in the chapter that holds it."""
        return f"{self.names[self.site.paragraphs[claim.paragraph].essay.claims_page]}--{claim.id}"

    def _references(self) -> str:
        opening = self._page(SOURCES_PAGE, MARK.sub("", self.site.documents[SOURCES_PAGE].body))
        return self._render(
            "references.html",
            chapter=self.names[SOURCES_PAGE],
            opening=opening,
            sources=self.sources,
            bibliography=self.bibliography,
        )


def chapter_id(uri: str) -> str:
    """A chapter's id and file name: `evidence/index.md` is `evidence`."""
    return uri.removesuffix(".md").removesuffix("/index").replace("/", "-")


def _anchored(html: str, known: set[str]) -> str:
    """Links to a place that the book leaves out lead to the beginning of its chapter."""

    def anchor(address: re.Match[str]) -> str:
        id = address["value"].removeprefix("#")
        if not address["value"].startswith("#") or id in known:
            return address[0]
        return f'href="#{id.partition("--")[0]}"'

    return ADDRESS.sub(anchor, html)


def texts(chapters: Sequence[Chapter]) -> str:
    """Every character that the chapters print."""
    return "".join(
        sorted({sign for each in chapters for sign in unescape(TAG.sub("", each.html)) + each.title + each.label})
    )
