"""What can be said about a URL of another scheme or host without asking anybody."""

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable
from urllib.parse import unquote, unquote_to_bytes

from diagnostics import did_you_mean

from . import urls
from .attributes import Role, words
from .model import Reference, State, Target

_IDENTIFIERS = {
    "arxiv": "https://arxiv.org/abs/",
    "doi": "https://doi.org/",
    "hdl": "https://hdl.handle.net/",
    "isbn": "",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/",
}
"""Written like a scheme before the number of a publication, and the URL to write instead."""
_LOCAL = words("file blob chrome-extension moz-extension cid mid")
_ADDRESS = re.compile(r"(?:\"(?:[^\"\\]|\\.)+\"|[^@\s?,\"<>]+)@[^@\s?,<>]+\.[^@\s?,<>]+")
_PHONE = re.compile(r"tel:\+?[\d\s().\-*#]*\d[\d\s().\-*#]*(;.*)?$", re.IGNORECASE)
_SVG_WITH_HASH = re.compile(r"data:image/svg\+xml[^,]*,[^#]*<svg\b(?:(?!</svg)[^#])*#", re.IGNORECASE)


def judge(value: str) -> Target | None:
    """The answer for a URL that is decided by its scheme; None for http, https and relative URLs."""
    scheme = urls.scheme(value)
    if not scheme:
        return None
    if scheme in ("http", "https"):
        if re.match(r"https?:[/\\]{2}[^/\\]", value, re.IGNORECASE):
            return None
        return Target(State.MALFORMED, why=f"two slashes and a host must follow '{scheme}:'")
    if scheme in ("javascript", "vbscript"):
        return Target(State.SCRIPT)
    if scheme in _LOCAL or len(scheme) == 1:  # a drive letter reads as a scheme
        return Target(State.LOCAL)
    if scheme == "mailto":
        return Target(State.FINE) if _is_mailto(value) else Target(State.BAD_CONTACT, why="is not a valid mail address")
    if scheme == "tel":  # RFC 3966, section 3
        return Target(State.FINE) if _PHONE.match(value) else Target(State.BAD_CONTACT, why="has no phone number")
    if scheme in ("sms", "callto") and len(value) == len(scheme) + 1:
        return Target(State.BAD_CONTACT, why="has no phone number")
    if scheme == "data":
        return _judge_data(value)
    if scheme in _IDENTIFIERS:
        return Target(State.NOT_A_SCHEME, why=_IDENTIFIERS[scheme])
    near = did_you_mean(scheme, ("http", "https", "mailto"), 0.7)
    if near:
        return Target(State.MALFORMED, why=f"'{scheme}:' is not '{near}:'")
    return Target(State.FINE)  # of some program: registering a scheme is not required (RFC 7595, section 3.8)


def _is_mailto(value: str) -> bool:
    """RFC 6068, section 2. An address may be missing if a header follows."""
    to, mark, _ = value.partition(":")[2].partition("?")
    addresses = [unquote(each) for each in to.split(",")]
    if mark and addresses == [""]:
        return True
    return to[:2] != "//" and all(
        _ADDRESS.fullmatch(each) and ".." not in each.rpartition("@")[2] for each in addresses
    )


def _judge_data(value: str) -> Target:
    """Fetch, section 6, "data: URL processor"."""
    head, comma, body = value.partition("#")[0].partition(",")
    is_base64 = re.search(r";\s*base64\s*$", head, re.IGNORECASE)
    if not is_base64 and _SVG_WITH_HASH.match(value):
        return Target(State.MALFORMED, why="it ends at its first '#', which must be written as '%23'")
    data = re.sub(rb"[\t\n\f\r ]", b"", unquote_to_bytes(body)).rstrip(b"=") if is_base64 else b""
    try:
        base64.b64decode(data + b"=" * (-len(data) % 4), validate=True)
    except binascii.Error:
        comma = ""
    return Target(State.FINE) if comma else Target(State.MALFORMED, why="its data can't be decoded")


