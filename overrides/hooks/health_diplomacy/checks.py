"""Every check on the sources, in one pass that stops at nothing: a contributor sees all faults at once."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from . import (
    essays,
    evidence,
    evidence_checks,
    exports,
    frontmatter,
    history,
    leftovers,
    links,
    markdown_checks,
    page_checks,
    passages,
    pasted,
    pictures,
    prose,
    redirects,
    safety,
)
from .configuration import Settings
from .documents import Document
from .glossary import PLACE
from .library import CHECKSUMS, EDITION, GLOSSARY, GLOSSARY_PAGE, Library, topic_id
from .problems import Problem, did_you_mean

WRITTEN_INTO = {
    "index.md": ("library",),
    "downloads.md": ("downloads",),
    "topics/index.md": ("map",),
    "topics/defense-health-diplomacy.md": ("mechanism",),
    evidence.CLAIMS_PAGE: ("verdicts", "finder"),
    evidence.SOURCES_PAGE: ("sources",),
}
"""The marks that pages hold, by uri; the glossary's is told apart."""

CHANGES = "changes.md"
DATED = re.compile(
    r"## (January|February|March|April|May|June|July|August|September|October|November|December) \d{1,2}, \d{4}( \{|$)"
)


def check(library: Library, docs: Path, settings: Settings, shown: str = "docs") -> list[Problem]:
    """All problems of a docs folder that has been read into `library`, and what is worth a look.

    `shown` is how the folder is named in messages.
    """
    words = _words(library)
    found = [
        *library.problems,
        *words,
        *_transclusions(library),
        *_homeless(library),
        *_answers(library),
        *_titles(library),
        *_relations(library),
        *_terms(library),
        *_next_pages(library, docs),
        *(_navigation(library, settings.nav) if settings.nav is not None else []),
        *_missing(library, shown),
        *_redirects(library, docs, settings),
        *_evidence(library, as_given=not words),
        *_days(library),
        *_written(library),
        *_marks(library),
        *_dated_headings(library),
        *prose.check(library),
        *(_rendered(library, docs, settings, settings.extensions, shown) if settings.extensions is not None else []),
    ]
    return sorted(set(_marks_first(library, found)))


def _marks_first(library: Library, found: list[Problem]) -> list[Problem]:
    """Where something is still to be filled in, only that is told: the rest follows from it."""
    marks = [problem for document in library.documents.values() for problem in markdown_checks.check_marks(document)]
    lists = (library.claims_data, library.sources_data, library.glossary_data, library.pictures_data)
    marks += [problem for data in lists if data.text for problem in markdown_checks.check_marks(data)]
    begun = {problem.path for problem in marks}
    return [problem for problem in found if problem.path not in begun or problem.code == "N01"] + marks


def _redirects(library: Library, docs: Path, settings: Settings) -> list[Problem]:
    present = {file.relative_to(docs).as_posix() for file in docs.rglob("*.md")}
    former = frozenset(uri for uri in settings.former - library.missing if not EDITION.match(f"{uri}"))
    return list(redirects.check(settings.redirects, settings.redirects_line, former, present))


def _written(library: Library) -> list[Problem]:
    """Slips in Markdown; the essays' words are held against what was given instead."""
    found = [
        problem
        for uri, document in library.documents.items()
        if uri not in library.blocks
        for problem in markdown_checks.check(document)
    ]
    read = [document for uri, document in library.documents.items() if uri not in library.blocks]
    read += [library.claims_data, library.sources_data, library.glossary_data, library.pictures_data]
    return found + [problem for document in read for problem in markdown_checks.check_unseen(document)]


def _marks(library: Library) -> Iterator[Problem]:
    """Bad: `<!-- map -->` removed from docs/topics/index.md, which leaves no map.  Good: the mark, on a line of its own."""
    claims = (
        {evidence.claims_page(essay.id): ("claims",) for essay in library.essays} if library.claims_data.path else {}
    )
    for uri, names in {**WRITTEN_INTO, **claims}.items():
        document = library.documents.get(uri)
        for name in names if document and document.meta else ():
            if not re.search(rf"^<!-- {name} -->[ \t]*$", document.body, re.MULTILINE):
                what = f"the mark '<!-- {name} -->', in whose place the build writes a part of this page, is missing"
                yield Problem(
                    document.path,
                    document.line_at(document.body_start),
                    "M11",
                    what,
                    "put it back, on a line of its own",
                )


