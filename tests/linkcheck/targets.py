"""Where a reference leads: the one place that knows how addresses meet files.

Hosted: as a server answers, below the address of the site. Offline: as a
browser opens files from a disk, where no server adds index.html.
"""

import base64
import binascii
import difflib
import ipaddress
import posixpath
import re
from collections.abc import Collection, Iterator, Mapping
from urllib.parse import quote, unquote_to_bytes

from . import urls
from .layout import NOT_FOUND_PAGE, Layout
from .model import APART, Link, Page, Reference, Role, State, Target

FOLLOWED = frozenset(
    (Role.LINK, Role.RESOURCE, Role.ORIGIN, Role.FOLDER, Role.META, Role.MENTION, Role.HOLLOW, Role.WHOLE)
)

_OTHER_SCHEMES = frozenset(
    [
        "acct",
        "apt",
        "bitcoin",
        "callto",
        "clsid",
        "data",
        "dav",
        "dict",
        "facetime",
        "facetime-audio",
        "feed",
        "finger",
        "fax",
        "firefox",
        "ftp",
        "ftps",
        "geo",
        "git",
        "gopher",
        "gtalk",
        "im",
        "imap",
        "irc",
        "irc6",
        "ircs",
        "itms",
        "itms-apps",
        "itms-services",
        "ldap",
        "ldaps",
        "market",
        "magnet",
        "maps",
        "matrix",
        "msteams",
        "mms",
        "mumble",
        "mvn",
        "news",
        "nfs",
        "nntp",
        "obsidian",
        "openpgp4fpr",
        "rsync",
        "rtsp",
        "sftp",
        "sgn",
        "sip",
        "sips",
        "skype",
        "slack",
        "sms",
        "smb",
        "snews",
        "spotify",
        "ssh",
        "steam",
        "svn",
        "tag",
        "teams",
        "telnet",
        "tg",
        "tip",
        "ts3server",
        "urn",
        "vscode",
        "vscode-insiders",
        "wais",
        "webcal",
        "webcals",
        "whatsapp",
        "ws",
        "wss",
        "xmpp",
        "zoommtg",
    ]
)
"""Schemes that browsers hand to another program, or read themselves."""
_NAMES_OF_THINGS = {
    "arxiv": "https://arxiv.org/abs/",
    "doi": "https://doi.org/",
    "hdl": "https://hdl.handle.net/",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/",
}
"""What is written like a scheme before the number of a work, and the address to write."""
_HOST = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?")
_FILE_NAME = re.compile(r".+\.(?:css|gif|html?|jpe?g|js|json|pdf|png|svg|webp|woff2?|xml)")
"""A host with such an end is a file: none of these is a top-level domain (IANA, "Root Zone Database")."""
_KINDS = {
    ending: kind
    for kind, endings in {
        "a page": "html htm xhtml",
        "a style sheet": "css",
        "a script": "js mjs",
        "a picture": "avif bmp gif ico jpeg jpg png webp",
        "a font": "otf ttf woff woff2",
        "a film or sound": "mp3 mp4 oga ogg ogv wav webm",
    }.items()
    for ending in endings.split()
}
_PICTURE = frozenset(("a page", "a style sheet", "a script", "a font"))
_CODE = frozenset(("a page", "a picture", "a font", "a film or sound"))
_UNFIT = {
    **dict.fromkeys(("script", "script module", "script crossorigin"), _CODE | {"a style sheet"}),
    **dict.fromkeys(("link stylesheet", "link crossorigin"), _CODE | {"a script"}),
    **dict.fromkeys(("audio", "feImage", "image", "img", "input", "link icon", "source", "track", "video"), _PICTURE),
    **dict.fromkeys(("body", "table", "td", "th", "tr", "style"), frozenset(("a page", "a script"))),
}
"""Kinds of files that an element can't use (WHATWG HTML, sections 4.2.4, 4.8 and 4.12.1); others may be anything."""
PUBLISHED = "its Markdown is a file of the site, too"
"""Why the Markdown of a page is told though it is there: readers get it as plain text."""
CLOSED = frozenset(("link crossorigin", "script crossorigin", "script module", "track", "use"))
"""What browsers ask a host's leave for, which no disk gives (WHATWG HTML, section 7.1.1: its origin is opaque)."""
_MAY_BE_EMPTY = frozenset(("action", "formaction", "background"))
_MAIL = re.compile(r"mailto:(?:[^@\s?]+@[^@\s?,]+\.[^@\s?,]+(?:,(?!\?|$)|(?=\?|$)))*(?:\?.*)?$", re.IGNORECASE)
_PHONE = re.compile(r"tel:\+?[\d\s().\-*#]*\d[\d\s().\-*#]*(;.*)?$", re.IGNORECASE)
TEMPLATE = re.compile(r"\{\{|\{%|<%|\$\{|\}\}")
_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""Characters that nobody sees; those that join letters (U+200C, U+200D) belong to Persian and Indian words."""
NOWHERE = frozenset(("undefined", "null", "NaN", "[object Object]", "None"))
"""What programs write where they had no address."""
_SUBMITTED = frozenset(("button", "form"))
"""What sends what a reader has written (W3C Mixed Content, section 7.1)."""
_TRIALS = frozenset(["beta", "dev", "draft", "local", "preview", "stage", "staging", "test"])
"""First labels of hosts where a site stands before it is published."""
_MARK = re.compile(
    r"(?:^|[&;])(utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|igshid|mc_eid|mkt_tok|_hsenc)=", re.IGNORECASE
)
_GO_BETWEEN = re.compile(
    r"https?://(?:www\.google\.[a-z.]+/url\?|lm?\.facebook\.com/l\.php\?|[a-z0-9]+\.safelinks\.protection\."
    r"outlook\.com/|urldefense\.(?:com|proofpoint\.com)/|(?:www\.)?linkedin\.com/redir/redirect\?)"
)
"""Addresses that programs for mail and chat write instead of the one that was sent."""
_PRIVATE = (".home.arpa", ".internal", ".intranet", ".invalid", ".lan", ".local", ".localdomain", ".localhost", ".test")
"""Ends of host names that only one network knows (RFC 6761, RFC 6762, RFC 8375)."""
_PRIVATE_NETWORKS = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/32",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "::/127",
            "fc00::/7",
            "fe80::/10",
        ),
    )
)
"""RFC 1918, RFC 3927, RFC 6598, RFC 6890, RFC 4193, RFC 4291."""


class Resolver:
    """Finds the target of each reference of one site; answers for an address are kept."""

    def __init__(self, site: Layout, records: Mapping[str, Page]) -> None:
        self.site, self.records = site, records
        self._files: dict[tuple[str, bool], Target] = {}
        self._elsewhere: dict[tuple[str, Role, bool], Target] = {}
        self._host = urls.host(site.address)
        self._secure = site.address.startswith("https:")

    def base(self, page: Page) -> str:
        """What the addresses of a page are joined to (WHATWG HTML, section 2.4.3, "document base URL")."""
        address = self.site.address_of(page.path)
        base = urls.join(address, page.base) if page.base else None
        return address if base is None or base.startswith(("data:", "javascript:")) else base

    def links(self, page: Page) -> Iterator[Link]:
        """Every reference that a record holds, with its target."""
        base = self.base(page) if page.references else ""
        for reference in page.references:
            yield Link(page, reference, self.target(page, base, reference))

    def target(self, page: Page, base: str, reference: Reference) -> Target:
        """Where one reference of a page leads."""
        role, value = reference.role, urls.clean(reference.value)
        if role is Role.ID:
            return _by_id(page, reference)
        if role is Role.TEXT:
            return Target(State.LEFTOVER)
        if role is Role.HOLLOW:
            return Target(State.HOLLOW)
        if role is Role.BASE:
            return self._base(page, reference, value)
        if not self.site.hosted:
            if role in (Role.META, Role.MENTION, Role.SITEMAP, Role.WHOLE):
                return Target(State.FINE)  # for machines that read the hosted page
            if page.path == NOT_FOUND_PAGE:
                return Target(State.FINE)  # no disk answers with it
        if not value:
            state = State.FINE if reference.attribute in _MAY_BE_EMPTY else State.EMPTY
            return Target(state)
        if (wrong := _scheme(value)) is not None:
            return wrong
        if value[:2] in ("//", "\\\\") and not value.strip("/\\"):
            return Target(State.MALFORMED, why="it names no host")
        url = urls.join(base, value)
        if url is None:
            return Target(State.MALFORMED, why="it can't be read as an address")
        if role is Role.WHOLE and not urls.scheme(value):
            return Target(State.RELATIVE, urls.split(url)[0].removeprefix(self.site.address))
        if role is Role.META or (role is Role.MENTION and reference.element not in ("json", "text")):
            # its fragment may be a mere name for a thing
            url = url.partition("#")[0]
        return self._place(page, base, reference, value, url)

    def _place(self, page: Page, base: str, reference: Reference, value: str, url: str) -> Target:
        """Whether an absolute address is within the site, and if so what is there."""
        site = self.site
        if not site.hosted and urls.is_rooted(value):
            path = urls.split(value.lstrip("/\\"))[0]
            return Target(State.ABSOLUTE, path if path in site.files else posixpath.join(path, "index.html"))
        if not url.startswith(site.address):
            host = urls.host(url)
            if host != self._host or not url.startswith(site.address.partition("://")[0] + ":"):
                return self._other(url, host, reference)
            if reference.role is Role.ORIGIN:
                return Target(State.FINE)
        if "&amp;" in value and reference.role is Role.LINK and "&amp;" in value.partition("?")[2].partition("#")[0]:
            return Target(State.SURPLUS, why="'&amp;' stands where '&' belongs")
        if page.path == NOT_FOUND_PAGE and self._moves(page, value):
            return Target(State.DEPTH)
        if not url.startswith(site.address):
            if TEMPLATE.search(value):
                return Target(State.LEFTOVER)
            rooted = urls.is_rooted(value) or urls.scheme(value)
            return Target(State.ABSOLUTE if rooted else State.OUTSIDE, urls.split(urls.clean(value))[0].lstrip("./"))
        key = url, reference.role is Role.FOLDER
        if (known := self._files.get(key)) is None:
            known = self._files[key] = self._file(*key)
        if "\\" in value and known.state is State.FINE and known.path and "\\" in re.split("[?#]", value)[0]:
            return known._replace(state=State.BACKSLASH)
        if known.state is State.NO_SLASH and reference.role is not Role.LINK:
            return known._replace(state=State.FINE)
        if known.why == PUBLISHED and reference.element not in ("a", "area"):
            return known._replace(state=State.FINE)
        if reference.role is Role.RESOURCE and known.state is State.FINE:
            return self.misfit(page, reference, known.path) or known
        return known

    def misfit(self, page: Page, reference: Reference, path: str) -> Target | None:
        """Why a file that is there is still not loaded by what asks for it; None if it is."""
        element = reference.element
        kind = _KINDS.get(path.rpartition(".")[2].lower(), "")
        if kind in _UNFIT.get(element, ()):
            return Target(State.WRONG_KIND, path, why=kind)
        if element in CLOSED and not self.site.hosted and path != page.path:
            return Target(State.CLOSED, path)
        return None

    def _other(self, url: str, host: str, reference: Reference) -> Target:
        """What can be said of an address on another host, or on nearly the same, without asking it."""
        key = url, reference.role, reference.element in _SUBMITTED
        if (known := self._elsewhere.get(key)) is None:
            known = self._elsewhere[key] = self._judge(url, host, reference)
        return known

    def _judge(self, url: str, host: str, reference: Reference) -> Target:
        if reference.role is Role.MENTION:
            return Target(State.ELSEWHERE)
        name = re.sub(r":\d+$", "", host)
        if TEMPLATE.search(reference.value) or TEMPLATE.search(urls.readable(urls.split(url)[0])):
            # encoded in a query, it is text that is handed over
            return Target(State.LEFTOVER)
        if _UNSEEN.search(urls.readable(urls.clean(reference.value))):
            return Target(State.MALFORMED, why="it holds a character that nobody sees")
        if name in ("http", "https"):
            return Target(State.MALFORMED, why=f"'{name}' stands where the host belongs")
        if name[:1] != "[" and not _HOST.fullmatch(name):
            return Target(State.MALFORMED, why=f"no host has the name '{name}'")
        if _is_local(name):
            return Target(State.LEFTOVER)
        value = urls.clean(reference.value)
        if re.match(r"[a-z]*:?[/\\]{2}[^/\\?#]*https?:", value, re.IGNORECASE):
            return Target(State.MALFORMED, why="two addresses stand there as one")
        if _FILE_NAME.fullmatch(name):
            return Target(State.MALFORMED, why=f"what stands after two slashes is a host, and '{name}' is none")
        if re.match(r"[a-z]+://[^/?#@]*:[^/?#@]+@", url):
            return Target(State.MALFORMED, why="it holds a password, which everybody can read")
        if (
            self._secure
            and url.startswith("http:")
            and (reference.role is Role.RESOURCE or reference.element in _SUBMITTED)
        ):
            return Target(State.INSECURE)
        own = re.sub(r":\d+$", "", self._host)
        rest, root = ("/" + each.split("/", 3)[3] for each in (url, self.site.address))
        if _alike(name, own) and rest.startswith(root):
            return Target(State.NEAR_MISS, f"{self.site.address}{rest[len(root) :]}")
        if name == own:
            return Target(State.ABSOLUTE)
        if name.partition(".")[2] == own and name.partition(".")[0] in _TRIALS and rest.startswith(root):
            return Target(State.LEFTOVER)
        if reference.role is Role.LINK and (surplus := _surplus(value)):
            return Target(State.SURPLUS, why=surplus)
        if "\\" in value and "\\" in re.split("[?#]", value)[0]:
            return Target(State.BACKSLASH)
        if reference.role is Role.LINK and (tracked := _tracked(url)):
            return Target(State.TRACKED, why=tracked)
        return Target(State.ELSEWHERE)

    def _base(self, page: Page, reference: Reference, value: str) -> Target:
        """Whether a base address keeps the page's other addresses within the site."""
        url = urls.join(self.site.address_of(page.path), value)
        if url is None or url.startswith(("data:", "javascript:")):
            return Target(State.MALFORMED, why="browsers pass over such a base")
        return Target(State.FINE if url.startswith(self.site.address) else State.ELSEWHERE)

    def _moves(self, page: Page, value: str) -> bool:
        """Whether a reference of the page for missing pages depends on where that page is shown."""
        if value[0] in "#?":
            return False
        shown = []
        for path in ("a", "a/b/c"):
            address = self.site.address + path
            shown.append(urls.join(urls.join(address, page.base or "") or address, value))
        return shown[0] != shown[1]

    def _file(self, url: str, folder_wanted: bool) -> Target:
        """The file at an address below that of the site."""
        site = self.site
        address, fragment = urls.split(url)
        path = urls.decode(address[len(site.address) :])
        if path is None:
            return Target(State.MISSING, address[len(site.address) :], fragment)
        folder = path.removesuffix("/")
        if folder_wanted:
            return Target(State.FINE if folder in site.folders else State.MISSING, path)
        if path in site.files:
            if not path.endswith("README.md") and any(markdown_pages(path, site, folders=1)):
                return Target(State.MARKDOWN, path, fragment, why=PUBLISHED)
            return self._part(path, fragment)
        index = f"{folder}/index.html" if folder else "index.html"
        if path != "/" and index in site.files:
            if not site.hosted:
                return Target(State.FOLDER, index, fragment)
            part = self._part(index, fragment)
            return part._replace(state=State.NO_SLASH) if part.state is State.FINE and folder == path != "" else part
        if folder in site.folders and not site.hosted:
            return Target(State.FOLDER, path, fragment)
        if "//" in f"/{path}":  # most servers, and all disks, take them for one
            shorter = quote(re.sub("//+", "/", f"/{path}")[1:])
            once = self._file(f"{site.address}{shorter}#{fragment}", False)
            if once.state in (State.FINE, State.NO_FRAGMENT):
                return once if once.state is State.NO_FRAGMENT else once._replace(state=State.TWO_SLASHES)
        for source in markdown_pages(path, site):
            return Target(State.MARKDOWN, source, fragment)
        if TEMPLATE.search(path) or path.rpartition("/")[2] in NOWHERE:
            return Target(State.LEFTOVER)
        return Target(State.MISSING, path, fragment)

    def _part(self, path: str, fragment: str) -> Target:
        """Whether the part of a file that a fragment names is there, for files that have such parts."""
        if not fragment:
            return Target(State.FINE, path)
        page = self.records.get(path)
        if page is None or page.kind not in ("html", "svg") or page.refresh or page.unread:
            return Target(State.FINE, path, fragment)
        if page.kind == "svg" and re.match(r"svgView\(|xywh=|t=", fragment):
            return Target(State.FINE, path, fragment)
        found = urls.indicated(fragment, page.ids, page.names) or _is_range(fragment, page.ids)
        return Target(State.FINE if found else State.NO_FRAGMENT, path, fragment)


