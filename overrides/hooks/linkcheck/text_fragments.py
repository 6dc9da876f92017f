"""Links to words of a page: what follows `:~:text=` (WICG, "URL Fragment Text Directives", section 3)."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser

from .attributes import words
from .urls import readable

_HIDDEN = list(words("head script style template textarea select iframe object audio video"))
_PHRASING = list(
    words("a abbr b bdi bdo cite code del dfn em font i ins kbd mark q s samp small span strong sub sup u var wbr")
)


def directives(url: str) -> Iterator[str]:
    """The text directives of a URL, as they are written."""
    for part in url.partition("#")[2].partition(":~:")[2].split("&"):
        if part.startswith("text="):
            yield part.removeprefix("text=")


def is_there(directive: str, html: str) -> bool:
    """Whether a page has the words of a directive: `[prefix-,]start[,end][,-suffix]`."""
    parts = directive.split(",")
    before = parts.pop(0)[:-1] if len(parts) > 1 and parts[0].endswith("-") else ""
    after = parts.pop()[1:] if len(parts) > 1 and parts[-1].startswith("-") else ""
    between = r".*?".join(map(_words, parts[:2]))
    pattern = re.compile(r"\s*".join(filter(None, (_words(before), between, _words(after)))), re.DOTALL)
    return pattern.search(_text(html)) is not None


def _words(part: str) -> str:
    """A pattern for words, whole ones where the script separates words (section 3.5.2)."""
    words = _fold(readable(part)).split()
    pattern = r"\s+".join(map(re.escape, words))
    if words and words[0][0] < "\u0e00" and re.match(r"\w", words[0]):
        pattern = rf"(?<!\w){pattern}"
    if words and words[-1][-1] < "\u0e00" and re.search(r"\w\Z", words[-1]):
        pattern = rf"{pattern}(?!\w)"
    return pattern


@lru_cache(maxsize=16)
def _text(html: str) -> str:
    """The visible text of a page. Phrasing elements are parts of words; others separate them."""
    tree = LexborHTMLParser(html)
    tree.strip_tags(_HIDDEN)
    tree.unwrap_tags(_PHRASING)
    tree.merge_text_nodes()
    return _fold(tree.root.text(separator=" ")) if tree.root else ""


def _fold(text: str) -> str:
    """Without what is ignored when words are compared: letter case, accents, soft hyphens."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter) and letter != "\u00ad")
