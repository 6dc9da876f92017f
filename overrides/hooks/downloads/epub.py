"""The e-book: the book as an EPUB 3.3 publication (W3C Recommendation, 2023) with accessibility metadata."""

from copy import deepcopy
from pathlib import Path
from typing import Any

from . import fonts, images
from .book import Book
from .chapters import Chapter
from .files import media_type, write_zip


def write(book: Book, target: Path) -> None:
    edition = book.edition
    embedded_fonts = fonts.variable_fonts(edition.overrides)
    resources = {f"fonts/{font.file_name}": font.content for font in embedded_fonts}
    resources |= {name: file.read_bytes() for name, file in sorted(book.images.items())}

    def render(template: str, **context: Any) -> bytes:
        return edition.render(f"epub/{template}", book=book, **context).encode()

    content = {
        "package.opf": render("package.opf", resources={name: media_type(name) for name in resources}),
        "nav.xhtml": render("nav.xhtml"),
        "cover.xhtml": render("cover.xhtml"),
        "cover.png": images.epub_cover(edition),
        "title.xhtml": render("title.xhtml"),
    }
    for chapter in book.chapters:
        content[f"{chapter.id}.xhtml"] = render("chapter.xhtml", chapter=_with_links_to_files(chapter))
    content["book.css"] = render("epub.css", fonts=embedded_fonts)
    content |= resources
    package = {
        "mimetype": b"application/epub+zip",  # first and uncompressed (EPUB 3.3, section 4.2.2)
        "META-INF/container.xml": render("container.xml"),
        **{f"EPUB/{name}": data for name, data in content.items()},
    }
    write_zip(target, package, uncompressed={"mimetype"})


def _with_links_to_files(chapter: Chapter) -> Chapter:
    """A copy of a chapter whose links into other chapters name their files."""
    copy = deepcopy(chapter)
    for link in copy.body.iter("a"):
        href = link.get("href", "")
        owner, _, id = href.removeprefix("#").partition("--")
        if href.startswith("#") and owner != chapter.id:
            link.set("href", f"{owner}.xhtml{href if id else ''}")
    return copy
