"""Markdown style and spelling, checked with rumdl and typos.

They are optional: `tests/requirements.txt` pins them, pyproject.toml and `tests/words.toml` configure them. The essays
are never checked.
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

from diagnostics import Diagnostic

from health_diplomacy import COMMAND
from health_diplomacy.content.limits import check_file, walk

WORDS = "tests/words.toml"
PROGRAMS = ("rumdl", "typos")
FIXED_BY_HAND = ("MD011", "MD026", "MD029", "MD034", "MD076")
"""Rules of rumdl whose fixes change what a page shows: a link made of "f(x)[1]", a URL in an attribute, a number."""
MISSING = (
    "Markdown style and spelling were not checked; "
    "to add them: .venv/bin/pip install --require-hashes -r tests/requirements.txt"
)


def program(name: str) -> str | None:
    """The path of a program in this Python environment, or None."""
    folders = os.pathsep.join([sysconfig.get_path("scripts"), str(Path(sys.executable).parent)])
    return which(name, path=folders)


def missing() -> bool:
    """Whether a program is not installed."""
    return any(program(name) is None for name in PROGRAMS)


def files(root: Path, docs: str) -> list[str]:
    """The files to check, relative to `root`: pages except essays, YAML files, and contributor documentation."""
    skipped = re.compile(rf"{re.escape(docs)}/(?:[a-z]{{2}}/|essays/(?!index\.md))")  # also editions in other languages
    found = [file for file in walk(root / docs) if file.suffix in {".md", ".yml"} and file.is_file()]
    names = {file.relative_to(root).as_posix() for file in [*found, *(root / ".github").glob("*.md")]}
    names |= {name for name in ("README.md", "CONTRIBUTING.md") if (root / name).is_file()}
    return sorted(name for name in names if not skipped.match(name))


def check(root: Path, names: Iterable[str]) -> list[Diagnostic]:
    """The style and spelling problems of files relative to `root`."""
    settings = [name for name in ("pyproject.toml", WORDS) if os.path.lexists(root / name)]
    problems = [problem for name in (*settings, *names) for problem in check_file(root / name, name)]
    unsafe = {problem.path for problem in problems}
    if unsafe.isdisjoint(settings):
        names = sorted(set(names) - unsafe)
        problems += _style(root, [name for name in names if name.endswith(".md")]) + _spelling(root, names)
    return problems


def fix(root: Path, names: Iterable[str]) -> None:
    """Fix Markdown style. Spelling is not fixed, because the right word needs a decision."""
    pages = [name for name in sorted(names) if name.endswith(".md") and program("rumdl")]
    for name in pages:  # rumdl keeps two spaces, a line break, but removes more than two
        text = (root / name).read_bytes()
        fixed = re.sub(rb"(?<=\S) {3,}(?=\r?\n *\S)", b"  ", text)
        if fixed != text:
            (root / name).write_bytes(fixed)
    options = ["--no-cache", "--silent", "--unfixable", ",".join(FIXED_BY_HAND)]
    _run("rumdl", ["fmt", *options], pages, root)


def _style(root: Path, pages: list[str]) -> list[Diagnostic]:
    output = _run("rumdl", ["check", "--no-cache", "--output", "json"], pages, root)
    problems = []
    for warning in json.loads(output or "[]"):
        hint = "write it as on other pages"
        if warning["fixable"] and warning["rule"] not in FIXED_BY_HAND:
            hint = f"run `{COMMAND} check --fix`"
        what = f"{_plain(warning['message'])} ({warning['rule']})"
        problems.append(Diagnostic(Path(warning["file"]).as_posix(), warning["line"], "M04", what, hint))
    return problems


def _spelling(root: Path, names: list[str]) -> list[Diagnostic]:
    config = ["--config", WORDS] if (root / WORDS).is_file() else []
    problems = []
    for line in _run("typos", [*config, "--format", "json", "--"], names, root).splitlines():
        typo = json.loads(line)
        if typo.get("type") == "typo":
            better = " or ".join(f"'{word}'" for word in typo["corrections"][:3]) or "another word"
            path = Path(typo["path"]).as_posix().removeprefix("./")
            what = f"'{typo['typo']}' is not a known American spelling"
            hint = f"write {better}, or, if it is right, add it to {WORDS}"
            problems.append(Diagnostic(path, typo["line_num"], "Q01", what, hint))
    return problems


def _run(name: str, options: list[str], files: list[str], root: Path) -> str:
    """A program's output for some files; empty if it is not installed or there are none."""
    tool = program(name)
    if not tool or not files:
        return ""
    done = subprocess.run([tool, *options, *files], cwd=root, capture_output=True, timeout=60)
    return done.stdout.decode("utf-8", "replace")


def _plain(message: str) -> str:
    """A program's message in the form of `Diagnostic.message`."""
    text = message.strip().rstrip(".").replace("\n", " ")
    return text[0].lower() + text[1:] if text[1:2].islower() else text
