"""Links to words of a page: what follows ":~:text=" (WICG, "URL Fragment Text Directives", section 3)."""

import unicodedata
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

from .urls import readable

_UNSEEN = ("head", "script", "style", "template", "textarea", "select", "iframe", "object", "audio", "video")


def directives(address: str) -> Iterator[str]:
    """The text directives of an address, as they are written."""
    for part in address.partition("#")[2].partition(":~:")[2].split("&"):
        if part.startswith("text="):
            yield part.removeprefix("text=")


def words(data: bytes) -> str:
    """All text of a page that may be seen, squeezed."""
    tree = LexborHTMLParser(data)
    tree.strip_tags(list(_UNSEEN))
    return squeezed(tree.root.text() if tree.root else "")


def squeezed(text: str) -> str:
    """A text without what browsers pass over when they look for words: spaces, capitals and accents.

    Section 3.5.2 has them compare words by their base letters. Leaving spaces
    out passes a few words that are not found, and blames none that are.
    """
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(
        letter
        for letter in letters
        if not letter.isspace() and not unicodedata.combining(letter) and letter != "\u00ad"
    )


def is_there(directive: str, text: str) -> bool:
    """Whether the words of a directive stand in a squeezed text: `[prefix-,]start[,end][,-suffix]`."""
    parts = directive.split(",")
    before = _plain(parts.pop(0)[:-1]) if len(parts) > 1 and parts[0].endswith("-") else ""
    after = _plain(parts.pop()[1:]) if len(parts) > 1 and parts[-1].startswith("-") else ""
    first = before + _plain(parts[0])
    if len(parts) == 1:
        return first + after in text
    at = text.find(first)
    return at >= 0 and text.find(_plain(parts[1]) + after, at + len(first)) >= 0


def _plain(part: str) -> str:
    return squeezed(readable(part))
