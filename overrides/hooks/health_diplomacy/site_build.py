"""One build of the site: what the MkDocs events in `build.py` share."""

import base64
import hashlib
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import linkcheck
import markupsafe
import mkdocs_redirects.plugin
from diagnostics import Diagnostic
from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils import CountHandler
from mkdocs.utils.templates import TemplateContext

from health_diplomacy.content import configuration, git_history
from health_diplomacy.content.loader import load_site
from health_diplomacy.content.schema import SOURCE_KINDS, VERDICTS
from health_diplomacy.content.site import Site
from health_diplomacy.lint import external_tools, images, runner
from health_diplomacy.outputs import evidence_exports, feeds, markdown_pages, search_index
from health_diplomacy.outputs.staging import Staging
from health_diplomacy.render import glossary, structured_data
from health_diplomacy.render.citations import Citations
from health_diplomacy.render.context import RenderContext
from health_diplomacy.render.paragraphs import render_paragraphs, split_sentences
from health_diplomacy.render.placeholders import replace_in_html

COMPONENTS = re.compile(
    r"<(abbr|blockquote|details|dl|figure|img|input|kbd|pre|sub|sup|table)\b"
    r"|class=\"[^\"]*\b(admonition|highlight|md-button)\b"
)
"""What `components.css` styles in a page's rendered Markdown."""


