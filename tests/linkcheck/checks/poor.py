"""Warnings: what works, but poorly. `--strict` makes them errors."""

import re
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import replace

from .. import texts, urls
from ..model import Link, Page, Problem, Role, State
from ..site import NOT_FOUND_PAGE
from ..targets import FOLLOWED
from . import Context, about, references, site_wide
from .addresses import emptiness, remarked
from .pages import is_listed, leads_on


@references("W01", "a link has an empty address", State.EMPTY, roles=frozenset((Role.LINK,)))
def empty_link(link: Link, context: Context) -> Iterator[Problem]:
    """An empty address leads back to the page itself, and whoever follows it thinks that it is broken.

    Source: RFC 3986, section 4.4, "Same-Document Reference".

    Bad: `<a href="">more</a>`
    Good: `<a href="more.html">more</a>`
    """
    yield emptiness(link)


@references("W02", "a link leads to # alone", State.HOLLOW)
def hollow(link: Link, context: Context) -> Iterator[Problem]:
    """Without a script, a link to `#` jumps to the top of the page (WHATWG HTML, section 7.4.6.4).

    Bad: `<a href="#">open the menu</a>`
    Good: `<button type="button">open the menu</button>`, or `<a href="#">back to top</a>`
    """
    yield Problem(
        link.page.path,
        "a link leads to '#' alone, and does nothing without a script.",
        "use a button, or write an address.",
        'href="#"',
        "text",
        "#",
    )


@references("W03", "the link runs a script", State.SCRIPT)
def script(link: Link, context: Context) -> Iterator[Problem]:
    """A `javascript:` address does nothing without scripts, in a new tab, or in a book.

    Source: WHATWG HTML, section 7.4.2.3.2, "The javascript: URL special case".

    Bad: `<a href="javascript:print()">print</a>`
    Good: `<button type="button">print</button>` with a listener in a script file
    """
    yield about(link, "'{it}' is a script and not an address.", "use a button, or write an address.")


@references("W04", "a mail address or phone number is malformed", State.BAD_CONTACT, roles=FOLLOWED)
def contact(link: Link, context: Context) -> Iterator[Problem]:
    """What can't be written to or called (RFC 6068, section 2; RFC 3966, section 3).

    Bad: `<a href="mailto:office at example.org">`
    Good: `<a href="mailto:office@example.org">`
    """
    yield about(link, f"'{{it}}' {link.target.why}.", "correct its spelling.")


@site_wide("W05", "no way leads to a page")
def orphan(context: Context) -> Iterator[Problem]:
    """Readers get to a page by links from the home page on; others find it by chance only.

    Not asked of 404.html, of pages that search engines shall leave out, and of
    pages that only lead on to another.

    Bad: `draft.html`, to which no page has a link
    Good: `draft.html`, listed under nav in mkdocs.yml
    """
    pages, starts = context.site.pages, [path for path in context.site.pages if path == "index.html"]
    if not starts:
        return
    found, waiting, known, paths = set(starts), deque(starts), set[int](), frozenset(pages)
    while waiting:
        for part in pages[waiting.popleft()].leads.parts:
            if id(part) not in known:  # the same links stand on many pages
                known.add(id(part))
                news = (part & paths) - found
                found |= news
                waiting.extend(news)
    for path, page in pages.items():
        if path not in found and is_listed(page):
            yield Problem(
                path,
                "no link leads to this page from the home page on.",
                "link to it, or list it under nav in mkdocs.yml.",
                kind="file",
                target=f"{path}#orphan",
            )


@site_wide("W06", "the sitemap leaves a page out")
def unlisted(context: Context) -> Iterator[Problem]:
    """Search engines learn of pages by the sitemap (the protocol of sitemaps.org).

    Pages with noindex, pages that lead on to another, and 404.html stay out.

    Bad: a page `topics` that no `<loc>` names
    Good: `<loc>https://pages.example/health/topics/</loc>`
    """
    site = context.site
    if not site.hosted or "sitemap.xml" not in site.files or site.records["sitemap.xml"].errors:
        return
    listed = _in_sitemap(context)
    for page in site.pages.values():
        if page.path not in listed and is_listed(page):
            yield Problem(
                page.path,
                "the sitemap does not list this page.",
                "build again, or mark the page noindex.",
                kind="file",
                target="sitemap",
            )


