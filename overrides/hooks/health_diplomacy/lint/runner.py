"""Runs all checks on the sources, so that a contributor sees every problem at once."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

import markdown as markdown_library
from diagnostics import Diagnostic

from health_diplomacy.content import git_history, snippets
from health_diplomacy.content.configuration import Settings
from health_diplomacy.content.documents import Document
from health_diplomacy.content.file_names import CHECKSUMS, EVIDENCE_FILES, GLOSSARY, IMAGES
from health_diplomacy.content.limits import walk
from health_diplomacy.content.site import CLAIMS_PAGE, GLOSSARY_PAGE, SOURCES_PAGE, Site
from health_diplomacy.lint import essays as essay_rules
from health_diplomacy.lint import (
    evidence,
    images,
    links,
    markdown,
    navigation,
    pages,
    prose,
    safety,
    sources,
    topics,
    unrendered_markup,
)
from health_diplomacy.render import glossary
from health_diplomacy.render.placeholders import added_ids

CAUSES = {"F09", "M02", "M06", "M07", "M12"}
EFFECTS = {"M03", "S03"}
"""Not reported on a line with a problem in `CAUSES`, which explains them."""


def check(
    site: Site, problems: list[Diagnostic], root: Path, docs: Path, settings: Settings, display_path: str = "docs"
) -> list[Diagnostic]:
    """All problems of a site in the repository `root`.

    `problems` are those found while reading it; `display_path` is the docs folder in messages.
    """
    files = {file.relative_to(docs).as_posix() for file in walk(docs) if file.is_file()}
    changed_essays = list(essay_rules.changed_words(site))
    essays_readable = not site.broken_essays and site.blocks.keys() <= site.pages.keys()
    essays_intact = essays_readable and not changed_essays  # else paragraphs may be missing
    found = [
        *problems,
        *changed_essays,
        *essay_rules.passages(site),
        *essay_rules.unused_paragraphs(site),
        *topics.check(site, files),
        *(navigation.menu(site, settings.nav) if settings.nav is not None else []),
        *navigation.needed_pages(site, display_path),
        *navigation.needed_placeholders(site),
        *navigation.redirects(site, files, settings),
        *_evidence(site, essays_intact),
        *_markdown(site),
        *prose.check(site),
        *(_rendered(site, essays_intact, files, root, docs, settings, display_path) if settings.extensions else []),
    ]
    explained = {(problem.path, problem.line) for problem in found if problem.code in CAUSES}
    found = [
        problem for problem in found if problem.code not in EFFECTS or (problem.path, problem.line) not in explained
    ]
    return sorted(set(_hide_problems_of_unfinished_files(site, found)))


def _hide_problems_of_unfinished_files(site: Site, found: list[Diagnostic]) -> list[Diagnostic]:
    """In files with fill-in markers, report only the markers, N01 and P04; the markers cause the rest."""
    documents = [*site.documents.values(), *_lists(site)]
    markers = [problem for document in documents for problem in markdown.check_fill_in_markers(document)]
    unfinished = {problem.path for problem in markers}
    return [problem for problem in found if problem.path not in unfinished or problem.code in {"N01", "P04"}] + markers


def _lists(site: Site) -> tuple[Document, ...]:
    return site.claims_file, site.sources_file, site.glossary_file, site.images_file


def _markdown(site: Site) -> list[Diagnostic]:
    """Markdown mistakes. Essays are compared with the original text instead."""
    pages = [document for uri, document in site.documents.items() if uri not in site.blocks]
    found = [problem for document in pages for problem in markdown.check(document)]
    for document in (*pages, *_lists(site)):
        found += markdown.check_invisible_characters(document)
    return found


def _evidence(site: Site, essays_intact: bool) -> list[Diagnostic]:
    """Problems with claims and sources. Quotes are only compared with unchanged essays."""
    if not site.evidence_complete or not site.claims_file.path:
        return []
    paragraphs = {block.id: block for blocks in site.blocks.values() for block in blocks if not block.level}
    expected = paragraphs if essays_intact else None
    return [
        *evidence.check(site.claims, site.sources, site.claims_file, expected),
        *sources.check(site.sources, site.claims, site.sources_file),
    ]


@dataclass(frozen=True)
class _Markup:
    """The Markdown extensions of a site. `key` replaces the options in comparisons, as mappings can't be hashed."""

    extensions: tuple[str, ...]
    key: str
    options: Mapping[str, Any] = field(compare=False)


@lru_cache(maxsize=128)  # most pages are unchanged when `mkdocs serve` builds again
def _html(text: str, markup: _Markup) -> str:
    html: str = _converter(markup).reset().convert(text)
    return html


@lru_cache(maxsize=1)  # loading the extensions takes longer than rendering a short page
def _converter(markup: _Markup) -> markdown_library.Markdown:
    return markdown_library.Markdown(extensions=markup.extensions, extension_configs=markup.options)


