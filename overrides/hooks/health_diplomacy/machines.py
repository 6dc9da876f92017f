"""The pages for machines that know no HTML: feeds, `robots.txt`, the web manifest, `llms.txt` and a Markdown twin of each page.

Only the hosted site has them: each is asked for by its whole address, or not at all.
"""

from __future__ import annotations

import datetime
import json
import re
from html import escape

from . import evidence, passages
from .citing import Desk
from .evidence import Claim, Source, claims_page
from .frontmatter import Essay, Topic
from .library import GLOSSARY_PAGE
from .references import csl, in_words

ATOM = "feed.xml"
JSON_FEED = "feed.json"
MANIFEST = "site.webmanifest"
ICONS = {"assets/images/icon-192.png": "192x192", "assets/images/icon-512.png": "512x512"}
PAPER, THEME = "#fbf9f4", "#0b5563"

SNIPPET = re.compile(r"^<!-- --8<-- \[(?:start|end):[^\]]+\] -->[ \t]*\n?", re.MULTILINE)
ATTRIBUTES = re.compile(r"\n\{ ?[:.#][^}\n]*\}[ \t]*$|(?<=\S)[ \t]*\{ ?[:.#][^}\n]*\}", re.MULTILINE)
WRITTEN = re.compile(r"^<!-- (?P<name>[a-z-]+) -->[ \t]*\n?", re.MULTILINE)


def files(desk: Desk, description: str) -> dict[str, str]:
    """Everything but the twins, by its place below the site. `description` is the site's own."""
    return {
        ATOM: atom(desk, description),
        JSON_FEED: json_feed(desk, description),
        MANIFEST: manifest(desk, description),
        "robots.txt": f"User-agent: *\nAllow: /\n\nSitemap: {desk.home}sitemap.xml\n",
        "llms.txt": llms(desk, description),
    }


def _news(desk: Desk) -> list[tuple[str, datetime.date]]:
    """Each page with the day on which it last changed, the newest first."""
    days = {uri: _changed(desk, uri) for uri in desk.library.pages}
    return sorted(days.items(), key=lambda each: (-each[1].toordinal(), each[0]))


def _changed(desk: Desk, uri: str) -> datetime.date:
    return desk.library.modified_on(uri) or desk.library.pages[uri].published


def _moment(day: datetime.date) -> str:
    """A day as a date and time (RFC 3339): pages know the day only."""
    return f"{day.isoformat()}T00:00:00Z"


