"""The style sheets' promises, computed from their own tokens, so that they can't drift from what is shown."""

import re

import pytest

from tests.reading import ROOT, read

STYLES = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "overrides/assets/stylesheets").glob("*.css"))
TEXT = ("ink", "muted", "link", "visited", "thread-1", "thread-2", "thread-3", "thread-4")
LINES = ("rule", "documented", "partly", "disputed", "open")


def blocks(scheme: str) -> list[dict[str, str]]:
    """The color tokens (#rrggbb by name) of each block that sets a scheme; the dark one is set twice."""
    found = re.findall(rf"color-scheme: {scheme};(.*?)\n\}}", STYLES, re.DOTALL)
    return [dict(re.findall(r"--hd-([\w-]+): (#[0-9a-f]{6});", block)) for block in found]


def luminance(color: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, as WCAG 2.2 defines it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_lines_that_carry_meaning_keep_their_contrast_on_every_ground(scheme):
    """WCAG 2.2, 1.4.3 (AA), 1.4.11 (AA) and, for running text, 1.4.6 (AAA)."""
    colors = blocks(scheme)[0]
    least = {**dict.fromkeys(TEXT, 4.5), **dict.fromkeys(LINES, 3)}
    pairs = [(name, ground, ratio) for name, ratio in least.items() for ground in ("paper", "surface")]
    pairs += [("ink", "paper", 7), ("ink", "mark", 7)]
    assert [pair for pair in pairs if contrast(colors[pair[0]], colors[pair[1]]) < pair[2]] == []


def test_both_schemes_have_the_same_tokens_and_dark_ones_are_the_same_by_the_device_and_by_choice():
    (light,), (device, chosen) = blocks("light"), blocks("dark")
    assert device == chosen
    assert light.keys() == device.keys()


def test_the_browsers_toolbar_has_the_background_color_of_the_page():
    pattern = r'name="theme-color" media="\(prefers-color-scheme: (\w+)\)" content="(#\w+)"'
    colors = re.findall(pattern, read("overrides/main.html"))
    assert dict(colors) == {scheme: blocks(scheme)[0]["paper"] for scheme in ("light", "dark")}
