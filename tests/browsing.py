"""A real browser for the tests, and the site in front of it: hosted under a subpath, or opened from its folder."""

import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.reading import address_of, fail_or_skip

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
"""The headless shell opens a page four times as fast as a browser that has windows."""
# None of the browser's own services may be mistaken for a request of the site.
SILENT = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]
SUB_PATH = "/health-diplomacy/"
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


class Pages(SimpleHTTPRequestHandler):
    """Serves a folder under a sub-path, with its 404 page, as GitHub Pages does."""

    def translate_path(self, path: str) -> str:
        inside = path.removeprefix(SUB_PATH) if path.startswith(SUB_PATH) else "outside-the-site"
        return super().translate_path("/" + inside)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        body = (Path(self.directory) / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *ignored: object) -> None:
        pass


def program() -> str:
    """Chromium or Chrome on this machine; empty if there is none."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), "") or ""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, without a window and without services of its own."""
    if not program():
        fail_or_skip("no Chromium or Chrome on this machine; on Debian: apt-get install chromium-headless-shell")
    # Chromium's sandbox refuses to run as root, and containers and CI runners often deny it the namespaces it needs.
    has_sandbox = not os.environ.get("CI") and (not hasattr(os, "geteuid") or os.geteuid() != 0)
    options = SILENT if has_sandbox else [*SILENT, "--no-sandbox"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program(), args=options)
        yield running
        running.close()


@contextmanager
def served(site: Path) -> Iterator[str]:
    """The address of a site on this machine, for as long as it is served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Pages, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}{SUB_PATH}"
    server.shutdown()


@pytest.fixture(scope="session")
def online(hosted: Path) -> Iterator[str]:
    """The hosted site's address on this machine."""
    with served(hosted) as address:
        yield address


@pytest.fixture
def url_of(request: pytest.FixtureRequest, edition: str) -> Callable[[str], str]:
    """Gives the address of a page by its source, hosted or in the offline copy."""
    if edition == "hosted":
        root = request.getfixturevalue("online")
        return lambda source: root + address_of(source)
    folder = request.getfixturevalue("offline")
    return lambda source: (folder / source).with_suffix(".html").as_uri()


@pytest.fixture
def open_tab(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens tabs, and holds each against the site's promises: no other host, no cookie, no error in the console."""
    contexts, asked, errors = [], [], []

    def open_address(address: str, **settings: Any) -> Page:
        context = browser.new_context(**{"viewport": WIDE, **settings})
        contexts.append(context)
        tab = context.new_page()
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("pageerror", lambda error: errors.append(str(error)))
        tab.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        tab.goto(address)
        return tab

    yield open_address
    cookies = [cookie for context in contexts for cookie in context.cookies()]
    for context in contexts:
        context.close()
    assert [url for url in asked if not re.match(r"http://127\.0\.0\.1:|file://|data:|blob:|about:", url)] == []
    assert cookies == []
    assert [error for error in errors if "404" not in error] == []
