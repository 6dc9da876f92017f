"""The pytest link checker: one case for each page of the hosted and of the offline build."""

import os
from pathlib import Path

import pytest
from diagnostics import Diagnostic, as_text
from linkcheck import check

from tests.reading import ROOT, SITE_URL, SOURCES
from tests.sources import must_refuse, replace


def by_source(faults: list[Diagnostic], root: Path) -> dict[str, list[Diagnostic]]:
    """The faults of each file to correct, by its path in the repository."""
    found: dict[str, list[Diagnostic]] = {}
    for fault in faults:
        found.setdefault(Path(os.path.relpath(fault.path, root)).as_posix(), []).append(fault)
    return found


@pytest.fixture(scope="module")
def faults(hosted: Path, offline: Path) -> dict[str, dict[str, list[Diagnostic]]]:
    return {
        "hosted": by_source(check(hosted, site_url=SITE_URL, source=ROOT), ROOT),
        "offline": by_source(check(offline, source=ROOT), ROOT),
    }


@pytest.mark.parametrize("source", SOURCES)
def test_the_references_of_a_page_work(faults, edition, source):
    found = faults[edition].get(f"docs/{source}", [])
    assert not found, as_text(found)


def test_the_references_of_all_other_files_work(faults, edition):
    pages = {f"docs/{source}" for source in SOURCES}
    found = [fault for path, listed in faults[edition].items() if path not in pages for fault in listed]
    assert not found, as_text(found)


def test_a_site_with_a_broken_link_of_a_template_is_not_published(root, tmp_path):
    replace(root, "overrides/partials/footer.html", "<footer", '<a href="http://localhost/page">A page</a><footer')
    output = must_refuse(root, tmp_path / "site")
    assert "overrides/partials/footer.html:1: L13 'http://localhost/page'" in output