@dataclass
class SiteBuild:
    """The state of one build."""

    config: MkDocsConfig
    serving: bool
    """Whether `mkdocs serve` runs, which also reports style and spelling."""
    root: Path
    target_dir: Path
    warnings: CountHandler = field(default_factory=lambda: CountHandler(level=logging.WARNING))
    staging: Staging | None = None
    site: Site = field(default_factory=Site)
    context: RenderContext = field(init=False)
    env: Environment = field(init=False)
    urls: dict[str, str] = field(default_factory=dict)

    @property
    def offline(self) -> bool:
        """Whether this builds the offline copy, opened from a folder."""
        plugin = self.config.plugins.get("material/offline")
        return bool(plugin and plugin.config.enabled)

    def display_path(self, path: Path | str) -> str:
        """A path relative to the repository if it is inside it, otherwise absolute."""
        path = Path(path).resolve()
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.as_posix()

    def load(self) -> list[Diagnostic]:
        """Read the sources and return their problems."""
        docs = Path(self.config.docs_dir)
        display_path = self.display_path(docs)
        self.site, problems = load_site(docs, display_path, git_history.changed_days(docs))
        text = Path(self.config.config_file_path).read_text(encoding="utf-8")
        settings = configuration.settings_of(self.config, text, git_history.former_pages(docs))
        found = runner.check(self.site, problems, self.root, docs, settings, display_path)
        if self.serving:
            found += external_tools.check(self.root, external_tools.files(self.root, display_path))
        return found

    def generated_files(self) -> Iterator[File]:
        """The generated files that don't depend on rendered pages."""
        texts = {**Citations(self.context).files()}
        if self.site.claims:
            texts |= evidence_exports.files(self.context)
        if not self.offline:
            texts |= feeds.files(self.context)
        for path, text in texts.items():
            yield File.generated(self.config, path, content=text)
        downloads = self.config.extra.get("downloads")
        if downloads and not self.offline:
            for file in sorted(each for each in Path(downloads).rglob("*") if each.is_file()):
                path = file.relative_to(downloads).as_posix()
                yield File.generated(self.config, path, abs_src_path=str(file))

    def is_unused(self, file: File) -> bool:
        """Whether to leave a file out of the site: Material's assets, the hooks, and an unrendered sitemap."""
        folders = (self.config.theme.custom_dir or "", self.config.docs_dir)
        return (
            file.src_uri == "sitemap.xml"
            or file.src_uri.startswith("hooks/")
            or bool(
                file.abs_src_path
                and not file.is_documentation_page()
                and not any(Path(file.abs_src_path).is_relative_to(folder) for folder in folders)
            )
        )

    def add_template_globals(self, env: Environment, files: Files) -> None:
        """Add globals rather than filters.

        With an unknown filter, no template would compile, not even the one that says that the hooks are missing.
        """
        self.env = env
        self.urls = {file.src_uri: file.url for file in files.documentation_pages()}
        downloads = files.get_file_from_path("downloads/downloads.json")
        theme_script = env.get_template("partials/theme-script.html").render().strip()
        env.globals.update(
            VERDICTS=VERDICTS,
            SOURCE_KINDS=SOURCE_KINDS,
            site=self.site,
            ui=self.context.ui,
            cite=Citations(self.context),
            bibliography=self.context.bibliography,
            format_day=self.context.format_day,
            format_bytes=self.context.format_bytes,
            language_name=self.context.language_name,
            html_text=lambda text: escape(text.strip(), quote=False),  # quotation marks need no escape in text
            note_linker=lambda page: glossary.note_linker(self.site.terms, page),
            host=lambda url: (urlsplit(url).hostname or "").removeprefix("www."),
            permalink=self.context.permalink,
            paragraph_label=self.context.paragraph_label,
            claim_label=self.context.claim_label,
            split_sentences=split_sentences,
            address=lambda uri: self.urls[uri],
            theme_script=theme_script,
            inline_scripts="unsafe-inline" if self.serving else _script_hash(theme_script),  # MkDocs adds live reload
            offline=self.offline,
            card_files={file.src_uri for file in files if file.src_uri.startswith("assets/cards/")},
            downloads=json.loads(downloads.content_string) if downloads else None,
        )
        # The plugin's own page has an inline script that differs from page to page, so no policy could name it.
        redirect_script = env.get_template("partials/redirect-script.html").render().strip()
        mkdocs_redirects.plugin.HTML_TEMPLATE = env.get_template("redirect.html").render(
            config=self.config, redirect_script=redirect_script, redirect_hash=_script_hash(redirect_script)
        )

    def render_content(self, page: Page, context: TemplateContext) -> None:
        """Render paragraphs and placeholders into a page's content, and complete its template's context."""
        uri, variables = page.file.src_uri, dict(context)
        front = self.site.pages[uri]
        variables["front"] = front
        # Material prints these unescaped.
        page.meta["title"] = markupsafe.escape(front.title)
        page.meta["description"] = markupsafe.escape(front.description)
        page.meta["search"] = {"exclude": search_index.has_own_entries(self.site, uri)}
        content = page.content or ""
        variables["components"] = {name for found in COMPONENTS.findall(content) for name in found if name}
        if essay := self.site.essay_by_uri.get(uri):
            variables["essay"] = essay
            content = self._render_paragraphs("partials/paragraph.html", content, variables)
        elif topic := self.site.topic_by_uri.get(uri):
            variables["topic"] = topic
            content = self._render_paragraphs("partials/passage.html", content, variables)
        page.content = replace_in_html(content, lambda name: self.env.get_template(name).render(variables))
        page.canonical_url = self.context.permalink(uri)
        variables["pictures"] = images.shown_in(page.content, page.file.url, self.site.images)
        variables["linked_data"] = structured_data.document(self.context, uri)
        context.update(variables)  # type: ignore[typeddict-item]

    def _render_paragraphs(self, template: str, html: str, variables: dict[str, Any]) -> str:
        partial = self.env.get_template(template)
        return render_paragraphs(
            html, self.site, lambda paragraph, inner: partial.render(variables, paragraph=paragraph, html=inner)
        )

    def write_outputs(self, site_dir: Path) -> None:
        """Write the files that depend on rendered pages or that MkDocs would take for pages."""
        if not self.offline:
            for path, text in markdown_pages.files(self.context).items():
                (site_dir / path).write_text(text, encoding="utf-8")
        search_index.write(self.context, self.urls.__getitem__, site_dir)

    def broken_links(self, site_dir: Path) -> list[Diagnostic]:
        """The link checker's errors in the finished site; `links` prints its warnings too."""
        site_url = "" if self.offline else self.config.site_url or ""
        found = linkcheck.check(site_dir, site_url=site_url, source=self.root)
        return [replace(each, path=self.display_path(each.path)) for each in found if each.severity == "error"]


def _script_hash(script: str) -> str:
    """An inline script's hash source (Content Security Policy Level 3, section 2.3.1)."""
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"
