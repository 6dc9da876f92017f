"""Reads well-formed markup a piece at a time, and refuses what a parser would have to put right.

A page is a text that many pages share, but for a few lines. To read the shared
lines once only, what they say must follow from them and from the elements that
they stand in, and from nothing else. That is so where each element has its end
tag, stands where the HTML standard lets it stand, and is written as the
standard writes it: there the parser of WHATWG HTML, section 13.2 makes one
element of each tag and moves none. `follow` reads such markup as that parser
does; for everything else it says `Irregular`, and the page goes to the parser.
"""

import re
from functools import lru_cache
from html import unescape
from html.entities import html5
from typing import NamedTuple

from .gathered import SPECIAL, UNSEEN_TEXT, Attributes, Gathered
from .references import SEEN


class Irregular(Exception):
    """What only a parser can make sense of."""


class _Unfinished(Exception):
    """The piece ends within a tag, a text or a comment; its argument must be in what follows."""


_SPACE = " \t\n\f"
"""WHATWG Infra, section 4.6: "ASCII whitespace", but for the carriage return, which no page has that is read so."""
_NAME = rf"[^{_SPACE}\"'<>/=]++"
_GIVEN = rf"(?:\"[^\"]*+\"|'[^']*+'|[^{_SPACE}\"'=<>`]++)"
_TOKEN = re.compile(
    rf"([^<]*+)<(?:(!--)|(/?)([A-Za-z][A-Za-z0-9-]*+)((?:[{_SPACE}]++{_NAME}(?:={_GIVEN})?+)*+)[{_SPACE}]*+(/?)>)"
)
"""Text, and after it a comment or a tag: whether it is an end tag, its name, its attributes, whether it closes itself."""
_TAG_BEGUN = re.compile(
    rf"<[A-Za-z][A-Za-z0-9-]*+(?:[{_SPACE}]++{_NAME}(?:={_GIVEN})?+(?=[{_SPACE}]))*+"
    rf"[{_SPACE}]++{_NAME}=(?:(\")[^\"]*+|(')[^']*+)\Z"
)
"""A tag that ends with the piece, and the sign that its last value ends with."""
_ATTRIBUTE = re.compile(rf"[{_SPACE}]++({_NAME})(=)?+(?:\"([^\"]*+)\"|'([^']*+)'|([^{_SPACE}\"'=<>`]++))?+")
_PLAIN_LINKS = re.compile(r"(?:[^<&\[\]{}]*+<a href=\"[^\"&#][^\"&]*+\">[^<&\[\]{}]*+</a>)++")
_HREF = re.compile(r"<a href=\"([^\"]*)")
_DOCTYPE = re.compile(rf"(?:[{_SPACE}]*<\?xml [^<>]*>)?(?:[{_SPACE}]*<!doctype [^<>\[]*>)?", re.IGNORECASE)
_REFERENCE = re.compile(r"&([A-Za-z0-9#]*;?)")
_NUMBER = re.compile(r"&#[A-Za-z0-9]+;?")
_TAG = re.compile(r"<[^<>]*>")

