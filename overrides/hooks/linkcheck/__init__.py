"""Checks the links of a built site: every reference, id and file that it needs. It knows nothing of MkDocs' internals.

The interface for other code:

- `check(folder, site_url="", source=None)`: the diagnostics of a built folder, sorted
- `check_pages(pages, ...)`: those of pages rendered one by one, see `Site.of_pages`

The README of this package says what is checked and how to add a rule.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from diagnostics import Diagnostic

from .checker import inspect
from .site import NotASite, Site

__all__ = ["NotASite", "Site", "check", "check_pages", "inspect"]


def check(folder: Path, *, site_url: str = "", source: Path | None = None) -> list[Diagnostic]:
    """The diagnostics of a built folder, hosted at `site_url` or (without it) opened from a disk.

    `source` is the folder of mkdocs.yml and pyproject.toml; with it, lines are those of the Markdown.
    """
    return inspect(Site.of_folder(folder, site_url or None), source).diagnostics


def check_pages(
    pages: Mapping[str, str],
    *,
    sources: Mapping[str, str] | None = None,
    source: Path | None = None,
    files: Iterable[str] = (),
    unrendered: Iterable[str] = (),
    site_url: str = "",
) -> list[Diagnostic]:
    """The diagnostics of pages that were rendered one by one: path -> HTML.

    `sources` maps each path to its Markdown, from the docs folder of `source`. `files` are other files that exist, and
    `unrendered` pages that exist but could not be rendered: nothing is concluded about their ids.
    """
    site = Site.of_pages(pages, files=files, unrendered=unrendered, site_url=site_url or None)
    return inspect(site, source, sources=sources or {}).diagnostics
