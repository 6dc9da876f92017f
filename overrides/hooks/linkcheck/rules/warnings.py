"""Warnings: what works, but poorly. `--strict` makes them errors."""

import re
from collections import Counter, deque
from collections.abc import Iterator

from .. import text_fragments, urls
from ..attributes import Role
from ..model import Link, Page, Problem, Spot, State
from ..suggest import fold
from . import Context, about, about_file, link_rule, literal, site_rule
from .links import emptiness
from .pages import chain_from, is_listed, redirects

_LINK = frozenset([Role.LINK])


def _nearest(link: Link) -> str:
    path, fragment = link.target.path, link.target.fragment
    return f"{path}#{fragment}" if fragment else path


@link_rule("W01", "a link has an empty URL", State.EMPTY, roles=_LINK)
def empty_link(page: Page, link: Link, context: Context) -> Iterator[Problem]:
    """An empty URL leads back to the page itself, which looks broken (RFC 3986, section 4.4).

    Bad: `<a href="">more</a>`
    Good: `<a href="more.html">more</a>`
    """
    yield emptiness(page, link)


@link_rule("W03", "the link runs a script", State.SCRIPT)
def script(page: Page, link: Link, context: Context) -> Iterator[Problem]:
    """A `javascript:` URL does nothing without scripts, in a new tab, or in a book (WHATWG HTML, section 7.4.2.3.2).

    Bad: `<a href="javascript:print()">print</a>`
    Good: `<button type="button">print</button>` with a listener in a script file
    """
    yield about(page, link, "'{it}' is a script, not a URL.", "use a button, or write a URL.")


@link_rule("W04", "a mail address or phone number is malformed", State.BAD_CONTACT)
def contact(page: Page, link: Link, context: Context) -> Iterator[Problem]:
    """What can't be written to or called (RFC 6068, section 2; RFC 3966, section 3).

    Bad: `<a href="mailto:office at example.org">`
    Good: `<a href="mailto:office@example.org">`
    """
    yield about(page, link, f"'{{it}}' {link.target.why}.", "correct its spelling.")


@site_rule("W05", "no link leads to a page", "complete")
def orphan(context: Context) -> Iterator[Problem]:
    """Readers reach a page by links from the home page. Pages that a script of the site names count as reached.

    Not asked of 404.html, redirects, and pages that are marked noindex.

    Bad: `draft.html`, to which no page links
    Good: `draft.html`, listed under nav in mkdocs.yml
    """
    pages = context.site.pages
    if "index.html" not in pages:
        return
    found, waiting = {"index.html"}, deque(["index.html"])
    while waiting:
        new = (pages[waiting.popleft()].leads_to & pages.keys()) - found
        found |= new
        waiting.extend(new)
    orphans = [page for path, page in pages.items() if path not in found and is_listed(page)]
    named = _named_in_scripts(context) if orphans else set()
    for page in orphans:
        if page.path.rpartition("/")[2] not in named:
            message, hint = (
                "no link leads to this page from the home page.",
                "link to it, or list it under nav in mkdocs.yml.",
            )
            yield about_file(page.path, message, hint, f"{page.path}#orphan")


def _named_in_scripts(context: Context) -> set[str]:
    """The names of files in the scripts of the site, one of which may build its menu."""
    names: set[str] = set()
    for path in context.site.files:
        if path.endswith(".js"):
            try:
                names.update(
                    re.findall(r"[\w.%-]+\.html?\b", (context.site.folder / path).read_text("utf-8", "replace"))
                )
            except OSError:
                continue
    return names


@site_rule("W08", "pages in two languages do not name each other", "complete", "hosted")
def alternates(context: Context) -> Iterator[Problem]:
    """Search engines trust `hreflang` only if both pages have it. Each page names all of them, itself too.

    Source: Google Search Central, "Tell Google about localized versions of your page"; WHATWG HTML, section 4.6.8.1.

    Bad: `index.html` names `ar/index.html` as Arabic, which does not name `index.html`
    Good: both name each other
    """
    site = context.site
    named: dict[str, dict[str, str]] = {}
    for page in site.pages.values():
        if page.alternates:
            base = context.resolver.base(page)
            urls_of = {value: urls.join(base, urls.clean(value)) or "" for _, value in page.alternates}
            named[page.path] = urls_of
            yield from _languages(page, site.url_of(page.path), urls_of)
    paths = {site.url_of(path): path for path in site.pages}
    for path, urls_of in named.items():
        for value, url in urls_of.items():
            other = paths.get(url) or paths.get(f"{url}/")
            if other and site.url_of(path) not in named.get(other, {}).values():
                message = f"'{other}' is a version of this page in another language, and does not name this page."
                yield _about_alternate(path, message, "name each of the two on the other.", value)


