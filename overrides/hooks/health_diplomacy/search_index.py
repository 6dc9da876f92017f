"""What the search looks through: each paragraph, sentence, topic, term and source by itself, and the rest by its headings.

A result should be the place itself and say what it is, so an essay is not indexed as a page or a section, as a general
index does, but as numbered paragraphs. Pages that hold none of these keep the entries that the engine's own index gives them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from html import unescape
from typing import Any

from .evidence import CLAIMS_PAGE, SOURCES_PAGE, claims_page
from .library import GLOSSARY_PAGE, Library

Entry = dict[str, Any]
"""`location` (below the site), `kind` (in words), `title`, `text`, and `boost` where it is not 1."""


def entries(
    library: Library, words: Mapping[str, str], references: Mapping[str, str], address: Callable[[str], str]
) -> list[Entry]:
    """Everything that has a name of its own. `references` are the sources in HTML, `address` gives a page's by its source."""
    found: list[Entry] = []
    for topic in library.topics:
        found.append(_entry(address(topic.uri), words["topic"], topic.title, f"{topic.question} {topic.answer}", 4))
    for paragraph in library.paragraphs.values():
        kind = f"{words['essay']} {paragraph.essay.number}, ¶ {paragraph.number}"
        found.append(
            _entry(f"{address(paragraph.essay.uri)}#{paragraph.id}", kind, paragraph.essay.title, paragraph.words, 4)
        )
    for term in library.terms.values():
        found.append(_entry(f"{address(GLOSSARY_PAGE)}#{term.id}", words["term"], term.term, term.short, 4))
    for claim in library.claims_in_order:
        paragraph = library.paragraphs[claim.paragraph]
        place = f"{words['essay']} {paragraph.essay.number}, ¶ {paragraph.number}, {words['sentence'].lower()} {claim.sentence}"
        location = f"{address(claims_page(paragraph.essay.id))}#{claim.id}"
        found.append(
            _entry(
                location,
                f"{words['record']}: {words[claim.verdict].lower()}. {place}",
                claim.quote,
                claim.plain_note,
                0.7,
            )
        )
    for id, source in library.sources.items():
        about = _plain(references[id]).replace(source.title, "").replace("“.”", "").strip(" .,“”")
        found.append(
            _entry(
                f"{address(SOURCES_PAGE)}#{id}",
                words["source_list"],
                source.title,
                f"{about}. {' '.join(source.facts)}",
                0.25,
            )
        )
    return found


def pages(
    listed: Iterable[Mapping[str, str]], library: Library, words: Mapping[str, str], address: Callable[[str], str]
) -> list[Entry]:
    """The entries of a general index for the pages that hold nothing with a name of its own."""
    whole = {address(uri) for uri in (CLAIMS_PAGE, SOURCES_PAGE, GLOSSARY_PAGE) if uri in library.pages}
    whole |= {address(each.uri) for each in [*library.essays, *library.topics]}
    whole |= {address(claims_page(essay.id)) for essay in library.essays if claims_page(essay.id) in library.pages}
    titles = {address(uri): page.title for uri, page in library.pages.items()}
    found = []
    for each in listed:
        place, _, fragment = each["location"].partition("#")
        if place in whole:
            continue
        kind = f"{words['page']}: {titles[place]}" if fragment and place in titles else words["page"]
        found.append(_entry(each["location"], kind, _plain(each["title"]), _plain(each["text"]), 0.9))
    return found


def script(found: Iterable[Entry]) -> str:
    """The index as a script that sets `__index`: a page opened from a disk can load a script, and no other file."""
    return f"var __index = {json.dumps({'docs': list(found)}, ensure_ascii=False, separators=(',', ':'))}\n"


def _entry(location: str, kind: str, title: str, words: str, boost: float = 1) -> Entry:
    entry = {"location": location, "kind": kind, "title": title, "text": words}
    return entry if boost == 1 else {**entry, "boost": boost}


def _plain(html: str) -> str:
    """The words of a piece of HTML."""
    return re.sub(r" ([,.;:])", r"\1", " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split()))
