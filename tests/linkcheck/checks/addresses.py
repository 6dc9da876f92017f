"""Checks of addresses: where a link or a loaded file leads."""

import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from .. import urls
from ..model import APART, Link, Problem, Reference, Role, State
from ..references import COMMANDS, POPOVER, SORTS
from ..targets import FOLLOWED, NOWHERE, PUBLISHED, TEMPLATE, markdown_pages
from . import Context, about, references, site_wide

_LOADED = frozenset((Role.RESOURCE, Role.ORIGIN))


@references("L01", "the target does not exist", State.MISSING)
def missing(link: Link, context: Context) -> Iterator[Problem]:
    """A link, image, style or script must lead to a file of the site, letter for letter.

    Source: WHATWG HTML, section 2.4.2; RFC 3986, section 6.2.2.1: only in the scheme and host are capitals the same.

    Bad: `[response](covid-19.md)` when the page is `covid-19-response.md`
    Good: `[response](covid-19-response.md)`
    """
    value, path = urls.clean(link.reference.value), link.target.path
    if letters := context.suggest.letters(path):
        yield about(
            link,
            "'{it}' does not exist; only a name with other letters does.",
            "mind capitals and accents, and write '{nearest}'.",
            letters,
        )
    elif value.startswith("www."):
        yield about(link, "'{it}' does not exist.", f"write 'https://{value}' to lead to another site.")
    elif "@" in value and "/" not in value:
        yield about(link, "'{it}' does not exist.", f"write a mail address as 'mailto:{value}'.")
    elif nearest := context.suggest.file(link.page.path, path):
        yield about(link, "'{it}' does not exist.", "did you mean '{nearest}'?", nearest)
    else:
        yield about(link, "'{it}' does not exist.", "correct the address, or add the file it names.")


@references("L02", "the file exists, its part after # does not", State.NO_FRAGMENT)
def no_fragment(link: Link, context: Context) -> Iterator[Problem]:
    """What stands after `#` must be an id of the page that the link leads to (WHATWG HTML, section 7.4.6.4).

    Bad: `[paragraph](defense.md#defense-9)` when the last one is `defense-7`
    Good: `[paragraph](defense.md#defense-7)`
    """
    hint, nearest = context.suggest.fragment(link.target.path, link.target.fragment)
    message = "'{file}' exists, but '#{fragment}' does not."
    if link.target.path == link.page.path:
        message = "this page has no '#{fragment}'."
    elif link.reference.value.startswith("#"):
        message = f"'{{it}}' is not of this page but of its base, and '{link.target.path}' has no such part."
    yield about(link, message, hint if hint.endswith("?") else hint + ".", nearest)


@references("L03", "an absolute address leaves the site, or breaks the offline copy", State.ABSOLUTE)
def absolute(link: Link, context: Context) -> Iterator[Problem]:
    """An address from the root of the host only works where the site is the whole host (RFC 3986, section 4.2).

    Bad: `<a href="/topics/">`
    Good: `[topics](topics/index.md)`
    """
    value, site = urls.clean(link.reference.value), context.site
    if not site.hosted:
        near = link.target.path if link.target.path in site.files else ""
        hint = "write '{nearest}'." if near else "write an address that starts from this page."
        yield about(link, "'{it}' is absolute and breaks the offline copy.", hint, near)
        return
    root = "/" + site.address.split("/", 3)[3]
    near = "" if urls.scheme(value) else context.suggest.file(link.page.path, urls.split(value)[0].lstrip("/"))
    hint = "write '{nearest}'." if near else f"begin it with '{root}' if the site is meant, or remove it."
    yield about(link, f"'{{it}}' leads outside '{root}', where the site is.", hint, near)


@references("L04", "the address of a folder, in an offline copy", State.FOLDER)
def folder(link: Link, context: Context) -> Iterator[Problem]:
    """Opened from a disk, a folder shows a list of files and not its index.html.

    Bad: `<a href="topics/">`
    Good: `<a href="topics/index.html">`
    """
    near = link.target.path if link.target.path in context.site.files else ""
    fragment = f"#{link.target.fragment}" if link.target.fragment else ""
    yield about(
        link,
        "'{it}' is a folder, and a folder opened from a disk shows no page.",
        "write '{nearest}'." if near else "name a file in it.",
        near + fragment,
    )


