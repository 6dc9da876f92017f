"""The offline copy of the site as a ZIM file for Kiwix, with titles and a full-text index (openZIM format 6)."""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import resvg_py
from libzim.writer import Creator, Hint, Item, StringProvider
from selectolax.lexbor import LexborHTMLParser

from .edition import Edition
from .files import media_type

ISO_639_3 = {"en": "eng", "ar": "ara", "fr": "fra"}
FILE_UUID, CHECKSUM = slice(8, 24), slice(-16, None)
XAPIAN_UUID = re.compile(rb"\x0f\rXapian Glass..(?P<uuid>.{16})", re.DOTALL)  # in the header of each index


def write(edition: Edition, offline_site: Mapping[str, bytes], target: Path) -> None:
    """Write the ZIM file. `offline_site` maps paths in the offline build to the content of the files."""
    metadata = _metadata(edition)
    creator = Creator(target)
    creator.config_indexing(True, metadata["Language"])
    creator.config_nbworkers(1)  # with more, the order of entries varies between builds
    creator.set_mainpath("index.html")
    icon = (edition.overrides / "assets/images/favicon.svg").read_text(encoding="utf-8")
    with _stdout_discarded(), creator:
        png = resvg_py.svg_to_bytes(svg_string=icon, width=48, height=48, skip_system_fonts=True)
        creator.add_illustration(48, png)
        for name, value in metadata.items():
            creator.add_metadata(name, value)
        for path, content in offline_site.items():
            creator.add_item(_Entry(path, content))
    target.write_bytes(_with_stable_uuids(bytearray(target.read_bytes())))


def _metadata(edition: Edition) -> dict[str, str]:
    """The metadata that openZIM requires or recommends, within its limits on length."""
    language = edition.context.language
    return {
        "Title": edition.context.name[:30],
        "Description": edition.site.pages["index.md"].title[:80],
        "LongDescription": edition.config.site_description or "",
        "Language": ISO_639_3.get(language, language),
        "Name": f"{edition.slug}_{language}",
        "Creator": edition.context.name,
        "Publisher": edition.context.name,
        "Date": edition.commit_time.date().isoformat(),
        "Source": edition.context.base_url,
        "Scraper": edition.slug,
        "Tags": "_ftindex:yes;_pictures:yes",
    }


def _with_stable_uuids(content: bytearray) -> bytes:
    """Replace the random UUIDs of libzim and Xapian by ones derived from the content.

    So the same content gives the same file, and other content another UUID, as the format requires.
    The file ends with the MD5 checksum of all before it.
    """
    positions = [FILE_UUID, *(slice(*match.span("uuid")) for match in XAPIAN_UUID.finditer(content))]
    for position in (*positions, CHECKSUM):
        content[position] = bytes(16)
    for number, position in enumerate(positions):
        content[position] = hashlib.sha256(content + bytes([number])).digest()[:16]
    content[CHECKSUM] = hashlib.md5(content[:-16], usedforsecurity=False).digest()
    return bytes(content)


@contextmanager
def _stdout_discarded() -> Iterator[None]:
    """Discard the progress that libzim's native code prints, which bypasses `sys.stdout`."""
    stdout = os.dup(1)
    with open(os.devnull, "wb") as devnull:
        os.dup2(devnull.fileno(), 1)
    try:
        yield
    finally:
        os.dup2(stdout, 1)
        os.close(stdout)


class _Entry(Item):  # type: ignore[misc]
    def __init__(self, path: str, content: bytes):
        super().__init__()
        self.path, self.content = path, content

    def get_path(self) -> str:
        return self.path

    def get_title(self) -> str:
        title = LexborHTMLParser(self.content).css_first("title") if self.path.endswith(".html") else None
        return title.text().strip() if title else ""

    def get_mimetype(self) -> str:
        return media_type(self.path)

    def get_contentprovider(self) -> StringProvider:
        return StringProvider(self.content)

    def get_hints(self) -> dict[Hint, bool]:
        return {Hint.FRONT_ARTICLE: self.path.endswith(".html")}
