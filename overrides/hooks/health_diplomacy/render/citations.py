"""How to cite a page, a paragraph or a claim: as text, BibTeX and CSL-JSON.

Each citation has the permalink and the date of the text. Citations of paragraphs and claims also state their verdicts.
"""

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from health_diplomacy.content.front_matter import EssayPage
from health_diplomacy.content.schema import Claim
from health_diplomacy.content.site import Paragraph
from health_diplomacy.render.bibliography import Item, american_punctuation, bibtex, date_parts
from health_diplomacy.render.context import RenderContext


@dataclass(frozen=True)
class Citation:
    """A citation as text and as CSL-JSON."""

    key: str
    text: str
    item: Item

    @property
    def bibtex_file(self) -> str:
        return f"cite/{self.key}.bib"

    @property
    def csl_file(self) -> str:
        return f"cite/{self.key}.csl.json"


@dataclass(frozen=True)
class Citations:
    context: RenderContext

    def files(self) -> Mapping[str, str]:
        """The citation files of all pages, paragraphs and claims, by path relative to the site's root."""
        site = self.context.site
        citations = [
            *map(self.page, site.pages),
            *map(self.paragraph, site.paragraphs.values()),
            *map(self.claim, site.claims_in_order),
        ]
        files: dict[str, str] = {}
        for citation in citations:
            files[citation.bibtex_file] = bibtex(citation.item)
            files[citation.csl_file] = f"[{json.dumps(citation.item, ensure_ascii=False)}]\n"
        return files

    def page(self, uri: str) -> Citation:
        site = self.context.site
        page = site.pages[uri]
        note = f"{self.context.ui['unsigned']}." if isinstance(page, EssayPage) else ""
        return self._citation(self.context.permalink(uri), page.title, site.updated_on(uri), note)

    def paragraph(self, paragraph: Paragraph) -> Citation:
        context, ui, essay = self.context, self.context.ui, paragraph.essay
        claims = context.site.claims_of(paragraph.id)
        verdicts = [f"{ui['sentence'].lower()} {claim.sentence}, {self._verdict(claim)}" for claim in claims]
        return self._citation(
            context.permalink(essay.uri, paragraph.id),
            f"{essay.title}, {ui['paragraph'].lower()} {paragraph.number}",
            context.site.pages[essay.uri].published,
            self._caveat(verdicts),
        )

    def claim(self, claim: Claim) -> Citation:
        context, ui = self.context, self.context.ui
        paragraph = context.site.paragraphs[claim.paragraph]
        position = f"{ui['paragraph'].lower()} {paragraph.number}, {ui['sentence'].lower()} {claim.sentence}"
        return self._citation(
            context.claim_permalink(claim),
            f"{paragraph.essay.title}, {position}",
            claim.reviewed,
            self._caveat([self._verdict(claim)]),
        )

    def _verdict(self, claim: Claim) -> str:
        ui = self.context.ui
        return f"{ui[claim.label].lower()} ({ui['reviewed']} {self.context.format_day(claim.reviewed)})"

    def _caveat(self, verdicts: Sequence[str]) -> str:
        ui = self.context.ui
        if not verdicts:
            return f"{ui['unsigned']}."
        label = ui["cited_verdict" if len(verdicts) == 1 else "cited_verdicts"].replace("{name}", self.context.name)
        return f"{ui['unsigned']}. {label}: {'; '.join(verdicts)}."

    def _citation(self, address: str, title: str, day: datetime.date, note: str) -> Citation:
        path, _, fragment = address.removeprefix(self.context.base_url).partition("#")
        key = fragment or path.strip("/").replace("/", "-") or "home"
        item: Item = {
            "id": f"{self.context.name.lower().replace(' ', '-')}-{key}",
            "type": "webpage",
            "title": title,
            "container-title": self.context.name,
            "issued": date_parts(day.isoformat()),
            "URL": address,
            **({"note": note.rstrip(".")} if note else {}),
        }
        parts = (f"“{title}”. {self.context.name}, {self.context.format_day(day)}.", note, address)
        text = american_punctuation(" ".join(filter(None, parts)))
        return Citation(key, text, item)
