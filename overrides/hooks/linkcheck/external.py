"""Links to other sites: `lychee` fetches them, and this module reports its answers at the lines of the sources.

Never part of a build or of the tests of the site, because other people's servers decide the outcome. Retries,
time-outs, rate limits and certificates are lychee's work, configured in `lychee.toml`.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from html import escape
from http.client import responses
from itertools import chain, takewhile
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from diagnostics import FORMATS, Diagnostic

from .checker import distinct, located, resolved
from .model import Role
from .rules import about
from .site import NotASite, Site
from .source_map import Sources

CONFIG = Path(__file__).with_name("lychee.toml")
REFUSALS = frozenset((401, 402, 403, 405, 406, 407, 418, 421, 425, 429, 451, 999))
"""What bots, other countries, or readers without an account get; 999 is LinkedIn's. Says nothing about the page."""
FETCHED = (Role.LINK, Role.RESOURCE, Role.META)
LOOK = "open it in a browser; if that fails too, link to another source."
RULES = {
    "X01": ("'{it}'{end} does not exist ({why})", "find its new address on {host}, or link to another source."),
    "X03": ("'{it}'{end} cannot be reached: {why}", LOOK),
    "X04": ("'{it}'{end} timed out", LOOK),
    "X05": ("'{it}'{end} has a certificate that browsers reject: {why}", LOOK),
    "X06": ("'{it}'{end} fails with a server error ({why})", LOOK),
    "X08": ("'{file}' has no '#{fragment}', unless a script adds it", "copy the part after '#' from a browser."),
    "X09": ("'{it}'{end} is rejected by its server ({why})", LOOK),
    "X10": ("'{it}' has moved permanently", "open '{moved}'; if it is the same page, link to that address."),
    "X12": ("'{it}'{end} could not be checked: {why}", "open it in a browser."),
    "X13": ("'{it}' {why}", "remove this line, or run with --update-baseline."),
}
"""Message and hint by code; `{it}`, `{file}` and `{fragment}` are filled in as the source writes them (see `Problem`).
X02, X07 and X11 were used by earlier versions."""
SEVERITIES = {"X08": "warning", "X10": "warning", "X12": "notice", "X13": "warning"}
"""The others are errors: dead links. Only errors fail, and only they belong in a baseline."""


class CannotCheck(Exception):
    """The links could not be checked; the message is one line that says why."""


class Answer(NamedTuple):
    """What lychee says about one address."""

    kind: str = ""  # "success", "error", "timeout" or "excluded"; "" if lychee says nothing
    status: int = 0
    details: str = ""
    redirects: tuple[tuple[int, str], ...] = ()  # status and target of each
    archived: str = ""


def ask(addresses: list[str], options: argparse.Namespace) -> dict[str, Answer]:
    """Let lychee fetch each address once."""
    program = shutil.which("lychee", path=sysconfig.get_path("scripts")) or shutil.which("lychee")
    if not program:
        raise CannotCheck("lychee is not installed. Hint: run README's second command")
    with tempfile.TemporaryDirectory() as folder:  # the working directory, so that no other configuration applies
        links = Path(folder, "links.html")  # one address per line: the line number in the report identifies it
        links.write_text("".join(f'<a href="{escape(each)}">x</a>\n' for each in addresses), encoding="utf-8")
        # Many publishers redirect in a circle until they get their cookie back. The jar lasts as long as the run.
        command = [program, "-v", "--no-progress", "--format", "json", "--cookie-jar", f"{folder}/cookies"]
        command += [f"--config={file.absolute()}" for file in (CONFIG, options.config) if file]
        command += ["--suggest"] if options.suggest else []
        environment = {**os.environ, "RUST_BACKTRACE": "0"}
        done = subprocess.run([*command, str(links)], cwd=folder, env=environment, capture_output=True)
    if done.returncode not in (0, 2):  # 2: some links failed
        reason = " ".join(done.stderr.decode(errors="replace").split())[:500]
        raise CannotCheck(f"lychee ended with exit status {done.returncode}: {reason or 'it does not say why'}")
    try:
        return _answers(addresses, json.loads(done.stdout))
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise CannotCheck("the report of lychee cannot be read. Hint: run README's second command") from error


