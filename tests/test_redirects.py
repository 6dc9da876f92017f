"""Former addresses: each leads on to the page that has its words now, hosted and in the offline copy."""

import pytest

from tests.browsing import served

NEW_ADDRESSES = {
    "hosted": {"old/#text": "about/#text", "topics/peace/": "topics/peace-building/", "start/": ""},
    "offline": {
        "old.html#text": "about.html#text",
        "term.html": "glossary.html#ummah",
        "topics/peace.html": "topics/peace-building.html",
        "start.html": "index.html",
    },
}


@pytest.mark.browser
@pytest.mark.parametrize("with_scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_former_address_leads_to_the_new_one(published, edition, open_tab, with_scripts):
    with served(published / edition) as address:
        base = address if edition == "hosted" else f"{(published / edition).as_uri()}/"
        for old, new in NEW_ADDRESSES[edition].items():
            tab = open_tab(base + old, java_script_enabled=with_scripts)
            tab.wait_for_url(base + (new if with_scripts else new.removesuffix("#text")))  # a refresh drops it