@references("L05", "the address leads out of the site folder", State.OUTSIDE)
def outside(link: Link, context: Context) -> Iterator[Problem]:
    """Too many `../` lead to files that nobody else has (RFC 3986, section 5.2.4; WHATWG URL, section 4.4).

    Bad: `![map](../../../map.png)` in a page that is one folder deep
    Good: `![map](../map.png)`
    """
    near = context.suggest.file(link.page.path, link.target.path)
    yield about(
        link,
        "'{it}' leads out of the site.",
        "did you mean '{nearest}'?" if near else "remove a '../', or copy the file into the docs folder.",
        near,
    )


@references("L07", "an id is named that the page does not have", State.NO_ID, roles=frozenset((Role.ID,)))
def no_id(link: Link, context: Context) -> Iterator[Problem]:
    """A label, an aria attribute or an image map must name an id of its own page.

    Source: WHATWG HTML, sections 2.3.9, 4.9.11, 4.10.4 and 4.10.18.3; WAI-ARIA 1.2, section 6.

    Bad: `<label for="emial">` with `<input id="email">`
    Good: `<label for="email">` with `<input id="email">`
    """
    name = link.reference.attribute
    thing = "map" if name == "usemap" else "id"
    if link.reference.element.endswith(APART):
        yield about(
            link,
            f'{name}="{{it}}" names no {thing} of its own tree.',
            "move the two into the same page, frame or shadow tree.",
            kind="id",
        )
        return
    near = context.suggest.close(link.reference.value, link.page.maps if thing == "map" else link.page.ids)
    hint = (
        f"did you mean '{'#' if thing == 'map' else ''}{near}'?"
        if near
        else f"correct it, or give that {thing} to what it means."
    )
    yield about(link, f'{name}="{{it}}" names no {thing} of this page.', hint, kind="id")


@references("L11", "something is loaded from another host", State.ELSEWHERE, roles=_LOADED)
def loaded_from_elsewhere(link: Link, context: Context) -> Iterator[Problem]:
    """A reader of this site is not reported to other hosts, and the copy works without a network.

    Links that a reader follows may lead anywhere; images, scripts, styles,
    fonts and frames are part of the site.

    Bad: `![map](https://tiles.example.org/map.png)`
    Good: `![map](images/map.png)`
    """
    yield about(link, "'{it}' is loaded from another host.", "keep a copy in the docs folder, or remove what loads it.")


@references("L12", "the address is malformed", State.MALFORMED)
def malformed(link: Link, context: Context) -> Iterator[Problem]:
    """An address that browsers can't read, or read otherwise than it was meant (WHATWG URL, section 4.4).

    Bad: `[WHO](https:/www.who.int/)`
    Good: `[WHO](https://www.who.int/)`
    """
    value = urls.clean(link.reference.value)
    if link.target.why.startswith("it holds a character"):
        yield about(link, f"an address is not whole: {link.target.why}.", "type the address again.")
        return
    shown = "{it}" if len(value) < 100 else value[:60].replace("{", "(") + "…"
    yield about(link, f"'{shown}' is not a whole address: {link.target.why}.", "correct its spelling.")


@site_wide("L27", "a srcset that can't be read")
def unreadable_srcset(context: Context) -> Iterator[Problem]:
    """Browsers drop an image of a `srcset` whose width or density they can't read (WHATWG HTML, section 4.8.4.3.10).

    Bad: `srcset="map.png 1x map-2.png 2x"`
    Good: `srcset="map.png 1x, map-2.png 2x"`
    """
    yield from remarked(
        context, "L27", "write a comma between images, and after each its width (800w) or density (2x)."
    )