def _dated_headings(library: Library) -> Iterator[Problem]:
    """Bad: `## 24/11/2026` in docs/changes.md.  Good: `## November 24, 2026 { #november-24-2026 }`."""
    document = library.documents.get(CHANGES)
    for number, line in markdown_checks.lines_outside_code(document) if document else ():
        if line.startswith("## ") and not DATED.match(line):
            hint = "write it as '## November 24, 2026 { #november-24-2026 }'"
            yield Problem(
                document.path,
                number,
                "T08",
                f"'{line[3:].partition('{')[0].strip()}' is not a day as the other headings are",
                hint,
            )


def _words(library: Library) -> list[Problem]:
    problems = []
    misshapen = {problem.path for problem in library.problems if problem.code == "P05"}
    for uri, blocks in library.blocks.items():
        document = library.documents[uri]
        if document.path in misshapen:
            continue  # the marks come first: without them no words can be told apart
        name = topic_id(uri)
        given = library.checksums.get(name)
        if given is None:
            what = f"there are no checksums for the essay '{name}'"
            problems.append(
                Problem(document.path, 1, "P02", what, f"add them to docs/{CHECKSUMS}, from the text as it was given")
            )
        else:
            problems += essays.check_words(document, name, blocks, given) or _essay_keys(library, uri, name, blocks)
    return problems


def _essay_keys(library: Library, uri: str, name: str, blocks: list[essays.Block]) -> list[Problem]:
    document, page = library.documents[uri], library.pages.get(uri)
    if page is None:
        return []
    wanted = {"title": next(block.words for block in blocks if block.id == essays.TITLE), "essay": name}
    return [
        Problem(
            document.path,
            document.meta_line(key),
            "P02",
            f"'{key}' is not that of the essay as it was given",
            f"write '{value}'",
        )
        for key, value in wanted.items()
        if getattr(page, key) != value
    ]


def _transclusions(library: Library) -> list[Problem]:
    """Bad: a paragraph that no essay has, or one taken twice.  Good: `--8<-- "essays/defense.md:defense-5"`."""
    problems = []
    for uri, taken in library.taken.items():
        document = library.documents[uri]
        good = '--8<-- "essays/defense.md:defense-5"'
        problems += [
            Problem(
                document.path,
                line,
                "P01",
                "this line does not take a paragraph",
                f"write it as {good}, with nothing before or after it",
            )
            for line in passages.malformed(document)
        ]
        seen: set[str] = set()
        for passage in taken:
            ids = [block.id for block in library.blocks.get(passage.uri, []) if not block.level]
            if frontmatter.model_for(uri) is not frontmatter.Topic:
                hint = "link to the paragraph instead, or write a page in docs/topics/"
                problems.append(Problem(document.path, passage.line, "P01", "only topic pages take passages", hint))
            elif passage.uri not in library.blocks:
                hint = did_you_mean(passage.uri, library.blocks, "name a file in docs/essays/")
                problems.append(Problem(document.path, passage.line, "P01", f"'{passage.uri}' is not an essay", hint))
            elif not ids:
                pass  # the essay comes first
            elif passage.paragraph not in ids:
                hint = f"its paragraphs run {ids[0]} to {ids[-1]}"
                what = (
                    f"'{passage.uri}' has no paragraph '{passage.paragraph}'"
                    if passage.paragraph
                    else "this line names no paragraph"
                )
                problems.append(Problem(document.path, passage.line, "P01", what, hint))
            elif passage.paragraph in seen:
                what = f"{passage.paragraph} is taken twice on this page"
                problems.append(Problem(document.path, passage.line, "P03", what, "remove one of the two lines"))
            seen.add(passage.paragraph)
    return problems


