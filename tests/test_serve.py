"""Live editing: what `mkdocs serve` shows follows every kind of source, survives a mistake, and publishes nothing."""

import html
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
from urllib.error import HTTPError

import pytest

from tests.sources import OLD, append, content, copy_sources, replace, write

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
        self.process = subprocess.Popen(
            command,
            cwd=root,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
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
        try:
            answer = urllib.request.urlopen(self.address + page, timeout=PATIENCE)
        except HTTPError as not_found:  # which is a page too
            answer = not_found
        with answer:
            return answer.read().decode()

    def wait_for_reload(self, page: str) -> None:
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


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(copy_sources(tmp_path_factory.mktemp("served")))
    yield running
    running.stop()


PAGE = "docs/topics/peace-building.md"
CHANGES = {
    "docs": [
        (PAGE, "The essays describe three ways.", "Three ways are described.", "topics/peace-building/"),
        ("docs/essays/defense.md", "in full:", "complete:", "essays/defense/"),
        ("docs/glossary.yml", "The worldwide community of Muslims;", "All Muslims as a community;", "glossary/"),
    ],
    "overrides": [
        ("overrides/partials/footer.html", "<footer", "<footer data-changed", ""),
        ("overrides/partials/ui/en.html", "Read next", "Read on", ""),
        ("overrides/assets/stylesheets/site.css", ":root {", ":root{--changed:1;", "assets/stylesheets/site.css"),
    ],
    "mkdocs.yml": [("mkdocs.yml", "Health Diplomacy", "Health and Diplomacy", "")],
}


@pytest.mark.parametrize("watched", CHANGES)
def test_a_change_of_any_source_is_shown_without_a_restart(server, watched):
    before = server.read()
    for file, old, new, page in CHANGES[watched]:
        assert new not in server.read(page)
        replace(server.root, file, old, new)
    server.wait_for_reload(before)
    for _, _, new, page in CHANGES[watched]:
        assert new in server.read(page)


def test_a_misspelled_word_is_reported_and_the_page_is_shown(server):
    before = server.read()
    line = append(server.root, "docs/about.md", "The goverment.")
    report = server.wait_for("Q01 'goverment'")
    assert f"docs/about.md:{line}: Q01 'goverment' " in report and "Hint: write 'government'" in report
    server.wait_for_reload(before)
    assert "goverment" in server.read("about/")


@pytest.mark.parametrize(
    ("file", "old", "new", "report"),
    [
        (PAGE, "defense.md:defense-5", "defense.md:defense-9", "P01 'essays/defense.md' has no paragraph 'defense-9'."),
        ("mkdocs.yml", "  - Glossary: glossary.md", "\t- Glossary: glossary.md", "that cannot start any token"),
    ],
    ids=["a paragraph that does not exist", "a configuration that cannot be read"],
)
def test_a_mistake_is_reported_and_the_last_good_page_stays_until_it_is_repaired(server, file, old, new, report):
    before = server.read()
    replace(server.root, file, old, new)
    assert "Traceback" not in server.wait_for(report)
    server.wait_for_reload(before)
    kept = server.read("topics/peace-building/")
    assert 'id="defense-5"' in kept
    replace(server.root, file, new, old)
    server.wait_for_reload(kept)
    assert 'id="defense-5"' in server.read("topics/peace-building/")


def test_mistakes_at_the_start_are_listed_on_every_page_until_they_are_repaired(root):
    line = append(root, PAGE, "[Gone](a<b.md)")
    server = Server(root)
    first = server.read("topics/peace-building/")
    assert f"{PAGE}:{line}: L01 'a<b.md' does not exist. Hint: " in html.unescape(first)
    replace(root, PAGE, "a<b.md", "gone.md")
    server.wait_for_reload(first)
    second = server.read("about/")
    assert f"{PAGE}:{line}: L01 'gone.md' does not exist. Hint: " in html.unescape(second)
    replace(root, PAGE, "[Gone](gone.md)", "Found.")
    server.wait_for_reload(second)
    assert "<p>Found.</p>" in server.read("topics/peace-building/")
    server.stop()
