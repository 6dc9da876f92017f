"""Dates, former pages and published headings from git.

Uncertain answers are omitted: without git, with uncommitted changes, or if a shallow clone ends before the last change.
"""

import datetime
import re
import subprocess
from pathlib import Path

from health_diplomacy.content.file_names import GLOSSARY


def changed_days(docs: Path) -> dict[str, datetime.date]:
    """The day (UTC) of each file's last commit, by path under `docs`, where certain."""
    log = _git(
        docs,
        "log",
        "--decorate-refs-exclude=*",
        "--format=%x01%ct %D",
        "--name-only",
        "-z",
        "--relative",
        "--no-renames",
        "--",
        ".",
    )
    status = _git(docs, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", ".")
    prefix = _git(docs, "rev-parse", "--show-prefix")
    if log is None or status is None or prefix is None:
        return {}
    uncertain = {entry[3:].removeprefix(prefix.strip()) for entry in status.split("\0") if entry}
    days: dict[str, datetime.date] = {}
    for commit in log.split("\x01")[1:]:
        head, _, listed = commit.partition("\0")
        seconds, _, decoration = head.partition(" ")
        names = set(filter(None, listed.strip("\0\n").split("\0")))
        if "grafted" in decoration.split(", "):  # where a shallow clone ends; git attributes all older changes to it
            uncertain |= names
        day = datetime.datetime.fromtimestamp(int(seconds), datetime.UTC).date()
        days |= dict.fromkeys(names - uncertain - days.keys(), day)
    return days


def last_commit_time(root: Path) -> datetime.datetime | None:
    seconds = _git(root, "log", "-1", "--format=%ct")
    return datetime.datetime.fromtimestamp(int(seconds), datetime.UTC) if seconds else None


def former_pages(docs: Path) -> frozenset[str]:
    """Pages in the main branch's history that no longer exist, by path under `docs`."""
    branch = _published_branch(docs)
    if branch is None:
        return frozenset()
    options = ["--first-parent", "--diff-filter=D", "--no-renames", "--format=", "--name-only", "-z", "--relative"]
    deleted = _git(docs, "log", *options, branch, "--", ".")
    present = _git(docs, "ls-tree", "-r", "-z", "--name-only", branch, "--", ".")
    names = {name.strip("\n") for listed in (deleted, present) for name in (listed or "").split("\0")}
    return frozenset(name for name in names if name.endswith(".md") and not (docs / name).is_file())


def published_headings(docs: Path) -> dict[str, list[tuple[str, str]]]:
    """Each page's headings with an id on the main branch, by its path under `docs`: (id, the line up to the id).

    The ids are published addresses.
    """
    branch = _published_branch(docs)
    pattern = r"^#+ .*\{ *#[A-Za-z0-9_-]+ *\} *$"
    listed = _git(docs, "grep", "-z", "-E", pattern, branch, "--", "*.md") if branch else None
    headings: dict[str, list[tuple[str, str]]] = {}
    for entry in (listed or "").splitlines():
        name, _, line = entry.partition("\0")
        heading, _, id = line.rpartition("#")
        headings.setdefault(name.partition(":")[2], []).append((id.rstrip(" }"), heading.rstrip(" {")))
    return headings


def published_terms(docs: Path) -> list[str]:
    """The ids in the glossary on the main branch, which are published addresses."""
    branch = _published_branch(docs)
    listed = _git(docs, "show", f"{branch}:./{GLOSSARY}") if branch else None
    return re.findall(r"^- id: *[\"']?([a-z0-9-]+)", listed or "", re.MULTILINE)


def _published_branch(docs: Path) -> str | None:
    names = ("origin/main", "main", "HEAD")
    return next((name for name in names if _git(docs, "rev-parse", "--verify", "-q", name) is not None), None)


def _git(folder: Path, *arguments: str) -> str | None:
    """git's output, or None if it fails."""
    command = ["git", "-C", str(folder), "-c", "core.quotePath=false", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace")
