"""The typefaces of the book and the cards: Literata for the essays' words, Public Sans for the site's, both in this repository.

Nothing is taken from the machine, so that every machine makes the same file.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from health_diplomacy.problems import Problem

from .edition import FONTS, Edition


@dataclass(frozen=True)
class Face:
    """A font file and the name, style and weights by which style sheets ask for it."""

    family: str
    file: Path
    style: str = "normal"
    weights: str = "400 700"


def faces(edition: Edition) -> list[Face]:
    """Every face, those that cover the most first."""
    return [
        Face("Literata", edition.overrides / "assets/fonts/literata-latin.woff2"),
        Face("Public Sans", FONTS / "public-sans-latin.woff2"),
        Face("Public Sans", FONTS / "public-sans-latin-italic.woff2", "italic"),
        Face("Public Sans Extended", FONTS / "public-sans-latin-ext.woff2"),
        Face("Public Sans Extended", FONTS / "public-sans-latin-ext-italic.woff2", "italic"),
    ]


def style_sheet(listed: Iterable[Face]) -> str:
    """Faces as CSS, their files beside it in `fonts/`."""
    rule = '@font-face {{ font-family: "{0.family}"; src: url("fonts/{0.file.name}"); font-style: {0.style}; font-weight: {0.weights}; }}\n'
    return "".join(rule.format(face) for face in listed)


@cache
def _signs(file: Path) -> frozenset[int]:
    return frozenset(TTFont(file).getBestCmap())


def check(edition: Edition, text: Iterable[str]) -> list[Problem]:
    """The signs for which no face has a shape, where they are first written: a reader would see an empty box.

    Bad:  `東` in a note, with Latin typefaces only   Good:  its name in Latin letters, or a typeface that has it
    """
    known = frozenset().union(*(_signs(face.file) for face in faces(edition)))
    missing = {sign for sign in text if ord(sign) not in known and not sign.isspace()}
    return [_told(edition, sign) for sign in sorted(missing)]


def _told(edition: Edition, sign: str) -> Problem:
    name = unicodedata.name(sign, "a sign without a name").lower()
    what = f"the book has no shape for '{sign}' (U+{ord(sign):04X}, {name})"
    hint = "write it otherwise, or add a typeface that has it to overrides/hooks/takeaway/fonts.py"
    for file in sorted(edition.docs.rglob("*")):
        text = file.read_text(encoding="utf-8") if file.suffix in {".md", ".yml"} and file.is_file() else ""
        if sign in text:
            return Problem(
                file.relative_to(edition.root).as_posix(), text.count("\n", 0, text.index(sign)) + 1, "D06", what, hint
            )
    return Problem("overrides/partials/words", 1, "D06", what, hint)


def static(edition: Edition, folder: Path) -> list[Face]:
    """Each face at the two weights that are used, as plain TrueType in `folder`: neither WeasyPrint nor resvg takes a variable font by its weights."""
    made = []
    for face in faces(edition):
        for weight in (400, 600) if face.style == "normal" else (400,):
            made.append(Face(face.family, folder / f"{face.file.stem}-{weight}.ttf", face.style, str(weight)))
            made[-1].file.write_bytes(_instance(face, weight))
    return made


@cache
def _instance(face: Face, weight: int) -> bytes:
    font = instancer.instantiateVariableFont(TTFont(face.file), {"wght": weight})
    font.flavor = None
    font["OS/2"].usWeightClass = weight
    for name in (1, 16):
        font["name"].setName(face.family, name, 3, 1, 0x409)
    written = io.BytesIO()
    font.save(written)
    return written.getvalue()
