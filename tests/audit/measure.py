"""What one page costs and gets wrong, as a browser finds it."""

import gzip
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Browser, Page, Request

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TEXT = (".html", ".css", ".js", ".json", ".svg", ".webmanifest", "/")

MOVED = """() => new Promise(done => {
    let moved = 0
    new PerformanceObserver(list => { for (const each of list.getEntries()) moved += each.value }).observe({type: 'layout-shift', buffered: true})
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(moved), 100)))
})"""
BLOCKING = "() => performance.getEntriesByType('resource').filter(each => each.renderBlockingStatus === 'blocking').map(each => each.name)"
SIDEWAYS = "() => document.documentElement.scrollWidth - innerWidth"
CUT_OFF = """() => [...document.querySelectorAll('body *')].filter(node => {
    const style = getComputedStyle(node)
    return node.checkVisibility() && style.overflowX === 'hidden' && style.clipPath === 'none' && node.scrollWidth > node.clientWidth + 1 && node.textContent.trim()
}).map(node => node.outerHTML.slice(0, 120))"""
# WCAG 2.2, 1.4.12: what a reader may ask of the space in a text, without losing any of it.
SPACING = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }"


@cache
def axe_source() -> str:
    """axe-core, as its Python package brings it."""
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def violations(tab: Page) -> list[str]:
    """What axe-core finds wrong in the page as it stands now: its rule and the first place of each."""
    tab.evaluate(axe_source())
    found: dict[str, Any] = tab.evaluate(
        "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", TAGS
    )
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:140]} ({len(each['nodes'])} places)" for each in found["violations"]
    ]


@dataclass
class Visit:
    """A first visit to a page, until somebody touches it. Weights are bytes, compressed with gzip where a server would."""

    address: str
    weight: int = 0
    fonts: int = 0
    requests: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    cookies: int = 0
    moved: float = 0.0
    blocking: list[str] = field(default_factory=list)


def visit(browser: Browser, address: str, width: int = 390, height: int = 844) -> Visit:
    """Opens a page with nothing in store, and waits until it is quiet."""
    context = browser.new_context(viewport={"width": width, "height": height})
    tab = context.new_page()
    visited, asked = Visit(address), list[Request]()
    tab.on("request", lambda request: asked.append(request))
    tab.goto(address, wait_until="networkidle")
    tab.evaluate("document.fonts.ready")
    visited.moved = tab.evaluate(MOVED)
    visited.blocking = tab.evaluate(BLOCKING)
    visited.cookies = len(context.cookies())
    origin = address.split("/", 3)[:3]
    for request in asked:
        if request.url.split("/", 3)[:3] != origin and not request.url.startswith(("data:", "blob:")):
            visited.elsewhere.append(request.url)
        elif request.url.startswith("http") and (response := request.response()):
            body = response.body()
            visited.requests.append(request.url)
            if request.resource_type == "font":
                visited.fonts += len(body)
            else:
                visited.weight += (
                    len(gzip.compress(body, 9, mtime=0)) if request.url.split("?")[0].endswith(TEXT) else len(body)
                )
    context.close()
    return visited