def _is_range(fragment: str, ids: Collection[str]) -> bool:
    """Whether a fragment names lines of a listing from one id to another, as scripts of listings mark them."""
    ends = re.fullmatch(r"((?:\w*\D)?)(\d+)-\1?(\d+)", fragment)
    return bool(ends) and ends[1] + ends[2] in ids and ends[1] + ends[3] in ids  # type: ignore[index]


def markdown_pages(path: str, site: Layout, folders: int = 2) -> Iterator[str]:
    """The pages of the site that were made from a Markdown file of this path.

    Whoever wrote the path counted from the source: for `a/b/index.html` made
    from `a/b.md`, one folder higher than the browser does; `folders` says whether to go there.
    """
    folder, file = posixpath.split(path)
    name, ending = posixpath.splitext(file)
    if ending != ".md":
        return
    for start in (folder, posixpath.dirname(folder))[:folders]:
        for page in ("index.html" if name == "README" else f"{name}/index.html", f"{name}.html"):
            if (made := posixpath.join(start, page)) in site.files:
                yield made


def _by_id(page: Page, reference: Reference) -> Target:
    value = reference.value
    if reference.element.endswith(APART):
        return Target(State.NO_ID)
    if reference.attribute == "usemap":  # WHATWG HTML, section 2.3.9, hash-name references
        found = value.partition("#")[2] in page.maps
    else:
        found = value in page.ids or value in page.inner_ids
    return Target(State.FINE if found else State.NO_ID)


