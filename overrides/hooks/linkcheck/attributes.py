"""The table of attributes that hold URLs or ids: the only one in this package.

Sources: WHATWG HTML, index "Attributes" (each row whose value is a URL, a set of URLs, an ID or a set of IDs);
SVG 2; SVG Animations Level 2; WAI-ARIA 1.2. Obsolete attributes are left out.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from functools import lru_cache
from typing import NamedTuple


def words(text: str) -> frozenset[str]:
    """A set of names, written as one string."""
    return frozenset(text.split())


class Role(Enum):
    """What a reference is for, which decides the rules that apply to it."""

    __hash__ = object.__hash__  # members are singletons; Enum's own hash is slow

    LINK = "followed when a reader asks for it"
    RESOURCE = "loaded by the page"
    ORIGIN = "a connection to a host, such as preconnect"
    FOLDER = "a folder that other addresses are joined to"
    META = "metadata, read by machines from the hosted page"
    MENTION = "an absolute URL in data; only those of this site are checked"
    WHOLE = "read outside of the site (feeds, sharing cards), so it must be absolute"
    ID = "the id of an element of the same page"
    BASE = "the base URL of the page"
    SOURCE_MAP = "loaded by developer tools only"
    SITEMAP = "an entry of a sitemap, or a link to one"
    SEARCH = "an entry of a search index"


Split = Callable[[str], Iterable[str]]


def tokens(value: str) -> Iterable[str]:
    """A set of space-separated tokens (WHATWG HTML, section 2.3.7)."""
    return value.split()


def one_id(value: str) -> Iterable[str]:
    """An id; an empty one refers to nothing."""
    return (value,) if value else ()


_CANDIDATE = re.compile(r"[\s,]*([^\s,]\S*)")
_DESCRIPTORS = re.compile(r"(?:\([^)]*\)?|[^,(])*")


def srcset(value: str) -> Iterator[tuple[str, str]]:
    """The image candidates of a `srcset`: URL and descriptors (WHATWG HTML, section 4.8.4.3.10)."""
    at = 0
    while match := _CANDIDATE.match(value, at):
        at, descriptors = match.end(), ""
        url = match[1].rstrip(",")
        if url == match[1] and (rest := _DESCRIPTORS.match(value, at)):
            at, descriptors = rest.end(), rest[0]
        yield url, descriptors.strip()


def candidates(value: str) -> Iterator[str]:
    """The URLs of a `srcset`."""
    return (url for url, _ in srcset(value))


_EVENT = re.compile(r"\s*((?:[A-Za-z_]|\\-)(?:[\w-]|\\[-.])*)\.[a-z]")


def event_ids(value: str) -> Iterator[str]:
    """The ids in begin and end times of an animation (SVG Animations Level 2, section 2.8)."""
    for part in value.split(";"):
        if match := _EVENT.match(part):
            yield match[1].replace("\\", "")


class Attribute(NamedTuple):
    """What the value of an attribute is for, and how to split it (None: it is one URL)."""

    role: Role
    split: Split | None = None


_FORM_OWNED = "button fieldset input object output select textarea"
_TIMED = "animate animateMotion animateTransform set"
_ROWS: tuple[tuple[str, str, Role, Split | None], ...] = (
    # attribute, elements ("*": all), role, split: sections of WHATWG HTML unless another standard is named
    ("href", "a area", Role.LINK, None),  # 4.6.2
    ("href", "base", Role.BASE, None),  # 4.2.3
    ("ping", "a area", Role.RESOURCE, tokens),  # 4.6.2
    ("src", "audio embed frame iframe img input script source track video", Role.RESOURCE, None),  # 4.8, 4.12.1
    ("srcset", "img source", Role.RESOURCE, candidates),  # 4.8.4.2.1
    ("imagesrcset", "link", Role.RESOURCE, candidates),  # 4.2.4
    ("poster", "video", Role.RESOURCE, None),  # 4.8.8
    ("data", "object", Role.RESOURCE, None),  # 4.8.7
    ("cite", "blockquote del ins q", Role.LINK, None),  # 4.4.4, 4.5.7, 4.7
    ("action", "form", Role.LINK, None),  # 4.10.18.6
    ("formaction", "button input", Role.LINK, None),  # 4.10.18.6
    ("itemid", "*", Role.META, None),  # 5.2.2
    ("href", "feImage image script use", Role.RESOURCE, None),  # SVG 2, 16.1
    ("xlink:href", "feImage image script use", Role.RESOURCE, None),  # SVG 2, 16.1.6
    ("href", f"linearGradient radialGradient pattern filter textPath mpath {_TIMED}", Role.LINK, None),  # SVG 2, 16.1
    ("xlink:href", f"a linearGradient radialGradient pattern filter textPath mpath {_TIMED}", Role.LINK, None),
    ("begin", _TIMED, Role.ID, event_ids),  # SVG Animations Level 2, 2.8
    ("end", _TIMED, Role.ID, event_ids),
    ("for", "label", Role.ID, one_id),  # 4.10.4
    ("for", "output", Role.ID, tokens),  # 4.10.12
    ("headers", "td th", Role.ID, tokens),  # 4.9.11
    ("list", "input", Role.ID, one_id),  # 4.10.5.3.9
    ("form", f"{_FORM_OWNED} label meter progress", Role.ID, one_id),  # 4.10.18.3
    ("itemref", "*", Role.ID, tokens),  # 5.2.2
    ("popovertarget", "button input", Role.ID, one_id),  # 6.12.1
    ("commandfor", "button", Role.ID, one_id),  # 4.10.6
    ("usemap", "img input object", Role.ID, one_id),  # 4.8.13
    ("aria-activedescendant", "*", Role.ID, one_id),  # WAI-ARIA 1.2, 6.6
    ("aria-controls", "*", Role.ID, tokens),
    ("aria-describedby", "*", Role.ID, tokens),
    ("aria-details", "*", Role.ID, tokens),
    ("aria-errormessage", "*", Role.ID, tokens),
    ("aria-flowto", "*", Role.ID, tokens),
    ("aria-labelledby", "*", Role.ID, tokens),
    ("aria-owns", "*", Role.ID, tokens),
)

ON_ANY = {name: Attribute(role, split) for name, elements, role, split in _ROWS if elements == "*"}
OF_ELEMENT: dict[str, dict[str, Attribute]] = {}
for _name, _elements, _role, _split in _ROWS:
    for _element in _elements.split():
        OF_ELEMENT.setdefault(_element, dict(ON_ANY))[_name] = Attribute(_role, _split)
del OF_ELEMENT["*"]

PAINT = words("clip-path fill filter marker marker-end marker-mid marker-start mask stroke")
"""SVG presentation attributes that may hold `url(#id)` (SVG 2, sections 6.6 and 13)."""

POPOVER = "popover"
COMMANDS = {
    **dict.fromkeys(("close", "request-close", "show-modal"), frozenset(["dialog"])),
    **dict.fromkeys(("hide-popover", "show-popover", "toggle-popover"), frozenset([POPOVER])),
}
"""The elements that a button's `command` works on (WHATWG HTML, section 4.10.6)."""

