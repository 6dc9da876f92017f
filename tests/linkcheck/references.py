"""Which attributes refer to something: a table, because the HTML standard has one.

Source: WHATWG HTML, "Attributes" index (every row whose value is a URL, a set
of URLs or an ID), its section 16 for obsolete attributes that browsers still
obey, section 5.2 for microdata; SVG 2 section 16.1 (href) and SVG 1.1;
WAI-ARIA 1.2 section 6 (ID references).
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from .model import Role


def several(value: str) -> Iterable[str]:
    """A list separated by spaces (WHATWG HTML, section 2.3.7)."""
    return value.split()


def an_id(value: str) -> Iterable[str]:
    """An id; an empty one names nothing and is another tool's business."""
    return (value,) if value else ()


_CANDIDATE = re.compile(r"[\s,]*([^\s,]\S*)")
_DESCRIPTORS = re.compile(r"(?:\([^)]*\)?|[^,(])*")
_SIZE = re.compile(r"\s*(?:\d+w(?:\s+\d+h)?|\d+h\s+\d+w|[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?x)?\s*", re.IGNORECASE)
_EVENT = re.compile(r"\s*((?:[A-Za-z_]|\\-)(?:[\w-]|\\[-.])*)\.[a-z]")
_WHOLE = re.compile(r"https?://", re.IGNORECASE)


def candidates(value: str) -> Iterator[str]:
    """The addresses of a srcset."""
    for address, _ in described(value):
        yield address


def described(value: str) -> Iterator[tuple[str, bool]]:
    """The addresses of a srcset, and whether browsers can read what stands after each.

    WHATWG HTML, section 4.8.4.3.10: an address may hold commas, and descriptors
    may hold them in parentheses; a candidate with other descriptors is dropped.
    """
    at = 0
    while match := _CANDIDATE.match(value, at):
        at, written = match.end(), ""
        address = match[1].rstrip(",")
        if address == match[1] and (rest := _DESCRIPTORS.match(value, at)):
            at, written = rest.end(), rest[0]
        yield address, bool(_SIZE.fullmatch(written))


def times(value: str) -> Iterator[str]:
    """The ids in the times at which an animation begins or ends (SVG Animations Level 2, section 2.8)."""
    for part in value.split(";"):
        if match := _EVENT.match(part):
            yield match[1].replace("\\", "")


def whole(value: str) -> Iterator[str]:
    """An address, if it is a whole one; elsewhere the attribute holds names."""
    if _WHOLE.match(value):
        yield value


class Rule(NamedTuple):
    """What an attribute's value is for, and how to take it apart (None: it is one address)."""

    role: Role
    split: Callable[[str], Iterable[str]] | None = None


_LINK, _RESOURCE, _ID = Rule(Role.LINK), Rule(Role.RESOURCE), Rule(Role.ID, an_id)
_IDS, _SRCSET, _META = Rule(Role.ID, several), Rule(Role.RESOURCE, candidates), Rule(Role.META)
_PAINTED = (
    "linearGradient radialGradient pattern filter textPath mpath animate animateColor "
    "animateMotion animateTransform discard set"
)
_MATH = (
    "maction math menclose merror mfenced mfrac mi mn mo mover mrow ms msqrt mstyle msub msup mtable mtd mtext munder"
)
_TIMED = "animate animateColor animateMotion animateTransform set"

