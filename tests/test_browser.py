"""Reading in a real browser: by mouse and by keyboard, online and from a folder, wide and narrow."""

import re

import pytest
from playwright.sync_api import expect

from tests.browsing import PHONE, WIDE
from tests.reading import ESSAYS, ONE_OF_EACH_KIND, SITE_URL, SOURCES, address_of

pytestmark = pytest.mark.browser


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


@pytest.mark.parametrize(
    "typed, kind, found",
    [
        ("vaccination strategy", "Essay 1, ¶ 8", "essays/collaborations"),
        ("vaccinated", "Essay 1, ¶ 8", "essays/collaborations"),  # another form of the word
        ("commendable", "Verdict: disputed", "evidence/collaborations"),
        ("ummah", "Term", "glossary"),
        ("epidem", "Term", "glossary"),  # not typed to its end
        ("ummmah", "Term", "glossary"),  # mistyped
        ("peace-building", "Topic", "topics/peace-building"),
        ("amnesty contact tracing", "Source", "evidence/sources"),
        ("two voices", "Page: About this site", "about"),
    ],
)
def test_search_finds_what_people_type_and_says_what_it_is(open_tab, url_of, typed, kind, found):
    tab = open_tab(url_of("search.md"))
    expect(tab.get_by_role("combobox", name="Search essays, topics, sentences, terms, and sources")).to_be_focused()
    tab.keyboard.type(typed)
    expect(tab.locator(".hd-ask__status")).to_contain_text(f"“{typed}”")
    result = tab.locator(
        ".hd-found li", has=tab.locator(".hd-found__kind", has_text=re.compile("^" + re.escape(kind)))
    ).first
    expect(result).to_be_visible()
    expect(result.locator("mark").first).to_be_visible()
    result.get_by_role("link").press("Enter")  # suggestions may cover it
    tab.wait_for_url(f"**{found}**")


def test_search_puts_the_essays_before_the_sources_that_share_their_words(open_tab, online):
    tab = open_tab(online + "search/?q=vaccinated")
    expect(tab.locator(".hd-found__kind").first).to_have_text("Essay 1, ¶ 8")


def test_search_finds_each_passage_once_and_its_claim(open_tab, online):
    tab = open_tab(online + "search/?q=commendable")
    expect(tab.get_by_role("status")).to_have_text("2 results for “commendable”")
    assert [link.get_attribute("href").removeprefix("../") for link in tab.locator(".hd-found a").all()] == [
        "essays/collaborations/?q=commendable#collaborations-8",
        "evidence/collaborations/?q=commendable#collaborations-8-1",
    ]


def test_a_search_starts_on_any_page_and_its_url_can_be_shared(open_tab, url_of):
    tab = open_tab(url_of("topics/peace-building.md"))
    tab.get_by_role("searchbox").fill("field hospital")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**?q=field+hospital")
    expect(tab.locator(".hd-found li").first).to_contain_text("field hospital", ignore_case=True)
    status = tab.locator(".hd-ask__status").text_content()
    other = open_tab(tab.url)
    expect(other.locator(".hd-ask__status")).to_have_text(status)


def test_search_says_when_there_is_nothing_and_shows_the_rest_on_demand(open_tab, online):
    tab = open_tab(online + "search/?q=xylophonists")
    expect(tab.locator(".hd-ask__status")).to_have_text("No results for “xylophonists”. Try fewer or different words.")
    tab.get_by_role("combobox", name="Search essays").fill("health")
    expect(tab.locator(".hd-found li")).to_have_count(20)
    tab.get_by_role("button", name="Show more").click()
    expect(tab.locator(".hd-found li")).to_have_count(40)
    expect(tab.locator(".hd-found li").nth(20).get_by_role("link")).to_be_focused()


def test_a_phone_reaches_the_search_in_one_tap(open_tab, url_of):
    tab = open_tab(url_of("index.md"), viewport=PHONE)
    tab.get_by_role("link", name="Search").first.click()
    expect(tab.get_by_role("combobox")).to_be_focused()


