"""Checks on topics and other pages: titles, answers, relations, terms, next pages and dates."""

import datetime
from pathlib import Path

from diagnostics import Diagnostic, did_you_mean

from health_diplomacy.content import front_matter
from health_diplomacy.content.field_types import A_YEAR
from health_diplomacy.content.limits import walk
from health_diplomacy.content.site import Site, page_id


def answers(site: Site) -> list[Diagnostic]:
    """Bad: a heading above the answer, an answer of one line or half a page.  Good: a first paragraph of 60 to 90 words."""
    problems = []
    for topic in site.topics:
        document = site.documents[topic.uri]
        answer = next((part for part in document.body.split("\n\n") if part.strip()), "")
        count = len(answer.split())
        what, hint = f"the answer, the page's first paragraph, has {count} words", "write 60 to 90 words"
        if answer.lstrip().startswith("#"):
            what, hint = "a heading comes before the answer, the page's first paragraph", "move it below the answer"
        elif 60 <= count <= 90:
            continue
        start = document.text.find(answer.strip(), document.body_start)
        problems.append(Diagnostic(document.path, document.line_at(start), "T03", what, hint))
    return problems


def titles(site: Site) -> list[Diagnostic]:
    """Bad: two pages titled "Sources", `a.md` beside `a/index.md`.  Good: a unique title and address for each page."""
    problems = []
    owners: dict[tuple[str, str], str] = {}
    for uri, page in sorted(site.pages.items()):
        document = site.documents[uri]
        unique = [("title", "title", page.title), ("", "address", uri.removesuffix(".md").removesuffix("/index"))]
        if isinstance(page, front_matter.EssayPage):
            unique += [("essay", "essay id", page.essay), ("number", "essay number", str(page.number))]
        if isinstance(page, front_matter.TopicPage):
            unique.append(("number", "topic number", str(page.number)))
        for key, name, value in unique:
            first = owners.setdefault((name, value.casefold()), document.path)
            if first != document.path:
                what = f"the {name} '{value}' is also that of {first}"
                problems.append(Diagnostic(document.path, document.meta_line(key), "T01", what, "change one of them"))
    return problems


def relations(site: Site) -> list[Diagnostic]:
    problems = []
    names = {
        page_id(uri) for uri in (*site.documents, *site.unread) if front_matter.model_for(uri) is front_matter.TopicPage
    }
    paragraphs = site.paragraphs
    pairs: dict[frozenset[str], str] = {}
    for topic in site.topics:
        document = site.documents[topic.uri]
        page = site.pages[topic.uri]
        assert isinstance(page, front_matter.TopicPage)
        for index, relation in enumerate(page.related):
            line = document.meta_line("related", index, "topic")
            pair = frozenset((topic.id, relation.topic))
            if relation.topic not in names:
                hint = did_you_mean(relation.topic, names, f"name one of: {', '.join(sorted(names))}")
                problems.append(Diagnostic(document.path, line, "R01", f"there is no topic '{relation.topic}'", hint))
            elif relation.topic == topic.id:
                what = "a topic cannot be related to itself"
                problems.append(Diagnostic(document.path, line, "R01", what, "remove this relation"))
            elif pair in pairs:
                what = f"this relation is already in {pairs[pair]}"
                hint = "write it on one page only; the build shows it on both"
                problems.append(Diagnostic(document.path, line, "R02", what, hint))
            pairs.setdefault(pair, f"{document.path}:{line}")
            for position, each in enumerate(relation.see):
                if each not in paragraphs and all(site.blocks.values()):
                    line = document.meta_line("related", index, "see", position)
                    hint = did_you_mean(each, paragraphs, "name a paragraph such as defense-5")
                    problems.append(Diagnostic(document.path, line, "R03", f"there is no paragraph '{each}'", hint))
    complete = names <= {topic.id for topic in site.topics}  # an unreadable page may have the relation
    for topic in site.topics:
        if complete and len(names) > 1 and not any(topic.id in pair for pair in pairs):
            document = site.documents[topic.uri]
            hint = "add 'related' with a 'topic' and a 'reason', as in docs/topics/collaborations.md"
            problems.append(Diagnostic(document.path, 1, "R04", "this topic is related to no other", hint))
    return problems


def terms(site: Site) -> list[Diagnostic]:
    problems: list[Diagnostic] = []
    for uri, page in site.pages.items() if site.glossary_complete else ():
        document = site.documents[uri]
        for index, term in enumerate(page.terms):
            if term not in site.terms:
                line = document.meta_line("terms", index)
                hint = did_you_mean(term, site.terms, "add it to docs/glossary.yml")
                problems.append(Diagnostic(document.path, line, "G02", f"there is no term '{term}'", hint))
    return problems


def next_pages(site: Site, docs: Path) -> list[Diagnostic]:
    """Bad: a next page that is missing or the page itself.  Good: `next: {page: topics/index.md, why: …}`."""
    problems = []
    pages = {file.relative_to(docs).as_posix() for file in walk(docs) if file.suffix == ".md"} | site.missing
    for uri, page in site.pages.items():
        document = site.documents[uri]
        line = document.meta_line("next", "page")
        if page.next.page == uri:
            what = "the next page is this page itself"
            problems.append(Diagnostic(document.path, line, "L01", what, "name another page"))
        elif page.next.page not in pages:
            what = f"the next page '{page.next.page}' does not exist"
            others = site.documents.keys() - {uri}
            hint = did_you_mean(page.next.page, others, "name another page by its path under docs/")
            problems.append(Diagnostic(document.path, line, "L01", what, hint))
    return problems


def dates(site: Site) -> list[Diagnostic]:
    """Bad: `changed` before `published`, or `reviewed` in the future.  Good: `changed` after `published`, or omitted."""
    problems = []
    today = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)  # in any time zone
    for uri, page in site.pages.items():
        document = site.documents[uri]
        wrong = []
        if page.changed and page.changed < page.published:
            wrong.append(("changed", "changed before it was published", "write the day of the last change"))
        if page.reviewed and page.reviewed > today:
            wrong.append(("reviewed", "was reviewed on a future date", "write the day of the review"))
        if page.published > today:
            wrong.append(("published", "was published on a future date", "write today's day"))
        if page.review_by and page.review_by <= (page.reviewed or page.published):
            wrong.append(("review_by", "is due for review before it was reviewed", "write a later day"))
        if page.review_by and page.review_by > (page.reviewed or page.published) + A_YEAR:
            wrong.append(("review_by", "is due for review more than a year later", "write a day within a year"))
        problems += [
            Diagnostic(document.path, document.meta_line(key), "T04", f"this page {what}", hint)
            for key, what, hint in wrong
        ]
    return problems
