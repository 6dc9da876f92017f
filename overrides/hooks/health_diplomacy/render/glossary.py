"""Generates the glossary page from its YAML list, links terms in notes, and adds definitions to links to terms.

Each term is a heading with a fixed id, so that it can be linked: `[Ummah](../glossary.md#ummah)`.
"""

import re
from collections.abc import Callable, Mapping
from html import escape, unescape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from health_diplomacy.content.schema import Term
from health_diplomacy.content.site import GLOSSARY_PAGE, Site

PLACEHOLDER = "<!-- terms -->"
TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent))
LINK = re.compile(r'<a href="[^"#]*glossary(?:/|\.html)#(?P<id>[a-z0-9-]+)"')


def with_definitions(html: str, terms: Mapping[str, Term]) -> str:
    """A page's HTML with a term's short definition on each link to it, which the page's script shows."""

    def define(link: re.Match[str]) -> str:
        term = terms.get(link["id"])
        return f'{link[0]} data-hd-term="{escape(term.short)}"' if term else link[0]

    return LINK.sub(define, html)


def note_linker(terms: Mapping[str, Term], page: str) -> Callable[[str], str]:
    """A function that returns text as HTML, with the first occurrence of each term linked to `page`."""
    term_of = {words: term for term in terms.values() for words in term.in_notes}
    alternatives = "|".join(re.escape(escape(words, quote=False)) for words in sorted(term_of, key=len, reverse=True))
    names = re.compile(rf"(?<!\w)(?:{alternatives or '(?!)'})(?!\w)")
    linked = set[str]()

    def link(found: re.Match[str]) -> str:
        term = term_of[unescape(found[0])]
        if term.id in linked:
            return found[0]
        linked.add(term.id)
        return f'<a href="{page}#{term.id}" data-hd-term="{escape(term.short)}">{found[0]}</a>'

    return lambda text: names.sub(link, escape(text, quote=False))


def page_markdown(site: Site, ui: Mapping[str, str]) -> str:
    """The glossary page's Markdown with its terms in alphabetical order."""
    terms = sorted(site.terms.values(), key=lambda term: term.term.casefold())
    entries = TEMPLATES.get_template("glossary.md").render(terms=terms, site=site, ui=ui).strip()
    return site.documents[GLOSSARY_PAGE].body.replace(PLACEHOLDER, entries)
