"""Room for other languages: an edition stands beside the English one and changes nothing of it."""

import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import SITE_URL, build
from tests.reading import ROOT
from tests.test_mistakes import copy_sources

ARABIC = """\
INHERIT: mkdocs.yml
site_url: {url}ar/
docs_dir: docs/ar
theme:
  language: ar
"""


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site built from sources to which an Arabic edition was added, in English words."""
    root = copy_sources(tmp_path_factory.mktemp("editions") / "sources")
    shutil.copytree(ROOT / ".git", root / ".git")  # with the days on which pages changed
    shutil.copytree(root / "docs", root.parent / "ar")
    (root.parent / "ar").rename(root / "docs/ar")
    shutil.copy(root / "overrides/partials/ui/en.html", root / "overrides/partials/ui/ar.html")
    (root / "mkdocs.ar.yml").write_text(ARABIC.format(url=SITE_URL), encoding="utf-8")
    site = root.parent / "site"
    for configuration, target in (("mkdocs.yml", site), ("mkdocs.ar.yml", site / "ar")):
        done = build(target, root, configuration)
        assert done.returncode == 0, done.stdout + done.stderr
    return site


def addresses(site: Path) -> set[str]:
    return {page.relative_to(site).as_posix() for page in site.rglob("*.html")}


def test_no_english_address_changes(hosted, editions):
    assert {page for page in addresses(editions) if not page.startswith("ar/")} == addresses(hosted)


def test_an_english_page_stays_as_it_was(hosted, editions):
    for page in addresses(hosted):
        assert (editions / page).read_bytes() == (hosted / page).read_bytes()


def test_the_other_edition_has_the_same_addresses_and_ids_under_its_own_folder(hosted, editions):
    assert addresses(editions / "ar") == addresses(hosted)
    for page in addresses(hosted):
        html = (editions / "ar" / page).read_text(encoding="utf-8")
        assert 'lang="ar"' in html
        assert 'dir="rtl"' in html
        assert re.findall(r' id="([^"]+)"', html) == re.findall(
            r' id="([^"]+)"', (hosted / page).read_text(encoding="utf-8")
        )
