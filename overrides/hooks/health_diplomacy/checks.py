"""Every check on the sources, in one pass that stops at nothing: a contributor sees all faults at once."""

import datetime
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from . import (
    evidence_checks,
    leftovers,
    links,
    markdown_checks,
    page_checks,
    pasted,
    pictures,
    prose,
    redirects,
    safety,
)
from .bounds import walk
from .configuration import Settings
from .content import essays, front_matter, git_history, snippets
from .content.file_names import CHECKSUMS, EVIDENCE_FILES, GLOSSARY, IMAGES
from .content.loader import EDITION
from .content.site import GLOSSARY_PAGE, Site, page_id
from .documents import Document
from .problems import Problem, did_you_mean
from .render import glossary
from .render.placeholders import added_ids, required_placeholders

CHANGES = "changes.md"
DATED = re.compile(
    r"## (January|February|March|April|May|June|July|August|September|October|November|December) \d{1,2}, \d{4}( \{|$)"
)


def check(site: Site, problems: list[Problem], docs: Path, settings: Settings, shown: str = "docs") -> list[Problem]:
    """All problems of a site, and advice.

    `problems` are those met in reading it; `shown` is the docs folder's name in messages.
    """
    words = _words(site)
    found = [
        *problems,
        *words,
        *_transclusions(site),
        *_homeless(site),
        *_answers(site),
        *_titles(site),
        *_relations(site),
        *_terms(site),
        *_next_pages(site, docs),
        *(_navigation(site, settings.nav) if settings.nav is not None else []),
        *_missing(site, shown),
        *_redirects(site, docs, settings),
        *_evidence(site, as_given=not words),
        *_days(site),
        *_written(site),
        *_marks(site),
        *_dated_headings(site),
        *prose.check(site),
        *(_rendered(site, docs, settings, settings.extensions, shown) if settings.extensions is not None else []),
    ]
    return sorted(set(_marks_first(site, found)))


def _marks_first(site: Site, found: list[Problem]) -> list[Problem]:
    """Where something is still to be filled in, only that is told: the rest follows from it."""
    marks = [problem for document in site.documents.values() for problem in markdown_checks.check_marks(document)]
    lists = (site.claims_file, site.sources_file, site.glossary_file, site.images_file)
    marks += [problem for data in lists if data.text for problem in markdown_checks.check_marks(data)]
    begun = {problem.path for problem in marks}
    return [problem for problem in found if problem.path not in begun or problem.code == "N01"] + marks


def _redirects(site: Site, docs: Path, settings: Settings) -> list[Problem]:
    present = {file.relative_to(docs).as_posix() for file in walk(docs) if file.suffix == ".md"}
    former = frozenset(uri for uri in settings.former - site.missing if not EDITION.match(f"{uri}"))
    return list(redirects.check(settings.redirects, settings.redirects_line, former, present))


def _written(site: Site) -> list[Problem]:
    """Slips in Markdown; the essays' words are held against what was given instead."""
    found = [
        problem
        for uri, document in site.documents.items()
        if uri not in site.blocks
        for problem in markdown_checks.check(document)
    ]
    read = [document for uri, document in site.documents.items() if uri not in site.blocks]
    read += [site.claims_file, site.sources_file, site.glossary_file, site.images_file]
    return found + [problem for document in read for problem in markdown_checks.check_unseen(document)]


def _marks(site: Site) -> Iterator[Problem]:
    """Bad: `<!-- map -->` removed from docs/topics/index.md, which leaves no map.  Good: the mark, on a line of its own."""
    for uri, name in required_placeholders(site):
        document = site.documents.get(uri)
        if not document or not document.meta or name == "terms":  # G04 checks the glossary's
            continue
        if not re.search(rf"^<!-- {name} -->[ \t]*$", document.body, re.MULTILINE):
            what = f"the mark '<!-- {name} -->', in whose place the build writes a part of this page, is missing"
            yield Problem(
                document.path,
                document.line_at(document.body_start),
                "M11",
                what,
                "put it back, on a line of its own",
            )


