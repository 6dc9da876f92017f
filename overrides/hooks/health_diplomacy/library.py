"""Everything the site prints, read once and tied together.

Authors write each tie in one direction: a topic takes a paragraph, a topic names a related topic,
a page lists a term. The reverse (which topics use this paragraph, which pages use this term) is
worked out here, so that the two can't disagree.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import entries, essays, evidence, exports, frontmatter, glossary, names, passages, pictures
from .documents import Document, read_document, read_text, read_yaml
from .names import CHECKSUMS, GLOSSARY
from .problems import Problem

GLOSSARY_PAGE = "glossary.md"
EDITION = re.compile(r"[a-z]{2}/")  # a folder such as `ar/`: an edition in another language, a library of its own


@dataclass(frozen=True)
class Essay:
    """An essay as published: its page, its number, its paragraphs in order."""

    id: str
    uri: str
    number: int
    title: str
    short_title: str
    description: str
    paragraphs: tuple[essays.Block, ...]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph's place: its essay and its number in it, from 1."""

    id: str
    essay: Essay
    number: int
    words: str


@dataclass(frozen=True)
class Topic:
    """A topic page: its place among the topics, its question, and the ids of the paragraphs it takes, in order."""

    id: str
    uri: str
    number: int
    title: str
    short_title: str
    question: str
    answer: str
    description: str
    passages: tuple[str, ...]


@dataclass(frozen=True)
class Tie:
    """A related topic as seen from one page, with the reason and the paragraphs that show it."""

    topic: Topic
    reason: str
    see: tuple[Paragraph, ...]


