"""Verdicts beside the text, and where they lead: marks, parts, references, terms, citations."""

import re

import pytest
from playwright.sync_api import expect

from tests.browsing import PHONE

pytestmark = pytest.mark.browser

BACKGROUND = "node => getComputedStyle(node).backgroundColor"


def test_the_filters_show_what_was_chosen_and_can_be_shared(open_tab, online):
    tab = open_tab(online + "evidence/")
    finder = tab.get_by_role("form", name="Filter the sentences")
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


def test_a_reference_shows_on_hover_and_on_focus_and_escape_puts_it_away(open_tab, online):
    tab = open_tab(online + "evidence/collaborations/")
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


def test_the_marks_can_be_switched_off_and_stay_off(open_tab, online):
    tab = open_tab(online + "essays/defense/")
    marks = tab.locator(".hd-mark")
    expect(marks.first).to_be_visible()
    tab.get_by_role("checkbox").uncheck()
    expect(marks.first).to_be_hidden()
    tab.reload()
    expect(marks.first).to_be_hidden()


@pytest.mark.parametrize("source", ["essays/collaborations.md", "topics/collaborations.md"])
def test_a_mark_opens_verdict_finding_parts_and_link_to_the_full_note(open_tab, url_of, source):
    tab = open_tab(url_of(source))
    mark = tab.locator(".hd-mark").last
    name = mark.get_attribute("aria-label")
    address = tab.url
    mark.focus()
    tab.keyboard.press("Enter")
    popover = tab.get_by_role("dialog", name=name)
    expect(popover).to_contain_text(re.compile(name.partition(": ")[2], re.IGNORECASE))
    part = re.compile(r"^(Documented|Disputed|Opinion|No source found) \w")
    expect(popover.get_by_role("listitem").first).to_have_text(part)
    expect(
        popover.get_by_role("link", name=re.compile(r"^Full note(, \d+ sources?( on related facts)?)?$"))
    ).to_be_focused()
    tab.keyboard.press("Escape")
    expect(popover).to_be_hidden()
    expect(mark).to_be_focused()
    mark.click()
    expect(popover).to_be_in_viewport(ratio=1)
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


def test_the_margin_of_an_essay_and_its_marks_without_javascript_lead_to_the_notes(open_tab, online):
    tab = open_tab(online + "essays/collaborations/", java_script_enabled=False)
    expect(tab.locator(".hd-popover")).to_be_hidden()
    for place in (".hd-para__verdicts", "p"):
        tab.goto(online + "essays/collaborations/")
        tab.locator(place).get_by_role("link", name="Sentence 1: disputed").first.press("Enter")
        tab.wait_for_url("**/evidence/collaborations/#collaborations-3-1")
        expect(tab.locator("#collaborations-3-1")).to_be_in_viewport()


def test_the_letter_behind_words_leads_to_the_note_on_them_and_the_note_is_highlighted(open_tab, online):
    tab = open_tab(online + "evidence/collaborations/")
    note = tab.locator("#collaborations-3-1-c")
    before = note.evaluate(BACKGROUND)
    card = tab.get_by_role("region", name="Essay 1, ¶ 3, sentence 1")
    card.get_by_role("link", name="Part c: disputed").click()
    expect(note).to_be_in_viewport()
    assert note.evaluate(BACKGROUND) != before


def test_a_link_to_a_sentence_of_an_essay_highlights_it(open_tab, online):
    tab = open_tab(online + "essays/collaborations/#collaborations-3-1")
    sentence, other = (tab.locator(f"#collaborations-3-{number}") for number in (1, 2))
    assert sentence.evaluate(BACKGROUND) != other.evaluate(BACKGROUND)


def test_the_words_of_each_verdict_look_different_without_color_too(open_tab, online):
    tab = open_tab(online + "evidence/collaborations/", forced_colors="active")
    styles = {
        verdict: tab.locator(f".hd-part--{verdict}").first.evaluate("node => getComputedStyle(node).borderBottomStyle")
        for verdict in ("documented", "disputed", "not-attributable", "opinion")
    }
    assert len(set(styles.values())) == 4
    assert "none" not in styles.values()


def test_print_shows_sources_and_a_numbered_endnote_for_each_mark_but_no_citations(open_tab, online):
    tab = open_tab(online + "evidence/collaborations/")
    tab.emulate_media(media="print")
    expect(tab.locator(".hd-cite").first).to_be_hidden()
    expect(tab.locator("#collaborations-1-1-s1")).to_be_visible()
    tab.goto(online + "essays/defense/")
    marks, notes = tab.locator(".hd-mark"), tab.locator(".hd-endnotes a.hd-verdict")
    expect(marks.first).to_be_visible()
    expect(notes.first).to_be_visible()
    addresses = "links => links.map(link => link.hash)"
    assert marks.evaluate_all(addresses) == notes.evaluate_all(addresses)
    tab.emulate_media(media="screen")
    expect(notes.first).to_be_hidden()


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


def test_a_swipe_leaves_an_open_citation_and_a_tap_elsewhere_closes_it(open_tab, online):
    tab = open_tab(online + "essays/collaborations/", viewport=PHONE, has_touch=True)
    box = tab.locator(".hd-cite").first
    box.locator("summary").tap()
    touch = tab.context.new_cdp_session(tab)
    for kind, heights in (("touchStart", [400]), ("touchMove", [350, 300, 250])):
        for y in heights:
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": 200, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    tab.wait_for_function("scrollY > 0")
    expect(box).to_have_attribute("open", "")
    tab.touchscreen.tap(385, 100)
    expect(box).not_to_have_attribute("open", "")


def test_the_search_that_led_here_is_highlighted_but_not_in_a_sentence_with_colored_parts(open_tab, online):
    tab = open_tab(online + "evidence/defense/?q=robust#defense-6-1")
    highlighted = "[...CSS.highlights.get('hd-found')].map(each => !!each.startContainer.parentElement.closest('{}'))"
    assert any(tab.evaluate(highlighted.format(".hd-finding")))
    assert not any(tab.evaluate(highlighted.format(".hd-claim__words")))
