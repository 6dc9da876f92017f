"""Atom and JSON feeds, `robots.txt`, the web manifest and `llms.txt`, for the hosted site only."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from health_diplomacy.content.front_matter import EssayPage, TopicPage
from health_diplomacy.render.context import RenderContext

TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, keep_trailing_newline=True)


def files(context: RenderContext) -> Mapping[str, str]:
    """The files by path relative to the site's root."""
    items = _feed_items(context)
    json_feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": context.name,
        "description": context.description,
        "home_page_url": context.base_url,
        "feed_url": f"{context.base_url}feed.json",
        "language": context.language,
        "items": items,
    }
    return {
        "feed.xml": TEMPLATES.get_template("feed.xml").render(context=context, items=items),
        "feed.json": _json(json_feed),
        "site.webmanifest": _json(_manifest(context)),
        "robots.txt": f"User-agent: *\nAllow: /\n\nSitemap: {context.base_url}sitemap.xml\n",
        "llms.txt": _llms(context),
    }


def _feed_items(context: RenderContext) -> list[dict[str, str]]:
    """The pages as items of a JSON Feed, the last changed first."""
    site = context.site
    newest = sorted(site.pages.items(), key=lambda item: (-site.updated_on(item[0]).toordinal(), item[0]))
    return [
        {
            "id": context.permalink(uri),
            "url": context.permalink(uri),
            "title": page.title,
            "content_text": page.description,
            "date_published": f"{page.published}T00:00:00Z",
            "date_modified": f"{site.updated_on(uri)}T00:00:00Z",
        }
        for uri, page in newest
    ]


def _manifest(context: RenderContext) -> dict[str, Any]:
    """The web application manifest (W3C), for home screens."""
    icons = [
        {"src": f"assets/images/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png", "purpose": "any"}
        for size in (192, 512)
    ]
    return {
        "name": context.name,
        "short_name": context.name,
        "description": context.description,
        "lang": context.language,
        "id": "./",
        "start_url": "./",
        "scope": "./",
        "display": "minimal-ui",
        "background_color": "#fbf9f4",
        "theme_color": "#0b5563",
        "icons": icons,
    }


def _llms(context: RenderContext) -> str:
    """The Markdown pages by section, for language models (llmstxt.org)."""
    site, ui = context.site, context.ui
    other = sorted(uri for uri, page in site.pages.items() if not isinstance(page, EssayPage | TopicPage))
    sections = {
        ui["essays"]: [essay.uri for essay in site.essays],
        ui["topics"]: [topic.uri for topic in site.topics],
        ui["evidence"]: [uri for uri in other if uri.startswith("evidence/")],
        ui["llms_rest"]: [uri for uri in other if not uri.startswith("evidence/")],
    }
    parts = [f"# {context.name}", f"> {context.description}", f"{ui['neither']} {ui['llms_verdicts']}"]
    for title, uris in sections.items():
        pages = ((uri, site.pages[uri]) for uri in uris)
        lines = [f"- [{page.title}]({context.base_url}{uri}): {page.description}" for uri, page in pages]
        parts.append(f"## {title}\n\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
