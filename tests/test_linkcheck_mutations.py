"""The built site with references broken: exactly those must be reported, with page and line.

The link checker's own cases are small; here each fault is one of thousands of references that work.
"""

import re
import shutil
from pathlib import Path
from typing import NamedTuple

from linkcheck import check

from tests.reading import SITE_URL, address_of

PATH, FRAGMENT, ADDRESS = r"[\w./-]+", r"[\w./-]*#[\w-]+", r"https:[\w./-]+"


class Fault(NamedTuple):
    """Where a reference is, which gets an ending that leads nowhere, and the code that must be reported."""

    file: str
    before: str
    value: str
    code: str


IN_BOTH_EDITIONS = [
    Fault("about.md", r'<link rel="stylesheet" href="', PATH, "L01"),
    Fault("evidence/index.md", r'<a href="', FRAGMENT, "L02"),
    Fault("essays/defense.md", r'<a [^>]*href="', r"\.\./" + PATH, "L01"),
    Fault("essays/defense.md", r'<a [^>]*href="', r"#[\w-]+", "L02"),
    Fault("topics/peace-building.md", r'<blockquote cite="', FRAGMENT, "L02"),
    Fault("topics/collaborations.md", r'aria-labelledby="', r"[\w-]+", "L07"),
    Fault("search.md", r'<label for="', r"[\w-]+", "L07"),
    Fault("search.md", r'<script [^>]*src="', PATH, "L01"),
    Fault("writing.md", r'<img [^>]*src="', PATH, "L01"),
    Fault("search/search_index.js", r'"location":\s*"', FRAGMENT, "L10"),
    Fault("assets/stylesheets/site.css", r'url\("', PATH, "L01"),
]
HOSTED_ONLY = [
    Fault("glossary.md", r'<link rel="canonical" href="', ADDRESS, "L08"),
    Fault("index.md", r'property="og:image" content="', ADDRESS, "L01"),
    Fault("sitemap.xml", "<loc>", ADDRESS, "L09"),
    Fault("feed.xml", r'<link href="', ADDRESS, "L01"),
    Fault("feed.json", r'"url": "', ADDRESS, "L01"),
    Fault("llms.txt", r"\]\(", ADDRESS, "L01"),
]


def built(file: str, edition: str) -> str:
    """The file of a built page, or any other file itself."""
    if not file.endswith(".md"):
        return file
    return f"{address_of(file)}index.html" if edition == "hosted" else file.replace(".md", ".html")


def test_each_broken_reference_is_reported_where_it_is_and_nothing_else(site_of_edition, edition, tmp_path):
    site = Path(shutil.copytree(site_of_edition, tmp_path / "site"))
    expected = []
    for fault in IN_BOTH_EDITIONS + (HOSTED_ONLY if edition == "hosted" else []):
        file = site / built(fault.file, edition)
        text = file.read_text(encoding="utf-8")
        found = re.search(rf"{fault.before}(?P<value>{fault.value})(?=[\"')<])", text)
        assert found, fault
        written = f"{found['value']}-gone"
        file.write_text(text[: found.start("value")] + written + text[found.end("value") :], encoding="utf-8")
        line = text.count("\n", 0, found.start("value")) + 1
        expected.append(f"{built(fault.file, edition)}:{line} {fault.code} {written}")

    faults = check(site, site_url=SITE_URL if edition == "hosted" else "")

    assert sorted(f"{each.page}:{each.line} {each.code} {each.reference}" for each in faults) == sorted(expected)
