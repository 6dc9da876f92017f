"""The site's content, indexed. `loader` reads it.

Authors write each relation in one direction: a topic includes a paragraph, a topic names a related topic, a page
lists a term. The reverse is computed here.
"""

import datetime
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import ClassVar

from health_diplomacy.content.documents import Document
from health_diplomacy.content.essays import Block
from health_diplomacy.content.front_matter import EssayPage, Page, TopicPage
from health_diplomacy.content.schema import Claim, Image, Source, SourceKind, Term
from health_diplomacy.content.snippets import Snippet

HOME_PAGE = "index.md"
GLOSSARY_PAGE = "glossary.md"
CLAIMS_PAGE = "evidence/index.md"  # every sentence with its verdict; the notes are on one page for each essay
METHOD_PAGE = "evidence/method.md"
SOURCES_PAGE = "evidence/sources.md"
SEARCH_PAGE = "search.md"


@dataclass(frozen=True)
class Essay:
    id: str
    uri: str
    number: int
    title: str
    description: str
    paragraphs: tuple[Block, ...]

    @property
    def claims_page(self) -> str:
        return f"evidence/{page_id(self.uri)}.md"


@dataclass(frozen=True)
class Paragraph:
    id: str
    essay: Essay
    number: int
    text: str


@dataclass(frozen=True)
class Topic:
    """A topic page. `number` is its position among the topics, `passages` the ids of its paragraphs in order."""

    id: str
    uri: str
    number: int
    title: str
    short_title: str
    question: str
    answer: str
    passages: tuple[str, ...]


@dataclass(frozen=True)
class RelatedTopic:
    topic: Topic
    reason: str
    see: tuple[Paragraph, ...]


NO_FILE = Document("", "", "")


