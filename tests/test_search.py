"""Search finds what people type: every query of `data/searches.yml`, hosted and from a folder."""

import gzip
import re
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import expect

SEARCHES = yaml.safe_load((Path(__file__).parent / "data/searches.yml").read_text(encoding="utf-8"))
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


@pytest.mark.browser
def test_people_find_first_what_they_look_for(open_tab, url_of):
    tab, failures = open_tab(url_of("search.md")), []
    for case in SEARCHES:
        addresses, message = found(tab, case["query"])
        for rank, first in enumerate(case["first"]):
            hit = next(
                (
                    at
                    for at, each in enumerate(addresses)
                    if each == first or first[-1] == "#" and each.startswith(first)
                ),
                None,
            )
            if hit != rank:
                at = "not found" if hit is None else f"result {hit + 1}"
                failures.append(f"{case['query']}: {first} is {at}, not result {rank + 1}; first are {addresses[:3]}")
        if case.get("says", "") not in message:
            failures.append(f"{case['query']}: the message is {message!r}")
    assert not failures, "\n".join(failures)


@pytest.mark.browser
@pytest.mark.parametrize("verdict", ["Disputed", "Documented", "Partly documented", "Opinion", "No source found"])
def test_a_verdict_finds_the_sentences_that_have_it(open_tab, online, verdict):
    tab = open_tab(f"{online}search/?q={verdict.lower()}")
    expect(tab.locator(".hd-found__kind").first).to_contain_text(f"Public record: {verdict.lower()}.")


@pytest.mark.browser
def test_results_can_be_limited_to_one_kind(open_tab, online):
    tab = open_tab(online + "search/?q=vaccine")
    expect(tab.locator(".hd-found li")).not_to_have_count(0)
    tab.get_by_role("radio", name="Sources").check()
    assert {each.text_content() for each in tab.locator(".hd-found__kind").all()} == {"Source"}


def test_the_search_page_is_no_result_and_no_snippet_quotes_nothing(hosted):
    index = (hosted / "search/search_index.js").read_text(encoding="utf-8")
    assert '"location":"search/' not in index
    assert not re.search(r"“[\s.]*”", index)


def test_index_and_engine_stay_within_60_kb(hosted):
    files = (hosted / "search/search_index.js", hosted / "assets/javascripts/search-engine.js")
    assert sum(len(gzip.compress(file.read_bytes(), 9)) for file in files) <= 60_000


@pytest.mark.browser
def test_a_kind_asked_for_in_words_limits_only_that_search(open_tab, online):
    tab = open_tab(online + "search/?q=sources on vaccines")
    expect(tab.get_by_role("radio", name="Sources")).to_be_checked()
    tab.get_by_role("combobox").fill("method")
    expect(tab.get_by_role("radio", name="All")).to_be_checked()
    expect(tab.locator(".hd-found a").first).to_contain_text("How verdicts are reached")


@pytest.mark.browser
def test_a_kind_asked_for_in_words_can_be_changed_and_is_part_of_the_shared_address(open_tab, online):
    tab = open_tab(online + "search/?q=sources on vaccines")
    expect(tab.get_by_role("radio", name="Sources")).to_be_checked()
    tab.get_by_role("radio", name="Sentences").check()
    expect(tab.locator(".hd-found__kind").first).to_contain_text("Verdict")
    tab.reload()
    expect(tab.get_by_role("radio", name="Sentences")).to_be_checked()
    expect(tab.locator(".hd-found__kind").first).to_contain_text("Verdict")


@pytest.mark.browser
def test_suggestions_do_not_cover_the_filter(open_tab, online):
    tab = open_tab(online + "search/")
    tab.get_by_role("combobox").press_sequentially("disputed")
    expect(tab.get_by_role("option").first).to_be_visible()
    tab.get_by_role("radio", name="Sources").click()
    expect(tab.get_by_role("radio", name="Sources")).to_be_checked()
    assert "/search/" in tab.url
