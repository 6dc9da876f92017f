"""The ways in: from a page to an edit, a report or a source, and from the README to everything else."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from health_diplomacy.codes import CODES
from health_diplomacy.scaffold import KINDS

from tests.conftest import REPOSITORY
from tests.reading import CLAIMS, ESSAYS, ROOT, SITE_URL, SOURCES, address_of, page, read, read_yaml, words
from tests.sources import OLD, build, content, replace, write

CONTRIBUTING = read("CONTRIBUTING.md")


@pytest.fixture
def site(published: Path) -> Path:
    return published / "hosted"


def query(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query, strict_parsing=True).items()}


def fields(form: str) -> set[str]:
    body = read_yaml(f".github/ISSUE_TEMPLATE/{form}")["body"]
    return {field["id"] for field in body}


@pytest.mark.parametrize("source", SOURCES)
def test_every_page_offers_an_edit_of_its_source_and_a_report_that_names_it(site, source):
    links = {words(link): link.attributes["href"] or "" for link in page(site, address_of(source)).css(".hd-footer a")}
    assert links["Edit this page"] == f"{REPOSITORY}/edit/main/docs/{source}"
    report = links["Report a problem"]
    assert report.startswith(f"{REPOSITORY}/issues/new?")
    assert query(report) == {"template": "problem.yml", "page": SITE_URL + address_of(source)}
    assert query(report).keys() - {"template"} <= fields("problem.yml")


def test_every_claim_offers_a_form_for_a_source_with_its_sentence(site):
    suggested = {}
    for link in [each for essay in ESSAYS for each in page(site, f"evidence/{essay}/").css(".hd-suggest a")]:
        asked = query(link.attributes["href"] or "")
        suggested[asked["claim"]] = asked
        assert re.fullmatch(r"[\w.~:/?&=%-]+", link.attributes["href"] or "")
        assert words(link) == "Suggest a source"
        assert re.fullmatch(r"Suggest a source: Essay \d, ¶ \d+, sentence \d+", link.attributes["aria-label"] or "")
    assert suggested.keys() == {claim["id"] for claim in CLAIMS}
    for claim in CLAIMS:
        expected = {"template": "source.yml", "title": f"Source for {claim['id']}", "claim": claim["id"]}
        assert suggested[claim["id"]] == {**expected, "sentence": claim["quote"]}
    assert {"claim", "sentence"} <= fields("source.yml")


def test_the_404_page_offers_a_report(site):
    assert f'{REPOSITORY}/issues/new?template=problem.yml"' in (site / "404.html").read_text(encoding="utf-8")


def test_without_a_repository_nothing_leads_to_one(hosted):
    for source in SOURCES:
        html = (hosted / address_of(source) / "index.html").read_text(encoding="utf-8")
        assert "Report a problem</a>" not in html
        assert '"hd-suggest"' not in html


def test_contributing_explains_every_code():
    rows = dict(re.findall(r"^\| ([A-Z]\d\d) \| (.+) \|$", CONTRIBUTING, re.MULTILINE))
    assert rows == CODES
    assert "python overrides/hooks links --codes" in CONTRIBUTING


def test_every_file_that_contributing_and_the_readme_name_is_there():
    for document in (CONTRIBUTING, read("README.md")):
        for target in re.findall(r"\]\(([^)#]+)\)", document):
            assert "://" in target or target.startswith("../") or (ROOT / target).exists(), target
        for named in re.findall(r"`((?:docs|overrides|tests|\.github)/[\w./-]+)`", document):
            assert (ROOT / named).exists() or named in {"docs/images/", "docs/ar/"}, named


def test_contributing_names_every_new_command():
    assert set(re.findall(r"overrides/hooks new (\w+) ", CONTRIBUTING)) == set(KINDS)


def test_contributing_shows_a_real_message():
    case = read_yaml("tests/mistakes/unknown-paragraph.yml")
    assert all(line.split("»")[1] in CONTRIBUTING for line in case["report"])


def test_a_build_without_the_hook_says_so_on_its_pages_fails_and_leaves_the_last_good_site(root):
    replace(root, "mkdocs.yml", "hooks:\n  - overrides/hooks/build.py\n", "")
    write(root / "site", OLD)
    result = build(root, None)
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)  # no traceback
    assert content(root / "site") == OLD
    assert "lacks the line" in (root / ".site.building/index.html").read_text(encoding="utf-8")
