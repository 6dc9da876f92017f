"""The links of a built site that lead to other hosts, from the records that the link checker makes."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from .. import urls
from ..model import Page, Role
from ..site import Site

_LOCAL = re.compile(r"(localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1?\]|.+\.localhost)(:\d+)?$", re.IGNORECASE)
_ASKED = frozenset((Role.LINK, Role.RESOURCE, Role.META, Role.WHOLE))
_NOT_ASKED = frozenset(("action", "formaction", "ping"))
"""Addresses that take what is sent to them; to ask for them proves nothing, and may set something off."""


class Link(NamedTuple):
    """One address on one page."""

    document: str  # absolute, normalized (WHATWG URL), without fragment
    fragment: str
    page: str  # the built file, from the site folder
    written: str  # as it stands there


def links(site: Site, local: bool = False) -> list[Link]:
    """Every http(s) link to another host, sorted; those to this machine only if `local`.

    `site` must be given its address, or its own pages would count as another host's.
    """
    own = urls.host(site.address)
    found = set()
    for page in site.records.values():
        address = site.address_of(page.path)
        base = (urls.join(address, page.base) if page.base else None) or address
        for written, named in _addresses(page, site.hosted):
            url = urls.join(base, urls.clean(written))
            if url is None or not url.startswith(("http://", "https://")):
                continue  # the other checks tell of malformed ones
            host = urls.host(url)
            if host == own or (_LOCAL.match(host) and not local):
                continue
            document, _, fragment = url.partition("#")
            found.add(Link(document, "" if named else fragment, page.path, written))
    return sorted(found)


def _addresses(page: Page, hosted: bool) -> Iterator[tuple[str, bool]]:
    """Each address, and whether its fragment may be a mere name for a thing (JSON-LD)."""
    for reference in (*page.references, *page.outward):
        if reference.role in _ASKED and reference.attribute not in _NOT_ASKED:
            yield reference.value, reference.role is Role.META
    if hosted:  # in an offline copy these are the addresses of the site itself
        for address in (*page.canonicals, *(address for _, address in page.og_urls)):
            yield address, True