@site_wide("W07", "the sitemap names a page that search engines shall leave out")
def listed_noindex(context: Context) -> Iterator[Problem]:
    """A page can't be both offered to search engines and kept from them.

    Nor is one offered that only leads on to another, or that is there for what is missing
    (Google Search Central, "Build and submit a sitemap").

    Bad: `<loc>` of a page with `<meta name="robots" content="noindex">`
    Good: the page in the sitemap, without noindex
    """
    kept_out = _kept_out(context)
    for path in sorted(_in_sitemap(context)):
        page = context.site.pages.get(path)
        if page and page.noindex:
            yield Problem(
                path,
                "the sitemap lists this page, which is marked noindex.",
                "leave it out of the sitemap, or remove noindex.",
                kind="file",
                target="noindex",
            )
        elif page and kept_out(context.site.address_of(path)):
            yield Problem(
                path,
                "the sitemap lists this page, and robots.txt keeps search engines from it.",
                "correct robots.txt, or leave the page out of the sitemap.",
                kind="file",
                target="robots",
            )
        elif page and (page.refresh_at_once or path == NOT_FOUND_PAGE):
            what = "is there for missing pages" if path == NOT_FOUND_PAGE else "only leads on to another"
            yield Problem(
                path,
                f"the sitemap lists this page, which {what}.",
                "leave it out of the sitemap.",
                kind="file",
                target="noindex",
            )


def _kept_out(context: Context) -> Callable[[str], bool]:
    """Whether robots.txt keeps all search engines from an address (RFC 9309, sections 2.2.2 and 2.2.3)."""
    try:
        text = (
            (context.site.folder / "robots.txt").read_text("utf-8", "replace")
            if "robots.txt" in context.site.files
            else ""
        )
    except OSError:  # told as L15
        text = ""
    rules: list[tuple[str, bool]] = []
    agents, in_rules = list[str](), False
    for line in text.splitlines():
        key, _, value = (part.strip() for part in line.partition("#")[0].partition(":"))
        if key.lower() == "user-agent":
            agents, in_rules = ([] if in_rules else agents) + [value], False
        elif key.lower() in ("allow", "disallow"):
            in_rules = True
            if "*" in agents and value:
                rules.append((value, key.lower() == "disallow"))
    patterns = [
        (len(value), not no, re.compile(re.escape(value).replace(r"\*", ".*").replace(r"\$", "$")))
        for value, no in rules
    ]

    def is_kept_out(url: str) -> bool:
        path = "/" + url.split("/", 3)[3]
        longest = max(((length, allowed) for length, allowed, pattern in patterns if pattern.match(path)), default=None)
        return longest is not None and not longest[1]

    return is_kept_out


@site_wide("W08", "pages in two languages do not name each other")
def alternates(context: Context) -> Iterator[Problem]:
    """Search engines trust `hreflang` only where both pages say it.

    Each page names all of them, itself too, by whole addresses.
    Source: Google Search Central, "Tell Google about localized versions of your page"; WHATWG HTML, section 4.6.8.1.

    Bad: `index.html` names `ar/index.html` as Arabic, which does not name `index.html`
    Good: both name each other
    """
    site = context.site
    if not site.hosted:
        return
    for page in site.pages.values():
        if page.alternates:
            yield from _languages(context, page)
    leads = {path: _alternates(context, page) for path, page in site.pages.items() if page.alternates}
    for path, found in leads.items():
        for value, other in found:
            back = {each for _, each in leads.get(other, ())}
            if other in site.pages and path not in back:
                yield Problem(
                    path,
                    f"'{other}' is named as this page in another language, and does not name this page.",
                    "name each of the two on the other.",
                    value,
                    "text",
                    value,
                )