@pytest.mark.parametrize(
    "typed, keys, suggested, leads_to",
    [
        ("peace", ["ArrowDown"], "Peace-building Term", r"glossary[^#]*#peace-building"),
        ("peace", ["ArrowDown", "ArrowDown"], "Peace-building Topic", r"topics/peace-building"),
        ("umm", ["ArrowUp"], "Islamic Ummah Term", r"glossary[^#]*#ummah"),
        ("coronavirus", ["ArrowDown"], "COVID-19 pandemic Term", r"glossary[^#]*#covid-19-pandemic"),
    ],
)
def test_suggestions_are_chosen_by_keyboard(open_tab, url_of, typed, keys, suggested, leads_to):
    """ARIA Authoring Practices Guide, combobox with list autocomplete: the focus stays in the field."""
    tab = open_tab(url_of("search.md"))
    field = tab.get_by_role("combobox")
    expect(field).to_have_attribute("aria-expanded", "false")
    tab.keyboard.type(typed)
    options = tab.get_by_role("listbox", name="Suggestions").get_by_role("option")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(tab.get_by_role("status")).to_contain_text(f"Suggestions: {options.count()}.")
    expect(field).not_to_have_attribute("aria-activedescendant", re.compile("."))
    for key in keys:
        tab.keyboard.press(key)
    chosen = tab.get_by_role("option", selected=True)
    expect(chosen).to_have_text(suggested)
    expect(field).to_have_attribute("aria-activedescendant", chosen.get_attribute("id"))
    expect(field).to_be_focused()
    tab.keyboard.press("Enter")
    tab.wait_for_url(re.compile(leads_to))


def test_suggestions_go_away_on_escape_on_enter_and_when_the_reader_leaves_the_field(open_tab, online):
    tab = open_tab(online + "search/")
    listed = tab.get_by_role("listbox")
    for leave in ("Escape", "Enter", "Tab"):
        tab.get_by_role("combobox").fill("peace")
        expect(listed).to_be_visible()
        tab.keyboard.press(leave)
        expect(listed).to_be_hidden()
        expect(tab.get_by_role("combobox")).to_have_value("peace")
        expect(tab.get_by_role("status")).not_to_contain_text("Suggestions")
    assert tab.url.endswith("search/?q=peace")
    tab.get_by_role("combobox").fill("peace-")
    tab.get_by_role("option", name="Peace-building Topic").click()
    tab.wait_for_url("**/topics/peace-building/**")


HIGHLIGHTED = "[...CSS.highlights.get('hd-found') ?? []].map(({startContainer: {data}, startOffset, endOffset}) => data.slice(startOffset, endOffset))"


@pytest.mark.parametrize(
    "query, result, words",
    [
        ("vaccinated", "Essay 1, ¶ 8", {"vaccination"}),  # as it is written there
        ("ummah", "Term", {"Ummah"}),
    ],
)
def test_the_words_found_are_highlighted_on_their_page(open_tab, url_of, query, result, words):
    tab = open_tab(f"{url_of('search.md')}?q={query}")
    link = tab.locator(".hd-found li", has_text=result).first.get_by_role("link")
    fragment = link.get_attribute("href").partition("#")[2]
    link.click()
    tab.wait_for_url(f"**#{fragment}")
    assert set(tab.evaluate(HIGHLIGHTED)) >= words
    expect(tab.locator(f"#{fragment}")).to_be_in_viewport()
    tab.keyboard.press("Escape")
    assert tab.evaluate(HIGHLIGHTED) == []


@pytest.mark.parametrize("query", ["", "?q=", "?q=%28%5B.*%2B%3F%7B%5C", "?verdict=disputed"])
def test_an_address_without_words_highlights_nothing(open_tab, online, query):
    assert open_tab(f"{online}evidence/{query}").evaluate(HIGHLIGHTED) == []


@pytest.mark.parametrize("key", ["Control+k", "Meta+k"])
@pytest.mark.parametrize("source, viewport", [("glossary.md", WIDE), ("glossary.md", PHONE), ("search.md", PHONE)])
def test_control_or_command_k_leads_to_the_search_field(open_tab, url_of, source, viewport, key):
    tab = open_tab(url_of(source), viewport=viewport)
    tab.locator("h1").click()
    tab.keyboard.press(key)
    expect(tab.locator("[name=q]:visible")).to_be_focused()
    assert ("search" in tab.url) == (source == "search.md" or viewport == PHONE)


