"""URLs as browsers read them; nothing here knows about files."""

import os
import posixpath
import re
from urllib.parse import quote, unquote_to_bytes

import ada_url

OFFLINE_ROOT = "file:///the/folder/of/the/copy/"
"""The assumed folder of an offline copy; deep enough that `../` out of it can be noticed."""

TEMPLATE = re.compile(r"\{\{|\{%|<%|\$\{|\}\}")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_UNRESERVED = re.compile(r"[\w./-]*", re.ASCII)
_CONTROL_OR_SPACE = "".join(map(chr, range(0x21)))
_TABS_AND_NEWLINES = {9: None, 10: None, 13: None}


def clean(value: str) -> str:
    """Remove what the basic URL parser removes first (WHATWG URL, section 4.4, steps 1 and 2)."""
    value = value.strip(_CONTROL_OR_SPACE)
    return value if value.isprintable() else value.translate(_TABS_AND_NEWLINES)


def scheme(value: str) -> str:
    """The scheme of a cleaned URL in lower case, or "" for a relative one."""
    match = _SCHEME.match(value)
    return match[1].lower() if match else ""


def join(base: str, value: str) -> str | None:
    """Resolve a URL (WHATWG URL, section 4.4); None if it can't be parsed."""
    try:
        return ada_url.join_url(base, value)
    except (ValueError, UnicodeEncodeError):
        return None


def starts_with_slash(value: str) -> bool:
    r"""Whether a cleaned URL starts with a slash. A backslash counts too, as in browsers."""
    return value[:1] in ("/", "\\")


def host(url: str) -> str:
    """Host and port of a normalized URL, or ""."""
    return re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)[0].rpartition("@")[2]


def split(url: str) -> tuple[str, str]:
    """A URL without query and fragment, and its fragment."""
    rest, _, fragment = url.partition("#")
    return rest.partition("?")[0], fragment


def decode(path: str) -> str | None:
    """The name of the file that a URL path names; None if no file can have it.

    Percent-encoding is bytes (WHATWG URL, section 1.3), and so are names of files: those that are not UTF-8 are
    decoded as `os.listdir` does. An encoded slash is part of a name.
    """
    if "%" not in path:
        return path
    if re.search(r"%2f|%00", path, re.IGNORECASE):
        return None
    return unquote_to_bytes(path).decode("utf-8", "surrogateescape")


def percent_decode(value: str) -> str:
    """Percent-decode a URL, replacing invalid UTF-8."""
    return unquote_to_bytes(value).decode("utf-8", "replace") if "%" in value else value


def of_file(root: str, path: str, hosted: bool) -> str:
    """The URL of a file of the site; a hosted index.html is its folder's URL."""
    if hosted and (path == "index.html" or path.endswith("/index.html")):
        path = path[: -len("index.html")]
    return root + (path if _UNRESERVED.fullmatch(path) else quote(os.fsencode(path), safe="/!$&'()*+,;=:@~"))


def relative(page: str, path: str, hosted: bool) -> str:
    """How a page can write the URL of another file."""
    short = posixpath.relpath(path, posixpath.dirname(page))
    if hosted and posixpath.basename(short) == "index.html":
        short = short[: -len("index.html")] or "./"
    return f"./{short}" if scheme(short) else short
