"""Topics and other pages: titles, answers, relations, terms, what to read next, and dates."""

import datetime
from pathlib import Path

from health_diplomacy.content import front_matter
from health_diplomacy.content.limits import walk
from health_diplomacy.content.site import Site, page_id
from health_diplomacy.problems import Problem, did_you_mean


def answers(site: Site) -> list[Problem]:
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


def titles(site: Site) -> list[Problem]:
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


def relations(site: Site) -> list[Problem]:
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


def terms(site: Site) -> list[Problem]:
    problems: list[Problem] = []
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


def next_pages(site: Site, docs: Path) -> list[Problem]:
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


def dates(site: Site) -> list[Problem]:
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
