"""Renders sources as references, as BibTeX, and as CSL-JSON.

CSL-JSON is the data format of the Citation Style Language (citationstyles.org), which reference managers import.
"""

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape, unescape
from typing import Any

from babel.dates import format_date

from health_diplomacy.content.schema import Source

MAX_AUTHORS, AUTHORS_BEFORE_ET_AL = 5, 3
DATE_PATTERNS = ("y", "MMMM y", "MMMM d, y")
OTHERS = "others"
PERIODICALS = {"article-journal": "article", "article-magazine": "article", "article-newspaper": "article"}
BIBTEX = {**PERIODICALS, "book": "book", "chapter": "incollection", "report": "techreport"}
CONTAINERS = {"article": "journal", "book": "publisher", "incollection": "booktitle", "techreport": "institution"}
TEX_ESCAPES = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
TEX_ESCAPES |= {"{": r"\textbraceleft{}", "}": r"\textbraceright{}"}  # BibTeX counts braces even after a backslash
Item = dict[str, Any]
"""An entry of CSL-JSON."""


@dataclass(frozen=True)
class Bibliography:
    """The references of all sources, rendered once."""

    sources: Mapping[str, Source]

    @cached_property
    def html(self) -> Mapping[str, str]:
        """Each reference as HTML, its title linked to the source."""
        return {source.id: _reference(source) for source in self.sources.values()}

    @cached_property
    def text(self) -> Mapping[str, str]:
        """Each reference as plain text, without its URL."""
        return {id: unescape(re.sub(r"<[^>]*>", "", html)) for id, html in self.html.items()}

    @cached_property
    def in_order(self) -> list[Source]:
        """The sources sorted by their printed references, ignoring quotation marks and case."""
        keys = {id: re.sub(r"[“”‘’'\"\[\]]", "", text).casefold() for id, text in self.text.items()}
        return sorted(self.sources.values(), key=lambda source: keys[source.id])

    @cached_property
    def by_letter(self) -> Mapping[str, list[Source]]:
        """The sources by first letter; "0" has those that don't begin with a letter."""
        groups: dict[str, list[Source]] = {}
        for source in self.in_order:
            first = re.sub(r"[\W_]", "", self.text[source.id])[:1].upper()
            groups.setdefault(first if first.isalpha() else "0", []).append(source)
        return groups


def csl_item(source: Source) -> Item:
    item: Item = {
        "id": source.id,
        "type": source.type,
        "title": source.title,
        "language": source.language,
        "URL": source.url,
        "author": [_name(name) for name in source.author],
        "container-title" if source.type in PERIODICALS else "publisher": source.publisher,
        "issued": date_parts(source.issued) if source.issued else None,
        "accessed": date_parts(source.seen.isoformat()) if source.seen else None,
        "DOI": source.doi,
        "archive_location": source.archived,
    }
    return {key: value for key, value in item.items() if value}


def date_parts(date: str) -> dict[str, list[list[int]]]:
    return {"date-parts": [[int(part) for part in date.split("-")]]}


def _name(name: str) -> dict[str, str]:
    family, comma, given = name.partition(", ")
    return {"family": family, "given": given} if comma else {"literal": name}


def _reference(source: Source) -> str:
    """Who, “what,” where, when."""
    language = "" if source.language == "en" else f' lang="{source.language}" hreflang="{source.language}"'
    name = re.sub(r'[“"]([^“”"]*)[”"]', r"‘\1’", source.title)  # the marks inside of quotation marks
    title = f'<a href="{escape(source.url)}"{language}>{escape(name, quote=False)}</a>'
    where = escape(source.publisher, quote=False)
    where = f"<i>{where}</i>" if source.type in PERIODICALS else where
    parts = (escape(_authors(source.author), quote=False), f"“{title}”", f"{where}, {_date(source.issued)}")
    return american_punctuation(" ".join(f"{part.removesuffix('.')}." for part in parts if part))


def _authors(names: Sequence[str]) -> str:
    """Authors' names, such as "Walsh, Declan, and Christoph Koettl"."""
    ordered = [*names[:1], *(" ".join(reversed(name.split(", ", 1))) for name in names[1:])]
    if len(names) > MAX_AUTHORS:
        return ", ".join([*ordered[:AUTHORS_BEFORE_ET_AL], "et al."])
    return ", and ".join(filter(None, (", ".join(ordered[:-1]), *ordered[-1:])))


def _date(issued: str | None) -> str:
    if not issued:
        return "n.d."
    parts = [int(part) for part in issued.split("-")]
    year, month, day = (*parts, 1, 1)[:3]
    return format_date(datetime.date(year, month, day), DATE_PATTERNS[len(parts) - 1], locale="en")


def american_punctuation(text: str) -> str:
    """Put periods before closing quotation marks, and omit them after ? and !."""
    text = re.sub(r"(?<![?!.])’((?:</a>)?)”\.", r".’\1”", text)
    text = re.sub(r"(?<=[?!.])(’?(?:</a>)?)”\.", r"\1”", text)
    return re.sub(r"(?<!’)”\.", ".”", text)


def bibtex(item: Item) -> str:
    """A CSL-JSON item as BibTeX in UTF-8, which current processors support."""
    kind = BIBTEX.get(item["type"], "misc")
    container = CONTAINERS.get(kind, "howpublished")  # `@misc` has no publisher
    issued = item.get("issued", {}).get("date-parts", [[]])[0]
    fields = {
        "author": " and ".join(_bibtex_name(name) for name in item.get("author", [])),
        "title": f"{{{_tex(item['title'])}}}",
        container: _tex(item.get("container-title") or item.get("publisher") or ""),
        "year": str(issued[0]) if issued else "",
        "month": str(issued[1]) if issued[1:] else "",
        "date": _iso_date(issued),
        "doi": _bibtex_url(item.get("DOI", "")),
        "url": _bibtex_url(item.get("URL", "")),
        "urldate": _iso_date(item.get("accessed", {}).get("date-parts", [[]])[0]),
        "language": item.get("language", ""),
        "note": _tex(item.get("note", "")),
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@{kind}{{{item['id']},\n{lines}\n}}\n"


def _bibtex_name(name: Mapping[str, str]) -> str:
    """A name for BibTeX, with braces around organizations and around parts that it would split."""
    if "literal" in name:
        return OTHERS if name["literal"] == OTHERS else f"{{{_tex(name['literal'])}}}"
    parts = [_tex(name[key]) for key in ("family", "given")]
    return ", ".join(f"{{{part}}}" if " and " in part or "," in part else part for part in parts)


def _bibtex_url(address: str) -> str:
    """A URL or DOI with the characters percent-encoded that would end the field."""
    return re.sub(r"[{}\\]", lambda special: f"%{ord(special[0]):02X}", address)


def _iso_date(parts: Sequence[int]) -> str:
    return "-".join(f"{part:02}" for part in parts)


def _tex(text: str) -> str:
    return re.sub(r"[\\&%$#_~^{}]", lambda special: TEX_ESCAPES.get(special[0], f"\\{special[0]}"), text)