@references(
    "L13", "a leftover of writing or building the site", State.LEFTOVER, State.MARKDOWN, roles=FOLLOWED | {Role.TEXT}
)
def leftover(link: Link, context: Context) -> Iterator[Problem]:
    """What works, or makes sense, only on the machine where the site was made.

    Where a site publishes the Markdown of its pages, a link to it is taken for a leftover, too, unless it says that
    it is meant: by `type="text/markdown"` (RFC 7763), `rel="alternate"`, `download`, its words, or by standing on
    that page. Hosts of one machine or network only: RFC 1918, RFC 6761, RFC 6762, RFC 8375.

    Bad: `<a href="peace.md">`, `[map](file:///home/me/map.png)`, or a Markdown link that a reader sees as text
    Good: `[peace](peace.md)`, `![map](map.png)`
    """
    if link.reference.role is Role.TEXT:
        yield about(
            link,
            "readers see '{it}' as text.",
            'keep Markdown out of HTML blocks, give the block markdown="1", or show it as code.',
            kind="text",
        )
    elif link.target.why == PUBLISHED:
        if not _is_meant(link, context):
            yield about(
                link,
                "'{it}' is the Markdown of a page, which readers get as plain text.",
                'link to the page; or, if its Markdown is meant, add type="text/markdown".',
            )
    elif link.target.state is State.MARKDOWN:
        yield about(
            link,
            "'{it}' is a Markdown file, which readers don't get.",
            "make it a Markdown link, which leads to the page made from it.",
            link.target.path,
        )
    else:
        value = urls.readable(urls.clean(link.reference.value))
        if TEMPLATE.search(value):
            yield about(
                link, "'{it}' is part of a template that was not filled in.", "mend the template, or write the address."
            )
        elif value.rpartition("/")[2] in NOWHERE:
            yield about(link, "'{it}' is what a program writes where it has no address.", "give it the address.")
        else:
            yield about(
                link,
                "'{it}' works only on one machine or network.",
                "link to where all can see it, or put the file into the docs folder.",
            )


_SAYS_MARKDOWN = re.compile(r"\bmarkdown\b|\.md\b|\b(?:plain|raw|source)\b", re.IGNORECASE)


def _is_meant(link: Link, context: Context) -> bool:
    """Whether links to the Markdown of a page say that it is what they lead to; the page is read once more for it."""
    if link.page.path in markdown_pages(link.target.path, context.site.layout) and not link.target.fragment:
        return True
    found = [
        node
        for node in LexborHTMLParser((context.site.folder / link.page.path).read_bytes()).css("a, area")
        if link.reference.value in (node.attributes.get("href"), node.attributes.get("xlink:href"))
    ]
    return bool(found) and all(map(_says_markdown, found))


def _says_markdown(node: LexborNode) -> bool:
    said = node.attributes
    return (
        "download" in said
        or "alternate" in (said.get("rel") or "").lower().split()
        or (said.get("type") or "").lower().startswith(("text/markdown", "text/plain"))
        or any(map(_SAYS_MARKDOWN.search, (node.text(), said.get("title") or "", said.get("aria-label") or "")))
    )


@references("L14", "what is loaded has an empty address", State.EMPTY, roles=FOLLOWED - {Role.LINK})
def empty(link: Link, context: Context) -> Iterator[Problem]:
    """An empty image, script or style sheet loads nothing, and an empty frame no page (WHATWG HTML, sections 4.8.3 and 4.12.1).

    Bad: `<img src="">`
    Good: `<img src="map.png">`
    """
    yield emptiness(link)


@site_wide("L17", "an element has no address, or under a misspelled name")
def misspelled(context: Context) -> Iterator[Problem]:
    """A link without `href` is no link, and an image without `src` shows nothing (WHATWG HTML, sections 4.6.2 and 4.8.3).

    The same is asked of what loads styles, scripts, films and objects, of `rel`, and of the attributes that name ids.

    Bad: `<a herf="map.html">` or `<img alt="map">`
    Good: `<a href="map.html">` and `<img src="map.png" alt="map">`
    """
    yield from remarked(context, "L17", "write the attribute, or remove the element.")


