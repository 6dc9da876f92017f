"""Checks on accessibility: headings, titles, alternative texts and link texts."""

import re
from collections.abc import Iterator

from diagnostics import Diagnostic
from selectolax.lexbor import LexborNode

from health_diplomacy.content.documents import Document
from health_diplomacy.lint import Fault
from health_diplomacy.lint.markdown import without_code

HEADING = re.compile(
    r"^(?:> ?)*(?P<marks>#{1,6})(?P<text>[^\n{]*)|<h(?P<level>[1-6])\b[^>]*>(?P<html>.*?)</h(?P=level)>", re.MULTILINE
)
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
    faults = [] if is_essay or not document.meta else list(_headings(document))
    faults += _titles(document)
    faults += _alternatives(document, page)
    faults += _link_texts(document, page)
    return [Diagnostic(document.path, *fault) for fault in faults]


def _says_nothing(title: str) -> bool:
    return bool(EMPTY_TITLES.fullmatch(title.casefold().strip(" .:!")))


def _headings(document: Document) -> Iterator[Fault]:
    """Second main headings, levels that are skipped, and headings that say nothing."""
    before = 1
    for found in HEADING.finditer(without_code(document)):
        level = len(found["marks"] or "") or int(found["level"])
        start, end = found.span("text" if found["marks"] else "html")
        line, text = document.line_at(found.start()), document.text[start:end].strip(" \t#")
        if not text:
            yield line, "T07", "a heading has no text", "write it after the number signs, or remove the line"
        elif _says_nothing(text):
            yield line, "T07", f"the heading '{text}' says nothing", "say what this part is about"
        if level == 1:
            what = f"'{text}' is a second main heading: the page shows its title already"
            yield line, "T05", what, f"write '## {text}', or remove the line"
            level = 2
        elif level > before + 1:
            what = f"'{text}' is a heading of level {level} right under one of level {before}"
            yield line, "T06", what, f"begin it with {'#' * (before + 1)}"
        before = level


def _titles(document: Document) -> Iterator[Fault]:
    """Titles that say nothing, such as "Untitled"."""
    for key in ("title", "short_title"):
        value = document.meta.get(key)
        if isinstance(value, str) and _says_nothing(value):
            hint = "name what the page is about: the title is shown in the menu, in search and in browser tabs"
            yield document.meta_line(key), "T07", f"the title '{value}' says nothing", hint


def _alternatives(document: Document, page: LexborNode) -> Iterator[Fault]:
    """Images without an alternative text that says what they show (WCAG 2.2, 1.1.1).

    Decorative images need `<img src="…" alt="" role="presentation">`.
    """
    for node in page.css("img:not([alt=''][role=presentation], [alt=''][role=none])"):
        source, text = node.attributes.get("src") or "", (node.attributes.get("alt") or "").strip()
        line = _line_of(document, f"![{text}]({source}", source)  # a link above it may lead to the same file
        if source.partition("#")[0].endswith(".md"):
            yield (
                line,
                "I05",
                f"'{source}' is a page, embedded like an image",
                "link to it instead, as in [words](page.md)",
            )
        elif not text:
            hint = 'say what it shows, as in ![Three countries, joined by lines](…), or in alt="…" of an HTML tag'
            yield line, "A01", f"the picture '{source}' has no alternative text", hint
        elif FILE_NAME.fullmatch(text) or PICTURE_WORDS.fullmatch(text):
            yield line, "A02", f"'{text}' does not say what the picture shows", "describe what it shows"


def _link_texts(document: Document, page: LexborNode) -> Iterator[Fault]:
    """Links whose text does not say where they lead, such as "here" (WCAG 2.2, 2.4.4)."""
    for node in page.css("a[href]:not(.toclink)"):
        address = node.attributes.get("href") or ""
        images = " ".join(image.attributes.get("alt") or "" for image in node.css("img"))
        text = " ".join(f"{node.attributes.get('aria-label') or ''} {node.text()} {images}".split())
        line = _line_of(document, f"[{text}]({address}", f"{text}]" if text else address, address)
        if not text:
            yield line, "A04", f"the link to '{address}' has no text", "write it between the brackets"
        elif " " in address.strip() and not address.startswith("#fn"):  # a footnote's name has its own message
            yield line, "M05", f"the address '{address}' has a space", "write '%20' in place of the space"
        elif EMPTY_LINK_TEXTS.fullmatch(text.casefold().strip(" .:!→»")):
            what = f"the link text '{text}' does not say where the link leads"
            yield line, "A03", what, "use link text that names the target, such as [the method](method.md)"


def _line_of(document: Document, *texts: str) -> int:
    """The line of the first of these texts that the body contains."""
    return document.line_of(next((text for text in texts if text in document.body), ""))
