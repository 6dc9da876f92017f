"""What is told of links to other sites, held against a server that misbehaves. No other host is asked.

Each file in `external_cases/` is one case:
`links`  the links of the only page, one a line; or `files`, each file of the site and of its sources
`serve`  path, or method and path -> an answer or the answers one after another (the last is repeated):
         `status`, `headers`, `body`, `encoding`, or `do` (see `misbehaving.py`); `{next}` is the number of the path and one
`options` further arguments; `trust` (optional) a certificate that this machine trusts
`told`   the report, word for word;  `status`  the exit status;  `said`  words of the summary or message
`asked`  every request, in order;  `waited`  seconds, each time that nothing was left to do but wait
`left`   (optional) files after the run
`{one}` and `{two}` are two hosts; `misbehaving.py` has the others. It is noon (UTC) on 31 January 2026.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
from concurrent.futures import FIRST_COMPLETED, wait
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from tests import misbehaving
from tests.linkcheck.external import cache, client, files
from tests.linkcheck.external.__main__ import main
from tests.linkcheck.external.baseline import Baseline
from tests.linkcheck.external.findings import LIVES, REGISTRY, lives
from tests.linkcheck.external.model import Kind, Outcome
from tests.linkcheck.external.turns import Turns
from tests.linkcheck.external.visit import seconds

CASES = sorted((Path(__file__).parent / "external_cases").glob("*.yml"))
STORIES = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in CASES}
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
SITE_URL = "https://pages.example/health-diplomacy/"
CODES = {rule.code: rule.say for rule in REGISTRY.values()} | {LIVES: lives}


class Clock:
    """Time that only passes when somebody waits."""

    def __init__(self) -> None:
        self.past, self.waited = 0.0, []

    def seconds(self):
        return self.past

    def now(self):
        return NOON + timedelta(seconds=self.past)

    def wait(self, running, seconds):
        if running:
            return wait(running, 30, FIRST_COMPLETED).done
        self.waited.append(seconds)
        self.past += seconds
        return set()


@pytest.fixture(scope="session")
def servers():
    script, servers, refusing = misbehaving.start()
    yield script
    for server in servers:
        server.shutdown()
        server.server_close()
    refusing.close()


@pytest.fixture
def script(servers, monkeypatch, tmp_path):
    """The script of the server, in an empty folder, on a machine that knows no other host than itself."""
    known = socket.getaddrinfo

    def getaddrinfo(host, *arguments, **named):
        if host not in ("127.0.0.1", "localhost"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [each for each in known(host, *arguments, **named) if each[0] == socket.AF_INET]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.chdir(tmp_path)
    trust(monkeypatch, "expired")
    servers.play({})
    return servers


def trust(monkeypatch, certificate: str) -> None:
    """Makes this machine trust one certificate and no other."""
    monkeypatch.setenv("SSL_CERT_FILE", str(misbehaving.CERTIFICATES / f"test-only-{certificate}.pem"))


def page(links: list[str]) -> str:
    return "".join(f'<p><a href="{link}">x</a>\n' for link in links)


def write(name: str, text: str) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, encoding="utf-8")


def run(*options: str, clock: Clock | None = None) -> int:
    """The command as the cases run it: one request at a time, and at once."""
    try:
        return main(
            ["site", "--site-url", SITE_URL, "--local", "--workers", "1", "--delay", "0", *options], clock or Clock()
        )
    except SystemExit as stop:
        return stop.code


@pytest.mark.parametrize("name", STORIES)
def test_a_case_is_told_as_it_expects(name, script, monkeypatch, capsys):
    case, clock = STORIES[name], Clock()
    for file, text in case.get("files", {"site/index.html": page(case.get("links", []))}).items():
        write(file, script.fill(text))
    if "trust" in case:
        trust(monkeypatch, case["trust"])
    script.play(case.get("serve", {}))
    status = run(*map(script.fill, case.get("options", [])), clock=clock)
    out, err = capsys.readouterr()
    assert script.asked == case.get("asked", [])
    assert script.empty(out).splitlines() == case.get("told", [])
    assert script.empty(err).count("\n") == 1 and case.get("said", "") in script.empty(err)
    assert clock.waited == case.get("waited", [])
    assert status == case["status"]
    for file, text in case.get("left", {}).items():
        assert script.empty(Path(file).read_text("utf-8")) == text
    for headers in script.headers:
        assert headers["user-agent"] == "health-diplomacy-link-checker"
        assert not headers.keys() & {"cookie", "referer", "authorization", "from", "origin"}
    assert not list(Path().glob("*.new"))


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_case_and_shows_a_bad_and_a_good_example(code):
    assert any(re.search(rf":\d+: {code} ", line) for case in STORIES.values() for line in case.get("told", []))
    assert re.search(r"^ +Bad: \S", CODES[code].__doc__, re.MULTILINE)
    assert re.search(r"^ +Good: \S", CODES[code].__doc__, re.MULTILINE)


@pytest.mark.parametrize("name", [name for name, case in STORIES.items() if "json" not in str(case.get("options"))])
def test_each_message_is_a_sentence_with_one_hint(name):
    for line in STORIES[name].get("told", []):
        assert re.fullmatch(
            r"(::(error|warning|notice) file=\S+::|\S[^:]*:\d+: X\d\d ).+[^.]\. Hint: [^A-Z].*[^.?][.?]", line
        )
        assert "None" not in line


# ---- many at once


def test_a_host_gets_no_more_requests_at_once_than_agreed_and_the_others_do_not_wait_for_it():
    turns = Turns(at_once=2, delay=0)
    for job in ("a1", "a2", "a3"):
        turns.add("a", job)
    turns.add("b", "b1")
    assert [turns.take(0) for _ in range(4)] == ["a1", "a2", "b1", None]
    assert turns.wait(0) is None
    turns.done("a")
    assert turns.wait(0) == 0
    assert turns.take(0) == "a3"


def test_some_time_passes_between_two_requests_to_a_host():
    turns = Turns(at_once=9, delay=3)
    for host, job in (("a", "a1"), ("a", "a2"), ("b", "b1")):
        turns.add(host, job)
    assert [turns.take(10), turns.take(10), turns.take(10)] == ["a1", "b1", None]
    assert turns.wait(11) == 2
    assert turns.take(12.9) is None
    assert turns.take(13) == "a2"


def test_a_job_waits_for_its_time_and_the_host_for_its_own():
    turns = Turns(at_once=9, delay=0)
    turns.add("a", "later", at=5)
    turns.add("a", "now")
    assert [turns.take(0), turns.take(0), turns.wait(0)] == ["now", None, 5]
    turns.hold("a", 8)
    turns.hold("a", 7)
    assert [turns.take(7), turns.wait(7), turns.take(8)] == [None, 1, "later"]


def test_requests_to_one_host_run_side_by_side(script, capsys):
    write("site/index.html", page([f"{script.addresses['one']}/{number}" for number in range(4)]))
    script.play({"/*": {"do": "meet"}}, meeting=2)  # each is answered only when two are there
    assert run("--workers", "8", "--per-host", "2") == 0
    assert "4 addresses (0 from the cache): 0 newly dead" in capsys.readouterr().err


def test_as_many_run_at_once_as_there_are_workers_whatever_their_hosts(script, capsys):
    write(
        "site/index.html",
        page([f"{script.addresses[host]}/{number}" for number in range(2) for host in ("one", "two")]),
    )
    script.play({"/*": {"do": "meet"}}, meeting=4)
    assert run("--workers", "4", "--per-host", "2") == 0
    assert "4 addresses" in capsys.readouterr().err


def test_many_at_once_are_told_as_one_after_another(script, capsys):
    links = [f"{{{host}}}/{number}" for host in ("one", "two") for number in range(12)]
    write("site/index.html", script.fill(page(links)))
    script.play({"/*": {"status": 404}})
    assert run() == 1
    told = capsys.readouterr().out
    assert told.count(" X01 ") == 24
    assert run("--workers", "8") == 1
    assert capsys.readouterr().out == told


# ---- time


@pytest.mark.parametrize(
    "value, expected",
    [
        ("0", 0),
        ("120", 120),
        (" 7 ", 7),
        ("Sat, 31 Jan 2026 12:01:00 GMT", 60),
        ("Sat, 31 Jan 2026 11:00:00 GMT", 0),
        ("Saturday, 31-Jan-26 12:01:00 GMT", 60),
        ("Sat Jan 31 12:01:00 2026", 60),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("Sat, 99 Jan 2026 12:01:00 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_any_date_of_http(value, expected):
    assert seconds(value, NOON) == expected


# ---- the command


@pytest.mark.parametrize(
    "options, message",
    [
        (["--update-baseline"], "--update-baseline needs --baseline FILE"),
        (["--workers", "0"], "0 is not a number from 1 on"),
        (["--delay", "-1"], "-1"),
        (["--timeout", "nan"], "nan is not a number from 0.01 on"),
        (["--fresh", "x"], "invalid number value: 'x'"),
        (["--archive-url", "archive.example"], "--archive-url archive.example is not an address"),
        (["--source", "none"], "--source none is not a folder"),
        (["--site-url", "pages"], "--site-url pages is not an address"),
        (["--cache", "none/cache.json"], "Hint: make the folder none first"),
        (["--cache", "."], "Hint: name another file"),
        (["--baseline", "none.json"], "Hint: make it with --update-baseline"),
    ],
    ids=str,
)
def test_what_cannot_be_checked_gives_status_2_and_one_line(options, message, script, capsys):
    write("site/index.html", page([script.addresses["one"]]))
    assert run(*options) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert message in err and ".." not in err
    assert script.asked == []


def test_a_folder_that_is_no_site_gives_status_2(script, capsys):
    assert run() == 2
    assert "site does not exist; build it first" in capsys.readouterr().err


def test_this_machine_is_asked_only_on_request(script, capsys):
    write(
        "site/index.html",
        page([*script.addresses.values(), "http://sub.localhost/", "http://[::1]/", "http://0.0.0.0/"]),
    )
    assert main(["site", "--site-url", SITE_URL], Clock()) == 0
    assert capsys.readouterr().err.startswith("0 addresses ")
    assert script.asked == []


def test_json_has_the_documented_keys(script, capsys):
    write("site/index.html", page([script.addresses["one"] + "/gone#part"]))
    script.play({"/gone": {"status": 404}})
    assert run("--format", "json") == 1
    address = script.addresses["one"]
    assert json.loads(capsys.readouterr().out) == [
        {
            "path": "site/index.html",
            "line": 1,
            "code": "X01",
            "level": "error",
            "message": f"'{address}/gone#part' does not exist (404).",
            "hint": f"look for its new address on {address.removeprefix('http://')}, or link to another source.",
            "page": "index.html",
            "reference": f"{address}/gone#part",
            "document": f"{address}/gone",
            "archived": "",
            "since": "",
        }
    ]


def test_who_stops_the_command_keeps_what_was_learnt_and_sees_one_line(script, monkeypatch, capsys):
    write("site/index.html", page([f"{script.addresses['one']}/{number}" for number in range(2)]))
    script.play({"/*": {}})
    ask = client.Client.ask

    def stop(self, visit):
        if visit.url.endswith("/1"):
            raise KeyboardInterrupt
        return ask(self, visit)

    monkeypatch.setattr(client.Client, "ask", stop)
    assert run("--cache", "cache.json") == 2
    assert capsys.readouterr() == ("", "python -m tests.linkcheck.external: stopped.\n")
    assert list(json.loads(Path("cache.json").read_text())["checked"]) == [f"{script.addresses['one']}/0"]


# ---- files that are kept


def test_a_file_that_cannot_be_written_whole_stays_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "kept.json"
    path.write_text('{"old": 1}')

    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(files.BadFile, match="No space left on device"):
        files.write(path, {"new": 2})
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("kept.json", '{"old": 1}')]


@pytest.mark.parametrize(
    "entry",
    [
        None,
        [],
        "x",
        {},
        {"day": "2026-01-30"},
        {"day": 5, "fragments": [], "moved": "", "home": False, "own_fragment": False},
        {"day": "2026-02-01", "fragments": [], "moved": "", "home": False, "own_fragment": False},
        {"day": "2026-01-24", "fragments": [], "moved": "", "home": False, "own_fragment": False},
        {"day": "2026-01-30", "fragments": 5, "moved": "", "home": False, "own_fragment": False},
    ],
    ids=str,
)
def test_an_entry_of_the_cache_that_is_old_of_tomorrow_or_damaged_is_not_believed(entry, tmp_path):
    path = tmp_path / "cache.json"
    path.write_text(json.dumps({"form": 1, "checked": {"http://a/": entry}}))
    assert cache.Cache(path, 7, NOON.date()).known("http://a/", frozenset()) is None


def test_an_entry_of_the_cache_is_believed_for_the_days_that_were_asked_for(tmp_path):
    path = tmp_path / "cache.json"
    day = NOON.date() - timedelta(days=6)
    kept = cache.Cache(path, 7, day)
    kept.keep("http://a/", frozenset("x"), Outcome(Kind.FINE, "http://a/", moved="http://b/", home=True))
    kept.save()
    known = cache.Cache(path, 7, NOON.date()).known
    assert (
        known("http://a/", frozenset("x"))
        == known("http://a/", frozenset())
        == Outcome(Kind.FINE, "http://a/", moved="http://b/", home=True)
    )
    assert known("http://a/", frozenset("y")) is None


# ---- the workflow


WORKFLOW = yaml.safe_load(
    (Path(__file__).parents[1] / ".github/workflows/external-links.yml").read_text(encoding="utf-8")
)
STEPS = {step["name"]: step for step in WORKFLOW["jobs"]["check"]["steps"] if "name" in step}


def play_step(name: str, programs: dict[str, str], **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a step of the workflow as GitHub does, with stand-ins for the programs that it calls."""
    for program, text in programs.items():
        write(program, f"#!/bin/sh\n{text}\n")
        Path(program).chmod(0o755)
    Path(".github").mkdir(exist_ok=True)
    Path(".github/keep-issue.sh").write_bytes((Path(__file__).parents[1] / ".github/keep-issue.sh").read_bytes())
    path = f"{Path('bin').resolve()}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-e", "-c", STEPS[name]["run"]],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PATH": path, "GITHUB_OUTPUT": "output", **environment},
    )


