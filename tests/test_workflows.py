"""Workflows, issue forms and citation file: they match the published schemas, and give attackers nothing to use."""

import argparse
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from health_diplomacy.lint.external_tools import program
from linkcheck import external

from tests.reading import ROOT, read_yaml
from tests.sources import write

GITHUB = ROOT / ".github"
FORMS = sorted(file for file in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if file.name != "config.yml")
SCHEMAS = {
    "vendor.github-workflows": sorted((GITHUB / "workflows").glob("*.yml")),
    "vendor.github-issue-forms": FORMS,
    "vendor.github-issue-config": [GITHUB / "ISSUE_TEMPLATE/config.yml"],
    "vendor.dependabot": [GITHUB / "dependabot.yml"],
    "vendor.citation-file-format": [ROOT / "CITATION.cff"],
}


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_file_that_others_read_follows_its_schema(schema):
    assert SCHEMAS[schema]
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *map(str, SCHEMAS[schema])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_zizmor_finds_nothing():
    """Actions are pinned by commit, credentials are not kept, permissions are narrow, and forks get no secret."""
    command = [str(program("zizmor")), "--offline", "--persona=auditor", "--no-progress", str(GITHUB)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_pull_request_is_annotated_within_5_minutes_and_every_job_ends_within_15():
    jobs = {
        (file.stem, name): job
        for file in SCHEMAS["vendor.github-workflows"]
        for name, job in read_yaml(file)["jobs"].items()
    }
    assert max(job["timeout-minutes"] for job in jobs.values()) <= 15
    check = jobs["check", "check"]
    assert check["timeout-minutes"] <= 5
    assert any("overrides/hooks check --format github" in step.get("run", "") for step in check["steps"])


def test_jobs_that_build_pages_for_readers_fetch_the_whole_history():
    for name in ("check.yml", "publish.yml"):
        text = (GITHUB / "workflows" / name).read_text(encoding="utf-8")
        assert text.count("fetch-depth: 0") == text.count("actions/checkout@")


STEPS = {
    name: [step for job in read_yaml(path)["jobs"].values() for step in job["steps"]]
    for name in ("reviews", "external-links")
    if (path := GITHUB / f"workflows/{name}.yml")
}
"""The workflows that keep one issue up to date: one step with an id writes a report, and the last one passes it on."""


def play(step: dict, folder: Path, program: str, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a step as GitHub does, with a stand-in for the program that it calls."""
    keep_issue = (GITHUB / "keep-issue.sh").read_bytes()
    write(folder, {program: f"#!/bin/sh\n{script}\n", ".github/keep-issue.sh": keep_issue})
    (folder / program).chmod(0o755)
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-e", "-c", step["run"]],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PATH": path, "GITHUB_OUTPUT": "output", **environment},
    )


@pytest.mark.parametrize("workflow", STEPS)
@pytest.mark.parametrize(
    "does, output",
    [
        ("echo Nothing is due.; exit 0", "status=0\n"),
        ("echo docs/a.md:1: E11 due; exit 1", "status=1\n"),
        ("exit 1", None),
        ("echo half; exit 2", None),
        ("exit 137", None),
    ],
)
def test_a_report_is_not_confused_with_a_command_that_failed(workflow, does, output, tmp_path):
    done = play(next(step for step in STEPS[workflow] if "id" in step), tmp_path, ".venv/bin/python", does)
    file = tmp_path / "output"
    assert (done.returncode == 0) is (output is not None)
    assert (file.read_text() if file.exists() else None) == output


@pytest.mark.parametrize("workflow", STEPS)
@pytest.mark.parametrize(
    "status, open_issue, call",
    [("0", "", ""), ("0", "7", "issue close 7"), ("1", "", "issue create"), ("1", "7", "issue edit 7")],
)
def test_one_issue_is_kept_and_closed_when_nothing_is_left(workflow, status, open_issue, call, tmp_path):
    report = "docs/a.md:3: E11 'x`$(y)`' is due. Hint: look.\n"
    write(tmp_path, {"report.txt": report})
    gh = f'echo "$@" >> calls; [ "$2" != list ] || echo {open_issue}'
    done = play(STEPS[workflow][-1], tmp_path, "bin/gh", gh, STATUS=status)
    assert (done.returncode, done.stderr) == (0, "")
    calls = (tmp_path / "calls").read_text().splitlines()
    wanted = ["label create ", "issue list ", *([call] if call else [])]
    assert [made[: len(start)] for made, start in zip(calls, wanted, strict=True)] == wanted
    if status == "1":
        assert f"~~~~text\n{report}" in (tmp_path / "issue.md").read_text()


def test_the_weekly_check_of_external_links_names_options_and_files_that_exist():
    build, check = (next(step for step in STEPS["external-links"] if key in step) for key in ("env", "id"))
    words = shlex.split(re.search(r"overrides/hooks (external .+?) >", check["run"], re.DOTALL)[1].replace("\\\n", " "))
    parser = argparse.ArgumentParser()
    external.add_arguments(parser)
    options = parser.parse_args(words[1:])
    assert options.site_url == build["env"]["SITE_URL"]
    assert external.Baseline(ROOT / options.baseline).known is not None


def test_each_folder_that_pins_packages_is_kept_up_to_date():
    updates = read_yaml(GITHUB / "dependabot.yml")["updates"]
    assert {update["package-ecosystem"] for update in updates} == {"pip", "github-actions"}
    folders = {file.parent.relative_to(ROOT).as_posix() for file in ROOT.glob("*/requirements.txt")}
    assert {"/", *(f"/{folder}" for folder in folders)} == set(updates[0]["directories"])


def test_every_file_that_has_an_owner_is_there():
    text = (GITHUB / "CODEOWNERS").read_text(encoding="utf-8")
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    assert lines
    assert all((ROOT / pattern.strip("/")).exists() for pattern, *_ in lines if pattern != "*")
    assert all(re.fullmatch(r"@[\w-]+(/[\w-]+)?", owner) for _, *owners in lines for owner in owners)
