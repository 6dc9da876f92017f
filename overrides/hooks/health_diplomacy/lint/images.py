"""Checks that images are small enough for a slow connection, and that each has its author and license.

Images can be anywhere under docs/. Each has an entry in docs/images.yml; pages that show it print the credit.
"""

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import imagesize
from diagnostics import Diagnostic, did_you_mean

from health_diplomacy import COMMAND
from health_diplomacy.content.file_names import IMAGE_SUFFIXES
from health_diplomacy.content.loader import EDITION
from health_diplomacy.content.schema import Image
from health_diplomacy.content.site import Site
from health_diplomacy.lint.svg_safety import check_svg

MAX_BYTES = 400_000
"""Maximum bytes of an image: 1.6 seconds at 2 Mbit/s, a slow mobile connection."""
MAX_SIDE = 2400
"""Maximum pixels of a side: the text column at three device pixels per CSS pixel."""
SIGNATURES = {  # the first bytes of each file type
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".gif": (b"GIF87a", b"GIF89a"),
    ".webp": (b"RIFF",),
}
SOURCE = re.compile(r'<img\b[^>]*?\bsrc="([^"]+)"')


def shown_in(html: str, url: str, known: Mapping[str, Image]) -> list[Image]:
    """The listed images that a built page shows, in order, without duplicates.

    `url` is the page's URL, relative to the site's root.
    """
    sources = (
        posixpath.normpath(posixpath.join(posixpath.dirname(url), unquote(unescape(source))))
        for source in SOURCE.findall(html)
    )
    return [known[source] for source in dict.fromkeys(sources) if source in known]


def check(
    site: Site, docs: Path, display_path: str, files: Collection[str], used: Collection[str]
) -> Iterator[Diagnostic]:
    """The problems of images. `files` are all files of the docs folder, `used` those that pages show, by uri."""
    listed, data = site.images, site.images_file
    present = {uri for uri in files if Path(uri).suffix in IMAGE_SUFFIXES and not EDITION.match(uri)}
    for index, name in enumerate(listed):
        if name not in files:  # a file of another type has its own message
            hint = did_you_mean(name, present - listed.keys(), "add the file, or remove the entry")
            line = data.meta_line(index, "file")
            yield Diagnostic(data.path, line, "I04", f"there is no picture 'docs/{name}'", hint)
    for name in present:
        file, path = docs / name, f"{display_path}/{name}"
        yield from _size(file, path)
        if file.suffix == ".svg" and file.stat().st_size <= MAX_BYTES:
            yield from check_svg(file, path)
        if site.images_complete and name not in listed:
            hint = f"add its entry to {data.path}, or run `{COMMAND} new picture {display_path}/{name}`"
            yield Diagnostic(path, 1, "I03", "the author and license of this picture are not listed", hint)
        if name not in used:
            hint = f"show it with ![What it shows]({name}), or remove it"
            yield Diagnostic(path, 1, "I06", "no page shows this picture", hint, severity="notice")


def _size(file: Path, path: str) -> Iterator[Diagnostic]:
    """An image with too many bytes or pixels, or whose content doesn't match its extension."""
    size = file.stat().st_size
    smaller = "make it at most 1600 pixels wide and save it as JPEG or WebP, or draw it as SVG"
    if size > MAX_BYTES:
        shown = f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{size // 1000} KB"
        yield Diagnostic(path, 1, "I01", f"this picture is {shown}; the limit is {MAX_BYTES // 1000} KB", smaller)
    with file.open("rb") as stream:
        begin = stream.read(16)
    if file.suffix in SIGNATURES and not begin.startswith(SIGNATURES[file.suffix]):
        hint = "save it again in that format, or correct the extension"
        yield Diagnostic(path, 1, "I05", f"the content of this file doesn't match its extension '{file.suffix}'", hint)
        return
    if file.suffix == ".svg":
        return
    try:
        width, height = imagesize.get(str(file))
    except (ValueError, OSError, IndexError, KeyError):
        width = height = -1
    if width < 1 or height < 1:
        yield Diagnostic(path, 1, "I05", "this picture cannot be read", "save it again")
    elif max(width, height) > MAX_SIDE:
        what = f"this picture is {width} × {height} pixels; the limit for a side is {MAX_SIDE}"
        yield Diagnostic(path, 1, "I02", what, smaller)
