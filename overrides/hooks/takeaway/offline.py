"""The offline site: what a browser opens from a folder, without what only servers or developers need."""

from __future__ import annotations

import re
from pathlib import Path

from . import archive
from .edition import Edition

UNUSED = re.compile(r"(^|/)(search_index\.json|.*\.map)$|^assets/javascripts/lunr/")
SOURCE_MAP = re.compile(rb"\n?(//[#@] sourceMappingURL=[^\n]*|/\*[#@] sourceMappingURL=.*?\*/)\n?")


def files(site: Path) -> dict[str, bytes]:
    """The files of an offline build, by their place in it, sorted.

    Left out: source maps, the search index in the form for servers, and the parts of Material's search
    for languages that this site is not in (its own language, English, needs none).
    """
    found = {}
    for file in sorted(site.rglob("*")):
        place = file.relative_to(site).as_posix()
        if file.is_file() and not UNUSED.search(place):
            content = file.read_bytes()
            found[place] = SOURCE_MAP.sub(b"", content) if place.endswith((".js", ".css")) else content
    return dict(sorted(found.items()))


def write(edition: Edition, pages: dict[str, bytes], target: Path) -> None:
    """Writes the ZIP: one folder, to be unpacked anywhere and opened at its `index.html`."""
    archive.write(target, ((f"{edition.slug}/{place}", content) for place, content in pages.items()))
