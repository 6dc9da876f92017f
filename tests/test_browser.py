"""Reading in a real browser: by mouse and by keyboard, online and from a folder, wide and narrow."""

import re

import pytest
from playwright.sync_api import expect

from tests.browsing import PHONE, WIDE
from tests.reading import ONE_OF_EACH_KIND, SITE_URL, address_of

pytestmark = pytest.mark.browser

BACKGROUND = "getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(251, 249, 244)", "rgb(20, 25, 27)"


def test_a_reader_goes_from_home_to_a_topic_to_the_paragraph_and_back(open_tab, url_of):
    tab = open_tab(url_of("index.md"))
    tab.get_by_role("link", name="COVID-19 response").first.click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("COVID-19 response")
    tab.get_by_role("link", name="Essay 1, ¶ 8").click()
    assert tab.url.endswith("#collaborations-8")
    paragraph = tab.locator("#collaborations-8")
    expect(paragraph).to_be_in_viewport()
    expect(paragraph).to_contain_text("By sharing its commendable vaccination strategy")
    tab.locator(".hd-para", has=paragraph).get_by_role("link", name="COVID-19 response").click()
    assert tab.url.endswith("#collaborations-8")
    expect(tab.get_by_role("heading", level=1)).to_have_text("COVID-19 response")
    tab.go_back()
    expect(paragraph).to_be_in_viewport()


FOCUSED = """() => {
    const node = document.activeElement
    if (node === document.body) return null
    const box = node.getBoundingClientRect(), style = getComputedStyle(node)
    return {
        name: (node.innerText || node.getAttribute('aria-label') || '').trim(),
        visible: box.width > 0 && box.height > 0 && node.checkVisibility({visibilityProperty: true}),
        marked: style.outlineStyle !== 'none' || style.boxShadow !== 'none',
        html: node.outerHTML.slice(0, 120),
    }
}"""


WALKS = [(source, "phone") for source in ONE_OF_EACH_KIND]
WALKS += [(source, "wide") for source in ("index.md", "essays/defense.md", "topics/index.md")]


@pytest.mark.parametrize("source, viewport", WALKS)
def test_a_keyboard_walks_the_whole_page_and_sees_where_it_is(open_tab, online, source, viewport):
    results = "?q=essay" if source == "search.md" else ""  # without them, the search page begins in its field
    tab = open_tab(online + address_of(source) + results, viewport={"wide": WIDE, "phone": PHONE}[viewport])
    if results:
        expect(tab.locator(".hd-found li")).not_to_have_count(0)
    walked = []
    for _ in range(tab.locator("a[href], button, input, select, summary, [tabindex]").count() + 2):
        tab.keyboard.press("Tab")
        focused = tab.evaluate(FOCUSED)
        if focused is None:
            break
        assert focused["visible"], f"focus lands on what cannot be seen: {focused['html']}"
        assert focused["marked"], f"focus is not shown on {focused['html']}"
        walked.append(focused["name"])
    assert walked[:7] == ["Skip to content", "Health Diplomacy", "Essays", "Topics", "Evidence", "Glossary", "About"]
    assert walked[-1] == "Search", "the walk ends in the footer"


def test_colors_follow_the_reader_and_the_choice_is_kept(open_tab, online):
    tab = open_tab(online, color_scheme="dark")
    assert tab.evaluate(BACKGROUND) == DARK
    button = tab.get_by_role("button", name="Dark mode")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    assert tab.evaluate(BACKGROUND) == LIGHT
    expect(button).to_have_attribute("aria-pressed", "false")
    button.press("Enter")
    assert tab.evaluate(BACKGROUND) == DARK
    button.press("Space")
    tab.get_by_role("link", name="Glossary").first.click()
    assert tab.evaluate(BACKGROUND) == LIGHT


def test_the_menu_of_a_small_phone_fits_into_one_row(open_tab, online):
    tab = open_tab(online + "evidence/", viewport={"width": 320, "height": 640})
    entries = tab.get_by_role("navigation", name="Main menu").get_by_role("link")
    assert len({entry.bounding_box()["y"] for entry in entries.all()}) == 1


def test_a_phone_has_a_way_back_to_the_top_while_scrolling_up(open_tab, online):
    tab = open_tab(online + "evidence/collaborations/", viewport=PHONE)
    way = tab.get_by_role("link", name="Back to top")
    expect(way).to_be_hidden()
    tab.mouse.wheel(0, 9_000)
    expect(tab.locator("#collaborations-2-1")).not_to_be_in_viewport()
    expect(way).to_be_hidden()
    tab.mouse.wheel(0, -100)
    expect(way).to_be_in_viewport(ratio=1)
    way.click()
    expect(tab.get_by_role("banner")).to_be_in_viewport()
    tab.set_viewport_size(WIDE)
    expect(way).to_be_hidden()


def test_the_list_of_contents_marks_the_paragraph_being_read(open_tab, online):
    tab = open_tab(online + "essays/collaborations/")
    links = tab.get_by_role("navigation", name="On this page").get_by_role("link")
    current = tab.get_by_role("navigation", name="On this page").locator("[aria-current]")
    for link in links.all():
        link.click()
        expect(current).to_have_text(link.text_content())
        tab.mouse.wheel(0, 10)  # a line on is the same section
        expect(current).to_have_text(link.text_content())


