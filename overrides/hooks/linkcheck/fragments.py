"""Whether a fragment leads to an id, a name, or another part of a file."""

import re
from collections.abc import Container

from .model import Page
from .urls import percent_decode


def exists(fragment: str, page: Page | None) -> bool:
    """Whether the part of a file that a fragment names exists, as far as files have such parts."""
    if page is None or page.kind not in ("html", "svg") or page.refresh or page.unread:
        return True
    if page.kind == "svg" and re.match(r"svgView\(|xywh=|t=", fragment):
        return True
    return names_part(fragment, page.ids, page.names) or _is_range(fragment, page.ids)


def names_part(fragment: str, ids: Container[str], names: Container[str] = ()) -> bool:
    """Whether a fragment leads to a part of a page (WHATWG HTML, section 7.4.6.4, "select the indicated part").

    The text directive after `:~:` is not part of the fragment (URL Fragment Text Directives, section 3.3).
    """
    fragment = fragment.partition(":~:")[0]
    if not fragment or fragment in ids or fragment in names:
        return True
    decoded = percent_decode(fragment)
    return decoded in ids or decoded in names or decoded.lower() == "top"


def _is_range(fragment: str, ids: Container[str]) -> bool:
    """Whether a fragment names lines of a listing, from one id to another, as scripts highlight them."""
    ends = re.fullmatch(r"((?:\w*\D)?)(\d+)-\1?(\d+)", fragment)
    return ends is not None and f"{ends[1]}{ends[2]}" in ids and f"{ends[1]}{ends[3]}" in ids
