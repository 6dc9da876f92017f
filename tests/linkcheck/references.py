"""Which attributes refer to something: a table, because the HTML standard has one.

Source: WHATWG HTML, "Attributes" index (every row whose value is a URL, a set
of URLs or an ID), its section 16 for obsolete attributes that browsers still
obey, SVG 2 section 16.1 (href), WAI-ARIA 1.2 section 6 (ID references).
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from .model import Role


def one(value: str) -> Iterator[str]:
    """An attribute that holds one address or id."""
    yield value


def several(value: str) -> Iterator[str]:
    """A list separated by spaces (WHATWG HTML, section 2.3.7)."""
    yield from value.split()


def an_id(value: str) -> Iterator[str]:
    """An id; an empty one names nothing and is another tool's business."""
    if value:
        yield value


def candidates(value: str) -> Iterator[str]:
    """The addresses of a srcset (WHATWG HTML, section 4.8.4.3.10).

    An address may hold commas, and descriptors may hold them in parentheses.
    """
    at = 0
    while match := re.compile(r"[\s,]*([^\s,]\S*)").match(value, at):
        at = match.end()
        address = match[1].rstrip(",")
        yield address
        if address == match[1]:
            at = re.compile(r"(?:\([^)]*\)?|[^,(])*").match(value, at).end()


class Rule(NamedTuple):
    """What an attribute's value is for, and how to take it apart."""

    role: Role
    split: Callable[[str], Iterator[str]]


_LINK, _RESOURCE, _ID = Rule(Role.LINK, one), Rule(Role.RESOURCE, one), Rule(Role.ID, an_id)
_IDS, _SRCSET = Rule(Role.ID, several), Rule(Role.RESOURCE, candidates)

_ROWS: tuple[tuple[str, str, Rule], ...] = (
    # attribute, elements ("*" = all), rule
    ("href", "a area", _LINK),
    ("ping", "a area", Rule(Role.RESOURCE, several)),
    ("src", "audio embed frame iframe img input script source track video", _RESOURCE),
    ("srcset", "img source", _SRCSET),
    ("imagesrcset", "link", _SRCSET),
    ("poster", "video", _RESOURCE),
    ("data", "object", _RESOURCE),
    ("background", "body table tbody td tfoot th thead tr", _RESOURCE),
    ("manifest", "html", _RESOURCE),
    ("cite", "blockquote del ins q", _LINK),
    ("longdesc", "img iframe frame", _LINK),
    ("action", "form", _LINK),
    ("formaction", "button input", _LINK),
    # SVG
    ("href", "feImage image script use", _RESOURCE),
    ("xlink:href", "feImage image script use", _RESOURCE),
    ("href", "linearGradient radialGradient pattern filter textPath mpath animate "
     "animateMotion animateTransform set", _LINK),
    ("xlink:href", "a linearGradient radialGradient pattern filter textPath mpath animate "
     "animateMotion animateTransform set", _LINK),
    # ids
    ("for", "label", _ID),
    ("for", "output", _IDS),
    ("headers", "td th", _IDS),
    ("list", "input", _ID),
    ("form", "button fieldset input object output select textarea", _ID),
    ("itemref", "*", _IDS),
    ("popovertarget", "button input", _ID),
    ("commandfor", "button", _ID),
    ("interestfor", "a area button", _ID),
    *((f"aria-{name}", "*", _IDS) for name in (
        "controls", "describedby", "details", "errormessage", "flowto", "labelledby", "owns")),
    ("aria-activedescendant", "*", _ID),
    ("usemap", "img object", _ID),
)

TABLE: dict[str, dict[str, Rule]] = {}
"""attribute -> element -> rule"""
for _attribute, _elements, _rule in _ROWS:
    TABLE.setdefault(_attribute, {}).update(dict.fromkeys(_elements.split(), _rule))

PAINT = frozenset(
    "clip-path cursor fill filter marker-end marker-mid marker-start mask stroke".split())
"""SVG presentation attributes that may hold url(#id) (SVG 2, section 13)."""

_LOADED = frozenset("apple-touch-icon apple-touch-icon-precomposed apple-touch-startup-image icon "
                    "manifest mask-icon modulepreload prefetch preload prerender stylesheet".split())
_CONNECTED = frozenset(("dns-prefetch", "preconnect"))


def link_role(rel: str) -> Role:
    """What a link element does, by its rel (WHATWG HTML, section 4.6.7)."""
    rels = frozenset(rel.lower().split())
    if rels & _LOADED:
        return Role.RESOURCE
    return Role.ORIGIN if rels & _CONNECTED else Role.LINK


META = frozenset("og:image og:image:url og:image:secure_url og:video og:video:url "
                 "og:video:secure_url og:audio og:audio:url twitter:image twitter:image:src "
                 "twitter:player msapplication-tileimage msapplication-config thumbnail".split())
"""meta names and properties whose content is an address (ogp.me; the Twitter Cards markup)."""

JSON_LD = frozenset(("@id", "contentUrl", "image", "logo", "mainEntityOfPage", "thumbnailUrl", "url"))
"""Keys of schema.org JSON-LD whose strings are addresses."""
