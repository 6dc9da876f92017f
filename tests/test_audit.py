"""How well the pages read, held to figures: `pytest -m audit`. `python -m tests.audit` prints them beside stock Material's."""

import os

import pytest

from tests.audit import measure, tools
from tests.browsing import WIDE, program
from tests.reading import SOURCES, address_of

pytestmark = [pytest.mark.audit, pytest.mark.browser]

# Maximum bytes of a first visit. Lists that grow with every source, and that nobody reads from top to bottom, may be larger.
WEIGHT, WITH_FONTS = 30_000, 90_000
WEIGHTS = {
    **{source: 20_000 for source in SOURCES if source.startswith("topics/")},
    "evidence/collaborations.md": 52_000,
    "evidence/defense.md": 52_000,
}
PAGES = [address_of(source) for source in SOURCES] + ["nowhere/at/all/"]


@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing_on_a_wide_light_or_narrow_dark_page(browser, online, address):
    context = browser.new_context(viewport=WIDE, color_scheme="light", bypass_csp=True)
    tab = context.new_page()
    tab.goto(online + address)
    tab.evaluate("document.querySelectorAll('details').forEach(node => { node.open = true })")
    found = measure.violations(tab)
    tab.set_viewport_size({"width": 320, "height": 800})
    tab.emulate_media(color_scheme="dark")
    found += measure.violations(tab)
    context.close()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_in_search_results_nor_in_a_shown_reference(browser, online, width):
    context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    tab = context.new_page()
    tab.goto(online + "search/?q=health")
    tab.locator(".hd-found li").first.wait_for()
    found = measure.violations(tab)
    tab.goto(online + "evidence/defense/?")
    tab.locator(".hd-cites a").first.focus()
    tab.locator(".hd-tip").wait_for()
    found += measure.violations(tab)
    tab.goto(online + "evidence/?verdict=disputed")
    found += measure.violations(tab)
    context.close()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("address", PAGES)
def test_a_first_visit_is_light_still_and_private(browser, online, address):
    visited = measure.visit(browser, online + address)
    assert (visited.elsewhere, visited.cookies) == ([], 0)
    assert visited.moved == 0
    assert [each for each in visited.blocking if not each.endswith(".css")] == []
    source = next((each for each in SOURCES if address_of(each) == address), "")
    assert visited.weight <= WEIGHTS.get(source, WEIGHT), visited
    assert visited.weight + visited.fonts <= WITH_FONTS, visited


@pytest.mark.parametrize("address", PAGES)
def test_nothing_is_lost_when_text_is_spaced_enlarged_or_recolored(browser, online, address):
    context = browser.new_context(
        viewport={"width": 640, "height": 450}, bypass_csp=True, forced_colors="active", reduced_motion="reduce"
    )
    tab = context.new_page()
    tab.goto(online + address)
    for width in (320, 640):  # 400 % and 200 % of a window of 1280
        tab.set_viewport_size({"width": width, "height": 450})
        assert tab.evaluate(measure.SIDEWAYS) <= 0
    tab.add_style_tag(content=measure.SPACING)
    for width in (320, 1280):
        tab.set_viewport_size({"width": width, "height": 800})
        assert tab.evaluate(measure.SIDEWAYS) <= 0
        assert tab.evaluate(measure.CUT_OFF) == []
    moving = tab.evaluate(
        "document.getAnimations().filter(each => each.timeline instanceof DocumentTimeline && each.playState === 'running').length"
    )
    context.close()
    assert moving == 0


@pytest.fixture(scope="module")
def npm_tools() -> None:
    """The validator and Lighthouse; on a machine without them a skip, in CI a failure."""
    if lack := tools.missing():
        pytest.fail(lack) if os.environ.get("CI") else pytest.skip(lack)


@pytest.mark.parametrize("edition", ["hosted", "offline"])
def test_the_validator_finds_no_error(request, npm_tools, edition):
    pages = sorted(request.getfixturevalue(edition).rglob("*.html"))
    found = tools.invalid(pages)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("address", ["", "essays/defense/", "topics/peace-building/", "evidence/"])
def test_lighthouse_gives_full_marks(npm_tools, online, address):
    assert tools.lighthouse(online + address, program()) == dict.fromkeys(tools.CATEGORIES, 100)
