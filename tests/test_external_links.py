"""Links to other sites, checked by the real lychee against servers on this machine. No other host is asked."""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from health_diplomacy.cli import main
from linkcheck import external

from tests import fake_server
from tests.reading import ROOT, read_yaml
from tests.sources import write

CASES = read_yaml("tests/external_links.yml")
LINKS = [case.get("link", f"http://one.example/{name}") for name, case in CASES.items()]
SITE_URL = "https://pages.example/health-diplomacy/"
COMMAND = ["external", "site", "--site-url", SITE_URL, "--config", "lychee-test.toml"]
TODAY = datetime.now(UTC).date().isoformat()


@pytest.fixture(scope="module")
def hosts():
    hosts = fake_server.Hosts()
    yield hosts
    hosts.close()


@pytest.fixture
def server(hosts, tmp_path, monkeypatch):
    """The server, for a site in an empty working directory."""
    monkeypatch.chdir(tmp_path)
    write(Path(), {"lychee-test.toml": hosts.config})
    return hosts.server


def page(*links: str) -> None:
    write(Path(), {"site/index.html": "".join(f'<a href="{link}">x</a>\n' for link in links)})


def run(*options: str) -> int:
    return main([*COMMAND, *options])


@pytest.fixture(scope="module")
def report(hosts, tmp_path_factory):
    """What is reported of all cases in one run, by line; and the paths that were asked."""
    folder = tmp_path_factory.mktemp("cases")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.chdir(folder)
        form = '<form action="https://doi.org/send"></form>'
        write(folder, {"lychee-test.toml": hosts.config, "site/form.html": form})
        page(*LINKS, "http://one.example/mentioned-twice", SITE_URL, "mailto:a@one.example", "tel:+1")
        answers = {case.get("path", f"/{name}"): case["serve"] for name, case in CASES.items() if "serve" in case}
        hosts.server.play(answers)
        command = [sys.executable, str(ROOT / "overrides/hooks"), *COMMAND]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120)
        text = re.sub(r"(127\.0\.0\.1|localhost):\d+", r"\1", done.stdout)
    return dict(line.split(": ", 1) for line in text.splitlines()), hosts.server.asked


@pytest.mark.parametrize("name", CASES)
def test_each_answer_of_a_server_is_reported_as_its_case_says(name, report):
    assert report[0].get(f"site/index.html:{list(CASES).index(name) + 1}") == CASES[name].get("report")


def test_nothing_else_is_reported_and_a_page_is_requested_once_however_often_it_is_linked(report):
    lines, asked = report
    assert len(lines) == sum("report" in case for case in CASES.values())
    assert asked.count("/mentioned-twice") == 1
    assert "/send" not in asked
    assert {line[:3] for line in lines.values()} == external.RULES.keys() - {"X13"}


def test_a_link_is_reported_at_the_line_to_correct(server, capsys):
    sources = {
        "mkdocs.yml": "site_name: x\ntheme: {name: material, custom_dir: overrides}\n",
        "docs/index.md": "# Title\n\nSee [it](http://one.example/markdown).\n",
        "docs/evidence/sources.yml": "- id: a\n  url: http://one.example/source\n  doi: 10.1/b-2\n",
        "overrides/main.html": '<body>\n<a href="http://one.example/template">x</a>\n',
    }
    write(Path(), sources)
    page(*(f"http://one.example/{name}" for name in ("markdown", "source", "template")), "https://doi.org/10.1/b-2")
    server.play({f"/{name}": {"status": 404} for name in ("markdown", "source", "template", "10.1/b-2")})
    assert run() == 1
    places = [line.split(": X01 ")[0] for line in capsys.readouterr().out.splitlines()]
    evidence = ["docs/evidence/sources.yml:2", "docs/evidence/sources.yml:3"]
    assert places == [*evidence, "docs/index.md:3", "overrides/main.html:2"]


