"""The e-book: the chapters as an EPUB 3.3 publication (W3C Recommendation, 2023), with its accessibility metadata."""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path

from health_diplomacy.content.site import GLOSSARY_PAGE, SOURCES_PAGE

from . import archive, cards, fonts
from .book import Book
from .edition import HERE

CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
TYPES = {
    ".woff2": "font/woff2",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
KINDS = {GLOSSARY_PAGE: "glossary", SOURCES_PAGE: "bibliography"}
LINK = re.compile(r'href="#(?P<id>[^"]+)"')
SVG = re.compile(r"<svg (?P<rest>[^>]*?)( focusable=\"false\")?(?P<end>/?)>")


def write(book: Book, target: Path) -> None:
    """Writes the publication. The media type stands first and uncompressed (EPUB 3.3, 4.2.2)."""
    edition = book.edition
    env = edition.templates()
    shared = {"edition": edition, "context": edition.context, "words": edition.context.ui, "chapters": book.chapters}
    owners = book.owners()
    resources = {f"fonts/{face.file.name}": face.file.read_bytes() for face in fonts.faces(edition)}
    resources |= {name: file.read_bytes() for name, file in sorted(book.pictures.items())}
    styles = [
        fonts.style_sheet(fonts.faces(edition)),
        *((HERE / "templates" / name).read_text(encoding="utf-8") for name in ("book.css", "ebook.css")),
    ]
    parts = [
        {"grouper": part, "list": list(chapters)}
        for part, chapters in groupby(book.chapters, key=lambda chapter: chapter.part)
    ]
    listed = [(name, TYPES[Path(name).suffix]) for name in resources]

    def rendered(template: str, **values: object) -> bytes:
        return env.get_template(template).render(**shared, **values).encode()

    members = {
        "mimetype": b"application/epub+zip",
        "META-INF/container.xml": CONTAINER.encode(),
        "EPUB/package.opf": rendered("package.opf", resources=listed),
        "EPUB/nav.xhtml": rendered("nav.xhtml", parts=parts),
        "EPUB/cover.xhtml": rendered("cover.xhtml"),
        "EPUB/cover.png": cards.cover(edition),
        "EPUB/title.xhtml": rendered("title.xhtml"),
    }
    for chapter in book.chapters:
        html = LINK.sub(lambda link, here=chapter.id: _link(link["id"], here, owners), chapter.html)
        html = SVG.sub(r'<svg xmlns="http://www.w3.org/2000/svg" \g<rest>\g<end>>', html)
        members[f"EPUB/{chapter.id}.xhtml"] = rendered("chapter.xhtml", chapter=chapter, html=html, kinds=KINDS)
    members["EPUB/book.css"] = "\n".join(styles).encode()
    members |= {f"EPUB/{name}": content for name, content in resources.items()}
    archive.write(target, members.items(), stored=frozenset({"mimetype"}))


def _link(id: str, here: str, owners: dict[str, str]) -> str:
    owner = owners[id]
    if owner == here:
        return f'href="#{id}"'
    return f'href="{owner}.xhtml"' if id == owner else f'href="{owner}.xhtml#{id}"'
