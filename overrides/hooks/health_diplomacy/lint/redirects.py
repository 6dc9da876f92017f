"""Checks that every page that was published and removed has a working redirect in mkdocs.yml."""

import posixpath
from collections.abc import Collection, Iterator, Mapping

from diagnostics import Diagnostic, did_you_mean, nearest

FILE = "mkdocs.yml"


def check(
    redirects: Mapping[str, tuple[str, int]], first_line: int, former: frozenset[str], pages: set[str]
) -> Iterator[Diagnostic]:
    """Former pages without a redirect, and broken redirects.

    `redirects` has the target and line of each, `first_line` is the line above them. `former` are the uris of removed
    pages, `pages` those of existing ones.
    Bad:  `topics/peace.md` renamed, and nothing else   Good:  a line `topics/peace.md: topics/peace-building.md`
    """
    for old in sorted(former - set(redirects) - pages):
        near = nearest(old, pages) or "index.md"
        what = f"the page 'docs/{old}' was published and is gone, so links to it from elsewhere break"
        hint = f"add the line '{old}: {near}' under 'redirect_maps', with the page that people should find instead"
        yield Diagnostic(FILE, first_line, "N03", what, hint)
    for old, (new, line) in redirects.items():
        target = new.partition("#")[0]
        if old in pages:
            what, hint = f"'{old}' is redirected, but the page exists", "remove the line"
        elif not old.endswith(".md") or posixpath.normpath(old) != old or old.startswith(("/", "..")) or "\\" in old:
            what, hint = f"'{old}' is not the file of a page", "write its path below docs/, such as topics/peace.md"
        elif target in redirects:
            what, hint = f"'{old}' leads to '{target}', which redirects as well", "name a page that exists"
        elif "://" in target:
            what, hint = f"'{old}' leads to another site, '{target}'", "name a page below docs/, and link from there"
        elif target not in pages:
            what = f"'{old}' leads to '{target}', which does not exist"
            hint = did_you_mean(target, pages, "name a page below docs/")
        else:
            continue
        yield Diagnostic(FILE, line, "N04", what, hint)


def check_ids(redirects: Mapping[str, tuple[str, int]], ids: Mapping[str, Collection[str]]) -> Iterator[Diagnostic]:
    """Redirects to an id that their page lacks. `ids` are those of each page; other pages are not checked."""
    for old, (new, line) in redirects.items():
        target, _, id = new.partition("#")
        if id and id not in ids.get(target, [id]):
            what = f"'{old}' leads to '{new}', and that page has no id '{id}'"
            hint = did_you_mean(id, ids[target], f"write '{target}' alone, or add the id to a heading there")
            yield Diagnostic(FILE, line, "N04", what, hint)
