"""The site as its readers get it: built once a run, hosted under a sub-path and as an offline copy."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

pytest_plugins = ["tests.browsing"]

ROOT = Path(__file__).resolve().parent.parent
SITE_URL = "https://pages.example/health-diplomacy/"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-cases", action="store_true", help="rewrite the expected reports of tests/linkcheck_cases"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    if config.option.update_cases:
        config.option.numprocesses = 0  # cases share files, so one process writes them


def build(
    target: Path, source: Path = ROOT, configuration: str = "mkdocs.yml", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Runs `mkdocs build` as a person would, and returns what it printed."""
    settings = {"SITE_URL": SITE_URL, "NO_MKDOCS_2_WARNING": "1", **environment}
    kept = {name: value for name, value in os.environ.items() if name not in {"OFFLINE", "REPO_URL"}}
    command = [sys.executable, "-m", "mkdocs", "build", "-f", str(source / configuration), "--site-dir", str(target)]
    return subprocess.run(command, env=kept | settings, cwd=source, capture_output=True, text=True, timeout=300)


def must_build(target: Path, source: Path = ROOT, **environment: str) -> Path:
    """Builds sources without a mistake, and returns the site's folder."""
    done = build(target, source, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return target


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], object]], Path]:
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


def _built(target: Path, **environment: Any) -> None:
    """Ends the run if the site does not build, because nearly all tests would fail."""
    done = build(target, **environment)
    if done.returncode:
        pytest.exit(f"the site does not build:\n\n{done.stdout}{done.stderr}", returncode=1)


@pytest.fixture(scope="session")
def hosted(once: Callable[..., Path]) -> Path:
    """The hosted site's folder."""
    return once("hosted", _built)


@pytest.fixture(scope="session")
def offline(once: Callable[..., Path]) -> Path:
    """The offline copy's folder."""
    return once("offline", partial(_built, OFFLINE="true"))