_VOID = frozenset(["area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
"""WHATWG HTML, section 13.1.2: elements without an end tag."""
_RAW = frozenset(("script", "style", "textarea", "title"))
"""Elements whose content is text, whatever it looks like."""
_REFUSED = frozenset(
    [
        "applet",
        "base",
        "basefont",
        "bgsound",
        "frame",
        "frameset",
        "image",
        "isindex",
        "keygen",
        "listing",
        "map",
        "marquee",
        "nobr",
        "noembed",
        "noframes",
        "param",
        "plaintext",
        "rb",
        "rtc",
        "template",
        "xmp",
    ]
)
"""What is out of date, or changes what stands outside of it."""
_FOREIGN = frozenset(("svg", "math"))
_OUT_OF_FOREIGN = frozenset(
    [
        "b",
        "big",
        "blockquote",
        "body",
        "br",
        "center",
        "code",
        "dd",
        "div",
        "dl",
        "dt",
        "em",
        "embed",
        "font",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "hr",
        "i",
        "img",
        "li",
        "listing",
        "menu",
        "meta",
        "nobr",
        "ol",
        "p",
        "pre",
        "ruby",
        "s",
        "small",
        "span",
        "strong",
        "strike",
        "sub",
        "sup",
        "table",
        "tt",
        "u",
        "ul",
        "var",
        "annotation-xml",
        "foreignobject",
        "mi",
        "mn",
        "mo",
        "ms",
        "mtext",
    ]
)
"""What ends a drawing or a formula (section 13.2.6.5), or holds HTML in it."""
_CAPITALS = frozenset(
    [
        "animateMotion",
        "animateTransform",
        "clipPath",
        "linearGradient",
        "radialGradient",
        "textPath",
        "feBlend",
        "feColorMatrix",
        "feComponentTransfer",
        "feComposite",
        "feDropShadow",
        "feFlood",
        "feFuncA",
        "feFuncB",
        "feFuncG",
        "feFuncR",
        "feGaussianBlur",
        "feImage",
        "feMerge",
        "feMergeNode",
        "feMorphology",
        "feOffset",
        "feTile",
        "feTurbulence",
    ]
)
"""Names that stay as they are written in a drawing."""
_SMALL = frozenset(map(str.lower, _CAPITALS))

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_ENDS_PARAGRAPH = _HEADINGS | frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hgroup",
        "hr",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "search",
        "section",
        "summary",
        "table",
        "ul",
    ]
)
"""What ends an open paragraph (section 13.2.6.4.7)."""
_NOT_WITHIN_ITSELF = frozenset(("a", "button"))

_HTML, _HEAD_READ, _BODY_READ, _END = "html", "html after head", "html after body", "end"
_PARENTS = {
    "html": frozenset(("",)),
    "head": frozenset((_HTML,)),
    "body": frozenset((_HEAD_READ,)),
    **dict.fromkeys(("caption", "colgroup", "thead", "tbody", "tfoot"), frozenset(("table",))),
    "col": frozenset(("colgroup", "table")),
    "tr": frozenset(("table", "thead", "tbody", "tfoot")),
    **dict.fromkeys(("td", "th"), frozenset(("tr",))),
    "li": frozenset(("ul", "ol", "menu")),
    **dict.fromkeys(("dt", "dd"), frozenset(("dl",))),
    "option": frozenset(("select", "optgroup", "datalist")),
    "optgroup": frozenset(("select",)),
    **dict.fromkeys(("rt", "rp"), frozenset(("ruby",))),
}
"""Where alone an element may stand."""
_CHILDREN: dict[str, frozenset[str]] = {
    "": frozenset(("html",)),
    _HTML: frozenset(("head",)),
    _HEAD_READ: frozenset(("body",)),
    _BODY_READ: frozenset(),
    _END: frozenset(),
    "head": frozenset(("link", "meta", "noscript", "script", "style", "title")),
    "head noscript": frozenset(("link", "meta", "style")),
    "table": frozenset(("caption", "col", "colgroup", "thead", "tbody", "tfoot", "tr")),
    "colgroup": frozenset(("col",)),
    **dict.fromkeys(("thead", "tbody", "tfoot"), frozenset(("tr",))),
    "tr": frozenset(("td", "th")),
    "select": frozenset(("option", "optgroup", "hr")),
    "optgroup": frozenset(("option",)),
    "option": frozenset(),
    "iframe": frozenset(),
}
"""What alone an element may hold, where the parser moves or drops the rest."""
_WITHOUT_TEXT = frozenset(
    (
        "",
        _HTML,
        _HEAD_READ,
        _BODY_READ,
        _END,
        "head",
        "head noscript",
        "table",
        "colgroup",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "iframe",
    )
)