def _homeless(library: Library) -> list[Problem]:
    """Bad: a paragraph that no topic takes.  Good: each stands under at least one topic."""
    if not library.topics or any(frontmatter.model_for(uri) is frontmatter.Topic for uri in library.unread):
        return []  # a page that cannot be read may take it
    used = {passage.paragraph for uri, taken in library.taken.items() if uri.startswith("topics/") for passage in taken}
    misshapen = {
        problem.path for problem in library.problems if problem.code == "P05"
    }  # told by itself: an id may be wrong there
    return [
        Problem(
            library.documents[uri].path,
            block.line,
            "P04",
            f"{block.id} stands under no topic",
            f'add the line --8<-- "{uri}:{block.id}" to a page in docs/topics/',
        )
        for uri, blocks in library.blocks.items()
        for block in blocks
        if not block.level and block.id not in used and library.documents[uri].path not in misshapen
    ]


def _answers(library: Library) -> list[Problem]:
    """Bad: an answer of one line, or of half a page.  Good: a first paragraph of 60 to 90 words."""
    problems = []
    for topic in library.topics:
        document = library.documents[topic.uri]
        answer = next((part for part in document.body.split("\n\n") if part.strip()), "")
        count = len(answer.split())
        if not 60 <= count <= 90:
            start = document.text.find(answer.strip(), document.body_start)
            what = f"the answer, the page's first paragraph, has {count} words"
            problems.append(Problem(document.path, document.line_at(start), "T03", what, "write 60 to 90 words"))
    return problems


def _titles(library: Library) -> list[Problem]:
    """Bad: two pages called "Sources".  Good: titles that tell two open tabs apart."""
    problems = []
    owners: dict[tuple[str, str], str] = {}
    for uri, page in sorted(library.pages.items()):
        document = library.documents[uri]
        wanted = [("title", "T01", "title", page.title)]
        if isinstance(page, frontmatter.Essay):
            wanted += [("essay", "T01", "essay id", page.essay), ("number", "T01", "essay number", str(page.number))]
        if isinstance(page, frontmatter.Topic):
            wanted.append(("number", "T01", "topic number", str(page.number)))
        for key, code, name, value in wanted:
            first = owners.setdefault((name, value.casefold()), document.path)
            if first != document.path:
                problems.append(
                    Problem(
                        document.path,
                        document.meta_line(key),
                        code,
                        f"the {name} '{value}' is also that of {first}",
                        "give one of them another",
                    )
                )
    return problems


def _relations(library: Library) -> list[Problem]:
    problems = []
    names = {
        topic_id(uri)
        for uri in (*library.documents, *library.unread)
        if frontmatter.model_for(uri) is frontmatter.Topic
    }
    paragraphs = library.paragraphs
    pairs: dict[frozenset[str], str] = {}
    for topic in library.topics:
        document = library.documents[topic.uri]
        for index, relation in enumerate(library.pages[topic.uri].related):
            line = document.meta_line("related", index, "topic")
            pair = frozenset((topic.id, relation.topic))
            if relation.topic not in names:
                hint = did_you_mean(relation.topic, names, f"name one of: {', '.join(sorted(names))}")
                problems.append(Problem(document.path, line, "R01", f"there is no topic '{relation.topic}'", hint))
            elif relation.topic == topic.id:
                problems.append(
                    Problem(document.path, line, "R01", "a topic cannot be related to itself", "remove this relation")
                )
            elif pair in pairs:
                what = f"this relation already stands in {pairs[pair]}"
                problems.append(
                    Problem(document.path, line, "R02", what, "write it on one page only; the build shows it on both")
                )
            pairs.setdefault(pair, f"{document.path}:{line}")
            for position, each in enumerate(relation.see):
                if each not in paragraphs and all(library.blocks.values()):
                    line = document.meta_line("related", index, "see", position)
                    hint = did_you_mean(each, paragraphs, "name a paragraph such as defense-5")
                    problems.append(Problem(document.path, line, "R03", f"there is no paragraph '{each}'", hint))
    whole = names <= {topic.id for topic in library.topics}  # a page that cannot be read may hold the relation
    for topic in library.topics:
        if whole and len(names) > 1 and not any(topic.id in pair for pair in pairs):
            document = library.documents[topic.uri]
            hint = "add 'related' with a 'topic' and a 'reason', as in docs/topics/collaborations.md"
            problems.append(Problem(document.path, 1, "R04", "this topic is related to no other", hint))
    return problems


