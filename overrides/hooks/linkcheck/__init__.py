"""Checks the links of a built site: every reference, id and file that it needs. It knows nothing of MkDocs' internals.

The interface for other code:

- `check(folder, site_url="", source=None)`: the diagnostics of a built folder, sorted
- `check_pages(pages, ...)`: those of pages rendered one by one, see `Site.of_pages`
- `external_links(folder, site_url="")`: the links to other sites, as (page, reference, absolute URL, line)
- `html.references(data)`: the references of one page: element, attribute, value, role

The README of this package says what is checked and how to add a rule.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from diagnostics import Diagnostic

from .checker import inspect, resolved
from .markup import line, offsets
from .model import Reference, Spot
from .site import NotASite, Site

__all__ = ["ExternalLink", "NotASite", "Site", "check", "check_pages", "external_links", "inspect"]


class ExternalLink(NamedTuple):
    """A reference to another site."""

    page: str  # path of the built file, from the site folder
    reference: Reference  # has element, attribute, value (as written) and role
    url: str  # absolute, normalized
    line: int  # of its first occurrence in the built file


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


def external_links(folder: Path, *, site_url: str = "") -> Iterator[ExternalLink]:
    """The distinct references to other sites of each file, in the order of the files."""
    site = Site.of_folder(folder, site_url or None)
    resolved(site)
    for record in site.records.values():
        text = site.text(record.path) if record.external else ""
        for reference, target in record.external:
            spot = Spot("attribute", reference.element, reference.attribute, reference.value)
            found = offsets(text, spot)
            yield ExternalLink(record.path, reference, target.path, line(text, found[0]) if found else 1)
