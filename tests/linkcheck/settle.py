"""Most references are fine, and can be known to be where the page was read: only the rest is passed on.

This runs in the processes that read the pages. What it can't tell there is
whether another page has an id, so it passes on which ids are wanted. What it
says is always what `targets` says; it only asks about an address once, though
thousands of pages of many folders have it in their navigation. An answer
depends on the folder of the page only: a reference that begins with `../` has
the same one in all folders of a folder, and a whole address everywhere. So
the references of a piece of markup that many pages share are settled once.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from . import urls
from .gathered import Gathered, plain_link
from .layout import NOT_FOUND_PAGE, Layout
from .model import APART, Joined, Page, Reference, Role, State, Target
from .targets import CLOSED, Resolver

HERE = "https://\x7f/"
"""Stands in a piece for the address of the page that it is on; no page that is read by pieces holds that control sign."""
_QUICK = frozenset((Role.LINK, Role.RESOURCE, Role.SEARCH))
_READERS_WAY = frozenset(["a", "area", "embed", "form", "frame", "iframe", "meta", "object", "sitemap"])
"""Elements that get a reader (or a search engine, by its sitemap) to a page; `link` elements do not."""
_SLASH = frozenset(("", "/"))
_ROOTED = frozenset("/\\")
_NOT_QUICK = frozenset(("", "?", "/", "\\"))
_OUTWARD = frozenset((Role.LINK, Role.MENTION, Role.META, Role.WHOLE))
"""What may lead to another host."""
_FOR_MACHINES = frozenset((Role.MENTION, Role.META, Role.WHOLE))
_PLAIN = re.compile(r"(?:[\w-]+/)*(?:[\w-]+\.html)?", re.ASCII)
"""The path of a page of which nothing is encoded, left out or written in a roundabout way."""
_ABOUT_THE_PAGE = frozenset((Role.BASE, Role.HOLLOW, Role.ID, Role.TEXT))
_ID = Role.ID
_EVERYWHERE = "everywhere"
"""The folder that whole addresses are counted from."""
_THERE = frozenset((State.FINE, State.NO_FRAGMENT, State.NO_SLASH, State.TWO_SLASHES, State.BACKSLASH))


_Answer = tuple[bool, str, str, bool]
"""What is found of a reference.

