"""Turns a plain text into the Markdown of an essay, word for word: a title, headings, and numbered paragraphs."""

import html
import re
from collections.abc import Callable, Collection, Iterator, Sequence

from diagnostics import INVISIBLE

from health_diplomacy.content.essays import HEADING, TITLE, Block
from health_diplomacy.content.file_names import slug
from health_diplomacy.lint.evidence import CLOSING

BLOCK = re.compile(r"^#.*|^(?:(?!#).*\S.*(?:\n|\Z))+", re.MULTILINE)
"""A line that begins with #, or other lines without an empty one between them."""
ENDS_SENTENCE = re.compile(rf".*[.!?][{CLOSING}]*")
UNMARKED_HEADING = re.compile(rf"(?!#).{{0,119}}[\w{CLOSING}]")
"""A short line without a punctuation mark at its end."""
# Not after an initial, as in "U.S. Army", or a form of address.
BETWEEN_SENTENCES = re.compile(rf"(?<!\b[A-Z])(?<!\b(?:Dr|Mr|Ms|St))(?<!\bMrs)([.!?][{CLOSING}]*) (?=[^a-z])")


def sentences(paragraph: str) -> list[str]:
    """A paragraph's sentences, as far as punctuation tells them apart."""
    return BETWEEN_SENTENCES.sub(r"\1\n", paragraph).split("\n")


def read(text: str, name: str, taken: Collection[str]) -> list[Block]:
    """The title (level 1), headings and paragraphs of a text. Paragraphs are called `name`-1 and so on.

    `taken` are ids that headings can't have.
    """
    blocks: list[Block] = []
    ids = set(taken)
    number = 0
    for found in BLOCK.finditer(text):
        line, words = text.count("\n", 0, found.start()) + 1, " ".join(found[0].split())
        is_one_line = "\n" not in found[0].strip()
        level, id = 0, ""
        if heading := HEADING.fullmatch(words):
            level, id, words = len(heading["level"]), heading["id"] or "", heading["text"]
        elif is_one_line and (not blocks or UNMARKED_HEADING.fullmatch(words)):
            level = 2 if blocks else 1
        if level:
            id = id or slug(words) or "section"
            while id in ids:
                id += "-2"
            ids.add(id)
        else:
            number += 1
        blocks.append(Block(TITLE if level == 1 else id or f"{name}-{number}", words, line, level))
    return blocks


def to_markdown(blocks: Sequence[Block]) -> str:
    return "".join(f"{_markdown(block)}\n\n" for block in blocks).removesuffix("\n")


def _markdown(block: Block) -> str:
    id, text = block.id, block.text
    if block.level:
        return f"{'#' * block.level} {text}" + (f" {{ #{id} }}" if id != TITLE else "")
    return f"<!-- --8<-- [start:{id}] -->\n{text}\n{{ #{id} }}\n<!-- --8<-- [end:{id}] -->"


def check(blocks: Sequence[Block], to_html: Callable[[str], str]) -> Iterator[tuple[int, str]]:
    """What is wrong on which line of the text."""
    for block in blocks:
        yield from ((block.line, what) for what in _problems(block, to_html, is_title=block is blocks[0]))
    if all(block.level for block in blocks):
        yield 1, "it has no paragraphs below the title, which is its first line"


def _problems(block: Block, to_html: Callable[[str], str], is_title: bool) -> Iterator[str]:
    if is_title and block.level != 1:
        yield "the first line must be the title; write it there, with a blank line below it"
    elif block.level == 1 and not is_title:
        yield "only the title begins with a single '#'; begin headings with '##'"
    elif block.level == 0 and not ENDS_SENTENCE.fullmatch(block.text):
        yield "this paragraph has no period at its end; if it is a heading, begin it with '## '"
    if found := INVISIBLE.search(block.text):
        yield f"there is an invisible character, U+{ord(found[0]):04X}; delete it, or retype the words around it"
    start = "x " if block.level else ""  # so that the number of a heading does not begin a list
    if to_html(start + block.text) != f"<p>{start}{html.escape(block.text, quote=False)}</p>":
        yield "Markdown or HTML would change these words; an essay has only headings and plain paragraphs"
