"""The command that holds the checker's complaints about sites of others against verdicts."""

from pathlib import Path

import pytest
import yaml

from tests.linkcheck import precision


@pytest.fixture
def asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Runs the command on a site of two faults and a list; gives its status and all that it says."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text('<!doctype html>\n<a href="none.html">a</a>\n<a href="">b</a>\n', "utf-8")

    def ask(*complaints: tuple[str, str, int, str], folder: Path = site) -> tuple[int, str]:
        keys = ("code", "pattern", "count", "verdict")
        entries = [{**dict(zip(keys, each, strict=True)), "why": "It was looked at."} for each in complaints]
        (tmp_path / "list.yml").write_text(
            yaml.safe_dump([{"package": "a-doc", "folder": str(folder), "complaints": entries}])
        )
        status = precision.main(["--list", str(tmp_path / "list.yml")])
        return status, "".join(capsys.readouterr())

    return ask


MISSING, EMPTY = ("L01", r"none\.html", 1, "right"), ("W01", "empty href", 1, "wrong")


def test_a_list_that_explains_every_complaint_is_confirmed(asked):
    status, said = asked(MISSING, EMPTY)
    assert status == 0
    assert said.endswith("a-doc: 2 complaints, 1 right, 1 wrong\n1 site, 1 complaints right, 1 wrong, 0 differences\n")


def test_a_complaint_that_no_entry_explains_is_told(asked):
    status, said = asked(EMPTY)
    assert status == 1
    assert "a-doc: no entry explains index.html:2: L01 'none.html' does not exist. Hint: " in said


@pytest.mark.parametrize("entry", [("L01", "gone", 1, "right"), ("L02", "none", 3, "right")])
def test_an_entry_with_another_number_of_complaints_is_told(entry, asked):
    status, said = asked(MISSING, EMPTY, entry)
    assert status == 1
    assert f"a-doc: {entry[0]} {entry[1]!r} has {entry[2]} complaints in the list, and 0 now\n" in said


def test_without_any_of_the_sites_it_says_what_to_install(asked, tmp_path):
    status, said = asked(MISSING, folder=tmp_path / "nothing")
    assert status == 2
    assert (
        "a-doc: it is not installed, so it is left out." in said
        and "apt-get install --no-install-recommends a-doc" in said
    )


def test_a_list_that_is_wrong_is_told_without_a_traceback(asked):
    status, said = asked(("L01", "(", 1, "right"))
    assert status == 2
    assert "list.yml" in said and "Traceback" not in said


def test_every_verdict_of_the_list_is_given_with_a_reason():
    for site in yaml.safe_load(precision.LIST.read_text("utf-8")):
        assert site["package"] and str(site["version"]) and site["folder"].startswith("/usr/share/")
        for entry in site["complaints"]:
            assert entry["verdict"] in ("right", "wrong") and entry["why"].endswith((".", "…")) and entry["count"] > 0
