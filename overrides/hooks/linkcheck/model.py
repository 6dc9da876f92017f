"""The records that pass between the stages: Page (read) -> Link (resolved) -> Problem (found by a rule)."""

from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from .attributes import Role


@dataclass(slots=True, eq=False)
class Reference:
    """A URL or id as it is written in a built file (entities resolved). Interned: one object for equal references."""

    element: str  # tag, and for some tags what the element does, as in "link stylesheet"
    attribute: str
    value: str
    role: Role

    @property
    def tag(self) -> str:
        return self.element.partition(" ")[0]


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
    SCRIPT = "runs a script"
    EMPTY = "empty"
    TWO_SLASHES = "two slashes instead of one"
    NO_SLASH = "a folder without its trailing slash"
    BACKSLASH = "a backslash instead of a slash"
    TRACKED = "has tracking parameters or goes through a redirector"
    WRONG_KIND = "a file of another kind than it is loaded as"
    NOT_FROM_DISK = "not loaded by browsers when the page is opened from a disk"
    SURPLUS = "a URL and something more"
    NOT_A_SCHEME = "an identifier, not a URL"
    INSECURE = "loaded over http by a page that is served over https"
    NEAR_MISS = "almost the URL of this site"
    RELATIVE = "relative where it must be absolute"
    BAD_CONTACT = "not a mail address or phone number"
    LOCAL = "works only on the machine or network where the site was built"
    TEMPLATE = "part of a template that was not filled in"
    NO_VALUE = "what programs write when they have no value"
    MARKDOWN = "a Markdown source whose page exists"
    PUBLISHED_MARKDOWN = "the published Markdown of a page"


@dataclass(slots=True, eq=False)
class Target:
    """Where a reference leads: a state, and the file and fragment if known."""

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

    kind: str = "file"  # "attribute" of an element, "text", "id", or "file" (its first line)
    element: str = ""  # tag; "" for any
    attribute: str = ""
    value: str | None = None  # None: an element without this attribute


@dataclass(slots=True, unsafe_hash=True)
class Problem:
    """What a rule found in a built file, before its source line is known.

    In `message` and `hint`, `{it}` stands for the reference as the source writes it, `{file}` and `{fragment}` for
    its two parts, and `{nearest}` for `nearest` (a path, maybe with a fragment) as the source would write it.
    """

    page: str
    message: str
    hint: str
    spot: Spot = Spot()
    reference: str = ""  # reported, and matched by exclusions
    target: str = ""  # "path#fragment"; the same problem on several pages has the same target
    nearest: str = ""
    code: str = ""
    severity: str = "error"


@dataclass(slots=True)
class Page:
    """What one built file refers to, and what in it can be referred to."""

    path: str  # from the site folder, with "/"
    kind: str = "html"  # "html", "svg", "sitemap" or "data"
    references: tuple[Reference, ...] = ()  # distinct; dropped once they are resolved
    count: int = 0  # of references, repeated ones included
    ids: dict[str, str] = field(default_factory=dict)  # id -> tag, or "input hidden", or "TAG popover"
    inert_ids: frozenset[str] = frozenset()  # in templates: a script may add them to the page
    names: frozenset[str] = frozenset()  # a[name]
    maps: frozenset[str] = frozenset()  # map[name]
    repeated: tuple[tuple[str, str, int], ...] = ()  # "id", "name" or "map", value, how often
    id_references: tuple[Reference, ...] = ()  # distinct, of the page itself
    broken_ids: tuple[tuple[Reference, bool], ...] = ()  # that nothing has; whether they are of a tree of its own
    wrong_targets: tuple[tuple[Reference, str, frozenset[str]], ...] = ()  # id of the wrong element; right ones
    base: str | None = None
    canonicals: tuple[str, ...] = ()
    og_urls: tuple[tuple[str, str], ...] = ()  # "og:url" or "twitter:url", and the URL
    alternates: tuple[tuple[str, str], ...] = ()  # hreflang and URL of the page in other languages
    noindex: bool = False
    refresh: str | None = None  # where a meta refresh leads
    refreshes_at_once: bool = False
    unrendered: tuple[str, ...] = ()  # visible text that should have been rendered
    found: tuple[Problem, ...] = ()  # by the rules that look at elements
    errors: tuple[tuple[str, str], ...] = ()  # why the file can't be read, and what to do
    unread: bool = False  # so little could be read that nothing follows from what is missing
    pending: tuple[Link, ...] = ()  # neither fine nor external, or with a fragment to look up
    leads_to: frozenset[str] = frozenset()  # the files that a reader gets to from here
    external: tuple[Link, ...] = ()
    entries: tuple[tuple[str, str], ...] = ()  # of a sitemap: URL as written, and the file
    has_integrity: bool = False
