"""Checks on topics and other pages: titles, answers, relations, terms, next pages and dates."""

from collections.abc import Collection, Iterator

from diagnostics import Diagnostic, did_you_mean

from health_diplomacy.content import front_matter
from health_diplomacy.content.site import Site, page_id
from health_diplomacy.lint import dates


def check(site: Site, files: Collection[str]) -> Iterator[Diagnostic]:
    """All problems with the front matter and answers of pages. `files` are all files of the docs folder, by uri."""
    yield from _answers(site)
    yield from _titles(site)
    yield from _relations(site)
    yield from _terms(site)
    yield from _next_pages(site, files)
    yield from _dates(site)


def _answers(site: Site) -> Iterator[Diagnostic]:
    """Topics whose first paragraph, the answer, does not have 60 to 90 words."""
    for topic in site.topics:
        document = site.documents[topic.uri]
        answer = document.body.strip().partition("\n\n")[0]
        count = len(answer.split())
        line = document.line_of(answer)
        if answer.startswith("#"):
            what = "a heading comes before the answer, the page's first paragraph"
            yield Diagnostic(document.path, line, "T03", what, "move it below the answer")
        elif not 60 <= count <= 90:
            what = f"the answer, the page's first paragraph, has {count} words"
            yield Diagnostic(document.path, line, "T03", what, "write 60 to 90 words")


def _titles(site: Site) -> Iterator[Diagnostic]:
    """Pages with the same title, address, number or essay."""
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
                yield Diagnostic(document.path, document.meta_line(key), "T01", what, "change one of them")


def _relations(site: Site) -> Iterator[Diagnostic]:
    """Relations to a missing topic or paragraph, or written on both pages, and topics without a relation."""
    names = {
        page_id(uri)
        for uri in (*site.documents, *site.unreadable)
        if front_matter.model_for(uri) is front_matter.TopicPage
    }
    paragraphs = {block.id for blocks in site.blocks.values() for block in blocks if not block.level}
    pairs: dict[frozenset[str], str] = {}
    for topic in site.topics:
        document, page = site.documents[topic.uri], site.pages[topic.uri]
        assert isinstance(page, front_matter.TopicPage)
        for index, relation in enumerate(page.related):
            line = document.meta_line("related", index, "topic")
            pair = frozenset((topic.id, relation.topic))
            if relation.topic not in names:
                hint = did_you_mean(relation.topic, names, f"name one of: {', '.join(sorted(names))}")
                yield Diagnostic(document.path, line, "R01", f"there is no topic '{relation.topic}'", hint)
            elif relation.topic == topic.id:
                what = "a topic cannot be related to itself"
                yield Diagnostic(document.path, line, "R01", what, "remove this relation")
            elif pair in pairs:
                what = f"this relation is already in {pairs[pair]}"
                hint = "write it on one page only; the build shows it on both"
                yield Diagnostic(document.path, line, "R02", what, hint)
            pairs.setdefault(pair, f"{document.path}:{line}")
            for position, paragraph in enumerate(relation.see):
                if paragraph not in paragraphs and all(site.blocks.values()):
                    line = document.meta_line("related", index, "see", position)
                    hint = did_you_mean(paragraph, paragraphs, "name a paragraph such as defense-5")
                    yield Diagnostic(document.path, line, "R03", f"there is no paragraph '{paragraph}'", hint)
    complete = names <= {topic.id for topic in site.topics}  # an unreadable page may have the relation
    for topic in site.topics:
        if complete and len(names) > 1 and not any(topic.id in pair for pair in pairs):
            hint = "add 'related' with a 'topic' and a 'reason', as in docs/topics/collaborations.md"
            what = "this topic is related to no other"
            yield Diagnostic(site.documents[topic.uri].path, 1, "R04", what, hint)


def _terms(site: Site) -> Iterator[Diagnostic]:
    """Terms that the glossary lacks."""
    for uri, page in site.pages.items() if site.glossary_complete else ():
        document = site.documents[uri]
        for index, term in enumerate(page.terms):
            if term not in site.terms:
                hint = did_you_mean(term, site.terms, "add it to docs/glossary.yml")
                line = document.meta_line("terms", index)
                yield Diagnostic(document.path, line, "G02", f"there is no term '{term}'", hint)


def _next_pages(site: Site, files: Collection[str]) -> Iterator[Diagnostic]:
    """Next pages that are missing, or the page itself."""
    pages = {uri for uri in files if uri.endswith(".md")} | site.missing
    for uri, page in site.pages.items():
        if page.next.page == uri:
            what, hint = "the next page is this page itself", "name another page"
        elif page.next.page not in pages:
            what = f"the next page '{page.next.page}' does not exist"
            hint = did_you_mean(page.next.page, pages - {uri}, "name another page by its path under docs/")
        else:
            continue
        document = site.documents[uri]
        yield Diagnostic(document.path, document.meta_line("next", "page"), "L01", what, hint)


def _dates(site: Site) -> Iterator[Diagnostic]:
    """Dates in the future, changes before the publication, and impossible reviews."""
    for uri, page in site.pages.items():
        document = site.documents[uri]
        wrong = list(dates.check_review(page.reviewed, page.review_by, page.published))
        if page.changed and page.changed < page.published:
            wrong.append(("changed", "changed before it was published", "write the date of the last change"))
        if dates.is_future(page.published):
            wrong.append(("published", "was published on a future date", "write today's date"))
        for key, what, hint in wrong:
            yield Diagnostic(document.path, document.meta_line(key), "T04", f"this page {what}", hint)
