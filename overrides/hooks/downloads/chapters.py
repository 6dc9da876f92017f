"""The chapters of the book: which there are, and their HTML.

Templates write ids and links as the site's sources do (`id="term"`, `href="/glossary.md#term"`);
`book.py` resolves them once all chapters are known.
"""

import re
from dataclasses import dataclass, field
from html import escape
from typing import Literal
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import markdown
import tinyhtml5
from health_diplomacy.content.configuration import OWN_EXTENSION
from health_diplomacy.content.site import GLOSSARY_PAGE, METHOD_PAGE, SOURCES_PAGE, Essay, Topic
from health_diplomacy.content.snippets import replace_includes

from .edition import Edition

PLACEHOLDER = re.compile(r"<!-- [a-z-]+ -->\s*")


@dataclass
class Chapter:
    """A page of the site as a chapter of the book."""

    uri: str
    kind: str
    """The name of its template in `book/`."""
    part: str
    """The heading above it in the table of contents."""
    label: str = ""
    """What is printed above the title, such as "Essay 1"."""
    subject: Essay | Topic | None = None
    """The essay or topic that the chapter prints, or whose claims it lists."""
    title: str = ""
    body: Element = field(default_factory=lambda: Element("body"))
    """Everything below the title."""

    @property
    def id(self) -> str:
        """Its id, and its file name in the e-book: `evidence/index.md` is `evidence`."""
        return self.uri.removesuffix(".md").removesuffix("/index").replace("/", "-")

    @property
    def sections(self) -> list[tuple[str, str]]:
        """The ids and titles of headings for the table of contents; none where all chapters of a kind share them."""
        if self.kind in {"topic", "claims", "glossary"}:
            return []
        return [(heading.attrib["id"], "".join(heading.itertext())) for heading in self.body.iterfind(".//h2[@id]")]

    def markup(self, syntax: Literal["html", "xml"]) -> str:
        """The body as HTML for WeasyPrint, or as XHTML for EPUB."""
        children = (ElementTree.tostring(child, encoding="unicode", method=syntax) for child in self.body)
        return (escape(self.body.text or "", quote=False) + "".join(children)).strip()


def table_of_contents(edition: Edition) -> list[Chapter]:
    """All chapters in order, their bodies still empty."""
    site, ui = edition.site, edition.context.ui
    judged = [essay for essay in site.essays if site.claims_in_essay(essay)]
    chapters = [
        Chapter(essay.uri, "essay", ui["essays"], f"{ui['essay']} {essay.number}", essay) for essay in site.essays
    ]
    chapters += [Chapter(topic.uri, "topic", ui["topics"], ui["topic"], topic) for topic in site.topics]
    if judged:
        chapters.append(Chapter(METHOD_PAGE, "page", ui["evidence"]))
    chapters += [Chapter(essay.claims_page, "claims", ui["evidence"], subject=essay) for essay in judged]
    chapters.append(Chapter(GLOSSARY_PAGE, "glossary", ui["book_back"]))
    if site.sources:
        chapters.append(Chapter(SOURCES_PAGE, "references", ui["book_back"]))
    chapters = [chapter for chapter in chapters if chapter.uri in site.pages]
    for chapter in chapters:
        chapter.title = site.pages[chapter.uri].title
    return chapters


class ChapterRenderer:
    """Renders the body of chapters from the pages' Markdown and the templates in `book/`."""

    def __init__(self, edition: Edition):
        self.edition = edition
        config = edition.config
        self.markdown = markdown.Markdown(
            extensions=[*(name for name in config.markdown_extensions if "snippets" not in name), OWN_EXTENSION],
            extension_configs={**config.mdx_configs, "toc": {**config.mdx_configs.get("toc", {}), "anchorlink": False}},
        )
        edition.templates.filters["inline_markdown"] = self._inline
        self.sources = edition.context.bibliography.in_order
        self.source_numbers = {source.id: number for number, source in enumerate(self.sources, start=1)}

    def render(self, chapter: Chapter) -> Element:
        """Return the body of a chapter, its ids and links not yet resolved."""
        content = "" if chapter.kind == "essay" else self._page_content(chapter.uri)
        context = {"chapter": chapter, "content": content, "sources": self.sources, "numbers": self.source_numbers}
        return _parse(self.edition.render(f"book/{chapter.kind}.html", **context))

    def _page_content(self, uri: str) -> str:
        source = PLACEHOLDER.sub("", self.edition.site.documents[uri].body)
        return self._convert(replace_includes(source, self._passage))

    def _passage(self, paragraph_id: str) -> str:
        return self.edition.render("book/passage.html", paragraph=self.edition.site.paragraphs[paragraph_id]).strip()

    def _convert(self, text: str) -> str:
        self.markdown.reset()
        html: str = self.markdown.convert(text)
        return html

    def _inline(self, text: str) -> str:
        return self._convert(text).removeprefix("<p>").removesuffix("</p>")


def _parse(html: str) -> Element:
    """Parse HTML into a tree without namespaces, which serializes as both HTML and XHTML."""
    body: Element = tinyhtml5.parse(f"<!doctype html><body>{html}", namespace_html_elements=False).find("body")
    for element in body.iter("details"):
        element.set("open", "")  # many e-readers cannot expand it
    for element in body.iter():
        if isinstance(element.tag, str) and element.tag.startswith("{"):
            namespace, _, element.tag = element.tag[1:].partition("}")
            if element.tag in ("svg", "math"):
                element.set("xmlns", namespace)
    return body
