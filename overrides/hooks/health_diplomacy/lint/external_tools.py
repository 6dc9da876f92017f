"""Markdown style and spelling, by two programs that know them better: rumdl and typos.

They come with the tests, not with the site: `tests/requirements.txt` pins them, pyproject.toml and
`tests/words.toml` say what they look for. The essays are kept as they were given and never looked at.
"""

import json
import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path
from shutil import which

from health_diplomacy.content.limits import check_file, walk
from health_diplomacy.problems import COMMAND, Problem

WORDS = "tests/words.toml"
PROGRAMS = ("rumdl", "typos")
MISSING = "Markdown style and spelling were not checked; to add them: .venv/bin/pip install --require-hashes -r tests/requirements.txt"


def program(name: str) -> str | None:
    """Where a program of this Python's environment stands, or None."""
    folders = os.pathsep.join([sysconfig.get_path("scripts"), str(Path(sys.executable).parent)])
    return which(name, path=folders)


def missing() -> bool:
    """Whether one of the two is not installed."""
    return any(program(name) is None for name in PROGRAMS)


def files(root: Path, docs: str) -> list[str]:
    """The files that are looked at, from `root`: the pages but the essays, the lists, and what contributors read."""
    pages = {
        file.relative_to(root).as_posix()
        for file in walk(root / docs)
        if file.suffix in {".md", ".yml"} and file.is_file()
    }
    essays = {
        name
        for name in pages
        if re.match(rf"{re.escape(docs)}/([a-z]{{2}}/)?essays/", name) and not name.endswith("/index.md")
    }
    other = {name for name in ("README.md", "CONTRIBUTING.md") if (root / name).is_file()}
    other |= {file.relative_to(root).as_posix() for file in (root / ".github").glob("*.md")}
    editions = {name for name in pages if re.match(rf"{re.escape(docs)}/[a-z]{{2}}/", name)}
    return sorted((pages - essays - editions) | other)


def check(root: Path, names: Iterable[str]) -> list[Problem]:
    """Every fault of style and spelling in these files, named from `root`."""
    settings = [name for name in ("pyproject.toml", WORDS) if os.path.lexists(root / name)]
    refused = {name: check_file(root / name, name) for name in [*settings, *sorted(names)]}
    problems = [problem for found in refused.values() for problem in found]
    if not any(refused[name] for name in settings):
        names = sorted(name for name in names if not refused[name])
        problems += _style(root, [name for name in names if name.endswith(".md")]) + _spelling(root, names)
    return problems


def fix(root: Path, names: Iterable[str]) -> None:
    """Mends what can be mended without a thought: Markdown's style. Spelling is a choice of words, and is left."""
    tool, pages = program("rumdl"), [name for name in sorted(names) if name.endswith(".md")]
    if tool and pages:
        subprocess.run([tool, "fmt", "--no-cache", "--silent", *pages], cwd=root, capture_output=True, timeout=60)


def _style(root: Path, pages: list[str]) -> list[Problem]:
    tool = program("rumdl")
    if not tool or not pages:
        return []
    done = _run([tool, "check", "--no-cache", "--output", "json", *pages], root)
    found = json.loads(done or "[]")
    mend = f"let `{COMMAND} check --fix` mend it"
    return [
        Problem(
            Path(each["file"]).as_posix(),
            each["line"],
            "M04",
            f"{_plain(each['message'])} ({each['rule']})",
            mend if each.get("fixable", bool(each.get("fix"))) else "write it as on other pages",
        )
        for each in found
    ]


def _spelling(root: Path, names: list[str]) -> list[Problem]:
    tool = program("typos")
    if not tool or not names:
        return []
    config = ["--config", WORDS] if (root / WORDS).is_file() else []
    done = _run([tool, *config, "--format", "json", "--", *names], root)
    problems = []
    for line in done.splitlines():
        each = json.loads(line)
        if each.get("type") != "typo":
            continue
        better = " or ".join(f"'{word}'" for word in each["corrections"][:3]) or "another word"
        path = Path(each["path"]).as_posix().removeprefix("./")
        hint = f"write {better}, or, if it is right, add it to {WORDS}"
        problems.append(
            Problem(path, each["line_num"], "Q01", f"'{each['typo']}' is not spelled as in American English", hint)
        )
    return problems


def _run(command: list[str], root: Path) -> str:
    return subprocess.run(command, cwd=root, capture_output=True, timeout=60).stdout.decode("utf-8", "replace")


def _plain(message: str) -> str:
    """A program's words as the beginning of our sentence."""
    words = message.strip().rstrip(".").replace("\n", " ")
    return words[0].lower() + words[1:] if words[1:2].islower() else words