Whether it is passed on, the file that it gets a reader to, the part that it
wants, and whether it is passed on only because it leads to another host.
"""
_FINE: _Answer = (False, "", "", False)


class _Group(NamedTuple):
    """References of a piece that lead to the same from all pages of a folder (or of all folders)."""

    start: str  # what they begin with: "../", "https://", or "" for what is counted from the folder of the page
    references: tuple[Reference, ...]
    settled: dict[str, "_Settled"]  # by the folder that they are counted from


class _Settled(NamedTuple):
    """What is found of several references."""

    kept: tuple[Reference, ...]
    leads: frozenset[str]
    wants: frozenset[str]
    outward: frozenset[Reference]


class Piece:
    """What a piece of markup says within certain elements, on whatever page it stands."""

    __slots__ = ("count", "groups", "ids", "is_odd", "names", "needs", "rest")

    def __init__(self, found: Gathered) -> None:
        found.take_in()
        self.count, found.count = found.count, 0
        self.ids, found.ids = found.ids, {}
        self.names = frozenset(self.ids)
        self.is_odd = found.again.total() > 0  # some ids stand twice
        self.needs = frozenset(filter(None, map(_need, found.rows))) - self.names  # ids that the page must have
        grouped: dict[str, list[Reference]] = {}
        rest: dict[Reference, int] = {}
        for reference in found.rows:
            if (
                reference.role in _FOR_MACHINES
                and (reference.value if reference.role is Role.WHOLE else reference.value.partition("#")[0]) == HERE
            ):
                continue  # the page is where it is
            if _is_of_the_page(reference) or HERE in reference.value:
                if not _need(reference):
                    rest[reference] = 1
            else:
                grouped.setdefault(_start(reference.value), []).append(reference)
        found.rows = rest
        self.groups = tuple(_Group(start, tuple(references), {}) for start, references in grouped.items())
        self.rest = None if found.is_blank() else found  # what must be looked at on each page

    def __bool__(self) -> bool:
        """Whether it says anything."""
        return bool(self.ids or self.is_odd or self.groups or self.needs or self.rest or self.count)

    @classmethod
    def of(cls, pieces: Iterable["Piece"]) -> "Piece":
        """What several pieces say together."""
        found = Gathered()
        joined = cls(found)
        joined.rest = found
        grouped: dict[str, dict[Reference, int]] = defaultdict(dict)
        for piece in pieces:
            joined.count += piece.count
            joined.is_odd = joined.is_odd or piece.is_odd or not joined.ids.keys().isdisjoint(piece.ids)
            joined.ids |= piece.ids
            joined.needs |= piece.needs
            for start, references, _ in piece.groups:
                grouped[start].update(dict.fromkeys(references, 1))
            if piece.rest:
                found.absorb(piece.rest)
        joined.names = frozenset(joined.ids)
        joined.needs -= joined.names
        joined.groups = tuple(_Group(start, tuple(references), {}) for start, references in grouped.items())
        joined.rest = None if found.is_blank() else found
        return joined


class Settler:
    """Settles the references of pages of one site, one page at a time."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.resolver = Resolver(layout, {})
        self._known: dict[str, str | None] = {}  # address without fragment -> file, or None if that is not all
        self._linked: dict[str, dict[str, str]] = defaultdict(dict)  # pages that "../…" leads to, by its folder
        self._answers: dict[str, dict[Reference, _Answer]] = defaultdict(dict)  # by the folder that it is counted from

    def together(self, path: str, pieces: list[Piece], own: Gathered) -> Page | None:
        """The page that consists of pieces and of what is its own; None if its ids are not as they should be."""
        names: list[frozenset[str]] = [frozenset(own.ids)]
        for piece in pieces:
            if piece.is_odd or not all(map(piece.names.isdisjoint, names)):
                return None
            if piece.names:
                names.append(piece.names)
            own.count += piece.count
            if piece.rest:
                own.absorb(piece.rest)
        ids = Joined(names)
        if not all(need in ids for piece in pieces for need in piece.needs):
            return None
        if own.by_id or own.commands or own.names:
            for piece in pieces:
                own.ids |= piece.ids
        here = self.layout.address_of(path)
        plain, own.plain = [each.replace(HERE, here) for each in own.plain], []
        own.replace(HERE, here)
        return self._settle(own.page(path, "html", ids=ids), pieces, plain)

    def settle(self, page: Page) -> Page:
        """The page with only those references that somebody must look at."""
        return self._settle(page, (), ())

    def _settle(self, page: Page, pieces: Iterable[Piece], plain: Iterable[str]) -> Page:
        """The page with what its pieces and plain links refer to, and only those references that somebody must look at."""
        base = self.resolver.base(page)
        prefixes = _prefixes(base, self.layout.address) if page.path != NOT_FOUND_PAGE else []
        folders = {"https://": _EVERYWHERE} if prefixes else {}
        if len(prefixes) > 1:
            folders["../"] = prefixes[1]
        if prefixes and not page.path.endswith("index.html"):  # most often, that is alone in its folder
            folders[""] = prefixes[0]
        answers = {start: self._answers[folder] for start, folder in folders.items()}
        kept: list[Reference] = []
        leads: set[str] = set()
        wants: set[str] = set()
        outside: list[Reference] = []
        shared: list[_Settled] = []
        references = list(page.references)
        files = self._linked[folders["../"]] if "../" in folders else dict[str, str]()
        for address in plain:
            path, _, fragment = address.partition("#")
            file = files.get(path)
            if file is None:
                file = files[path] = self._upward(prefixes, path)
            if file and ":~:" not in fragment:
                leads.add(file)
                if fragment:
                    wants.add(f"{file}#{_name(fragment)}")
            else:
                references.append(plain_link(address))
        for reference in references:
            if (need := _need(reference)) and need in page.ids and (reference.role is _ID or not page.base):
                continue
            known = answers.get(_start(reference.value), {})
            answer = known.get(reference)
            if answer is None:
                answer = self._answer(page, base, prefixes, reference)
                if not _is_of_the_page(reference):
                    known[reference] = answer
            keep, lead, want, outward = answer
            if lead:
                leads.add(lead)
            if want:
                wants.add(want)
            if keep:
                (outside if outward else kept).append(reference)
        for piece in pieces:
            for start, grouped, settled in piece.groups:
                folder = folders.get(start, "")
                found = settled.get(folder)
                if found is None:
                    found = self._settled(page, base, prefixes, grouped)
                    if folder:
                        settled[folder] = found
                shared.append(found)
                kept += found.kept
        page.references = tuple(dict.fromkeys(kept))
        page.leads = Joined((frozenset(leads), *(each.leads for each in shared)))
        page.wants = Joined((frozenset(wants), *(each.wants for each in shared)))
        page.outward = Joined((frozenset(outside), *(each.outward for each in shared)))
        return page

    def _settled(self, page: Page, base: str, prefixes: list[str], references: Iterable[Reference]) -> _Settled:
        found = [(reference, *self._answer(page, base, prefixes, reference)) for reference in references]
        return _Settled(
            tuple(reference for reference, keep, _, _, outward in found if keep and not outward),
            frozenset(lead for _, _, lead, _, _ in found if lead),
            frozenset(want for _, _, _, want, _ in found if want),
            frozenset(reference for reference, _, _, _, outward in found if outward),
        )

    def _answer(self, page: Page, base: str, prefixes: list[str], reference: Reference) -> _Answer:
        element, _, value, role = reference
        if role in _QUICK and ":" not in value and value[:1] not in _NOT_QUICK and value[:1] != "#":
            at = 0
            while value.startswith("../", at):
                at += 3
            if at < 3 * len(prefixes) and value[at : at + 1] not in _ROOTED:
                prefix = prefixes[at // 3]
                rest, _, fragment = value[at:].partition("#")
                if rest == "." or rest == "./":
                    rest = ""
                key = prefix + rest
                path = self._known[key] if key in self._known else self._look(page, prefix, reference, rest, key)
                if path and (role is not Role.RESOURCE or not self.resolver.misfit(page, reference, path)):
                    want = f"{path}#{_name(fragment)}" if fragment else ""
                    return ":~:" in fragment, path if element in _READERS_WAY else "", want, False
        elif role is Role.SITEMAP:
            if (file := self._file(value)) and self.layout.address_of(file) == value:
                return False, file if element in _READERS_WAY else "", "", False
        elif role in _FOR_MACHINES and (role is Role.META or "#" not in value) and self._file(value.partition("#")[0]):
            return _FINE
        target = self.resolver.target(page, base, reference)
        keep = (
            target.state is not State.FINE
            or (role is Role.SITEMAP and not self._is_own(reference, target))
            or (bool(target.fragment) and role is not Role.ID)
        )
        lead = target.path if element in _READERS_WAY and role not in _FOR_MACHINES and target.state in _THERE else ""
        return keep, lead, "", target.state is State.ELSEWHERE and role in _OUTWARD

    def _upward(self, prefixes: list[str], path: str) -> str:
        """The page that a path leads to which begins with "../"; "" if it takes more to find it."""
        up = 0
        while path.startswith("../", 3 * up):
            up += 1
        return self._file(prefixes[up] + path[3 * up :]) if 0 < up < len(prefixes) else ""

    def _look(self, page: Page, prefix: str, reference: Reference, rest: str, key: str) -> str | None:
        """The file at an address without fragment, if that is all that can be said of it; kept for other pages."""
        path: str | None = self._file(key)
        if not path:
            target = self.resolver.target(
                page, prefix, reference._replace(element="a", value=rest or "./", role=Role.LINK)
            )
            path = target.path if target.state is State.FINE else None
        self._known[key] = path
        return path

    def _file(self, address: str) -> str:
        """The page at a whole address that is written as plainly as can be; "" if it takes more to find it."""
        if not address.startswith(self.layout.address):
            return ""
        path = address[len(self.layout.address) :]
        if not _PLAIN.fullmatch(path):
            return ""
        if self.layout.hosted and not path.endswith(".html"):
            path += "index.html"
        return path if path in self.layout.files and path.endswith(".html") else ""

    def _is_own(self, reference: Reference, target: Target) -> bool:
        """Whether a sitemap says exactly the address of a page, so that nothing is left to say."""
        return bool(target.path) and self.layout.address_of(target.path) == reference.value


def _start(value: str) -> str:
    """Which pages a reference means the same for: those of a folder of folders, all, or those of a folder."""
    if value[:2] == "..":
        return "../" if value[2:3] in _SLASH else ""
    return "https://" if value[:8] == "https://" or value[:7] == "http://" else ""


def _need(reference: Reference) -> str:
    """The id that a reference names in its own page, if it is all that must be there; "" if not."""
    element, attribute, value, role = reference
    if role is _ID:
        return "" if attribute == "usemap" or element.endswith(APART) else value
    return urls.readable(value[1:]) if value[:1] == "#" and role in _QUICK else ""


def _is_of_the_page(reference: Reference) -> bool:
    """Whether the same reference may be another thing on another page of the same folder."""
    start = reference.value[:1]
    return start <= " " or start in "#?" or reference.role in _ABOUT_THE_PAGE or reference.element in CLOSED


def _name(fragment: str) -> str:
    """The id that a fragment most likely names; what it is not, `targets` finds out."""
    return urls.readable(fragment.partition(":~:")[0]) if "%" in fragment or ":" in fragment else fragment


def _prefixes(base: str, root: str) -> list[str]:
    """The folder of a base address and those above it, up to that of the site: what `../` leads to, step by step."""
    folder = urls.split(base)[0]
    found = []
    folder = folder[: folder.rfind("/") + 1]
    while folder.startswith(root):
        found.append(folder)
        folder = folder[: folder.rfind("/", 0, -1) + 1]
    return found
