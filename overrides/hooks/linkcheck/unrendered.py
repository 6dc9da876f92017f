"""Text that readers see although it should have been rendered: Markdown, reStructuredText, BBCode, leftovers of chats."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from .attributes import words

_TITLE = r"(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?"
_PATTERN = re.compile(
    rf"!?\[[^\[\]\n]+\]\((?:(?:https?://|mailto:|\.{{0,2}}/|#)[^\s()]*|[^\s()]+\.(?:md|html)(?:#[^\s()]*)?){_TITLE}\)"
    rf"|!\[[^\[\]\n]*\]\([^\s()]+\.\w{{3,4}}{_TITLE}\)"
    r"|\[[A-Za-z][^\[\]\n]* [^\[\]\n]*\]\[[A-Za-z][^\[\]\n]*\]"
    r"|(?<=[\w.,;:!?)\"”])\[\^[\w-]+\](?!\w)"
    r"|\{:[ \t]*[#.][\w-]+(?:[ \t]+[^{}\n]*)?\}"
    r"|-{2,}8<-{2,}[^\n]*"
    r"|\{#[A-Za-z][\w-]*\}"
    r"|(?<!\w):(?:material|octicons|fontawesome|simple)-[\w-]+:"
    r"|:contentReference\[oaicite:[^\]\n]*\]|turn[01]\d*(?:search|view|news)\d+"
    r"|\([^()\n]+\)\[(?:https?://|\.{1,2}/)[^\]\s]+\]"
    r"|\[url=https?://[^\]\s]*\]"
    r"|`[^`<>\n]+<[^`<>\s]+>`_"
    r"|(?<![\w:`]):(?:ref|doc|term|numref|download|(?:py:)?(?:class|func|meth|mod|attr|obj)):`[^`\n]+`"
    r"|(?<![^\n])[ \t]*\[\^[\w-]+\]:(?=\s)"
    r"|(?<![^\n])[ ]{0,3}\[[^\[\]\n]+\]:[ \t]+(?:https?://|\.{1,2}/)\S+"
)
_MARKS = words(
    "8<- ]( ][ [^ {: {# ]: :material- :octicons- :fontawesome- :simple- [oaicite: turn0 turn1 [url=http >`_ :` )[http )[."
)
"""Each match has one of these: a text with none of them need not be searched."""
_MARK = re.compile("|".join(map(re.escape, _MARKS)))
_SAMPLES = words("pre code kbd samp script style textarea annotation")
"""Elements whose text is a sample or is not shown."""


def find(root: LexborNode) -> Iterator[str]:
    """What should have been rendered, in the visible text of a page."""
    text = root.text_lexbor() or ""
    if not any(mark in text for mark in _MARKS):
        return
    for node in root.traverse(include_text=True):
        if node.tag == "-text" and _MARK.search(text := node.text_content or "") and not _is_sample(node):
            yield from (match[0] for match in _PATTERN.finditer(text))


def _is_sample(node: LexborNode) -> bool:
    parent = node.parent
    while parent is not None and parent.tag not in _SAMPLES:
        parent = parent.parent
    return parent is not None