@pytest.mark.parametrize(
    "does, passes",
    [
        ("exit 0", "status=0\n"),
        ("echo a:1: X10 moved; exit 0", "status=0\n"),
        ("echo a:1: X01 gone; exit 1", "status=1\n"),
        ("exit 1", None),
        ("echo half; exit 2", None),
        ("exit 137", None),
    ],
)
def test_the_workflow_tells_dead_links_from_a_command_that_failed(does, passes, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = play_step("Ask other sites", {".venv/bin/python": does})
    assert (done.returncode == 0) is (passes is not None)
    assert (Path("output").read_text() if Path("output").exists() else None) == passes


@pytest.mark.parametrize(
    "status, open_issue, calls",
    [
        ("0", "", ["label", "list"]),
        ("0", "7", ["label", "list", "close 7"]),
        ("1", "", ["label", "list", "create"]),
        ("1", "7", ["label", "list", "edit 7"]),
    ],
)
def test_the_workflow_keeps_one_issue_and_closes_it_when_nothing_is_left(
    status, open_issue, calls, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    write("report.txt", "docs/a.md:3: X01 'https://`$(x)`' does not exist (404). Hint: look.\n")
    done = play_step(
        "Keep the issue up to date",
        {"bin/gh": f'echo "$@" >> calls; [ "$2" != list ] || echo {open_issue}'},
        STATUS=status,
    )
    assert (done.returncode, done.stderr) == (0, "")
    called = [line.split() for line in Path("calls").read_text().splitlines()]
    assert len(called) == len(calls)
    for line, expected in zip(called, calls, strict=True):
        assert line[0] == "label" if expected == "label" else " ".join(line[1:3]).startswith(expected)
    if status == "1":
        assert "~~~~text\n" + Path("report.txt").read_text() in Path("issue.md").read_text()


def test_the_workflow_asks_with_a_baseline_that_the_command_can_read():
    command = STEPS["Ask other sites"]["run"]
    baseline = re.search(r"--baseline (\S+)", command)[1]
    assert Baseline(Path(__file__).parents[1] / baseline).known is not None
    site_url = re.search(r"--site-url (\S+)", command)[1]
    assert STEPS["Build the site"]["env"]["SITE_URL"] == site_url