FOCUSED = """() => {
    const node = document.activeElement
    if (node === document.body) return null
    const shown = node, box = shown?.getBoundingClientRect(), style = shown && getComputedStyle(shown)
    return {
        name: (node.innerText || node.getAttribute('aria-label') || '').trim(),
        visible: !!box && box.width > 0 && box.height > 0 && shown.checkVisibility({visibilityProperty: true}),
        marked: !!style && (style.outlineStyle !== 'none' || style.boxShadow !== 'none'),
        html: node.outerHTML.slice(0, 120),
    }
}"""


WALKS = [
    (source, viewport)
    for source in ONE_OF_EACH_KIND
    for viewport in ("wide", "phone")
    if viewport == "phone" or source != "evidence/collaborations.md"  # hundreds of stops: walked once
]


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


def test_a_keyboard_alone_reads_from_home_to_a_paragraph(open_tab, url_of):
    tab = open_tab(url_of("index.md"))

    def tab_to(name: str) -> None:
        for _ in range(60):
            tab.keyboard.press("Tab")
            if (tab.evaluate(FOCUSED) or {}).get("name") == name:
                return
        pytest.fail(f"'{name}' is not reached by the keyboard")

    tab_to("Peace-building")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Peace-building")
    tab_to("Essay 2, ¶ 5")
    tab.keyboard.press("Enter")
    tab.wait_for_url(re.compile(r"essays/defense.*#defense-5$"))
    expect(tab.locator("#defense-5")).to_be_in_viewport()
    tab_to("¶ 6")
    tab.keyboard.press("Enter")
    assert tab.url.endswith("#defense-6")


