"""What every form of the site is made from: its sources, read once, and the commit's time.

All dates in the downloads are the commit's, as a reproducible build needs it
(reproducible-builds.org, SOURCE_DATE_EPOCH).
"""

from __future__ import annotations

import datetime
import os
import subprocess
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from health_diplomacy.content.loader import load_site
from health_diplomacy.content.site import Site
from health_diplomacy.problems import Problem
from health_diplomacy.render.context import RenderContext
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from mkdocs.config import load_config

HERE = Path(__file__).resolve().parent
FONTS = HERE / "fonts"


class Stopped(Exception):
    """Why nothing was made: what is wrong and where, for the person at the keyboard."""

    def __init__(self, *problems: Problem):
        super().__init__(*problems)
        self.problems = problems


@dataclass(frozen=True)
class Edition:
    """One state of the site in one language."""

    root: Path
    docs: Path
    overrides: Path
    site: Site
    context: RenderContext
    extensions: Sequence[str]
    configs: Mapping[str, Any]
    description: str
    moment: datetime.datetime
    """The commit's time, in UTC."""

    @property
    def slug(self) -> str:
        """The site's name as a file's name."""
        return self.context.name.lower().replace(" ", "-")

    @property
    def identifier(self) -> uuid.UUID:
        """A fixed name for the book: the same for one address and language at any time (RFC 9562, version 5)."""
        return uuid.uuid5(uuid.NAMESPACE_URL, f"{self.context.base_url}#book-{self.context.language}")

    @property
    def timestamp(self) -> int:
        """The commit's time in seconds since 1970."""
        return int(self.moment.timestamp())

    def templates(self) -> Environment:
        """The templates of the downloads; they share the site's shapes and words."""
        places = FileSystemLoader([HERE / "templates", self.overrides])
        environment = Environment(
            loader=places, autoescape=False, undefined=StrictUndefined, keep_trailing_newline=True
        )
        environment.filters["url"] = (
            str  # the site's shapes stand in files that also link; no link of theirs is used here
        )
        return environment


def read_edition(configuration: Path) -> Edition:
    """Reads the sources that a MkDocs configuration names.

    Raises `Stopped` with every problem met in reading them.
    """
    root = configuration.resolve().parent
    config = load_config(str(configuration))
    docs = Path(config.docs_dir)
    site, problems = load_site(
        docs, docs.relative_to(root).as_posix() if docs.is_relative_to(root) else docs.as_posix()
    )
    if problems:
        raise Stopped(*problems)
    overrides = Path(config.theme.custom_dir)
    language = config.theme.get("language", "en")
    words = Environment(loader=FileSystemLoader(overrides)).get_template(f"partials/words/{language}.html").module.words
    context = RenderContext(
        site, config.site_url or "", config.site_name, words, language, config.site_description or ""
    )
    return Edition(
        root=root,
        docs=docs,
        overrides=overrides,
        site=site,
        context=context,
        extensions=[name for name in config.markdown_extensions if "snippets" not in name],
        configs={name: value for name, value in config.mdx_configs.items() if "snippets" not in name},
        description=config.site_description,
        moment=moment(root, site),
    )


def moment(root: Path, site: Site) -> datetime.datetime:
    """SOURCE_DATE_EPOCH where it is set, the commit's time where there is one, or else the day of the newest page."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not given.isdigit():
        command = ["git", "-C", str(root), "log", "-1", "--format=%ct"]
        try:
            given = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
        except (OSError, subprocess.CalledProcessError):
            given = ""
    if given.isdigit():
        return datetime.datetime.fromtimestamp(int(given), datetime.UTC)
    newest = max((page.changed or page.published for page in site.pages.values()), default=datetime.date(2026, 1, 1))
    return datetime.datetime.combine(newest, datetime.time(), datetime.UTC)
