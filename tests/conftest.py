"""The site as its readers get it: built once a run, hosted under a sub-path and as an offline copy."""

import os
import subprocess
import sys
from pathlib import Path

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


def _built(target: Path, **environment: str) -> Path:
    done = build(target, **environment)
    if done.returncode:
        pytest.exit(f"the site does not build:\n\n{done.stdout}{done.stderr}", returncode=1)
    return target


@pytest.fixture(scope="session")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hosted site's folder."""
    return _built(tmp_path_factory.mktemp("hosted") / "site")


@pytest.fixture(scope="session")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The offline copy's folder."""
    return _built(tmp_path_factory.mktemp("offline") / "site", OFFLINE="true")