def _answers(addresses: list[str], report: dict[str, Any]) -> dict[str, Answer]:
    archived = {each["original"]: each["suggestion"] for each in chain.from_iterable(report["suggestion_map"].values())}
    answers = dict.fromkeys(addresses, Answer())
    for kind in ("success", "error", "timeout", "excluded"):
        for each in chain.from_iterable(report[f"{kind}_map"].values()):
            status, address = each["status"], addresses[each["span"]["line"] - 1]
            hops = tuple((hop["code"], hop["url"]) for hop in each.get("redirects", {"redirects": ()})["redirects"])
            details, copy = status.get("details", ""), archived.get(each["url"], "")
            answers[address] = Answer(kind, status.get("code", 0), details, hops, copy)
    return answers


def judge(address: str, answer: Answer) -> tuple[str, str, str, str] | None:
    """Code, severity, message and hint for an address; None if there is nothing to report."""
    code, why = _code(answer)
    document, mark, fragment = address.partition("#")
    moved = [document, *(url for _, url in takewhile(lambda hop: hop[0] in (301, 308), answer.redirects))][-1]
    code = code or ("X10" if moved != document else "")
    if not code:
        return None
    severity = SEVERITIES.get(code, "error")
    end = answer.redirects[-1][1] if answer.redirects else address
    values = {"why": why, "moved": moved + mark + fragment, "host": urlsplit(end).netloc}
    values["end"] = f", which redirects to '{end}'," if end != address else ""
    message, hint = (re.sub(r"\{(\w+)\}", lambda name: values.get(name[1], name[0]), text) for text in RULES[code])
    if answer.archived and severity == "error":
        hint = f"link to the archived copy '{answer.archived}'."
    return code, severity, message, hint


def _code(answer: Answer) -> tuple[str, str]:
    """The code for an answer, "" if it is fine, and the reason in words."""
    kind, status = answer.kind, answer.status
    why = f"{status} {responses.get(status, '')}".strip() if status else re.split(r" - |\. ", answer.details)[0]
    if kind in ("success", "excluded"):  # excluded: this machine, and hosts such as example.org
        return "", ""
    if kind == "":
        return "X12", "its answer cannot be read"
    if kind == "timeout" or status == 408:
        return "X04", ""
    if status in REFUSALS:
        return "X12", f"it blocks programs ({why})"
    if status in (404, 410):
        return "X01", why
    if 300 <= status < 400:
        return "X12", f"its redirect cannot be followed ({why})"
    if status:
        return ("X06" if status >= 500 else "X09"), why
    if "fragment" in why:
        return "X08", ""
    # Browsers fetch an issuer's certificate that a server leaves out; lychee does not.
    return ("X12" if "not trusted" in why else "X05" if "certificate" in why else "X03"), why


class Baseline:
    """The dead links that are known and fail nothing.

    The file is a JSON object: address without fragment -> the day it was first seen dead (ISO 8601).
    """

    def __init__(self, path: Path | None, may_be_new: bool = False) -> None:
        self.path = path or Path()
        self.text = path.read_text("utf-8") if path and not (may_be_new and not path.exists()) else "{}"
        try:
            known = json.loads(self.text)
            self.known = {str(address): date.fromisoformat(day).isoformat() for address, day in known.items()}
        except (ValueError, TypeError, AttributeError) as error:
            hint = 'write a JSON object with entries such as "https://example.org/": "2026-01-31"'
            raise CannotCheck(f"{path}:{getattr(error, 'lineno', 1)}: no baseline ({error}). Hint: {hint}") from error

    def update(self, dead: set[str], unclear: set[str]) -> None:
        """Write what is dead now; what could not be checked stays if it was known."""
        known = dict.fromkeys(dead, datetime.now(UTC).date().isoformat())
        known |= {address: day for address, day in self.known.items() if address in dead | unclear}
        new = self.path.with_name(f"{self.path.name}.new")
        new.write_text(json.dumps(known, ensure_ascii=False, indent=2, sort_keys=True) + "\n", "utf-8")
        new.replace(self.path)

    def stale(self, linked: set[str], needed: set[str]) -> Iterator[Diagnostic]:
        """The entries that can go: all but the needed ones."""
        for address in self.known.keys() - needed:
            line = self.text.count("\n", 0, self.text.find(json.dumps(address, ensure_ascii=False))) + 1
            message, hint = RULES["X13"]
            message = message.format(it=address, why="works again" if address in linked else "is not linked any more")
            yield Diagnostic(self.path.as_posix(), line, "X13", f"{message}.", hint, "", address, SEVERITIES["X13"])


