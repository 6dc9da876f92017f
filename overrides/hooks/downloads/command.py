"""`python overrides/hooks downloads`: builds the site together with its downloads.

All downloads are made in a temporary folder, which the last build of the site picks up, so that a failure
at any step leaves the last good site as it is.
"""

import errno
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from diagnostics import Diagnostic, as_text

from . import epub, fonts, images, pdf, zim
from .book import assemble
from .edition import BuildError, Edition, read_edition
from .files import write_zip

SUFFIXES = {"zip": "-offline.zip", "pdf": ".pdf", "epub": ".epub", "zim": ".zim"}
"""The end of each download's file name, in the order in which the downloads page lists them."""


def main(config_file: Path, site_dir: Path) -> int:
    """Build the site with its downloads into `site_dir`. Returns 0, or 1 if nothing was published."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # clean up as on Ctrl+C
    try:
        with tempfile.TemporaryDirectory() as folder:
            _build_all(config_file, site_dir, Path(folder))
        return 0
    except BuildError as error:
        message = as_text(error.problems).rstrip()
    except KeyboardInterrupt:
        message = "Interrupted."
    except OSError as error:
        message = str(_system_problem(error))
    print(f"{message}\n\nNothing was published. The last good site and its downloads are unchanged.", file=sys.stderr)
    return 1


def _build_all(config_file: Path, site_dir: Path, work_dir: Path) -> None:
    edition = read_edition(config_file)
    os.environ["SOURCE_DATE_EPOCH"] = str(int(edition.commit_time.timestamp()))
    offline_site = work_dir / "offline"
    build_site(config_file, offline_site, OFFLINE="true")
    overlay = work_dir / "overlay"
    images.write_sharing_images(edition, overlay / "assets/cards")
    (overlay / "downloads").mkdir()
    files = {kind: overlay / f"downloads/{edition.slug}{suffix}" for kind, suffix in SUFFIXES.items()}
    write_downloads(edition, offline_site, files)
    _write_listing(edition, files, overlay / "downloads")
    build_site(config_file, site_dir, DOWNLOADS=str(overlay))


def build_site(config_file: Path, site_dir: Path, **environment: str) -> None:
    """Run `mkdocs build`. If it fails, prints its output and raises BuildError."""
    command = [sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(config_file), "-d", str(site_dir.resolve())]
    inherited = {name: value for name, value in os.environ.items() if name not in {"OFFLINE", "DOWNLOADS"}}
    env = {"NO_MKDOCS_2_WARNING": "1", **inherited, **environment}
    result = subprocess.run(command, env=env, capture_output=True, text=True)
    if result.returncode:
        output = f"{result.stdout}{result.stderr}".strip()
        print(output.splitlines()[-1] if "Traceback" in output else output, file=sys.stderr)
        message = "the site does not build, so its downloads can't be built"
        raise BuildError(Diagnostic(config_file.name, 1, "D01", message, "fix the errors above"))


def write_downloads(edition: Edition, offline_site: Path, files: dict[str, Path]) -> None:
    """Write each download to its path in `files`, by kind."""
    book = assemble(edition)
    if problems := fonts.check_glyphs(edition, book.characters):
        raise BuildError(*problems)
    found = sorted((file.relative_to(offline_site).as_posix(), file) for file in offline_site.rglob("*"))
    offline_files = {path: file.read_bytes() for path, file in found if file.is_file()}
    writers: dict[str, Callable[[Path], None]] = {
        "zip": lambda file: write_zip(file, {f"{edition.slug}/{path}": data for path, data in offline_files.items()}),
        "pdf": lambda file: pdf.write(book, file),
        "epub": lambda file: epub.write(book, file),
        "zim": lambda file: zim.write(edition, offline_files, file),
    }
    for kind, file in files.items():
        writers[kind](file)
        print(f"{file.name}: {file.stat().st_size / 1000:,.0f} kB", flush=True)


def _write_listing(edition: Edition, files: dict[str, Path], folder: Path) -> None:
    """Write `downloads.json` for the downloads page, and `SHA256SUMS` for `sha256sum --check`."""
    downloads = [
        {
            "kind": kind,
            "file": f"downloads/{file.name}",
            "bytes": file.stat().st_size,
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        }
        for kind, file in files.items()
    ]
    listing = {"made": edition.commit_time.date().isoformat(), "downloads": downloads}
    (folder / "downloads.json").write_text(json.dumps(listing, indent=1) + "\n", encoding="utf-8")
    sums = "".join(f"{download['sha256']}  {files[str(download['kind'])].name}\n" for download in downloads)
    (folder / "SHA256SUMS").write_text(sums, encoding="utf-8")


def _system_problem(error: OSError) -> Diagnostic:
    path = str(error.filename or tempfile.gettempdir())
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Diagnostic(path, 1, "D02", "the disk is full", "free 50 MB and try again")
    return Diagnostic(path, 1, "D03", error.strerror or str(error), "check that this path exists and is writable")
