"""The search index: each paragraph, sentence, topic, term and source, and other pages by their headings.

Essays are indexed by numbered paragraph instead of by page and heading, so that a result shows what it is. Other pages
keep the entries of Material's own index.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import unescape
from pathlib import Path
from typing import Any

from health_diplomacy.content.site import CLAIMS_PAGE, GLOSSARY_PAGE, SOURCES_PAGE
from health_diplomacy.render.context import RenderContext

INDEX = "search/search_index.js"
Entry = dict[str, Any]
"""`location` (below the site), `kind` (as text), `title`, `text`, and `boost`."""


def write(context: RenderContext, url: Callable[[str], str], site_dir: Path) -> None:
    """Replace Material's index in `site_dir`. `url` returns a page's URL below the site by its uri."""
    generic = json.loads((site_dir / "search/search_index.json").read_text(encoding="utf-8"))["docs"]
    for file in site_dir.glob("search/search_index.js*"):
        file.unlink()
    entries = [*_entries(context, url), *_other_pages(generic, context, url)]
    # A page opened from a disk can load scripts but can't fetch files.
    script = f"var __index = {json.dumps({'docs': entries}, ensure_ascii=False, separators=(',', ':'))}\n"
    (site_dir / INDEX).write_text(script, encoding="utf-8")


def _entries(context: RenderContext, url: Callable[[str], str]) -> Iterator[Entry]:
    site, ui = context.site, context.ui
    for topic in site.topics:
        yield _entry(url(topic.uri), ui["topic"], topic.title, f"{topic.question} {topic.answer}", 4)
    for paragraph in site.paragraphs.values():
        essay, label = paragraph.essay, context.paragraph_label(paragraph)
        yield _entry(f"{url(essay.uri)}#{paragraph.id}", label, essay.title, paragraph.text, 4)
    for term in site.terms.values():
        yield _entry(f"{url(GLOSSARY_PAGE)}#{term.id}", ui["term"], term.term, term.short, 4)
    for claim in site.claims_in_order:
        location = f"{url(site.paragraphs[claim.paragraph].essay.claims_page)}#{claim.id}"
        kind = f"{ui['record']}: {ui[claim.verdict].lower()}. {context.claim_label(claim)}"
        yield _entry(location, kind, claim.quote, f"{claim.finding} {claim.plain_note}", 0.7)
    for id, source in site.sources.items():
        reference = _plain_text(context.bibliography.html[id])
        about = reference.replace(source.title, "").replace("“.”", "").strip(" .,“”")
        text = f"{about}. {' '.join(source.facts)}"
        yield _entry(f"{url(SOURCES_PAGE)}#{id}", ui["source_list"], source.title, text, 0.25)


def _other_pages(
    generic: Iterable[Mapping[str, str]], context: RenderContext, url: Callable[[str], str]
) -> Iterator[Entry]:
    """The entries of Material's index for all other pages."""
    site, ui = context.site, context.ui
    indexed = {uri for uri in (CLAIMS_PAGE, SOURCES_PAGE, GLOSSARY_PAGE) if uri in site.pages}
    indexed |= (
        site.essay_by_uri.keys() | site.topic_by_uri.keys() | (site.essay_by_claims_page.keys() & site.pages.keys())
    )
    urls = {url(uri) for uri in indexed}
    titles = {url(uri): page.title for uri, page in site.pages.items()}
    for each in generic:
        page, _, fragment = each["location"].partition("#")
        if page not in urls:
            kind = f"{ui['page']}: {titles[page]}" if fragment and page in titles else ui["page"]
            yield _entry(each["location"], kind, _plain_text(each["title"]), _plain_text(each["text"]), 0.9)


def _entry(location: str, kind: str, title: str, text: str, boost: float) -> Entry:
    return {"location": location, "kind": kind, "title": title, "text": text, "boost": boost}


def _plain_text(html: str) -> str:
    return re.sub(r" ([,.;:])", r"\1", " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split()))
