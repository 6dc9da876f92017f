"""Replaces the placeholders in pages, such as `<!-- claims -->`.

On the site, the replacement is the template `partials/<name>.html`; in the Markdown version, it is
`partials/markdown/<name>.md`.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from health_diplomacy.content.schema import Claim
from health_diplomacy.content.site import CLAIMS_PAGE, GLOSSARY_PAGE, HOME_PAGE, SOURCES_PAGE, Site
from health_diplomacy.render.context import RenderContext


@dataclass(frozen=True)
class Placeholder:
    """A placeholder, the pages that must have it, and the ids that it adds to its page."""

    name: str
    pages: Callable[[Site], Collection[str]]
    has_partial: bool = True
    ids: Callable[[Site, str], Collection[str]] = lambda site, uri: ()
    in_markdown: bool = False
    """False for purely visual or interactive content."""


def _on(*uris: str) -> Callable[[Site], Collection[str]]:
    return lambda site: uris


def _claims_on(site: Site, uri: str) -> list[Claim]:
    essay = site.essay_by_claims_page.get(uri)
    return site.claims_in_essay(essay) if essay else []


def _claim_ids(site: Site, uri: str) -> list[str]:
    return [id for claim in _claims_on(site, uri) for id in (claim.id, *map(claim.part_id, claim.parts))]


PLACEHOLDERS = {
    placeholder.name: placeholder
    for placeholder in (
        Placeholder(
            "claims",
            lambda site: site.essay_by_claims_page if site.claims_file.path else (),
            ids=_claim_ids,
            in_markdown=True,
        ),
        Placeholder("downloads", _on("downloads.md")),
        Placeholder("finder", _on(CLAIMS_PAGE), ids=lambda site, uri: site.claims, in_markdown=True),
        Placeholder("library", _on(HOME_PAGE), has_partial=False),  # home.html splits the page here
        Placeholder("map", _on("topics/index.md")),
        Placeholder("sources", _on(SOURCES_PAGE), ids=lambda site, uri: site.sources, in_markdown=True),
        Placeholder("terms", _on(GLOSSARY_PAGE), has_partial=False),  # replaced by `glossary.page_markdown`
        Placeholder("verdicts", _on(CLAIMS_PAGE)),
    )
}
IN_HTML = re.compile(
    rf"<!-- ({'|'.join(placeholder.name for placeholder in PLACEHOLDERS.values() if placeholder.has_partial)}) -->"
)
IN_MARKDOWN = re.compile(r"^<!-- (?P<name>[a-z-]+) -->[ \t]*\n?", re.MULTILINE)


def required_placeholders(site: Site) -> Iterator[tuple[str, str]]:
    """Each page that must have a placeholder, by uri, with the placeholder's name."""
    return ((uri, placeholder.name) for placeholder in PLACEHOLDERS.values() for uri in placeholder.pages(site))


def added_ids(site: Site, uri: str) -> list[str]:
    """The ids that a page's placeholders add to it."""
    present = (placeholder for placeholder in PLACEHOLDERS.values() if site.has_placeholder(uri, placeholder.name))
    return [id for placeholder in present for id in placeholder.ids(site, uri)]


def replace_in_html(html: str, render: Callable[[str], str]) -> str:
    """A page's HTML with each placeholder replaced by `render(its partial template)`."""
    return IN_HTML.sub(lambda match: render(f"partials/{match[1]}.html"), html)


def replace_in_markdown(markdown: str, context: RenderContext, uri: str) -> str:
    """A page's Markdown with its placeholders replaced or removed."""

    def replace(match: re.Match[str]) -> str:
        placeholder = PLACEHOLDERS.get(match["name"])
        if not placeholder or not placeholder.in_markdown:
            return ""
        return context.render(f"partials/markdown/{placeholder.name}.md", claims=_claims_on(context.site, uri))

    return IN_MARKDOWN.sub(replace, markdown)
