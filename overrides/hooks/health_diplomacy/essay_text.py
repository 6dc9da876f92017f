"""Turns a plain text into the Markdown of an essay, word for word: a title, headings, and numbered paragraphs."""

import html
import re
from collections.abc import Callable, Collection, Iterator

from diagnostics import INVISIBLE

from health_diplomacy.content.essays import HEADING, Block
from health_diplomacy.content.file_names import slug
from health_diplomacy.lint.evidence import CLOSING

ENDS_SENTENCE = re.compile(rf".*[.!?][{CLOSING}]*")
UNMARKED_HEADING = re.compile(rf"(?!#).{{0,119}}[\w{CLOSING}]")
"""A short line without a punctuation mark at its end."""
# Not after an initial, as in "U.S. Army", or a form of address.
BETWEEN_SENTENCES = re.compile(rf"(?<!\b[A-Z])(?<!\b(?:Dr|Mr|Ms|St))(?<!\bMrs)([.!?][{CLOSING}]*) (?=[^a-z])")


def sentences(paragraph: str) -> list[str]:
    """A paragraph's sentences, as far as punctuation tells them apart."""
    return BETWEEN_SENTENCES.sub(r"\1\n", paragraph).split("\n")


def to_markdown(
    text: str, name: str, taken: Collection[str], to_html: Callable[[str], str]
) -> tuple[str, list[tuple[int, str]]]:
    """The essay's Markdown, with paragraphs called `name`-1 and so on, and what is wrong on which line of the text.

    `taken` are ids that headings can't have.
    """
    written: list[str] = []
    problems: list[tuple[int, str]] = []
    ids = set(taken)
    number = 0
    for block in _blocks(text):
        problems += [(block.line, what) for what in _problems(block, to_html, is_title=not written)]
        if block.level:
            id = block.id or slug(block.text) or "section"
            while id in ids:
                id += "-2"
            ids.add(id)
            written.append(f"{'#' * block.level} {block.text}" + (f" {{ #{id} }}" if written else ""))
        else:
            number += 1
            id = f"{name}-{number}"
            written.append(f"<!-- --8<-- [start:{id}] -->\n{block.text}\n{{ #{id} }}\n<!-- --8<-- [end:{id}] -->")
    if not number:
        problems.append((1, "it has no paragraphs below the title, which is its first line"))
    return "\n\n".join(written) + "\n", problems


def _blocks(text: str) -> Iterator[Block]:
    """The title, then what empty lines set apart. A line that begins with # needs none."""
    lines: list[str] = []
    start, is_title = 0, True
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if lines and (not line.strip() or line.startswith("#") or lines[0].startswith("#")):
            yield _block(lines, start, is_title)
            lines, is_title = [], False
        if line.strip():
            start = start if lines else number
            lines.append(line)


def _block(lines: list[str], start: int, is_title: bool) -> Block:
    """The title (level 1), a heading, or a paragraph. Its line is the first in the text."""
    text = " ".join(" ".join(lines).split())
    if heading := HEADING.fullmatch(text):
        return Block(heading["id"] or "", heading["text"], start, len(heading["level"]))
    if len(lines) == 1 and (is_title or UNMARKED_HEADING.fullmatch(text)):
        return Block("", text, start, 1 if is_title else 2)
    return Block("", text, start)


def _problems(block: Block, to_html: Callable[[str], str], is_title: bool) -> Iterator[str]:
    if is_title and block.level != 1:
        yield "the first line must be the title; write it there, with an empty line below it"
    elif block.level == 1 and not is_title:
        yield "only the title begins with a single '#'; begin headings with '##'"
    elif block.level == 0 and not ENDS_SENTENCE.fullmatch(block.text):
        yield "this paragraph has no period at its end; if it is a heading, begin it with '## '"
    if found := INVISIBLE.search(block.text):
        yield f"there is an invisible character, U+{ord(found[0]):04X}; delete it, or retype the words around it"
    start = "x " if block.level else ""  # so that the number of a heading does not begin a list
    if to_html(start + block.text) != f"<p>{start}{html.escape(block.text, quote=False)}</p>":
        yield "Markdown or HTML would change these words; an essay has only headings and plain paragraphs"
