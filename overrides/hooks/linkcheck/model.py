"""The records that pass between the stages: Page (read) -> Link (resolved) -> Problem (found by a rule)."""

from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple


class Role(Enum):
    """What a reference is for, which decides the rules that apply to it."""

    __hash__ = object.__hash__  # members are singletons; Enum's own hash is slow

    LINK = "followed when a reader asks for it"
    RESOURCE = "loaded by the page"
    ORIGIN = "a connection to a host, such as preconnect"
    META = "metadata, read by machines from the hosted page"
    MENTION = "an absolute URL in data; only those of this site are checked"
    ID = "the id of an element of the same page"
    SITEMAP = "an entry of a sitemap"
    SEARCH = "an entry of a search index"


@dataclass(slots=True, eq=False)
class Reference:
    """A URL or id as it is written in a built file (entities resolved). Interned: one object for equal references."""

    element: str
    attribute: str
    value: str
    role: Role


class _Hrefs(dict[str, Reference]):
    def __missing__(self, href: str) -> Reference:
        self[href] = reference = Reference("a", "href", href, Role.LINK)
        return reference


class References(dict[tuple[str, str, str, Role], Reference]):
    """Interns references: many pages of a site share most of theirs. `hrefs` has those of links."""

    def __init__(self) -> None:
        self.hrefs = _Hrefs()

    def __missing__(self, key: tuple[str, str, str, Role]) -> Reference:
        if key[:2] == ("a", "href"):
            return self.hrefs[key[2]]
        self[key] = reference = Reference(*key)
        return reference


class State(Enum):
    """Where a reference leads. Each state but FINE and EXTERNAL is a fault."""

    FINE = "exists"
    EXTERNAL = "outside of this site; not checked here"
    MISSING = "no such file"
    NO_FRAGMENT = "the file has no such fragment"
    ABSOLUTE = "root-relative where it must be relative, or outside the sub-path"
    FOLDER = "the URL of a folder in an offline copy"
    OUTSIDE = "leads out of the site folder"
    DEPTH = "depends on the depth of the page that is missing"
    MALFORMED = "not a URL"
    EMPTY = "empty"
    BAD_CONTACT = "not a mail address"
    LOCAL = "works only on the machine or network where the site was built"
    TEMPLATE = "part of a template that was not filled in"


@dataclass(slots=True, eq=False)
class Target:
    """Where a reference leads: a state, and the file and fragment if known (for EXTERNAL, the URL)."""

    state: State
    path: str = ""
    fragment: str = ""
    why: str = ""


class Link(NamedTuple):
    """A resolved reference; shared by all pages that have it and resolve it the same."""

    reference: Reference
    target: Target


class Spot(NamedTuple):
    """What to look for in a file to find the line of a problem."""

    kind: str = "file"  # "attribute" of an element, "id reference", "text", "id", or "file" (its first line)
    element: str = ""
    attribute: str = ""
    value: str = ""


@dataclass(slots=True, unsafe_hash=True)
class Problem:
    """What a rule found in a built file, before its source line is known.

    In `message` and `hint`, `{it}` is the reference as the source writes it, `{file}` and `{fragment}` for
    its two parts, and `{nearest}` for `nearest` (a path, maybe with a fragment) as the source would write it.
    """

    page: str
    message: str
    hint: str
    spot: Spot = Spot()
    reference: str = ""  # reported, and matched by exclusions; the value if the spot is an attribute
    target: str = ""  # "path#fragment"; the same problem on several pages has the same target
    nearest: str = ""
    code: str = ""
    severity: str = "error"


@dataclass(slots=True)
class Page:
    """What one built file refers to, and what in it can be referred to."""

    path: str  # from the site folder, with "/"
    kind: str = "html"  # or "svg" or "data"
    references: tuple[Reference, ...] = ()  # distinct; dropped once they are resolved
    count: int = 0  # of references, repeated ones included
    ids: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()  # a[name]
    maps: frozenset[str] = frozenset()  # map[name]
    repeated: tuple[tuple[str, int], ...] = ()  # ids, and how often
    id_references: tuple[Reference, ...] = ()  # distinct
    broken_ids: tuple[Reference, ...] = ()  # that no element of the page has
    base: str | None = None
    canonicals: tuple[str, ...] = ()
    noindex: bool = False
    refresh: str | None = None  # where a meta refresh leads
    errors: list[tuple[str, str]] = field(default_factory=list)  # why the file can't be read, and what to do
    unread: bool = False  # so little could be read that nothing follows from what is missing
    pending: tuple[Link, ...] = ()  # neither fine nor external, or with a fragment to look up
    external: tuple[Link, ...] = ()