def test_forced_colors_leave_none_of_the_sites_own(open_tab, online):
    tab = open_tab(online + "topics/", forced_colors="active")
    paints = r"""nodes => [...new Set(nodes.flatMap(node => {
        const { fill, stroke, color, backgroundColor } = getComputedStyle(node)
        return [fill, stroke, color, backgroundColor].filter(each => !/^rgba.* 0\)$/.test(each))
    }))]"""
    names = ["Canvas", "CanvasText", "LinkText", "VisitedText", "GrayText", "Field", "FieldText"]
    system = tab.evaluate(
        """names => names.map(name => {
            document.body.style.color = name
            return getComputedStyle(document.body).color
        })""",
        names,
    )
    assert set(tab.locator("main *").evaluate_all(paints)) <= {*system, "none"}


LINE_LENGTHS = """node => {
    const text = document.createTreeWalker(node, NodeFilter.SHOW_TEXT), lines = new Map()
    for (let part = text.nextNode(); part; part = text.nextNode())
        for (let i = 0; i < part.length; i++) {
            const range = document.createRange()
            range.setStart(part, i); range.setEnd(part, i + 1)
            const top = Math.round(range.getBoundingClientRect().top / 6)
            lines.set(top, (lines.get(top) || 0) + 1)
        }
    return [...lines.values()]
}"""


@pytest.mark.parametrize(
    "source, paragraph",
    [
        ("essays/defense.md", "#defense-4"),
        ("topics/peace-building.md", ".hd-question + p"),
        ("about.md", "#what-it-is + p"),
    ],
)
def test_the_longest_line_holds_60_to_80_characters(open_tab, online, source, paragraph):
    tab = open_tab(online + address_of(source))
    tab.evaluate("document.fonts.ready")
    for width in (1280, 1440, 1920):
        tab.set_viewport_size({"width": width, "height": 900})
        lengths = tab.locator(paragraph).evaluate(LINE_LENGTHS)
        assert len(lengths) > 2
        assert 60 <= max(lengths) <= 80, width


def test_pages_read_without_javascript_in_light_and_dark_colors(open_tab, online):
    tab = open_tab(online, java_script_enabled=False)
    for source in ONE_OF_EACH_KIND:
        tab.goto(online + address_of(source))
        expect(tab.get_by_role("heading", level=1)).to_be_visible()
        expect(tab.get_by_role("navigation", name="Main menu").get_by_role("link")).to_have_count(5)
        expect(tab.get_by_role("navigation", name="Footer menu").get_by_role("link").last).to_have_text("Search")
        for paragraph in tab.locator("article > p:not([hidden], [role])").all()[:5]:
            expect(paragraph).to_be_visible()
        assert tab.evaluate(BACKGROUND) == LIGHT
        tab.emulate_media(color_scheme="dark")
        assert tab.evaluate(BACKGROUND) == DARK
        tab.emulate_media(color_scheme="light")
        for idle in (tab.get_by_role("button"), tab.get_by_role("searchbox")):
            expect(idle, source).to_have_count(0)


def test_the_404_page_leads_back_from_any_depth(open_tab, online):
    missing = "a/b/c/d.html"
    tab = open_tab(online + missing)
    for link, heading in (
        ("Search the site", "Search"),
        ("Peace-building", "Peace-building"),
        ("Go to the home page", "Health Diplomacy"),
    ):
        expect(tab.get_by_role("heading", level=1)).to_have_text("Page not found")
        tab.get_by_role("link", name=link).click()
        expect(tab.get_by_role("heading", level=1)).to_have_text(heading)
        tab.goto(online + missing)


def test_print_shows_the_text_without_the_controls(open_tab, online):
    tab = open_tab(online, color_scheme="dark")
    tab.emulate_media(media="print")
    for source in ONE_OF_EACH_KIND:
        tab.goto(online + address_of(source))
        expect(tab.get_by_role("heading", level=1)).to_be_visible()
        for control in (".hd-header", ".hd-next", ".hd-footer nav"):
            expect(tab.locator(control)).to_be_hidden()
        expect(tab.locator(".hd-footer__address")).to_have_text(f"{SITE_URL}{address_of(source)}")
        expect(tab.locator(".hd-footer__address")).to_be_visible()
        assert tab.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_the_essays_are_set_in_their_own_typeface_from_the_sites_own_file(open_tab, url_of):
    tab = open_tab(url_of("essays/defense.md"))
    tab.evaluate("document.fonts.ready")
    loaded = "[...document.fonts].filter(font => font.status === 'loaded').map(font => font.family)"
    assert tab.evaluate(loaded).count("Literata") == 1
    assert "Literata" in tab.locator("#defense-1").evaluate("node => getComputedStyle(node).fontFamily")
    assert "Literata" not in tab.locator(".hd-terms dd").first.evaluate("node => getComputedStyle(node).fontFamily")


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_first_screen_says_what_the_site_is_about(open_tab, online, viewport):
    opening = open_tab(online, viewport=viewport).locator(".hd-lede")
    expect(opening).to_be_in_viewport(ratio=1)
    expect(opening).to_contain_text(re.compile("essays .* “the Islamic Nation” .* health"))


def test_a_heading_is_read_as_its_words_only(open_tab, online):
    tab = open_tab(online)
    for source in ONE_OF_EACH_KIND:
        tab.goto(online + address_of(source))
        assert [text for text in tab.get_by_role("heading").all_inner_texts() if "#" in text] == [], source
