"""The table of attributes that hold URLs or ids: the only one in this package.

Sources: WHATWG HTML, index "Attributes"; SVG 2, section 16.1; WAI-ARIA 1.2.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from .model import Role


def words(text: str) -> frozenset[str]:
    """A set of names, written as one string."""
    return frozenset(text.split())


Split = Callable[[str], Iterable[str]]


def one_id(value: str) -> Iterable[str]:
    """An id; an empty one refers to nothing."""
    return (value,) if value else ()


_CANDIDATE = re.compile(r"[\s,]*([^\s,]\S*)")
_DESCRIPTORS = re.compile(r"(?:\([^)]*\)?|[^,(])*")


def candidates(value: str) -> Iterator[str]:
    """The URLs of a `srcset` (WHATWG HTML, section 4.8.4.3.10)."""
    at = 0
    while match := _CANDIDATE.match(value, at):
        at = match.end()
        url = match[1].rstrip(",")
        if url == match[1] and (rest := _DESCRIPTORS.match(value, at)):
            at = rest.end()
        yield url


class Attribute(NamedTuple):
    """What the value of an attribute is for, and how to split it (None: it is one URL)."""

    role: Role
    split: Split | None = None


_SVG_LOADED = "feImage image use"
_SVG_LINKED = "linearGradient radialGradient pattern filter textPath mpath"
_ROWS: tuple[tuple[str, str, Role, Split | None], ...] = (
    # attribute, elements ("*": all), role, split. Links (a[href]) are read apart, see gather.py.
    ("href", "area", Role.LINK, None),
    ("src", "audio embed frame iframe img input script source track video", Role.RESOURCE, None),
    ("srcset", "img source", Role.RESOURCE, candidates),
    ("imagesrcset", "link", Role.RESOURCE, candidates),
    ("poster", "video", Role.RESOURCE, None),
    ("data", "object", Role.RESOURCE, None),
    ("cite", "blockquote del ins q", Role.LINK, None),
    ("action", "form", Role.LINK, None),
    ("href", _SVG_LOADED, Role.RESOURCE, None),
    ("xlink:href", _SVG_LOADED, Role.RESOURCE, None),
    ("href", _SVG_LINKED, Role.LINK, None),
    ("xlink:href", f"a {_SVG_LINKED}", Role.LINK, None),
    ("for", "label", Role.ID, one_id),
    ("for", "output", Role.ID, str.split),
    ("list", "input", Role.ID, one_id),
    ("form", "button fieldset input object output select textarea", Role.ID, one_id),
    ("usemap", "img input object", Role.ID, one_id),
    ("aria-controls", "*", Role.ID, str.split),
    ("aria-describedby", "*", Role.ID, str.split),
    ("aria-labelledby", "*", Role.ID, str.split),
)

ON_ANY = {name: Attribute(role, split) for name, elements, role, split in _ROWS if elements == "*"}
OF_ELEMENT: dict[str, dict[str, Attribute]] = {}
for _name, _elements, _role, _split in _ROWS:
    for _element in _elements.split():
        OF_ELEMENT.setdefault(_element, dict(ON_ANY))[_name] = Attribute(_role, _split)
del OF_ELEMENT["*"]

PAINT = words("clip-path fill filter marker marker-end marker-mid marker-start mask stroke")
"""SVG presentation attributes that may hold `url(#id)` (SVG 2, sections 6.6 and 13)."""

_LOADED = words("apple-touch-icon apple-touch-icon-precomposed icon manifest mask-icon modulepreload prefetch preload")


@lru_cache(maxsize=1_000)
def link_role(rel: str) -> Role:
    """What a `link` element does, by its lower-case `rel` (WHATWG HTML, section 4.6.8)."""
    rels = frozenset(rel.split())
    if rels & _LOADED or "stylesheet" in rels:
        return Role.RESOURCE
    return Role.ORIGIN if rels & {"dns-prefetch", "preconnect"} else Role.LINK


META_URLS = words(
    "citation_abstract_html_url citation_fulltext_html_url citation_pdf_url citation_public_url og:audio og:image "
    "og:image:url og:url og:video og:video:url twitter:image twitter:url"
)
"""Names and properties of `meta` elements whose content is a URL."""