@dataclass
class Library:
    """All pages, essays, topics and terms, and every problem met in reading them."""

    documents: dict[str, Document] = field(default_factory=dict)
    pages: dict[str, frontmatter.Page] = field(default_factory=dict)
    blocks: dict[str, list[essays.Block]] = field(default_factory=dict)
    taken: dict[str, list[passages.Passage]] = field(default_factory=dict)
    terms: dict[str, glossary.Term] = field(default_factory=dict)
    checksums: dict[str, dict[str, str]] = field(default_factory=dict)
    glossary_data: Document = Document("", "", "")
    glossary_is_whole: bool = True
    claims: dict[str, evidence.Claim] = field(default_factory=dict)
    sources: dict[str, evidence.Source] = field(default_factory=dict)
    claims_data: Document = Document("", "", "")
    sources_data: Document = Document("", "", "")
    evidence_is_whole: bool = True
    pictures: dict[str, pictures.Picture] = field(default_factory=dict)
    pictures_data: Document = Document("", "", "")
    pictures_are_whole: bool = True
    changed: dict[str, datetime.date] = field(default_factory=dict)
    """The day on which a file last changed, by its uri, where that is known."""
    unread: set[str] = field(default_factory=set)
    """The pages that are there but cannot be read as text, by their uris."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def essays(self) -> list[Essay]:
        """The essays by number."""
        found = [self._essay(uri, page) for uri, page in self.pages.items() if isinstance(page, frontmatter.Essay)]
        return sorted(found, key=lambda essay: essay.number)

    def _essay(self, uri: str, page: frontmatter.Essay) -> Essay:
        words = tuple(block for block in self.blocks.get(uri, []) if not block.level)
        return Essay(page.essay, uri, page.number, page.title, page.short_title, page.description, words)

    @property
    def topics(self) -> list[Topic]:
        """The topics by number."""
        found = [(page.number, uri, page) for uri, page in self.pages.items() if isinstance(page, frontmatter.Topic)]
        ordered = sorted(found, key=lambda each: each[:2])
        return [self._topic(uri, page, place) for place, (_, uri, page) in enumerate(ordered, start=1)]

    def _topic(self, uri: str, page: frontmatter.Topic, place: int) -> Topic:
        taken = tuple(passage.paragraph for passage in self.taken.get(uri, []))
        short = page.short_title or page.title
        return Topic(topic_id(uri), uri, place, page.title, short, page.question, page.answer, page.description, taken)

    @property
    def paragraphs(self) -> dict[str, Paragraph]:
        """Every paragraph of every essay, by id."""
        return {
            block.id: Paragraph(block.id, essay, number, block.words)
            for essay in self.essays
            for number, block in enumerate(essay.paragraphs, start=1)
        }

    def claims_of(self, paragraph: str) -> list[evidence.Claim]:
        """A paragraph's claims, in the order of its sentences."""
        return sorted(
            (claim for claim in self.claims.values() if claim.paragraph == paragraph), key=lambda claim: claim.sentence
        )

    @property
    def claims_in_order(self) -> list[evidence.Claim]:
        """Every claim, as the essays go."""
        return [claim for paragraph in self.paragraphs for claim in self.claims_of(paragraph)]

    def claims_on(self, essay: Essay) -> list[evidence.Claim]:
        """The claims of an essay, in its order."""
        return [claim for paragraph in essay.paragraphs for claim in self.claims_of(paragraph.id)]

    def claims_under(self, topic: Topic) -> list[evidence.Claim]:
        """The claims of a topic's passages, in the order of the passages."""
        return [claim for paragraph in topic.passages for claim in self.claims_of(paragraph)]

    def claims_in(self, topic: Topic, essay: Essay) -> list[evidence.Claim]:
        """The claims that a topic takes from one essay."""
        return [claim for claim in self.claims_under(topic) if self.paragraphs[claim.paragraph].essay == essay]

    def claims_citing(self, source: str) -> list[evidence.Claim]:
        """The claims that cite a source, as the essays go."""
        return [claim for claim in self.claims_in_order if source in claim.cited]

    def sources_of(self, claim: evidence.Claim) -> list[evidence.Source]:
        """The sources that a claim cites, in the order of their numbers."""
        return [self.sources[key] for key in claim.cited]

    def claims_resting_on(self, kind: evidence.Kind) -> list[evidence.Claim]:
        """The claims that cite a source of this kind, as the essays go."""
        return [
            claim for claim in self.claims_in_order if any(source.kind == kind for source in self.sources_of(claim))
        ]

    def sources_in_order(self, references: Mapping[str, str]) -> list[tuple[str, evidence.Source]]:
        """The sources in the order of their references, which are given by id as they are printed."""
        printed = {
            id: re.sub(r"<[^>]*>|[“”‘’'\"\[\]]", "", reference).casefold() for id, reference in references.items()
        }
        return sorted(self.sources.items(), key=lambda each: printed[each[0]])

    def sources_by_letter(self, references: Mapping[str, str]) -> dict[str, list[tuple[str, evidence.Source]]]:
        """The same under the first letter of each; what begins with none stands under "0"."""
        groups: dict[str, list[tuple[str, evidence.Source]]] = {}
        for id, source in self.sources_in_order(references):
            first = re.sub(r"<[^>]*>|[\W_]", "", references[id])[:1].upper()
            groups.setdefault(first if first.isalpha() else "0", []).append((id, source))
        return groups

    def topics_of(self, paragraph: str) -> list[Topic]:
        """The topics that take a paragraph."""
        return [topic for topic in self.topics if paragraph in topic.passages]

    def ties_of(self, topic: str) -> list[Tie]:
        """The topics related to a topic, whichever of the two pages says so."""
        by_id = {each.id: each for each in self.topics}
        paragraphs = self.paragraphs
        ties = []
        for owner in self.topics:
            for relation in self.pages[owner.uri].related:
                other = {owner.id: relation.topic, relation.topic: owner.id}.get(topic)
                if other in by_id:
                    see = tuple(paragraphs[each] for each in relation.see if each in paragraphs)
                    ties.append(Tie(by_id[other], relation.reason, see))
        return sorted(ties, key=lambda tie: tie.topic.number)

    def modified_on(self, uri: str) -> datetime.date | None:
        """The day since which a page is as it is, or None where that is not known: as it says itself, else as git knows."""
        page = self.pages[uri]
        day = page.changed or self.changed.get(uri)
        return max(day, page.published) if day else None

    def changed_on(self, uri: str) -> datetime.date | None:
        """The day on which a page last changed, if that is known and was after it was published."""
        day = self.modified_on(uri)
        return day if day and day > self.pages[uri].published else None

    def reviewed_on(self, uri: str) -> datetime.date | None:
        """The day since which all that a page says has been reviewed: the earliest of its own and of its claims."""
        page = self.pages[uri]
        days = [claim.reviewed for claim in self.claims_shown(uri)] + ([page.reviewed] if page.reviewed else [])
        return min(days, default=None)

    def claims_shown(self, uri: str) -> list[evidence.Claim]:
        """The claims that a page shows, with their verdicts at least."""
        body = self.documents[uri].body
        for topic in self.topics:
            if topic.uri == uri:
                return self.claims_under(topic)
        for essay in self.essays:
            if uri in (essay.uri, evidence.claims_page(essay.id)):
                return self.claims_on(essay)
        return self.claims_in_order if "<!-- finder -->" in body else []

    def ids_written_into(self, uri: str) -> list[str]:
        """The ids that a page gets with what the build writes in place of its marks."""
        body = self.documents[uri].body
        shown = [
            claim.id
            for essay in self.essays
            if uri == evidence.claims_page(essay.id)
            for claim in self.claims_on(essay)
        ]
        written = (("claims", shown), ("finder", self.claims), ("sources", self.sources))
        return [id for name, listed in written if f"<!-- {name} -->" in body for id in listed]

    def exports(self, permalink: Callable[[evidence.Claim], str]) -> dict[str, str]:
        """The evidence in its machine-readable forms, by their place below the site."""
        return exports.files({claim.id: claim for claim in self.claims_in_order}, self.sources, permalink)

    @property
    def missing(self) -> set[str]:
        """The pages that are not there, though templates link to them by name."""
        needed = {"index.md", "search.md", GLOSSARY_PAGE, evidence.CLAIMS_PAGE}
        if self.claims_data.path:
            needed |= {evidence.METHOD_PAGE, evidence.SOURCES_PAGE}
            needed |= {evidence.claims_page(topic_id(each.uri)) for each in self.essays if self.claims_on(each)}
        return needed - set(self.documents) - self.unread

    def pages_using(self, term: str) -> list[tuple[frontmatter.Page, str]]:
        """Each page that lists a term, with its uri, in order of uri."""
        return [(page, uri) for uri, page in sorted(self.pages.items()) if term in page.terms]

    @staticmethod
    def _label(page: frontmatter.Page, words: Mapping[str, str]) -> str:
        return (
            f"{words['topic']}: {page.title}" if isinstance(page, frontmatter.Topic) else page.short_title or page.title
        )

    def glossary_page(self, words: Mapping[str, str]) -> str:
        """The Markdown of the glossary page, its terms written in."""
        used_on = {
            term: [(self._label(page, words), uri) for page, uri in self.pages_using(term)] for term in self.terms
        }
        return glossary.write_page(self.documents[GLOSSARY_PAGE].body, self.terms, used_on, words)


