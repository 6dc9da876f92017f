"""The fonts of the book and of images: Literata for the essays, Public Sans for everything else.

Only fonts in this repository are used, so that the output doesn't depend on what is installed.
"""

import io
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from diagnostics import Diagnostic
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from .edition import Edition

FOLDER = Path(__file__).resolve().parent / "fonts"


@dataclass(frozen=True)
class Font:
    """A font file, with the descriptors of its `@font-face` rule in `book.css`."""

    family: str
    file_name: str
    content: bytes
    style: str = "normal"
    weight: str = "400 700"


@cache
def variable_fonts(overrides: Path) -> list[Font]:
    """The fonts as they are in the repository, with all their weights in one file."""
    files = [
        ("Literata", overrides / "assets/fonts/literata-latin.woff2", "normal"),
        ("Public Sans", FOLDER / "public-sans-latin.woff2", "normal"),
        ("Public Sans", FOLDER / "public-sans-latin-italic.woff2", "italic"),
        ("Public Sans Extended", FOLDER / "public-sans-latin-ext.woff2", "normal"),
        ("Public Sans Extended", FOLDER / "public-sans-latin-ext-italic.woff2", "italic"),
    ]
    return [Font(family, file.name, file.read_bytes(), style) for family, file, style in files]


@cache
def static_fonts(overrides: Path) -> list[Font]:
    """One TrueType file for each weight in use: WeasyPrint and resvg can't select a weight of a variable font."""
    return [
        _instance(font, weight)
        for font in variable_fonts(overrides)
        for weight in ((400, 600) if font.style == "normal" else (400,))
    ]


def _instance(font: Font, weight: int) -> Font:
    static = instancer.instantiateVariableFont(TTFont(io.BytesIO(font.content)), {"wght": weight})
    static.flavor = None
    static["OS/2"].usWeightClass = weight
    for name_id in (1, 16):  # family and typographic family, by which resvg finds a font
        static["name"].setName(font.family, name_id, 3, 1, 0x409)
    file = io.BytesIO()
    static.save(file)
    name = f"{font.file_name.removesuffix('.woff2')}-{weight}.ttf"
    return replace(font, file_name=name, content=file.getvalue(), weight=str(weight))


def check_glyphs(edition: Edition, characters: Iterable[str]) -> list[Diagnostic]:
    """The characters that no font has, each with the line that first uses it: the book would show an empty box."""
    supported: set[int] = set()
    for font in variable_fonts(edition.overrides):
        supported.update(TTFont(io.BytesIO(font.content)).getBestCmap())
    missing = {character for character in characters if ord(character) not in supported and not character.isspace()}
    return [_missing_glyph(edition, character) for character in sorted(missing)]


def _missing_glyph(edition: Edition, character: str) -> Diagnostic:
    name = unicodedata.name(character, "unnamed character").lower()
    message = f"the book's fonts have no glyph for '{character}' (U+{ord(character):04X}, {name})"
    hint = "use another character, or add a font that has it to overrides/hooks/downloads/fonts.py"
    for file in sorted(edition.docs.rglob("*")):
        text = file.read_text(encoding="utf-8") if file.suffix in {".md", ".yml"} else ""
        if character in text:
            path, line = file.relative_to(edition.root), text.count("\n", 0, text.index(character)) + 1
            return Diagnostic(path.as_posix(), line, "D06", message, hint)
    return Diagnostic(f"overrides/partials/ui/{edition.context.language}.html", 1, "D06", message, hint)