def _scheme(value: str) -> Target | None:
    """What can be said of an address by its scheme alone; None to go on."""
    scheme = urls.scheme(value)
    if scheme in ("http", "https"):
        if re.match(r"https?:[/\\]{2}[^/\\]", value, re.IGNORECASE):
            return None
        return Target(State.MALFORMED, why=f"after '{scheme}:' there must be two slashes and a host")
    if not scheme:
        return None
    if scheme in ("javascript", "vbscript"):
        return Target(State.SCRIPT)
    if scheme in ("file", "blob", "chrome-extension", "moz-extension", "cid", "mid") or len(scheme) == 1:
        # a drive letter reads as a scheme; a blob lives as long as its page, and a part of a mail as the mail
        return Target(State.LEFTOVER)
    if scheme == "mailto":  # RFC 6068, section 2
        value = value.replace("%40", "@")  # many programs write it so, and mail programs take it
        fine = (
            _MAIL.match(value)
            and not re.match(r"[^?]*(?:[<>]|@[^?,]*\.\.)", value)
            and len(value) > len("mailto:")
            and value[7:9] != "//"
        )
        return Target(State.FINE) if fine else Target(State.BAD_CONTACT, why="has no whole mail address")
    if scheme == "tel":  # RFC 3966, section 3
        return Target(State.FINE) if _PHONE.match(value) else Target(State.BAD_CONTACT, why="has no phone number")
    if scheme in ("sms", "callto") and len(value) == len(scheme) + 1:
        return Target(State.BAD_CONTACT, why="has no phone number")
    if scheme == "about" and re.match(r"about:(?:blank|srcdoc)\b", value, re.IGNORECASE):
        return Target(State.FINE)
    if (
        scheme == "data"
        and re.match(r"data:image/svg\+xml[^,]*,[^#]*<svg\b(?:(?!</svg)[^#])*#", value, re.IGNORECASE)
        and (not re.match(r"[^,]*;\s*base64", value, re.IGNORECASE))
    ):
        return Target(State.MALFORMED, why="it ends for browsers at its first '#', which is written '%23' there")
    if scheme == "data" and not _is_data(value):
        return Target(State.MALFORMED, why="its data can't be read")
    if scheme not in _OTHER_SCHEMES:
        near = difflib.get_close_matches(scheme, ("http", "https", "mailto"), 1, 0.7)
        if near:
            return Target(State.MALFORMED, why=f"'{scheme}:' is not '{near[0]}:'")
        return Target(State.UNKNOWN, why=_NAMES_OF_THINGS.get(scheme, "")) if "+" not in scheme else Target(State.FINE)
    return Target(State.FINE)


