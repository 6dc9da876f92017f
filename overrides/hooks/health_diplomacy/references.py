"""References in one style: each source as CSL-JSON, from which citeproc writes it in words.

CSL-JSON is the data form of the Citation Style Language (citationstyles.org), which reference managers read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON

from .evidence import Source

STYLE = Path(__file__).with_name("reference.csl")
OTHERS = "others"
PERIODICALS = {"article-journal": "article", "article-magazine": "article", "article-newspaper": "article"}
BIBTEX = {**PERIODICALS, "book": "book", "chapter": "incollection", "report": "techreport"}
Item = dict[str, Any]
"""One entry of CSL-JSON."""


def csl(source: Source) -> Item:
    """A source as an entry of CSL-JSON."""
    item: Item = {
        "id": source.id,
        "type": source.type,
        "title": source.title,
        "language": source.language,
        "URL": source.url,
    }
    if source.author:
        item["author"] = [_name(name) for name in source.author]
    item["container-title" if source.type in PERIODICALS else "publisher"] = source.publisher
    if source.issued:
        item["issued"] = date_parts(source.issued)
    if source.seen:
        item["accessed"] = date_parts(source.seen.isoformat())
    if source.doi:
        item["DOI"] = source.doi
    if source.archived:
        item["archive_location"] = source.archived
    return item


def date_parts(date: str) -> dict[str, list[list[int]]]:
    """A day, month or year, such as 2021-05, as CSL-JSON writes it."""
    return {"date-parts": [[int(part) for part in date.split("-")]]}


def _name(name: str) -> dict[str, str]:
    family, comma, given = name.partition(", ")
    return {"family": family, "given": given} if comma else {"literal": name}


def in_words(items: Sequence[Item]) -> list[str]:
    """References in plain words, without their addresses, in the order given."""
    return _write(items, formatter.plain)


def in_html(items: Sequence[Item], links: Mapping[str, str] | None = None) -> list[str]:
    """References as HTML. Where `links` has an address for an entry's id, its title leads there."""
    links = links or {}
    safe = [_escaped(item, item["id"] in links) for item in items]
    return [
        _linked(words, f'<a href="{escape(links[item["id"]])}"{_language(item)}>' if item["id"] in links else "")
        for item, words in zip(items, _write(safe, formatter.html), strict=True)
    ]


def _language(item: Item) -> str:
    language = item.get("language", "en")
    return "" if language == "en" else f' lang="{language}" hreflang="{language}"'


START, END = "\ue000", "\ue001"  # private use: they stand around a title while citeproc writes, which knows no links


def _escaped(item: Item, linked: bool) -> Item:
    def safe(value: Any) -> Any:
        if isinstance(value, str):
            return escape(value, quote=False)
        if isinstance(value, dict):
            return {key: safe(each) for key, each in value.items()}
        return [safe(each) for each in value] if isinstance(value, list) else value

    marked = {**item, "title": f"{START}{item['title']}{END}"} if linked else item
    return {key: value if key == "id" else safe(value) for key, value in marked.items()}


def _linked(words: str, opening: str) -> str:
    return words.replace(START, opening).replace(END, "</a>")


def _punctuated(words: str) -> str:
    """Full stops as American English sets them: before the closing quotation mark, and never after another stop."""
    return re.sub(
        rf"(?P<stop>[?!.])?(?P<close>{END}?)”\.",
        lambda end: f"{end['stop'] or ''}{end['close']}{'' if end['stop'] else '.'}”",
        words,
    )


@cache
def _style() -> CitationStylesStyle:
    return CitationStylesStyle(str(STYLE), validate=False)


def _write(items: Sequence[Item], form: Any) -> list[str]:
    bibliography = CitationStylesBibliography(_style(), CiteProcJSON([_tidy(item) for item in items]), form)
    for item in items:
        bibliography.register(Citation([CitationItem(item["id"])]))
    return [_punctuated(str(entry)) for entry in bibliography.bibliography()]


def _tidy(item: Item) -> Item:
    """What citeproc-py reads: it knows no `archive_location`, and takes a last author 'others' for a name."""
    return {key: value for key, value in item.items() if key != "archive_location"}


def bibtex(item: Item) -> str:
    """An entry of CSL-JSON as BibTeX, in UTF-8 as current BibTeX processors read it."""
    kind = BIBTEX.get(item["type"], "misc")
    who = [
        f"{name['family']}, {name['given']}" if "family" in name else name["literal"] for name in item.get("author", [])
    ]
    names = [each if ", " in each or each == OTHERS else f"{{{each}}}" for each in who]
    place = {"article": "journal", "incollection": "booktitle", "techreport": "institution"}.get(kind, "publisher")
    parts = item.get("issued", {}).get("date-parts", [[]])[0]
    seen = item.get("accessed", {}).get("date-parts", [[]])[0]
    fields = {
        "author": " and ".join(_tex(name) for name in names),
        "title": f"{{{_tex(item['title'])}}}",
        place: _tex(item.get("container-title") or item.get("publisher") or ""),
        "year": str(parts[0]) if parts else "",
        "month": str(parts[1]) if parts[1:] else "",
        "date": _day(parts),
        "doi": item.get("DOI", ""),
        "url": item.get("URL", ""),
        "urldate": _day(seen),
        "language": item.get("language", ""),
        "note": _tex(item.get("note", "")),
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@{kind}{{{item['id']},\n{lines}\n}}\n"


def _day(parts: list[int]) -> str:
    return "-".join(f"{part:02}" for part in parts)


def _tex(text: str) -> str:
    """Text with the signs that TeX would take for its own told apart."""
    return re.sub(
        r"(?<!^)[{}](?!$)|[\\&%$#_~^]",
        lambda sign: {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}.get(
            sign[0], f"\\{sign[0]}"
        ),
        text,
    )