Stack = tuple[str, ...]
"""The names of the open elements, the outermost first."""
CLOSED: Stack = (_END,)
"""What is left when the page is read."""


class _Inner(NamedTuple):
    """What is within an element, as far as it matters."""

    words: str = ""
    drawn: bool = False

    def text(self) -> str:
        return self.words


_NOTHING = _Inner()
_MARKS = (
    "[",
    "{",
    "`",
    "&#",
    "&l",
    "&L",
    "&c",
    "&D",
    "&g",
    ":material-",
    ":octicons-",
    ":fontawesome-",
    ":simple-",
    "turn0",
    "turn1",
)
"""One of these is in all markup whose text may be Markdown that was never made into HTML."""


class Step(NamedTuple):
    """Where reading a piece ends."""

    open: Stack
    rest: str = ""  # what can't be understood before more of the page is there
    wanted: str = ""  # what must be in that, so that it is worth trying


def follow(piece: str, stack: Stack, found: Gathered) -> Step:
    """Read a piece of a page that begins within the open elements, and gather what it says.

    `Irregular` if it is no markup that can be read so. What was gathered until then is of no use.
    """
    open_ = list(stack)
    marked = _is_marked(piece)
    foreign = not _FOREIGN.isdisjoint(open_)
    at = done = 0
    if not stack and (match := _DOCTYPE.match(piece)):
        at = done = match.end()
    try:
        while True:
            if (match := _PLAIN_LINKS.match(piece, at)) and not foreign and _may_hold_link(open_):
                found.links(_HREF.findall(match[0]))  # the most common, and all there is to it
                at = done = match.end()
            if not (match := _TOKEN.match(piece, at)):
                break
            at = match.end()
            text, comment, closing, tag, written, slash = match.groups()
            if text:
                if (open_[-1] if open_ else "") in _WITHOUT_TEXT and text.strip(_SPACE):
                    raise Irregular
                if marked and UNSEEN_TEXT.isdisjoint(open_):
                    found.text(_resolved(text))
                done = match.end(1)
            if comment:
                at = _after_comment(piece, at)
            elif closing:
                _close(tag, open_)
                foreign = foreign and (tag not in _FOREIGN)
            else:
                if foreign:
                    _check_foreign(tag, open_)
                else:
                    _check(tag, open_)
                attributes, inner = _attributes(written) if written else {}, ""
                if tag in _RAW and not slash:
                    at, inner = _raw(piece, at, tag, foreign)
                    if marked and tag == "title":
                        found.text(_resolved(inner))
                elif slash:
                    if tag not in _VOID and tag not in _FOREIGN and not foreign:
                        raise Irregular
                elif foreign or tag not in _VOID:
                    if tag == "a" and attributes.get("href") == "#":
                        inner = _words(piece, at)
                    open_.append("head noscript" if tag == "noscript" and open_[-1] == "head" else tag)
                    foreign = foreign or tag in _FOREIGN
                if "srcdoc" in attributes:
                    raise Irregular
                if tag in SPECIAL or not SEEN.isdisjoint(attributes):
                    found.element(tag, attributes, _Inner(inner, "svg" in open_) if inner or foreign else _NOTHING)
            done = at
        if rest := piece[done:].strip(_SPACE):
            raise _unfinished(rest)
    except _Unfinished as more:
        return Step(tuple(open_), piece[done:], more.args[0])
    return Step(tuple(open_))


def _is_marked(piece: str) -> bool:
    return any(mark in piece for mark in _MARKS)


def _unfinished(rest: str) -> Exception:
    begins = rest.find("<")
    if begins < 0:
        return _Unfinished("<")
    begun = _TAG_BEGUN.match(rest, begins)
    return _Unfinished(begun[1] or begun[2]) if begun else Irregular()


def _may_hold_link(open_: list[str]) -> bool:
    parent = open_[-1] if open_ else ""
    return parent not in _CHILDREN and "a" not in open_


