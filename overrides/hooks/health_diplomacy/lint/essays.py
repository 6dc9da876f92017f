"""Checks that the essays are unchanged, and that topic pages include their paragraphs instead of copying them."""

import re
from collections.abc import Collection, Iterator

from diagnostics import Diagnostic, did_you_mean
from selectolax.lexbor import LexborNode

from health_diplomacy import COMMAND
from health_diplomacy.content import essays, front_matter, snippets
from health_diplomacy.content.site import Site, page_id
from health_diplomacy.lint.prose import SENTENCE_END

MIN_WORDS = 8
"""Shorter sentences of essays may be the same by coincidence."""
WORD = re.compile(r"\w+(?:['’]\w+)?")


def changed_words(site: Site) -> Iterator[Diagnostic]:
    """Essays whose words or title differ from the original text, even by a comma."""
    for uri, blocks in site.blocks.items():
        if uri in site.broken_essays:
            continue  # paragraphs are unreliable until the markers are fixed
        document, name = site.documents[uri], page_id(uri)
        checksums = site.checksums.get(name)
        if checksums is None:
            what = f"there are no checksums for the essay '{name}'"
            hint = f"move it out of docs/, and create it again with `{COMMAND} new essay FILE`, which writes them"
            yield Diagnostic(document.path, 1, "P02", what, hint)
            continue
        changes = essays.check_text(document, blocks, checksums)
        yield from changes
        page = site.pages.get(uri)
        if changes or not isinstance(page, front_matter.EssayPage):
            continue
        title = next(block.text for block in blocks if block.id == essays.TITLE)
        for key, value, expected in (("title", page.title, title), ("essay", page.essay, name)):
            if value != expected:
                what = f"'{key}' differs from the original essay"
                yield Diagnostic(document.path, document.meta_line(key), "P02", what, f"write '{expected}'")


def passages(site: Site) -> Iterator[Diagnostic]:
    """Include lines that are malformed, on a page that is no topic, of an unknown paragraph, or repeated."""
    for uri, taken in site.snippets.items():
        path = site.documents[uri].path
        for line in snippets.malformed_lines(site.documents[uri]):
            hint = 'write it as --8<-- "essays/defense.md:defense-5", with nothing before or after it'
            yield Diagnostic(path, line, "P01", "this line does not include a paragraph", hint)
        seen: set[str] = set()
        for passage in taken:
            ids = [block.id for block in site.blocks.get(passage.uri, []) if not block.level]
            if front_matter.model_for(uri) is not front_matter.TopicPage:
                hint = "link to the paragraph instead, or write a page in docs/topics/"
                yield Diagnostic(path, passage.line, "P01", "only topic pages include passages", hint)
            elif passage.uri not in site.blocks:
                hint = did_you_mean(passage.uri, site.blocks, "name a file in docs/essays/")
                yield Diagnostic(path, passage.line, "P01", f"'{passage.uri}' is not an essay", hint)
            elif ids and passage.paragraph not in ids:  # an essay without paragraphs has its own message
                what = f"'{passage.uri}' has no paragraph '{passage.paragraph}'"
                yield Diagnostic(path, passage.line, "P01", what, f"its paragraphs run {ids[0]} to {ids[-1]}")
            elif passage.paragraph in seen:
                what = f"{passage.paragraph} is included twice on this page"
                yield Diagnostic(path, passage.line, "P03", what, "remove one of the two lines")
            seen.add(passage.paragraph)


def unused_paragraphs(site: Site) -> Iterator[Diagnostic]:
    """Paragraphs that no topic includes."""
    if not site.topics or any(front_matter.model_for(uri) is front_matter.TopicPage for uri in site.unreadable):
        return  # an unreadable page may include it
    used = {passage.paragraph for uri, taken in site.snippets.items() if uri.startswith("topics/") for passage in taken}
    for uri, blocks in site.blocks.items():
        for block in blocks:
            if not block.level and block.id not in used and uri not in site.broken_essays:
                hint = f'add the line --8<-- "{uri}:{block.id}" to a page in docs/topics/'
                what = f"{block.id} is on no topic page"
                yield Diagnostic(site.documents[uri].path, block.line, "P04", what, hint)


def unseparated_passages(site: Site, uri: str, page: LexborNode) -> Iterator[Diagnostic]:
    """Included paragraphs that are part of other text, and ids of paragraphs on other elements."""
    if uri in site.blocks:
        return
    document = site.documents[uri]
    shown = {node.id for node in page.css("article > p[id]") if node.text() == snippets.sample_text(node.id or "")}
    taken = {passage.paragraph: passage.line for passage in site.snippets[uri]}
    for paragraph, line in taken.items():
        if paragraph in site.paragraphs and paragraph not in shown:
            what = f"the passage {paragraph} is not on a line of its own"
            hint = "leave a blank line above and below it, and nothing around it"
            yield Diagnostic(document.path, line, "P06", what, hint)
    for name in {node.id or "" for node in page.css("[id]")}:
        if name in site.paragraphs and name not in taken:
            what = f"the id '{name}' belongs to a paragraph of an essay"
            yield Diagnostic(document.path, document.line_of(name), "P07", what, "give this place another id")


def pasted_sentences(site: Site, rendered: Collection[str]) -> Iterator[Diagnostic]:
    """Sentences of essays that were pasted into rendered pages. Pasting may change their case and punctuation."""
    sentences = [
        (" ".join(words), paragraph)
        for paragraph in site.paragraphs.values()
        for sentence in SENTENCE_END.split(paragraph.text)
        if len(words := [word for _, word in _words(sentence)]) >= MIN_WORDS
    ]
    for page, document in site.documents.items():
        if page in site.blocks or page not in rendered:
            continue
        found = _words(document.body)
        text = f" {' '.join(word for _, word in found)} "
        for sentence, paragraph in sentences:
            at = text.find(f" {sentence} ")
            if at < 0:
                continue
            line = document.line_at(document.body_start + found[text.count(" ", 0, at + 1) - 1][0])
            uri, id = paragraph.essay.uri, paragraph.id
            hint = f"link to {uri}#{id}, and say in other words what it says instead"
            if front_matter.model_for(page) is front_matter.TopicPage:
                hint = f'include the paragraph with the line --8<-- "{uri}:{id}" instead'
            yield Diagnostic(document.path, line, "P08", f"a sentence of {id} is pasted here", hint)


def _words(text: str) -> list[tuple[int, str]]:
    """The words of a text with their offsets, without differences in case and apostrophes."""
    return [(match.start(), match[0].casefold().replace("’", "'")) for match in WORD.finditer(text)]
