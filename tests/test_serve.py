"""Live editing: what `mkdocs serve` shows follows every kind of source, survives a mistake, and publishes nothing."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue

import pytest
from playwright.sync_api import expect

from tests.test_mistakes import OLD, content, copy_sources, write

PATIENCE = 60  # seconds; a failing test waits this long, a passing one does not


class Server:
    """`mkdocs serve` on a copy of the sources, and what a browser sees of it."""

    def __init__(self, root: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.root = root
        write(root / "site", OLD)
        self.address = f"http://127.0.0.1:{port}/health-diplomacy/"
        command = [sys.executable, "-m", "mkdocs", "serve", "-a", f"127.0.0.1:{port}"]
        kept = {name: value for name, value in os.environ.items() if name not in {"OFFLINE", "REPO_URL", "SITE_URL"}}
        self.process = subprocess.Popen(
            command,
            cwd=root,
            env=kept | {"PYTHONUNBUFFERED": "1"},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # ignored in a shell's background jobs
        )
        self.printed: Queue[str] = Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        self.wait_for("Serving on")

    def _listen(self) -> None:
        for line in self.process.stdout:
            self.printed.put(line)

    def wait_for(self, words: str) -> str:
        """What was printed up to and with the line that holds these words."""
        seen = ""
        while words not in seen:
            try:
                seen += self.printed.get(timeout=PATIENCE)
            except Empty:
                pytest.fail(f"'{words}' was not printed, only:\n{seen}")
        return seen

    def read(self, page: str = "") -> str:
        with urllib.request.urlopen(self.address + page, timeout=PATIENCE) as answer:
            return answer.read().decode()

    def reload(self, page: str) -> None:
        """Waits as an open browser tab does, until the server says that there is something new."""
        epoch = re.search(r"livereload\((\d+), \d+\)", page)[1]
        root = self.address.removesuffix("health-diplomacy/")
        with urllib.request.urlopen(f"{root}livereload/{epoch}/1", timeout=PATIENCE) as answer:
            assert int(answer.read()) > int(epoch)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=PATIENCE)
        assert content(self.root / "site") == OLD
        assert not [path.name for path in self.root.iterdir() if path.name.startswith(".site")]

    def change(self, file: str, old: str, new: str) -> None:
        path = self.root / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(copy_sources(tmp_path_factory.mktemp("served")))
    yield running
    running.stop()


CHANGES = {
    "a page": (
        "docs/topics/peace-building.md",
        "The essays describe three ways.",
        "Three ways are described.",
        "topics/peace-building/",
    ),
    "an essay page": ("docs/essays/defense.md", "in full:", "complete:", "essays/defense/"),
    "a data file": (
        "docs/glossary.yml",
        "The worldwide community of Muslims;",
        "All Muslims as a community;",
        "glossary/",
    ),
    "a template": ("overrides/partials/footer.html", "<footer", "<footer data-changed", ""),
    "the site's own words": ("overrides/partials/ui/en.html", "Read next", "Read on", ""),
    "the style sheet": (
        "overrides/assets/stylesheets/site.css",
        ":root {",
        ":root{--changed:1;",
        "assets/stylesheets/site.css",
    ),
    "the configuration": ("mkdocs.yml", "Health Diplomacy", "Health and Diplomacy", ""),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_change_is_shown_without_a_restart(server, kind):
    file, old, new, page = CHANGES[kind]
    before = server.read()
    assert new not in server.read(page)
    server.change(file, old, new)
    server.reload(before)
    assert new in server.read(page)
    after = server.read()
    server.change(file, new, old)
    server.reload(after)


def test_a_mistake_in_the_configuration_is_reported_and_the_last_good_page_stays(server):
    before = server.read()
    server.change("mkdocs.yml", "  - Glossary: glossary.md", "\t- Glossary: glossary.md")
    assert "Traceback" not in server.wait_for("The last good page is still shown.")
    server.reload(before)
    kept = server.read()
    assert "Health Diplomacy" in kept
    server.change("mkdocs.yml", "\t- Glossary: glossary.md", "  - Glossary: glossary.md")
    server.reload(kept)


def test_a_misspelled_word_is_reported_and_the_page_is_shown(server):
    before = server.read()
    server.change("docs/topics/peace-building.md", "The essays describe three ways.", "The essays descibe three ways.")
    report = server.wait_for("Q01 'descibe'")
    assert re.search(
        r"^docs/topics/peace-building\.md:\d+: Q01 'descibe' .* Hint: write 'describe'", report, re.MULTILINE
    )
    server.reload(before)
    shown = server.read("topics/peace-building/")
    assert "descibe" in shown
    server.change("docs/topics/peace-building.md", "The essays descibe three ways.", "The essays describe three ways.")
    server.reload(shown)


def test_a_mistake_is_reported_and_the_last_good_page_stays(server):
    before = server.read("topics/peace-building/")
    server.change("docs/topics/peace-building.md", "defense.md:defense-5", "defense.md:defense-9")
    report = server.wait_for("the last good site is unchanged")
    assert re.search(
        r"^docs/topics/peace-building\.md:\d+: P01 'essays/defense\.md' has no paragraph 'defense-9'\.",
        report,
        re.MULTILINE,
    )
    assert "Traceback" not in report
    server.reload(before)
    kept = server.read("topics/peace-building/")
    assert 'id="defense-5"' in kept
    server.change("docs/topics/peace-building.md", "defense.md:defense-9", "defense.md:defense-5")
    server.reload(kept)
    assert 'id="defense-5"' in server.read("topics/peace-building/")


def test_a_warning_of_mkdocs_does_not_stop_later_builds(server):
    before = server.read()
    server.change("mkdocs.yml", "edit_uri: edit/main/docs/", "edit_uri_template: 'edit/{path}'")
    server.wait_for("The last good page is still shown.")
    server.change("mkdocs.yml", "edit_uri_template: 'edit/{path}'", "edit_uri: edit/main/docs/")
    server.wait_for("The site is complete")
    server.reload(before)


@pytest.mark.browser
def test_an_open_page_reloads_after_an_edit_and_once_a_mistake_is_repaired(server, opened):
    page = "docs/topics/peace-building.md"
    tab = opened(f"{server.address}topics/peace-building/")
    server.change(page, "The essays describe three ways.", "Three ways are described.")
    expect(tab.get_by_text("Three ways are described.")).to_be_visible(timeout=PATIENCE * 1000)
    server.change(page, "defense.md:defense-5", "defense.md:defense-9")
    server.wait_for("The last good page is still shown.")
    expect(tab.get_by_text("Three ways are described.")).to_be_visible()
    server.change(page, "defense.md:defense-9", "defense.md:defense-5")
    server.change(page, "Three ways are described.", "The essays describe three ways.")
    expect(tab.get_by_text("The essays describe three ways.")).to_be_visible(timeout=PATIENCE * 1000)


@pytest.mark.browser
def test_serving_starts_with_a_mistake_and_lists_it_until_it_is_repaired(tmp_path, opened):
    root, page = copy_sources(tmp_path), "docs/about.md"
    (root / page).write_text(f"{(root / page).read_text(encoding='utf-8')}\n[Gone](a<b.md)\n", encoding="utf-8")
    server = Server(root)
    tab = opened(f"{server.address}about/")
    expect(tab.get_by_text(re.compile(r"^docs/about\.md:\d+: L01 'a<b\.md' .+ Hint: .+\.$"))).to_be_visible()
    server.change(page, "[Gone](a<b.md)", "[Gone](gone.md)")
    expect(tab.get_by_text("L01 'gone.md' does not exist")).to_be_visible(timeout=PATIENCE * 1000)
    server.change(page, "[Gone](gone.md)", "Found.")
    expect(tab.get_by_text("Found.", exact=True)).to_be_visible(timeout=PATIENCE * 1000)
    tab.close()
    server.stop()
