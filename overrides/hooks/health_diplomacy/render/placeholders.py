"""Replaces the placeholders in pages, such as `<!-- claims -->`.

On the site, the replacement is the template `partials/<name>.html`; in the Markdown version, it is
what `Placeholder.markdown` returns.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from health_diplomacy.content.schema import Claim, Part, Source
from health_diplomacy.content.site import CLAIMS_PAGE, GLOSSARY_PAGE, HOME_PAGE, SOURCES_PAGE, Site
from health_diplomacy.render.context import RenderContext


@dataclass(frozen=True)
class Placeholder:
    """A placeholder, the pages that must have it, and the ids that it adds to its page."""

    name: str
    pages: Callable[[Site], Collection[str]]
    has_partial: bool = True
    ids: Callable[[Site, str], Collection[str]] = lambda site, uri: ()
    markdown: Callable[[RenderContext, str], str] | None = None
    """None for purely visual or interactive content."""


def _on(*uris: str) -> Callable[[Site], Collection[str]]:
    return lambda site: uris


def _claims_on(site: Site, uri: str) -> list[Claim]:
    essay = site.essay_by_claims_page.get(uri)
    return site.claims_in_essay(essay) if essay else []


def _card_ids(claim: Claim) -> list[str]:
    return [claim.id, *map(claim.part_id, claim.parts)]


def _claims_markdown(context: RenderContext, uri: str) -> str:
    return claims_markdown(context, _claims_on(context.site, uri))


def _finder_markdown(context: RenderContext, uri: str) -> str:
    return "\n".join(
        f"- [{context.claim_label(claim)}]({context.claim_permalink(claim)}): {context.verdict_label(claim)}"
        for claim in context.site.claims_in_order
    )


def _sources_markdown(context: RenderContext, uri: str) -> str:
    return "\n".join(f"- {_reference(context, source)}" for source in context.bibliography.in_order)


PLACEHOLDERS = {
    placeholder.name: placeholder
    for placeholder in (
        Placeholder(
            "claims",
            lambda site: site.essay_by_claims_page if site.claims_file.path else (),
            ids=lambda site, uri: [id for claim in _claims_on(site, uri) for id in _card_ids(claim)],
            markdown=_claims_markdown,
        ),
        Placeholder("downloads", _on("downloads.md")),
        Placeholder("finder", _on(CLAIMS_PAGE), ids=lambda site, uri: site.claims, markdown=_finder_markdown),
        Placeholder("library", _on(HOME_PAGE), has_partial=False),  # home.html splits the page here
        Placeholder("map", _on("topics/index.md")),
        Placeholder("sources", _on(SOURCES_PAGE), ids=lambda site, uri: site.sources, markdown=_sources_markdown),
        Placeholder("terms", _on(GLOSSARY_PAGE), has_partial=False),  # replaced by `glossary.page_markdown`
        Placeholder("verdicts", _on(CLAIMS_PAGE)),
    )
}
IN_HTML = re.compile(rf"<!-- ({'|'.join(each.name for each in PLACEHOLDERS.values() if each.has_partial)}) -->")
IN_MARKDOWN = re.compile(r"^<!-- (?P<name>[a-z-]+) -->[ \t]*\n?", re.MULTILINE)


def required_placeholders(site: Site) -> Iterator[tuple[str, str]]:
    """Each page that must have a placeholder, by uri, with the placeholder's name."""
    return ((uri, each.name) for each in PLACEHOLDERS.values() for uri in each.pages(site))


def added_ids(site: Site, uri: str) -> list[str]:
    """The ids that a page's placeholders add to it."""
    present = (each for each in PLACEHOLDERS.values() if site.has_placeholder(uri, each.name))
    return [id for each in present for id in each.ids(site, uri)]


def replace_in_html(html: str, render: Callable[[str], str]) -> str:
    """A page's HTML with each placeholder replaced by `render(its partial template)`."""
    return IN_HTML.sub(lambda match: render(f"partials/{match[1]}.html"), html)


def replace_in_markdown(markdown: str, context: RenderContext, uri: str) -> str:
    """A page's Markdown with its placeholders replaced or removed."""

    def replace(match: re.Match[str]) -> str:
        placeholder = PLACEHOLDERS.get(match["name"])
        return placeholder.markdown(context, uri) + "\n" if placeholder and placeholder.markdown else ""

    return IN_MARKDOWN.sub(replace, markdown)


def claims_markdown(context: RenderContext, claims: Collection[Claim]) -> str:
    """Claims as Markdown: each with its sentence, verdict, finding, parts and sources."""
    return "\n\n".join(_claim_markdown(context, claim) for claim in claims)


def findings_markdown(context: RenderContext, claims: Collection[Claim]) -> str:
    """Claims as Markdown, without their parts and sources."""
    return "\n\n".join("\n\n".join(_finding_markdown(context, claim)) for claim in claims)


def _finding_markdown(context: RenderContext, claim: Claim) -> tuple[str, ...]:
    verdict = f"**{context.verdict_label(claim)}.** {claim.finding}"
    return (f"### {context.claim_label(claim)}", f"> {claim.quote}", verdict, context.claim_permalink(claim))


def _claim_markdown(context: RenderContext, claim: Claim) -> str:
    ui = context.ui
    *finding, permalink = _finding_markdown(context, claim)
    parts = "\n".join(
        f"- {part.id}. “{part.words}”: **{ui[part.verdict].lower()}.** {_note_markdown(claim, part)}"
        for part in claim.parts
    )
    reviewed = f"{ui['reviewed'].capitalize()} {claim.reviewed}."
    sources = "\n".join(
        f"{number}. {_reference(context, source)}"
        for number, source in enumerate(context.site.sources_of(claim), start=1)
    )
    return "\n\n".join([*finding, parts, reviewed, sources, permalink])


def _note_markdown(claim: Claim, part: Part) -> str:
    runs = claim.cited_runs(part.note)
    return "".join(run if isinstance(run, str) else f" [{', '.join(map(str, run))}]" for run in runs)


def _reference(context: RenderContext, source: Source) -> str:
    return f"{context.bibliography.text[source.id]} <{source.url}>"
