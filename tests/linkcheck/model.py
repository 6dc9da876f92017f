"""The records that pass between the modules.

They are plain and immutable, so that pages can be read in other processes and
faults can be sorted and compared.
"""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple


class Role(Enum):
    """What a reference is for, which decides the rules that it must keep."""

    LINK = "link"  # followed when a reader asks for it
    RESOURCE = "resource"  # loaded without being asked
    ORIGIN = "origin"  # only a connection to a host (preconnect)
    FOLDER = "folder"  # the root that a script joins addresses to
    META = "meta"  # for machines that read the hosted page
    ID = "id"  # names an id of the same page
    TEXT = "text"  # visible text that should have become something else
    SITEMAP = "sitemap"  # an entry of a sitemap, or a link to one
    SEARCH = "search"  # an entry of the search index


class Reference(NamedTuple):
    """One address or id, as it stands in a built file (entities resolved)."""

    element: str
    attribute: str
    value: str
    role: Role


@dataclass(frozen=True, slots=True)
class Page:
    """What one built file refers to, and what can be referred to in it."""

    path: str  # from the site folder, with "/"
    kind: str  # "html", "svg", "css" or "data"
    references: tuple[Reference, ...] = ()  # each once
    count: int = 0  # how many there were
    ids: frozenset[str] = frozenset()
    inner_ids: frozenset[str] = frozenset()  # in template and srcdoc: no link reaches them
    repeated: tuple[tuple[str, int], ...] = ()
    names: frozenset[str] = frozenset()  # a[name]
    maps: frozenset[str] = frozenset()  # map[name]
    base: str | None = None
    canonicals: tuple[str, ...] = ()
    og_urls: tuple[str, ...] = ()
    noindex: bool = False
    refresh: str | None = None  # where a meta refresh leads
    errors: tuple[tuple[str, str], ...] = ()  # what can't be read, and what to do
    unread: bool = False  # so little could be read that nothing follows from what is missing


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
    kind: str = "address"  # how to look for it: "address", "id", "text" or "file"
    target: str = ""  # "path#fragment"; the same fault of several pages has the same target
    nearest: str = ""
    code: str = ""


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