def _terms(library: Library) -> list[Problem]:
    problems = []
    if not library.glossary_is_whole:
        return problems  # the glossary comes first: what it lacks would be told of every page
    for uri, page in library.pages.items():
        document = library.documents[uri]
        for index, term in enumerate(page.terms):
            if term not in library.terms:
                hint = did_you_mean(term, library.terms, "add it to docs/glossary.yml")
                problems.append(
                    Problem(
                        document.path, document.meta_line("terms", index), "G02", f"there is no term '{term}'", hint
                    )
                )
    return problems


def _next_pages(library: Library, docs: Path) -> list[Problem]:
    """Bad: a page that says nothing of where to read on.  Good: `next: {page: topics/index.md, why: …}`."""
    problems = []
    pages = {file.relative_to(docs).as_posix() for file in docs.rglob("*.md")} | library.missing
    for uri, page in library.pages.items():
        document = library.documents[uri]
        line = document.meta_line("next", "page")
        if page.next.page == uri:
            problems.append(
                Problem(document.path, line, "L01", "the next page is this page itself", "name another page")
            )
        elif page.next.page not in pages:
            hint = did_you_mean(
                page.next.page, set(library.documents) - {uri}, "name another page by its path under docs/"
            )
            problems.append(
                Problem(document.path, line, "L01", f"the next page '{page.next.page}' does not exist", hint)
            )
    return problems


def _navigation(library: Library, nav: Mapping[str, int]) -> list[Problem]:
    """Bad: a page that no menu leads to, or a menu that leads to no page.  Good: `- topics/peace-building.md` under `nav`."""
    missing = [
        Problem(document.path, 1, "N01", "no menu leads to this page", f"add '{uri}' under 'nav' in mkdocs.yml")
        for uri, document in library.documents.items()
        if uri not in nav
    ]
    left = [
        Problem(
            "mkdocs.yml",
            line,
            "N02",
            f"the menu names '{uri}', which does not exist",
            did_you_mean(uri, library.documents, "remove the line"),
        )
        for uri, line in nav.items()
        if uri not in library.documents
        and uri not in library.missing
        and not any(problem.path.endswith(f"/{uri}") for problem in library.problems)
    ]
    return missing + left


def _missing(library: Library, shown: str) -> Iterator[Problem]:
    """Bad: docs/search.md renamed or removed, to which every page links.  Good: another `title` in docs/search.md."""
    hint = "restore or add the file under this name; to call the page something else, change its title"
    for uri in library.missing:
        yield Problem(f"{shown}/{uri}", 1, "N06", "this page is missing, and others link to it by this name", hint)


def _evidence(library: Library, as_given: bool) -> list[Problem]:
    """The evidence against the essays; only by itself where their words are not as given, as those come first."""
    if not library.evidence_is_whole or not library.claims_data.path:
        return []
    whole = as_given and not any(problem.code == "P05" for problem in library.problems)
    paragraphs = {block.id: block for blocks in library.blocks.values() for block in blocks if not block.level}
    today = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)  # wherever its author is
    given = paragraphs if whole else None
    return evidence_checks.check(
        library.claims, library.sources, library.claims_data, library.sources_data, given, today
    )


def _days(library: Library) -> list[Problem]:
    """Bad: a page that changed before it was published, or was reviewed tomorrow.  Good: `changed` after `published`, or left out."""
    problems = []
    today = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)  # wherever its author is
    for uri, page in library.pages.items():
        document = library.documents[uri]
        wrong = [
            (
                page.changed and page.changed < page.published,
                "changed",
                "this page changed before it was published",
                "write the day of the last change",
            ),
            (
                page.reviewed and page.reviewed > today,
                "reviewed",
                "this page was reviewed on a day still to come",
                "write the day of the review",
            ),
            (
                page.published > today,
                "published",
                "this page was published on a day still to come",
                "write today's day",
            ),
            (
                page.review_by and page.review_by <= (page.reviewed or page.published),
                "review_by",
                "this page is due for review before it was reviewed",
                "write a later day",
            ),
        ]
        problems += [
            Problem(document.path, document.meta_line(key), "T04", what, hint)
            for is_wrong, key, what, hint in wrong
            if is_wrong
        ]
    return problems


