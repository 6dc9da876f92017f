"""Runs every rule on the sources in one pass, so that a contributor sees all problems at once."""

import datetime
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from health_diplomacy.content import git_history, snippets
from health_diplomacy.content.configuration import Settings
from health_diplomacy.content.file_names import CHECKSUMS, EVIDENCE_FILES, GLOSSARY, IMAGES
from health_diplomacy.content.limits import walk
from health_diplomacy.content.site import GLOSSARY_PAGE, Site
from health_diplomacy.lint import (
    duplicated_text,
    evidence,
    images,
    links,
    markdown,
    navigation,
    pages,
    placeholders,
    prose,
    safety,
    topics,
    unrendered_markup,
)
from health_diplomacy.lint import essays as essay_rules
from health_diplomacy.problems import Problem
from health_diplomacy.render import glossary
from health_diplomacy.render.placeholders import added_ids


def check(site: Site, problems: list[Problem], docs: Path, settings: Settings, shown: str = "docs") -> list[Problem]:
    """All problems of a site, and advice.

    `problems` are those met in reading it; `shown` is the docs folder's name in messages.
    """
    words = essay_rules.unchanged_words(site)
    found = [
        *problems,
        *words,
        *essay_rules.passages(site),
        *essay_rules.unused_paragraphs(site),
        *topics.answers(site),
        *topics.titles(site),
        *topics.relations(site),
        *topics.terms(site),
        *topics.next_pages(site, docs),
        *(navigation.menu(site, settings.nav) if settings.nav is not None else []),
        *navigation.needed_pages(site, shown),
        *navigation.former_addresses(site, docs, settings),
        *_evidence(site, as_given=not words),
        *topics.dates(site),
        *_markdown(site),
        *placeholders.required(site),
        *placeholders.dated_headings(site),
        *prose.check(site),
        *(_rendered(site, docs, settings, settings.extensions, shown) if settings.extensions is not None else []),
    ]
    return sorted(set(_unfinished_first(site, found)))


def _unfinished_first(site: Site, found: list[Problem]) -> list[Problem]:
    """Where something is still to be filled in, only that is told: the rest follows from it."""
    marks = [problem for document in site.documents.values() for problem in markdown.check_marks(document)]
    lists = (site.claims_file, site.sources_file, site.glossary_file, site.images_file)
    marks += [problem for data in lists if data.text for problem in markdown.check_marks(data)]
    begun = {problem.path for problem in marks}
    return [problem for problem in found if problem.path not in begun or problem.code == "N01"] + marks


def _markdown(site: Site) -> list[Problem]:
    """Slips in Markdown; the essays' words are held against what was given instead."""
    found = [
        problem
        for uri, document in site.documents.items()
        if uri not in site.blocks
        for problem in markdown.check(document)
    ]
    read = [document for uri, document in site.documents.items() if uri not in site.blocks]
    read += [site.claims_file, site.sources_file, site.glossary_file, site.images_file]
    return found + [problem for document in read for problem in markdown.check_unseen(document)]


def _evidence(site: Site, as_given: bool) -> list[Problem]:
    """The evidence against the essays; only by itself where their words are not as given, as those come first."""
    if not site.evidence_complete or not site.claims_file.path:
        return []
    whole = as_given and not site.broken_essays
    paragraphs = {block.id: block for blocks in site.blocks.values() for block in blocks if not block.level}
    today = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)  # wherever its author is
    given = paragraphs if whole else None
    return evidence.check(site.claims, site.sources, site.claims_file, site.sources_file, given, today)


def _rendered(site: Site, docs: Path, settings: Settings, extensions: tuple[str, ...], shown: str) -> list[Problem]:
    """Faults in what the pages turn into: links, ids, headings, pictures, and what must not run or load."""
    problems = []
    rendered = {}
    plain = [name for name in extensions if "snippets" not in name]
    options = {name: value for name, value in settings.options.items() if name in plain}
    for uri, document in site.documents.items():
        text = snippets.with_stand_ins(document)
        if uri == GLOSSARY_PAGE:
            text = glossary.page_markdown(site, defaultdict(str))
            problems += placeholders.glossary_placeholder(document)
        spaced = links.check_attributes(document)
        problems += spaced
        try:
            rendered[uri] = links.render(text, plain, options)
        except Exception as error:  # an extension's own stumbling; it has no type of its own
            problems += [] if spaced else [links.unreadable(document, error)]
    glossary_page = site.documents.get(GLOSSARY_PAGE)
    broken = {
        uri: list(unrendered_markup.check_tags(site.documents[uri])) for uri in rendered if uri not in site.blocks
    }
    unknown = (
        {GLOSSARY_PAGE}
        if not site.glossary_complete or (glossary_page and glossary.PLACEHOLDER not in glossary_page.body)
        else set()
    )
    boxed = {uri for uri, found in broken.items() if any(map(unrendered_markup.hides_the_rest, found))}
    unknown |= boxed  # what stands below the tag is lost until it is closed
    ids = {uri: [*page.ids, *added_ids(site, uri)] for uri, page in rendered.items() if uri not in unknown}
    files = {file.relative_to(docs).as_posix() for file in walk(docs) if file.is_file()} - {
        GLOSSARY,
        CHECKSUMS,
        IMAGES,
    }
    files |= site.missing | (EVIDENCE_FILES if site.claims_file.path else set())
    for uri, page in rendered.items():
        document = site.documents[uri]
        problems += broken.get(uri, [])
        if uri not in boxed:
            problems += essay_rules.separate_passages(site, uri, page)
            problems += unrendered_markup.check_signs(document, page.texts) if uri not in site.blocks else []
        problems += links.check_ids(document, page, site.paragraphs if site.snippets[uri] else ())
        problems += links.check_links(
            document, page, ids, files, settings.site_url, site.glossary_file, settings.former
        )
        problems += pages.check(document, page, is_essay=uri in site.blocks)
        problems += safety.check_page(document, page.refused, site.glossary_file if uri == GLOSSARY_PAGE else None)
    problems += duplicated_text.check(site, rendered)
    problems += _published_ids(site, docs, {uri: found for uri, found in ids.items() if not site.blocks.get(uri)})
    used = {links.target(uri, source) for uri, page in rendered.items() for source in page.links}
    problems += images.check(docs, shown, site.images, site.images_file, used, site.images_complete)
    return problems


def _published_ids(site: Site, docs: Path, ids: Mapping[str, list[str]]) -> list[Problem]:
    """Bad: `{ #privacy }` taken from a heading that was published with it.  Good: other words, and the same `{ #privacy }`."""
    problems = []
    for uri, places in git_history.published_headings(docs).items():
        document = site.documents.get(uri)
        if not document or uri not in ids:
            continue
        for place, heading in places:
            unfinished = re.search(rf"\{{ ?#{re.escape(place)}(?![\w-])", document.body)  # told by itself
            if place not in ids[uri] and not unfinished:
                what = f"'{uri}#{place}' was published and is gone, so links to it from elsewhere break"
                hint = f"write {{ #{place} }} behind the heading that has its words now"
                problems.append(
                    Problem(
                        document.path,
                        document.line_of(f"\n{heading}") + (f"\n{heading}" in document.body),
                        "N05",
                        what,
                        hint,
                    )
                )
    return problems
