"""Pictures of pages for where they are shared, and the e-book's cover: SVG templates, drawn with the repository's own typefaces."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import resvg_py
from fontTools.ttLib import TTFont
from health_diplomacy.content.front_matter import EssayPage, TopicPage
from PIL import Image

from . import fonts
from .edition import Edition

ICONS = {"favicon": (48, None), "icon-192": (192, None), "icon-512": (512, None), "apple-touch-icon": (180, "#0b5563")}
"""Pictures of the site's sign by name: their size in pixels, and the color behind where there may be no transparency."""


@dataclass(frozen=True)
class Lines:
    """Text broken to a width, at the largest size (in pixels) at which it fits."""

    lines: list[str]
    size: int


def write(edition: Edition, folder: Path) -> int:
    """Draws a card for each page into `folder`, named after it: `topics-peace-building.png`. Returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        draw = _Studio(edition, Path(place))
        for uri in edition.site.pages:
            (folder / f"{uri.removesuffix('.md').replace('/', '-')}.png").write_bytes(draw.card(uri))
    return len(edition.site.pages)


def cover(edition: Edition) -> bytes:
    """The e-book's cover as PNG, 1200 by 1800."""
    with tempfile.TemporaryDirectory() as place:
        return _Studio(edition, Path(place)).cover()


def icons(folder: Path) -> None:
    """Draws the sign of the site, `favicon.svg` in `folder`, at the sizes that systems ask for."""
    sign = (folder / "favicon.svg").read_text(encoding="utf-8")
    for name, (size, ground) in ICONS.items():
        drawn = resvg_py.svg_to_bytes(
            svg_string=sign, width=size, height=size, background=ground, skip_system_fonts=True
        )
        (folder / f"{name}.png").write_bytes(bytes(drawn))


class _Studio:
    def __init__(self, edition: Edition, place: Path):
        self.edition = edition
        self.env = edition.templates()
        self.files = [str(face.file) for face in fonts.static(edition, place) if face.style == "normal"]
        self.sans = [file for file in self.files if "public-sans" in file]
        self.serif = [file for file in self.files if "literata" in file]

    def card(self, uri: str) -> bytes:
        site, words = self.edition.site, self.edition.context.ui
        page = site.pages[uri]
        essay, topic = isinstance(page, EssayPage), isinstance(page, TopicPage)
        home = uri == "index.md"
        label = (
            f"{words['essay']} {page.number} {words['of']} {len(site.essays)}"
            if essay
            else words["topic"]
            if topic
            else ""
        )
        current = next((each.number for each in site.topics if each.uri == uri), 0)
        return self._drawn(
            "card.svg",
            label=label,
            current=current,
            voice="essay" if essay else "site",
            site="" if home else self.edition.context.name,
            title=self._fitted(
                self.edition.context.name if home else page.title,
                self.serif if essay else self.sans,
                700,
                (72, 64, 56, 50, 44),
                4,
            ),
            about=self._fitted(
                page.question if topic else page.title if home else "" if essay else page.description,
                self.sans,
                700,
                (34, 30, 27),
                3,
            ),
        )

    def cover(self) -> bytes:
        context = self.edition.context
        return self._drawn(
            "cover.svg",
            title=self._fitted(context.name, self.sans, 920, (116, 104, 92, 80), 1),
            subtitle=self._fitted(self.edition.description, self.sans, 920, (46, 42, 38), 4),
            date=context.format_day(self.edition.moment.date()),
        )

    def _drawn(self, template: str, **values: Any) -> bytes:
        svg = self.env.get_template(template).render(
            threads=len(self.edition.site.topics) or 4, **{"current": 0, **values}
        )
        drawn = resvg_py.svg_to_bytes(svg_string=svg, font_files=self.files, skip_system_fonts=True)
        # Few colors are needed: a quarter of the size, and nothing to be seen of it.
        picture = Image.open(io.BytesIO(bytes(drawn))).convert("RGB").quantize(64, dither=Image.Dither.NONE)
        small = io.BytesIO()
        picture.save(small, "PNG", optimize=True)
        return small.getvalue()

    @staticmethod
    def _fitted(text: str, files: list[str], width: int, sizes: tuple[int, ...], most: int) -> Lines:
        measured = _measure(tuple(files))
        for size in sizes:
            lines = _broken(text, lambda words, size=size: measured(words) * size <= width)
            if len(lines) <= most:
                return Lines(lines, size)
        return Lines([*lines[: most - 1], f"{lines[most - 1]} …"], sizes[-1])


def _broken(text: str, fits: Callable[[str], bool]) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and fits(f"{lines[-1]} {word}"):
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


@cache
def _measure(files: tuple[str, ...]) -> Callable[[str], float]:
    """Gives the width of words at size 1, in the boldest of the faces: what fits in bold fits in all."""
    opened = [TTFont(file) for file in files if file.endswith("-600.ttf")]
    tables = [(font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm) for font in opened]

    def width(words: str) -> float:
        total = 0.0
        for sign in words:
            known = next((table for table in tables if ord(sign) in table[0]), tables[0])
            names, advances, unit = known
            total += advances[names.get(ord(sign), ".notdef")][0] / unit
        return total

    return width
