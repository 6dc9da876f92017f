"""Claims and sources in other formats. The YAML files themselves are published as they are."""

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from health_diplomacy.content.schema import Claim, Part, Source
from health_diplomacy.render.bibliography import bibtex, csl_item
from health_diplomacy.render.context import RenderContext

FORMAT = 2
"""The files' format version; the data page lists the changes. A new key needs no new version."""


def files(context: RenderContext) -> Mapping[str, str]:
    """The files by path relative to the site's root, as listed in `content.file_names.EVIDENCE_FILES`."""
    claims = [_claim_record(context, claim) for claim in context.site.claims_in_order]
    parts = [{"claim": claim["id"], **part} for claim in claims for part in claim["parts"]]
    sources = [_source_record(context, source) for source in context.site.sources.values()]
    items = [csl_item(source) for source in context.site.sources.values()]
    return {
        "evidence/claims.json": _json(claims),
        "evidence/claims.csv": _csv([{key: claim[key] for key in claim if key != "parts"} for claim in claims]),
        "evidence/parts.csv": _csv(parts),
        "evidence/sources.json": _json(sources),
        "evidence/sources.csv": _csv(sources),
        "evidence/sources.csl.json": _json(items),
        "evidence/sources.bib": "\n".join(bibtex(item) for item in items),
        "evidence/claims.schema.json": _json(_schema(Claim, "claims")),
        "evidence/sources.schema.json": _json(_schema(Source, "sources")),
    }


def _claim_record(context: RenderContext, claim: Claim) -> dict[str, Any]:
    """A claim with its parts; their notes joined as plain text, the sources as ids."""
    return {
        "id": claim.id,
        "quote": claim.quote,
        "kind": claim.kind,
        "verdict": claim.verdict,
        "finding": claim.finding,
        "note": claim.plain_note,
        "sources": list(claim.cited),
        "reviewed": claim.reviewed.isoformat(),
        "review_by": claim.review_by.isoformat(),
        "permalink": context.claim_permalink(claim),
        "parts": [_part_record(context, claim, part) for part in claim.parts],
    }


def _part_record(context: RenderContext, claim: Claim, part: Part) -> dict[str, Any]:
    return {
        "id": claim.part_id(part),
        "words": part.words,
        "verdict": part.verdict,
        "as_aim": part.as_aim,
        "note": part.plain_note,
        "sources": list(part.cited),
        "permalink": context.claim_permalink(claim, part),
    }


def _source_record(context: RenderContext, source: Source) -> dict[str, Any]:
    return {**source.model_dump(mode="json"), "cited_by": [claim.id for claim in context.site.claims_citing(source.id)]}


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _csv(records: list[dict[str, Any]]) -> str:
    """CSV (RFC 4180) with a byte order mark, so that spreadsheets detect UTF-8. Lists are joined by '; '."""
    text = io.StringIO()
    table = csv.DictWriter(text, list(records[0]) if records else [], lineterminator="\r\n")
    table.writeheader()
    table.writerows({key: _cell(value) for key, value in record.items()} for record in records)
    return "\ufeff" + text.getvalue()


def _cell(value: Any) -> Any:
    """The cell's value; a leading apostrophe keeps spreadsheets from evaluating text as a formula."""
    value = "; ".join(value) if isinstance(value, list) else value
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def _schema(model: type[Claim] | type[Source], name: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a YAML file."""
    record = model.model_json_schema()
    definitions = record.pop("$defs", None)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": f"Format {FORMAT}",
        "title": f"{name}.yml",
        "type": "array",
        "items": record,
        **({"$defs": definitions} if definitions else {}),
    }
