"""Which fragments of a page of another site are missing, as far as that can be told."""

from collections.abc import Collection
from email.message import Message

from .. import page, suggest, urls
from .model import Outcome


def missing(outcome: Outcome, fragments: Collection[str]) -> dict[str, str]:
    """The fragments that are not on the page, each with the id that may be meant ("" if none is like it).

    Nothing is said of what is not HTML (`#page=3` of a PDF), of text fragments,
    of a page too long to read, and of names that only a script gives a meaning.
    """
    wanted = [each for each in fragments if each and not each.startswith(("!", "/")) and not outcome.own_fragment]
    media, charset = _media(outcome.media_type)
    if not wanted or not outcome.whole or media not in ("text/html", "application/xhtml+xml"):
        return {}
    record = page.read("page.html", _as_utf8(outcome.body, charset))
    if record.unread or record.refresh is not None:
        return {}
    ids = record.ids | record.names
    # GitHub gives its ids this prefix and lets a script follow links without it.
    known = ids | {each.removeprefix("user-content-") for each in ids}
    return {each: _near(urls.readable(each), ids) for each in wanted if not urls.indicated(each, known)}


def _near(fragment: str, ids: Collection[str]) -> str:
    return "" if suggest.numbered(ids, fragment) else suggest.close(fragment, ids)


def _media(content_type: str) -> tuple[str, str]:
    """Media type and charset of a Content-Type (RFC 9110, section 8.3.1)."""
    message = Message()
    message["Content-Type"] = content_type or "application/octet-stream"
    return message.get_content_type(), str(message.get_content_charset() or "")


def _as_utf8(body: bytes, charset: str) -> bytes:
    if not charset:
        return body
    try:
        return body.decode(charset, "replace").encode()
    except LookupError:
        return body