def remarked(context: Context, code: str, hint: str) -> Iterator[Problem]:
    """What was already seen while a page was read."""
    for page in context.site.pages.values():
        for owner, literal, what in page.remarks:
            if owner == code:
                kind = "tag" if literal[:1] == "<" else "text"
                yield Problem(page.path, f"{what}.".replace("{", "("), hint, literal, kind, literal)


def emptiness(link: Link) -> Problem:
    """What is said of an empty address."""
    element, attribute = link.reference.element.partition(" ")[0], link.reference.attribute
    return Problem(
        link.page.path,
        f"<{element}> has an empty {attribute}.",
        "write the address, or remove the element.",
        f'{attribute}=""',
        "text",
        f"{element} {attribute}",
    )


@references("L16", "the page for missing pages has a relative address", State.DEPTH)
def depth(link: Link, context: Context) -> Iterator[Problem]:
    """404.html is shown at the address that was not found, however deep that is.

    Source: GitHub Docs, "Creating a custom 404 page for your GitHub Pages site"; WHATWG HTML, section 2.4.3.

    Bad: `<a href="index.html">` in 404.html
    Good: `<a href="/health/">` in 404.html, for a site at https://host/health/
    """
    root = "/" + context.site.address.split("/", 3)[3]
    yield about(link, "'{it}' in 404.html works at one depth only.", f"begin it with '{root}'.")


@references("L19", "nearly the address of this site", State.NEAR_MISS)
def near_miss(link: Link, context: Context) -> Iterator[Problem]:
    """Links to the site itself say its host, scheme and port as they are, or lead past it or take a detour.

    Source: WHATWG HTML, section 7.1.1: only the same scheme, host and port are the same origin.

    Bad: `http://pages.example/health/topics/` or `https://www.pages.example/health/topics/`
    Good: `https://pages.example/health/topics/`, or better `topics/`
    """
    yield about(link, "'{it}' is nearly the address of this site, and another.", f"write '{link.target.path}'.")


@references("L20", "loaded over http in a page that is read over https", State.INSECURE, roles=_LOADED | {Role.LINK})
def insecure(link: Link, context: Context) -> Iterator[Problem]:
    """Browsers block what an https page loads over http, or ask for it elsewhere (W3C Mixed Content, sections 4.1 and 4.4).

    Bad: `<script src="http://cdn.example.org/x.js">`
    Good: `<script src="x.js">`
    """
    if link.reference.role is Role.LINK:
        yield about(link, "'{it}' sends what a reader writes over http, of which browsers warn.", "write 'https:'.")
        return
    yield about(
        link,
        "'{it}' is loaded over http, which browsers block in a page read over https.",
        "keep a copy in the docs folder, or write 'https:'.",
    )


@references("L21", "relative where only a whole address works", State.RELATIVE, roles=frozenset((Role.WHOLE,)))
def relative(link: Link, context: Context) -> Iterator[Problem]:
    """Feeds and sharing cards are read by others, who join nothing to a relative address.

    Source: ogp.me, "The Open Graph protocol"; RSS 2.0, "link"; RFC 9116, section 2.5.

    Bad: `<meta property="og:image" content="images/card.png">`
    Good: `<meta property="og:image" content="https://pages.example/health/images/card.png">`
    """
    whole = context.site.address + link.target.path
    yield about(link, "'{it}' is relative, and whoever reads it has nothing to join it to.", f"write '{whole}'.")


@site_wide("L22", "an id is named that belongs to the wrong sort of element")
def wrong_sort(context: Context) -> Iterator[Problem]:
    """Some attributes work with some elements only.

    Source: WHATWG HTML, sections 4.9.11, 4.10.4, 4.10.5.3.9, 4.10.6, 4.10.18.3 and 6.12.1.

    Bad: `<label for="name">` with `<div id="name">`
    Good: `<label for="name">` with `<input id="name">`
    """
    for page in context.site.pages.values():
        for reference, found in page.kinds:
            sorts = SORTS.get((reference.element, reference.attribute)) or COMMANDS[reference.element.partition(" ")[2]]
            told = " or ".join("element with popover" if each == POPOVER else f"<{each}>" for each in sorted(sorts))
            tag = '<input type="hidden">' if found == "input hidden" else f"<{found.partition(' ')[0]}>"
            yield Problem(
                page.path,
                f'{reference.attribute}="{{it}}" names {_article(tag)} {tag}, which does nothing there.',
                f"name {_article(told)} {told}.",
                reference.value,
                "id",
            )


