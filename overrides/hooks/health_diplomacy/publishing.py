"""Building beside the last good site, and putting the new one in its place only when it is whole.

A build that stops half-way must not leave a reader, or the person who runs `serve`, with half a site.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import rcssmin
import rjsmin


def workshop(site: Path) -> Path:
    """The folder to build in: beside the site, so that moving is a rename on one disk."""
    return site.with_name(f".{site.name}.building")


def slim(built: Path) -> None:
    """Takes comments and spaces out of the styles and scripts, which every reader downloads; what begins with /*! stays."""
    for file in built.glob("assets/**/*"):
        minify = {".css": rcssmin.cssmin, ".js": rjsmin.jsmin}.get(file.suffix)
        if minify:
            file.write_text(minify(file.read_text(encoding="utf-8"), keep_bang_comments=True), encoding="utf-8")


def place(folder: Path) -> Path:
    """The site's place for a folder that may be its workshop: mkdocs.yml names that one, so that a build without the hooks harms nothing."""
    name = folder.name
    return (
        folder.with_name(name[1:].removesuffix(".building"))
        if name.startswith(".") and name.endswith(".building")
        else folder
    )


def publish(built: Path, site: Path) -> None:
    """Moves a finished build into the site's place. Hidden files there (`.git`) stay, as MkDocs has it."""
    site.mkdir(parents=True, exist_ok=True)
    for old in site.iterdir():
        if not old.name.startswith("."):
            shutil.rmtree(old) if old.is_dir() and not old.is_symlink() else old.unlink()
    for new in built.iterdir():
        target = site / new.name
        if target.is_dir() and new.is_dir():
            shutil.rmtree(target)
        new.replace(target)
    built.rmdir()


def discard(built: Path) -> None:
    """Removes what a failed build left."""
    shutil.rmtree(built, ignore_errors=True)
