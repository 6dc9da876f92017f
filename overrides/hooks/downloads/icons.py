"""The site's icons in the sizes that browsers and operating systems ask for: `python overrides/hooks icons`."""

from pathlib import Path

import resvg_py

SIZES = {"favicon": 48, "icon-192": 192, "icon-512": 512, "apple-touch-icon": 180}  # in pixels
BACKGROUNDS = {"apple-touch-icon": "#0b5563"}  # iOS shows transparency as black


def write(folder: Path) -> None:
    """Render `favicon.svg` in `folder` as PNG, in every size."""
    svg = (folder / "favicon.svg").read_text(encoding="utf-8")
    for name, size in SIZES.items():
        png = resvg_py.svg_to_bytes(
            svg_string=svg, width=size, height=size, background=BACKGROUNDS.get(name), skip_system_fonts=True
        )
        (folder / f"{name}.png").write_bytes(png)
