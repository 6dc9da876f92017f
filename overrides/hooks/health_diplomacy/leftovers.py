"""What Markdown and browsers do not take as it was meant: signs that reach the page as text, and tags that are none.

Signs are looked for in what a page turns into, outside code, so that whatever Markdown does take is left alone.
Tags are looked for in what was written, so that each can be told by its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .documents import Document
from .markdown_checks import lines_outside_code
from .problems import Problem

# Code, what to look for, what is said of it, what to do.
SIGNS = [
    (
        "M05",
        re.compile(r"!?\[[^\[\]\n]+\][ \t]+\((?=[^\s()]*[./#])[^\s()]+\)"),
        "'{}' is no link, and is shown as it is written",
        "leave no space between ']' and '('",
    ),
    (
        "M05",
        re.compile(r"!?\[[^\[\]\n]+\]\([^\n()]*\)"),
        "'{}' stands in HTML, and is shown as it is written",
        'leave out the tags around it, or write markdown="1" into the outer one',
    ),
    (
        "M05",
        re.compile(r"!?\[[^\[\]\n]+\]\([^\s()]*(?![^\n()]*\))"),
        "the link '{}' has no end",
        "put ')' right after its address",
    ),
    (
        "M05",
        re.compile(r"\([^()\n]+\)\[[^\[\]\s]*(?:\.md|://)[^\[\]\s]*\]"),
        "'{}' is no link, and is shown as it is written",
        "write the words in [ ], and then the address in ( )",
    ),
    (
        "M05",
        re.compile(r"\[[^\[\]\n]+\]\[[^\[\]\n]*\]"),
        "'{}' is no link, and is shown as it is written",
        "write the address behind the words, as in [the method](method.md)",
    ),
    (
        "M06",
        re.compile(r"\[\^[^\[\]\s]+\]:?"),
        "'{}' is shown as it is: this site has no footnotes",
        "link to the source in the sentence, as in [its title](https://…); the sources of a claim go into its note",
    ),
    (
        "M06",
        re.compile(r"\{:? ?[#.][A-Za-z][\w-]*(?![^\n{]*\})"),
        "'{}' has no end, so it is shown as it is and gives no address",
        "write ' }}' after it",
    ),
    (
        "M06",
        re.compile(r"\{:? ?[#.][A-Za-z][\w-]*[^{}\n]*\}"),
        "'{}' does not stand where Markdown takes it",
        "put it at the end of a heading, or on a line of its own right under a paragraph",
    ),
    (
        "M06",
        re.compile(r"\*\*"),
        "two asterisks are shown as they are",
        "put '**' right before the first and right after the last of the words, or leave it out",
    ),
    (
        "M06",
        re.compile(r"(?<!`)`{1,2}(?!`)"),
        "a backtick is shown as it is",
        "put one before and one after the words, or leave it out",
    ),
    (
        "M06",
        re.compile(r"~~[^~\n]+~~"),
        "'{}' is shown as it is written",
        "leave out the signs '~~', and the words if they no longer hold",
    ),
    (
        "M06",
        re.compile(r"^(?:!!!|\?\?\?\+?) \w+", re.MULTILINE),
        "'{}' is shown as it is written: this site has no boxes",
        "write a heading or a paragraph instead",
    ),
]
ELEMENTS = frozenset(  # HTML, section 4, and the two languages that it lets in
    [
        "a",
        "abbr",
        "address",
        "area",
        "article",
        "aside",
        "audio",
        "b",
        "base",
        "bdi",
        "bdo",
        "blockquote",
        "body",
        "br",
        "button",
        "canvas",
        "caption",
        "cite",
        "code",
        "col",
        "colgroup",
        "data",
        "datalist",
        "dd",
        "del",
        "details",
        "dfn",
        "dialog",
        "div",
        "dl",
        "dt",
        "em",
        "embed",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "hgroup",
        "hr",
        "html",
        "i",
        "iframe",
        "img",
        "input",
        "ins",
        "kbd",
        "label",
        "legend",
        "li",
        "link",
        "main",
        "map",
        "mark",
        "menu",
        "meta",
        "meter",
        "nav",
        "noscript",
        "object",
        "ol",
        "optgroup",
        "option",
        "output",
        "p",
        "picture",
        "pre",
        "progress",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "script",
        "search",
        "section",
        "select",
        "slot",
        "small",
        "source",
        "span",
        "strong",
        "style",
        "sub",
        "summary",
        "sup",
        "svg",
        "table",
        "tbody",
        "td",
        "template",
        "textarea",
        "tfoot",
        "th",
        "thead",
        "time",
        "title",
        "tr",
        "track",
        "u",
        "ul",
        "var",
        "video",
        "wbr",
        "math",
        "applet",
        "frame",
        "frameset",
        "portal",
    ]
)
LOOKS = frozenset(["basefont", "big", "blink", "center", "font", "marquee", "strike", "tt"])
VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "frame"]
)
ENDS_BY_ITSELF = frozenset(
    [
        "p",
        "li",
        "dt",
        "dd",
        "tr",
        "td",
        "th",
        "thead",
        "tbody",
        "tfoot",
        "option",
        "optgroup",
        "colgroup",
        "caption",
        "rp",
        "rt",
        "body",
        "head",
        "html",
    ]
)
DRAWINGS = re.compile(r"<(svg|math|script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
CODE = re.compile(r"(?<![`\\])(?P<marks>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=marks)(?!`)|<!--.*?-->", re.DOTALL)
TAG = re.compile(r"(?<!\\)<(?P<end>/?)(?P<name>[A-Za-z][\w-]*)(?P<rest>(?=[\s/>])(?:\"[^\"]*\"|'[^']*'|[^<>\"'])*)>")
BOXES = frozenset(
    [
        "article",
        "aside",
        "blockquote",
        "details",
        "div",
        "dl",
        "figure",
        "footer",
        "form",
        "header",
        "main",
        "nav",
        "ol",
        "pre",
        "section",
        "table",
        "ul",
    ]
)
NOT_CLOSED = "is not closed"
INLINE_LOOK = re.compile(r"(?:^|\s)style\s*=", re.IGNORECASE)


def check_signs(document: Document, texts: Sequence[str]) -> Iterator[Problem]:
    """Signs of Markdown among the words that a page shows.

    Bad:  `[the glossary] (../glossary.md)`, `**bold`, `## Privacy { #privacy`   Good:  the same, closed and without the space
    """
    seen: dict[str, int] = {}
    for text in texts:
        taken: list[tuple[int, int]] = []
        for code, pattern, what, hint in SIGNS:
            for found in pattern.finditer(text):
                if any(start < found.end() and found.start() < end for start, end in taken):
                    continue
                taken.append(found.span())
                at = _written_at(document, text, found.start(), seen)
                if at is not None:
                    yield Problem(
                        document.path, document.line_at(at), code, what.format(_short(found[0])), hint.format()
                    )


def _written_at(document: Document, text: str, start: int, seen: dict[str, int]) -> int | None:
    """Where the words around a place of the shown text stand in the page; None where they were written otherwise, as with `\\*`."""
    begin, end = text.rfind("\n", 0, start) + 1, text.find("\n", start)
    line = text[begin : end if end >= 0 else len(text)]
    for needle in (line.strip(), line[start - begin :].strip()):
        at = document.text.find(needle, seen.get(needle, document.body_start))
        if needle and at >= 0:
            seen[needle] = at + len(needle)
            return at
    return None


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= 60 else f"{words[:59]}…"


def check_tags(document: Document) -> Iterator[Problem]:
    """Tags that a browser does not know, that never end, or that set the look of the page.

    Bad:  `The <country> gave aid.`, `<div>` without `</div>`, `<font>`   Good:  `The country gave aid.`
    """
    opened: list[tuple[str, int]] = []
    text = _without_code(document)
    for tag in TAG.finditer(text):
        name, line = tag["name"].casefold(), document.line_at(document.body_start + tag.start())
        if name in LOOKS or name == "style" or (name in ELEMENTS and INLINE_LOOK.search(tag["rest"])):
            shown = f"<{name}>" if name in LOOKS or name == "style" else f"'style' on <{name}>"
            if not tag["end"]:
                what = f"{shown} gives this place a look of its own, which the dark and printed pages do not follow"
                yield Problem(
                    document.path, line, "M08", what, "leave it out: the site's style sheet sets the look of every page"
                )
            continue
        if name not in ELEMENTS:
            if not tag["end"]:
                words = _short(tag["name"] + tag["rest"])
                hint = f"write '&lt;{words}&gt;', or leave out the signs < and >"
                yield Problem(document.path, line, "M07", f"'<{words}>' is no element of HTML, and is not shown", hint)
        elif tag["end"]:
            place = next((index for index in range(len(opened) - 1, -1, -1) if opened[index][0] == name), None)
            if place is not None:
                yield from _never_ended(document, opened[place + 1 :])
                del opened[place:]
        elif name not in VOID and not tag["rest"].rstrip().endswith("/"):
            opened.append((name, line))
    yield from _never_ended(document, opened)


def hides_the_rest(problem: Problem) -> bool:
    """Whether a tag takes in the page below it, so that what is told of that page follows from it."""
    return NOT_CLOSED in problem.message and problem.message[1:].partition(">")[0] in BOXES


def _never_ended(document: Document, opened: list[tuple[str, int]]) -> Iterator[Problem]:
    for name, line in opened:
        if name not in ENDS_BY_ITSELF:
            yield Problem(
                document.path,
                line,
                "M07",
                f"<{name}> {NOT_CLOSED}, so it takes in all that follows",
                f"write </{name}> where it ends, or remove it",
            )


def _without_code(document: Document) -> str:
    """The body with code, comments and drawings blanked, each sign in its place."""
    first = document.line_at(document.body_start)
    outside = dict(lines_outside_code(document))
    lines = [
        line if number in outside else " " * len(line)
        for number, line in enumerate(document.body.split("\n"), start=first)
    ]
    text = "\n".join(lines)
    text = CODE.sub(lambda found: _blank(found[0]), text)
    return DRAWINGS.sub(_outer, text)


def _blank(words: str) -> str:
    return re.sub(r"[^\n]", " ", words)


def _outer(drawing: re.Match[str]) -> str:
    """A drawing of which only its first tag and its last are left."""
    words = drawing[0]
    start, end = words.index(">") + 1, words.rindex("</")
    return words[:start] + _blank(words[start:end]) + words[end:]
