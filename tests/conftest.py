"""What many tests share: the site as its readers get it, built once a run, and a copy of the sources to edit."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
from downloads.pdf import PANGO_PACKAGES
from health_diplomacy.cli import main

from tests.reading import ROOT, SITE_URL, fail_or_skip
from tests.sources import build, copy_sources, must_build, replace

pytest_plugins = ["tests.browsing"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-cases", action="store_true", help="rewrite the expected reports of tests/linkcheck_cases"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    if config.option.update_cases:
        config.option.numprocesses = 0  # cases share files, so one process writes them


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores, because browsers and servers are waited for."""
    return (os.cpu_count() or 1) + 1


def pytest_configure() -> None:
    for name in ("DOWNLOADS", "OFFLINE", "REPO_URL", "SITE_URL"):
        os.environ.pop(name, None)
    os.environ["NO_MKDOCS_2_WARNING"] = "1"


Shared = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Shared:
    """Gives a folder that the first worker to ask for it fills, and that all others then read."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def folder(name: str, fill: Callable[[Path], object]) -> Path:
        target, done = shared / name, shared / f"{name}.done"
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                target.mkdir(exist_ok=True)
                fill(target)
                done.touch()
        return target

    return folder


def _build_site(target: Path, **environment: str) -> None:
    """End the run if the site does not build, because nearly all tests would fail."""
    result = build(ROOT, target, **environment)
    if result.exit_code:
        pytest.exit(f"the site does not build:\n\n{result.output}", returncode=1)


@pytest.fixture(scope="session")
def hosted(shared_folder: Shared) -> Path:
    """The hosted site's folder."""
    return shared_folder("hosted", _build_site)


@pytest.fixture(scope="session")
def offline(shared_folder: Shared) -> Path:
    """The offline copy's folder."""
    return shared_folder("offline", partial(_build_site, OFFLINE="true"))


@pytest.fixture(params=["hosted", "offline"])
def edition(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def site_of_edition(request: pytest.FixtureRequest, edition: str) -> Path:
    return request.getfixturevalue(edition)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the sources, to be edited."""
    return copy_sources(tmp_path / "sources")


class Done(NamedTuple):
    """What a command did."""

    status: int
    out: str
    err: str


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Runs `python overrides/hooks …` in a folder, in this process."""

    def command(folder: Path, *arguments: str) -> Done:
        monkeypatch.chdir(folder)
        try:
            status = main(list(arguments))
        except SystemExit as stop:
            status = int(stop.code or 0)
        return Done(status, *capsys.readouterr())

    return command


REPOSITORY = "https://github.example/owner/health-diplomacy"
REDIRECTS = {
    "old.md": "about.md",
    "topics/peace.md": "topics/peace-building.md",
    "start.md": "index.md",
    "term.md": "glossary.md#ummah",
}


def _publish(folder: Path) -> None:
    root = copy_sources(folder / "sources")
    lines = "".join(f"\n      {old}: {new}" for old, new in REDIRECTS.items())
    replace(root, "mkdocs.yml", "redirect_maps:", f"redirect_maps:{lines}")
    must_build(root, folder / "hosted", REPO_URL=REPOSITORY)
    must_build(root, folder / "offline", REPO_URL=REPOSITORY, OFFLINE="true")


@pytest.fixture(scope="session")
def published(shared_folder: Shared) -> Path:
    """A folder with the hosted and the offline site of a repository in which pages were renamed."""
    return shared_folder("published", _publish)


EPOCH = "1795000000"  # 2026-11-18
"""The time of the commit that the downloads are made from."""


def build_with_downloads(folder: Path, **environment: str) -> None:
    """Build a site with its downloads as a maintainer does, from a copy of the sources beside it."""
    try:
        import weasyprint  # noqa: F401
    except OSError:
        fail_or_skip(f"Pango is not installed; on Debian: apt-get install {PANGO_PACKAGES}")
    done = subprocess.run(
        [sys.executable, "overrides/hooks", "downloads", "--site-dir", "../site"],
        env={**os.environ, "SITE_URL": SITE_URL, "SOURCE_DATE_EPOCH": EPOCH, **environment},
        cwd=copy_sources(folder / "sources"),
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def complete_site(shared_folder: Shared) -> Path:
    """The hosted site with its downloads."""
    fill = partial(build_with_downloads, TZ="UTC", LC_ALL="C", PYTHONHASHSEED="1")
    return shared_folder("complete", fill) / "site"