def check(options: argparse.Namespace, baseline: Baseline) -> tuple[list[Diagnostic], set[str], set[str]]:
    """The report, and without their fragments the addresses that are dead and those that could not be checked."""
    site = Site.of_folder(options.site_dir, options.site_url)
    resolved(site)
    links = [
        (page, link, re.sub("#[!/].*", "", link.target.path))  # such a fragment is a page that a script shows
        for page in site.records.values()
        for link in page.external
        if link.reference.role in FETCHED
        and link.reference.attribute != "action"  # fetching what takes data may set something off
    ]
    answers = ask(sorted({address for *_, address in links}), options)
    codes = {address: _code(answer)[0] for address, answer in answers.items() if answer.kind != "excluded"}
    hosts = {urlsplit(address).netloc for address in codes}
    if len(hosts) > 2 and set(codes.values()) <= {"X03", "X04"}:
        raise CannotCheck(f"none of {len(hosts)} hosts could be reached, so this machine seems to be offline")
    # lychee retries neither failed connections nor server errors, and both are often over by now.
    if again := [address for address, code in codes.items() if code in ("X03", "X06")]:
        answers |= ask(again, options)

    verdicts = {address: judge(address, answer) for address, answer in answers.items()}
    linked = defaultdict[str, set[str]](set)  # by severity; "": works
    for address, verdict in verdicts.items():
        linked[verdict[1] if verdict else ""].add(address.partition("#")[0])
    problems = []
    for page, link, address in links:
        if verdict := verdicts[address]:
            code, severity, message, hint = verdict
            if severity == "error" and (since := baseline.known.get(address.partition("#")[0])):
                message, severity = f"{message} (known since {since})", "notice"
            found = about(page, link, f"{message}.", hint)
            problems.append(replace(found, code=code, severity=severity, target=address))
    source = options.source or (Path() if Path("mkdocs.yml").is_file() else None)
    stale = baseline.stale(set().union(*linked.values()), linked["error"] | linked["notice"])
    return distinct(located(problems, Sources(source, site)) | set(stale)), linked["error"], linked["notice"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `run`."""
    parser.epilog = "Exit status 0: no dead link but known ones; 1: dead links, printed; 2: could not be checked."
    parser.add_argument("site_dir", type=Path, metavar="SITE_DIR", help="the built site")
    parser.add_argument("--site-url", help="the site's own address, which is not checked")
    parser.add_argument("--source", type=Path, help="the folder of mkdocs.yml (default: the current one)")
    parser.add_argument("--format", choices=sorted(FORMATS), default="text")
    parser.add_argument("--baseline", type=Path, metavar="FILE", help="the dead links that are known and fail nothing")
    parser.add_argument("--update-baseline", action="store_true", help="write there what is dead now")
    parser.add_argument("--suggest", action="store_true", help="suggest archived copies of dead pages")
    parser.add_argument("--config", type=Path, metavar="FILE", help="options of lychee that override lychee.toml")


def run(options: argparse.Namespace) -> int:
    """Check, print the report, and return the exit status."""
    try:
        if options.update_baseline and not options.baseline:
            raise CannotCheck("--update-baseline needs --baseline FILE")
        baseline = Baseline(options.baseline, options.update_baseline)
        found, dead, unclear = check(options, baseline)
        if options.update_baseline:
            baseline.update(dead, unclear)
    except (CannotCheck, NotASite, OSError, KeyboardInterrupt) as error:
        message = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else str(error)
        print(f"{message or 'stopped'}.", file=sys.stderr)
        return 2
    new = dead - baseline.known.keys()
    print(FORMATS[options.format](found), end="")
    print(f"{len(new):,} newly dead, {len(dead - new):,} known as dead, {len(unclear):,} unclear.", file=sys.stderr)
    return int(bool(new) and not options.update_baseline)
