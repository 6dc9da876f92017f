"""Faults of a page or file as a whole."""

import base64
import hashlib
import re
import zipfile
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

from .. import urls
from ..attributes import POPOVER, Role, words
from ..model import Link, Page, Problem, Reference, Spot
from ..site import NOT_FOUND_PAGE, Site
from . import Context, about, about_file, literal, site_rule


@site_rule("L06", "an id occurs more than once on a page")
def repeated_id(context: Context) -> Iterator[Problem]:
    """Links to an id lead to its first element only (WHATWG HTML, sections 3.2.6 and 7.4.6.4).

    The same goes for the `name` of links and image maps.

    Bad: `<p id="note">` twice on a page
    Good: `<p id="note-1">` and `<p id="note-2">`
    """
    for page in context.site.records.values():
        for kind, name, count in page.repeated:
            message = f"the {kind} '{literal(name)}' occurs {count} times on this page."
            yield Problem(page.path, message, "rename all but one.", Spot("id", value=name), name, name)


@site_rule("W12", "an id that is empty or contains a space")
def spaced_id(context: Context) -> Iterator[Problem]:
    """Attributes that list ids, such as `aria-labelledby`, take an id with a space for two (WHATWG HTML, section 3.2.6).

    Bad: `<h2 id="the map">`
    Good: `<h2 id="the-map">`
    """
    for page in context.site.pages.values():
        if set(" ".join(page.ids).split()) == page.ids.keys():
            continue
        for value in page.ids:
            if value.split() != [value]:
                shown = literal(" ".join(value.split()))
                message = f"the id '{shown}' contains a space." if shown else "an id is empty."
                hint, written = "use letters, digits and hyphens only.", f'id="{value}"'
                yield Problem(page.path, message, hint, Spot("id", value=value), written, written)


@site_rule("L07", "an attribute holds an id that the page does not have")
def no_id(context: Context) -> Iterator[Problem]:
    """Labels, aria attributes and image maps refer to elements of their own page.

    Source: WHATWG HTML, sections 2.3.9, 4.9.11, 4.10.4 and 4.10.18.3; WAI-ARIA 1.2, section 6.

    Bad: `<label for="emial">` with `<input id="email">`
    Good: `<label for="email">` with `<input id="email">`
    """
    for page in context.site.records.values():
        for reference, is_apart in page.broken_ids:
            name, value = reference.attribute, reference.value
            thing, mark = ("map", "#") if name == "usemap" else ("id", "")
            message = f'{name}="{{it}}" refers to no {thing} of this page.'
            if is_apart:
                message = f'{name}="{{it}}" refers to no {thing} of its own tree.'
                hint = "move the two into the same page, frame or shadow tree."
            elif near := context.suggest.name(value, page.maps if mark else page.ids):
                hint = f"did you mean '{mark}{near}'?"
            else:
                hint = f"correct it, or give that {thing} to the element that is meant."
            yield _about_id(page, reference, message, hint)


def _about_id(page: Page, reference: Reference, message: str, hint: str) -> Problem:
    spot = Spot("id reference", reference.tag, reference.attribute, reference.value)
    return Problem(page.path, message, hint, spot, reference.value)


@site_rule("L22", "an attribute holds the id of the wrong kind of element")
def wrong_target(context: Context) -> Iterator[Problem]:
    """Some attributes work with some elements only.

    Source: WHATWG HTML, sections 4.9.11, 4.10.4, 4.10.5.3.9, 4.10.6, 4.10.18.3 and 6.12.1.

    Bad: `<label for="name">` with `<div id="name">`
    Good: `<label for="name">` with `<input id="name">`
    """
    for page in context.site.pages.values():
        for reference, found, right in page.wrong_targets:
            names = " or ".join("element with popover" if each == POPOVER else f"<{each}>" for each in sorted(right))
            tag = '<input type="hidden">' if found == "input hidden" else f"<{found.partition(' ')[0]}>"
            message = f'{reference.attribute}="{{it}}" refers to {_article(tag)} {tag}, which has no effect there.'
            yield _about_id(page, reference, message, f"use the id of {_article(names)} {names}.")


def _article(word: str) -> str:
    return "an" if word.lstrip("<")[:1] in "aeio" else "a"


