"""The book that the PDF and the e-book share: all chapters, with the links between them resolved.

An id is `chapter--id`. A link into the book is `#chapter` or `#chapter--id`; a link to a page or a file that
the book leaves out leads to its address online.
"""

import posixpath
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from urllib.parse import unquote, urlsplit

from diagnostics import Diagnostic

from .chapters import Chapter, ChapterRenderer, table_of_contents
from .edition import BuildError, Edition


@dataclass
class Book:
    edition: Edition
    chapters: list[Chapter]
    images: dict[str, Path] = field(default_factory=dict)
    """The files of the images in the chapters, by their path in the book."""

    @property
    def parts(self) -> list[tuple[str, list[Chapter]]]:
        """The chapters grouped under their headings in the table of contents."""
        return [(part, list(chapters)) for part, chapters in groupby(self.chapters, key=lambda chapter: chapter.part)]

    @property
    def characters(self) -> set[str]:
        texts = (text for chapter in self.chapters for text in (chapter.title, chapter.label, *chapter.body.itertext()))
        return set().union(*texts)


def assemble(edition: Edition) -> Book:
    """Build the book. Raises BuildError with each page that can't be rendered and each image that is missing."""
    book = Book(edition, table_of_contents(edition))
    renderer = ChapterRenderer(edition)
    problems = []
    for chapter in book.chapters:
        try:
            chapter.body = renderer.render(chapter)
        except Exception as error:  # extensions and templates may raise anything
            path = edition.site.documents[chapter.uri].path
            message = f"this page can't be turned into a chapter of the book: {error}"
            problems.append(Diagnostic(path, 1, "D04", message, "undo the last edit"))
    links = _Links(book)
    for chapter in book.chapters:
        links.resolve(chapter)
    if problems := problems + links.problems:
        raise BuildError(*problems)
    return book


class _Links:
    def __init__(self, book: Book):
        self.book, self.edition, self.site = book, book.edition, book.edition.site
        self.chapters = {chapter.uri: chapter for chapter in book.chapters}
        self.ids = {
            f"{chapter.id}--{node.get('id')}"
            for chapter in book.chapters
            for node in chapter.body.iterfind(".//*[@id]")
        }
        self.problems: list[Diagnostic] = []

    def resolve(self, chapter: Chapter) -> None:
        """Rewrite the ids, links and image sources of a chapter in place."""
        for element in chapter.body.iter():
            for name, value in element.items():
                if name == "id":
                    element.set("id", f"{chapter.id}--{value}")
                elif name in ("href", "src") and not (urlsplit(value).scheme or urlsplit(value).netloc):
                    element.set(name, (self._link if name == "href" else self._image)(chapter, value))

    def _link(self, chapter: Chapter, url: str) -> str:
        uri, fragment = _target(chapter, url), urlsplit(url).fragment
        if uri in self.chapters:
            id = f"{self.chapters[uri].id}--{fragment}"
            return f"#{id if id in self.ids else self.chapters[uri].id}"
        context = self.edition.context
        return context.permalink(uri, fragment) if uri.endswith(".md") else f"{context.base_url}{uri}"

    def _image(self, chapter: Chapter, url: str) -> str:
        uri = _target(chapter, url)
        file = self.edition.docs / uri
        inside = file.is_file() and file.resolve().is_relative_to(self.edition.docs.resolve())
        if not inside or not file.stat().st_size:
            document, message = self.site.documents[chapter.uri], f"the image '{url}' is missing or empty"
            self.problems.append(
                Diagnostic(document.path, document.line_of(url), "D05", message, f"add it as docs/{uri}")
            )
        name = f"images/{uri.replace('/', '-')}"
        self.book.images[name] = file
        return name


def _target(chapter: Chapter, url: str) -> str:
    """The path under the docs folder that a relative or root-relative URL in a chapter names."""
    path, base = unquote(urlsplit(url).path), f"/{chapter.uri}"
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), path) if path else base).lstrip("/")
