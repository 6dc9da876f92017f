"""What every download is made from: the site's sources in one language, and the time of their commit."""

import datetime
import os
import uuid
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from diagnostics import Diagnostic
from health_diplomacy.content import git_history
from health_diplomacy.content.loader import load_site
from health_diplomacy.content.schema import VERDICTS
from health_diplomacy.content.site import Site
from health_diplomacy.render.context import RenderContext
from health_diplomacy.render.paragraphs import split_sentences
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig

TEMPLATES = Path(__file__).resolve().parent / "templates"


class BuildError(Exception):
    """Why the downloads can't be built: problems that a contributor can fix, each with its file and line."""

    def __init__(self, *problems: Diagnostic):
        super().__init__(*problems)
        self.problems = problems


@dataclass(frozen=True)
class Edition:
    """The site in one language, at one commit."""

    config: MkDocsConfig
    root: Path
    """The folder of the configuration; paths in messages are relative to it."""
    docs: Path
    overrides: Path
    context: RenderContext
    commit_time: datetime.datetime
    """In UTC. No other time is written into downloads, so that builds are reproducible."""

    @property
    def site(self) -> Site:
        return self.context.site

    @property
    def slug(self) -> str:
        return self.context.name.lower().replace(" ", "-")

    @property
    def book_id(self) -> uuid.UUID:
        """A UUID that stays the same for every version of the book in one language (RFC 9562, version 5)."""
        return uuid.uuid5(uuid.NAMESPACE_URL, f"{self.context.base_url}#book-{self.context.language}")

    @cached_property
    def templates(self) -> Environment:
        """The templates of the downloads, which may import the site's partials."""
        loader = FileSystemLoader([TEMPLATES, self.overrides])
        env = Environment(loader=loader, autoescape=False, undefined=StrictUndefined, keep_trailing_newline=True)
        env.filters["url"] = str  # partials need it to compile, though none of their links is used here
        env.globals |= {"edition": self, "context": self.context, "site": self.site, "ui": self.context.ui}
        env.globals |= {"VERDICTS": VERDICTS, "split_sentences": split_sentences, "threads": len(self.site.topics) or 4}
        return env

    def render(self, template: str, **context: Any) -> str:
        return self.templates.get_template(template).render(context)


def read_edition(config_file: Path) -> Edition:
    """Read the site that `config_file` configures. Raises BuildError with all problems found in its sources."""
    root = config_file.resolve().parent
    config = load_config(str(config_file))
    docs, overrides = Path(config.docs_dir), Path(config.theme.dirs[0])  # the first is the theme's custom_dir
    site, problems = load_site(docs, (docs.relative_to(root) if docs.is_relative_to(root) else docs).as_posix())
    if problems:
        raise BuildError(*problems)
    return Edition(config, root, docs, overrides, RenderContext.of(config, site), _commit_time(root, site))


def _commit_time(root: Path, site: Site) -> datetime.datetime:
    """SOURCE_DATE_EPOCH (reproducible-builds.org), else the last commit's time, else the newest page's date."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
    if seconds.isdigit():
        return datetime.datetime.fromtimestamp(int(seconds), datetime.UTC)
    newest = max((site.updated_on(uri) for uri in site.pages), default=datetime.date(2026, 1, 1))
    return git_history.last_commit_time(root) or datetime.datetime.combine(newest, datetime.time(), datetime.UTC)