@dataclass(frozen=True)
class Site:
    """Pages, essays, topics and records. Treated as immutable; every index is computed once."""

    claims_page: ClassVar[str] = CLAIMS_PAGE
    glossary_page: ClassVar[str] = GLOSSARY_PAGE
    method_page: ClassVar[str] = METHOD_PAGE
    search_page: ClassVar[str] = SEARCH_PAGE
    sources_page: ClassVar[str] = SOURCES_PAGE

    documents: Mapping[str, Document] = field(default_factory=dict)
    """All readable Markdown files, by uri (the path under the docs folder)."""
    pages: Mapping[str, Page] = field(default_factory=dict)
    """The valid front matter, by uri."""
    blocks: Mapping[str, list[Block]] = field(default_factory=dict)
    """The headings and paragraphs of each essay, by uri."""
    snippets: Mapping[str, list[Snippet]] = field(default_factory=dict)
    checksums: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    terms: Mapping[str, Term] = field(default_factory=dict)
    claims: Mapping[str, Claim] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    images: Mapping[str, Image] = field(default_factory=dict)
    glossary_file: Document = NO_FILE
    claims_file: Document = NO_FILE
    sources_file: Document = NO_FILE
    images_file: Document = NO_FILE
    glossary_complete: bool = True
    evidence_complete: bool = True
    images_complete: bool = True
    """Whether all records are valid; if not, references to them can't be checked."""
    commit_days: Mapping[str, datetime.date] = field(default_factory=dict)
    """The day of each file's last commit, by uri, where that is known."""
    unreadable: frozenset[str] = frozenset()
    """Pages that can't be read, by uri."""
    misnamed: frozenset[str] = frozenset()
    """Files and folders skipped because of their names, by uri."""
    broken_essays: frozenset[str] = frozenset()
    """Essays with misplaced markers, by uri: their paragraphs aren't reliable."""

    @cached_property
    def essays(self) -> tuple[Essay, ...]:
        found = [
            Essay(
                id=page.essay,
                uri=uri,
                number=page.number,
                title=page.title,
                description=page.description,
                paragraphs=tuple(block for block in self.blocks.get(uri, []) if not block.level),
            )
            for uri, page in self.pages.items()
            if isinstance(page, EssayPage)
        ]
        return tuple(sorted(found, key=lambda essay: essay.number))

    @cached_property
    def topics(self) -> tuple[Topic, ...]:
        pages = {uri: page for uri, page in self.pages.items() if isinstance(page, TopicPage)}
        return tuple(
            Topic(
                id=page_id(uri),
                uri=uri,
                number=position,
                title=pages[uri].title,
                short_title=pages[uri].short_title or pages[uri].title,
                question=pages[uri].question,
                answer=pages[uri].answer,
                passages=tuple(snippet.paragraph for snippet in self.snippets[uri]),
            )
            for position, uri in enumerate(sorted(pages, key=lambda uri: (pages[uri].number, uri)), start=1)
        )

    @cached_property
    def essay_by_uri(self) -> Mapping[str, Essay]:
        return {essay.uri: essay for essay in self.essays}

    @cached_property
    def essay_by_claims_page(self) -> Mapping[str, Essay]:
        return {essay.claims_page: essay for essay in self.essays}

    @cached_property
    def topic_by_uri(self) -> Mapping[str, Topic]:
        return {topic.uri: topic for topic in self.topics}

    @cached_property
    def paragraphs(self) -> Mapping[str, Paragraph]:
        return {
            block.id: Paragraph(block.id, essay, number, block.text)
            for essay in self.essays
            for number, block in enumerate(essay.paragraphs, start=1)
        }

    @cached_property
    def claims_in_order(self) -> list[Claim]:
        """Every claim, in the essays' order."""
        return [claim for id in self.paragraphs for claim in self.claims_of(id)]

    @cached_property
    def _claims_by_paragraph(self) -> Mapping[str, list[Claim]]:
        claims = sorted(self.claims.values(), key=lambda claim: (claim.paragraph, claim.sentence))
        return {id: list(group) for id, group in groupby(claims, key=lambda claim: claim.paragraph)}

    @cached_property
    def _related_topics(self) -> Mapping[str, list[RelatedTopic]]:
        by_id = {topic.id: topic for topic in self.topics}
        related: dict[str, list[RelatedTopic]] = defaultdict(list)
        for topic in self.topics:
            page = self.pages[topic.uri]
            for relation in page.related if isinstance(page, TopicPage) else ():
                other = by_id.get(relation.topic)
                if other:
                    see = tuple(self.paragraphs[id] for id in relation.see if id in self.paragraphs)
                    related[topic.id].append(RelatedTopic(other, relation.reason, see))
                    related[other.id].append(RelatedTopic(topic, relation.reason, see))
        return {id: sorted(listed, key=lambda relation: relation.topic.number) for id, listed in related.items()}

    @cached_property
    def missing(self) -> frozenset[str]:
        """Missing pages that templates link to by name."""
        needed = {HOME_PAGE, SEARCH_PAGE, GLOSSARY_PAGE, CLAIMS_PAGE}
        if self.claims_file.path:
            needed |= {METHOD_PAGE, SOURCES_PAGE}
            needed |= {essay.claims_page for essay in self.essays if self.claims_in_essay(essay)}
        return frozenset(needed - self.documents.keys() - self.unreadable)

    def claims_of(self, paragraph: str) -> list[Claim]:
        """A paragraph's claims, in the order of its sentences."""
        return self._claims_by_paragraph.get(paragraph, [])

    def claims_in_essay(self, essay: Essay) -> list[Claim]:
        return [claim for paragraph in essay.paragraphs for claim in self.claims_of(paragraph.id)]

    def claims_in_topic(self, topic: Topic, essay: Essay | None = None) -> list[Claim]:
        """The claims of a topic's passages in order, optionally only those from one essay."""
        claims = [claim for id in topic.passages for claim in self.claims_of(id)]
        return [claim for claim in claims if essay is None or self.paragraphs[claim.paragraph].essay == essay]

    def claims_citing(self, source: str) -> list[Claim]:
        return [claim for claim in self.claims_in_order if source in claim.cited]

    def claims_citing_kind(self, kind: SourceKind) -> list[Claim]:
        return [
            claim for claim in self.claims_in_order if any(source.kind == kind for source in self.sources_of(claim))
        ]

    def sources_of(self, claim: Claim) -> list[Source]:
        """The sources that a claim cites, in the order of their numbers."""
        return [self.sources[key] for key in claim.cited]

    def topics_of(self, paragraph: str) -> list[Topic]:
        return [topic for topic in self.topics if paragraph in topic.passages]

    def related_topics(self, topic: str) -> list[RelatedTopic]:
        """The topics related to a topic, in either direction."""
        return self._related_topics.get(topic, [])

    def pages_using(self, term: str) -> list[tuple[Page, str]]:
        return [(page, uri) for uri, page in sorted(self.pages.items()) if term in page.terms]

    def has_placeholder(self, uri: str, name: str) -> bool:
        """Whether a page's Markdown has a placeholder such as `<!-- claims -->`."""
        return f"<!-- {name} -->" in self.documents[uri].body

    def claims_on_page(self, uri: str) -> list[Claim]:
        essay = self.essay_by_uri.get(uri) or self.essay_by_claims_page.get(uri)
        if essay:
            return self.claims_in_essay(essay)
        if topic := self.topic_by_uri.get(uri):
            return self.claims_in_topic(topic)
        return self.claims_in_order if self.has_placeholder(uri, "finder") else []

    def last_change(self, uri: str) -> datetime.date | None:
        """The day that a page states as `changed`, else that of its last commit; None if unknown."""
        page = self.pages[uri]
        day = page.changed or self.commit_days.get(uri)
        return max(day, page.published) if day else None

    def updated_on(self, uri: str) -> datetime.date:
        """The day of a page's last change, or of its publication if no change is known."""
        return self.last_change(uri) or self.pages[uri].published

    def reviewed_on(self, uri: str) -> datetime.date | None:
        """The earliest review of the page itself and of the claims that it shows."""
        own = self.pages[uri].reviewed
        return min([claim.reviewed for claim in self.claims_on_page(uri)] + ([own] if own else []), default=None)


def page_id(uri: str) -> str:
    """The file name without its suffix: the id of a topic or essay, and part of its URL."""
    return uri.rpartition("/")[2].removesuffix(".md")
