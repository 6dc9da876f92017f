"""PNG images drawn from SVG templates: the sharing image of each page, and the e-book's cover."""

import io
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import resvg_py
from PIL import Image, ImageFont

from .edition import Edition
from .fonts import static_fonts

COLORS = 64  # a quarter of the size of a full-color PNG, with no visible difference


@dataclass(frozen=True)
class FittedText:
    lines: list[str]
    size: int  # of the font, in pixels


def write_sharing_images(edition: Edition, folder: Path) -> None:
    """Write the `og:image` of each page, 1200 by 630 pixels, named after its source: `topics-peace-building.png`."""
    folder.mkdir(parents=True)
    for uri in edition.site.pages:
        (folder / f"{uri.removesuffix('.md').replace('/', '-')}.png").write_bytes(_sharing_image(edition, uri))


def _sharing_image(edition: Edition, uri: str) -> bytes:
    site, ui = edition.site, edition.context.ui
    page = site.pages[uri]
    essay = site.essay_by_uri.get(uri)
    topic = site.topic_by_uri.get(uri)
    site_name, label, title, text = edition.context.name, "", page.title, page.description
    if essay:
        label, text = f"{ui['essay']} {essay.number} {ui['of']} {len(site.essays)}", ""
    elif topic:
        label, text = ui["topic"], topic.question
    elif uri == "index.md":
        site_name, title, text = "", edition.context.name, page.title
    return _render_png(
        edition,
        "sharing_image.svg",
        site_name=site_name,
        label=label,
        is_essay=bool(essay),
        current=topic.number if topic else 0,
        title=_fit(edition, title, 700, 4, (72, 64, 56, 50, 44), "Literata" if essay else "Public Sans"),
        text=_fit(edition, text, 700, 3, (34, 30, 27)),
    )


def epub_cover(edition: Edition) -> bytes:
    """The e-book's cover, 1200 by 1800 pixels."""
    title = _fit(edition, edition.context.name, 920, 1, (116, 104, 92, 80))
    subtitle = _fit(edition, edition.config.site_description or "", 920, 4, (46, 42, 38))
    return _render_png(edition, "epub/cover.svg", title=title, subtitle=subtitle)


def _render_png(edition: Edition, template: str, **context: Any) -> bytes:
    svg = edition.render(template, **context)
    with tempfile.TemporaryDirectory() as folder:
        fonts = {f"{folder}/{font.file_name}": font for font in static_fonts(edition.overrides)}
        files = [file for file, font in fonts.items() if font.style == "normal"]
        for file in files:
            Path(file).write_bytes(fonts[file].content)
        png = resvg_py.svg_to_bytes(svg_string=svg, font_files=files, skip_system_fonts=True)
    image = Image.open(io.BytesIO(png)).convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)
    small = io.BytesIO()
    image.save(small, "PNG", optimize=True)
    return small.getvalue()


def _fit(
    edition: Edition, text: str, width: int, max_lines: int, sizes: tuple[int, ...], family: str = "Public Sans"
) -> FittedText:
    """Break text into at most `max_lines` lines of `width` pixels, in the first of the sizes that fits.

    Text too long for the last size is cut off with an ellipsis. All text is measured in bold, the widest weight.
    """
    bold = next(font for font in static_fonts(edition.overrides) if (font.family, font.weight) == (family, "600"))
    measure = ImageFont.truetype(io.BytesIO(bold.content), 1000, layout_engine=ImageFont.Layout.BASIC).getlength
    for size in sizes:
        lines: list[str] = []
        for word in text.split():
            if lines and measure(f"{lines[-1]} {word}") * size <= width * 1000:
                lines[-1] += f" {word}"
            else:
                lines.append(word)
        if len(lines) <= max_lines:
            return FittedText(lines, size)
    return FittedText([*lines[: max_lines - 1], f"{lines[max_lines - 1]} …"], sizes[-1])
