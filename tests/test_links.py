"""The pytest link checker: one case for each page of the hosted and of the offline build."""

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from diagnostics import Diagnostic, as_text
from linkcheck import check

from tests.case_files import find_case
from tests.conftest import SITE_URL, build
from tests.reading import ROOT, SOURCES
from tests.test_mistakes import copy_sources, edit


def by_source(faults: list[Diagnostic], root: Path) -> dict[str, list[Diagnostic]]:
    """The faults of each file to correct, by its path in the repository."""
    found: dict[str, list[Diagnostic]] = {}
    for fault in faults:
        found.setdefault(Path(os.path.relpath(fault.path, root)).as_posix(), []).append(fault)
    return found


@pytest.fixture(scope="session")
def faults(hosted: Path, offline: Path) -> dict[str, dict[str, list[Diagnostic]]]:
    return {
        "hosted": by_source(check(hosted, site_url=SITE_URL, source=ROOT), ROOT),
        "offline": by_source(check(offline, source=ROOT), ROOT),
    }


@pytest.mark.parametrize("edition", ["hosted", "offline"])
@pytest.mark.parametrize("source", SOURCES)
def test_the_references_of_a_page_work(faults, edition, source):
    found = faults[edition].get(f"docs/{source}", [])
    assert not found, as_text(found)


@pytest.mark.parametrize("edition", ["hosted", "offline"])
def test_the_references_of_all_other_files_work(faults, edition):
    found = [
        fault
        for path, listed in faults[edition].items()
        if path.removeprefix("docs/") not in SOURCES
        for fault in listed
    ]
    assert not found, as_text(found)


@pytest.mark.parametrize("offline", ["", "true"])
def test_a_site_with_a_broken_link_is_not_published(tmp_path, offline):
    root = copy_sources(tmp_path / "sources")
    assert build(tmp_path / "site", root, OFFLINE=offline).returncode == 0
    before = {file: file.read_bytes() for file in (tmp_path / "site").rglob("*") if file.is_file()}
    edit(root, {"file": "docs/about.md", "append": "\n[A page](http://localhost/page).\n"})
    last = (root / "docs/about.md").read_text(encoding="utf-8").count("\n")

    done = build(tmp_path / "site", root, OFFLINE=offline)

    assert re.findall(r"^(docs/\S+): (L\d\d) ", done.stdout + done.stderr, re.MULTILINE) == [
        (f"docs/about.md:{last}", "L13")
    ]
    assert done.returncode == 1
    assert {file: file.read_bytes() for file in (tmp_path / "site").rglob("*") if file.is_file()} == before


ALONE = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
"""The environment for a run of pytest that is no part of this one."""


def test_a_single_page_can_be_tested_by_name():
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "tests/test_links.py",
            "--collect-only",
            "-q",
            "-p",
            "no:cacheprovider",
            "-k",
            "hosted and glossary",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=ALONE,
    )
    assert re.findall(r"^tests/\S+::(\S+)$", done.stdout, re.MULTILINE) == [
        "test_the_references_of_a_page_work[glossary.md-hosted]"
    ]


def test_junit_has_a_case_for_each_page_and_says_what_to_fix(tmp_path):
    case = (tmp_path / "case").as_posix()
    find_case("L02", "a paragraph number out of range").write(tmp_path / "case")
    (tmp_path / "test_pages.py").write_text(f"""
import pytest
from pathlib import Path
from diagnostics import as_text
from linkcheck import check

@pytest.mark.parametrize("page", ["index.html", "essays/defense.html"])
def test_a_page(page):
    found = [each for each in check(Path("{case}/site"), source=Path("{case}/source")) if each.page == page]
    assert not found, as_text(found)
""")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            str(tmp_path),
            "-q",
            "-p",
            "no:cacheprovider",
            "--rootdir",
            str(tmp_path),
            f"--junitxml={tmp_path}/junit.xml",
        ],
        cwd=ROOT,
        capture_output=True,
        env=ALONE | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "overrides/hooks")))},
    )
    cases = {
        each.get("name"): each.findtext("failure")
        for each in ElementTree.parse(tmp_path / "junit.xml").iter("testcase")
    }
    assert cases.keys() == {"test_a_page[index.html]", "test_a_page[essays/defense.html]"}
    assert cases["test_a_page[essays/defense.html]"] is None
    assert (
        f"{case}/source/docs/index.md:4: L02 'essays/defense.md' exists, but '#defense-9' does not. Hint: "
        in cases["test_a_page[index.html]"]
    )
