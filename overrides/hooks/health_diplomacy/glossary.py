"""Terms and their definitions: one YAML file, from which the glossary page is written.

Each term becomes a heading with a fixed id, so that a term is a real link
(`[Ummah](../glossary.md#ummah)`) and a search result of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from .documents import Lines
from .entries import read_entries
from .frontmatter import Address, Line, Name, Strict
from .problems import Problem

PLACE = "<!-- terms -->"
LINK = re.compile(r'<a href="[^"#]*glossary(?:/|\.html)#(?P<id>[a-z0-9-]+)"')


class Reference(Strict):
    """Where a definition can be checked."""

    title: Line
    publisher: Line
    url: Address


class Term(Strict):
    """A word that needs explaining. `sources` may be empty only where the essays themselves are the source."""

    id: Name
    term: Line
    short: Annotated[Line, StringConstraints(max_length=160)]
    more: Line | None = None
    see: list[Name] = []
    sources: Annotated[list[Reference], Field(max_length=4)] = []


def read_terms(data: Any, lines: Lines, path: str) -> tuple[dict[str, Term], list[Problem]]:
    """The terms by id, and what is wrong in the file they come from."""
    entries, problems = read_entries(
        Term, data, lines, path, "term", ("G03", "G01"), {"sources": ("source", Reference)}
    )
    terms = {term.id: term for term in entries}
    for index, term in enumerate(entries):
        for each in term.see:
            if each not in terms:
                line = lines.get((index, "see"), 1)
                problems.append(
                    Problem(path, line, "G02", f"'{term.id}' points to '{each}', which is no term", "name a term's id")
                )
    return terms, problems


def with_definitions(html: str, terms: Mapping[str, Term]) -> str:
    """A page's HTML with a term's short definition on each link to it, for the page's script to show beside the link."""

    def told(link: re.Match[str]) -> str:
        term = terms.get(link["id"])
        return f'{link[0]} data-hd-term="{escape(term.short)}"' if term else link[0]

    return LINK.sub(told, html)


def write_page(
    body: str, terms: Mapping[str, Term], used_on: Mapping[str, list[tuple[str, str]]], words: Mapping[str, str]
) -> str:
    """The glossary page's Markdown, its terms in alphabetical order in place of the mark.

    `used_on` gives for each term the (title, uri) of the pages that list it;
    `words` gives the labels `see`, `source`, `source_none` and `used_on`.
    """
    parts = []
    for term in sorted(terms.values(), key=lambda each: each.term.casefold()):
        lines = [f"## {term.term} {{ #{term.id} }}", f"{term.short}{' ' + term.more if term.more else ''}"]
        notes = []
        sources = "; ".join(f"[{each.title}]({each.url}), {each.publisher}" for each in term.sources)
        notes.append(f"{words['source']} {sources or words['source_none']}")
        if term.see:
            notes.append(
                f"{words['see']} " + ", ".join(f"[{terms[each].term}](#{each})" for each in term.see if each in terms)
            )
        if used_on.get(term.id):
            notes.append(f"{words['used_on']} " + ", ".join(f"[{title}]({uri})" for title, uri in used_on[term.id]))
        lines.append("<br>\n".join(notes) + '\n{ .hd-note data-search-exclude="1" }')
        parts.append("\n\n".join(lines))
    return body.replace(PLACE, "\n\n".join(parts))