_VERIFICATION = re.compile(r"(?:google[0-9a-f]{4,}|yandex_[0-9a-f]+|pinterest-[0-9a-f]+|wot[0-9a-f]+)\.html")
"""Files by which search engines verify who owns a site; nobody reads them."""


def is_listed(page: Page) -> bool:
    """Whether a page is meant to be found."""
    hidden = page.noindex or page.refresh is not None or page.unread or page.path == NOT_FOUND_PAGE
    return not hidden and not _VERIFICATION.fullmatch(page.path)


@site_rule("L08", "the canonical URL is wrong", "complete", "hosted")
def canonical(context: Context) -> Iterator[Problem]:
    """A page names its own URL, or that of a page with the same content (RFC 6596, section 3), and only one.

    Not asked of 404.html, redirects, and pages that are marked noindex.

    Bad: `<link rel="canonical" href="https://pages.example/">` on every page
    Good: `<link rel="canonical" href="https://pages.example/health/topics/">` on topics/index.html
    """
    site = context.site
    for page in filter(is_listed, site.pages.values()):
        own, base = site.url_of(page.path), context.resolver.base(page)
        if not page.canonicals:
            hint = 'set site_url in mkdocs.yml, or add <link rel="canonical"> to the template.'
            yield about_file(page.path, "this page has no canonical URL.", hint, "canonical")
        elif len(set(page.canonicals)) > 1:
            yield _wrong(page, "this page has more than one canonical URL.", page.canonicals[1], "keep only one.")
        named = [("canonical URL", value) for value in page.canonicals[:1]] + list(dict(reversed(page.og_urls)).items())
        for name, value in named:
            url = urls.join(base, urls.clean(value)) or ""
            is_other = name == "canonical URL" and _is_other_version(url, page, context)
            if url not in (own, own.rstrip("/")) and not is_other:
                where = "" if value.startswith(site.root) else ", nor of this site"
                hint = f"write '{own}', or correct site_url in mkdocs.yml."
                yield _wrong(page, f"the {name} '{literal(value)}' is not the URL of this page{where}.", value, hint)


def _wrong(page: Page, message: str, value: str, hint: str) -> Problem:
    tag, attribute = ("link", "href") if value in page.canonicals else ("meta", "content")
    return Problem(page.path, message, hint, Spot("attribute", tag, attribute, value), value, value)


def _is_other_version(url: str, page: Page, context: Context) -> bool:
    """Whether a canonical URL is that of another existing page, but for the home page: a template may name that."""
    reference = Reference("link", "canonical", url, Role.LINK)
    target = context.resolver.target(page, context.site.root, reference)
    return target.path in context.site.pages and target.path != "index.html"


@site_rule("L13", "text that was not rendered")
def not_rendered(context: Context) -> Iterator[Problem]:
    """See the rule of this code in `links`."""
    hint = 'keep Markdown out of HTML blocks, give the block markdown="1", or show it as code.'
    for page in context.site.pages.values():
        for text in dict.fromkeys(page.unrendered):
            yield Problem(page.path, "readers see '{it}' as text.", hint, Spot("text", value=text), text, text)


@site_rule("L15", "a file can't be read")
def unreadable(context: Context) -> Iterator[Problem]:
    """Pages are UTF-8 text (WHATWG HTML, section 4.2.5.4); JSON, XML and SVG must be well-formed.

    Images, fonts and documents must have content, and not be an error page saved under their name.

    Bad: a page saved as Windows-1252, a sitemap cut off in the middle
    Good: files saved as UTF-8 and whole
    """
    for page in context.site.records.values():
        for message, hint in page.errors:
            yield about_file(page.path, f"{message}.", f"{hint}.")
    if context.site.complete:
        for path in sorted(context.site.files):
            if _suffix(path) in _BINARY | _PACKED | _TEXT and (wrong := _mismatch(context.site, path)):
                yield about_file(path, f"{wrong}.", "replace it by the real file.")


_BINARY = words(".avif .gif .ico .jpeg .jpg .mp3 .mp4 .ogg .otf .pdf .png .ttf .wasm .webm .webp .woff .woff2")
_PACKED = words(".docx .epub .jar .odt .pptx .xlsx .zip")
_TEXT = words(".css .js .json .mjs .vtt .webmanifest")


def _suffix(path: str) -> str:
    return "." + path.rpartition(".")[2].lower()


