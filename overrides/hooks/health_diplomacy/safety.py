"""What a page must not hold: anything that runs a script, or asks another host for something.

The site promises its readers no tracker and no request to another site, and it works from a folder;
a page needs neither scripts nor frames for what it says. HTML shown as code is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from .documents import Document, read_text
from .problems import Problem

SCRIPTS = {"script", "object", "embed", "applet", "base"}
FRAMES = {"iframe", "frame", "portal"}
LOADED = {  # attributes whose address a browser loads by itself, by element (HTML, section 4)
    "img": ("src", "srcset"),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "track": ("src",),
    "input": ("src",),
    "link": ("href",),
    "body": ("background",),
    "table": ("background",),
    "td": ("background",),
    "image": ("href", "xlink:href"),
    "use": ("href", "xlink:href"),
    "feimage": ("href", "xlink:href"),
}
ADDRESSES = ("href", "src", "action", "formaction", "xlink:href", "data")
ELSEWHERE = re.compile(r"(^|[\s,])(https?:)?//", re.IGNORECASE)
STYLE = re.compile(r"(url\(\s*['\"]?|@import\s+['\"]?)\s*(https?:)?//", re.IGNORECASE)
RUNS = re.compile(r"\s*(javascript|vbscript|data\s*:\s*text/html)", re.IGNORECASE)
Risk = tuple[str, str, str, str]  # code, message, hint, and the words by which to find its line

NO_SCRIPT = "remove it: pages are text and pictures, and say what they say without scripts"
NO_HOST = "put the file into docs/ and show it from there, or write a link to it"


def risks(tag: str, attributes: Mapping[str, str | None]) -> Iterator[Risk]:
    """What one element would run or load.

    Bad:  `<img src="https://example.org/map.png">`   Good:  `<img src="images/map.png" alt="…">`
    """
    if tag in SCRIPTS:
        yield "S01", f"<{tag}> could run a script", NO_SCRIPT, f"<{tag}"
    if tag in FRAMES:
        yield "S02", f"<{tag}> shows a page of another host", "remove it, and write a link to that page", f"<{tag}"
    if tag == "meta" and attributes.get("http-equiv"):
        yield (
            "S01",
            f'<meta http-equiv="{attributes["http-equiv"]}"> changes what the browser does with the page',
            "remove it",
            "<meta",
        )
    for name, value in attributes.items():
        value = value or ""
        if name.startswith("on") and len(name) > 3:
            yield "S01", f"'{name}' on <{tag}> could run a script", "remove it", name
        elif name == "srcdoc":
            yield "S01", f"'srcdoc' on <{tag}> could run a script", "remove it", name
        elif name in ADDRESSES and RUNS.match(value):
            yield "S01", f"'{value[:30]}' is a script, not an address", "write the address of a page", value
        elif name in LOADED.get(tag, ()) and ELSEWHERE.search(value):
            yield "S02", f"<{tag}> loads '{value}' from another host", NO_HOST, value
        elif name == "style" and STYLE.search(value):
            yield "S02", f"the style of <{tag}> loads something from another host", NO_HOST, value
        elif name == "ping" and value:
            yield "S02", f"'ping' on <{tag}> tells another host of each click", "remove it", name


def style_risks(words: str) -> Iterator[Risk]:
    """What a `<style>` element would load."""
    if STYLE.search(words):
        yield "S02", "<style> loads something from another host", NO_HOST, "<style"


def place(document: Document, needle: str, count: int = 0) -> int:
    """The line on which something of the page's HTML most likely stands: its nth place in the page, letter case aside."""
    text, at = document.text.casefold(), document.body_start - 1
    for _ in range(count + 1):
        at = text.find(needle.casefold(), at + 1)
        if at < 0:
            return document.line_of(needle)
    return document.line_at(at)


def check(document: Document, found: list[Risk]) -> list[Problem]:
    """Every risk of a page, each by its line."""
    problems = []
    seen: dict[str, int] = {}
    for code, what, hint, needle in found:
        problems.append(Problem(document.path, place(document, needle, seen.get(needle, 0)), code, what, hint))
        seen[needle] = seen.get(needle, 0) + 1
    return problems


def check_drawing(file: Path, shown: str) -> list[Problem]:
    """A drawing (SVG) that holds a script, or loads something: a browser runs it where the drawing is opened by itself."""
    text, problems = read_text(file, shown)
    if text is None:
        return problems
    document = Document(shown, "", text)
    found: list[Risk] = []
    for element in re.finditer(r"<([a-zA-Z][\w:]*)([^<>]*)>", text):
        named = re.findall(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", element[2])
        attributes = {name.casefold(): double or single for name, double, single in named}
        found += risks(element[1].rpartition(":")[2].casefold(), attributes)
        found += (
            [("S01", "<foreignObject> can hold a whole page", NO_SCRIPT, "<foreignobject")]
            if element[1].casefold() == "foreignobject"
            else []
        )
    found += style_risks(text) if "<style" in text.casefold() else []
    return check(document, found)
