"""Reading built pages in tests: what a reader sees, and where its links go."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin

import pytest
import yaml
from selectolax.lexbor import LexborHTMLParser, LexborNode

ROOT = Path(__file__).resolve().parent.parent
SITE_URL = "https://pages.example/health-diplomacy/"
"""The address that the tests build the site for."""
SOURCES = sorted(file.relative_to(ROOT / "docs").as_posix() for file in (ROOT / "docs").rglob("*.md"))
"""The pages, by their files under `docs/`."""
TOPICS = [source for source in SOURCES if source.startswith("topics/") and source != "topics/index.md"]


def read(file: str | Path) -> str:
    """The text of a file of the repository."""
    return (ROOT / file).read_text(encoding="utf-8")


def read_yaml(file: str | Path) -> Any:
    """A list or table of the repository."""
    return yaml.safe_load(read(file))


def front_matter(source: str) -> dict[str, Any]:
    """The front matter of a page."""
    return yaml.safe_load(read(f"docs/{source}").split("---\n")[1])


ESSAYS = list(read_yaml("docs/essays/checksums.yml"))
"""The essays' names, in order."""
CLAIMS = read_yaml("docs/evidence/claims.yml")
REFERENCES = read_yaml("docs/evidence/sources.yml")
"""The sources that the claims cite."""
SENTENCES = read("tests/data/sentences.txt").splitlines()
"""The sentences of the essays that the site began with."""

ONE_OF_EACH_KIND = [
    "index.md",
    "essays/index.md",
    "essays/defense.md",
    "topics/index.md",
    "topics/peace-building.md",
    "evidence/index.md",
    "evidence/collaborations.md",
    "glossary.md",
    "search.md",
    "about.md",
]


def page(site: Path, address: str) -> LexborHTMLParser:
    """A page of the hosted site by its address, such as `essays/defense/` or ``."""
    return LexborHTMLParser((site / address / "index.html").read_text(encoding="utf-8"))


def words(node: LexborNode | None) -> str:
    """The text of a part of a page, white space folded."""
    assert node
    return " ".join(node.text(separator="").split())


def address_of(source: str) -> str:
    """The hosted address of a source: `essays/defense.md` is at `essays/defense/`."""
    stem = source.removesuffix(".md")
    return "" if stem == "index" else stem.removesuffix("/index") + "/"


def links(site: Path, address: str, selector: str = "a[href]") -> list[str]:
    """The site's own pages that a page links to, as addresses without their fragments."""
    base = "https://site.example/"
    targets = (
        urldefrag(urljoin(base + address, node.attributes["href"]))[0] for node in page(site, address).css(selector)
    )
    return [target.removeprefix(base) for target in targets if target.startswith(base)]


def fail_or_skip(reason: str) -> None:
    """Skip a test that needs something of the machine, except in CI, which must have it."""
    pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
