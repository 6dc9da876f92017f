"""The command that holds the link checker's complaints about other people's sites against verdicts."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from linkcheck import bench

MISSING = ["right", "L01", 1, r"none\.html", "The page is gone."]
EMPTY = ["debatable", "W01", 1, "", "A link without a target."]


@pytest.fixture
def judge(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Runs the command on a site with two faults; returns the exit status and the output."""
    (tmp_path / "a-doc/html").mkdir(parents=True)
    page = '<!doctype html>\n<a href="none.html">a</a>\n<a href="">b</a>\n'
    (tmp_path / "a-doc/html/index.html").write_text(page, "utf-8")

    def run(*groups: list[object], folder: str = "html") -> tuple[int, str]:
        sites = [{"name": "a-doc", "version": "1-2", "folder": folder, "groups": list(groups)}]
        (tmp_path / "list.yml").write_text(yaml.safe_dump(sites), "utf-8")
        status = bench.main([str(tmp_path), "--list", str(tmp_path / "list.yml"), "--only", "precision"])
        return status, "".join(capsys.readouterr())

    return run


@pytest.mark.parametrize(
    ("groups", "status", "says"),
    [
        ([MISSING, EMPTY], 0, "a-doc: 2 complaints, 1 right, 1 debatable, 0 wrong, 0 without a verdict\n"),
        ([EMPTY], 1, "1 without a verdict\n  index.html:2: L01 'none.html' does not exist"),
        ([MISSING, ["wrong", *EMPTY[1:]]], 1, "1 wrong"),
        ([["right", "L01", 2, "none", "x"], MISSING, EMPTY], 1, "L01 'none': 2 were judged, and there are "),
    ],
    ids=["all as judged", "no verdict", "false alarm", "fewer complaints"],
)
def test_complaints_pass_if_each_is_as_it_was_judged(groups, status, says, judge):
    found, output = judge(*groups)
    assert found == status
    assert says in output


def test_a_missing_site_is_named_with_the_command_that_gets_it(judge):
    status, output = judge(folder="elsewhere")
    assert status == 2
    assert "a-doc is missing." in output and "apt-get download a-doc=1-2 && " in output


def test_every_group_of_the_list_has_a_known_verdict_and_a_reason():
    for site in bench.read_list(bench.SITES):
        for group in site.groups:
            assert group.verdict in bench.VERDICTS
            assert group.reason and group.count > 0, (site.name, group)