_LANGUAGE = re.compile(r"x-default|[a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?", re.IGNORECASE)


def _languages(context: Context, page: Page) -> Iterator[Problem]:
    """What is wrong with the hreflang of one page by itself."""
    own = context.site.address_of(page.path)
    for language, value in page.alternates:
        if not _LANGUAGE.fullmatch(language):
            yield Problem(
                page.path,
                f'hreflang="{language}" is no language that search engines know.',
                "write a code such as 'en', 'ar' or 'pt-BR'.",
                f'hreflang="{language}"',
                "text",
                language,
            )
        elif not urls.scheme(urls.clean(value)):
            yield Problem(
                page.path,
                "'{it}' is named as this page in another language, and is no whole address.",
                f"write '{urls.join(own, value)}'.",
                value,
                "text",
                value,
            )
    for language, count in Counter(language.lower() for language, _ in dict.fromkeys(page.alternates)).items():
        if count > 1:
            yield Problem(
                page.path,
                f"this page names {count} pages as the one in '{language}'.",
                "keep only one.",
                f'hreflang="{language}"',
                "text",
                language,
            )
    base = context.resolver.base(page)
    if not any(urls.join(base, urls.clean(value)) == own for _, value in page.alternates):
        yield Problem(
            page.path,
            "this page names itself in other languages, and not in its own.",
            "add a link with its own language and address.",
            kind="file",
            target="hreflang",
        )


def _alternates(context: Context, page: Page) -> list[tuple[str, str]]:
    base = context.resolver.base(page)
    found = []
    for _, value in page.alternates:
        url = urls.join(base, urls.clean(value)) or ""
        path = urls.decode(urls.split(url)[0].removeprefix(context.site.address)) or ""
        if path not in context.site.files:
            path = f"{path.rstrip('/')}/index.html".lstrip("/")
        found.append((value, path))
    return found


@site_wide("W09", "a page leads on to one that leads on again")
def chain(context: Context) -> Iterator[Problem]:
    """Each step of a redirect costs the reader a load; the first page can lead to the last at once.

    Source: WHATWG HTML, section 4.2.5.3, "refresh".

    Bad: `old.html` leads on to `older.html`, which leads on to `new.html`
    Good: both lead on to `new.html`
    """
    leads = leads_on(context)
    for start, link in leads.items():
        way = [start]
        while (step := leads.get(way[-1])) and step.target.path not in way:
            way.append(step.target.path)
        if len(way) > 2 and way[-1] not in leads:
            yield about(
                link, f"this page leads on by way of others: {' → '.join(way)}.", "let it lead to '{nearest}'.", way[-1]
            )


@references("W10", "a source map is missing", State.MISSING, roles=frozenset((Role.SOURCE_MAP,)))
def source_map(link: Link, context: Context) -> Iterator[Problem]:
    """Developer tools ask for the map that a script or style sheet names (ECMA-426, section 11.1.2).

    Bad: `//# sourceMappingURL=site.js.map` without that file
    Good: the comment with the file, or neither
    """
    yield about(link, "the source map '{it}' does not exist.", "add the map, or remove the comment that names it.")


@site_wide("W11", "two files differ only in letter case")
def same_name(context: Context) -> Iterator[Problem]:
    """On disks that take capital and small letters for the same, one of the two files is lost.

    Source: Microsoft, "Naming Files, Paths, and Namespaces"; disks of macOS do the same.

    Bad: `Map.png` beside `map.png`
    Good: `map.png` beside `map-2.png`
    """
    folded: dict[str, str] = {}
    for path in sorted(context.site.files):
        other = folded.setdefault(context.suggest.fold(path), path)
        if other != path:
            yield Problem(
                path,
                f"'{path}' and '{other}' are the same file for many disks.",
                "rename one of them.",
                kind="file",
                target=f"{path}#twin",
            )


