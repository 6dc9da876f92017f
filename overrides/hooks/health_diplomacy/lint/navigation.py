"""Checks on the menu and redirects in mkdocs.yml, and on the pages and placeholders that templates need."""

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from diagnostics import Diagnostic, did_you_mean, nearest

from health_diplomacy.content.configuration import FILE, Settings
from health_diplomacy.content.loader import EDITION
from health_diplomacy.content.site import Site
from health_diplomacy.render.placeholders import required_placeholders


def menu(site: Site, nav: Sequence[tuple[str, int]]) -> Iterator[Diagnostic]:
    """Pages missing from `nav`, and its entries without a page, or with one that is missing or listed before."""
    pages = [uri for uri, _ in nav]
    for uri, document in site.documents.items():
        if uri not in pages:
            hint = f"add '{uri}' under 'nav' in mkdocs.yml"
            yield Diagnostic(document.path, 1, "N01", "this page is not in the menu", hint)
    for index, (uri, line) in enumerate(nav):
        what, hint = f"the menu names '{uri}', which does not exist", "remove the line"
        if not uri:
            what, hint = "this line of the menu has no page", "put a page under it, or remove it"
        elif uri in pages[:index]:
            what = f"the menu names '{uri}' twice"
        elif "://" in uri:
            what, hint = f"the menu leads to another site, '{uri}'", "remove the line, and link to it on a page"
        elif uri in site.documents.keys() | site.unreadable | site.misnamed | site.missing:
            continue
        else:
            hint = did_you_mean(uri, site.documents.keys() - set(pages), hint)
        yield Diagnostic(FILE, line, "N02", what, hint)


def needed_pages(site: Site, display_path: str) -> Iterator[Diagnostic]:
    """Pages that others link to by their name, such as search.md, and that are missing."""
    what = "this page is missing, and others link to it by this name"
    hint = "restore or add the file under this name; to call the page something else, change its title"
    for uri in site.missing:
        yield Diagnostic(f"{display_path}/{uri}", 1, "N06", what, hint)


def needed_placeholders(site: Site) -> Iterator[Diagnostic]:
    """Pages without a placeholder that they need, such as `<!-- map -->` in topics/index.md."""
    for uri, name in required_placeholders(site):
        document = site.documents.get(uri)
        if document and document.meta and not re.search(rf"^<!-- {name} -->[ \t]*$", document.body, re.MULTILINE):
            what = f"the placeholder '<!-- {name} -->', which the build replaces with a part of this page, is missing"
            line = document.line_at(document.body_start)
            yield Diagnostic(document.path, line, "M11", what, "put it back, on a line of its own")


def redirects(site: Site, files: Collection[str], settings: Settings) -> Iterator[Diagnostic]:
    """Published pages that are gone without a redirect, and broken redirects. `files` are those of the docs folder."""
    pages = {uri for uri in files if uri.endswith(".md")}
    former = {uri for uri in settings.former - site.missing if not EDITION.match(uri)}
    for old in sorted(former - settings.redirects.keys() - pages):
        near = nearest(old, pages) or "index.md"
        what = f"the page 'docs/{old}' was published and is gone, so links to it from elsewhere break"
        hint = f"add the line '{old}: {near}' under 'redirect_maps', with the page that people should find instead"
        yield Diagnostic(FILE, settings.redirects_line, "N03", what, hint)
    for old, (new, line) in settings.redirects.items():
        target = new.partition("#")[0]
        if old in pages:
            what, hint = f"'{old}' is redirected, but the page exists", "remove the line"
        elif not old.endswith(".md") or posixpath.normpath(old) != old or old.startswith(("/", "..")) or "\\" in old:
            what, hint = f"'{old}' is not the path of a page", "write its path under docs/, such as topics/peace.md"
        elif target in settings.redirects:
            what, hint = f"'{old}' leads to '{target}', which redirects as well", "name a page that exists"
        elif "://" in target:
            what, hint = f"'{old}' leads to another site, '{target}'", "name a page under docs/, and link from there"
        elif target not in pages:
            what = f"'{old}' leads to '{target}', which does not exist"
            hint = did_you_mean(target, pages, "name a page under docs/")
        else:
            continue
        yield Diagnostic(FILE, line, "N04", what, hint)


def redirect_ids(settings: Settings, ids: Mapping[str, Collection[str]]) -> Iterator[Diagnostic]:
    """Redirects to an id that their page lacks. `ids` has those of each page; other pages are not checked."""
    for old, (new, line) in settings.redirects.items():
        target, _, id = new.partition("#")
        if id and id not in ids.get(target, [id]):
            what = f"'{old}' leads to '{new}', and that page has no id '{id}'"
            hint = did_you_mean(id, ids[target], f"write '{target}' alone, or add the id to a heading there")
            yield Diagnostic(FILE, line, "N04", what, hint)
