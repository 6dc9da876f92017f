"""The style sheet's promises, computed from its own tokens, so that they can't drift from what is shown."""

from __future__ import annotations

import re

import pytest

from tests.reading import ROOT

FOLDER = ROOT / "overrides/assets/stylesheets"
STYLES = (FOLDER / "site.css").read_text(encoding="utf-8")
TEXT = ["ink", "muted", "link", "visited", "thread-1", "thread-2", "thread-3", "thread-4"]


def tokens(scheme: str, styles: str = STYLES) -> dict[str, str]:
    """The color tokens of a scheme, as #rrggbb by name."""
    block = re.search(rf'^\[data-md-color-scheme="{scheme}"\] \{{(.*?)^\}}', styles, re.DOTALL | re.MULTILINE)[1]
    return dict(re.findall(r"--hd-([\w-]+): (#[0-9a-f]{6});", block))


def luminance(color: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, as WCAG 2.2 defines it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["default", "slate"])
@pytest.mark.parametrize("ground", ["paper", "surface"])
@pytest.mark.parametrize("text", TEXT)
def test_text_keeps_a_contrast_of_4_5_on_every_ground(scheme, ground, text):
    """WCAG 2.2, 1.4.3 (AA)."""
    assert contrast(tokens(scheme)[text], tokens(scheme)[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["default", "slate"])
def test_running_text_keeps_a_contrast_of_7(scheme):
    """WCAG 2.2, 1.4.6 (AAA)."""
    assert contrast(tokens(scheme)["ink"], tokens(scheme)["paper"]) >= 7
    assert contrast(tokens(scheme)["ink"], tokens(scheme)["mark"]) >= 7


@pytest.mark.parametrize("scheme", ["default", "slate"])
def test_lines_that_carry_meaning_keep_a_contrast_of_3(scheme):
    """WCAG 2.2, 1.4.11 (AA)."""
    for line in ("rule", "documented", "partly", "disputed", "open"):
        for ground in ("paper", "surface"):
            assert contrast(tokens(scheme)[line], tokens(scheme)[ground]) >= 3, (line, ground)


def test_both_schemes_have_the_same_tokens():
    assert tokens("default").keys() == tokens("slate").keys()


def test_dark_colors_are_the_same_without_a_script():
    assert tokens("default", (FOLDER / "dark-without-script.css").read_text(encoding="utf-8")) == tokens("slate")


def test_the_first_four_topics_have_colors_of_their_own_and_a_fifth_has_the_color_of_links():
    threads = [color for name, color in tokens("default").items() if name.startswith("thread-")]
    assert len(threads) == len(set(threads)) == 4
    assert re.findall(r"var\(--hd-thread\)", STYLES) == []