def _dated_headings(site: Site) -> Iterator[Problem]:
    """Bad: `## 24/11/2026` in docs/changes.md.  Good: `## November 24, 2026 { #november-24-2026 }`."""
    document = site.documents.get(CHANGES)
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


def _words(site: Site) -> list[Problem]:
    problems = []
    for uri, blocks in site.blocks.items():
        document = site.documents[uri]
        if uri in site.broken_essays:
            continue  # the marks come first: without them no words can be told apart
        name = page_id(uri)
        given = site.checksums.get(name)
        if given is None:
            what = f"there are no checksums for the essay '{name}'"
            problems.append(
                Problem(document.path, 1, "P02", what, f"add them to docs/{CHECKSUMS}, from the text as it was given")
            )
        else:
            problems += essays.check_text(document, blocks, given) or _essay_keys(site, uri, name, blocks)
    return problems


def _essay_keys(site: Site, uri: str, name: str, blocks: list[essays.Block]) -> list[Problem]:
    document, page = site.documents[uri], site.pages.get(uri)
    if page is None:
        return []
    wanted = {"title": next(block.text for block in blocks if block.id == essays.TITLE), "essay": name}
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


def _transclusions(site: Site) -> list[Problem]:
    """Bad: a paragraph that no essay has, or one taken twice.  Good: `--8<-- "essays/defense.md:defense-5"`."""
    problems = []
    for uri, taken in site.snippets.items():
        document = site.documents[uri]
        good = '--8<-- "essays/defense.md:defense-5"'
        problems += [
            Problem(
                document.path,
                line,
                "P01",
                "this line does not take a paragraph",
                f"write it as {good}, with nothing before or after it",
            )
            for line in snippets.malformed_lines(document)
        ]
        seen: set[str] = set()
        for passage in taken:
            ids = [block.id for block in site.blocks.get(passage.uri, []) if not block.level]
            if front_matter.model_for(uri) is not front_matter.TopicPage:
                hint = "link to the paragraph instead, or write a page in docs/topics/"
                problems.append(Problem(document.path, passage.line, "P01", "only topic pages take passages", hint))
            elif passage.uri not in site.blocks:
                hint = did_you_mean(passage.uri, site.blocks, "name a file in docs/essays/")
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


def _homeless(site: Site) -> list[Problem]:
    """Bad: a paragraph that no topic takes.  Good: each stands under at least one topic."""
    if not site.topics or any(front_matter.model_for(uri) is front_matter.TopicPage for uri in site.unread):
        return []  # a page that cannot be read may take it
    used = {passage.paragraph for uri, taken in site.snippets.items() if uri.startswith("topics/") for passage in taken}
    return [
        Problem(
            site.documents[uri].path,
            block.line,
            "P04",
            f"{block.id} stands under no topic",
            f'add the line --8<-- "{uri}:{block.id}" to a page in docs/topics/',
        )
        for uri, blocks in site.blocks.items()
        for block in blocks
        if not block.level and block.id not in used and uri not in site.broken_essays
    ]


def _answers(site: Site) -> list[Problem]:
    """Bad: an answer of one line, or of half a page.  Good: a first paragraph of 60 to 90 words."""
    problems = []
    for topic in site.topics:
        document = site.documents[topic.uri]
        answer = next((part for part in document.body.split("\n\n") if part.strip()), "")
        count = len(answer.split())
        if not 60 <= count <= 90:
            start = document.text.find(answer.strip(), document.body_start)
            what = f"the answer, the page's first paragraph, has {count} words"
            problems.append(Problem(document.path, document.line_at(start), "T03", what, "write 60 to 90 words"))
    return problems


def _titles(site: Site) -> list[Problem]:
    """Bad: two pages called "Sources".  Good: titles that tell two open tabs apart."""
    problems = []
    owners: dict[tuple[str, str], str] = {}
    for uri, page in sorted(site.pages.items()):
        document = site.documents[uri]
        wanted = [("title", "T01", "title", page.title)]
        if isinstance(page, front_matter.EssayPage):
            wanted += [("essay", "T01", "essay id", page.essay), ("number", "T01", "essay number", str(page.number))]
        if isinstance(page, front_matter.TopicPage):
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


