"""The commands for the people who keep the site, run as they run them."""

import subprocess
import sys

from tests.reading import ROOT


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "overrides/hooks", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60
    )


def test_due_lists_what_has_to_be_reviewed_by_a_day_with_file_and_line():
    done = run("due", "--by", "2027-05-28")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    written = (ROOT / "docs/evidence/claims.yml").read_text(encoding="utf-8").splitlines()
    assert len(lines) == sum(line.strip() == "review_by: 2027-05-28" for line in written) > 0  # no page is due so early
    for line in lines:
        place, number, _ = line.split(":", 2)
        assert place == "docs/evidence/claims.yml"
        assert written[int(number) - 1].strip() == "review_by: 2027-05-28"
        assert " E11 " in line and " Hint: " in line


def test_due_says_so_when_nothing_is():
    done = run("due", "--by", "2026-11-25")
    assert (done.returncode, done.stdout) == (0, "Nothing is due by 2026-11-25.\n")


def test_due_lists_pages_too():
    done = run("due", "--by", "2027-11-29")
    report = [line for line in done.stdout.splitlines() if line.startswith("docs/about.md:")]
    written = (ROOT / "docs/about.md").read_text(encoding="utf-8").splitlines()
    assert len(report) == 1
    assert written[int(report[0].split(":")[1]) - 1].startswith("review_by: ")
    assert "E11 this page is due for review by" in report[0]


def test_due_reports_a_folder_without_claims(tmp_path):
    done = run("due", "--docs", tmp_path.as_posix())
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "F01 the file cannot be read" in done.stdout
