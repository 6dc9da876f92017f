"""What git knows of the pages: when each last changed, and which were there before.

Nothing is said where git cannot be asked, where a page has changes that are not committed, or where the copy of the
history ends before the page's last change (a shallow clone): a day that may be wrong helps nobody.
"""

from __future__ import annotations

import datetime
import subprocess
from pathlib import Path


def changed_days(docs: Path) -> dict[str, datetime.date]:
    """The day (UTC) on which each file below `docs` last changed, by its path from there, where that is certain."""
    log = _git(docs, "log", "--format=%x01%H %ct", "--name-only", "-z", "--relative", "--no-renames", "--", ".")
    status = _git(docs, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", ".")
    prefix = _git(docs, "rev-parse", "--show-prefix")
    if log is None or status is None or prefix is None:
        return {}
    pending = {entry[3:].removeprefix(prefix.strip()) for entry in status.split("\0") if entry}
    ends = _ends(docs)
    days: dict[str, datetime.date] = {}
    seen: set[str] = set()
    for entry in log.split("\x01")[1:]:
        head, _, names = entry.partition("\0")
        commit, _, stamp = head.partition("\n")[0].partition(" ")
        for name in names.strip("\0\n").split("\0"):
            name = name.strip("\n")
            if name and name not in seen:
                seen.add(name)
                if commit not in ends and name not in pending:
                    days[name] = datetime.datetime.fromtimestamp(int(stamp), datetime.UTC).date()
    return days


def former_pages(docs: Path) -> frozenset[str]:
    """The pages that stood below `docs` on the main branch and are not there now, by their paths from there."""
    base = _base(docs)
    if base is None:
        return frozenset()
    gone = _git(
        docs,
        "log",
        "--first-parent",
        "--diff-filter=D",
        "--no-renames",
        "--format=",
        "--name-only",
        "-z",
        "--relative",
        base,
        "--",
        ".",
    )
    here = _git(docs, "ls-tree", "-r", "-z", "--name-only", base, "--", ".")
    names = {name.strip("\n") for listed in (gone, here) for name in (listed or "").split("\0")}
    return frozenset(name for name in names if name.endswith(".md") and not (docs / name).is_file())


def published_places(docs: Path) -> dict[str, list[tuple[str, str]]]:
    """The headings with an id that each page has on the main branch, by the page's path from `docs`: the ids are addresses.

    Each as its id and the line as it is written there, up to the id.
    """
    base = _base(docs)
    listed = _git(docs, "grep", "-z", "-E", r"^#+ .*\{ *#[A-Za-z0-9_-]+ *\} *$", base, "--", "*.md") if base else None
    places: dict[str, list[tuple[str, str]]] = {}
    for entry in (listed or "").splitlines():
        name, _, words = entry.partition("\0")
        heading, _, place = words.rpartition("#")
        places.setdefault(name.partition(":")[2], []).append((place.rstrip(" }"), heading.rstrip(" {")))
    return places


def _base(docs: Path) -> str | None:
    """The name that git has for what is published."""
    return next(
        (
            each
            for each in ("origin/main", "main", "HEAD")
            if _git(docs, "rev-parse", "--verify", "-q", each) is not None
        ),
        None,
    )


def _ends(docs: Path) -> set[str]:
    """The commits at which a shallow clone ends: git would lay every older change on them."""
    place = _git(docs, "rev-parse", "--git-path", "shallow")
    file = docs / place.strip() if place else None
    return set(file.read_text(encoding="ascii").split()) if file and file.is_file() else set()


def _git(folder: Path, *arguments: str) -> str | None:
    """What git answers, or None where there is no git, no repository, or no such thing in it."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), "-c", "core.quotePath=false", *arguments],
            capture_output=True,
            timeout=60,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace")
