"""Rules about pages, files and the site as a whole."""

from collections.abc import Iterator

from . import urls
from .model import Page, Problem, Reference, Role, Spot
from .rules import Context, about_file, literal, site_rule
from .site import NOT_FOUND_PAGE


@site_rule("L06", "an id occurs more than once on a page")
def repeated_id(context: Context) -> Iterator[Problem]:
    """Links to an id lead to its first element only (WHATWG HTML, sections 3.2.6 and 7.4.6.4).

    Bad: `<p id="note">` twice on a page
    Good: `<p id="note-1">` and `<p id="note-2">`
    """
    for page in context.site.records.values():
        for name, count in page.repeated:
            message = f"the id '{literal(name)}' occurs {count} times on this page."
            yield Problem(page.path, message, "rename all but one.", Spot("id", value=name), name, name)


@site_rule("L07", "an attribute holds an id that the page does not have")
def no_id(context: Context) -> Iterator[Problem]:
    """Labels, aria attributes and image maps refer to elements of their own page.

    Source: WHATWG HTML, sections 2.3.9, 4.10.4 and 4.10.18.3; WAI-ARIA 1.2, section 6.

    Bad: `<label for="emial">` with `<input id="email">`
    Good: `<label for="email">` with `<input id="email">`
    """
    for page in context.site.records.values():
        for reference in page.broken_ids:
            name, value = reference.attribute, reference.value
            thing, mark = ("map", "#") if name == "usemap" else ("id", "")
            near = context.suggest.name(value.removeprefix(mark), page.maps if mark else page.ids)
            correct = f"correct it, or give that {thing} to the element that is meant."
            hint = f"did you mean '{mark}{near}'?" if near else correct
            spot = Spot("id reference", reference.element, name, value)
            yield Problem(page.path, f'{name}="{{it}}" refers to no {thing} of this page.', hint, spot, value)


@site_rule("L08", "the canonical URL is wrong", "complete", "hosted")
def canonical(context: Context) -> Iterator[Problem]:
    """A page names its own URL, or that of a page with the same content (RFC 6596, section 3), and only one.

    Not asked of 404.html, redirects, and pages that are marked noindex.

    Bad: `<link rel="canonical" href="https://pages.example/">` on every page
    Good: `<link rel="canonical" href="https://pages.example/health/topics/">` on topics/index.html
    """
    site = context.site
    for page in site.pages.values():
        if page.noindex or page.refresh is not None or page.path == NOT_FOUND_PAGE:
            continue
        own = site.url_of(page.path)
        if len(set(page.canonicals)) > 1:
            yield _canonical(page, "this page has more than one canonical URL.", page.canonicals[1], "keep only one.")
        for value in page.canonicals[:1]:
            url = urls.join(context.resolver.base(page), urls.clean(value)) or ""
            reference = Reference("link", "canonical", url, Role.LINK)
            path = context.resolver.target(page, site.root, reference).path
            if path != page.path and (path not in site.pages or path == "index.html"):  # a template may name the latter
                where = "" if value.startswith(site.root) else ", nor of this site"
                message = f"the canonical URL '{literal(value)}' is not the URL of this page{where}."
                yield _canonical(page, message, value, f"write '{own}', or correct site_url in mkdocs.yml.")


def _canonical(page: Page, message: str, value: str, hint: str) -> Problem:
    return Problem(page.path, message, hint, Spot("attribute", "link", "href", value), value, value)


@site_rule("L15", "a file can't be read")
def unreadable(context: Context) -> Iterator[Problem]:
    """Pages are UTF-8 text (WHATWG HTML, section 4.2.5.4); JSON, XML and SVG must be well-formed.

    Bad: a page saved as Windows-1252, a sitemap cut off in the middle
    Good: files saved as UTF-8 and whole
    """
    for page in context.site.records.values():
        for message, hint in page.errors:
            yield about_file(page.path, f"{message}.", f"{hint}.")
