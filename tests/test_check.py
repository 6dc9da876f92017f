"""The commands for the people who write and keep the site, as a contributor, a hook and CI run them."""

import re
import subprocess
import sys

import pytest
from health_diplomacy.content.schema import LICENSES, Image
from health_diplomacy.lint import external_tools

from tests.reading import CLAIMS, ROOT, read, read_yaml
from tests.sources import append, edit, replace


def codes_of(report: str) -> list[str]:
    return [re.match(r"[^:]+:\d+: ([A-Z]\d\d) .+ Hint: .+[.?]$", line)[1] for line in report.splitlines()]


def test_check_passes_on_this_repository():
    done = subprocess.run([sys.executable, "overrides/hooks", "check"], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "Nothing is wrong.\n")


def test_a_python_without_the_packages_says_which_to_call():
    command = [sys.executable, "-S", "-E", "overrides/hooks", "check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "call `.venv/bin/python overrides/hooks`" in done.stderr


def test_all_problems_are_reported_in_one_run_in_order_and_counted(root, run):
    append(root, "docs/about.md", "The goverment's page is [here](nowhere.md).")
    replace(root, "docs/glossary.yml", "see: [ummah]", "see: [uma]")
    done = run(root, "check")
    assert (done.status, done.err) == (1, "4 problems\n")
    assert codes_of(done.out) == ["A03", "L01", "Q01", "G02"]


@pytest.mark.parametrize(
    ("path", "reported"),
    [
        ("docs/topics", {"docs/topics/peace-building.md"}),
        ("./docs/about.md", {"docs/about.md"}),
        ("docs/glossary.yml", set()),
    ],
)
def test_check_accepts_a_single_file_or_folder(root, run, path, reported):
    append(root, "docs/about.md", "[here](index.md)")
    append(root, "docs/topics/peace-building.md", "[here](../index.md)")
    done = run(root, "check", path)
    assert {line.split(":")[0] for line in done.out.splitlines()} == reported
    assert done.status == bool(reported)


def test_advice_is_reported_and_does_not_fail(root, run):
    append(root, "docs/about.md", "Clearly, it works.")
    done = run(root, "check")
    assert (done.status, codes_of(done.out), done.err) == (0, ["Q04"], "1 advice\n")


def test_fix_corrects_the_style_of_markdown_and_leaves_words_and_essays_alone(root, run):
    essays = [(file, file.read_bytes()) for file in (root / "docs/essays").glob("*.md")]
    edit(root, {"file": "docs/about.md", "append": "\n\n\nOne line,   \nand the goverment. \n"})
    assert codes_of(run(root, "check", "--fix").out) == ["Q01"]
    assert (root / "docs/about.md").read_text(encoding="utf-8").endswith(".\n\nOne line,  \nand the goverment.\n")
    assert all(file.read_bytes() == before for file, before in essays)


def test_a_pull_request_gets_annotations(root, run):
    line = append(root, "docs/about.md", "[here](index.md)")
    done = run(root, "check", "--format", "github")
    where = f"file=docs/about.md,line={line},title=A03"
    assert done.status == 1
    assert done.out.startswith(f"::error {where}::the link text 'here' does not say where the link leads. Hint: ")


def test_without_the_style_tools_the_rest_is_reported_and_one_line_says_what_to_install(root, run, monkeypatch):
    append(root, "docs/about.md", "The goverment's page is [here](index.md). ")
    monkeypatch.setattr(external_tools, "program", lambda name: None)
    done = run(root, "check")
    assert (done.status, codes_of(done.out)) == (1, ["A03"])
    assert done.err.splitlines()[-1] == external_tools.MISSING
    assert "pip install --require-hashes -r tests/requirements.txt" in external_tools.MISSING


def test_a_missing_path_is_reported(root, run):
    assert run(root, "check", "docs/nowhere.md") == (2, "", "There is no 'docs/nowhere.md' here.\n")


def test_the_pre_commit_hooks_run_what_ci_runs():
    (repo,) = read_yaml(".pre-commit-config.yaml")["repos"]
    assert repo["repo"] == "local"
    check, *code_checks = repo["hooks"]
    assert check["entry"] == ".venv/bin/python overrides/hooks check"
    checked = ("docs/about.md", "docs/images/a.png", "mkdocs.yml", "CONTRIBUTING.md")
    assert all(re.search(check["files"], name) for name in checked)
    assert all(re.search(hook["files"], "overrides/hooks/build.py") for hook in code_checks)
    in_ci = read(".ci/run").splitlines()
    assert " && ".join(hook["entry"] for hook in code_checks) in in_ci


def test_words_of_the_word_list_are_no_mistakes(root, run):
    append(root, "docs/about.md", "The goverment.")
    edit(root, {"file": "tests/words.toml", "append": 'goverment = "goverment"\n'})
    assert run(root, "check").status == 0


def test_the_codes_are_listed(run):
    assert "S01  HTML or a drawing could run a script" in run(ROOT, "codes").out.splitlines()


def test_the_licenses_of_pictures_are_those_that_the_list_names():
    assert list(LICENSES) == Image.model_json_schema()["properties"]["license"]["enum"]
    listed = read("docs/images.yml")
    assert [name for name in LICENSES if name not in listed] == []


def test_due_lists_claims_and_pages_that_have_to_be_reviewed_by_a_day_with_file_and_line(run):
    done = run(ROOT, "due", "--by", "2027-11-29")
    assert done.status == 1
    pattern = r"(.+?):(\d+): E11 .* is due for review by .+ Hint: "
    places = [re.match(pattern, line).groups() for line in done.out.splitlines()]
    for path, number in places:
        key, _, day = read(path).splitlines()[int(number) - 1].strip().partition(": ")
        assert key == "review_by" and day <= "2027-11-29", (path, number)
    files = [path for path, _ in places]
    assert files.count("docs/evidence/claims.yml") == len(CLAIMS)
    assert files.count("docs/about.md") == 1


def test_due_says_so_when_nothing_is(run):
    assert run(ROOT, "due", "--by", "2026-11-25") == (0, "Nothing is due by 2026-11-25.\n", "")


def test_due_reports_a_folder_without_claims(run, tmp_path):
    done = run(ROOT, "due", "--docs", tmp_path.as_posix())
    assert (done.status, done.err) == (2, "")
    assert "F01 the file cannot be read" in done.out