@site_wide("W12", "an id that is empty or holds a space")
def spaced_id(context: Context) -> Iterator[Problem]:
    """What lists ids, as `aria-labelledby` does, takes one with a space for two (WHATWG HTML, section 3.2.6).

    Bad: `<h2 id="the map">`
    Good: `<h2 id="the-map">`
    """
    for page in context.site.pages.values():
        for code, literal, name in page.remarks:
            if code == "W12":
                yield Problem(
                    page.path,
                    f"the id '{' '.join(name.split())}' holds a space." if name else "an id is empty.",
                    "write letters, digits and hyphens only.",
                    literal,
                    "text",
                    literal,
                )


@references("W13", "the address of a folder without its last slash", State.NO_SLASH, roles=frozenset((Role.LINK,)))
def no_slash(link: Link, context: Context) -> Iterator[Problem]:
    """Servers send the reader on to the address with the slash, which costs a second request; some answer "not found".

    Source: RFC 9110, section 15.4.2, "301 Moved Permanently".

    Bad: `<a href="topics">` for the folder `topics`
    Good: `<a href="topics/">`
    """
    yield about(
        link,
        "'{it}' is a folder without its last slash.",
        "write '{nearest}'.",
        f"{link.target.path}#{link.target.fragment}" if link.target.fragment else link.target.path,
    )


@references("W17", "two slashes where one belongs", State.TWO_SLASHES)
def two_slashes(link: Link, context: Context) -> Iterator[Problem]:
    """Most servers take two slashes for one; those that keep files as objects do not (WHATWG URL, section 4.4).

    Bad: `<img src="images//map.png">`
    Good: `<img src="images/map.png">`
    """
    yield about(
        link,
        "'{it}' has two slashes where one belongs.",
        "write '{nearest}'.",
        f"{link.target.path}#{link.target.fragment}" if link.target.fragment else link.target.path,
    )


@references("W18", "a backslash where a slash belongs", State.BACKSLASH)
def backslash(link: Link, context: Context) -> Iterator[Problem]:
    r"""Browsers take it for a slash; most other programs do not (WHATWG URL, section 4.4).

    Bad: `<a href="topics\index.html">`
    Good: `<a href="topics/index.html">`
    """
    yield about(link, "'{it}' has a backslash where a slash belongs.", "write '/'.")


@references("W19", "an address that tells on the reader", State.TRACKED, roles=frozenset((Role.LINK,)))
def tracked(link: Link, context: Context) -> Iterator[Problem]:
    """What mail, chat and search programs add to an address counts readers, and is no part of it.

    Bad: `<a href="https://example.org/map?utm_source=newsletter">`
    Good: `<a href="https://example.org/map">`
    """
    hint = "write the address that it leads to." if "by way of" in link.target.why else "remove it from the address."
    yield about(link, f"'{{it}}' {link.target.why}.", hint)


@site_wide("W20", "a preload that does nothing, or loads twice")
def useless_preload(context: Context) -> Iterator[Problem]:
    """A preload says what it loads, and asks for it as the page will (WHATWG HTML, sections 4.6.7.20 and 4.2.4.3).

    Bad: `<link rel="preload" href="text.woff2">`
    Good: `<link rel="preload" href="text.woff2" as="font" type="font/woff2" crossorigin>`
    """
    yield from remarked(context, "W20", 'write what it is, as in as="style", and crossorigin for a font.')


@references("W14", "a scheme that no browser knows", State.UNKNOWN, roles=frozenset((Role.LINK,)))
def unknown_scheme(link: Link, context: Context) -> Iterator[Problem]:
    """Nothing happens when a reader follows such a link (WHATWG HTML, section 7.4.2.3.4).

    Bad: `<a href="doi:10.1093/heapol/x">`
    Good: `<a href="https://doi.org/10.1093/heapol/x">`
    """
    value = urls.clean(link.reference.value)
    scheme, _, rest = value.partition(":")
    hint = (
        f"write '{link.target.why}{rest.lstrip()}'."
        if link.target.why
        else "write an address that begins with 'https:'."
    )
    yield about(link, f"no browser knows what to do with '{scheme}:'.", hint)