def test_known_dead_links_fail_nothing_and_are_reported_when_they_work_again(server, capsys):
    known = {f"http://one.example/{name}": "2025-06-01" for name in ("dead", "lives", "unlinked", "wall")}
    write(Path(), {"known.json": json.dumps(known, indent=2)})
    page("http://one.example/dead#part", "http://one.example/lives", "http://one.example/wall")
    server.play({"/dead": {"status": 404}, "/wall": {"status": 403}, "/new": {"status": 404}})
    assert run("--baseline", "known.json") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(". Hint")[0] for line in lines] == [
        "known.json:3: X13 'http://one.example/lives' works again",
        "known.json:4: X13 'http://one.example/unlinked' is not linked any more",
        "site/index.html:1: X01 'http://one.example/dead#part' does not exist (404 Not Found) (known since 2025-06-01)",
        "site/index.html:3: X12 'http://one.example/wall' could not be checked: it blocks programs (403 Forbidden)",
    ]
    page("http://one.example/dead", "http://one.example/wall", "http://one.example/new")
    assert run("--baseline", "known.json") == 1
    assert run("--baseline", "known.json", "--update-baseline") == 0
    kept = {"dead": "2025-06-01", "new": TODAY, "wall": "2025-06-01"}
    assert json.loads(Path("known.json").read_text()) == {f"http://one.example/{name}": kept[name] for name in kept}
    assert run("--baseline", "known.json") == 0


def stub(monkeypatch, script: str) -> None:
    """Replace lychee by a shell script."""
    write(Path(), {"bin/lychee": f"#!/bin/sh\n{script}\n"})
    Path("bin/lychee").chmod(0o755)
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(Path("bin").resolve()))


@pytest.mark.parametrize(
    "script, message",
    [
        ("kill -9 $$", "lychee ended with exit status -9"),
        ("echo bad option >&2; exit 3", "lychee ended with exit status 3: bad option"),
        ("echo '{\"half'", "the report of lychee cannot be read. Hint: "),
        ("echo '[]'", "the report of lychee cannot be read. Hint: "),
    ],
)
def test_a_lychee_that_fails_says_nothing_about_links(script, message, server, monkeypatch, capsys):
    page("http://one.example/")
    stub(monkeypatch, script)
    assert run("--baseline", "new.json", "--update-baseline") == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n"), Path("new.json").exists()) == ("", 1, False)
    assert message in err


def test_a_missing_lychee_is_named(server, monkeypatch, capsys):
    page("http://one.example/")
    monkeypatch.setattr("sysconfig.get_path", lambda name: "nowhere")
    monkeypatch.setenv("PATH", "nowhere")
    assert run() == 2
    assert capsys.readouterr().err == "lychee is not installed. Hint: run README's second command.\n"


def test_interrupting_the_command_prints_one_line(server, monkeypatch, capsys):
    def interrupt(*arguments, **options):
        raise KeyboardInterrupt

    page("http://one.example/")
    monkeypatch.setattr("subprocess.run", interrupt)
    assert run() == 2
    assert capsys.readouterr() == ("", "stopped.\n")


def test_a_machine_without_a_network_reports_no_link(server, capsys):
    page("http://refused.example/", "http://closed.example/", "http://down.example/")
    assert run("--baseline", "new.json", "--update-baseline") == 2
    assert "seems to be offline" in capsys.readouterr().err
    assert not Path("new.json").exists()


def test_an_archived_copy_is_suggested_for_what_is_dead(server, monkeypatch, capsys):
    status = {"url": "http://one.example/", "status": {"code": 404}, "span": {"line": 1}}
    copy = {"original": "http://one.example/", "suggestion": "https://archive.example/{host}"}
    answer: dict[str, Any] = {f"{kind}_map": {} for kind in ("success", "timeout", "excluded")}
    answer |= {"error_map": {"links.html": [status]}, "suggestion_map": {"links.html": [copy]}}
    stub(monkeypatch, f"case \"$*\" in *--suggest*) echo '{json.dumps(answer)}';; esac; exit 2")
    page("http://one.example/")
    assert run("--suggest") == 1
    assert "Hint: link to the archived copy 'https://archive.example/{host}'." in capsys.readouterr().out


@pytest.mark.parametrize(
    "options, message",
    [
        (["--update-baseline"], "--update-baseline needs --baseline FILE"),
        (["--baseline", "none.json"], "none.json: No such file or directory"),
        (["--baseline", "bad.json"], "bad.json:2: no baseline"),
        (["--baseline", "no-day.json"], "no-day.json:1: no baseline"),
        (["--config", "bad.toml"], "unknown field `time_out`"),
        (["--site-url", "pages"], "--site-url pages is not an address"),
    ],
    ids=str,
)
def test_what_cannot_be_checked_gives_status_2_and_one_line(options, message, server, capsys):
    page("http://one.example/")
    no_day = '{"http://one.example/": "soon"}'
    write(Path(), {"bad.json": "{\n oops", "no-day.json": no_day, "bad.toml": "time_out = 1"})
    assert run(*options) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert message in err
