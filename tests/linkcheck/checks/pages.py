"""Checks of a page as a whole."""

import re
from collections.abc import Iterator

from .. import urls
from ..model import Link, Page, Problem, Reference, Role
from ..site import NOT_FOUND_PAGE
from . import Context, about, site_wide


@site_wide("L06", "an id stands more than once on a page")
def repeated_id(context: Context) -> Iterator[Problem]:
    """Links to an id lead to its first element only (WHATWG HTML, sections 3.2.6 and 7.4.6.4).

    The `name` of a link or map is asked the same.

    Bad: `<p id="note">` twice on a page
    Good: `<p id="note-1">` and `<p id="note-2">`
    """
    for page in context.site.records.values():
        for name, count in page.repeated:
            yield Problem(
                page.path, f"the id '{name}' stands {count} times on this page.", "rename all but one.", name, "id"
            )
        for code, name, what in page.remarks:
            if code == "L06":
                yield Problem(page.path, f"{what}.".replace("{", "("), "rename all but one.", name, "id")


@site_wide("L08", "the canonical address is wrong")
def canonical(context: Context) -> Iterator[Problem]:
    """Each hosted page says its own address (RFC 6596, section 3), and says it once.

    Not asked of 404.html, of pages that search engines shall leave out, and of
    pages that only lead on to another.

    Bad: `<link rel="canonical" href="https://pages.example/">` on every page
    Good: `<link rel="canonical" href="https://pages.example/health/topics/">` on topics/index.html
    """
    if not context.site.hosted:
        return
    for page in context.site.pages.values():
        own = context.site.address_of(page.path)
        if not is_listed(page):
            continue
        if not page.canonicals:
            yield Problem(
                page.path,
                "this page has no canonical address.",
                'set site_url in mkdocs.yml, or add <link rel="canonical"> to the template.',
                kind="file",
                target="canonical",
            )
        elif len(set(page.canonicals)) > 1:
            yield _wrong(page, "this page has more than one canonical address.", page.canonicals[1], "keep only one.")
        shared = dict(reversed(page.og_urls))  # of each name, the first
        for name, value in (*(("canonical address", value) for value in page.canonicals[:1]), *shared.items()):
            if value != own and urls.join(own, urls.clean(value)) != own:
                at = "" if value.startswith(context.site.address) else " and not of this site"
                yield _wrong(
                    page,
                    f"the {name} '{value}' is not that of this page{at}.",
                    value,
                    f"write '{own}', or correct site_url in mkdocs.yml.",
                )


def _wrong(page: Page, message: str, value: str, hint: str) -> Problem:
    return Problem(page.path, message, hint, value, "text", value)


@site_wide("L18", "pages lead on to each other in a circle")
def circle(context: Context) -> Iterator[Problem]:
    """A page that leads on (meta refresh) must end at one that stays.

    A page that leads on to itself after a while only loads again, which is
    allowed; one that does so at once never gets to be read (WHATWG HTML, section 4.2.5.3, "refresh").

    Bad: `old.html` leads on to `older.html`, which leads on to `old.html`
    Good: both lead on to `new.html`
    """
    leads = leads_on(context)
    for start in leads:
        way = [start]
        while (step := leads.get(way[-1])) and step.target.path not in way:
            way.append(step.target.path)
        if (
            step
            and step.target.path == start
            and start == min(way)
            and (len(way) > 1 or context.site.pages[start].refresh_at_once)
        ):
            yield about(
                leads[start],
                f"this page leads on in a circle: {' → '.join((*way, start))}.",
                "let it lead to a page that stays.",
            )


def leads_on(context: Context) -> dict[str, Link]:
    """The pages that lead on to a page of the site, with the link by which they do."""
    leads: dict[str, Link] = {}
    for page in context.site.pages.values():
        if page.refresh is not None:
            reference = Reference("meta", "refresh", page.refresh, Role.LINK)
            target = context.resolver.target(page, context.resolver.base(page), reference)
            if target.path in context.site.pages:
                leads[page.path] = Link(page, reference, target)
    return leads


_PROOF = re.compile(r"(?:google[0-9a-f]{4,}|yandex_[0-9a-f]+|pinterest-[0-9a-f]+|wot[0-9a-f]+)\.html")
"""What a search engine asks for as a proof of who keeps a site; nobody reads it."""


def is_listed(page: Page) -> bool:
    """Whether a page is meant to be found."""
    return (
        not _PROOF.fullmatch(page.path)
        and page.path != NOT_FOUND_PAGE
        and not page.noindex
        and page.refresh is None
        and not page.unread
    )
