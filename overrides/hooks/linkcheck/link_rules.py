"""Rules about where references lead."""

from collections.abc import Iterator
from dataclasses import replace

from . import urls
from .model import Link, Page, Problem, Role, Spot, State
from .rules import FOLLOWED, Context, about, link_rule, literal


@link_rule("L01", "the target does not exist", State.MISSING)
def missing(page: Page, link: Link, context: Context) -> Iterator[Problem]:
    """A link, image, style sheet or script must lead to a file of the site. File names are case-sensitive.

    Many missing files of a folder that does not exist either are reported once.

    Source: RFC 3986, section 6.2.2.1: only scheme and host ignore case.

    Bad: `[response](covid-19.md)` when the page is `covid-19-response.md`
    Good: `[response](covid-19-response.md)`
    """
    value, path = urls.clean(link.reference.value), link.target.path
    many, folder = context.resolver.missing_folders, context.resolver.missing_folder(path)
    if folder in many:
        if count := many[folder]:
            many[folder] = 0  # reported
            message = f"the folder '{literal(folder)}' does not exist; {count} of its files are missing."
            hint = "build the site again, add the folder, or correct the URLs; '{it}' is the first."
            yield replace(about(page, link, message, hint), target=folder)
        return
    message, nearest = "'{it}' does not exist.", ""
    if nearest := context.suggest.same_letters(path):
        message = "'{it}' does not exist; '{nearest}' does (names are case-sensitive)."
        hint = "write '{nearest}'."
    elif value.startswith("www."):
        hint = f"write 'https://{value}' to link to another site."
    elif "@" in value and "/" not in value:
        hint = f"write a mail address as 'mailto:{value}'."
    elif nearest := context.suggest.file(page.path, path):
        hint = "did you mean '{nearest}'?"
    else:
        hint = "correct the URL, or add the missing file."
    yield about(page, link, message, hint, nearest)


@link_rule("L02", "the file exists, the part after # does not", State.NO_FRAGMENT)
def no_fragment(page: Page, link: Link, context: Context) -> Iterator[Problem]:
    """What follows `#` must be an id of the page that the link leads to (WHATWG HTML, section 7.4.6.4).

    Bad: `[paragraph](defense.md#defense-9)` when the last one is `defense-7`
    Good: `[paragraph](defense.md#defense-7)`
    """
    hint, nearest = context.suggest.fragment(link.target.path, link.target.fragment)
    message = "'{file}' exists, but '#{fragment}' does not."
    if link.target.path == page.path:
        message = "this page has no '#{fragment}'."
    elif link.reference.value.startswith("#"):
        message = f"'{{it}}' is relative to the base of this page, and '{link.target.path}' has no such id."
    yield about(page, link, message, hint, nearest)


@link_rule("L03", "a root-relative URL leaves the site, or breaks the offline copy", State.ABSOLUTE)
def absolute(page: Page, link: Link, context: Context) -> Iterator[Problem]:
    """A URL that starts with `/` works only where the site is the whole host (RFC 3986, section 4.2).

    Bad: `<a href="/topics/">`
    Good: `[topics](topics/index.md)`
    """
    value, site = urls.clean(link.reference.value), context.site
    if not site.hosted:
        near = context.suggest.page(link.target.path)
        hint = "write '{nearest}'." if near else "write a URL that is relative to this page."
        if value.startswith("//"):
            hint = "write a URL that is relative to this page, or start it with 'https:' if another host is meant."
        yield about(page, link, "'{it}' is absolute and breaks the offline copy.", hint, near)
        return
    near = "" if urls.scheme(value) else context.suggest.file(page.path, urls.split(value)[0].lstrip("/"))
    hint = "write '{nearest}'." if near else f"start it with '{site.prefix}' if this site is meant, or remove it."
    yield about(page, link, f"'{{it}}' leads outside of '{site.prefix}', where this site is.", hint, near)


@link_rule("L04", "the URL of a folder, in an offline copy", State.FOLDER)
def folder(page: Page, link: Link, context: Context) -> Iterator[Problem]:
    """Opened from a disk, a folder shows a list of files and not its index.html.

    Bad: `<a href="topics/">`
    Good: `<a href="topics/index.html">`
    """
    near = context.suggest.page(link.target.path)
    hint = "write '{nearest}'." if near else "name a file in it."
    fragment = f"#{link.target.fragment}" if near and link.target.fragment else ""
    yield about(page, link, "'{it}' is a folder, which shows no page when opened from a disk.", hint, near + fragment)


@link_rule("L05", "the URL leads out of the site folder", State.OUTSIDE)
def outside(page: Page, link: Link, context: Context) -> Iterator[Problem]:
    """Too many `../` lead to files that nobody else has (RFC 3986, section 5.2.4).

    Bad: `![map](../../../map.png)` in a page that is one folder deep
    Good: `![map](../map.png)`
    """
    near = context.suggest.file(page.path, link.target.path)
    hint = "did you mean '{nearest}'?" if near else "remove a '../', or copy the file into the docs folder."
    yield about(page, link, "'{it}' leads out of the site.", hint, near)


