"""The offline site as one ZIM file for Kiwix, with a title for each page and a full-text index (openZIM format 6)."""

from __future__ import annotations

import hashlib
import mimetypes
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import resvg_py
from libzim.writer import Creator, Hint, Item, StringProvider

from .edition import Edition

TITLE = re.compile(rb"<title>(.*?)</title>", re.DOTALL)
LANGUAGES = {"en": "eng", "ar": "ara", "fr": "fra"}
TYPES = {".yml": "application/yaml", ".bib": "application/x-bibtex", ".woff2": "font/woff2", ".js": "text/javascript"}


UUID, CHECKSUM = slice(8, 24), slice(-16, None)  # in the header, and at the end
XAPIAN = re.compile(rb"\x0f\rXapian Glass..(?P<uuid>.{16})", re.DOTALL)  # how each of the two indexes in it begins


def write(edition: Edition, pages: dict[str, bytes], target: Path) -> None:
    """Writes the file. `pages` is the offline site, by place."""
    creator = Creator(target)
    creator.config_indexing(True, LANGUAGES.get(edition.context.language, edition.context.language))
    creator.config_nbworkers(1)  # more workers, another order of the same content each time
    creator.set_mainpath("index.html")
    sign = (edition.overrides / "assets/images/favicon.svg").read_text(encoding="utf-8")
    with _silent(), creator:
        creator.add_illustration(
            48, bytes(resvg_py.svg_to_bytes(svg_string=sign, width=48, height=48, skip_system_fonts=True))
        )
        for name, value in _metadata(edition).items():
            creator.add_metadata(name, value)
        for place, content in pages.items():
            creator.add_item(_Item(place, content))
    target.write_bytes(_settled(bytearray(target.read_bytes())))


def _settled(content: bytearray) -> bytes:
    """The file with names of its own instead of chance ones: libzim and Xapian draw a new UUID each time.

    They are taken from the content, so that another content has another name, as the openZIM format asks;
    the checksum at the end is the MD5 of all before it.
    """
    places = [UUID, *(slice(*found.span("uuid")) for found in XAPIAN.finditer(content))]
    for place in (*places, CHECKSUM):
        content[place] = bytes(16)
    for number, place in enumerate(places):
        content[place] = hashlib.sha256(content + bytes([number])).digest()[:16]
    content[CHECKSUM] = hashlib.md5(content[:-16], usedforsecurity=False).digest()
    return bytes(content)


@contextmanager
def _silent() -> Iterator[None]:
    """Keeps back what libzim prints of its steps, past Python's own standard output."""
    kept = os.dup(1)
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _metadata(edition: Edition) -> dict[str, str]:
    """What openZIM's metadata page demands, and what it recommends; a description has at most 80 characters there."""
    context = edition.context
    home = context.site.pages["index.md"]
    return {
        "Title": context.name[:30],
        "Description": home.title[:80],
        "LongDescription": edition.description,
        "Language": LANGUAGES.get(context.language, context.language),
        "Name": f"{edition.slug}_{context.language}",
        "Creator": context.name,
        "Publisher": context.name,
        "Date": edition.moment.date().isoformat(),
        "Source": context.base_url,
        "Scraper": edition.slug,
        "Tags": "_ftindex:yes;_pictures:yes",
    }


class _Item(Item):
    def __init__(self, place: str, content: bytes):
        super().__init__()
        self.place, self.content = place, content

    def get_path(self) -> str:
        return self.place

    def get_title(self) -> str:
        found = TITLE.search(self.content) if self.place.endswith(".html") else None
        return unescape(found[1].decode()).strip() if found else ""

    def get_mimetype(self) -> str:
        ending = Path(self.place).suffix
        return TYPES.get(ending) or mimetypes.guess_type(self.place)[0] or "application/octet-stream"

    def get_contentprovider(self) -> StringProvider:
        return StringProvider(self.content)

    def get_hints(self) -> dict[Hint, bool]:
        return {Hint.FRONT_ARTICLE: self.place.endswith(".html")}
