"""What a contributor is told. Each file in `mistakes/` is one mistake: what was done, and what must be said.

`edits` is a list of changes to a copy of the sources, each to one `file`:
  replace/with   the first place where the words stand      append    words put at the end
  write          the whole file (with `encoding`, in it)    delete    true
`told` is the whole report, in order, word for word; a line number may be given as the words that
stand on that line, as in `docs/about.md:«See [the map]»: L01 …`, so that editing a page breaks no case;
`«…words»` is the last line with these words.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from mkdocs.__main__ import cli

from tests.reading import ROOT

CASES = sorted((ROOT / "tests/mistakes").glob("*.yml"))


def copy_sources(target: Path) -> Path:
    """A copy of everything that a build reads."""
    for name in ("docs", "overrides"):
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "mkdocs.yml", target)
    return target


def edit(root: Path, change: dict) -> None:
    """Makes one of a case's edits."""
    file = root / change["file"]
    if "replace" in change:
        text = file.read_text(encoding="utf-8")
        assert change["replace"] in text, f"{change['file']} does not hold the words to replace"
        file.write_text(text.replace(change["replace"], change["with"], 1), encoding="utf-8")
    elif "append" in change:
        file.write_text(file.read_text(encoding="utf-8") + change["append"], encoding="utf-8")
    elif "write" in change:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(change["write"].encode(change.get("encoding", "utf-8")))
    else:
        assert change["delete"] is True
        file.unlink()


def with_line_numbers(root: Path, told: str) -> str:
    """An expected message, with the number of the line where the words between « and » first (with …, last) stand."""
    found = re.match(r"(?P<file>[^:]+):«(?P<last>…?)(?P<words>.+?)»: ", told)
    if not found:
        return told
    text = (root / found["file"]).read_text(encoding="utf-8")
    assert found["words"] in text
    at = text.rindex(found["words"]) if found["last"] else text.index(found["words"])
    return told.replace(f"«{found['last']}{found['words']}»", str(text.count("\n", 0, at) + 1))


def build(root: Path, site: Path):
    """Runs `mkdocs build` in this process."""
    return CliRunner().invoke(cli, ["build", "-f", str(root / "mkdocs.yml"), "--site-dir", str(site)])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_mistake_is_told_by_place_and_remedy_and_leaves_the_last_good_site(case, tmp_path):
    root = copy_sources(tmp_path / "sources")
    mistake = yaml.safe_load(case.read_text(encoding="utf-8"))
    for change in mistake["edits"]:
        edit(root, change)
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("the last good site")

    result = build(root, site)

    told = [line for line in result.output.splitlines() if line.startswith(("docs/", "overrides/", "mkdocs.yml"))]
    assert told
    assert told == [with_line_numbers(root, line) for line in mistake["told"]]
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert [file.name for file in site.iterdir()] == ["index.html"]
    assert (site / "index.html").read_text() == "the last good site"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["site", "sources"]


def test_a_warning_of_mkdocs_itself_fails_the_build_and_leaves_the_last_good_site(tmp_path):
    root = copy_sources(tmp_path / "sources")
    edit(root, {"file": "mkdocs.yml", "replace": "edit_uri: edit/main/docs/", "with": "edit_uri_template: 'edit/{path}'"})
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("the last good site")

    result = build(root, site)

    assert "is not a valid URL" in result.output
    assert result.exit_code == 1
    assert (site / "index.html").read_text() == "the last good site"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["site", "sources"]


def test_a_new_build_replaces_the_old_site_but_keeps_its_hidden_files(tmp_path):
    site = tmp_path / "site"
    (site / "topics/gone").mkdir(parents=True)
    (site / ".git").mkdir()
    assert build(copy_sources(tmp_path / "sources"), site).exit_code == 0
    assert not (site / "topics/gone").exists()
    assert (site / ".git").is_dir()
    assert (site / "index.html").is_file()


def test_sources_without_a_mistake_are_built(tmp_path):
    result = build(copy_sources(tmp_path / "sources"), tmp_path / "site")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "site/topics/peace-building/index.html").exists()


def test_every_code_has_a_mistake_that_shows_it():
    told = {re.search(r": ([A-Z]\d\d) ", line)[1] for case in CASES for line in yaml.safe_load(case.read_text(encoding="utf-8"))["told"]}
    code = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "overrides/hooks").rglob("*.py"))
    assert set(re.findall(r'"([A-Z]\d\d)"', code)) - {"E11"} == told  # E11 is told by a command, and tested with it
