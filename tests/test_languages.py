"""Room for other languages: an edition can be added beside the English one without changing it."""

import re
import shutil
from pathlib import Path

import pytest

from tests.reading import ROOT, SITE_URL
from tests.sources import copy_sources, must_build

ARABIC = f"INHERIT: mkdocs.yml\nsite_url: {SITE_URL}ar/\ndocs_dir: docs/ar\ntheme:\n  language: ar\n"


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site built from sources to which an Arabic edition was added, in English words."""
    root = copy_sources(tmp_path_factory.mktemp("editions") / "sources")
    shutil.copytree(ROOT / ".git", root / ".git")  # with the days on which pages changed
    shutil.copytree(ROOT / "docs", root / "docs/ar")
    shutil.copy(root / "overrides/partials/ui/en.html", root / "overrides/partials/ui/ar.html")
    (root / "mkdocs.ar.yml").write_text(ARABIC, encoding="utf-8")
    site = must_build(root, root.parent / "site")
    must_build(root, site / "ar", "mkdocs.ar.yml")
    return site


def pages(site: Path) -> dict[str, str]:
    return {file.relative_to(site).as_posix(): file.read_text(encoding="utf-8") for file in site.rglob("*.html")}


def test_the_english_pages_stay_as_they_were(hosted, editions):
    assert {path: html for path, html in pages(editions).items() if not path.startswith("ar/")} == pages(hosted)


def test_the_other_edition_has_the_same_addresses_and_ids_under_its_own_folder(hosted, editions):
    english, other = pages(hosted), pages(editions / "ar")
    assert other.keys() == english.keys()
    for path, html in other.items():
        assert 'lang="ar"' in html
        assert 'dir="rtl"' in html
        assert re.findall(r' id="([^"]+)"', html) == re.findall(r' id="([^"]+)"', english[path])
