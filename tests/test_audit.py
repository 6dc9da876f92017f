"""How well every page reads, measured: accessibility, validity, weight, movement. Run with `pytest -m audit`."""

import gzip
import json
import os
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browsing import PHONE, program
from tests.reading import ROOT, SOURCES, address_of, fail_or_skip

pytestmark = [pytest.mark.audit, pytest.mark.browser]

# Maximum bytes of a first visit. Lists that grow with every source, and that nobody reads to the end, may be larger.
WEIGHT, WITH_FONTS = 30_000, 90_000
WEIGHTS = {
    **{address_of(source): 20_000 for source in SOURCES if source.startswith("topics/")},
    "evidence/collaborations/": 52_000,
    "evidence/defense/": 52_000,
}
PAGES = [address_of(source) for source in SOURCES] + ["nowhere/at/all/"]

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MOVED = """() => new Promise(done => {
    let moved = 0
    const observer = new PerformanceObserver(list => { for (const each of list.getEntries()) moved += each.value })
    observer.observe({type: 'layout-shift', buffered: true})
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(moved), 100)))
})"""
LOADED = "performance.getEntriesByType('resource').map(each => [each.name, each.renderBlockingStatus])"
SIDEWAYS = """[document.documentElement, document.querySelector('.hd-header__inner')].some(
    each => each.scrollWidth > each.clientWidth)"""
CUT_OFF = """[...document.querySelectorAll('body *')].filter(node => {
    const style = getComputedStyle(node)
    return node.checkVisibility() && style.overflowX === 'hidden' && style.clipPath === 'none'
        && node.scrollWidth > node.clientWidth + 1 && node.textContent.trim()
}).map(node => node.outerHTML.slice(0, 120))"""
MOVING = """document.getAnimations().filter(
    each => each.timeline instanceof DocumentTimeline && each.playState === 'running').length"""
# WCAG 2.2, 1.4.12: what a reader may ask of the space in a text, without losing any of it.
SPACING = """
* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-bottom: 2em !important }
"""


def violations(tab: Page) -> list[str]:
    """What axe-core finds wrong in the page as it stands now: its rule and the first place of each."""
    tab.evaluate(AXE)
    found = tab.evaluate("tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", TAGS)
    return [f"{each['id']}: {each['nodes'][0]['html'][:140]}" for each in found["violations"]]


@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing_on_a_wide_light_or_narrow_dark_page(open_tab, online, address):
    tab = open_tab(online + address, color_scheme="light", bypass_csp=True)
    tab.evaluate("document.querySelectorAll('details').forEach(node => { node.open = true })")
    found = violations(tab)
    tab.set_viewport_size({"width": 320, "height": 800})
    tab.emulate_media(color_scheme="dark")
    found += violations(tab)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_in_search_results_nor_in_a_shown_reference(open_tab, online, width):
    tab = open_tab(online + "search/?q=health", viewport={"width": width, "height": 800}, bypass_csp=True)
    tab.locator(".hd-found li").first.wait_for()
    found = violations(tab)
    tab.goto(online + "evidence/defense/?")
    tab.locator(".hd-cites a").first.focus()
    tab.locator(".hd-tip").wait_for()
    found += violations(tab)
    tab.goto(online + "evidence/?verdict=disputed")
    found += violations(tab)
    assert not found, "\n".join(found)


def bytes_of(site: Path, address: str) -> int:
    """The bytes that a server sends for an address: compressed, unless it is a font, which is already."""
    file = site / address.partition("?")[0]
    if not file.suffix:
        file = file / "index.html" if file.is_dir() else site / "404.html"
    content = file.read_bytes()
    return len(content if file.suffix == ".woff2" else gzip.compress(content, 9, mtime=0))