def _rendered(
    library: Library, docs: Path, settings: Settings, extensions: tuple[str, ...], shown: str
) -> list[Problem]:
    """Faults in what the pages turn into: links, ids, headings, pictures, and what must not run or load."""
    problems = []
    rendered = {}
    plain = [name for name in extensions if "snippets" not in name]
    options = {name: value for name, value in settings.options.items() if name in plain}
    for uri, document in library.documents.items():
        text = passages.with_stand_ins(document)
        if uri == GLOSSARY_PAGE:
            text = library.glossary_page(defaultdict(str))
            problems += _glossary_place(document)
        spaced = links.check_attributes(document)
        problems += spaced
        try:
            rendered[uri] = links.render(text, plain, options)
        except Exception as error:  # an extension's own stumbling; it has no type of its own
            problems += [] if spaced else [links.unreadable(document, error)]
    glossary = library.documents.get(GLOSSARY_PAGE)
    broken = {uri: list(leftovers.check_tags(library.documents[uri])) for uri in rendered if uri not in library.blocks}
    unknown = {GLOSSARY_PAGE} if not library.glossary_is_whole or (glossary and PLACE not in glossary.body) else set()
    boxed = {uri for uri, found in broken.items() if any(map(leftovers.hides_the_rest, found))}
    unknown |= boxed  # what stands below the tag is lost until it is closed
    ids = {uri: [*page.ids, *library.ids_written_into(uri)] for uri, page in rendered.items() if uri not in unknown}
    files = {file.relative_to(docs).as_posix() for file in docs.rglob("*") if file.is_file()} - {
        GLOSSARY,
        CHECKSUMS,
        pictures.LIST,
    }
    files |= library.missing | (exports.PLACES if library.claims_data.path else set())
    for uri, page in rendered.items():
        document = library.documents[uri]
        problems += broken.get(uri, [])
        if uri not in boxed:
            problems += _set_apart(library, uri, page)
            problems += leftovers.check_signs(document, page.texts) if uri not in library.blocks else []
        problems += links.check_ids(document, page, library.paragraphs if library.taken[uri] else ())
        problems += links.check_links(
            document, page, ids, files, settings.site_url, library.glossary_data, settings.former
        )
        problems += page_checks.check(document, page, is_essay=uri in library.blocks)
        problems += safety.check_page(document, page.refused, library.glossary_data if uri == GLOSSARY_PAGE else None)
    problems += pasted.check(library, rendered)
    problems += _places(library, docs, {uri: found for uri, found in ids.items() if not library.blocks.get(uri)})
    used = {links.target(uri, source) for uri, page in rendered.items() for source in page.links}
    problems += pictures.check(docs, shown, library.pictures, library.pictures_data, used, library.pictures_are_whole)
    return problems


def _places(library: Library, docs: Path, ids: Mapping[str, list[str]]) -> list[Problem]:
    """Bad: `{ #privacy }` taken from a heading that was published with it.  Good: other words, and the same `{ #privacy }`."""
    problems = []
    for uri, places in history.published_places(docs).items():
        document = library.documents.get(uri)
        for place, heading in places if document and uri in ids else []:
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


def _set_apart(library: Library, uri: str, page: links.Rendered) -> list[Problem]:
    """The essays' words must stand by themselves and be the essays' words.

    Bad: a passage line with text right above it, or `<p id="defense-2">` written by hand.
    Good: a passage line at the edge of the page, with an empty line above and below it.
    """
    document = library.documents[uri]
    problems = []
    if uri in library.blocks:
        return problems
    shown = {name for name, words in page.paragraphs if words == passages.stand_in(name)}
    taken = {passage.paragraph: passage.line for passage in library.taken[uri]}
    for paragraph, line in taken.items():
        if paragraph in library.paragraphs and paragraph not in shown:
            hint = "leave an empty line above and below it, and nothing around it"
            problems.append(
                Problem(document.path, line, "P06", f"the passage {paragraph} does not stand by itself", hint)
            )
    for name in page.ids:
        if name in library.paragraphs and name not in taken:
            line = document.line_of(name)
            what = f"the id '{name}' belongs to a paragraph of an essay"
            problems.append(Problem(document.path, line, "P07", what, "give this place another id"))
    return problems


def _glossary_place(document: Document) -> list[Problem]:
    count = document.body.count(PLACE)
    if count == 1:
        return []
    what = f"the mark '{PLACE}', where the terms are written, stands here {count} times"
    return [
        Problem(
            document.path, document.line_at(document.body_start), "G04", what, "let it stand once, on a line of its own"
        )
    ]
