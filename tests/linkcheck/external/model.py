"""The records that pass between the modules; plain and immutable."""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple


class Trouble(Enum):
    """Why there was no answer at all."""

    NAME = "the name of the host is not known"
    REFUSED = "the host refuses the connection"
    UNREACHABLE = "there is no way to the host"
    BROKEN = "the connection ended early, or what came is not HTTP"
    SILENT = "no answer in time"
    CERTIFICATE = "a certificate that browsers refuse"
    ISSUER = "a certificate whose issuer is not known here; browsers may know it"
    TLS = "no secure connection, for another reason"


class Answer(NamedTuple):
    """What came back from one request."""

    status: int = 0  # 0: no answer, see `trouble`
    location: str = ""
    retry_after: str = ""
    sets_cookie: bool = False
    media_type: str = ""  # the whole Content-Type
    body: bytes = b""
    whole: bool = True  # False: the body was longer than what is read
    trouble: Trouble | None = None
    why: str = ""  # more about the trouble


class Hop(NamedTuple):
    """One redirect: its status, and where it leads (with a fragment, if it gives one)."""

    status: int
    url: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A document that is being asked for, and how far that got."""

    start: str  # the address as linked, normalized, without fragment
    url: str  # the address to ask now
    reading: bool = False  # whether the body is wanted
    method: str = "HEAD"
    hops: tuple[Hop, ...] = ()
    tries: int = 0  # requests that failed and were repeated
    cookies: bool = False  # whether somebody on the way asked to keep a cookie


class Kind(Enum):
    """What is to be said of a link. All but FINE have a code, see `findings`."""

    FINE = "fine"
    GONE = "no such page"
    NAME = "no such host"
    CONNECTION = "no connection"
    SILENT = "no answer in time"
    CERTIFICATE = "certificate"
    SERVER = "the server fails"
    REDIRECTS = "redirects that lead nowhere"
    ODD = "an answer that is not a page"
    UNTOLD = "could not be told"
    FRAGMENT = "the page has no such fragment"
    MOVED = "moved for good"
    HOME = "leads to the home page"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a visit ended."""

    kind: Kind
    url: str  # the last address that was asked
    status: int = 0
    why: str = ""
    tries: int = 1  # how often the last address was asked in vain
    moved: str = ""  # the address to write instead
    home: bool = False
    own_fragment: bool = False  # a redirect gave a fragment, which replaces that of the link
    media_type: str = ""
    body: bytes = b""
    whole: bool = True
