"""Advice on plain language, since many people read on phones, with screen readers, or in a second language.

Essays, quotations, titles and sources are not checked.
"""

import re
from collections.abc import Iterator

from diagnostics import Diagnostic

from health_diplomacy.content.documents import Document
from health_diplomacy.content.site import Site
from health_diplomacy.lint.markdown import lines_outside_code

MAX_WORDS = 70
"""Words up to a period, colon or semicolon; few people understand longer sentences at first reading."""
PLAINER = {
    "utilize": "use",
    "utilizes": "uses",
    "utilized": "used",
    "in order to": "to",
    "due to the fact that": "because",
    "prior to": "before",
    "with regard to": "about",
    "in the event that": "if",
    "a large number of": "many",
    "at this point in time": "now",
    "commence": "begin",
    "it's own": "its own",
    **{f"{word} {word}": word for word in ("the", "a", "of", "to", "and", "in")},
}
TAKING_SIDES = (
    "clearly",
    "obviously",
    "of course",
    "needless to say",
    "undoubtedly",
    "unfortunately",
    "fortunately",
    "so-called",
    "regime",
    "simply put",
)
SENTENCE_END = re.compile(r"(?<=[.!?;:])[\"”’)*_]*\s+")
SKIPPED = re.compile(r"^\s*(\||--8<--|<|\{|#|```|~~~)")
MARKUP = re.compile(r"`[^`]*`|\{[^}]*\}|\]\([^)]*\)|\[@[^\]]*\]|[*_\[\]]")
QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")


def check(site: Site) -> list[Diagnostic]:
    """Advice on all pages except essays, and on the findings and notes of claims."""
    documents = [document for uri, document in site.documents.items() if uri not in site.blocks]
    found = [problem for document in documents for problem in _page(document)]
    data = site.claims_file
    for index, claim in enumerate(site.claims.values()):
        found += _words(claim.finding, data.path, data.meta_line(index, "finding"))
        for number, part in enumerate(claim.parts):
            found += _words(part.plain_note, data.path, data.meta_line(index, "parts", number, "note"))
    return found


def _page(document: Document) -> Iterator[Diagnostic]:
    for number, line in lines_outside_code(document):
        if not SKIPPED.match(line):
            yield from _words(MARKUP.sub("", line), document.path, number)


def _words(text: str, path: str, line: int) -> Iterator[Diagnostic]:
    """Bad: "In order to utilize …"; "Clearly, …"; a sentence of sixty words.  Good: "To use …"; the fact; two sentences."""
    for sentence in SENTENCE_END.split(text):
        count = len(sentence.split())
        if count > MAX_WORDS:
            what = f"the sentence '{' '.join(sentence.split()[:5])} …' has {count} words"
            yield Diagnostic(path, line, "Q02", what, "split it in two if the meaning allows", severity="notice")
    own = QUOTED.sub("", text).casefold()
    for phrase, better in PLAINER.items():
        if re.search(rf"\b{phrase}\b", own):
            yield Diagnostic(path, line, "Q03", f"'{phrase}' can be shorter", f"write '{better}'", severity="notice")
    for phrase in TAKING_SIDES:
        if re.search(rf"\b{phrase}\b", own):
            what = f"'{phrase}' takes sides or adds nothing"
            yield Diagnostic(path, line, "Q04", what, "leave it out, or say who says so", severity="notice")
