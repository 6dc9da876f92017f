"""Faults of the sitemap and the search index."""

import re
from collections.abc import Callable, Iterator

from .. import urls
from ..attributes import Role
from ..model import Link, Page, Problem, Spot, State
from ..site import NOT_FOUND_PAGE
from . import Context, about_file, link_rule, literal, site_rule
from .pages import is_listed

_SITEMAP = frozenset([Role.SITEMAP])


def _entry(page: Page, value: str, what: str) -> Problem:
    hint = "build again, or remove the entry."
    return Problem(page.path, f"the entry '{literal(value)}' {what}", hint, Spot("text", value=value), value, value)


@link_rule("L09", "the sitemap is wrong", *(set(State) - {State.FINE}), roles=_SITEMAP)
def sitemap_entry(page: Page, link: Link, context: Context) -> Iterator[Problem]:
    """The sitemap lists pages of the hosted site, each by its absolute URL, and nothing else.

    Source: the protocol of sitemaps.org, "Sitemap file location" and "loc".

    Bad: `<loc>https://pages.example/health/old/</loc>` without a page `old`
    Good: `<loc>https://pages.example/health/topics/</loc>` with a page `topics`
    """
    yield _entry(page, link.reference.value, "is not a page or sitemap of this site.")


@site_rule("L09", "the sitemap is missing or spells a URL otherwise", "complete", "hosted")
def sitemap(context: Context) -> Iterator[Problem]:
    """See the rule of this code for entries."""
    site = context.site
    if not any(record.kind == "sitemap" for record in site.records.values()):
        hint = "set site_url in mkdocs.yml and build again."
        yield about_file("sitemap.xml", "the site has no sitemap.", hint)
    for record in site.records.values():
        for value, path in record.entries:
            if urls.scheme(value) not in ("http", "https"):
                yield _entry(record, value, "is not an absolute URL.")
            elif (own := site.url_of(path)) != urls.join(site.root, value):
                yield _entry(record, value, f"is not the URL of its page, which is '{own}'.")


@link_rule("L10", "the search index and the pages differ", *(set(State) - {State.FINE}), roles=frozenset([Role.SEARCH]))
def search_index(page: Page, link: Link, context: Context) -> Iterator[Problem]:
    """Each location that the search offers must exist, with its fragment.

    Bad: `{"location": "topics/#old-heading"}` in search/search_index.json
    Good: `{"location": "topics/#heading"}` when topics has that heading
    """
    yield _entry(page, link.reference.value, "is not in the site.")


def _listed(context: Context) -> set[str]:
    """The pages that sitemaps list."""
    found: set[str] = set()
    for record in context.site.records.values():
        if record.kind == "sitemap" and record.path.removesuffix(".gz") not in context.site.files - {record.path}:
            found |= record.leads_to
    return found


@site_rule("W06", "the sitemap leaves a page out", "complete", "hosted")
def unlisted(context: Context) -> Iterator[Problem]:
    """Search engines find pages by the sitemap (sitemaps.org). Pages with noindex, redirects and 404.html stay out.

    Bad: a page `topics` that no `<loc>` names
    Good: `<loc>https://pages.example/health/topics/</loc>`
    """
    site = context.site
    if "sitemap.xml" not in site.files or site.records["sitemap.xml"].errors:
        return
    listed = _listed(context)
    for page in site.pages.values():
        if page.path not in listed and is_listed(page):
            hint = "build again, or mark the page noindex."
            yield about_file(page.path, "the sitemap does not list this page.", hint, "sitemap")


@site_rule("W07", "the sitemap lists a page that search engines must not index", "complete", "hosted")
def listed_noindex(context: Context) -> Iterator[Problem]:
    """A page can't be both offered to search engines and kept from them; redirects and 404.html are not offered.

    Source: Google Search Central, "Build and submit a sitemap".

    Bad: `<loc>` of a page with `<meta name="robots" content="noindex">`
    Good: the page in the sitemap, without noindex
    """
    is_disallowed = _robots(context.site.text("robots.txt"))
    for path in sorted(_listed(context) & context.site.pages.keys()):
        page = context.site.pages[path]
        what, hint = "", "leave it out of the sitemap."
        if page.noindex:
            what, hint = "is marked noindex", "leave it out of the sitemap, or remove noindex."
        elif is_disallowed(context.site.url_of(path)):
            what, hint = "is disallowed by robots.txt", "correct robots.txt, or leave the page out of the sitemap."
        elif path == NOT_FOUND_PAGE:
            what = "is for missing pages"
        elif page.refreshes_at_once:
            what = "only redirects to another"
        if what:
            yield about_file(path, f"the sitemap lists this page, which {what}.", hint, "noindex")


def _robots(text: str) -> Callable[[str], bool]:
    """Whether robots.txt disallows a URL for all crawlers (RFC 9309, sections 2.2.2 and 2.2.3): the longest rule wins."""
    rules: list[tuple[int, bool, re.Pattern[str]]] = []
    agents, in_rules = list[str](), False
    for line in text.splitlines():
        key, _, value = (part.strip() for part in line.partition("#")[0].partition(":"))
        if key.lower() == "user-agent":
            agents, in_rules = ([] if in_rules else agents) + [value], False
        elif key.lower() in ("allow", "disallow"):
            in_rules = True
            if "*" in agents and value:
                pattern = re.escape(value).replace(r"\*", ".*").replace(r"\$", "$")
                rules.append((len(value), key.lower() == "allow", re.compile(pattern)))

    def is_disallowed(url: str) -> bool:
        path = "/" + url.split("/", 3)[3]
        return not max((rule[:2] for rule in rules if rule[2].match(path)), default=(0, True))[1]

    return is_disallowed
