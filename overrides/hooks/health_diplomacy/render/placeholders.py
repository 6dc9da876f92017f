"""Replaces the placeholders in pages, such as `<!-- claims -->`.

On the site, the replacement is the template `partials/<name>.html`; in the Markdown version, it is
`partials/markdown/<name>.md`.
"""

import re
from collections.abc import Callable, Iterator

from health_diplomacy.content.schema import Claim
from health_diplomacy.content.site import CLAIMS_PAGE, GLOSSARY_PAGE, HOME_PAGE, SOURCES_PAGE, Site
from health_diplomacy.render.context import RenderContext

PAGES = {
    "downloads": "downloads.md",
    "finder": CLAIMS_PAGE,
    "library": HOME_PAGE,
    "map": "topics/index.md",
    "sources": SOURCES_PAGE,
    "terms": GLOSSARY_PAGE,
    "verdicts": CLAIMS_PAGE,
}
"""The page that must have each placeholder. `claims` must be on the claims page of each essay."""
WITHOUT_PARTIAL = {"library", "terms"}  # home.html splits the page at the first; the glossary replaces the second
IN_MARKDOWN = {"claims", "finder", "sources"}  # the others are visual or interactive

HTML_PATTERN = re.compile(rf"<!-- ({'|'.join({'claims', *PAGES} - WITHOUT_PARTIAL)}) -->")
MARKDOWN_PATTERN = re.compile(r"^<!-- (?P<name>[a-z-]+) -->[ \t]*\n?", re.MULTILINE)


def required_placeholders(site: Site) -> Iterator[tuple[str, str]]:
    """Each page that must have a placeholder, by uri, with the placeholder's name."""
    yield from ((uri, name) for name, uri in PAGES.items())
    if site.claims_file.path:
        yield from ((uri, "claims") for uri in site.essay_by_claims_page)


def added_ids(site: Site, uri: str) -> list[str]:
    """The ids that a page's placeholders add to it."""
    claims = _claims_on(site, uri)
    ids = {
        "claims": [id for claim in claims for id in (claim.id, *map(claim.part_id, claim.parts))],
        "finder": list(site.claims),
        "sources": list(site.sources),
    }
    return [id for name in ids if site.has_placeholder(uri, name) for id in ids[name]]


def _claims_on(site: Site, uri: str) -> list[Claim]:
    essay = site.essay_by_claims_page.get(uri)
    return site.claims_in_essay(essay) if essay else []


def replace_in_html(html: str, render: Callable[[str], str]) -> str:
    """A page's HTML with each placeholder replaced by `render(its partial template)`."""
    return HTML_PATTERN.sub(lambda match: render(f"partials/{match[1]}.html"), html)


def replace_in_markdown(markdown: str, context: RenderContext, uri: str) -> str:
    """A page's Markdown with its placeholders replaced or removed."""
    claims = _claims_on(context.site, uri)

    def replace(match: re.Match[str]) -> str:
        name = match["name"]
        return context.render(f"partials/markdown/{name}.md", claims=claims) if name in IN_MARKDOWN else ""

    return MARKDOWN_PATTERN.sub(replace, markdown)