@pytest.mark.parametrize("address", PAGES)
def test_a_first_visit_is_light_still_and_not_held_up_by_a_script(open_tab, online, hosted, address):
    tab = open_tab(online + address, viewport=PHONE)
    tab.wait_for_load_state("networkidle")
    tab.evaluate("document.fonts.ready")
    assert tab.evaluate(MOVED) == 0
    loaded = {url: status for url, status in tab.evaluate(LOADED) if url.startswith("http")}
    assert [url for url, status in loaded.items() if status == "blocking" and not url.endswith(".css")] == []
    weights = {url: bytes_of(hosted, url.removeprefix(online)) for url in (online + address, *loaded)}
    assert sum(weights.values()) <= WITH_FONTS, weights
    without_fonts = {url: weight for url, weight in weights.items() if not url.endswith(".woff2")}
    assert sum(without_fonts.values()) <= WEIGHTS.get(address, WEIGHT), without_fonts


@pytest.mark.parametrize("address", PAGES)
def test_nothing_is_lost_when_text_is_spaced_enlarged_or_recolored(open_tab, online, address):
    tab = open_tab(online + address, bypass_csp=True, forced_colors="active", reduced_motion="reduce")
    # 200 % and 400 % of a window of 1280, text at 200 % (WCAG 2.2, 1.4.4), and where the menu just fits into one line
    for size, widths in {"125%": (320, 390, 640, 768, 960, 982, 1004, 1280, 1920), "250%": (320, 390)}.items():
        tab.evaluate("size => document.documentElement.style.setProperty('font-size', size)", size)
        for width in widths:
            tab.set_viewport_size({"width": width, "height": 450})
            assert not tab.evaluate(SIDEWAYS), (size, width)
    tab.evaluate("document.documentElement.style.removeProperty('font-size')")
    tab.add_style_tag(content=SPACING)
    for width in (320, 1280):
        tab.set_viewport_size({"width": width, "height": 800})
        assert not tab.evaluate(SIDEWAYS), width
        assert tab.evaluate(CUT_OFF) == []
    assert tab.evaluate(MOVING) == 0


# What npm installs

JAR = ROOT / "tests/audit/node_modules/vnu-jar/build/dist/vnu.jar"
LIGHTHOUSE = ROOT / "tests/audit/node_modules/lighthouse/cli/index.js"
# Chromium as root has no sandbox; the rest keeps it from asking its maker for anything.
FLAGS = (
    "--headless=new --disable-gpu --disable-background-networking --disable-component-update "
    "--disable-sync --no-first-run --no-sandbox"
)


@pytest.fixture(scope="module")
def npm_tools() -> None:
    """The validator and Lighthouse; on a machine without them a skip, in CI a failure."""
    if not (shutil.which("java") and shutil.which("node") and JAR.is_file() and LIGHTHOUSE.is_file()):
        fail_or_skip("install Java and Node.js, and run npm ci --ignore-scripts --prefix tests/audit")


def test_the_nu_html_checker_finds_no_error(site_of_edition, npm_tools):
    pages = map(str, sorted(site_of_edition.rglob("*.html")))
    command = ["java", "-jar", str(JAR), "--format", "json", "--errors-only", *pages]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    messages = json.loads(done.stderr)["messages"]
    found = [f"{each.get('url')}:{each.get('lastLine')}: {each['message']}" for each in messages]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("address", ["", "essays/defense/", "topics/peace-building/", "evidence/"])
def test_lighthouse_gives_full_marks(npm_tools, online, address):
    categories = ("accessibility", "best-practices", "seo")
    options = ["--output=json", "--quiet", f"--only-categories={','.join(categories)}", f"--chrome-flags={FLAGS}"]
    environment = {**os.environ, "CHROME_PATH": program()}
    command = ["node", str(LIGHTHOUSE), online + address, *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    report = json.loads(done.stdout)
    failed = [audit["title"] for audit in report["audits"].values() if audit["score"] == 0]
    assert {name: report["categories"][name]["score"] for name in categories} == dict.fromkeys(categories, 1), failed