def to_html(text: str, settings: Settings) -> str:
    """A page's Markdown as the site shows it, except for the passages that it includes."""
    plain = tuple(name for name in settings.extensions or () if "snippets" not in name)
    options = {name: value for name, value in settings.options.items() if name in plain}
    return _html(text, _Markup(plain, repr(options), options))


def _rendered(
    site: Site, essays_intact: bool, files: set[str], root: Path, docs: Path, settings: Settings, display_path: str
) -> list[Diagnostic]:
    """Problems in rendered pages: links, ids, headings, images, and unsafe HTML."""
    rendered, problems = _render(site, settings)
    uncertain = site.documents.keys() - rendered.keys()
    glossary_page = site.documents.get(GLOSSARY_PAGE)
    if glossary_page and not (site.glossary_complete and glossary.PLACEHOLDER in glossary_page.body):
        uncertain.add(GLOSSARY_PAGE)
    if not (essays_intact and site.evidence_complete):  # these have an id for each claim or source
        uncertain |= {CLAIMS_PAGE, SOURCES_PAGE, *site.essay_by_uri}
        uncertain |= {uri for uri in site.documents if site.has_placeholder(uri, "claims")}
    published = (files - {GLOSSARY, CHECKSUMS, IMAGES}) | site.missing
    published |= EVIDENCE_FILES if site.claims_file.path else set()
    ids: dict[str, list[str]] = {}
    used: set[str] = set()
    for uri, html in rendered.items():
        document, page, is_essay = site.documents[uri], safety.parse(safety.in_template(html)), uri in site.blocks
        added = added_ids(site, uri)
        ids[uri] = [*(node.id or "" for node in page.css("[id]")), *added]
        urls = [(node.attributes[name] or "").strip() for name in ("href", "src") for node in page.css(f"[{name}]")]
        used |= {links.target(uri, url) for url in urls}
        broken, is_truncated = ([], False) if is_essay else unrendered_markup.check(document, page)
        problems += broken
        if is_truncated:
            uncertain.add(uri)
        if not any(problem.code == "M07" for problem in broken):  # an unclosed tag contains the passages below it
            problems += essay_rules.unseparated_passages(site, uri, page)
        problems += links.own_addresses(document, urls, settings.site_url)
        problems += pages.check(document, page, is_essay=is_essay)
        data = site.glossary_file if uri == GLOSSARY_PAGE else None
        problems += safety.check_page(document, html, data, tags_match=not broken)
        rendered[uri] = safety.in_template(html + "".join(f'<i id="{escape(id)}"></i>' for id in added))
    certain = {uri: found for uri, found in ids.items() if uri not in uncertain}
    return [
        *problems,
        *links.check(site, rendered, root, docs, published, uncertain, settings.former),
        *essay_rules.pasted_sentences(site, rendered),
        *_published_ids(site, docs, {uri: found for uri, found in certain.items() if not site.blocks.get(uri)}),
        *navigation.redirect_ids(settings, certain),
        *images.check(site, docs, display_path, files, used),
    ]


def _render(site: Site, settings: Settings) -> tuple[dict[str, str], list[Diagnostic]]:
    """The HTML of each page that can be rendered, and why others can't."""
    rendered: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for uri, document in site.documents.items():
        text = snippets.with_sample_text(document)
        if uri == GLOSSARY_PAGE:
            text = glossary.page_markdown(site, defaultdict(str))
        try:
            rendered[uri] = to_html(text, settings)
        except Exception as error:  # Markdown extensions may raise anything
            what, line = f"Markdown cannot read this page: {error}", document.line_at(document.body_start)
            unreadable = Diagnostic(document.path, line, "F09", what, "undo the last edit")
            problems += list(unrendered_markup.check_syntax(document, None)) or [unreadable]
    return rendered, problems


def _published_ids(site: Site, docs: Path, ids: Mapping[str, list[str]]) -> Iterator[Diagnostic]:
    """Ids of headings and terms that were published and are gone. A heading may change its words, but not its id."""
    headings = git_history.published_headings(docs)
    published = [(uri, *heading) for uri, of_page in headings.items() for heading in of_page]
    published += [(GLOSSARY_PAGE, id, "") for id in git_history.published_terms(docs)]
    for uri, id, heading in published:
        if id in ids.get(uri, [id]):
            continue
        document, line = site.documents[uri], 1
        what = f"'{uri}#{id}' was published and is gone, so links to it from elsewhere break"
        hint = f"write {{ #{id} }} after the heading that has this text now"
        if not heading:
            document, hint = site.glossary_file, f"give the term the id '{id}' again"
        elif re.search(rf"\{{ ?#{re.escape(id)}(?![\w-])", document.body):
            continue  # not closed, which has its own message
        else:
            line = document.line_of(f"\n{heading}") + (f"\n{heading}" in document.body)
        yield Diagnostic(document.path, line, "N05", what, hint)