_ROWS: tuple[tuple[str, str, Rule], ...] = (
    # attribute, elements ("*" = all), rule
    ("href", "a area", _LINK),
    ("href", "base", Rule(Role.BASE)),
    ("ping", "a area", Rule(Role.RESOURCE, several)),
    ("src", "audio embed fencedframe frame iframe img input model portal script source track video", _RESOURCE),
    ("srcset", "img source", _SRCSET),
    ("imagesrcset", "link", _SRCSET),
    ("poster", "video", _RESOURCE),
    ("data", "object", _RESOURCE),
    ("cite", "blockquote del ins q", _LINK),
    ("action", "form", _LINK),
    ("formaction", "button input", _LINK),
    ("attributionsrc", "a area img script", Rule(Role.RESOURCE, several)),
    ("itemid", "*", _META),
    # RDFa Core 1.1, section 5
    ("about", "*", Rule(Role.MENTION, whole)),
    ("resource", "*", Rule(Role.MENTION, whole)),
    # obsolete, and obeyed or read by somebody still
    ("background", "body table tbody td tfoot th thead tr", _RESOURCE),
    ("manifest", "html", _RESOURCE),
    ("longdesc", "img iframe frame", _LINK),
    ("lowsrc", "img", _RESOURCE),
    ("dynsrc", "img", _RESOURCE),
    ("classid", "object", _RESOURCE),
    ("profile", "head", _META),
    ("src", "bgsound", _RESOURCE),
    # SVG
    ("href", "feImage image script use", _RESOURCE),
    ("xlink:href", "color-profile cursor feImage font-face-uri image script tref use", _RESOURCE),
    ("href", _PAINTED, _LINK),
    ("xlink:href", f"a altGlyph glyphRef {_PAINTED}", _LINK),
    # MathML
    ("href", _MATH, _LINK),
    ("xlink:href", _MATH, _LINK),
    # ids
    ("begin", _TIMED, Rule(Role.ID, times)),
    ("end", _TIMED, Rule(Role.ID, times)),
    ("anchor", "dialog div menu nav ol section ul", _ID),
    ("for", "label", _ID),
    ("for", "output", _IDS),
    ("headers", "td th", _IDS),
    ("list", "input", _ID),
    ("form", "button fieldset input label meter object output progress select textarea", _ID),
    ("contextmenu", "*", _ID),
    ("itemref", "*", _IDS),
    ("popovertarget", "button input", _ID),
    ("commandfor", "button", _ID),
    ("interestfor", "a area button", _ID),
    ("interesttarget", "a area button", _ID),
    *(
        (f"aria-{name}", "*", _IDS)
        for name in ("actions", "controls", "describedby", "details", "errormessage", "flowto", "labelledby", "owns")
    ),
    ("aria-activedescendant", "*", _ID),
    ("usemap", "img object input", _ID),
)

PAINT = frozenset(
    [
        "clip-path",
        "color-profile",
        "cursor",
        "fill",
        "filter",
        "marker",
        "marker-end",
        "marker-mid",
        "marker-start",
        "mask",
        "shape-inside",
        "shape-subtract",
        "stroke",
    ]
)
"""SVG presentation attributes that may hold url(#id) (SVG 2, section 13)."""

_EVERY = {attribute: rule for attribute, elements, rule in _ROWS if elements == "*"}
_OF: dict[str, dict[str, Rule]] = {}
for _attribute, _elements, _rule in _ROWS:
    for _element in _elements.split():
        _OF.setdefault(_element, dict(_EVERY))[_attribute] = _rule


def rules(element: str) -> dict[str, Rule]:
    """The rules for the attributes of an element."""
    return _OF.get(element, _EVERY)


MISSPELT_NAMES = {
    **dict.fromkeys(("aria-describby", "aria-describeby", "aria-describedbyid"), "aria-describedby"),
    **dict.fromkeys(("aria-labeledby", "aria-labelby", "aria-labelled-by", "aria-labelledbyid"), "aria-labelledby"),
    "aria-control": "aria-controls",
    "aria-own": "aria-owns",
    "htmlfor": "for",
    "xlinkhref": "xlink:href",
}
"""Names under which no browser looks for an address or id, and the ones that were meant."""

SEEN = (
    frozenset(attribute for attribute, _, _ in _ROWS)
    | PAINT
    | {"id", "integrity", "name", "style"}
    | MISSPELT_NAMES.keys()
)
"""Every attribute that can matter; an element with none of them is passed over."""

POPOVER = "popover"
"""What an element is that has this attribute, whatever its name."""
COMMANDS = {
    **dict.fromkeys(("close", "request-close", "show-modal"), frozenset(("dialog",))),
    **dict.fromkeys(("hide-popover", "show-popover", "toggle-popover"), frozenset((POPOVER,))),
}
"""What a button's command works with (WHATWG HTML, section 4.10.6)."""

SORTS: dict[tuple[str, str], frozenset[str]] = {
    ("label", "for"): frozenset(["button", "input", "meter", "output", "progress", "select", "textarea"]),
    ("input", "list"): frozenset(("datalist",)),
    ("button", "popovertarget"): frozenset((POPOVER,)),
    ("input", "popovertarget"): frozenset((POPOVER,)),
    **{
        (element, "form"): frozenset(("form",))
        for element in ["button", "fieldset", "input", "object", "output", "select", "textarea"]
    },
    ("td", "headers"): frozenset(("td", "th")),
    ("th", "headers"): frozenset(("td", "th")),
}
"""What an id must be the id of, where the standard says.

WHATWG HTML, sections 4.9.11, 4.10.4, 4.10.5.3.9, 4.10.18.3 and 6.12.1.
"""

