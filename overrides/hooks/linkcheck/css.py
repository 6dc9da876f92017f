"""URLs in style sheets, by the tokens of CSS Syntax Level 3: `url(` also occurs in comments and strings."""

import re
from collections.abc import Iterator

_STRING = r"\"(?:[^\"\\\n]|\\.)*\"?|'(?:[^'\\\n]|\\.)*'?"
_TOKEN = re.compile(
    rf"/\*.*?(?:\*/|\Z)|@(?:namespace|(?:-moz-)?document)\b[^;{{}}]*"
    rf"|@import\s*(?P<import>{_STRING})|(?P<rule>\{{)|{_STRING}"
    rf"|(?P<before>@import\s+)?\burl\(\s*(?:(?P<quoted>{_STRING})|(?P<bare>(?:[^\s\"'()\\]|\\(?:[0-9a-fA-F]{{1,6}}\s?|.))*))\s*\)?",
    re.DOTALL | re.IGNORECASE,
)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|\n|(.))", re.DOTALL)


def urls(css: str) -> Iterator[str]:
    """The URLs that a style sheet or style attribute loads or points to. An empty one loads nothing."""
    after_rule = False
    for token in _TOKEN.finditer(css):
        if token["rule"]:
            after_rule = True
        elif after_rule and (token["import"] or token["before"]):
            continue  # never loaded (CSS Cascading and Inheritance Level 5, section 2)
        elif string := token["import"] or token["quoted"]:
            yield from filter(None, [_unescape(string.strip(string[0]))])
        elif token["bare"]:
            yield _unescape(token["bare"])


def _unescape(text: str) -> str:
    """Undo CSS escapes (CSS Syntax Level 3, section 4.3.7)."""

    def character(match: re.Match[str]) -> str:
        point = int(match[1] or "0", 16)
        return chr(point) if 0 < point <= 0x10FFFF and not 0xD800 <= point <= 0xDFFF else match[2] or ""

    return _ESCAPE.sub(character, text) if "\\" in text else text
