"""The site's content together with its URL, name, language and UI strings."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig

from health_diplomacy.content.schema import Claim, Part
from health_diplomacy.content.site import Paragraph, Site
from health_diplomacy.render.bibliography import Bibliography

_format_date = lru_cache(maxsize=512)(format_date)  # most pages share their dates


@dataclass(frozen=True)
class RenderContext:
    """One site in one language, at one URL. `ui` has the strings of `partials/ui/<language>.html`."""

    site: Site
    base_url: str
    name: str
    description: str
    language: str
    env: Environment
    ui: Mapping[str, str]

    @classmethod
    def of(cls, config: MkDocsConfig, site: Site) -> "RenderContext":
        """The context of a site with this configuration."""
        env, language = config.theme.get_env(), config.theme.get("language", "en")
        strings: Any = env.get_template(f"partials/ui/{language}.html").module
        description = config.site_description or ""
        return cls(site, config.site_url or "", config.site_name, description, language, env, strings.ui)

    @cached_property
    def bibliography(self) -> Bibliography:
        return Bibliography(self.site.sources)

    def render(self, template: str, **variables: Any) -> str:
        """A template of the theme that needs neither a page nor MkDocs' filters."""
        return self.env.get_template(template).render(context=self, site=self.site, ui=self.ui, **variables)

    def format_day(self, day: datetime.date | str) -> str:
        """A date in words; a string is ISO 8601."""
        date = datetime.date.fromisoformat(day) if isinstance(day, str) else day
        return _format_date(date, "long", locale=self.language)

    def language_name(self, code: str) -> str:
        """The name of a language in that of the site, such as "Indonesian" for `id`."""
        return str(Locale.parse(self.language).languages.get(code, code))

    def format_bytes(self, count: int) -> str:
        """A number of bytes in kB or MB, which are decimal units (IEC 80000-13)."""
        large = count >= 1_000_000
        number = round(count / (1_000_000 if large else 1000), int(large))
        return f"{format_decimal(number, locale=self.language)} {'MB' if large else 'kB'}"

    def permalink(self, uri: str, fragment: str = "") -> str:
        """The URL of a page or a part of it on the hosted site, also in offline copies.

        `essays/defense.md` is at `essays/defense/`.
        """
        stem = uri.removesuffix(".md")
        path = "" if stem == "index" else f"{stem.removesuffix('/index')}/"
        return f"{self.base_url}{path}{'#' if fragment else ''}{fragment}"

    def claim_permalink(self, claim: Claim, part: Part | None = None) -> str:
        page = self.site.paragraphs[claim.paragraph].essay.claims_page
        return self.permalink(page, claim.part_id(part) if part else claim.id)

    def paragraph_label(self, paragraph: Paragraph) -> str:
        """Such as “Essay 1, ¶ 9”."""
        return f"{self.ui['essay']} {paragraph.essay.number}, ¶ {paragraph.number}"

    def claim_label(self, claim: Claim) -> str:
        """Such as “Essay 1, ¶ 9, sentence 2”."""
        paragraph = self.site.paragraphs[claim.paragraph]
        return f"{self.paragraph_label(paragraph)}, {self.ui['sentence'].lower()} {claim.sentence}"
