"""Publishing is atomic: whatever fails or is killed, the target holds the complete old site or the complete new one."""

import errno
import itertools
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import mkdocs.utils
import pytest
from health_diplomacy.outputs import staging as staging_module

from tests.sources import OLD, build, content, copy_sources, must_refuse, write

NEW = dict.fromkeys(("index.html", "search/search_index.js", "added/a/index.html", "404.html"), b"new")
LAST = dict.fromkeys(("index.html", "search/search_index.js"), b"last")
CALLS = ("rename", "mkdir", "rmdir", "unlink", "listdir", "chmod")

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


@pytest.fixture(params=["plain folder", "folder with .git", "mount point", "no atomic exchange", "new folder"])
def site(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A target folder of each kind, with the old site in it."""
    folder = tmp_path / "public" / "site"
    if request.param != "new folder":
        write(folder, OLD)
    if request.param == "folder with .git":
        write(folder, {".git/HEAD": b"kept"})
    if request.param == "mount point":
        monkeypatch.setattr(os.path, "ismount", lambda path: path == folder)
    if request.param == "no atomic exchange":
        monkeypatch.setattr(staging_module, "_exchange", lambda one, other: False)
    return folder


def publish(site: Path, files: dict[str, bytes]) -> None:
    staging = staging_module.Staging(site)
    try:
        write(staging.new, files)
        staging.publish()
    finally:
        staging.close()


def before_each_call(monkeypatch: pytest.MonkeyPatch, happens: Callable[[int], None]) -> None:
    """Calls `happens` with the number of each call, from 1, that changes or lists folders."""
    numbers = itertools.count(1)

    def counted(call: Callable) -> Callable:
        def wrapper(*arguments: object, **options: object) -> object:
            happens(next(numbers))
            return call(*arguments, **options)

        return wrapper

    for name in CALLS:
        monkeypatch.setattr(os, name, counted(getattr(os, name)))


def shown(site: Path) -> dict[str, bytes]:
    """What readers get of a site: all but the hidden files, which may vanish while other builds run."""
    return {
        file.relative_to(site).as_posix(): file.read_bytes()
        for entry in site.glob("[!.]*")
        for file in (entry, *entry.rglob("*"))
        if file.is_file()
    }


def assert_next_build_succeeds(site: Path) -> None:
    had_git = (site / ".git").exists()
    publish(site, LAST)
    assert shown(site) == LAST
    assert (site / ".git").exists() == had_git
    assert [path.name for path in site.parent.iterdir()] == ["site"]
    assert not list(site.glob(".site.*"))


def test_a_new_site_replaces_the_old_one_and_keeps_hidden_files_and_permissions(site):
    if site.exists():
        site.chmod(0o750)
    mode = site.stat().st_mode if site.exists() else None
    publish(site, NEW)
    assert shown(site) == NEW
    assert mode in (None, site.stat().st_mode)
    assert_next_build_succeeds(site)


@pytest.mark.parametrize("lasting", [False, True], ids=["one call fails", "all later calls fail"])
def test_whichever_call_fails_the_site_is_complete(site, monkeypatch, lasting):
    before = shown(site)
    for failing in itertools.count(1):
        calls: list[int] = []

        def fail(number: int, failing: int = failing, calls: list[int] = calls) -> None:
            calls.append(number)
            if number == failing or (lasting and number > failing):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with monkeypatch.context() as patch:
            before_each_call(patch, fail)
            with suppress(OSError):
                publish(site, NEW)
        if len(calls) < failing:
            break
        if lasting and staging_module.is_interrupted(site):
            staging_module.Staging(site).close()
        assert not staging_module.is_interrupted(site)
        assert shown(site) in (before, NEW)
        assert_next_build_succeeds(site)
        publish(site, before) if before else shutil.rmtree(site)
    assert failing > 5


def publish_and_be_killed(site: Path, moment: int, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Publishes the new site in a process that is killed before a call. Returns whether it came that far."""
    child = os.fork()
    if not child:
        before_each_call(monkeypatch, lambda number: os.kill(os.getpid(), signal.SIGKILL) if number == moment else None)
        publish(site, NEW)
        os._exit(0)
    return os.waitpid(child, 0)[1] == signal.SIGKILL


def test_whenever_the_process_is_killed_the_next_start_finds_a_complete_site(site, request, monkeypatch):
    before = shown(site)
    for moment in itertools.count(1):
        if not publish_and_be_killed(site, moment, monkeypatch):
            break
        if "plain" in request.node.name and sys.platform == "linux":
            assert shown(site) in (before, NEW)  # even before anything restores it
        staging_module.Staging(site).close()
        assert shown(site) in (before, NEW)
        assert_next_build_succeeds(site)
        publish(site, before) if before else shutil.rmtree(site)
    assert moment > 5
    assert shown(site) == NEW


@pytest.mark.parametrize("site", ["folder with .git"], indirect=True)
def test_a_build_that_is_killed_does_not_disturb_one_that_is_running(site, monkeypatch):
    for moment in itertools.count(1):
        running = staging_module.Staging(site)
        write(running.new, LAST)
        killed = publish_and_be_killed(site, moment, monkeypatch)
        running.publish()
        assert shown(site) == LAST
        staging_module.Staging(site).close()
        assert shown(site) == LAST
        if not killed:
            break


def publish_often(site: Path, files: dict[str, bytes]) -> None:
    for _ in range(20):
        publish(site, files)
        with staging_module._locked(staging_module._parent(site)):
            assert shown(site) in (NEW, LAST)


def test_concurrent_builds_never_mix(site):
    children = []
    for files in (NEW, LAST):
        child = os.fork()
        if not child:
            try:
                publish_often(site, files)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
    assert_next_build_succeeds(site)


def test_a_symbolic_link_to_the_site_stays(tmp_path):
    write(tmp_path / "www", OLD)
    (tmp_path / "site").symlink_to("www")
    publish(staging_module.target_dir(tmp_path / "site"), NEW)
    assert (tmp_path / "site").is_symlink()
    assert content(tmp_path / "www") == NEW


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_sources(tmp_path_factory.mktemp("refusing") / "sources")


@pytest.mark.parametrize("target", [".", "..", "overrides", "overrides/new", "docs/essays", "other", "file"])
def test_a_folder_that_holds_something_else_is_refused(sources, target):
    write(sources, {"other/index.html": "not ours", "file": "not a folder"})
    before = content(sources)
    result = build(sources, sources / target)
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    if target not in {".", "..", "docs/essays"}:  # MkDocs refuses those in its own words
        assert ": H03 " in result.output
    assert content(sources) == before


def test_a_full_disk_is_reported_and_leaves_the_last_good_site(root, tmp_path, monkeypatch):
    def full(_: bytes, path: str) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)

    monkeypatch.setattr(mkdocs.utils, "write_file", full)
    assert f"{tmp_path / 'site'}:1: H02 No space left on device" in must_refuse(root, tmp_path / "site")


def test_a_swap_that_fails_is_reported_and_undone(root, tmp_path, monkeypatch):
    write(tmp_path / "site", {".nojekyll": b""})
    rename = os.rename

    def fail(source: Path, target: Path) -> None:
        if source.parent.name == "new" and source.name == "search":  # old entries are moved out, some new ones in
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(source))
        rename(source, target)

    monkeypatch.setattr(os, "rename", fail)
    output = must_refuse(root, tmp_path / "site")
    assert "H02 Permission denied" in output
    assert "The last good site is unchanged." in output


def test_a_first_build_that_fails_says_nothing_of_a_last_good_site(root, tmp_path):
    (root / "docs/about.md").write_text("", encoding="utf-8")
    result = build(root, tmp_path / "site")
    assert result.exit_code == 1
    assert "Nothing was built." in result.output
    assert "last good site" not in result.output