MISSPELT = {
    **dict.fromkeys(
        ("a", "area"),
        frozenset(
            [
                "hef",
                "herf",
                "hfre",
                "hre",
                "hreef",
                "hreff",
                "hrefs",
                "hrf",
                "hrfe",
                "link",
                "ref",
                "rhef",
                "src",
                "url",
            ]
        ),
    ),
    "img": frozenset(["crs", "href", "rsc", "scr", "scrc", "sr", "sre", "srs", "ssrc", "url"]),
    "link": frozenset(["hef", "herf", "hfre", "hre", "hreef", "hreff", "hrf", "src", "url"]),
    "object": frozenset(("href", "src")),
    **dict.fromkeys(("audio", "embed", "script", "source", "track", "video"), frozenset(["href", "scr", "sr", "url"])),
}
"""What is written where the address belongs."""

BELONGS = {**dict.fromkeys(MISSPELT, "src"), **dict.fromkeys(("a", "area", "link"), "href"), "object": "data"}
"""The attribute that holds the address of an element."""

NO_LINKS = frozenset(["button", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "p", "section", "span", "td"])
"""Elements on which `href` does nothing."""

PRELOADED = frozenset(
    [
        "audio",
        "document",
        "embed",
        "fetch",
        "font",
        "image",
        "json",
        "object",
        "script",
        "style",
        "text",
        "track",
        "video",
        "worker",
    ]
)
"""What the `as` of a preload may say (WHATWG HTML, section 4.6.7.20; Fetch, section 2.2.7)."""

RELS = ("alternate", "canonical", "icon", "manifest", "modulepreload", "preconnect", "preload", "stylesheet")
"""Words of `rel` that a page misses when they are misspelled."""

_LOADED = frozenset(
    [
        "apple-touch-icon",
        "apple-touch-icon-precomposed",
        "apple-touch-startup-image",
        "compression-dictionary",
        "fluid-icon",
        "icon",
        "manifest",
        "mask-icon",
        "modulepreload",
        "prefetch",
        "preload",
        "prerender",
        "stylesheet",
    ]
)
_CONNECTED = frozenset(("dns-prefetch", "preconnect"))


@lru_cache(maxsize=1_000)
def link_role(rel: str) -> Role:
    """What a link element does, by its rel (WHATWG HTML, section 4.6.8)."""
    rels = frozenset(rel.split())
    if rels & _LOADED:
        return Role.RESOURCE
    return Role.ORIGIN if rels & _CONNECTED else Role.LINK


META = frozenset(
    [
        "citation_abstract_html_url",
        "citation_fulltext_html_url",
        "citation_pdf_url",
        "citation_public_url",
        "dc.identifier.uri",
        "msapplication-config",
        "msapplication-square150x150logo",
        "msapplication-square310x310logo",
        "msapplication-square70x70logo",
        "msapplication-starturl",
        "msapplication-tileimage",
        "msapplication-wide310x150logo",
        "thumbnail",
    ]
)
"""meta names whose content is an address, joined to that of the page."""

SHARED = frozenset(
    [
        "og:audio",
        "og:audio:secure_url",
        "og:audio:url",
        "og:image",
        "og:image:secure_url",
        "og:image:url",
        "og:video",
        "og:video:secure_url",
        "og:video:url",
        "twitter:image",
        "twitter:image:src",
        "twitter:player",
        "twitter:player:stream",
    ]
)
"""meta names and properties that other sites read (ogp.me; the Twitter Cards markup): they join nothing to them."""

JSON_LD = frozenset(
    [
        "@id",
        "contentUrl",
        "downloadUrl",
        "embedUrl",
        "image",
        "installUrl",
        "item",
        "logo",
        "mainEntityOfPage",
        "thumbnailUrl",
        "url",
    ]
)
"""Keys of schema.org JSON-LD whose strings are addresses (JSON-LD 1.1, section 3.2: joined to the page's)."""

NOT_ADDRESSES = frozenset(("@base", "@context", "@type", "@vocab"))
"""Keys of JSON-LD whose addresses are names."""

MICRODATA = frozenset(
    [
        "contentUrl",
        "downloadUrl",
        "embedUrl",
        "image",
        "installUrl",
        "item",
        "logo",
        "mainEntityOfPage",
        "thumbnailUrl",
        "url",
    ]
)
"""itemprop names whose meta content is an address (schema.org)."""
