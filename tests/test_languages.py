"""Room for other languages: an edition can be added beside the English one without changing it."""

import re
import shutil
from pathlib import Path

from tests.reading import ROOT, SITE_URL
from tests.sources import copy_sources, must_build

ARABIC = f"INHERIT: mkdocs.yml\nsite_url: {SITE_URL}ar/\ndocs_dir: docs/ar\ntheme:\n  language: ar\n"


def pages(site: Path) -> dict[str, str]:
    return {file.relative_to(site).as_posix(): file.read_text(encoding="utf-8") for file in site.rglob("*.html")}


def test_another_edition_has_the_same_addresses_and_ids_and_leaves_the_english_pages_as_they_were(hosted, tmp_path):
    root = copy_sources(tmp_path / "sources")
    shutil.copytree(ROOT / ".git", root / ".git")  # with the days on which pages changed
    shutil.copytree(ROOT / "docs", root / "docs/ar")  # in English words
    shutil.copy(root / "overrides/partials/ui/en.html", root / "overrides/partials/ui/ar.html")
    (root / "mkdocs.ar.yml").write_text(ARABIC, encoding="utf-8")
    site = must_build(root, tmp_path / "site")
    must_build(root, site / "ar", "mkdocs.ar.yml")

    english, other = pages(hosted), pages(site / "ar")
    assert {path: html for path, html in pages(site).items() if not path.startswith("ar/")} == english
    assert other.keys() == english.keys()
    for path, html in other.items():
        assert '<html lang="ar" dir="rtl"' in html
        assert re.findall(r' id="([^"]+)"', html) == re.findall(r' id="([^"]+)"', english[path])
