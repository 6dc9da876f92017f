"""The repository keeps its own promises: what the README says is what is run, and nothing is taken on trust."""

import re
import subprocess

import pytest

from tests.reading import ROOT, read

README = read("README.md")
PINS = [ROOT / "requirements.txt", ROOT / "tests/requirements.txt"]


def test_the_readme_gives_two_commands_and_the_second_is_what_ci_runs():
    commands = re.findall(r"^python3 -m venv .*$", README, re.MULTILINE)
    assert len(commands) == 2
    assert commands[0].endswith("mkdocs serve")
    assert commands[1] in read(".ci/run").splitlines()


def test_the_readme_starts_with_the_commands_and_a_screenshot():
    first = README.splitlines()[:22]
    assert sum(line.startswith("python3 -m venv") for line in first) == 2
    picture = re.search(r"!\[.{20,}\]\((.+?)\)", "\n".join(first))[1]
    assert (ROOT / picture).stat().st_size < 250_000


def test_what_the_site_needs_is_pinned_alike_for_its_tests_and_from_no_address():
    site, tests = (file.read_text(encoding="utf-8") for file in PINS)
    assert {line for line in site.splitlines() if "==" in line} <= set(tests.splitlines())
    assert "://" not in site + tests


@pytest.fixture(scope="module")
def tracked() -> list[str]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, encoding="utf-8")
    return done.stdout.split("\0")[:-1]


def test_the_top_level_has_only_the_listed_names(tracked):
    agreed = {"mkdocs.yml", "docs", "overrides", "tests", "pyproject.toml", "README.md"}
    expected = {"LICENSE", "requirements.txt", "CONTRIBUTING.md", "CITATION.cff"}
    hidden = {".github", ".ci", ".editorconfig", ".gitignore", ".pre-commit-config.yaml"}
    assert {name.split("/")[0] for name in tracked} == agreed | expected | hidden


def test_every_file_name_can_be_checked_out_on_windows(tracked):
    assert [name for name in tracked if re.search(r'[<>:"|?*\\\x00-\x1f]|[ .](/|$)', name)] == []
    assert len({name.casefold() for name in tracked}) == len(tracked)
