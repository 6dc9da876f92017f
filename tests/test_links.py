"""Every page of the built site, hosted and offline, held against the link checker: one case a page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import SITE_URL
from tests.linkcheck.model import Fault
from tests.linkcheck.report import text
from tests.linkcheck.run import check
from tests.reading import ROOT, SOURCES


@pytest.fixture(scope="session")
def faults(hosted: Path, offline: Path) -> dict[str, list[Fault]]:
    return {"hosted": check(hosted, site_url=SITE_URL, source=ROOT), "offline": check(offline, source=ROOT)}


@pytest.mark.parametrize("edition", ["hosted", "offline"])
@pytest.mark.parametrize("source", SOURCES)
def test_a_page_refers_to_nothing_that_is_not_there(faults, edition, source):
    found = [fault for fault in faults[edition] if fault.path == f"docs/{source}"]
    assert not found, text(found)


@pytest.mark.parametrize("edition", ["hosted", "offline"])
def test_nor_does_anything_else_of_the_site(faults, edition):
    found = [fault for fault in faults[edition] if fault.path not in {f"docs/{source}" for source in SOURCES}]
    assert not found, text(found)