def _after_comment(piece: str, at: int) -> int:
    """Where a comment ends (section 13.2.5.43 and those that follow)."""
    end = piece.find("-->", at)
    if end < 0:
        raise _Unfinished("-->")
    inner = piece[at:end]
    if inner[:1] == ">" or inner[:2] == "->" or inner[-1:] == "-" or "<!--" in inner or "--!>" in inner:
        raise Irregular
    return end + 3


def _raw(piece: str, at: int, tag: str, foreign: bool) -> tuple[int, str]:
    """Where the text of a script or the like ends, and that text (sections 13.2.5.2 to 13.2.5.4)."""
    end = piece.find(f"</{tag}>", at)
    if end < 0:
        raise _Unfinished(f"</{tag}>")
    text = piece[at:end]
    if f"</{tag}" in text.lower() or "<!--" in text or (foreign and ("<" in text or "&" in text)):
        raise Irregular
    return end + len(tag) + 3, text


def _words(piece: str, at: int) -> str:
    """The text in a link."""
    end = piece.find("</a>", at)
    if end < 0:
        raise _Unfinished("</a>")
    text = _TAG.sub("", piece[at:end])
    if "<" in text or ">" in text:
        raise Irregular
    return _resolved(text)


def _close(tag: str, open_: list[str]) -> None:
    """Close the innermost element, which must be the one that the end tag names."""
    last = open_.pop() if open_ else ""
    if last == tag or last == f"head {tag}":
        if tag == "head":
            open_[-1] = _HEAD_READ
        elif tag == "body":
            open_[-1] = _BODY_READ
    elif last == _BODY_READ and tag == "html":
        open_.append(_END)
    else:
        raise Irregular


def _check(tag: str, open_: list[str]) -> None:
    """`Irregular` for an element that may not begin within the open ones (section 13.2.6.4)."""
    parent = open_[-1] if open_ else ""
    if tag in _REFUSED or tag != tag.lower():
        raise Irregular
    if parent in _CHILDREN and tag not in _CHILDREN[parent]:
        raise Irregular
    if tag in _PARENTS and parent not in _PARENTS[tag]:
        if not (tag in ("dt", "dd") and parent == "div" and open_[-2] == "dl"):
            raise Irregular
    elif tag in _ENDS_PARAGRAPH:
        if "p" in open_ or tag in _HEADINGS and parent in _HEADINGS or tag == "form" and tag in open_:
            raise Irregular
    elif tag in _NOT_WITHIN_ITSELF and tag in open_:
        raise Irregular


def _check_foreign(tag: str, open_: list[str]) -> None:
    """The same within a drawing or a formula (section 13.2.6.5)."""
    if tag not in _CAPITALS and (
        tag in _SMALL or tag in _OUT_OF_FOREIGN or tag in _FOREIGN or tag != tag.lower() or open_[-1] == "desc"
    ):
        raise Irregular


@lru_cache(maxsize=10_000)
def _attributes(written: str) -> Attributes:
    """The attributes of a tag, not to be changed: the same stand in many."""
    found: Attributes = {}
    for name, given, double, single, bare in _ATTRIBUTE.findall(written):
        if name in found or name != name.lower() and name.lower() in SEEN:
            raise Irregular
        value = double or single or bare
        found[name] = (_value(value) if "&" in value else value) if given else None
    return found


def _value(value: str) -> str:
    """The value of an attribute with its character references resolved, where no rule of thumb is needed for it."""
    for reference in _REFERENCE.findall(value):
        if reference[-1:] != ";" and reference or reference[:1] != "#" and reference and reference not in html5:
            raise Irregular
        if reference[:1] == "#" and not unescape("&" + reference).isprintable():
            raise Irregular
    return _resolved(value)


def _resolved(text: str) -> str:
    """A text with its character references resolved; Python leaves control signs out, which browsers do not."""
    if not all(map(unescape, _NUMBER.findall(text))):
        raise Irregular
    return unescape(text)
