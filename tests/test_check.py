"""The check command, run as a contributor, a hook and CI run it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from diagnostics import Diagnostic, as_github
from health_diplomacy.lint import external_tools

from tests.reading import ROOT
from tests.test_mistakes import edit, prepare


def check(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(root / "overrides/hooks"), "check", *arguments]
    return subprocess.run(
        command, cwd=root, capture_output=True, text=True, timeout=60, env={**os.environ, **environment}
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the sources without a mistake."""
    return prepare({"edits": []}, tmp_path / "sources")


def test_check_passes_on_this_repository():
    done = check(ROOT)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "Nothing is wrong.\n")


def test_a_python_without_the_packages_says_which_to_call():
    done = subprocess.run(
        [sys.executable, "-S", "-E", "overrides/hooks", "check"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "call `.venv/bin/python overrides/hooks`" in done.stderr


def test_style_and_spelling_come_with_the_tests():
    assert not external_tools.missing()
    assert {"README.md", "CONTRIBUTING.md", "docs/about.md", "docs/evidence/claims.yml"} <= set(
        external_tools.files(ROOT, "docs")
    )
    assert not [
        name
        for name in external_tools.files(ROOT, "docs")
        if name in {"docs/essays/defense.md", "docs/essays/collaborations.md"}
    ]


def test_all_problems_are_reported_in_one_run_in_order_and_counted(root):
    edit(root, {"file": "docs/about.md", "append": "\nThe goverment's page is [here](nowhere.md).\n"})
    edit(root, {"file": "docs/glossary.yml", "replace": "see: [ummah]", "with": "see: [uma]"})
    done = check(root)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert [re.match(r"[^:]+:\d+: ([A-Z]\d\d) .+ Hint: .+[.?]$", line)[1] for line in lines] == [
        "A03",
        "L01",
        "Q01",
        "G02",
    ]
    assert done.stderr == "4 problems\n"


def test_check_accepts_a_single_file_or_folder(root):
    edit(root, {"file": "docs/about.md", "append": "\n[here](index.md)\n"})
    edit(root, {"file": "docs/topics/peace-building.md", "append": "\n[here](../index.md)\n"})
    assert {line.split(":")[0] for line in check(root, "docs/topics").stdout.splitlines()} == {
        "docs/topics/peace-building.md"
    }
    assert {line.split(":")[0] for line in check(root, "./docs/about.md").stdout.splitlines()} == {"docs/about.md"}
    assert check(root, "docs/glossary.yml").returncode == 0


def test_advice_is_reported_and_does_not_fail(root):
    edit(root, {"file": "docs/about.md", "append": "\nClearly, it works.\n"})
    done = check(root)
    assert (done.returncode, done.stderr) == (0, "1 advice\n")
    assert " Q04 " in done.stdout


def test_fix_corrects_the_style_of_markdown_and_leaves_words_and_essays_alone(root):
    essays = [(file, file.read_bytes()) for file in (root / "docs/essays").glob("*.md")]
    edit(root, {"file": "docs/about.md", "append": "\n\n\nOne line,   \nand the goverment. \n"})
    done = check(root, "--fix")
    assert (root / "docs/about.md").read_text(encoding="utf-8").endswith(".\n\nOne line,  \nand the goverment.\n")
    assert [line.split(": ")[1][:3] for line in done.stdout.splitlines()] == ["Q01"]
    assert all(file.read_bytes() == before for file, before in essays)


def test_a_pull_request_gets_annotations(root):
    edit(root, {"file": "docs/about.md", "append": "\n[here](index.md)\n"})
    last = (root / "docs/about.md").read_text(encoding="utf-8").count("\n")
    done = check(root, "--format", "github")
    assert done.returncode == 1
    assert done.stdout.startswith(
        f"::error file=docs/about.md,line={last},title=A03::the words 'here' do not say where the link leads. Hint: "
    )


def test_an_annotation_escapes_what_would_end_it():
    report = as_github([Diagnostic("docs/a,b:c.md", 3, "Q04", "100% of\nit", "leave it out", severity="notice")])
    assert report == "::notice file=docs/a%2Cb%3Ac.md,line=3,title=Q04::100%25 of%0Ait. Hint: leave it out.\n"


def test_without_the_style_tools_the_rest_is_reported_and_one_line_says_what_to_install(root, monkeypatch, capsys):
    from health_diplomacy import check_command

    edit(root, {"file": "docs/about.md", "append": "\nThe goverment's page is [here](index.md). \n"})
    monkeypatch.setattr(external_tools, "program", lambda name: None)
    assert check_command.run(root, []) == 1
    printed = capsys.readouterr()
    assert [line.split(": ")[1][:3] for line in printed.out.splitlines()] == ["A03"]
    assert printed.err.splitlines()[-1] == external_tools.MISSING
    assert "pip install --require-hashes -r tests/requirements.txt" in external_tools.MISSING


def test_a_missing_path_is_reported(root):
    done = check(root, "docs/nowhere.md")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "There is no 'docs/nowhere.md' here.\n")


def test_the_pre_commit_hooks_run_what_ci_runs():
    (repo,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert repo["repo"] == "local"
    check, *code_checks = repo["hooks"]
    assert check["entry"] == ".venv/bin/python overrides/hooks check"
    assert all(
        re.search(check["files"], name)
        for name in ("docs/about.md", "docs/images/a.png", "mkdocs.yml", "CONTRIBUTING.md")
    )
    assert all(re.search(hook["files"], "overrides/hooks/build.py") for hook in code_checks)
    in_ci = (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()
    assert " && ".join(hook["entry"] for hook in code_checks) in in_ci


def test_what_the_word_list_knows_is_right(root):
    edit(root, {"file": "docs/about.md", "append": "\nThe goverment.\n"})
    (root / "tests/words.toml").write_text((root / "tests/words.toml").read_text() + 'goverment = "goverment"\n')
    assert check(root).returncode == 0


def test_codes_are_listed():
    done = subprocess.run(
        [sys.executable, "overrides/hooks", "codes"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert "S01  HTML or a drawing could run a script" in done.stdout.splitlines()


def test_the_licenses_of_pictures_are_those_that_the_list_names():
    from health_diplomacy.content.schema import LICENSES, Image

    allowed = Image.model_json_schema()["properties"]["license"]["enum"]
    assert list(LICENSES) == allowed
    listed = (ROOT / "docs/images.yml").read_text(encoding="utf-8")
    assert all(name in listed for name in LICENSES), json.dumps(allowed)
