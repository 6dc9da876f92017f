"""Checks the links and ids of rendered pages with the link checker, as the built site is checked."""

import os
import posixpath
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

import linkcheck
from diagnostics import Diagnostic

from health_diplomacy.content.documents import Document
from health_diplomacy.content.limits import MAX_ADDRESS_LENGTH
from health_diplomacy.content.site import Site

CODES = {"L04": "L01", "L05": "L01", "L06": "T02", "L12": "L01"}
"""The codes of `check` that differ from the link checker's."""
REPORTED_BY_SAFETY = {"L11", "L15"}


def check(
    site: Site,
    pages: Mapping[str, str],
    root: Path,
    docs: Path,
    files: Collection[str],
    uncertain: Collection[str],
    former: Collection[str],
) -> Iterator[Diagnostic]:
    """The link checker's errors in rendered pages (uri -> HTML), at their lines in the sources.

    `files` are the uris of all other files, `uncertain` pages whose ids are not all known, `former` removed pages.
    """
    folder = posixpath.relpath(docs, root / "docs")  # an edition's docs folder is inside the site's
    sources = {uri: posixpath.normpath(posixpath.join(folder, uri)) for uri in pages}
    repeated: dict[tuple[str, str], Diagnostic] = {}
    for fault in linkcheck.check_pages(pages, sources=sources, source=root, files=files, unrendered=uncertain):
        uri = fault.page
        if fault.severity != "error" or not uri or fault.code in REPORTED_BY_SAFETY:
            continue
        path = os.path.relpath(fault.path, root) if Path(fault.path).is_relative_to(root) else fault.path
        found = replace(fault, path=Path(path).as_posix(), code=CODES.get(fault.code, fault.code), page="")
        document, written = site.documents[uri], fault.reference.partition("#")[0]
        is_unplaced = (found.path, found.line) == (document.path, 1)
        if is_unplaced and fault.reference in document.body:  # its label or an include line may repeat it
            message, link = fault.message.replace(f" (in the built {uri})", ""), f"]({fault.reference}"
            line = document.line_of(link if link in document.body else fault.reference)
            found = replace(found, line=line, message=message)
        if found.code == "T02":
            if not (fault.reference in site.paragraphs and site.snippets[uri]):  # an included one has its own message
                repeated[uri, fault.reference] = found  # the last occurrence
        elif len(fault.reference) > MAX_ADDRESS_LENGTH:
            message = f"an address has {len(fault.reference):,} characters; {MAX_ADDRESS_LENGTH:,} is the limit"
            yield replace(found, code="F12", message=message, hint="shorten it")
        elif fault.reference.startswith("#fnref-"):
            note = f"[^{fault.reference.removeprefix('#fnref-')}]"
            what, hint = f"no text cites the footnote '{note}'", f"write '{note}' after the words it belongs to"
            yield replace(found, line=document.line_of(f"{note}:"), code="M06", message=what, hint=hint)
        elif found.code == "L01" and target(uri, fault.reference) in former:
            hint = "link to the page that has its words now"
            yield replace(found, message=f"'{written}' was renamed or removed", hint=hint)
        elif found.code == "L01" and written.endswith(".yml"):
            yield replace(found, message=f"'{written}' is not published", hint="link to a page")
        else:
            yield found
    yield from repeated.values()


def own_addresses(document: Document, urls: Collection[str], site_url: str) -> Iterator[Diagnostic]:
    """Links with the hosted site's URL, which lead out of the offline copy."""
    for url in urls:
        if site_url and url.startswith(site_url):
            what = f"'{url}' is absolute and breaks the offline copy"
            hint = "write the path from this page to the file, such as ../topics/peace-building.md"
            yield Diagnostic(document.path, document.line_of(url), "L03", what, hint)


def target(uri: str, address: str) -> str:
    """The uri that a link on a page points to; empty if it isn't a valid URL."""
    try:
        path = urlsplit(address).path
    except ValueError:
        return ""
    return posixpath.normpath(posixpath.join(posixpath.dirname(uri), unquote(path)))