TARGETS: dict[tuple[str, str], frozenset[str]] = {
    ("label", "for"): words("button input meter output progress select textarea"),
    ("input", "list"): frozenset(["datalist"]),
    ("button", "popovertarget"): frozenset([POPOVER]),
    ("input", "popovertarget"): frozenset([POPOVER]),
    **{(element, "form"): frozenset(["form"]) for element in _FORM_OWNED.split()},
    ("td", "headers"): frozenset(["td", "th"]),
    ("th", "headers"): frozenset(["td", "th"]),
}
"""The elements whose id an attribute may hold (WHATWG HTML, sections 4.9.11, 4.10.4, 4.10.5.3.9, 4.10.18.3, 6.12.1)."""

_LOADED = words(
    "apple-touch-icon apple-touch-icon-precomposed apple-touch-startup-image compression-dictionary fluid-icon icon manifest mask-icon "
    "modulepreload prefetch prerender preload stylesheet"
)


@lru_cache(maxsize=1_000)
def link_role(rel: str) -> Role:
    """What a `link` element does, by its lower-case `rel` (WHATWG HTML, section 4.6.8)."""
    rels = frozenset(rel.split())
    if rels & _LOADED:
        return Role.RESOURCE
    return Role.ORIGIN if rels & {"dns-prefetch", "preconnect"} else Role.LINK


META_URLS = words(
    "citation_abstract_html_url citation_fulltext_html_url citation_pdf_url citation_public_url "
    "dc.identifier.uri msapplication-tileimage thumbnail"
)
"""Names of `meta` elements whose content is a URL, relative to the page."""

SHARED_URLS = words(
    "og:audio og:audio:secure_url og:audio:url og:image og:image:secure_url og:image:url og:video "
    "og:video:secure_url og:video:url twitter:image twitter:image:src twitter:player "
    "twitter:player:stream"
)
"""Names and properties of `meta` elements that other sites read (ogp.me; Twitter Cards), so they must be absolute."""

SCHEMA_URLS = words("@id contentUrl downloadUrl embedUrl image installUrl item logo mainEntityOfPage thumbnailUrl url")
"""Properties of schema.org whose strings are URLs, in JSON-LD and microdata."""
