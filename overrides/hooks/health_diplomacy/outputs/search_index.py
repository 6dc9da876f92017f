"""The search index: each paragraph, sentence, topic, term and source, and other pages by their headings.

Essays are indexed by numbered paragraph instead of by page and heading, so that a result shows what it is. Other pages
keep the entries of Material's own index.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from itertools import pairwise
from pathlib import Path

from health_diplomacy.content.site import CLAIMS_PAGE, GLOSSARY_PAGE, SOURCES_PAGE, Site
from health_diplomacy.render.context import RenderContext

INDEX = "search/search_index.js"
TOKEN = re.compile(r"\w+|[^\w\s-]")
"""A word or a punctuation mark other than a hyphen, so that `health-care` is the same as `health care`."""
HYPHENATED = re.compile(r"\b[^\W\d_]{3,}(?:-[^\W\d_]{3,})+\b")


@dataclass
class Entry:
    """A search result. `location` is its URL relative to the site's root, `group` what readers can filter by."""

    location: str
    kind: str
    group: str
    title: str
    text: str
    boost: float
    names: list[str] = field(default_factory=list)  # ranked like the title
    also: list[str] = field(default_factory=list)  # synonyms, ranked lower


def has_own_entries(site: Site, uri: str) -> bool:
    """Whether a page is indexed here, and not by Material."""
    lists = {CLAIMS_PAGE, SOURCES_PAGE, GLOSSARY_PAGE, site.search_page, *site.essay_by_claims_page}
    return uri in lists or uri in site.essay_by_uri or uri in site.topic_by_uri


def write(context: RenderContext, url: Callable[[str], str], site_dir: Path) -> None:
    """Replace Material's index in `site_dir`. `url` returns a page's URL relative to the site's root by its uri."""
    generic = json.loads((site_dir / "search/search_index.json").read_text(encoding="utf-8"))["docs"]
    for file in site_dir.glob("search/search_index.js*"):
        file.unlink()
    entries = [*_entries(context, url), *_other_pages(generic, context, url)]
    _add_synonyms(entries, [[term.term, *term.aliases] for term in context.site.terms.values()])
    docs = [{key: value for key, value in vars(entry).items() if value != []} for entry in entries]
    index = {"docs": docs, "ignored": context.ui["search_ignored"].split()}
    # A page opened from a disk can load scripts but can't fetch files.
    script = f"var __index = {json.dumps(index, ensure_ascii=False, separators=(',', ':'))}\n"
    (site_dir / INDEX).write_text(script, encoding="utf-8")


def _entries(context: RenderContext, url: Callable[[str], str]) -> Iterator[Entry]:
    site, ui = context.site, context.ui
    for topic in site.topics:
        listed = [site.terms[id] for id in site.pages[topic.uri].terms if id in site.terms]
        own = [term for term in listed if term.term.split()[0] == topic.title.split()[0]]
        names = [alias for term in own for alias in term.aliases]
        also = [alias for term in listed for alias in term.aliases]
        yield Entry(
            url(topic.uri), ui["topic"], "text", topic.title, f"{topic.question} {topic.answer}", 4, names, also
        )
    for paragraph in site.paragraphs.values():
        essay = paragraph.essay
        verdicts = [
            f"{ui['sentence'].lower()} {claim.sentence}: {ui[claim.label].lower()}"
            for claim in site.claims_of(paragraph.id)
        ]
        label = "; ".join([context.paragraph_label(paragraph), *verdicts])
        yield Entry(f"{url(essay.uri)}#{paragraph.id}", label, "text", essay.title, paragraph.text, 4)
    for term in site.terms.values():
        yield Entry(f"{url(GLOSSARY_PAGE)}#{term.id}", ui["term"], "terms", term.term, term.short, 4, term.aliases)
    for claim in site.claims_in_order:
        location = f"{url(site.paragraphs[claim.paragraph].essay.claims_page)}#{claim.id}"
        kind = f"{ui['for_verdict']}: {ui[claim.label].lower()}. {context.claim_label(claim)}"
        notes = " ".join(f"“{part.words}”: {part.plain_note}" for part in claim.parts)
        text = f"{claim.finding} {notes}"
        yield Entry(location, kind, "sentences", claim.quote, text, 0.7, [ui[claim.verdict]])
    for id, source in site.sources.items():
        reference = _plain_text(context.bibliography.html[id])
        about = re.sub(r"“[\s.]*” ?", "", reference.replace(source.title, "")).strip(" .,“”")
        text = f"{about}. {' '.join(source.facts)}"
        yield Entry(f"{url(SOURCES_PAGE)}#{id}", ui["source_number"], "sources", source.title, text, 0.25)


def _other_pages(
    generic: Iterable[Mapping[str, str]], context: RenderContext, url: Callable[[str], str]
) -> Iterator[Entry]:
    """The entries of Material's index, which has all other pages."""
    ui = context.ui
    pages = {url(uri): page for uri, page in context.site.pages.items()}
    for entry in generic:
        address, _, fragment = entry["location"].partition("#")
        page, title, text = pages.get(address), _plain_text(entry["title"]), _plain_text(entry["text"])
        kind = f"{ui['page']}: {page.title}" if fragment and page else ui["page"]
        names = [page.short_title] if page and page.short_title and not fragment else []
        yield Entry(entry["location"], kind, "text", title, text, 0.6, names)


def _add_synonyms(entries: Sequence[Entry], synonyms: Sequence[Sequence[str]]) -> None:
    """Make each entry findable by other names of its terms, and by compounds written as one word or two."""
    texts = [f"{entry.title} {entry.text}".casefold() for entry in entries]
    tokens = [TOKEN.findall(text) for text in texts]
    known = {token for words in tokens for token in words}
    pairs = {pair for words in tokens for pair in pairwise(words)}
    compounds = {f"{first}{second}": f"{first} {second}" for first, second in pairs if f"{first}{second}" in known}
    for text in texts:
        compounds |= {word.replace("-", ""): word.replace("-", " ") for word in HYPHENATED.findall(text)}
    groups = [*compounds.items(), *([" ".join(TOKEN.findall(name.casefold())) for name in names] for names in synonyms)]
    by_first_token = defaultdict(list)
    for names in groups:
        for name in names:
            by_first_token[name.partition(" ")[0]].append((f" {name} ", names))
    for entry, words in zip(entries, tokens, strict=True):
        text = f" {' '.join(words)} "
        possible = (group for token in set(words) & by_first_token.keys() for group in by_first_token[token])
        others = {other for name, names in possible if name in text for other in names if other not in text}
        entry.also = sorted(others.union(entry.also) - set(entry.names))


def _plain_text(html: str) -> str:
    return re.sub(r" ([,.;:])", r"\1", " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split()))