_TEMPLATE = re.compile(r"\{\{|\{%|<%|\$\{|\}\}")
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""Those that join letters (U+200C, U+200D) are left out: Persian and Indian words need them."""
_HOST = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?")
_FILE_NAME = re.compile(r".+\.(?:css|gif|html?|jpe?g|js|json|pdf|png|svg|webp|woff2?|xml)")
"""None of these is a top-level domain."""
_SUBMITTED = frozenset(["button", "form"])
"""Elements that send what a reader has written (W3C Mixed Content, section 7.1)."""
_STAGING = words("beta dev draft local preview stage staging test")
_TRACKING = re.compile(
    r"(?:^|[&;])(utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|igshid|mc_eid|mkt_tok|_hsenc)=", re.IGNORECASE
)
_REDIRECTOR = re.compile(
    r"https?://(?:www\.google\.[a-z.]+/url\?|lm?\.facebook\.com/l\.php\?|[a-z0-9]+\.safelinks\.protection\."
    r"outlook\.com/|urldefense\.(?:com|proofpoint\.com)/|(?:www\.)?linkedin\.com/redir/redirect\?)"
)
_PRIVATE_SUFFIXES = tuple(words(".home.arpa .internal .intranet .invalid .lan .local .localdomain .localhost .test"))
"""RFC 6761, RFC 6762, RFC 8375."""
_PRIVATE_NETWORKS = tuple(
    map(
        ipaddress.ip_network,
        words(
            "0.0.0.0/32 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 ::/127 fc00::/7 "
            "fe80::/10"
        ),
    )
)
"""RFC 1918, RFC 3927, RFC 6598, RFC 6890, RFC 4193, RFC 4291."""


def judge_other_host(url: str, reference: Reference, root: str, exists: Callable[[str], bool]) -> Target:
    """The answer for a URL outside of the site at `root`; `exists` says whether a URL of the site does."""
    external = Target(State.EXTERNAL, url)
    if reference.role is Role.MENTION:
        return external
    value, host = urls.clean(reference.value), urls.host(url)
    name = re.sub(r":\d+$", "", host)
    if _TEMPLATE.search(value) or _TEMPLATE.search(urls.readable(urls.split(url)[0])):
        return Target(State.TEMPLATE)
    if why := _malformed(url, value, name):
        return Target(State.MALFORMED, why=why)
    if _is_local(name):
        return Target(State.LOCAL)
    is_sent = reference.role is Role.RESOURCE or reference.element in _SUBMITTED
    if root.startswith("https:") and url.startswith("http:") and is_sent:
        return Target(State.INSECURE)
    own, path, below = re.sub(r":\d+$", "", urls.host(root)), "/" + url.split("/", 3)[3], "/" + root.split("/", 3)[3]
    if path.startswith(below):
        meant = root + path[len(below) :]
        if _is_typo(name, own) and exists(meant):
            return Target(State.NEAR_MISS, meant)
        if name.partition(".")[2] == own and name.partition(".")[0] in _STAGING:
            return Target(State.LOCAL)
    if reference.role is Role.LINK and (why := _surplus(value)):
        return Target(State.SURPLUS, why=why)
    if "\\" in re.split("[?#]", value)[0]:
        return Target(State.BACKSLASH)
    if reference.role is Role.LINK and (why := _tracking(url)):
        return Target(State.TRACKED, why=why)
    return external


def _malformed(url: str, value: str, name: str) -> str:
    """Why an address can't be that of a page of a host, or ""."""
    if _INVISIBLE.search(urls.readable(value)):
        return "it contains an invisible character"
    if name in ("http", "https"):
        return f"its host is '{name}'"
    if name[:1] != "[" and not _HOST.fullmatch(name):
        return f"'{name}' is not a valid host name"
    if re.match(r"[a-z]*:?[/\\]{2}[^/\\?#]*https?:", value, re.IGNORECASE):
        return "two URLs are written as one"
    if _FILE_NAME.fullmatch(name):
        return f"after two slashes comes a host, and '{name}' is a file name"
    if re.match(r"[a-z]+://[^/?#@]*:[^/?#@]+@", url):
        return "it contains a password that everybody can read"
    return ""


def _surplus(value: str) -> str:
    """What most likely does not belong to a URL, or ""."""
    if "&amp;" in value:
        return "'&amp;' is written instead of '&'"
    if re.search(r"(?:\s|%20)https?://|^https?://(?:dx\.)?doi\.org/+https?:", value):
        return "two URLs are written as one"
    if value.endswith(")") and value.count("(") < value.count(")"):
        return "its last ')' belongs to the sentence"
    if value[-1:] in ',;>"”»“':
        return f"its last '{value[-1]}' belongs to the sentence"
    if re.search(r"%(?![0-9A-Fa-f]{2})", re.split("[?#]", value)[0]):
        return "a '%' by itself must be written as '%25'"
    return ""


def _tracking(url: str) -> str:
    if _REDIRECTOR.match(url):
        return f"goes through {urls.host(url)}, which tracks readers"
    found = _TRACKING.search(url.partition("#")[0].partition("?")[2])
    return f"has the tracking parameter '{found[1]}'" if found else ""


def _is_local(host: str) -> bool:
    """Whether a host exists on one machine or network only."""
    name = host.rstrip(".")
    if (name[:1] != "[" and "." not in name) or name.endswith(_PRIVATE_SUFFIXES):
        return True
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return any(address in network for network in _PRIVATE_NETWORKS)


def _is_typo(host: str, own: str) -> bool:
    """Whether a host is the site's own but for "www." or one wrong letter. Numbers tell hosts apart (v4, v5, www2)."""
    if host.removeprefix("www.") == own.removeprefix("www."):
        return True
    shortest = min(len(name.removeprefix("www.").partition(".")[0]) for name in (host, own))
    if re.findall(r"\d+", host) != re.findall(r"\d+", own) or shortest < 4:
        return False
    first, second = sorted((host, own), key=len)
    at = next((each for each, letter in enumerate(first) if letter != second[each]), len(first))
    if len(first) < len(second):
        return first[at:] == second[at + 1 :]
    swapped = first[at : at + 2] == second[at : at + 2][::-1] and first[at + 2 :] == second[at + 2 :]
    return first[at + 1 :] == second[at + 1 :] or swapped
