"""Addresses in style sheets, by the token rules of CSS Syntax Level 3.

A pattern for `url(` alone would also find those in comments and strings.
"""

import re
from collections.abc import Iterator

_ESCAPE = r"\\(?:[0-9a-fA-F]{1,6}\s?|[^\n\r\f0-9a-fA-F])"
_STRING = rf"\"(?:[^\"\\\n\r\f]|\\\r\n|\\[\n\r\f]|{_ESCAPE})*\"?|'(?:[^'\\\n\r\f]|\\\r\n|\\[\n\r\f]|{_ESCAPE})*'?"
_TOKEN = re.compile(
    rf"(?P<comment>/\*.*?(?:\*/|\Z))"
    rf"|(?P<url>\burl\(\s*(?:(?P<quoted>{_STRING})|(?P<bare>(?:[^\s\"'()\\]|{_ESCAPE})*))\s*\)?)"
    rf"|(?P<src>\bsrc\(\s*(?P<sourced>{_STRING}))"
    rf"|(?P<namespace>@(?:namespace|(?:-moz-)?document)\b[^;{{}}]*)"
    rf"|(?P<import>@import(?:\s|/\*(?:[^*]|\*(?!/))*\*/)*(?P<imported>{_STRING}))"
    rf"|(?P<set>\b(?:(?:-webkit-)?image-set|(?<!-)image)\()"
    rf"|(?P<string>{_STRING})"
    rf"|(?P<open>\()|(?P<close>\))",
    re.DOTALL | re.IGNORECASE,
)


def _unescape(text: str) -> str:
    """Undo CSS escapes (CSS Syntax Level 3, section 4.3.7)."""
    if "\\" not in text:
        return text
    text = re.sub(r"\\(\r\n|[\n\r\f])", "", text)

    def character(match: re.Match[str]) -> str:
        if not match[1]:
            return match[2]
        point = int(match[1], 16)
        return "\ufffd" if not point or point > 0x10FFFF or 0xD800 <= point <= 0xDFFF else chr(point)

    return re.sub(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", character, text)


def _inner(string: str) -> str:
    return _unescape(string[1:-1] if string[-1] == string[0] else string[1:])


def addresses(css: str) -> Iterator[str]:
    """Every address that a style sheet or style attribute loads or points to; an empty one loads nothing."""
    if re.search(r"url\(|src\(|@import|image(?:-set)?\(", css, re.IGNORECASE):
        yield from filter(None, _addresses(css))


def _addresses(css: str) -> Iterator[str]:
    sets: list[bool] = []  # for each open parenthesis, whether it is that of an image-set() or image()
    for token in _TOKEN.finditer(css):
        match token.lastgroup:
            case "url" | "quoted" | "bare":
                quoted = token["quoted"]
                yield _inner(quoted) if quoted is not None else _unescape(token["bare"])
            case "import" | "imported":
                yield _inner(token["imported"])
            case "src" | "sourced":
                sets.append(False)  # its own parenthesis is still open
                yield _inner(token["sourced"])
            case "string" if sets and sets[-1]:
                yield _inner(token["string"])
            case "set":
                sets.append(True)
            case "open":
                sets.append(False)
            case "close" if sets:
                sets.pop()
