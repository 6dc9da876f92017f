"""The one command: `python overrides/hooks downloads --site-dir site` builds the site with all of its downloads.

Everything is made beside the last good site. Whatever goes wrong, that one stays as it was.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from health_diplomacy import publishing
from health_diplomacy.problems import Problem, report

from . import cards, epub, fonts, offline, pdf, zim
from .book import Book, bind, texts
from .edition import Edition, Stopped, read_edition

LISTING = "downloads/downloads.json"
SUMS = "downloads/SHA256SUMS"


def main(configuration: Path, site: Path) -> int:
    """Builds the site with its downloads into `site`. Exit status 0: it is there; 1: it is as it was."""
    try:
        with _interruptible(), closing(publishing.Staging(site.resolve())) as staging:
            _make(configuration, site, staging.new)
    except Stopped as stopped:
        return _failed(report(stopped.problems))
    except KeyboardInterrupt:
        return _failed("Interrupted.")
    except OSError as error:
        return _failed(str(_of_the_system(error, site)))
    return 0


def _failed(why: str) -> int:
    print(f"{why}\n\nNothing was published; the last good site and its downloads are as they were.", file=sys.stderr)
    return 1


def _make(configuration: Path, site: Path, workshop: Path) -> None:
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    edition = read_edition(configuration)
    os.environ["SOURCE_DATE_EPOCH"] = str(edition.timestamp)
    overlay = workshop / "overlay"
    (overlay / "downloads").mkdir(parents=True)
    with _told("offline copy, as a folder"):
        build(configuration, workshop / "offline", OFFLINE="true")
        pages = offline.files(workshop / "offline")
    book = bind(edition)
    if missing := fonts.check(edition, texts(book.chapters)):
        raise Stopped(*missing)
    for kind, write in forms(edition, pages, book).items():
        target = overlay / "downloads" / f"{edition.slug}{ENDINGS[kind]}"
        with _told(target.name, target):
            write(target)
    with _told("cards"):
        cards.write(edition, overlay / "assets/cards")
    _list(edition, overlay)
    with _told(f"the site, in {site}"):
        build(configuration, site, DOWNLOADS=str(overlay))


ENDINGS = {"zip": "-offline.zip", "pdf": ".pdf", "epub": ".epub", "zim": ".zim"}
"""Each kind of download and how its file's name ends, in the order in which the page lists them."""


def forms(edition: Edition, pages: dict[str, bytes], book: Book) -> dict[str, Callable[[Path], None]]:
    """What writes each kind of download. `pages` is the offline site."""
    return {
        "zip": lambda target: offline.write(edition, pages, target),
        "pdf": lambda target: pdf.write(book, target),
        "epub": lambda target: epub.write(book, target),
        "zim": lambda target: zim.write(edition, pages, target),
    }


def build(configuration: Path, target: Path, **environment: str) -> None:
    """Builds the site as `mkdocs build` does. Where that fails, prints what it says, and raises `Stopped`."""
    command = [sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(configuration), "-d", str(target.resolve())]
    kept = {name: value for name, value in os.environ.items() if name not in {"OFFLINE", "DOWNLOADS"}}
    done = subprocess.run(command, env=kept | environment, capture_output=True, text=True)
    if done.returncode:
        told = f"{done.stdout}{done.stderr}".strip()
        print(told.rpartition("\n")[2] if "Traceback" in told else told, file=sys.stderr)
        raise Stopped(
            Problem(
                configuration.name,
                1,
                "D01",
                "the site does not build, so there is nothing to take along",
                "mend what is told above",
            )
        )


def _list(edition: Edition, overlay: Path) -> None:
    """Writes down what there is: for the page that shows it, and for `sha256sum --check`."""
    listed = []
    for kind, ending in ENDINGS.items():
        name = f"{edition.slug}{ending}"
        content = (overlay / "downloads" / name).read_bytes()
        listed.append(
            {
                "kind": kind,
                "file": f"downloads/{name}",
                "bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
        )
    data = {"made": edition.moment.date().isoformat(), "downloads": listed}
    (overlay / LISTING).write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    sums = "".join(f"{each['sha256']}  {Path(each['file']).name}\n" for each in listed)
    (overlay / SUMS).write_text(sums, encoding="utf-8")


@contextmanager
def _told(what: str, target: Path | None = None) -> Iterator[None]:
    """Says what was made, how large it is, and how long it took."""
    begun = time.monotonic()
    yield
    size = f", {target.stat().st_size / 1000:,.0f} kB" if target else ""
    print(f"{what}{size}, {time.monotonic() - begun:.1f} s", flush=True)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Makes an ended session or a stopped job leave as little behind as Ctrl+C does."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _of_the_system(error: OSError, site: Path) -> Problem:
    place = str(error.filename or site)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        free = shutil.disk_usage(site.resolve().parent).free // 1_000_000
        return Problem(
            place, 1, "D02", f"the disk is full: {free} MB are left", "make room for 50 MB, and run the command again"
        )
    return Problem(place, 1, "D03", f"{error.strerror or error}", "see that this place exists and may be written to")