def topic_id(uri: str) -> str:
    """A topic's id: its file's name, which is also its address and never changes."""
    return uri.rpartition("/")[2].removesuffix(".md")


def read_library(docs: Path, shown: str = "docs") -> Library:
    """Reads a docs folder. `shown` is how the folder is named in messages."""
    library = Library()
    for file in sorted(docs.rglob("*")):
        uri = file.relative_to(docs).as_posix()
        if EDITION.match(f"{uri}/"):
            continue
        misnamed = names.check_name(file, uri, f"{shown}/{uri}")
        library.problems += misnamed
        if misnamed or file.suffix != ".md" or not file.is_file():
            continue
        document, problems = read_document(file, f"{shown}/{uri}", uri)
        library.problems += problems
        if document is None:
            library.unread.add(uri)
            continue
        library.documents[uri] = document
        if not problems:
            page, problems = frontmatter.read(document)
            library.problems += problems
            if page is not None:
                library.pages[uri] = page
        if frontmatter.model_for(uri) is frontmatter.Essay:
            library.blocks[uri], problems = essays.read_blocks(document)
            library.problems += problems
        library.taken[uri] = passages.read_passages(document)
    checksums, _, problems = _data(docs, CHECKSUMS, shown)
    library.checksums = checksums if isinstance(checksums, dict) else {}
    library.problems += problems
    terms, lines, problems = _data(docs, GLOSSARY, shown)
    if not problems:
        library.glossary_data = Document(f"{shown}/{GLOSSARY}", GLOSSARY, (docs / GLOSSARY).read_text(encoding="utf-8"))
        library.terms, problems = glossary.read_terms(terms, lines, f"{shown}/{GLOSSARY}")
    library.glossary_is_whole = not problems
    library.problems += problems
    if (docs / pictures.LIST).is_file():
        _read_pictures(library, docs, shown)
    if (docs / evidence.CLAIMS).parent.is_dir():
        _read_evidence(library, docs, shown)
    return library


def _read_pictures(library: Library, docs: Path, shown: str) -> None:
    data, lines, problems = _data(docs, pictures.LIST, shown)
    path = f"{shown}/{pictures.LIST}"
    library.pictures_data = Document(path, pictures.LIST, _text(docs / pictures.LIST), lines=lines)
    if not problems:
        library.pictures, problems = pictures.read(data, lines, path)
    library.pictures_are_whole = not problems
    library.problems += problems


def _read_evidence(library: Library, docs: Path, shown: str) -> None:
    claims, lines, problems = _data(docs, evidence.CLAIMS, shown)
    library.claims_data = Document(
        f"{shown}/{evidence.CLAIMS}", evidence.CLAIMS, _text(docs / evidence.CLAIMS), lines=lines
    )
    if not problems:
        path = library.claims_data.path
        found, problems = entries.read_entries(evidence.Claim, claims, lines, path, "claim", ("E01", "E02"))
        library.claims = {claim.id: claim for claim in found}
    sources, lines, more = _data(docs, evidence.SOURCES, shown)
    library.sources_data = Document(
        f"{shown}/{evidence.SOURCES}", evidence.SOURCES, _text(docs / evidence.SOURCES), lines=lines
    )
    if not more:
        path = library.sources_data.path
        found, more = entries.read_entries(evidence.Source, sources, lines, path, "source", ("E01", "E02"))
        library.sources = {source.id: source for source in found}
    library.evidence_is_whole = not problems and not more
    library.problems += problems + more


def _text(file: Path) -> str:
    return read_text(file, file.name)[0] or ""


def _data(docs: Path, uri: str, shown: str) -> tuple[Any, dict, list[Problem]]:
    text, problems = read_text(docs / uri, f"{shown}/{uri}")
    if text is None:
        return None, {}, problems
    data, lines, problems = read_yaml(text, f"{shown}/{uri}")
    if data is None and not problems and uri != pictures.LIST:
        problems = [
            Problem(
                f"{shown}/{uri}",
                1,
                "F03",
                "the file is empty, and the site needs what it lists",
                "bring back its last version",
            )
        ]
    return data, lines, problems