def _mismatch(site: Site, path: str) -> str:
    """What a file is instead of what its name says, or ""."""
    file, suffix = site.folder / path, _suffix(path)
    try:
        with open(file, "rb") as opened:
            head = opened.read(200).lstrip().lower()
    except OSError as error:
        return f"this file can't be read ({error.strerror})"
    if not head and suffix not in _TEXT:
        return "this file is empty"
    if head.startswith((b"<!doctype html", b"<html")):
        return "this file is an HTML page, whatever its name says"
    if head.startswith(b"version https://git-lfs"):
        return "this file is a Git LFS pointer, and not the file itself"
    if suffix == ".vtt" and not head.removeprefix(b"\xef\xbb\xbf").startswith(b"webvtt"):  # WebVTT, section 4.1
        return "browsers read no subtitles from this file, as its first line is not WEBVTT"
    if suffix in _PACKED and not zipfile.is_zipfile(file):
        return "this file is cut off, or not what its name says"
    return ""


def redirects(context: Context) -> dict[str, Link]:
    """The pages that redirect to a page of the site (meta refresh)."""
    found: dict[str, Link] = {}
    for page in context.site.pages.values():
        if page.refresh is not None:
            reference = Reference("meta", "refresh", page.refresh, Role.LINK)
            target = context.resolver.target(page, context.resolver.base(page), reference)
            if target.path in context.site.pages:
                found[page.path] = Link(reference, target)
    return found


def chain_from(start: str, leads: dict[str, Link]) -> tuple[list[str], str]:
    """The pages that redirects lead through, and the one that is reached again ("": none)."""
    way = [start]
    while (step := leads.get(way[-1])) and step.target.path not in way:
        way.append(step.target.path)
    return way, step.target.path if step else ""


@site_rule("L18", "pages redirect to each other in a circle")
def circle(context: Context) -> Iterator[Problem]:
    """Redirects (meta refresh) must end at a page that stays. A page may reload itself after a while, but not at once.

    Source: WHATWG HTML, section 4.2.5.3, "refresh".

    Bad: `old.html` redirects to `older.html`, which redirects to `old.html`
    Good: both redirect to `new.html`
    """
    leads = redirects(context)
    for start, link in leads.items():
        way, again = chain_from(start, leads)
        page = context.site.pages[start]
        if again == start == min(way) and (len(way) > 1 or page.refreshes_at_once):
            message = f"this page redirects in a circle: {' → '.join((*way, start))}."
            yield about(page, link, message, "redirect to a page that stays.")


@site_rule("L26", "a file is not what its integrity says", "complete")
def integrity(context: Context) -> Iterator[Problem]:
    """A browser refuses a script or style sheet that has another hash (W3C Subresource Integrity, section 3.3).

    Bad: `<script src="site.js" integrity="sha256-…">` with the hash of an older site.js
    Good: the hash of the file as it is, or no `integrity`
    """
    site = context.site
    for page in site.pages.values():
        if not page.has_integrity:
            continue
        base = context.resolver.base(page)
        for node in LexborHTMLParser(site.read(page.path)).css("script[integrity],link[integrity]"):
            name = "src" if node.tag == "script" else "href"
            reference = Reference(node.tag or "", name, node.attributes.get(name) or "", Role.RESOURCE)
            target = context.resolver.target(page, base, reference)
            hashes = node.attributes.get("integrity") or ""
            if reference.value and target.path in site.files and not _matches(site, target.path, hashes):
                message = "'{it}' does not match its integrity hash, so browsers refuse it."
                yield about(page, Link(reference, target), message, "update the hash, or remove integrity.")


def _matches(site: Site, path: str, integrity: str) -> bool:
    """Whether a file has one of the hashes of the strongest algorithm that is given."""
    hashes = re.findall(r"(sha(?:256|384|512))-([A-Za-z0-9+/_-]+=*)", integrity)
    try:
        data = (site.folder / path).read_bytes() if site.complete else site.read(path)
    except OSError:
        return True
    strongest = max((kind for kind, _ in hashes), default="")
    if not strongest:
        return True  # browsers ignore what they don't know
    found = base64.b64encode(hashlib.new(strongest, data).digest()).decode().rstrip("=")
    return any(value.rstrip("=").translate(str.maketrans("-_", "+/")) == found for _, value in hashes)
