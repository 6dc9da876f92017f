"""Checks on accessibility: headings, titles, alternative texts and link texts."""

import re
from collections.abc import Iterator

from health_diplomacy.content.documents import Document
from health_diplomacy.lint.links import Rendered
from health_diplomacy.problems import Problem

EMPTY_LINK_TEXTS = re.compile(
    r"((click|go|see) )?here|click( this)?|this( (link|page|site|article))?|link|page|((read|learn) )?more( info)?"
    r"|details|website|source"
)
EMPTY_TITLES = re.compile(r"untitled|(new )?page|(new )?topic|title|heading|test|todo|tbd|draft|misc|other|text")
PICTURE_WORDS = re.compile(
    r"(an? |the )?(image|picture|photo|photograph|screenshot|graphic|drawing|diagram)( of)?\b", re.IGNORECASE
)
FILE_NAME = re.compile(r"\S+\.(png|jpe?g|gif|webp|avif|svg)|(img|dsc|image|screenshot)[ _-]?\d+", re.IGNORECASE)


def check(document: Document, rendered: Rendered, is_essay: bool) -> list[Problem]:
    """All problems of a page. The headings of essays are compared with the original text instead."""
    return [
        *([] if is_essay or not document.meta else _headings(document, rendered)),
        *_titles(document),
        *_alternatives(document, rendered),
        *_link_words(document, rendered),
    ]


def _headings(document: Document, rendered: Rendered) -> Iterator[Problem]:
    """Bad: `# Peace-building` below the front matter, `####` right below `##`.  Good: `##`, then `###`."""
    before = 1
    seen: dict[str, int] = {}
    for level, words in rendered.headings:
        text = _source_text(document, words)
        line = _line_of(document, text, seen.get(text, 0))
        seen[text] = seen.get(text, 0) + 1
        if not words:
            hint = "write them after the number signs, or remove the line"
            yield Problem(document.path, _empty_heading(document, level), "T07", "a heading has no words", hint)
        elif EMPTY_TITLES.fullmatch(words.casefold().strip(" .:!")):
            what = f"the heading '{words}' says nothing"
            yield Problem(document.path, line, "T07", what, "say what this part is about")
        if level == 1:
            what = f"'{words}' is a second main heading: the page shows its title already"
            yield Problem(document.path, line, "T05", what, f"write '## {words}', or remove the line")
            level = 2
        elif level > before + 1:
            what = f"'{words}' is a heading of level {level} right under one of level {before}"
            yield Problem(document.path, line, "T06", what, f"begin it with {'#' * (before + 1)}")
        before = level


def _titles(document: Document) -> Iterator[Problem]:
    """Bad: `title: Untitled`.  Good: `title: Peace-building`."""
    for key in ("title", "short_title"):
        value = document.meta.get(key)
        if isinstance(value, str) and EMPTY_TITLES.fullmatch(value.casefold().strip(" .:!")):
            hint = "name what the page is about: the title stands in the menu, in search and in browser tabs"
            yield Problem(document.path, document.meta_line(key), "T07", f"the title '{value}' says nothing", hint)


def _alternatives(document: Document, rendered: Rendered) -> Iterator[Problem]:
    """Bad: `![](map.png)`, `![map.png](map.png)`.  Good: `![Three countries, joined by lines](map.png)`.

    WCAG 2.2, 1.1.1. Decorative images need `<img src="…" alt="" role="presentation">`.
    """
    for source, words in rendered.pictures:
        line = _line_of(document, source)
        words = (words or "").strip()
        if not words:
            hint = "write between the brackets what it shows, as in ![Three countries, joined by lines](…)"
            what = f"the picture '{source}' has no words for those who cannot see it"
            yield Problem(document.path, line, "A01", what, hint)
        elif FILE_NAME.fullmatch(words) or PICTURE_WORDS.fullmatch(words):
            what = f"'{words}' does not say what the picture shows"
            yield Problem(document.path, line, "A02", what, "say what is to be seen on it")


def _link_words(document: Document, rendered: Rendered) -> Iterator[Problem]:
    """Bad: `[here](method.md)`.  Good: `[the method](method.md)`. WCAG 2.2, 2.4.4."""
    for address, words in rendered.anchors:
        if not words.strip():
            what, hint = f"the link to '{address}' has no words", "write them between the brackets"
            line = _line_of(document, f"[]({address}" if f"[]({address}" in document.body else address)
            yield Problem(document.path, line, "A04", what, hint)
        elif EMPTY_LINK_TEXTS.fullmatch(words.casefold().strip(" .:!→»")):
            texts = (f"[{words}]({address}", f"{words}]", address)
            line = _line_of(document, next((each for each in texts if each in document.body), words))
            what = f"the words '{words}' do not say where the link leads"
            hint = "let the link's words name what it leads to, such as [the method](method.md)"
            yield Problem(document.path, line, "A03", what, hint)


def _line_of(document: Document, text: str, skip: int = 0) -> int:
    """The line of an occurrence of `text` in the body, ignoring case, after skipping some."""
    source, at = document.text.casefold(), document.body_start - 1
    for _ in range(skip + 1):
        at = source.find(text.casefold(), at + 1)
        if at < 0:
            return document.line_of(text)
    return document.line_at(at)


def _source_text(document: Document, words: str) -> str:
    """The longest prefix of rendered text that also occurs in the page's source."""
    parts = words.split(" ")
    for size in range(len(parts), 0, -1):
        for mark in ("# ", ">", ""):
            begin = mark + " ".join(parts[:size])
            if begin in document.body:
                return begin
    return words


def _empty_heading(document: Document, level: int) -> int:
    found = re.compile(rf"^#{{{level}}}[ \t#]*$", re.MULTILINE).search(document.text, document.body_start)
    return document.line_at(found.start()) if found else _line_of(document, f"<h{level}")