def _relations(site: Site) -> list[Problem]:
    problems = []
    names = {
        page_id(uri) for uri in (*site.documents, *site.unread) if front_matter.model_for(uri) is front_matter.TopicPage
    }
    paragraphs = site.paragraphs
    pairs: dict[frozenset[str], str] = {}
    for topic in site.topics:
        document = site.documents[topic.uri]
        for index, relation in enumerate(site.pages[topic.uri].related):
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
                if each not in paragraphs and all(site.blocks.values()):
                    line = document.meta_line("related", index, "see", position)
                    hint = did_you_mean(each, paragraphs, "name a paragraph such as defense-5")
                    problems.append(Problem(document.path, line, "R03", f"there is no paragraph '{each}'", hint))
    whole = names <= {topic.id for topic in site.topics}  # a page that cannot be read may hold the relation
    for topic in site.topics:
        if whole and len(names) > 1 and not any(topic.id in pair for pair in pairs):
            document = site.documents[topic.uri]
            hint = "add 'related' with a 'topic' and a 'reason', as in docs/topics/collaborations.md"
            problems.append(Problem(document.path, 1, "R04", "this topic is related to no other", hint))
    return problems


def _terms(site: Site) -> list[Problem]:
    problems = []
    if not site.glossary_complete:
        return problems  # the glossary comes first: what it lacks would be told of every page
    for uri, page in site.pages.items():
        document = site.documents[uri]
        for index, term in enumerate(page.terms):
            if term not in site.terms:
                hint = did_you_mean(term, site.terms, "add it to docs/glossary.yml")
                problems.append(
                    Problem(
                        document.path, document.meta_line("terms", index), "G02", f"there is no term '{term}'", hint
                    )
                )
    return problems


def _next_pages(site: Site, docs: Path) -> list[Problem]:
    """Bad: a page that says nothing of where to read on.  Good: `next: {page: topics/index.md, why: …}`."""
    problems = []
    pages = {file.relative_to(docs).as_posix() for file in walk(docs) if file.suffix == ".md"} | site.missing
    for uri, page in site.pages.items():
        document = site.documents[uri]
        line = document.meta_line("next", "page")
        if page.next.page == uri:
            problems.append(
                Problem(document.path, line, "L01", "the next page is this page itself", "name another page")
            )
        elif page.next.page not in pages:
            hint = did_you_mean(
                page.next.page, set(site.documents) - {uri}, "name another page by its path under docs/"
            )
            problems.append(
                Problem(document.path, line, "L01", f"the next page '{page.next.page}' does not exist", hint)
            )
    return problems


def _navigation(site: Site, nav: Mapping[str, int]) -> list[Problem]:
    """Bad: a page that no menu leads to, or a menu that leads to no page.  Good: `- topics/peace-building.md` under `nav`."""
    missing = [
        Problem(document.path, 1, "N01", "no menu leads to this page", f"add '{uri}' under 'nav' in mkdocs.yml")
        for uri, document in site.documents.items()
        if uri not in nav
    ]
    left = [
        Problem(
            "mkdocs.yml",
            line,
            "N02",
            f"the menu names '{uri}', which does not exist",
            did_you_mean(uri, site.documents, "remove the line"),
        )
        for uri, line in nav.items()
        if uri not in site.documents and uri not in site.unread | site.misnamed | site.missing
    ]
    return missing + left


def _missing(site: Site, shown: str) -> Iterator[Problem]:
    """Bad: docs/search.md renamed or removed, to which every page links.  Good: another `title` in docs/search.md."""
    hint = "restore or add the file under this name; to call the page something else, change its title"
    for uri in site.missing:
        yield Problem(f"{shown}/{uri}", 1, "N06", "this page is missing, and others link to it by this name", hint)


