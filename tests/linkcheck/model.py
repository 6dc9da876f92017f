"""The records that pass between the modules.

They are plain and immutable, so that pages can be read in other processes and
faults can be sorted and compared.
"""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from enum import Enum
from itertools import chain
from typing import NamedTuple, TypeVar


class Role(Enum):
    """What a reference is for, which decides the rules that it must keep."""

    __hash__ = object.__hash__  # its members are single; Enum's own is slow, and asked for each reference

    LINK = "link"  # followed when a reader asks for it
    RESOURCE = "resource"  # loaded without being asked
    ORIGIN = "origin"  # only a connection to a host (preconnect)
    FOLDER = "folder"  # the root that a script joins addresses to
    META = "meta"  # for machines that read the hosted page
    MENTION = "mention"  # a whole address in data, of which only those of this site are looked at
    ID = "id"  # names an id of the same page
    TEXT = "text"  # visible text that should have become something else
    HOLLOW = "hollow"  # a link that is there for a script only ("#" alone)
    BASE = "base"  # what the page's other addresses are joined to
    WHOLE = "whole"  # read far from the site (feeds, sharing cards): only a whole address works
    SOURCE_MAP = "source map"  # asked for by a browser's developer tools only
    SITEMAP = "sitemap"  # an entry of a sitemap, or a link to one
    SEARCH = "search"  # an entry of the search index


APART = "apart"
"""Follows the name of an element whose id is not in the tree that it names it in."""


class Reference(NamedTuple):
    """One address or id, as it stands in a built file (entities resolved)."""

    element: str
    attribute: str
    value: str
    role: Role


_Member = TypeVar("_Member")


class Joined(Set[_Member]):
    """A set that consists of sets, most of which other pages have as well: so they are kept, and handed on, once."""

    __slots__ = ("parts",)
    __hash__ = Set._hash

    def __init__(self, parts: Iterable[frozenset[_Member]] = ()) -> None:
        self.parts = tuple(filter(None, parts))

    def __reduce__(self) -> tuple[object, ...]:
        return Joined, (self.parts,)

    @classmethod
    def _from_iterable(cls, members: Iterable[_Member]) -> frozenset[_Member]:  # type: ignore[override]
        return frozenset(members)

    def __contains__(self, member: object) -> bool:
        return any(member in part for part in self.parts)

    def __iter__(self) -> Iterator[_Member]:
        return iter(self.parts[0] if len(self.parts) == 1 else dict.fromkeys(chain.from_iterable(self.parts)))

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass(slots=True)
class Page:
    """What one built file refers to, and what can be referred to in it. Only `settle` changes it."""

    path: str  # from the site folder, with "/"
    kind: str  # "html", "svg", "sitemap" or "data"
    references: tuple[Reference, ...] = ()  # each once; after `settle`, those that somebody must look at
    count: int = 0  # how many there were
    ids: Set[str] = frozenset()
    inner_ids: frozenset[str] = frozenset()  # in template and srcdoc: no link reaches them
    repeated: tuple[tuple[str, int], ...] = ()
    names: frozenset[str] = frozenset()  # a[name]
    maps: frozenset[str] = frozenset()  # map[name]
    base: str | None = None
    canonicals: tuple[str, ...] = ()
    og_urls: tuple[tuple[str, str], ...] = ()  # "og:url" or "twitter:url", and the address
    noindex: bool = False
    refresh: str | None = None  # where a meta refresh leads
    refresh_at_once: bool = False  # it leads on before anybody can read it
    alternates: tuple[tuple[str, str], ...] = ()  # hreflang and address of the page in other languages
    kinds: tuple[tuple[Reference, str], ...] = ()  # ids that name an element of the wrong sort, and that sort
    remarks: tuple[tuple[str, str, str], ...] = ()  # code of a check, the text it is about, and what is wrong with it
    seals: tuple[tuple[str, str], ...] = ()  # address and integrity of what is loaded only if it is unchanged
    errors: tuple[tuple[str, str], ...] = ()  # what can't be read, and what to do
    unread: bool = False  # so little could be read that nothing follows from what is missing
    leads: Joined[str] = Joined()  # the files of the site that a reader (or a sitemap) gets to
    wants: Joined[str] = Joined()  # the parts of other pages that must exist, as "path#id"
    outward: Joined[Reference] = Joined()  # those that rightly lead to other hosts, which this check does not ask


class State(Enum):
    """Where a reference leads. Each state but FINE and ELSEWHERE is a fault."""

    FINE = "fine"
    ELSEWHERE = "another host"
    MISSING = "no such file"
    NO_FRAGMENT = "the file has no such fragment"
    NO_ID = "the page has no such id"
    ABSOLUTE = "absolute where it must be relative, or outside the sub-path"
    FOLDER = "a folder address in an offline copy"
    OUTSIDE = "out of the site folder"
    DEPTH = "depends on the depth of the page that is missing"
    MALFORMED = "not an address"
    SCRIPT = "runs a script"
    EMPTY = "empty"
    HOLLOW = "leads nowhere"
    TWO_SLASHES = "two slashes where one belongs"
    NO_SLASH = "a folder without its last slash"
    BACKSLASH = "a backslash where a slash belongs"
    TRACKED = "tells on the reader, or goes by way of one who does"
    WRONG_KIND = "a file of another kind than what it is loaded as"
    CLOSED = "a file that browsers do not load from a disk"
    SURPLUS = "an address and something more"
    UNKNOWN = "a scheme that no browser knows"
    INSECURE = "read over http from a page that is read over https"
    NEAR_MISS = "nearly the address of this site"
    RELATIVE = "relative where only a whole address works"
    BAD_CONTACT = "a mail address or phone number that is not one"
    LEFTOVER = "only of use on the machine that made the site"
    MARKDOWN = "names a Markdown source whose page exists"


class Target(NamedTuple):
    """The answer for one reference: a state, and the file it leads to if known."""

    state: State
    path: str = ""
    fragment: str = ""
    why: str = ""


class Link(NamedTuple):
    """A reference with the page it stands on and the target it was found to have."""

    page: Page
    reference: Reference
    target: Target


@dataclass(frozen=True, slots=True)
class Problem:
    """What a check found in a built file, before its source line is known.

    In `message` and `hint`, `{it}` stands for the reference as the source
    spells it, `{file}` and `{fragment}` for its two halves, and `{nearest}`
    for `nearest`, spelled as the source would spell it.
    """

    page: str
    message: str
    hint: str
    reference: str = ""
    kind: str = "address"  # how to look for it: "address", "id", "text", "tag" or "file"
    target: str = ""  # "path#fragment"; the same fault of several pages has the same target
    nearest: str = ""
    code: str = ""
    level: str = "error"


@dataclass(frozen=True, order=True, slots=True)
class Fault:
    """One line of the report."""

    path: str
    line: int
    code: str
    message: str
    hint: str
    page: str
    reference: str
    level: str = "error"  # or "warning": works, but poorly
