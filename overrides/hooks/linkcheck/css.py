"""URLs in style sheets, by the tokens of CSS Syntax Level 3: `url(` also occurs in comments and strings."""

import re
from collections.abc import Iterator

_ESCAPE = r"\\(?:[0-9a-fA-F]{1,6}\s?|[^\n\r\f0-9a-fA-F])"
_STRING = rf"\"(?:[^\"\\\n\r\f]|\\\r\n|\\[\n\r\f]|{_ESCAPE})*\"?|'(?:[^'\\\n\r\f]|\\\r\n|\\[\n\r\f]|{_ESCAPE})*'?"
_TOKEN = re.compile(
    rf"(?P<comment>/\*.*?(?:\*/|\Z))"
    rf"|(?P<url>\burl\(\s*(?:(?P<quoted>{_STRING})|(?P<bare>(?:[^\s\"'()\\]|{_ESCAPE})*))\s*\)?)"
    rf"|(?P<src>\bsrc\(\s*(?P<sourced>{_STRING}))"
    rf"|(?P<namespace>@(?:namespace|(?:-moz-)?document)\b[^;{{}}]*)"
    rf"|(?P<import>@import(?:\s|/\*(?:[^*]|\*(?!/))*\*/)*(?P<imported>{_STRING})?)"
    rf"|(?P<set>\b(?:(?:-webkit-)?image-set|(?<!-)image)\()"
    rf"|(?P<string>{_STRING})"
    rf"|(?P<open>\()|(?P<close>\))|(?P<block>\{{)",
    re.DOTALL | re.IGNORECASE,
)
_HAS_URL = re.compile(r"url\(|src\(|@import|image(?:-set)?\(", re.IGNORECASE)


def urls(css: str) -> Iterator[str]:
    """The URLs that a style sheet or style attribute loads or points to. An empty one loads nothing."""
    if _HAS_URL.search(css):
        yield from filter(None, _urls(css))


def _urls(css: str) -> Iterator[str]:
    in_set: list[bool] = []  # for each open parenthesis: whether it is that of image-set() or image()
    ignored_to, after_rule = -1, False
    for token in _TOKEN.finditer(css):
        if token.start() < ignored_to:
            continue
        kind = next(name for name, text in token.groupdict().items() if text is not None)
        if kind == "url":
            quoted = token["quoted"]
            yield _inner(quoted) if quoted is not None else _unescape(token["bare"])
        elif kind == "import" and after_rule:  # never loaded (CSS Cascading and Inheritance Level 5, section 2)
            ignored_to = css.find(";", token.end())
        elif kind == "import" and token["imported"]:
            yield _inner(token["imported"])
        elif kind == "src":
            in_set.append(False)  # its own parenthesis is still open
            yield _inner(token["sourced"])
        elif kind == "string" and in_set and in_set[-1]:
            yield _inner(token["string"])
        elif kind in ("set", "open"):
            in_set.append(kind == "set")
        elif kind == "close" and in_set:
            in_set.pop()
        elif kind == "block":
            after_rule = True


def _inner(string: str) -> str:
    return _unescape(string[1:-1] if len(string) > 1 and string[-1] == string[0] else string[1:])


def _unescape(text: str) -> str:
    """Undo CSS escapes (CSS Syntax Level 3, section 4.3.7)."""
    if "\\" not in text:
        return text

    def character(match: re.Match[str]) -> str:
        if not match[1]:
            return match[2]
        point = int(match[1], 16)
        return "\ufffd" if not point or point > 0x10FFFF or 0xD800 <= point <= 0xDFFF else chr(point)

    text = re.sub(r"\\(\r\n|[\n\r\f])", "", text)
    return re.sub(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", character, text)
