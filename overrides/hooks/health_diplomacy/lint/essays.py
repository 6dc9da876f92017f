"""Checks that the essays are unchanged, and that topic pages include their paragraphs correctly."""

from diagnostics import Diagnostic, did_you_mean
from selectolax.lexbor import LexborNode

from health_diplomacy import COMMAND
from health_diplomacy.content import essays, front_matter, snippets
from health_diplomacy.content.site import Site, page_id


def unchanged_words(site: Site) -> list[Diagnostic]:
    problems = []
    for uri, blocks in site.blocks.items():
        document = site.documents[uri]
        if uri in site.broken_essays:
            continue  # paragraphs are unreliable until the markers are fixed
        name = page_id(uri)
        checksums = site.checksums.get(name)
        if checksums is None:
            what = f"there are no checksums for the essay '{name}'"
            hint = f"move it out of docs/, and begin it with `{COMMAND} new essay FILE`, which makes them"
            problems.append(Diagnostic(document.path, 1, "P02", what, hint))
        else:
            problems += essays.check_text(document, blocks, checksums) or _essay_keys(site, uri, name, blocks)
    return problems


def _essay_keys(site: Site, uri: str, name: str, blocks: list[essays.Block]) -> list[Diagnostic]:
    document, page = site.documents[uri], site.pages.get(uri)
    if page is None:
        return []
    expected = {"title": next(block.text for block in blocks if block.id == essays.TITLE), "essay": name}
    what = "differs from the original essay"
    return [
        Diagnostic(document.path, document.meta_line(key), "P02", f"'{key}' {what}", f"write '{value}'")
        for key, value in expected.items()
        if getattr(page, key) != value
    ]


def passages(site: Site) -> list[Diagnostic]:
    """Bad: a paragraph that no essay has, or one included twice.  Good: `--8<-- "essays/defense.md:defense-5"`."""
    problems = []
    for uri, taken in site.snippets.items():
        document = site.documents[uri]
        what = "this line does not include a paragraph"
        hint = 'write it as --8<-- "essays/defense.md:defense-5", with nothing before or after it'
        problems += [Diagnostic(document.path, line, "P01", what, hint) for line in snippets.malformed_lines(document)]
        seen: set[str] = set()
        for passage in taken:
            ids = [block.id for block in site.blocks.get(passage.uri, []) if not block.level]
            if front_matter.model_for(uri) is not front_matter.TopicPage:
                hint = "link to the paragraph instead, or write a page in docs/topics/"
                problems.append(
                    Diagnostic(document.path, passage.line, "P01", "only topic pages include passages", hint)
                )
            elif passage.uri not in site.blocks:
                hint = did_you_mean(passage.uri, site.blocks, "name a file in docs/essays/")
                problems.append(
                    Diagnostic(document.path, passage.line, "P01", f"'{passage.uri}' is not an essay", hint)
                )
            elif not ids:
                pass  # the essay has its own message
            elif passage.paragraph not in ids:
                hint = f"its paragraphs run {ids[0]} to {ids[-1]}"
                what = (
                    f"'{passage.uri}' has no paragraph '{passage.paragraph}'"
                    if passage.paragraph
                    else "this line does not name a paragraph"
                )
                problems.append(Diagnostic(document.path, passage.line, "P01", what, hint))
            elif passage.paragraph in seen:
                what = f"{passage.paragraph} is included twice on this page"
                problems.append(Diagnostic(document.path, passage.line, "P03", what, "remove one of the two lines"))
            seen.add(passage.paragraph)
    return problems


def unused_paragraphs(site: Site) -> list[Diagnostic]:
    """Bad: a paragraph that no topic includes.  Good: each is included in at least one topic."""
    if not site.topics or any(front_matter.model_for(uri) is front_matter.TopicPage for uri in site.unread):
        return []  # an unreadable page may include it
    used = {passage.paragraph for uri, taken in site.snippets.items() if uri.startswith("topics/") for passage in taken}
    problems = []
    for uri, blocks in site.blocks.items():
        for block in blocks:
            if not block.level and block.id not in used and uri not in site.broken_essays:
                what, hint = (
                    f"{block.id} is on no topic page",
                    f'add the line --8<-- "{uri}:{block.id}" to a page in docs/topics/',
                )
                problems.append(Diagnostic(site.documents[uri].path, block.line, "P04", what, hint))
    return problems


def separate_passages(site: Site, uri: str, page: LexborNode) -> list[Diagnostic]:
    """Included paragraphs must be paragraphs of their own, and only they may have the ids of paragraphs.

    Bad: an include line with text right above it, or `<p id="defense-2">` written by hand.
    Good: an include line that is not indented, with an empty line above and below it.
    """
    document = site.documents[uri]
    problems: list[Diagnostic] = []
    if uri in site.blocks:
        return problems
    shown = {node.id for node in page.css("article > p[id]") if node.text() == snippets.sample_text(node.id or "")}
    taken = {passage.paragraph: passage.line for passage in site.snippets[uri]}
    for paragraph, line in taken.items():
        if paragraph in site.paragraphs and paragraph not in shown:
            hint = "leave an empty line above and below it, and nothing around it"
            what = f"the passage {paragraph} is not on a line of its own"
            problems.append(Diagnostic(document.path, line, "P06", what, hint))
    for name in {node.id or "" for node in page.css("[id]")}:
        if name in site.paragraphs and name not in taken:
            line = document.line_of(name)
            what = f"the id '{name}' belongs to a paragraph of an essay"
            problems.append(Diagnostic(document.path, line, "P07", what, "give this place another id"))
    return problems
