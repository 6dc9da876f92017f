"""Build into a private staging directory and swap it in only if everything passed."""

import atexit
import ctypes
import glob
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import rcssmin
import rjsmin

AT_FDCWD, RENAME_EXCHANGE = -100, 2  # renameat2(2)


class Staging:
    """A build's staging directory, and the swap with the target directory.

    The target always keeps the complete old site; if a process is killed during a swap, the next build restores it. The
    directory contains `new`, the site being built, and during a swap `old.part` or `old`, with some or all of the
    entries moved out of the target.
    """

    def __init__(self, site: Path) -> None:
        self.site, self._parent = site, _parent(site)
        self._parent.mkdir(parents=True, exist_ok=True)
        self._cleanup = ExitStack()
        with _locked(self._parent):
            self._recover()
            made = tempfile.mkdtemp(prefix=f".{site.name}.", suffix=".building", dir=self._parent)
            self.directory = Path(made)
            self._cleanup.enter_context(_locked(self.directory))
        self._cleanup.callback(_remove, self.directory)
        atexit.register(self.close)
        self.new = self.directory / "new"

    def publish(self) -> bool:
        """Move the finished build into the target. Hidden files there (`.git`) stay, as with `mkdocs build`.

        Returns whether the old site was removed completely.
        """
        with _locked(self._parent):
            self._recover()  # another build may have been killed meanwhile
            if not self._replace_atomically():
                try:
                    self._replace_entries()
                except BaseException:
                    _undo(self.directory, self.site)
                    raise
        self.close()
        return not self.directory.exists()

    def close(self) -> None:
        """Remove the directory, unless it has an old site that could not be restored."""
        self._cleanup.close()

    def _recover(self) -> None:
        """Undo interrupted swaps of dead builds, and remove their directories."""
        for directory in _stagings(self.site):
            with suppress(BlockingIOError, FileNotFoundError), _locked(directory, block=False):
                _undo(directory, self.site)
                _remove(directory)

    def _replace_atomically(self) -> bool:
        """Replace the whole target at once, and return whether that was possible."""
        if not self.site.exists():
            self.new.rename(self.site)
            return True
        if self._parent == self.site or _visible(self.site) != sorted(os.listdir(self.site)):
            return False
        shutil.copymode(self.site, self.new)
        return _exchange(self.new, self.site)

    def _replace_entries(self) -> None:
        """Replace the target's entries one by one. The names in the staging directory record the progress."""
        part, old = self.directory / "old.part", self.directory / "old"
        part.mkdir()
        _move(self.site, part)
        part.rename(old)
        _move(self.new, self.site)
        old.rename(self.directory / "replaced")


def _undo(directory: Path, site: Path) -> None:
    """Restore the old site from any state of an interrupted replacement or undo."""
    part, old = directory / "old.part", directory / "old"
    if old.exists() or part.exists():
        site.mkdir(exist_ok=True)
    if old.exists():
        _move(site, directory / "new")
        old.rename(part)
    if part.exists():
        _move(part, site)
        part.rmdir()


def is_interrupted(site: Path) -> bool:
    """Whether the next build has to restore the old site, because a swap and its undo were interrupted."""
    return any(any(directory.glob("old*")) for directory in _stagings(site))


def _remove(directory: Path) -> None:
    if not any(directory.glob("old*")):
        shutil.rmtree(directory, ignore_errors=True)


def _move(source: Path, target: Path) -> None:
    for name in _visible(source):
        (source / name).rename(target / name)


def _visible(folder: Path) -> list[str]:
    return [name for name in sorted(os.listdir(folder)) if not name.startswith(".")]


def _stagings(site: Path) -> list[Path]:
    return list(_parent(site).glob(f".{glob.escape(site.name)}.????????.building"))


def _parent(site: Path) -> Path:
    """The staging directory's parent: the target's, or the target if it is a mount point, which no rename can cross."""
    mounts = Path("/proc/self/mountinfo")  # has bind mounts too
    mounted = os.path.ismount(site) or (mounts.exists() and f" {site} " in mounts.read_text(encoding="utf-8"))
    return site if mounted else site.parent


@contextmanager
def _locked(directory: Path, block: bool = True) -> Iterator[None]:
    """Hold an exclusive lock, which ends with the process. Raises BlockingIOError if another process has it.

    Without such locks (Windows, some network drives), concurrent builds into one target aren't safe.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    descriptor = os.open(directory, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if block else fcntl.LOCK_NB))
        except BlockingIOError:
            raise
        except OSError:
            pass
        yield
    finally:
        os.close(descriptor)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two directories atomically, which only Linux supports, and only on some file systems."""
    renameat2 = getattr(ctypes.CDLL(None), "renameat2", None) if sys.platform == "linux" else None
    paths = (AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other))
    return bool(renameat2 and renameat2(*paths, RENAME_EXCHANGE) == 0)


def target_dir(site_dir: Path) -> Path:
    """Where to publish. mkdocs.yml names `.site.building`, so that a build without the hooks can't overwrite `site`."""
    named = re.fullmatch(r"\.(.+)\.building", site_dir.name)
    return (site_dir.with_name(named[1]) if named else site_dir).resolve()


def refusal_reason(site: Path, sources: list[Path]) -> str:
    """Why the target must not be replaced. "" if it is missing, empty or an earlier build with a search index."""
    for source in sources:
        if source.is_relative_to(site) or site.is_relative_to(source):
            return f"the site cannot be put here, over its own sources in '{source.name}'"
    built = site.is_dir() and (site / "index.html").is_file() and any(site.glob("search/search_index.js*"))
    if built or not site.exists() or (site.is_dir() and not _visible(site)):
        return ""
    return "this is not a site built earlier, and its content would be lost"


def minify(built: Path) -> None:
    """Minify styles and scripts. Comments that begin with /*! stay."""
    for file in built.glob("assets/**/*"):
        shorten = {".css": rcssmin.cssmin, ".js": rjsmin.jsmin}.get(file.suffix)
        if shorten:
            file.write_text(shorten(file.read_text(encoding="utf-8"), keep_bang_comments=True), encoding="utf-8")
