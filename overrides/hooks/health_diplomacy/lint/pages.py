"""Checks on accessibility: headings, titles, alternative texts and link texts."""

import re
from collections.abc import Iterator

from diagnostics import Diagnostic
from selectolax.lexbor import LexborNode

from health_diplomacy.content.documents import Document

EMPTY_LINK_TEXTS = re.compile(
    r"((click|go|see) )?here|click( this)?|this( (link|page|site|article))?|link|page|((read|learn) )?more( info)?"
    r"|details|website|source"
)
EMPTY_TITLES = re.compile(r"untitled|(new )?page|(new )?topic|title|heading|test|todo|tbd|draft|misc|other|text")
PICTURE_WORDS = re.compile(
    r"(an? |the )?(image|picture|photo|photograph|screenshot|graphic|drawing|diagram)( of)?\b", re.IGNORECASE
)
FILE_NAME = re.compile(r"\S+\.(png|jpe?g|gif|webp|avif|svg)|(img|dsc|image|screenshot)[ _-]?\d+", re.IGNORECASE)


def check(document: Document, page: LexborNode, is_essay: bool) -> list[Diagnostic]:
    """All problems of a page. The headings of essays are compared with the original text instead."""
    return [
        *([] if is_essay or not document.meta else _headings(document, page)),
        *_titles(document),
        *_alternatives(document, page),
        *_link_words(document, page),
    ]


def _headings(document: Document, page: LexborNode) -> Iterator[Diagnostic]:
    """Bad: `# Peace-building` below the front matter, `####` right below `##`.  Good: `##`, then `###`."""
    before = 1
    seen: dict[str, int] = {}
    for node in page.css("h1, h2, h3, h4, h5, h6"):
        level, words = int((node.tag or "h1")[1]), _words(node)
        text = _source_text(document, words)
        line = _line_of(document, text, seen.get(text, 0))
        seen[text] = seen.get(text, 0) + 1
        if not words:
            hint = "write them after the number signs, or remove the line"
            yield Diagnostic(document.path, _empty_heading(document, level), "T07", "a heading has no words", hint)
        elif EMPTY_TITLES.fullmatch(words.casefold().strip(" .:!")):
            what = f"the heading '{words}' says nothing"
            yield Diagnostic(document.path, line, "T07", what, "say what this part is about")
        if level == 1:
            what = f"'{words}' is a second main heading: the page shows its title already"
            yield Diagnostic(document.path, line, "T05", what, f"write '## {words}', or remove the line")
            level = 2
        elif level > before + 1:
            what = f"'{words}' is a heading of level {level} right under one of level {before}"
            yield Diagnostic(document.path, line, "T06", what, f"begin it with {'#' * (before + 1)}")
        before = level


def _titles(document: Document) -> Iterator[Diagnostic]:
    """Bad: `title: Untitled`.  Good: `title: Peace-building`."""
    for key in ("title", "short_title"):
        value = document.meta.get(key)
        if isinstance(value, str) and EMPTY_TITLES.fullmatch(value.casefold().strip(" .:!")):
            hint = "name what the page is about: the title is shown in the menu, in search and in browser tabs"
            yield Diagnostic(document.path, document.meta_line(key), "T07", f"the title '{value}' says nothing", hint)


def _alternatives(document: Document, page: LexborNode) -> Iterator[Diagnostic]:
    """Bad: `![](map.png)`, `![map.png](map.png)`.  Good: `![Three countries, joined by lines](map.png)`.

    WCAG 2.2, 1.1.1. Decorative images need `<img src="…" alt="" role="presentation">`.
    """
    for node in page.css("img:not([alt=''][role=presentation], [alt=''][role=none])"):
        source, words = node.attributes.get("src") or "", (node.attributes.get("alt") or "").strip()
        markdown = f"![{words}]({source}"  # a link above it may lead to the same file
        line = _line_of(document, markdown if markdown in document.body else source)
        if source.partition("#")[0].endswith(".md"):
            what = f"'{source}' is a page, embedded like an image"
            yield Diagnostic(document.path, line, "I05", what, "link to it instead, as in [words](page.md)")
        elif not words:
            hint = "write between the brackets what it shows, as in ![Three countries, joined by lines](…)"
            if f"]({source}" not in document.body:
                hint = 'say what it shows, as in alt="Three countries, joined by lines"'
            what = f"the picture '{source}' has no alternative text"
            yield Diagnostic(document.path, line, "A01", what, hint)
        elif FILE_NAME.fullmatch(words) or PICTURE_WORDS.fullmatch(words):
            what = f"'{words}' does not say what the picture shows"
            yield Diagnostic(document.path, line, "A02", what, "describe what it shows")


def _link_words(document: Document, page: LexborNode) -> Iterator[Diagnostic]:
    """Bad: `[here](method.md)`.  Good: `[the method](method.md)`. WCAG 2.2, 2.4.4."""
    for node in page.css("a[href]:not(.toclink)"):
        address = node.attributes.get("href") or ""
        words = f"{node.attributes.get('aria-label') or ''} {_words(node)}".strip()
        if not words:
            what, hint = f"the link to '{address}' has no words", "write them between the brackets"
            line = _line_of(document, f"[]({address}" if f"[]({address}" in document.body else address)
            yield Diagnostic(document.path, line, "A04", what, hint)
        elif " " in address.strip() and not address.startswith("#fn"):  # a footnote's name has its own message
            what, hint = f"the address '{address}' has a space", "write '%20' in place of the space"
            yield Diagnostic(document.path, _line_of(document, address), "M05", what, hint)
        elif EMPTY_LINK_TEXTS.fullmatch(words.casefold().strip(" .:!→»")):
            texts = (f"[{words}]({address}", f"{words}]", address)
            line = _line_of(document, next((each for each in texts if each in document.body), words))
            what = f"the words '{words}' do not say where the link leads"
            hint = "use link text that names the target, such as [the method](method.md)"
            yield Diagnostic(document.path, line, "A03", what, hint)


def _words(node: LexborNode) -> str:
    """The text of an element and of its images."""
    words = []
    for each in node.traverse(include_text=True):
        if each.tag == "img":
            words.append(each.attributes.get("alt") or "")
        elif each.tag == "-text":
            words.append(each.text_content or "")
    return " ".join("".join(words).split())


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