def _evidence(site: Site, as_given: bool) -> list[Problem]:
    """The evidence against the essays; only by itself where their words are not as given, as those come first."""
    if not site.evidence_complete or not site.claims_file.path:
        return []
    whole = as_given and not site.broken_essays
    paragraphs = {block.id: block for blocks in site.blocks.values() for block in blocks if not block.level}
    today = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)  # wherever its author is
    given = paragraphs if whole else None
    return evidence_checks.check(site.claims, site.sources, site.claims_file, site.sources_file, given, today)


def _days(site: Site) -> list[Problem]:
    """Bad: a page that changed before it was published, or was reviewed tomorrow.  Good: `changed` after `published`, or left out."""
    problems = []
    today = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)  # wherever its author is
    for uri, page in site.pages.items():
        document = site.documents[uri]
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
            problems += _glossary_place(document)
        spaced = links.check_attributes(document)
        problems += spaced
        try:
            rendered[uri] = links.render(text, plain, options)
        except Exception as error:  # an extension's own stumbling; it has no type of its own
            problems += [] if spaced else [links.unreadable(document, error)]
    glossary_page = site.documents.get(GLOSSARY_PAGE)
    broken = {uri: list(leftovers.check_tags(site.documents[uri])) for uri in rendered if uri not in site.blocks}
    unknown = (
        {GLOSSARY_PAGE}
        if not site.glossary_complete or (glossary_page and glossary.PLACEHOLDER not in glossary_page.body)
        else set()
    )
    boxed = {uri for uri, found in broken.items() if any(map(leftovers.hides_the_rest, found))}
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
            problems += _set_apart(site, uri, page)
            problems += leftovers.check_signs(document, page.texts) if uri not in site.blocks else []
        problems += links.check_ids(document, page, site.paragraphs if site.snippets[uri] else ())
        problems += links.check_links(
            document, page, ids, files, settings.site_url, site.glossary_file, settings.former
        )
        problems += page_checks.check(document, page, is_essay=uri in site.blocks)
        problems += safety.check_page(document, page.refused, site.glossary_file if uri == GLOSSARY_PAGE else None)
    problems += pasted.check(site, rendered)
    problems += _places(site, docs, {uri: found for uri, found in ids.items() if not site.blocks.get(uri)})
    used = {links.target(uri, source) for uri, page in rendered.items() for source in page.links}
    problems += pictures.check(docs, shown, site.images, site.images_file, used, site.images_complete)
    return problems


def _places(site: Site, docs: Path, ids: Mapping[str, list[str]]) -> list[Problem]:
    """Bad: `{ #privacy }` taken from a heading that was published with it.  Good: other words, and the same `{ #privacy }`."""
    problems = []
    for uri, places in git_history.published_headings(docs).items():
        document = site.documents.get(uri)
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


def _set_apart(site: Site, uri: str, page: links.Rendered) -> list[Problem]:
    """The essays' words must stand by themselves and be the essays' words.

    Bad: a passage line with text right above it, or `<p id="defense-2">` written by hand.
    Good: a passage line at the edge of the page, with an empty line above and below it.
    """
    document = site.documents[uri]
    problems = []
    if uri in site.blocks:
        return problems
    shown = {name for name, words in page.paragraphs if words == snippets.stand_in(name)}
    taken = {passage.paragraph: passage.line for passage in site.snippets[uri]}
    for paragraph, line in taken.items():
        if paragraph in site.paragraphs and paragraph not in shown:
            hint = "leave an empty line above and below it, and nothing around it"
            problems.append(
                Problem(document.path, line, "P06", f"the passage {paragraph} does not stand by itself", hint)
            )
    for name in page.ids:
        if name in site.paragraphs and name not in taken:
            line = document.line_of(name)
            what = f"the id '{name}' belongs to a paragraph of an essay"
            problems.append(Problem(document.path, line, "P07", what, "give this place another id"))
    return problems


def _glossary_place(document: Document) -> list[Problem]:
    count = document.body.count(glossary.PLACEHOLDER)
    if count == 1:
        return []
    what = f"the mark '{glossary.PLACEHOLDER}', where the terms are written, stands here {count} times"
    return [
        Problem(
            document.path, document.line_at(document.body_start), "G04", what, "let it stand once, on a line of its own"
        )
    ]