def test_colors_follow_the_reader_and_the_choice_is_kept(open_tab, online):
    tab = open_tab(online, color_scheme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    assert tab.evaluate(background) == "rgb(20, 25, 27)"
    button = tab.get_by_role("button", name="Dark mode")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    assert tab.evaluate(background) == "rgb(251, 249, 244)"
    expect(button).to_have_attribute("aria-pressed", "false")
    button.press("Enter")
    assert tab.evaluate(background) == "rgb(20, 25, 27)"
    button.press("Space")
    tab.get_by_role("link", name="Glossary").first.click()
    assert tab.evaluate(background) == "rgb(251, 249, 244)"


SIDEWAYS = "[document.documentElement, document.querySelector('.hd-header__inner')].some(each => each.scrollWidth > each.clientWidth)"


@pytest.mark.parametrize("text, widths", [("125%", (320, 390, 768, 960, 982, 1004, 1280, 1920)), ("250%", (320, 390))])
def test_no_page_scrolls_sideways(open_tab, online, text, widths):
    """Also with text at 200 % (WCAG 2.2, 1.4.4), and where the menu just fits into one line."""
    tab = open_tab(online, reduced_motion="reduce")
    too_wide = []
    for source in SOURCES:
        tab.goto(online + address_of(source))
        tab.evaluate("size => document.documentElement.style.setProperty('font-size', size)", text)
        for width in widths:
            tab.set_viewport_size({"width": width, "height": 800})
            if tab.evaluate(SIDEWAYS):
                too_wide.append((source, width))
    assert too_wide == []


def test_the_menu_of_a_small_phone_fits_into_one_row(open_tab, online):
    tab = open_tab(online + "evidence/", viewport={"width": 320, "height": 640})
    entries = tab.get_by_role("navigation", name="Main menu").get_by_role("link")
    assert len({entry.bounding_box()["y"] for entry in entries.all()}) == 1


# Marks that are not on the line of the words before them, and punctuation that is not on the line of its mark.
PARTED = """() => [...document.querySelectorAll(".hd-mark, .hd-part__mark")].filter(mark => {
  const left = (text, at) => {
    const range = document.createRange()
    range.setStart(text, at)
    range.setEnd(text, at + 1)
    return range.getBoundingClientRect().left
  }
  const before = mark.previousSibling, shape = mark.firstElementChild.getBoundingClientRect().left
  const after = mark.closest(".hd-part")?.nextSibling
  return shape < left(before, before.length - 1) || /^[,.;:]/.test(after?.data) && left(after, 0) < shape
}).map(mark => mark.hash)"""


def test_no_line_begins_with_a_mark_or_the_punctuation_after_it(open_tab, online):
    for address in ("evidence/collaborations/", "essays/collaborations/", "topics/peace-building/"):
        tab = open_tab(online + address)
        for width in (320, 360, 390, 430, 600, 1280):
            tab.set_viewport_size({"width": width, "height": 800})
            assert tab.evaluate(PARTED) == [], (address, width)


def test_a_table_that_is_too_wide_scrolls_by_keyboard_in_a_region_with_a_name(open_tab, online):
    tab = open_tab(online + "evidence/data/", viewport=PHONE)
    region = tab.get_by_role("group", name="format, claims, sources")
    assert region.evaluate("node => node.scrollWidth > node.clientWidth")
    region.focus()
    tab.keyboard.press("ArrowRight")
    expect(region).not_to_have_js_property("scrollLeft", 0)


def test_a_phone_has_a_way_back_to_the_top_while_scrolling_up(open_tab, url_of):
    tab = open_tab(url_of("evidence/collaborations.md"), viewport=PHONE)
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


def test_the_list_of_contents_marks_the_paragraph_being_read(open_tab, url_of):
    tab = open_tab(url_of("essays/collaborations.md"))
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


@pytest.mark.parametrize("width", [1280, 1440, 1920])
@pytest.mark.parametrize(
    "source, words",
    [
        ("essays/defense.md", "#defense-4"),
        ("topics/peace-building.md", ".hd-question + p"),
        ("about.md", "#what-it-is + p"),
    ],
)
def test_the_longest_line_holds_60_to_80_characters(open_tab, online, source, words, width):
    tab = open_tab(online + address_of(source), viewport={"width": width, "height": 900})
    tab.evaluate("document.fonts.ready")
    lengths = tab.locator(words).evaluate(
        """node => {
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
    )
    assert len(lengths) > 2
    assert max(lengths) <= 80
    assert max(lengths) >= 60


@pytest.mark.parametrize("source", ONE_OF_EACH_KIND)
def test_a_page_reads_without_javascript(open_tab, url_of, source):
    tab = open_tab(url_of(source), java_script_enabled=False)
    expect(tab.get_by_role("heading", level=1)).to_be_visible()
    expect(tab.get_by_role("navigation", name="Main menu").get_by_role("link")).to_have_count(5)
    expect(tab.get_by_role("navigation", name="Footer menu").get_by_role("link").last).to_have_text("Search")
    for paragraph in tab.locator("article > p:not([hidden], [role])").all()[:5]:
        expect(paragraph).to_be_visible()
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(251, 249, 244)"
    for idle in (tab.get_by_role("button", name="Search"), tab.get_by_role("searchbox"), tab.get_by_role("button")):
        expect(idle).to_have_count(0)


def test_dark_colors_need_no_javascript(open_tab, url_of):
    tab = open_tab(url_of("index.md"), java_script_enabled=False, color_scheme="dark")
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 25, 27)"


@pytest.mark.parametrize("missing", ["nowhere", "topics/nowhere/", "a/b/c/d.html"])
def test_the_404_page_leads_back_from_any_depth(open_tab, online, missing):
    tab = open_tab(online + missing)
    expect(tab.get_by_role("heading", level=1)).to_have_text("Page not found")
    tab.get_by_role("link", name="Search the site").click()
    expect(tab.get_by_role("combobox", name="Search essays")).to_be_focused()
    tab.goto(online + missing)
    tab.get_by_role("link", name="Peace-building").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Peace-building")
    tab.goto(online + missing)
    tab.get_by_role("link", name="Go to the home page").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Health Diplomacy")


@pytest.mark.parametrize("source", ONE_OF_EACH_KIND)
def test_print_shows_the_text_without_the_controls(open_tab, online, source):
    tab = open_tab(online + address_of(source), color_scheme="dark")
    tab.emulate_media(media="print")
    expect(tab.get_by_role("heading", level=1)).to_be_visible()
    for control in (".hd-header", ".hd-next", ".hd-footer nav"):
        expect(tab.locator(control)).to_be_hidden()
    expect(tab.locator(".hd-footer__address")).to_have_text(f"{SITE_URL}{address_of(source)}")
    expect(tab.locator(".hd-footer__address")).to_be_visible()
    assert tab.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_the_essays_are_set_in_their_own_typeface_from_the_sites_own_file(open_tab, url_of):
    tab = open_tab(url_of("essays/defense.md"))
    tab.evaluate("document.fonts.ready")
    assert (
        tab.evaluate("[...document.fonts].filter(font => font.status === 'loaded').map(font => font.family)").count(
            "Literata"
        )
        == 1
    )
    assert "Literata" in tab.locator("#defense-1").evaluate("node => getComputedStyle(node).fontFamily")
    assert "Literata" not in tab.locator(".hd-terms dd").first.evaluate("node => getComputedStyle(node).fontFamily")


def test_the_filters_show_what_was_chosen_and_can_be_shared(open_tab, online):
    tab = open_tab(online + "evidence/")
    finder = tab.get_by_role("form", name="Find a sentence")
    shown = tab.locator(".hd-rows > li:visible")
    total = shown.count()
    finder.get_by_label("Verdict").select_option("disputed")
    count = shown.count()
    assert 0 < count < total
    assert {each.get_attribute("data-verdict") for each in shown.all()} == {"disputed"}
    expect(finder.get_by_role("status")).to_have_text(f"{count} of {total} sentences shown")
    other = open_tab(tab.url)
    expect(other.locator(".hd-rows > li:visible")).to_have_count(count)
    finder.get_by_role("button", name="Show all").click()
    expect(shown).to_have_count(total)
    assert "?" not in tab.url


def test_a_reference_shows_on_hover_on_focus_and_on_tap_and_escape_puts_it_away(open_tab, url_of):
    tab = open_tab(url_of("evidence/collaborations.md"))
    cite = tab.locator(".hd-cites a").first
    tip = tab.locator(".hd-tip")
    cite.hover()
    expect(tip).to_contain_text("Ministry of Foreign Affairs, Türkiye")
    tab.keyboard.press("Escape")
    expect(tip).to_have_count(0)
    cite.focus()
    expect(tip).to_be_visible()
    expect(cite).to_have_accessible_description(re.compile("Ministry of Foreign Affairs, Türkiye"))
    cite.press("Enter")
    expect(tab.locator("#collaborations-1-1-s1")).to_be_visible()


def test_a_term_shows_its_definition_and_leads_to_it(open_tab, url_of):
    tab = open_tab(url_of("topics/covid-19-response.md"))
    term = tab.get_by_role("link", name="digital health").first
    term.focus()
    expect(tab.locator(".hd-tip")).to_have_text(re.compile("^The use of information technology"))
    expect(term).to_have_accessible_description(re.compile("^The use of information technology"))
    tab.keyboard.press("Escape")
    expect(tab.locator(".hd-tip")).to_have_count(0)
    term.press("Enter")
    tab.wait_for_url(re.compile(r"glossary(\.html|/)#digital-health$"))


def test_a_tap_shows_a_reference_and_a_second_one_follows_it(open_tab, online):
    tab = open_tab(online + "evidence/collaborations/", viewport=PHONE, has_touch=True)
    cite = tab.locator(".hd-cites a").first
    cite.tap()
    expect(tab.locator(".hd-tip")).to_be_visible()
    assert "#" not in tab.url
    cite.tap()
    tab.wait_for_url("**#collaborations-1-1-s1")
    expect(tab.locator("#collaborations-1-1-s1")).to_be_visible()


def test_the_marks_can_be_switched_off_and_stay_off(open_tab, online):
    tab = open_tab(online + "essays/defense/")
    marks = tab.locator(".hd-mark")
    expect(marks.first).to_be_visible()
    tab.get_by_role("checkbox").uncheck()
    expect(marks.first).to_be_hidden()
    tab.reload()
    expect(marks.first).to_be_hidden()


@pytest.mark.parametrize("source", ["essays/collaborations.md", "topics/collaborations.md"])
def test_a_mark_opens_verdict_finding_and_link_to_the_full_note(open_tab, url_of, source):
    tab = open_tab(url_of(source))
    mark = tab.locator(".hd-mark").last
    name = mark.get_attribute("aria-label")
    address = tab.url
    mark.focus()
    tab.keyboard.press("Enter")
    popover = tab.get_by_role("dialog", name=name)
    expect(popover).to_contain_text(re.compile(name.partition(": ")[2], re.IGNORECASE))
    expect(popover.get_by_role("link", name="Full note")).to_be_focused()
    tab.keyboard.press("Escape")
    expect(popover).to_be_hidden()
    expect(mark).to_be_focused()
    mark.click()
    expect(popover).to_be_in_viewport(ratio=1)
    expect(popover.get_by_role("listitem").first).to_have_text(
        re.compile(r"^(Documented|Disputed|Opinion|No source found) \w")
    )
    expect(mark).to_be_in_viewport()
    tab.mouse.click(5, 300)
    expect(popover).to_be_hidden()
    mark.click()
    mark.click()
    expect(popover).to_be_hidden()
    assert tab.url == address
    mark.click()
    popover.get_by_role("link", name="Full note").click()
    tab.wait_for_url(re.compile(r"evidence/[a-z]+(\.html|/)#[a-z]+-\d+-\d+$"))


def test_tab_closes_the_popover_of_a_mark_and_goes_on_from_there(open_tab, online):
    tab = open_tab(online + "essays/defense/", forced_colors="active")
    first, second = (tab.locator(".hd-mark").nth(number) for number in (0, 1))
    for key, target in (("Tab", second), ("Shift+Tab", first)):
        first.press("Enter")
        expect(tab.locator(".hd-popover")).to_have_css("border-top-style", "solid")
        tab.keyboard.press(key)
        expect(tab.locator(".hd-popover")).to_be_hidden()
        expect(target).to_be_focused()


@pytest.mark.parametrize(("direction", "edge"), [("ltr", "left"), ("rtl", "right")])
def test_a_popover_is_in_line_with_its_mark_in_either_direction(open_tab, online, direction, edge):
    tab = open_tab(online + "essays/defense/")
    tab.evaluate("direction => { document.documentElement.dir = direction }", direction)
    mark, popover = tab.locator(".hd-mark").nth(1), tab.locator(".hd-popover")
    mark.click()
    expect(popover).to_be_in_viewport(ratio=1)
    edges = [each.evaluate("(node, edge) => node.getBoundingClientRect()[edge]", edge) for each in (mark, popover)]
    assert abs(edges[0] - edges[1]) < 30


def test_a_mark_leads_to_its_claim_without_javascript(open_tab, url_of):
    tab = open_tab(url_of("essays/collaborations.md"), java_script_enabled=False)
    expect(tab.locator(".hd-popover")).to_be_hidden()
    tab.get_by_role("link", name="Sentence 1: disputed").first.focus()
    tab.keyboard.press("Enter")
    tab.wait_for_url(re.compile(r"evidence/collaborations(\.html|/)#collaborations-3-1$"))
    expect(tab.locator("#collaborations-3-1")).to_be_in_viewport()


def test_the_letter_behind_words_leads_to_the_note_on_them_and_the_note_is_highlighted(open_tab, url_of):
    tab = open_tab(url_of("evidence/collaborations.md"))
    note = tab.locator("#collaborations-3-1-c")
    before = note.evaluate("node => getComputedStyle(node).backgroundColor")
    card = tab.get_by_role("region", name="Essay 1, ¶ 3, sentence 1")
    card.get_by_role("link", name="Part c: disputed").click()
    expect(note).to_be_in_viewport()
    assert note.evaluate("node => getComputedStyle(node).backgroundColor") != before


def test_a_link_to_a_sentence_of_an_essay_highlights_it(open_tab, url_of):
    tab = open_tab(url_of("essays/collaborations.md") + "#collaborations-3-1")
    colors = [
        tab.locator(id).evaluate("node => getComputedStyle(node).backgroundColor")
        for id in ("#collaborations-3-1", "#collaborations-3-2")
    ]
    assert len(set(colors)) == 2


def test_the_words_of_each_verdict_look_different_without_color_too(open_tab, online):
    tab = open_tab(online + "evidence/collaborations/", forced_colors="active")
    styles = {
        verdict: tab.locator(f".hd-part--{verdict}").first.evaluate("node => getComputedStyle(node).borderBottomStyle")
        for verdict in ("documented", "disputed", "not-attributable", "opinion")
    }
    assert len(set(styles.values())) == 4
    assert "none" not in styles.values()


@pytest.mark.parametrize("source", [each for each in SOURCES if each.startswith("topics/")])
def test_a_topic_stays_short_on_a_phone(open_tab, url_of, source):
    tab = open_tab(url_of(source), viewport=PHONE)
    assert tab.evaluate("document.documentElement.scrollHeight") <= 9_000


def test_citations_do_not_print_but_sources_do(open_tab, online):
    tab = open_tab(online + "evidence/collaborations/")
    tab.emulate_media(media="print")
    expect(tab.locator(".hd-cite").first).to_be_hidden()
    expect(tab.locator("#collaborations-1-1-s1")).to_be_visible()


def test_an_essay_prints_a_numbered_endnote_for_each_mark(open_tab, online):
    tab = open_tab(online + "essays/defense/")
    notes = tab.locator(".hd-endnotes li")
    expect(notes.first).to_be_hidden()
    tab.emulate_media(media="print")
    expect(notes.first).to_be_visible()
    expect(tab.locator(".hd-mark").first).to_be_visible()
    marks, links = (
        tab.locator(css).evaluate_all("links => links.map(link => link.hash)")
        for css in (".hd-mark", ".hd-endnotes .hd-verdict")
    )
    assert marks == links


def test_an_open_citation_closes_on_escape_and_on_a_click_elsewhere_and_covers_nothing(open_tab, online):
    tab = open_tab(online + "essays/collaborations/")
    boxes = tab.locator(".hd-para .hd-cite")
    first = boxes.first.locator("summary")
    first.click()
    expect(boxes.first).to_have_attribute("open", "")
    boxes.nth(1).locator("summary").click(trial=True)
    tab.keyboard.press("Escape")
    expect(boxes.first).not_to_have_attribute("open", "")
    expect(first).to_be_focused()
    first.click()
    tab.get_by_role("heading", level=1).click()
    expect(boxes.first).not_to_have_attribute("open", "")


def test_the_margin_of_an_essay_names_each_sentence_with_its_verdict_and_leads_to_its_note(open_tab, url_of):
    tab = open_tab(url_of("essays/collaborations.md"), viewport=WIDE)
    tab.locator(".hd-para__verdicts").get_by_role("link", name="Sentence 1: disputed").first.click()
    tab.wait_for_url(re.compile(r"evidence/collaborations(\.html|/)#collaborations-3-1$"))


@pytest.mark.parametrize(
    "source",
    [each for each in SOURCES if each.startswith("topics/") and each != "topics/index.md"]
    + [f"evidence/{name}.md" for name in ("index", *ESSAYS)],
)
def test_every_record_section_says_how_the_islamic_nation_is_read(open_tab, online, source):
    tab = open_tab(online + address_of(source))
    expect(tab.get_by_text("It isn't our interpretation of the phrase")).to_be_visible()


@pytest.mark.parametrize("viewport", [WIDE, PHONE, {"width": 320, "height": 640}], ids=["wide", "phone", "small phone"])
def test_the_first_screen_says_what_the_site_is_about(open_tab, url_of, viewport):
    opening = open_tab(url_of("index.md"), viewport=viewport).locator(".hd-lede")
    expect(opening).to_be_in_viewport(ratio=1)
    expect(opening).to_contain_text(re.compile("essays .* “the Islamic Nation” .* health"))


@pytest.mark.parametrize("source", SOURCES)
def test_a_heading_is_read_as_its_words_only(open_tab, online, source):
    tab = open_tab(online + address_of(source))
    assert [text for text in tab.get_by_role("heading").all_inner_texts() if "#" in text] == []
