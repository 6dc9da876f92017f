"""Faults of single elements, found while a page is read."""

import re
from collections.abc import Iterator
from functools import lru_cache

from diagnostics import did_you_mean

from ..attributes import srcset, words
from ..elements import Element
from ..model import Problem
from . import about_element, element_rule, literal

_HOLDS_URL = {
    **dict.fromkeys(("a", "area", "link"), "href"),
    **dict.fromkeys(("audio", "embed", "img", "script", "source", "track", "video"), "src"),
    "object": "data",
}
_NEEDS_URL = words("embed img link source track")
_ALSO_HOLDS_URL = frozenset(["srcset", "imagesrcset", "xlink:href"])
_WRONG_NAMES = words("href link src url")
_RELS = words("alternate canonical icon manifest modulepreload preconnect preload stylesheet")


@element_rule("L17", "an element has no URL, or has it in a misspelled attribute", *_HOLDS_URL)
def misspelled(path: str, element: Element) -> Iterator[Problem]:
    """A link without `href` is no link, and an image without `src` shows nothing (WHATWG HTML, sections 4.6.2 and 4.8.3).

    Bad: `<a herf="map.html">` or `<img alt="map">`
    Good: `<a href="map.html">` and `<img src="map.png" alt="map">`
    """
    tag, names, name = element.tag, element.attributes, _HOLDS_URL[element.tag]
    hint = "write the attribute, or remove the element."
    if tag == "link" and not element.inert:
        yield from _rel(path, element, hint)
    if name in names or not _ALSO_HOLDS_URL.isdisjoint(names) or (tag == "script" and element.is_inside("svg")):
        return
    for other in names:
        if _is_meant_as(name, other):
            yield about_element(path, element, other, f"<{tag}> has '{other}' instead of '{name}'.", hint)
            return
    by_script = element.inert or any(each == "id" or each.startswith(("data-", ":", "v-", "x-")) for each in names)
    if tag in _NEEDS_URL and not by_script and (tag != "link" or "rel" in names):
        yield about_element(path, element, name, f"<{tag}> has no {name}.", hint)


@lru_cache(maxsize=1_000)
def _is_meant_as(name: str, other: str) -> bool:
    """Whether an attribute is a misspelled one."""
    if other in _WRONG_NAMES:
        return True
    return other.isalpha() and other not in ("rel", "shape") and bool(did_you_mean(other, (name,), 0.66))


def _rel(path: str, element: Element, hint: str) -> Iterator[Problem]:
    rel = element.get("rel").lower().split()
    if not rel and "href" in element.attributes and {"itemprop", "property", "rev"}.isdisjoint(element.attributes):
        yield about_element(path, element, "rel", "<link> has no rel, so browsers ignore it.", hint)
    for word in rel:
        if word not in _RELS and (near := did_you_mean(word, _RELS, 0.86)):
            yield about_element(
                path, element, "rel", f"<link> has the rel '{literal(word)}' instead of '{near}'.", hint
            )


_DESCRIPTORS = re.compile(r"(?:\d+w(?:\s+\d+h)?|\d+h\s+\d+w|[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?x)?", re.IGNORECASE)


@element_rule("L27", "a srcset that can't be parsed", "img", "source", "link")
def unreadable_srcset(path: str, element: Element) -> Iterator[Problem]:
    """Browsers drop an image of a `srcset` whose width or density they can't parse (WHATWG HTML, section 4.8.4.3.10).

    Bad: `srcset="map.png 1x map-2.png 2x"`
    Good: `srcset="map.png 1x, map-2.png 2x"`
    """
    for name in ("srcset", "imagesrcset"):
        for url, descriptors in srcset(element.get(name)):
            if not _DESCRIPTORS.fullmatch(descriptors):
                message = f"browsers ignore '{literal(url)}' in the {name}, as they can't parse what follows it."
                hint = "separate images by commas, and write a width (800w) or density (2x) after each."
                yield about_element(path, element, name, message, hint)


_UPWARD = re.compile(r"\b(?:top|up)\b|[↑⇧⬆▲^]", re.IGNORECASE)


@element_rule("W02", "a link leads to # alone", "a")
def hollow(path: str, element: Element) -> Iterator[Problem]:
    """Without a script, a link to `#` jumps to the top of the page (WHATWG HTML, section 7.4.6.4).

    Bad: `<a href="#">open the menu</a>`
    Good: `<button type="button">open the menu</button>`, or `<a href="#">back to top</a>`
    """
    if element.attributes.get("href") != "#":
        return
    said = (element.text(), element.get("aria-label"), element.get("title"))
    if not any(map(_UPWARD.search, said)):
        message = "a link leads to '#' alone, and does nothing without a script."
        yield about_element(path, element, "href", message, "use a button, or write a URL.")
