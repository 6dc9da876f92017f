"""Search as people use it: by mouse, keyboard and phone, hosted and from a folder."""

import gzip
import re

import pytest
from playwright.sync_api import expect

from tests.browsing import PHONE, WIDE
from tests.reading import address_of, read_yaml

pytestmark = pytest.mark.browser

SEARCHES = read_yaml("tests/data/searches.yml")
ADDRESS = re.compile(r"^(?:\.{1,2}/)?(.*?)(?:/|\.html|/index\.html)?(?:\?[^#]*)?(#.*)?$")

SEARCH = """query => new Promise(resolve => {
    const form = document.querySelector("form.hd-ask"), message = document.querySelector(".hd-ask__status")
    new MutationObserver((changes, observer) => {
        if (message.textContent.includes(`“${query}”`)) observer.disconnect(), resolve()
    }).observe(message, { childList: true, characterData: true, subtree: true })
    form.elements.kind[0].checked = true
    form.elements.q.value = query
    form.requestSubmit()
})"""


def found(tab, query: str) -> tuple[list[str], str]:
    """The addresses of the results, as `folder/page#id`, and the message above them."""
    tab.evaluate(SEARCH, query)
    links = tab.locator(".hd-found a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    message = tab.locator(".hd-ask__status").text_content()
    return ["".join(part or "" for part in ADDRESS.match(each).groups()) for each in links], message


def test_people_find_first_what_they_look_for(open_tab, url_of):
    tab, failures = open_tab(url_of("search.md")), []
    for case in SEARCHES:
        addresses, message = found(tab, case["query"])
        for address, first in zip(addresses, case["first"], strict=False):
            if not (address == first or first.endswith("#") and address.startswith(first)):
                failures.append(f"{case['query']}: {first} is not where it should be; first are {addresses[:3]}")
        if len(addresses) < len(case["first"]) or case.get("says", "") not in message:
            failures.append(f"{case['query']}: {len(addresses)} results; the message is {message!r}")
    assert not failures, "\n".join(failures)


def test_a_verdict_finds_the_sentences_that_have_it(open_tab, online):
    tab = open_tab(online + "search/")
    for verdict in ("disputed", "documented", "partly documented", "opinion", "no source found"):
        tab.goto(f"{online}search/?q={verdict}")
        expect(tab.locator(".hd-found__kind").first).to_contain_text(f"Verdict: {verdict}.")


@pytest.mark.parametrize(
    "typed, kind, leads_to",
    [
        ("vaccinated", "Essay 1, ¶ 8", "essays/collaborations"),  # another form of the word
        ("commendable", "Verdict: partly documented", "evidence/collaborations"),
        ("epidem", "Term", "glossary"),  # not typed to its end
        ("peace-building", "Topic", "topics/peace-building"),
        ("amnesty contact tracing", "Source", "evidence/sources"),
        ("two voices", "Page: About this site", "about"),
    ],
)
def test_a_result_says_what_it_is_and_leads_there(open_tab, url_of, typed, kind, leads_to):
    tab = open_tab(url_of("search.md"))
    expect(tab.get_by_role("combobox", name="Search essays, topics, sentences, terms, and sources")).to_be_focused()
    tab.keyboard.type(typed)
    expect(tab.locator(".hd-ask__status")).to_contain_text(f"“{typed}”")
    of_kind = tab.locator(".hd-found__kind", has_text=re.compile(f"^{re.escape(kind)}"))
    result = tab.locator(".hd-found li", has=of_kind).first
    expect(result).to_be_visible()
    expect(result.locator("mark").first).to_be_visible()
    result.get_by_role("link").press("Enter")  # suggestions may cover it
    tab.wait_for_url(f"**{leads_to}**")


def test_search_finds_each_passage_once_and_its_claim(open_tab, online):
    tab = open_tab(online + "search/?q=commendable")
    expect(tab.get_by_role("status")).to_have_text("2 results for “commendable”")
    essay, evidence = (link.get_attribute("href") for link in tab.locator(".hd-found a").all())
    assert essay == "../essays/collaborations/?q=commendable#collaborations-8"
    assert evidence == "../evidence/collaborations/#collaborations-8-1"


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
def test_suggestions_are_chosen_by_keyboard(open_tab, online, typed, keys, suggested, leads_to):
    """ARIA Authoring Practices Guide, combobox with list autocomplete: the focus stays in the field."""
    tab = open_tab(online + "search/")
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


def test_suggestions_do_not_cover_the_filter(open_tab, online):
    tab = open_tab(online + "search/")
    tab.get_by_role("combobox").press_sequentially("disputed")
    expect(tab.get_by_role("option").first).to_be_visible()
    tab.get_by_role("radio", name="Sources").click()
    expect(tab.get_by_role("radio", name="Sources")).to_be_checked()


HIGHLIGHTED = """[...CSS.highlights.get("hd-found") ?? []].map(
    ({startContainer: {data}, startOffset, endOffset}) => data.slice(startOffset, endOffset))"""


@pytest.mark.parametrize(
    "query, result, words",
    [
        ("vaccinated", "Essay 1, ¶ 8", {"vaccination"}),  # as it is written there
        ("ummah", "Term", {"Ummah"}),
    ],
)
def test_the_words_found_are_highlighted_on_their_page(open_tab, online, query, result, words):
    tab = open_tab(f"{online}search/?q={query}")
    link = tab.locator(".hd-found li", has_text=result).first.get_by_role("link")
    fragment = link.get_attribute("href").partition("#")[2]
    link.click()
    tab.wait_for_url(f"**#{fragment}")
    assert set(tab.evaluate(HIGHLIGHTED)) >= words
    expect(tab.locator(f"#{fragment}")).to_be_in_viewport()
    tab.keyboard.press("Escape")
    assert tab.evaluate(HIGHLIGHTED) == []


def test_an_address_without_words_highlights_nothing(open_tab, online):
    tab = open_tab(online)
    for query in ("", "?q=", "?q=%28%5B.*%2B%3F%7B%5C", "?verdict=disputed"):
        tab.goto(f"{online}evidence/{query}")
        assert tab.evaluate(HIGHLIGHTED) == [], query


@pytest.mark.parametrize("source, viewport", [("glossary.md", WIDE), ("glossary.md", PHONE), ("search.md", PHONE)])
def test_control_or_command_k_leads_to_the_search_field(open_tab, online, source, viewport):
    tab = open_tab(online + address_of(source), viewport=viewport)
    for key in ("Control+k", "Meta+k"):
        tab.goto(online + address_of(source))
        tab.locator("h1").click()
        tab.keyboard.press(key)
        expect(tab.locator("[name=q]:visible")).to_be_focused()
        assert ("search" in tab.url) == (source == "search.md" or viewport == PHONE)


def test_results_can_be_limited_to_one_kind_and_words_that_ask_for_one_limit_only_their_search(open_tab, online):
    tab = open_tab(online + "search/?q=sources on vaccines")
    kinds = tab.locator(".hd-found__kind")
    expect(tab.get_by_role("radio", name="Sources")).to_be_checked()
    expect(kinds.first).to_have_text("Source")
    assert set(kinds.all_text_contents()) == {"Source"}
    tab.get_by_role("radio", name="Sentences").check()
    expect(kinds.first).to_contain_text("Verdict")
    tab.reload()  # as somebody to whom the address was sent
    expect(tab.get_by_role("radio", name="Sentences")).to_be_checked()
    expect(kinds.first).to_contain_text("Verdict")
    tab.get_by_role("combobox").fill("method")
    expect(tab.get_by_role("radio", name="All")).to_be_checked()
    expect(tab.locator(".hd-found a").first).to_contain_text("How verdicts are reached")


def test_the_index_is_small_without_the_search_page_and_snippets_that_quote_nothing(hosted):
    index = hosted / "search/search_index.js"
    text = index.read_text(encoding="utf-8")
    assert '"location":"search/' not in text
    assert not re.search(r"“[\s.]*”", text)
    engine = hosted / "assets/javascripts/search-engine.js"
    assert sum(len(gzip.compress(file.read_bytes(), 9)) for file in (index, engine)) <= 60_000