def _surplus(value: str) -> str:
    """What is too much of an address of another host, most likely; "" if nothing is."""
    if "&amp;" in value:
        return "'&amp;' stands where '&' belongs"
    if re.search(r"(?:\s|%20)https?://|^https?://(?:dx\.)?doi\.org/+https?:", value):
        return "two addresses stand there as one"
    if value.endswith(")") and value.count("(") < value.count(")"):
        return "its last ')' belongs to the sentence"
    if value[-1:] in ',;>"”»“':
        return f"its last '{value[-1]}' belongs to the sentence"
    if re.search(r"%(?![0-9A-Fa-f]{2})", re.split("[?#]", value)[0]):
        return "'%' stands before two digits or letters up to F, and is '%25' by itself"
    return ""


def _tracked(url: str) -> str:
    """By what an address tells on the reader, or ""."""
    if _GO_BETWEEN.match(url):
        return f"goes by way of {urls.host(url)}, which counts who reads"
    found = _MARK.search(url.partition("#")[0].partition("?")[2])
    return f"holds '{found[1]}', a mark by which readers are counted" if found else ""


def _is_data(value: str) -> bool:
    """Whether a data address can be taken apart (Fetch, section 6, "data: URL processor")."""
    head, comma, body = value.partition("#")[0].partition(",")
    if not comma:
        return False
    if not re.search(r";\s*base64\s*$", head, re.IGNORECASE):
        return True
    data = re.sub(rb"[\t\n\f\r ]", b"", unquote_to_bytes(body))
    try:
        base64.b64decode(data.rstrip(b"=") + b"=" * (-len(data.rstrip(b"=")) % 4), validate=True)
    except binascii.Error:
        return False
    return True


def _is_local(host: str) -> bool:
    """Whether a host is there for one machine or one network only."""
    name = host.rstrip(".")
    if name[:1] != "[" and "." not in name or name.endswith(_PRIVATE):
        return True
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return any(address in network for network in _PRIVATE_NETWORKS)


def _alike(host: str, own: str) -> bool:
    """Whether a host is the site's own, but for "www." or one slip of the finger.

    Hosts under the same name are kept apart by their first label, as in
    `a.github.io` and `b.github.io`, so a slip there must leave it much alike.
    """
    if host.removeprefix("www.") == own.removeprefix("www."):
        return True
    return min(len(host), len(own)) > 7 and _one_slip(host, own)


def _one_slip(first: str, second: str) -> bool:
    """Whether one letter more, less or other, or two letters that changed places, tell two words apart."""
    if len(first) > len(second):
        first, second = second, first
    at = next((each for each, letter in enumerate(first) if letter != second[each]), len(first))
    if len(first) < len(second):
        return first[at:] == second[at + 1 :]
    return first[at + 1 :] == second[at + 1 :] or (
        first[at : at + 2] == second[at : at + 2][::-1] and first[at + 2 :] == second[at + 2 :]
    )
