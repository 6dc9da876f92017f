"""Finds essay sentences that were pasted into a page instead of being included.

Case and punctuation are ignored, because pasting changes them.
"""

import re
from collections.abc import Collection, Iterator

from diagnostics import Diagnostic

from health_diplomacy.content import front_matter
from health_diplomacy.content.site import Site
from health_diplomacy.lint.prose import SENTENCE_END

MIN_WORDS = 8
"""Shorter sentences may be the same by coincidence."""
WORD = re.compile(r"\w+(?:['’]\w+)?")


def check(site: Site, rendered: Collection[str]) -> Iterator[Diagnostic]:
    """Report the sentences of essays on rendered pages, once for each paragraph."""
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