def atom(desk: Desk, description: str) -> str:
    """The pages as they change, as an Atom feed (RFC 4287)."""
    news = _news(desk)
    entries = "".join(
        f"""  <entry>
    <id>{escape(desk.permalink(uri))}</id>
    <title>{escape(desk.library.pages[uri].title)}</title>
    <link href="{escape(desk.permalink(uri))}"/>
    <published>{_moment(desk.library.pages[uri].published)}</published>
    <updated>{_moment(day)}</updated>
    <summary>{escape(desk.library.pages[uri].description)}</summary>
  </entry>
"""
        for uri, day in news
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{desk.language}">
  <id>{escape(desk.home)}</id>
  <title>{escape(desk.name)}</title>
  <subtitle>{escape(description)}</subtitle>
  <link href="{escape(desk.home)}"/>
  <link rel="self" type="application/atom+xml" href="{escape(desk.home)}{ATOM}"/>
  <author><name>{escape(desk.name)}</name></author>
  <updated>{_moment(news[0][1])}</updated>
{entries}</feed>
"""


def json_feed(desk: Desk, description: str) -> str:
    """The same as a JSON Feed, version 1.1 (jsonfeed.org)."""
    items = [
        {
            "id": desk.permalink(uri),
            "url": desk.permalink(uri),
            "title": desk.library.pages[uri].title,
            "content_text": desk.library.pages[uri].description,
            "date_published": _moment(desk.library.pages[uri].published),
            "date_modified": _moment(day),
        }
        for uri, day in _news(desk)
    ]
    return _json(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": desk.name,
            "description": description,
            "home_page_url": desk.home,
            "feed_url": f"{desk.home}{JSON_FEED}",
            "language": desk.language,
            "items": items,
        }
    )


def manifest(desk: Desk, description: str) -> str:
    """The site as something to keep on a home screen (W3C Web Application Manifest)."""
    icons = [{"src": place, "sizes": size, "type": "image/png", "purpose": "any"} for place, size in ICONS.items()]
    return _json(
        {
            "name": desk.name,
            "short_name": desk.name,
            "description": description,
            "lang": desk.language,
            "id": "./",
            "start_url": "./",
            "scope": "./",
            "display": "minimal-ui",
            "background_color": PAPER,
            "theme_color": THEME,
            "icons": icons,
        }
    )


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def llms(desk: Desk, description: str) -> str:
    """What the site holds, for language models: a list of the twins (llmstxt.org)."""
    library, words = desk.library, desk.words
    listed = [
        (words["essays"], [each.uri for each in library.essays]),
        (words["topics"], [each.uri for each in library.topics]),
    ]
    rest = sorted(uri for uri in library.pages if not isinstance(library.pages[uri], Essay | Topic))
    listed += [(words["evidence"], [uri for uri in rest if uri.startswith("evidence/")])]
    listed += [(words["llms_rest"], [uri for uri in rest if not uri.startswith("evidence/")])]
    parts = [f"# {desk.name}", f"> {description}", f"{words['neither']} {words['llms_verdicts']}"]
    for title, uris in listed:
        lines = [f"- [{library.pages[uri].title}]({desk.home}{uri}): {library.pages[uri].description}" for uri in uris]
        parts.append(f"## {title}\n\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"


def twins(desk: Desk) -> dict[str, str]:
    """Every page as plain Markdown, at the place of its source: `essays/defense.md` beside `essays/defense/`."""
    return {uri: _twin(desk, uri) for uri in desk.library.pages}


def _twin(desk: Desk, uri: str) -> str:
    library, page = desk.library, desk.library.pages[uri]
    written = {"claims": _claims, "finder": _index, "sources": _sources}
    body = library.glossary_page(desk.words) if uri == GLOSSARY_PAGE else library.documents[uri].body
    body = passages.LINE.sub(lambda line: _passage(desk, line["target"].partition(":")[2]), SNIPPET.sub("", body))
    # What stands in a page only as something to look at or to click has no twin.
    body = WRITTEN.sub(
        lambda mark: written[mark["name"]](desk, uri) + "\n" if mark["name"] in written else "",
        ATTRIBUTES.sub("", body),
    )
    parts = [] if isinstance(page, Essay) else [f"# {page.title}"]  # an essay's title is part of its words
    if isinstance(page, Topic):
        parts.append(page.question)
    parts.append(body.strip())
    if isinstance(page, Topic) and _under(desk, uri):
        parts += [f"## {desk.words['record_title']}", _listed(desk, _under(desk, uri))]
    parts.append(f"---\n\n{desk.permalink(uri)} ({_changed(desk, uri)})\n")
    return re.sub(r"\n{3,}", "\n\n", "\n\n".join(parts))


def _under(desk: Desk, uri: str) -> list[Claim]:
    return desk.library.claims_under(next(topic for topic in desk.library.topics if topic.uri == uri))


def _passage(desk: Desk, id: str) -> str:
    paragraph = desk.library.paragraphs[id]
    quoted = "\n".join(f"> {line}" for line in paragraph.words.split("\n"))
    return f"{quoted}\n>\n> ({desk.words['essay']} {paragraph.essay.number}, ¶ {paragraph.number}: {desk.permalink(paragraph.essay.uri, id)})"


def _claims(desk: Desk, uri: str) -> str:
    return "\n\n".join(
        _listed(desk, desk.library.claims_on(essay)) for essay in desk.library.essays if uri == claims_page(essay.id)
    )


def _index(desk: Desk, uri: str) -> str:
    return "\n".join(
        f"- [{_place(desk, claim)}]({desk.claim_permalink(claim)}): {desk.words[claim.verdict]}"
        for claim in desk.library.claims_in_order
    )


def _listed(desk: Desk, claims: list[Claim]) -> str:
    return "\n\n".join(_claim(desk, claim) for claim in claims)


def _claim(desk: Desk, claim: Claim) -> str:
    words = desk.words
    note = "".join(piece.words or f" [{', '.join(map(str, piece.numbers))}]" for piece in evidence.pieces(claim))
    sources = "\n".join(
        f"{number}. {_reference(source)}" for number, source in enumerate(desk.library.sources_of(claim), start=1)
    )
    verdict = f"**{words[claim.verdict]}** ({words[claim.kind]}; {words['reviewed']} {claim.reviewed}). {note}"
    return f"### {_place(desk, claim)}\n\n> {claim.quote}\n\n{verdict}\n\n{sources}\n\n{desk.claim_permalink(claim)}"


def _place(desk: Desk, claim: Claim) -> str:
    paragraph = desk.library.paragraphs[claim.paragraph]
    return f"{desk.words['essay']} {paragraph.essay.number}, ¶ {paragraph.number}, {desk.words['sentence'].lower()} {claim.sentence}"


def _sources(desk: Desk, uri: str) -> str:
    references = {source.id: _reference(source) for source in desk.library.sources.values()}
    return "\n".join(f"- {references[id]}" for id, _ in desk.library.sources_in_order(references))


def _reference(source: Source) -> str:
    return f"{in_words([csl(source)])[0]} <{source.url}>"