_LANGUAGE = re.compile(r"x-default|[a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?", re.IGNORECASE)


def _about_alternate(path: str, message: str, hint: str, value: str, name: str = "href") -> Problem:
    return Problem(path, message, hint, Spot("attribute", "link", name, value), value, value)


def _languages(page: Page, own: str, urls_of: dict[str, str]) -> Iterator[Problem]:
    """What is wrong with the hreflang of one page by itself."""
    for language, value in page.alternates:
        if not _LANGUAGE.fullmatch(language):
            message = f'hreflang="{language}" is not a language code.'
            yield _about_alternate(
                page.path, message, "write a code such as 'en', 'ar' or 'pt-BR'.", language, "hreflang"
            )
        elif not urls.scheme(urls.clean(value)):
            message = "the version in another language '{it}' is not an absolute URL."
            yield _about_alternate(page.path, message, f"write '{urls.join(own, value)}'.", value)
    for language, count in Counter(language.lower() for language, _ in dict.fromkeys(page.alternates)).items():
        if count > 1:
            message = f"this page names {count} versions in '{language}'."
            yield _about_alternate(page.path, message, "keep only one.", language, "hreflang")
    if own not in urls_of.values():
        message = "this page names its versions in other languages, but not itself."
        yield about_file(page.path, message, "add a link with its own language and URL.", "hreflang")


@site_rule("W09", "a redirect leads to another redirect")
def chain(context: Context) -> Iterator[Problem]:
    """Each redirect costs the reader a page load; the first can lead to the last at once.

    Source: WHATWG HTML, section 4.2.5.3, "refresh".

    Bad: `old.html` redirects to `older.html`, which redirects to `new.html`
    Good: both redirect to `new.html`
    """
    leads = redirects(context)
    for start, link in leads.items():
        way, _ = chain_from(start, leads)
        if len(way) > 2 and way[-1] not in leads:
            message = f"this page redirects through others: {' → '.join(way)}."
            yield about(context.site.pages[start], link, message, "redirect to '{nearest}'.", way[-1])


@link_rule("W10", "a source map is missing", State.MISSING, roles=frozenset([Role.SOURCE_MAP]))
def source_map(page: Page, link: Link, context: Context) -> Iterator[Problem]:
    """Developer tools ask for the map that a script or style sheet names (ECMA-426, section 11.1.2).

    Bad: `//# sourceMappingURL=site.js.map` without that file
    Good: the comment with the file, or neither
    """
    yield about(
        page, link, "the source map '{it}' does not exist.", "add the map, or remove the comment that names it."
    )


@site_rule("W11", "two files differ in letter case only", "complete")
def same_name(context: Context) -> Iterator[Problem]:
    """On disks that ignore letter case, one of the two files is lost.

    Source: Microsoft, "Naming Files, Paths, and Namespaces"; disks of macOS do the same.

    Bad: `Map.png` beside `map.png`
    Good: `map.png` beside `map-2.png`
    """
    folded: dict[str, str] = {}
    for path in sorted(context.site.files):
        other = folded.setdefault(fold(path), path)
        if other != path:
            message = f"'{path}' and '{other}' are the same file on disks that ignore letter case."
            yield about_file(path, message, "rename one of them.", f"{path}#twin")


@link_rule("W13", "the URL of a folder without its trailing slash", State.NO_SLASH, roles=_LINK)
def no_slash(page: Page, link: Link, context: Context) -> Iterator[Problem]:
    """Servers redirect to the URL with the slash, which costs a request; some answer "not found" (RFC 9110, 15.4.2).

    Bad: `<a href="topics">` for the folder `topics`
    Good: `<a href="topics/">`
    """
    yield about(page, link, "'{it}' is a folder without its trailing slash.", "write '{nearest}'.", _nearest(link))


