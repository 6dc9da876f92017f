"""Advice on plain language, since many people read on phones, with screen readers, or in a second language.

`prose.yml` lists the phrases. Essays, quotations, titles and sources are not checked.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import yaml
from diagnostics import Diagnostic

from health_diplomacy.content.site import Site
from health_diplomacy.content.yaml_diagnostics import Parser
from health_diplomacy.lint.markdown import lines_outside_code

MAX_WORDS = 70
"""Words up to a period, colon or semicolon; few people understand longer sentences at first reading."""
PHRASES = yaml.load(Path(__file__).with_suffix(".yml").read_bytes(), Parser)
PATTERNS = {kind: re.compile(rf"\b(?:{'|'.join(phrases)})\b") for kind, phrases in PHRASES.items()}
REPLACED = {"plainer": "can be shorter", "repeated": "repeats a word", "mistaken": "is a mistake"}
"""What is wrong with phrases of each kind that have a replacement."""
SENTENCE_END = re.compile(r"(?<=[.!?;:])[\"”’)*_]*\s+")
SKIPPED = re.compile(r"^\s*(\||--8<--|<|\{|#|```|~~~)")
MARKUP = re.compile(r"`[^`]*`|\{[^}]*\}|\]\([^)]*\)|\[@[^\]]*\]|[*_\[\]]")
QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")


def check(site: Site) -> Iterator[Diagnostic]:
    """Advice on all pages except essays, and on the findings and notes of claims."""
    for path, line, text in _texts(site):
        for what, code, hint in _advice(text):
            yield Diagnostic(path, line, code, what, hint, severity="notice")


def _texts(site: Site) -> Iterator[tuple[str, int, str]]:
    """The lines of pages and the values of claims, each with its path and line number.

    A line's last word is doubled if the next line begins with it too.
    """
    for uri, document in site.documents.items():
        lines = lines_outside_code(document) if uri not in site.blocks else ()
        for (number, line), (_, below) in pairwise(lines):
            if not SKIPPED.match(line):
                repeated = below.split()[:1] if line.split()[-1:] == below.split()[:1] else []
                yield document.path, number, MARKUP.sub("", " ".join([line, *repeated]))
    data = site.claims_file
    for index, claim in enumerate(site.claims.values()):
        yield data.path, data.meta_line(index, "finding"), claim.finding
        for number, part in enumerate(claim.parts):
            yield data.path, data.meta_line(index, "parts", number, "note"), part.plain_note


def _advice(text: str) -> Iterator[tuple[str, str, str]]:
    """What could be better in a text, with code and hint."""
    for sentence in SENTENCE_END.split(text):
        words = sentence.split()
        if len(words) > MAX_WORDS:
            what = f"the sentence '{' '.join(words[:5])} …' has {len(words)} words"
            yield what, "Q02", "split it in two if the meaning allows"
    own = QUOTED.sub("", text).casefold()
    for kind, what in REPLACED.items():
        for phrase in sorted(set(PATTERNS[kind].findall(own))):
            yield f"'{phrase}' {what}", "Q03", f"write '{PHRASES[kind][phrase]}'"
    for phrase in sorted(set(PATTERNS["taking_sides"].findall(own))):
        yield f"'{phrase}' takes sides or adds nothing", "Q04", "leave it out, or say who says so"
