"""Addresses as browsers read them; no knowledge of files.

A checker that guesses here blames what works and passes what doesn't, so
parsing is left to a WHATWG URL parser and fragments follow WHATWG HTML.
"""

import os
import posixpath
import re
from collections.abc import Collection
from urllib.parse import quote, unquote_to_bytes

import ada_url

OFFLINE_ADDRESS = "file:///the/folder/of/the/copy/"
"""A stand-in for the folder of an offline copy: leaving it can't go unseen."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_PLAIN = re.compile(r"[\w./-]*", re.ASCII)
_TRIM = "".join(map(chr, range(0x21)))


def clean(value: str) -> str:
    """Drop what the URL parser drops first: outer controls and spaces, tabs, newlines.

    WHATWG URL, section 4.4, steps 1 and 2 of the basic URL parser.
    """
    value = value.strip(_TRIM)
    if "\n" in value or "\t" in value or "\r" in value:
        value = value.translate({9: None, 10: None, 13: None})
    return value


def scheme(value: str) -> str:
    """The scheme of a cleaned address in small letters, or "" for a relative one."""
    match = _SCHEME.match(value)
    return match[1].lower() if match else ""


def join(base: str, value: str) -> str | None:
    """The absolute address of a reference (WHATWG URL, section 4.4), or None if malformed."""
    try:
        return ada_url.join_url(base, value)
    except ValueError:
        return None


def is_rooted(value: str) -> bool:
    r"""Whether a cleaned address starts at the root of a host; `\` counts as `/` there."""
    return value[:1] in ("/", "\\")


def host(url: str) -> str:
    """Host and port of a normalized address ("" when it has none)."""
    rest = url.partition("://")[2]
    for end in "/?#":
        rest = rest.partition(end)[0]
    return rest.rpartition("@")[2]


def split(url: str) -> tuple[str, str]:
    """The address without query and fragment, and the fragment ("" when there is none)."""
    rest, _, fragment = url.partition("#")
    return rest.partition("?")[0], fragment


def decode(path: str) -> str | None:
    """A path with its percent-encoding undone, or None where that gives no file name.

    WHATWG URL, section 1.3. An encoded slash stays within a name, and no file
    has such a name; bytes that are not UTF-8 name nothing that can be checked.
    """
    if "%" not in path:
        return path
    if re.search(r"%2f|%00", path, re.IGNORECASE):
        return None
    try:
        return unquote_to_bytes(path).decode("utf-8")
    except UnicodeDecodeError:
        return None


def readable(value: str) -> str:
    """An address with its percent-encoding undone where that is possible, to show and compare."""
    return unquote_to_bytes(value).decode("utf-8", "replace") if "%" in value else value


def indicated(fragment: str, ids: Collection[str], names: Collection[str] = ()) -> bool:
    """Whether a fragment leads to a part of a page.

    WHATWG HTML, section 7.4.6.4, "select the indicated part": the fragment as
    it stands first, then percent-decoded, then "top" in any letter case. The
    text directive after ":~:" is taken off before (URL Fragment Text
    Directives, section 3.3), and never moves the reader to a wrong place.
    """
    fragment = fragment.partition(":~:")[0]
    if not fragment or fragment in ids or fragment in names:
        return True
    decoded = readable(fragment)
    return decoded in ids or decoded in names or decoded.lower() == "top"


def address_of(root: str, path: str, hosted: bool) -> str:
    """The address of a file of the site; a hosted index.html answers for its folder."""
    if hosted and (path == "index.html" or path.endswith("/index.html")):
        path = path[: -len("index.html")]
    return root + (path if _PLAIN.fullmatch(path) else quote(os.fsencode(path), safe="/!$&'()*+,;=:@~"))


def relative(page: str, path: str, hosted: bool) -> str:
    """How a page can write the address of another file of the site."""
    short = posixpath.relpath(path, posixpath.dirname(page))
    if hosted and posixpath.basename(short) == "index.html":
        short = short[: -len("index.html")] or "./"
    return short
