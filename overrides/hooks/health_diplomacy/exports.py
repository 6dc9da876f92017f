"""The evidence for machines: the two YAML files are published as they are; these are the same in other forms."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from typing import Any

from .evidence import Claim, Source
from .references import bibtex, csl

PLACES = frozenset(
    f"evidence/{name}"
    for name in (
        "claims.json",
        "claims.csv",
        "claims.schema.json",
        "sources.json",
        "sources.csv",
        "sources.csl.json",
        "sources.bib",
        "sources.schema.json",
    )
)
"""Where the files stand below the site; pages may link to them."""


def files(
    claims: Mapping[str, Claim], sources: Mapping[str, Source], permalink: Callable[[Claim], str]
) -> dict[str, str]:
    """The files by their place below the site, with their text. `permalink` gives a claim's address."""
    records = [claim_record(claim, permalink(claim)) for claim in claims.values()]
    listed = [source_record(source, claims) for source in sources.values()]
    items = [csl(source) for source in sources.values()]
    return {
        "evidence/claims.json": _json(records),
        "evidence/claims.csv": _csv(records),
        "evidence/sources.json": _json(listed),
        "evidence/sources.csv": _csv(listed),
        "evidence/sources.csl.json": _json(items),
        "evidence/sources.bib": "\n".join(bibtex(item) for item in items),
        "evidence/claims.schema.json": _json(_schema(Claim, "claims")),
        "evidence/sources.schema.json": _json(_schema(Source, "sources")),
    }


def claim_record(claim: Claim, permalink: str) -> dict[str, Any]:
    """A claim as the exports give it: its note in plain words, its sources by their ids, its permalink."""
    return {
        "id": claim.id,
        "quote": claim.quote,
        "kind": claim.kind,
        "verdict": claim.verdict,
        "note": claim.plain_note,
        "sources": list(claim.cited),
        "reviewed": claim.reviewed.isoformat(),
        "review_by": claim.review_by.isoformat(),
        "permalink": permalink,
    }


def source_record(source: Source, claims: Mapping[str, Claim]) -> dict[str, Any]:
    """A source as the exports give it: what its YAML entry holds, and the claims that cite it."""
    cited_by = [claim.id for claim in claims.values() if source.id in claim.cited]
    return {**source.model_dump(mode="json"), "cited_by": cited_by}


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _csv(records: list[dict[str, Any]]) -> str:
    """Comma-separated values (RFC 4180), with a byte order mark so that spreadsheets read UTF-8; lists are joined by '; '."""
    text = io.StringIO()
    table = csv.DictWriter(text, list(records[0]) if records else [], lineterminator="\r\n")
    table.writeheader()
    for record in records:
        table.writerow(
            {
                key: "; ".join(value) if isinstance(value, list) else "" if value is None else value
                for key, value in record.items()
            }
        )
    return "\ufeff" + text.getvalue()


def _schema(model: type[Claim] | type[Source], name: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a YAML file: a list of entries."""
    entry = model.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{name}.yml",
        "type": "array",
        "items": entry,
    }