@link_rule(
    "L11", "something is loaded from another host", State.EXTERNAL, roles=frozenset([Role.RESOURCE, Role.ORIGIN])
)
def loaded_from_elsewhere(page: Page, link: Link, context: Context) -> Iterator[Problem]:
    """Other hosts would learn who reads the page, and the site works without them. Links may lead anywhere.

    Bad: `![map](https://tiles.example.org/map.png)`
    Good: `![map](images/map.png)`
    """
    hint = "keep a copy in the docs folder, or remove what loads it."
    yield about(page, link, "'{it}' is loaded from another host.", hint)


@link_rule("L12", "the URL is malformed", State.MALFORMED)
def malformed(page: Page, link: Link, context: Context) -> Iterator[Problem]:
    """A URL that browsers can't parse, or parse as something else than was meant (WHATWG URL, section 4.4).

    Bad: `[WHO](https:/www.who.int/)`
    Good: `[WHO](https://www.who.int/)`
    """
    value = urls.clean(link.reference.value)
    shown = "{it}" if len(value) < 100 else literal(value[:60]) + "…"
    yield about(page, link, f"'{shown}' is not a valid URL: {link.target.why}.", "correct its spelling.")


_LEFTOVERS = {
    State.TEMPLATE: ("'{it}' is part of a template that was not filled in.", "correct the template, or write the URL."),
    State.LOCAL: ("'{it}' works only on one machine or network.", "link to a public address."),
}


@link_rule("L13", "a leftover of writing or building the site", *_LEFTOVERS)
def leftover(page: Page, link: Link, context: Context) -> Iterator[Problem]:
    """What works only on the machine where the site was built (local hosts: RFC 1918, 6761, 6762, 8375).

    Bad: `![map](file:///home/me/map.png)`
    Good: `![map](map.png)`
    """
    yield about(page, link, *_LEFTOVERS[link.target.state])


@link_rule("L14", "a resource has an empty URL", State.EMPTY, roles=FOLLOWED - {Role.LINK})
def empty(page: Page, link: Link, context: Context) -> Iterator[Problem]:
    """An empty image, script, style sheet or frame loads nothing (WHATWG HTML, sections 4.8.3 and 4.12.1).

    Bad: `<img src="">`
    Good: `<img src="map.png">`
    """
    yield _emptiness(page, link)


def _emptiness(page: Page, link: Link) -> Problem:
    tag, name = link.reference.element, link.reference.attribute
    spot, written = Spot("attribute", tag, name, ""), f'{name}=""'
    hint = "write the URL, or remove the element."
    return Problem(page.path, f"<{tag}> has an empty {name}.", hint, spot, written, f"{tag} {name}")


@link_rule("L16", "404.html has a relative URL", State.DEPTH)
def depth(page: Page, link: Link, context: Context) -> Iterator[Problem]:
    """404.html is shown at the URL that was not found, however deep that is.

    Source: GitHub Docs, "Creating a custom 404 page for your GitHub Pages site".

    Bad: `<a href="index.html">` in 404.html
    Good: `<a href="/health/">` in 404.html, for a site at https://host/health/
    """
    yield about(page, link, "'{it}' in 404.html works at one depth only.", f"start it with '{context.site.prefix}'.")


@link_rule("W01", "a link has an empty URL", State.EMPTY, roles=frozenset([Role.LINK]))
def empty_link(page: Page, link: Link, context: Context) -> Iterator[Problem]:
    """An empty URL leads back to the page itself, which looks broken (RFC 3986, section 4.4).

    Bad: `<a href="">more</a>`
    Good: `<a href="more.html">more</a>`
    """
    yield _emptiness(page, link)


@link_rule("W04", "a mail address is malformed", State.BAD_CONTACT)
def contact(page: Page, link: Link, context: Context) -> Iterator[Problem]:
    """Nobody can write to it (RFC 6068, section 2).

    Bad: `<a href="mailto:office at example.org">`
    Good: `<a href="mailto:office@example.org">`
    """
    yield about(page, link, "'{it}' is not a valid mail address.", "correct its spelling.")


_FAULTS = frozenset(State) - {State.FINE}


@link_rule("L09", "the sitemap is wrong", *_FAULTS, roles=frozenset([Role.SITEMAP]))
def sitemap_entry(page: Page, link: Link, context: Context) -> Iterator[Problem]:
    """The sitemap lists pages of the hosted site, each by its absolute URL, and nothing else.

    Source: the protocol of sitemaps.org, "Sitemap file location" and "loc".

    Bad: `<loc>https://pages.example/health/old/</loc>` without a page `old`
    Good: `<loc>https://pages.example/health/topics/</loc>` with a page `topics`
    """
    yield entry(page, link.reference.value, "is not a page or sitemap of this site.")


@link_rule("L10", "the search index and the pages differ", *_FAULTS, roles=frozenset([Role.SEARCH]))
def search_index(page: Page, link: Link, context: Context) -> Iterator[Problem]:
    """Each location that the search offers must exist, with its fragment.

    Bad: `{"location": "topics/#old-heading"}` in search/search_index.json
    Good: `{"location": "topics/#heading"}` when topics has that heading
    """
    yield entry(page, link.reference.value, "is not in the site.")


def entry(page: Page, value: str, what: str) -> Problem:
    """A problem with an entry of a sitemap or search index."""
    hint = "build again, or remove the entry."
    return Problem(page.path, f"the entry '{literal(value)}' {what}", hint, Spot("text", value=value), value, value)
