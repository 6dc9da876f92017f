"""Most references are fine, and can be known to be where the page was read: only the rest is passed on.

This runs in the processes that read the pages. What it can't tell there is
whether another page has an id, so it passes on which ids are wanted. What it
says is always what `targets` says; it only asks about an address once, though
thousands of pages of many folders have it in their navigation.
"""

from dataclasses import replace

from . import urls
from .layout import NOT_FOUND_PAGE, Layout
from .model import Page, Reference, Role, State, Target
from .targets import Resolver

_QUICK = frozenset((Role.LINK, Role.RESOURCE, Role.SEARCH))
_READERS_WAY = frozenset("a area embed form frame iframe meta object sitemap".split())
"""Elements that get a reader (or a search engine, by its sitemap) to a page; `link` elements do not."""
_WANTING = frozenset(("a", "search"))
"""Elements whose fragments are looked up all together; those of others are few."""
_ROOTED = frozenset("/\\")
_NOT_QUICK = frozenset(("", "?", "/", "\\"))
_THERE = frozenset((State.FINE, State.NO_FRAGMENT, State.NO_SLASH, State.TWO_SLASHES))


class Settler:
    """Settles the references of pages of one site, one page at a time."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.resolver = Resolver(layout, {})
        self._known: dict[str, str | None] = {}  # address without fragment -> file, or None if that is not all

    def settle(self, page: Page) -> Page:
        """The page with only those references that somebody must look at."""
        base = self.resolver.base(page)
        prefixes = _prefixes(base, self.layout.address) if page.path != NOT_FOUND_PAGE else []
        ids = frozenset() if page.base else page.ids
        known, deep = self._known, 3 * len(prefixes)
        kept: list[Reference] = []
        leads: set[str] = set()
        wants: dict[str, str] = {}
        for reference in page.references:
            element, _, value, role = reference
            if role in _QUICK and ":" not in value and value[:1] not in _NOT_QUICK:
                if value[:1] == "#":
                    if value[1:] in ids:
                        continue
                else:
                    at = 0
                    while value.startswith("../", at):
                        at += 3
                    if at < deep and value[at:at + 1] not in _ROOTED:
                        rest, _, fragment = value[at:].partition("#")
                        key = prefixes[at // 3] + rest
                        path = known[key] if key in known else self._look(page, prefixes[at // 3], reference, rest, key)
                        if path and (not fragment or element in _WANTING) and (
                                role is not Role.RESOURCE or not self.resolver.misfit(page, reference, path)):
                            if element in _READERS_WAY:
                                leads.add(path)
                            if fragment:
                                wants[value] = f"{path}#{_name(fragment)}"
                            continue
            target = self.resolver.target(page, base, reference)
            if target.state is not State.FINE or (role is Role.SITEMAP and not self._is_own(reference, target)) or (
                    target.fragment and role is not Role.ID):
                kept.append(reference)
            if target.path and element in _READERS_WAY and target.state in _THERE:
                leads.add(target.path)
        return replace(page, references=tuple(kept), leads=frozenset(leads), wants=wants)

    def _look(self, page: Page, prefix: str, reference: Reference, rest: str, key: str) -> str | None:
        """The file at an address without fragment, if that is all that can be said of it; kept for other pages."""
        target = self.resolver.target(page, prefix, reference._replace(value=rest or "./"))
        path = self._known[key] = target.path if target.state is State.FINE else None
        return path

    def _is_own(self, reference: Reference, target: Target) -> bool:
        """Whether a sitemap says exactly the address of a page, so that nothing is left to say."""
        return bool(target.path) and self.layout.address_of(target.path) == reference.value


def _name(fragment: str) -> str:
    """The id that a fragment most likely names; what it is not, `targets` finds out."""
    return urls.readable(fragment.partition(":~:")[0])


def _prefixes(base: str, root: str) -> list[str]:
    """The folder of a base address and those above it, up to that of the site: what `../` leads to, step by step."""
    folder = urls.split(base)[0]
    found = []
    folder = folder[: folder.rfind("/") + 1]
    while folder.startswith(root):
        found.append(folder)
        folder = folder[: folder.rfind("/", 0, -1) + 1]
    return found
