"""Most references are fine, and can be known to be where the page was read: only the rest is passed on.

This runs in the processes that read the pages. What it can't tell there is
whether another page has an id, so it passes on which ids are wanted. What it
says is always what `targets` says; it only asks about an address once, though
thousands of pages of many folders have it in their navigation. An answer
depends on the folder of the page only: a reference that begins with `../` has
the same one in all folders of a folder, and a whole address everywhere.
"""

from collections import defaultdict
from dataclasses import replace
from typing import NamedTuple

from . import urls
from .layout import NOT_FOUND_PAGE, Layout
from .model import APART, Page, Reference, Role, State, Target
from .targets import CLOSED, Resolver

_QUICK = frozenset((Role.LINK, Role.RESOURCE, Role.SEARCH))
_READERS_WAY = frozenset("a area embed form frame iframe meta object sitemap".split())
"""Elements that get a reader (or a search engine, by its sitemap) to a page; `link` elements do not."""
_ROOTED = frozenset("/\\")
_NOT_QUICK = frozenset(("", "?", "/", "\\"))
_OUTWARD = frozenset((Role.LINK, Role.MENTION, Role.META, Role.WHOLE))
"""What may lead to another host."""
_ABOUT_THE_PAGE = frozenset((Role.BASE, Role.HOLLOW, Role.ID, Role.TEXT))
_THERE = frozenset((State.FINE, State.NO_FRAGMENT, State.NO_SLASH, State.TWO_SLASHES, State.BACKSLASH))


class _Answer(NamedTuple):
    """What is found of a reference: whether it is passed on, the file that it gets a reader to, the part that it wants."""

    keep: bool
    lead: str = ""
    want: str = ""
    outward: bool = False


class Settler:
    """Settles the references of pages of one site, one page at a time."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.resolver = Resolver(layout, {})
        self._known: dict[str, str | None] = {}  # address without fragment -> file, or None if that is not all
        self._answers: dict[str, dict[Reference, _Answer]] = defaultdict(dict)  # by the folder that it is counted from

    def settle(self, page: Page) -> Page:
        """The page with only those references that somebody must look at."""
        base = self.resolver.base(page)
        prefixes = _prefixes(base, self.layout.address) if page.path != NOT_FOUND_PAGE else []
        here = self._answers[prefixes[0]] if prefixes else {}
        above = self._answers[prefixes[1]] if len(prefixes) > 1 else {}
        everywhere = self._answers[""] if prefixes else {}
        by_id = Role.ID
        ids = frozenset() if page.base else page.ids
        kept: list[Reference] = []
        leads: set[str] = set()
        wants: dict[Reference, str] = {}
        outside: list[Reference] = []
        for reference in page.references:
            value = reference[2]
            if reference[3] is by_id:
                if value in page.ids and reference.attribute != "usemap" and not reference.element.endswith(APART):
                    continue
            elif value[:1] == "#" and value[1:] in ids and reference.role in _QUICK:
                continue
            answers = above if value[:3] == "../" else everywhere if value[:8] == "https://" else here
            answer = answers.get(reference)
            if answer is None:
                answer = self._answer(page, base, prefixes, reference)
                if not _is_of_the_page(reference):
                    answers[reference] = answer
            keep, lead, want, outward = answer
            if lead:
                leads.add(lead)
            if want:
                wants[reference] = want
            if keep:
                (outside if outward else kept).append(reference)
        return replace(page, references=tuple(kept), leads=frozenset(leads), wants=wants, outward=tuple(outside))

    def _answer(self, page: Page, base: str, prefixes: list[str], reference: Reference) -> _Answer:
        element, _, value, role = reference
        if role in _QUICK and ":" not in value and value[:1] not in _NOT_QUICK and value[:1] != "#":
            at = 0
            while value.startswith("../", at):
                at += 3
            if at < 3 * len(prefixes) and value[at:at + 1] not in _ROOTED:
                prefix = prefixes[at // 3]
                rest, _, fragment = value[at:].partition("#")
                key = prefix + rest
                path = self._known[key] if key in self._known else self._look(page, prefix, reference, rest, key)
                if path and (role is not Role.RESOURCE or not self.resolver.misfit(page, reference, path)):
                    lead = path if element in _READERS_WAY else ""
                    return _Answer(False, lead, f"{path}#{_name(fragment)}" if fragment else "")
        target = self.resolver.target(page, base, reference)
        keep = target.state is not State.FINE or (role is Role.SITEMAP and not self._is_own(reference, target)) or (
            bool(target.fragment) and role is not Role.ID)
        lead = target.path if element in _READERS_WAY and target.state in _THERE else ""
        return _Answer(keep, lead, outward=target.state is State.ELSEWHERE and role in _OUTWARD)

    def _look(self, page: Page, prefix: str, reference: Reference, rest: str, key: str) -> str | None:
        """The file at an address without fragment, if that is all that can be said of it; kept for other pages."""
        target = self.resolver.target(page, prefix, reference._replace(element="a", value=rest or "./", role=Role.LINK))
        path = self._known[key] = target.path if target.state is State.FINE else None
        return path

    def _is_own(self, reference: Reference, target: Target) -> bool:
        """Whether a sitemap says exactly the address of a page, so that nothing is left to say."""
        return bool(target.path) and self.layout.address_of(target.path) == reference.value


def _is_of_the_page(reference: Reference) -> bool:
    """Whether the same reference may be another thing on another page of the same folder."""
    start = reference.value[:1]
    return start <= " " or start in "#?" or reference.role in _ABOUT_THE_PAGE or reference.element in CLOSED


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