@references("W15", "an address ends too late", State.SURPLUS, roles=frozenset((Role.LINK,)))
def surplus(link: Link, context: Context) -> Iterator[Problem]:
    """A sign of the sentence, or a second address, has become part of the address; few hosts forgive it.

    Source: RFC 3986, appendix C, "Delimiting a URI in Context".

    Bad: `<a href="https://example.org/map)">`
    Good: `<a href="https://example.org/map">`
    """
    yield about(link, f"'{{it}}' is an address and something more: {link.target.why}.", "correct its end.")


@site_wide("W21", "words that a link leads to are not on the page")
def missing_words(context: Context) -> Iterator[Problem]:
    """A link may lead to words of a page; where they are not, it leads to its top.

    Source: WICG, "URL Fragment Text Directives", section 3. Capitals, accents and spaces do not matter.

    Bad: `<a href="peace.html#:~:text=a%20dove">` when the page says "two doves"
    Good: `<a href="peace.html#:~:text=two%20doves">`
    """
    known: dict[str, str] = {}
    for page in context.records.values():
        texted = tuple(reference for reference in page.references if ":~:" in reference.value)
        for link in context.resolver.links(replace(page, references=texted)) if texted else ():
            path, value = link.target.path, link.reference.value
            if link.reference.role is not Role.LINK or path not in context.site.pages:
                continue
            if path not in known:
                try:
                    known[path] = texts.words((context.site.folder / path).read_bytes())
                except OSError:  # told as L15
                    continue
            for directive in texts.directives(value):
                if not texts.is_there(directive, known[path]):
                    shown = urls.readable(directive).replace("{", "(").replace("}", ")")
                    yield about(
                        link, f"'{shown}' is not among the words of '{path}'.", "copy the words from the page again."
                    )


@site_wide("W22", "the file CNAME names another host")
def other_host(context: Context) -> Iterator[Problem]:
    """Hosts of static sites serve a site at the address that its file CNAME names.

    Source: GitHub Docs, "Managing a custom domain for your GitHub Pages site".

    Bad: `old.example` in CNAME, when the site is built for `https://pages.example/`
    Good: `pages.example` in CNAME
    """
    site = context.site
    if site.hosted and "CNAME" in site.files:
        try:
            named = (site.folder / "CNAME").read_text("utf-8", "replace").strip()
        except OSError:
            return
        if named.lower() != (host := urls.host(site.address)):
            yield Problem(
                "CNAME",
                f"this file names '{' '.join(named.split())}', and the site is built for '{host}'.",
                f"write '{host}', or correct site_url in mkdocs.yml.",
                kind="file",
            )


_NOT_ON_WINDOWS = re.compile(
    r"[<>:\"\\|?*\x01-\x1f]|[. ](?:/|$)|(?:^|/)(?:con|prn|aux|nul|com\d|lpt\d)(?:[./]|$)", re.IGNORECASE
)


@site_wide("W16", "a file name that not every disk can hold")
def odd_name(context: Context) -> Iterator[Problem]:
    """A copy of the site on a disk of Windows lacks the file (Microsoft, "Naming Files, Paths, and Namespaces").

    Bad: `map: 2024.png`
    Good: `map-2024.png`
    """
    for path in sorted(context.site.files):
        if _NOT_ON_WINDOWS.search(path):
            yield Problem(
                path,
                f"no disk of Windows can hold a file named '{path}'.",
                "rename it.",
                kind="file",
                target=f"{path}#name",
            )


def _in_sitemap(context: Context) -> set[str]:
    """The pages that sitemaps list, those under a wrong address included: that is told already."""
    found: set[str] = set()
    for record in context.site.records.values():
        if record.kind == "sitemap" and record.path.removesuffix(".gz") not in context.site.files - {record.path}:
            found |= record.leads | {link.target.path for link in context.resolver.links(record)}
    return found