@link_rule("W14", "an identifier is written as a URL", State.NOT_A_SCHEME, roles=_LINK)
def not_a_scheme(page: Page, link: Link, context: Context) -> Iterator[Problem]:
    """Nothing happens when a reader follows such a link (WHATWG HTML, section 7.4.2.3.4).

    Bad: `<a href="doi:10.1093/heapol/x">`
    Good: `<a href="https://doi.org/10.1093/heapol/x">`
    """
    scheme, _, rest = urls.clean(link.reference.value).partition(":")
    hint = f"write '{link.target.why}{rest.lstrip()}'." if link.target.why else "write a URL that starts with 'https:'."
    yield about(page, link, f"browsers can't open '{scheme}:'.", hint)


@link_rule("W15", "a URL ends too late", State.SURPLUS, roles=_LINK)
def surplus(page: Page, link: Link, context: Context) -> Iterator[Problem]:
    """A character of the sentence, or a second URL, became part of the URL (RFC 3986, appendix C).

    Bad: `<a href="https://example.org/map)">`
    Good: `<a href="https://example.org/map">`
    """
    yield about(page, link, f"'{{it}}' is not only a URL: {link.target.why}.", "correct its end.")


_NOT_ON_WINDOWS = re.compile(
    r"[<>:\"\\|?*\x01-\x1f]|[. ](?:/|$)|(?:^|/)(?:con|prn|aux|nul|com\d|lpt\d)(?:[./]|$)", re.IGNORECASE
)


@site_rule("W16", "a file name that Windows can't store", "complete")
def odd_name(context: Context) -> Iterator[Problem]:
    """A copy of the site on Windows lacks the file (Microsoft, "Naming Files, Paths, and Namespaces").

    Bad: `map: 2024.png`
    Good: `map-2024.png`
    """
    for path in sorted(context.site.files):
        if _NOT_ON_WINDOWS.search(path):
            yield about_file(path, f"Windows can't store a file named '{path}'.", "rename it.", f"{path}#name")


@link_rule("W17", "two slashes instead of one", State.TWO_SLASHES)
def two_slashes(page: Page, link: Link, context: Context) -> Iterator[Problem]:
    """Most servers take two slashes for one; object stores do not (WHATWG URL, section 4.4).

    Bad: `<img src="images//map.png">`
    Good: `<img src="images/map.png">`
    """
    yield about(page, link, "'{it}' has two slashes instead of one.", "write '{nearest}'.", _nearest(link))


@link_rule("W18", "a backslash instead of a slash", State.BACKSLASH)
def backslash(page: Page, link: Link, context: Context) -> Iterator[Problem]:
    r"""Browsers take it for a slash; most other programs do not (WHATWG URL, section 4.4).

    Bad: `<a href="topics\index.html">`
    Good: `<a href="topics/index.html">`
    """
    yield about(page, link, "'{it}' has a backslash instead of a slash.", "write '/'.")


@link_rule("W19", "a URL that tracks readers", State.TRACKED, roles=_LINK)
def tracked(page: Page, link: Link, context: Context) -> Iterator[Problem]:
    """Mail, chat and search programs add parameters that count readers and are no part of the URL.

    Bad: `<a href="https://example.org/map?utm_source=newsletter">`
    Good: `<a href="https://example.org/map">`
    """
    hint = "remove it from the URL." if "parameter" in link.target.why else "write the URL that it leads to."
    yield about(page, link, f"'{{it}}' {link.target.why}.", hint)


@site_rule("W21", "the text that a link leads to is not on the page")
def missing_text(context: Context) -> Iterator[Problem]:
    """A link may lead to words of a page; if they are not there, it leads to its top.

    Source: WICG, "URL Fragment Text Directives", section 3. Letter case and accents are ignored; words match whole.

    Bad: `<a href="peace.html#:~:text=dove">` when the page says "two doves"
    Good: `<a href="peace.html#:~:text=two%20doves">`
    """
    for page, link in context.resolver.text_links:
        text = context.site.text(link.target.path)
        for directive in text_fragments.directives(link.reference.value):
            if not text_fragments.is_there(directive, text):
                shown = literal(urls.readable(directive))
                message = f"'{shown}' is not in the text of '{link.target.path}'."
                yield about(page, link, message, "copy the words from the page again.")
