"""Checks of the files that machines read: sitemap, search index; and of files that can't be read."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

from .. import urls
from ..model import Link, Page, Problem, Role, State
from . import Context, site_wide


def _entries(context: Context, role: Role) -> Iterator[Link]:
    for record in context.records.values():
        if any(reference.role is role for reference in record.references):
            yield from (link for link in context.resolver.links(record) if link.reference.role is role)


@site_wide("L09", "the sitemap is wrong")
def sitemap(context: Context) -> Iterator[Problem]:
    """The sitemap lists pages of the hosted site, each by its whole address, and nothing else.

    Source: the protocol of sitemaps.org, "Sitemap file location" and "loc".

    Bad: `<loc>https://pages.example/health/old/</loc>` without a page `old`
    Good: `<loc>https://pages.example/health/topics/</loc>` with a page `topics`
    """
    site = context.site
    if not site.hosted:
        return
    for page, reference, target in _entries(context, Role.SITEMAP):
        if target.state is not State.FINE or not target.path:
            yield _entry(page, reference.value, "is not a page or sitemap of this site.")
        elif urls.scheme(reference.value) not in ("http", "https"):
            yield _entry(page, reference.value, "is not a whole address.")
        elif (own := site.address_of(target.path)) != urls.join(site.address, reference.value):
            yield _entry(page, reference.value, f"is not the address of its page, which is '{own}'.")
    if not any(record.kind == "sitemap" for record in site.records.values()):
        yield Problem(
            "sitemap.xml", "the site has no sitemap.", "set site_url in mkdocs.yml and build again.", kind="file"
        )


@site_wide("L10", "the search index and the pages differ")
def search_index(context: Context) -> Iterator[Problem]:
    """Each place that the search may offer must exist, with its part after `#`.

    Bad: `{"location": "topics/#old-heading"}` in search/search_index.json
    Good: `{"location": "topics/#heading"}` when topics has that heading
    """
    for page, reference, target in _entries(context, Role.SEARCH):
        if target.state is not State.FINE:
            yield _entry(page, reference.value, "is not in the site.")


def _entry(page: Page, value: str, what: str) -> Problem:
    return Problem(page.path, f"its entry '{value}' {what}", "build again, or remove the entry.", value, "text", value)


@site_wide("L15", "a file can't be read")
def unreadable(context: Context) -> Iterator[Problem]:
    """Pages are UTF-8 text (WHATWG HTML, section 4.2.5.4); JSON, XML and SVG must be well-formed.

    Pictures, fonts and papers must hold something, and not an error page saved under their name;
    archives must be whole, and subtitles begin as they must (WebVTT, section 4.1).

    Bad: a page saved as Windows-1252, a sitemap cut off in the middle
    Good: files saved as UTF-8 and whole
    """
    for page in context.site.records.values():
        for message, hint in page.errors:
            yield Problem(page.path, f"{message}.", f"{hint}.", kind="file")
    for path in sorted(context.site.files):
        if path.lower().endswith(_BINARY + _PACKED + _TEXT) and (wrong := _not_itself(context.site.folder / path)):
            yield Problem(path, f"{wrong}.", "put the real file in its place.", kind="file")


_BINARY = (
    ".avif",
    ".gif",
    ".ico",
    ".jpeg",
    ".jpg",
    ".mp3",
    ".mp4",
    ".ogg",
    ".otf",
    ".pdf",
    ".png",
    ".ttf",
    ".wasm",
    ".webm",
    ".webp",
    ".woff",
    ".woff2",
)
_PACKED = (".docx", ".epub", ".jar", ".odt", ".pptx", ".xlsx", ".zip")
_TEXT = (".css", ".js", ".json", ".mjs", ".vtt", ".webmanifest")


def _not_itself(file: Path) -> str:
    """What a file is instead of what its name says, or ""."""
    try:
        with open(file, "rb") as opened:
            head = opened.read(200).lstrip().lower()
    except OSError as error:
        return f"this file can't be read ({error.strerror})"
    ending = file.suffix.lower()
    if not head and ending not in _TEXT:
        return "this file is empty"
    if head.startswith((b"<!doctype html", b"<html")):
        return "this file is a page, whatever its name says"
    if head.startswith(b"version https://git-lfs"):
        return "this file is a pointer of Git LFS, and not the file itself"
    if ending == ".vtt" and not head.removeprefix(b"\xef\xbb\xbf").startswith(b"webvtt"):  # WebVTT, section 4.1
        return "this file holds no subtitles that browsers read, as its first line is not WEBVTT"
    if ending in _PACKED and not zipfile.is_zipfile(file):
        return "this file is cut off, or not what its name says"
    return ""
