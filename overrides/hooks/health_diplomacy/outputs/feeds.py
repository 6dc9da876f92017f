"""Atom and JSON feeds, `robots.txt`, the web manifest and `llms.txt`, for the hosted site only."""

import datetime
import json
from collections.abc import Mapping
from html import escape

from health_diplomacy.content.front_matter import EssayPage, TopicPage
from health_diplomacy.render.context import RenderContext

ATOM = "feed.xml"
JSON_FEED = "feed.json"
MANIFEST = "site.webmanifest"
ICONS = {"assets/images/icon-192.png": "192x192", "assets/images/icon-512.png": "512x512"}
BACKGROUND, THEME = "#fbf9f4", "#0b5563"


def files(context: RenderContext) -> Mapping[str, str]:
    """The files by path below the site."""
    return {
        ATOM: atom(context),
        JSON_FEED: json_feed(context),
        MANIFEST: manifest(context),
        "robots.txt": f"User-agent: *\nAllow: /\n\nSitemap: {context.base_url}sitemap.xml\n",
        "llms.txt": llms(context),
    }


def _newest_first(context: RenderContext) -> list[tuple[str, datetime.date]]:
    """Each page's uri with the day of its last change."""
    days = {uri: context.site.updated_on(uri) for uri in context.site.pages}
    return sorted(days.items(), key=lambda each: (-each[1].toordinal(), each[0]))


def _timestamp(day: datetime.date) -> str:
    """A day as a date and time (RFC 3339)."""
    return f"{day.isoformat()}T00:00:00Z"


def atom(context: RenderContext) -> str:
    """The pages by last change as an Atom feed (RFC 4287)."""
    newest = _newest_first(context)
    pages = context.site.pages
    entries = "".join(
        f"""  <entry>
    <id>{escape(context.permalink(uri))}</id>
    <title>{escape(pages[uri].title)}</title>
    <link href="{escape(context.permalink(uri))}"/>
    <published>{_timestamp(pages[uri].published)}</published>
    <updated>{_timestamp(day)}</updated>
    <summary>{escape(pages[uri].description)}</summary>
  </entry>
"""
        for uri, day in newest
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{context.language}">
  <id>{escape(context.base_url)}</id>
  <title>{escape(context.name)}</title>
  <subtitle>{escape(context.description)}</subtitle>
  <link href="{escape(context.base_url)}"/>
  <link rel="self" type="application/atom+xml" href="{escape(context.base_url)}{ATOM}"/>
  <author><name>{escape(context.name)}</name></author>
  <updated>{_timestamp(newest[0][1])}</updated>
{entries}</feed>
"""


def json_feed(context: RenderContext) -> str:
    """The latest changes of pages as a JSON Feed, version 1.1 (jsonfeed.org)."""
    pages = context.site.pages
    items = [
        {
            "id": context.permalink(uri),
            "url": context.permalink(uri),
            "title": pages[uri].title,
            "content_text": pages[uri].description,
            "date_published": _timestamp(pages[uri].published),
            "date_modified": _timestamp(day),
        }
        for uri, day in _newest_first(context)
    ]
    return _json(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": context.name,
            "description": context.description,
            "home_page_url": context.base_url,
            "feed_url": f"{context.base_url}{JSON_FEED}",
            "language": context.language,
            "items": items,
        }
    )


def manifest(context: RenderContext) -> str:
    """The web application manifest (W3C), for home screens."""
    icons = [{"src": path, "sizes": size, "type": "image/png", "purpose": "any"} for path, size in ICONS.items()]
    return _json(
        {
            "name": context.name,
            "short_name": context.name,
            "description": context.description,
            "lang": context.language,
            "id": "./",
            "start_url": "./",
            "scope": "./",
            "display": "minimal-ui",
            "background_color": BACKGROUND,
            "theme_color": THEME,
            "icons": icons,
        }
    )


def llms(context: RenderContext) -> str:
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