def _article(word: str) -> str:
    return "an" if word.lstrip("<")[:1] in "aeio" else "a"


@references("L24", "a file is loaded as what it is not", State.WRONG_KIND, roles=frozenset((Role.RESOURCE,)))
def wrong_kind(link: Link, context: Context) -> Iterator[Problem]:
    """A page is no picture, and a style sheet no script: browsers show nothing.

    Source: WHATWG HTML, sections 4.2.4, 4.8 and 4.12.1.

    Bad: `<img src="map.html" alt="map">`
    Good: `<img src="map.png" alt="map">`
    """
    element = link.reference.element.partition(" ")[0]
    yield about(
        link,
        f"'{{it}}' is {link.target.why}, which <{element}> can't use.",
        "write the address of the file that is meant.",
    )


@references("L25", "something is not loaded from a disk", State.CLOSED, roles=frozenset((Role.RESOURCE,)))
def closed(link: Link, context: Context) -> Iterator[Problem]:
    """Opened from a disk, some files are not loaded, as no host is there to allow it.

    Modules, `crossorigin`, tracks of films, and symbols from another SVG file
    (WHATWG HTML, sections 2.5.4, 4.8.11.11.3 and 8.1.4.2; SVG 2, section 5.6).

    Bad: `<script type="module" src="site.js">` in an offline copy
    Good: `<script src="site.js" defer>`
    """
    hint = {"track": "leave it out of the offline copy.", "use": "put the symbol into the page itself."}.get(
        link.reference.element, "make it a plain script or style sheet without 'crossorigin'."
    )
    yield about(link, "'{it}' is not loaded when the page is opened from a disk.", hint)


@site_wide("L26", "a file is not what its integrity says")
def integrity(context: Context) -> Iterator[Problem]:
    """A browser refuses a script or style sheet whose hash is another (W3C Subresource Integrity, section 3.3).

    Bad: `<script src="site.js" integrity="sha256-…">` with the hash of an older site.js
    Good: the hash of the file as it is, or no `integrity`
    """
    for page in context.site.pages.values():
        base = context.resolver.base(page) if page.seals else ""
        for address, seal in page.seals:
            target = context.resolver.target(page, base, Reference("link", "href", address, Role.RESOURCE))
            if target.path in context.site.files and not _fits(context.site.folder / target.path, seal):
                yield Problem(
                    page.path,
                    "'{it}' is not the file that its integrity was made for, so it is not loaded.",
                    "make the hash again, or remove integrity.",
                    address,
                )


def _fits(file: Path, seal: str) -> bool:
    """Whether a file has one of the hashes of the strongest kind that is given."""
    hashes = [match.groups() for match in re.finditer(r"(sha(?:256|384|512))-([A-Za-z0-9+/_-]+=*)", seal)]
    if not hashes:
        return True  # browsers pass over what they don't know
    strongest = max(kind for kind, _ in hashes)
    try:
        data = file.read_bytes()
    except OSError:  # told as L15
        return True
    found = base64.b64encode(hashlib.new(strongest, data).digest()).decode().rstrip("=")
    return any(value.rstrip("=").translate(str.maketrans("-_", "+/")) == found for _, value in hashes)


@references(
    "L23", "the base address leads out of the site", State.ELSEWHERE, State.MALFORMED, roles=frozenset((Role.BASE,))
)
def base(link: Link, context: Context) -> Iterator[Problem]:
    """Everything on a page is joined to its base, so a wrong one breaks all of it (WHATWG HTML, section 4.2.3).

    Bad: `<base href="https://old.example/">`
    Good: `<base href="../">`
    """
    why = f": {link.target.why}" if link.target.why else ""
    yield about(link, f"the base '{{it}}' leads out of the site{why}.", "remove the base, or make it relative.")
