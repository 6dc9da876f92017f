"""What can be said about a URL of another scheme or host without a request."""

import re
from urllib.parse import unquote

from diagnostics import nearest

from . import urls
from .model import State, Target

_ADDRESS = re.compile(r"(?:\"(?:[^\"\\]|\\.)+\"|[^@\s?,\"<>]+)@[^@\s?,<>]+\.[^@\s?,<>.]+")
_HOST = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?")
_LOCAL_NAMES = (".home.arpa", ".internal", ".invalid", ".lan", ".local", ".localhost", ".test")
"""RFC 6761, RFC 6762, RFC 8375."""
_LOCAL_ADDRESSES = re.compile(r"(?:0|10|127|169\.254|172\.(?:1[6-9]|2\d|3[01])|192\.168)\.|\[(?:::1?\]|f[cde])")
"""RFC 1918, RFC 3927, RFC 4193, RFC 4291, RFC 6890; URLs are normalized."""


def judge(value: str) -> Target | None:
    """The answer for a URL that is decided by its scheme; None for http, https and relative URLs."""
    scheme = urls.scheme(value)
    if not scheme or re.match(r"https?:[/\\]{2}[^/\\]", value, re.IGNORECASE):
        return None
    if scheme in ("http", "https"):
        return Target(State.MALFORMED, why=f"two slashes and a host must follow '{scheme}:'")
    if scheme in ("file", "blob") or len(scheme) == 1:  # a drive letter reads as a scheme
        return Target(State.LOCAL)
    if scheme == "mailto":
        return Target(State.FINE if _is_mailto(value) else State.BAD_CONTACT)
    if scheme == "doi":
        return Target(State.MALFORMED, why="browsers open a DOI only after 'https://doi.org/'")
    if near := nearest(scheme, ("http", "https", "mailto"), 0.7):
        return Target(State.MALFORMED, why=f"'{scheme}:' is not '{near}:'")
    return Target(State.FINE)  # of some program: registering a scheme is not required (RFC 7595, section 3.8)


def _is_mailto(value: str) -> bool:
    """RFC 6068, section 2. An address may be missing if a header follows."""
    to, has_header, _ = value.partition(":")[2].partition("?")
    if not to:
        return bool(has_header)
    return not to.startswith("//") and all(_ADDRESS.fullmatch(unquote(each)) for each in to.split(","))


def judge_host(url: str) -> Target:
    """The answer for a URL of another site."""
    name = re.sub(r":\d+$", "", urls.host(url)).rstrip(".")
    is_ip = name[:1] == "[" or re.fullmatch(r"[\d.]+", name)
    if name in ("http", "https") or not (is_ip or _HOST.fullmatch(name)):
        return Target(State.MALFORMED, why=f"'{name}' is not a valid host name")
    is_local = _LOCAL_ADDRESSES.match(name) if is_ip else "." not in name or name.endswith(_LOCAL_NAMES)
    return Target(State.LOCAL) if is_local else Target(State.EXTERNAL, url)
