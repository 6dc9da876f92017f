"""Renders pages, collects their links, ids, headings and images, and checks links and ids.

Rendering with the site's Markdown extensions, instead of matching brackets, skips code samples and includes raw HTML.
"""

import difflib
import posixpath
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

import markdown
from selectolax.lexbor import LexborNode

from health_diplomacy.content.documents import Document
from health_diplomacy.content.limits import ADDRESS
from health_diplomacy.lint.safety import Refused, parse, refused
from health_diplomacy.problems import Problem, did_you_mean, nearest

NESTING = {"blockquote", "div", "li", "td", "details", "figure", "section"}  # not allowed around included paragraphs
HEADING = re.compile(r"h[1-6]")
MAX_BROKEN = 200  # broken links reported per page, because suggestions take time
SIMILARITY = 0.7  # minimum difflib ratio of a suggested file name
VERBATIM = {"code", "pre", "kbd", "samp", "script", "style", "textarea"}
ADDRESSES = {"href", "src"}


@dataclass
class Rendered:
    """The content of a rendered page, in document order.

    `links` has the URLs as written, `paragraphs` those with an id and their text, `headings` levels with texts,
    `pictures` URLs with alternative texts (None if missing), `anchors` URLs with link texts, `refused` unsafe HTML, and
    `texts` the text nodes outside code.
    """

    ids: Counter[str] = field(default_factory=Counter)
    links: list[str] = field(default_factory=list)
    paragraphs: list[tuple[str, str]] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    pictures: list[tuple[str, str | None]] = field(default_factory=list)
    anchors: list[tuple[str, str]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


def render(text: str, extensions: Sequence[str], configs: Mapping[str, Any]) -> Rendered:
    """Render a page's Markdown and collect its content."""
    return read(markdown.Markdown(extensions=list(extensions), extension_configs=dict(configs)).convert(text))


def read(html: str) -> Rendered:
    """Collect the content of a page's HTML."""
    found = Rendered(refused=refused(html))
    inside: dict[int, frozenset[str | None]] = {}  # the elements around each node, by its id
    for node in parse(html).traverse(include_text=True):
        tag, attributes = node.tag or "", {name: value or "" for name, value in node.attributes.items()}
        parent = node.parent
        around = inside.get(parent.mem_id, frozenset()) | {parent.tag} if parent else frozenset()
        inside[node.mem_id] = around
        if tag == "-text":
            found.texts += [] if around & VERBATIM else [node.text_content or ""]
        elif tag == "p" and attributes.get("id") and not around & NESTING:
            found.paragraphs.append((attributes["id"], node.text()))
        elif HEADING.fullmatch(tag):
            found.headings.append((int(tag[1]), _words(node)))
        elif tag == "a" and attributes.get("href") and attributes.get("class") != "toclink":
            found.anchors.append((attributes["href"], f"{attributes.get('aria-label', '')} {_words(node)}".strip()))
        elif tag == "img" and not (attributes.get("alt") == "" and attributes.get("role") in {"presentation", "none"}):
            found.pictures.append((attributes.get("src", ""), attributes.get("alt")))
        if attributes.get("id"):
            found.ids[attributes["id"]] += 1
        found.links += [attributes[name].strip() for name in attributes if name in ADDRESSES]
    return found


def _words(node: LexborNode) -> str:
    """The text of an element and of its images."""
    words = []
    for each in node.traverse(include_text=True):
        if each.tag == "img":
            words.append(each.attributes.get("alt") or "")
        elif each.tag == "-text":
            words.append(each.text_content or "")
    return " ".join("".join(words).split())


def check_ids(document: Document, rendered: Rendered, passages: Collection[str] = ()) -> list[Problem]:
    """Duplicate ids, except of `passages`, which have their own message.

    Bad:  `## Method { #method }` twice on a page   Good:  `{ #method }` and `{ #method-of-review }`
    """
    duplicates = [item for item in sorted(rendered.ids.items()) if item[1] > 1 and item[0] not in passages]
    what, hint = "the id '{}' stands {} times on this page", "give one of them another id"
    return [Problem(document.path, _second(document, item[0]), "T02", what.format(*item), hint) for item in duplicates]


def _second(document: Document, name: str) -> int:
    first = document.text.find(f"#{name}", document.body_start)
    return document.line_of(f"#{name}", first + 1) if first >= 0 else document.line_at(document.body_start)


def check_attributes(document: Document) -> list[Problem]:
    """Ids with spaces, which Markdown cuts off or can't parse.

    Bad:  `## Method { #the method }`   Good:  `## Method { #the-method }`
    """
    problems = []
    for match in re.finditer(r"\{ *#(?P<id>[^\s{}]+)(?P<rest>(?: +[^\s{}]+)+) *\}", document.body):
        if any("=" not in word and word[0] not in ".#" for word in match["rest"].split()):
            line = document.line_at(document.body_start + match.start())
            hint = f"write '{{ #{'-'.join([match['id'], *match['rest'].split()])} }}'"
            problems.append(Problem(document.path, line, "F09", f"'{match[0]}' is not an id", hint))
    return problems


def unreadable(document: Document, error: Exception) -> Problem:
    """A page for which a Markdown extension raised an exception."""
    what = f"Markdown cannot read this page: {error}"
    return Problem(document.path, document.line_at(document.body_start), "F09", what, "undo the last change to it")


def check_links(
    document: Document,
    rendered: Rendered,
    ids: Mapping[str, Sequence[str]],
    files: set[str],
    site_url: str,
    data: Document,
    former: frozenset[str] = frozenset(),
) -> list[Problem]:
    """Broken links, and links that only work on the hosted site.

    `ids` has the ids of each page by uri, `files` all uris in the docs folder, `data` the file from which a part of the
    page is generated, and `former` the uris of removed pages.

    Bad:  `[Peace-building](/topics/peace-building/)`   Good:  `[Peace-building](../topics/peace-building.md)`
    """
    problems: list[Problem] = []
    cursor: dict[str, int] = {}
    checked: dict[str, tuple[str, str, str] | None] = {}
    for link in rendered.links:
        start = cursor.get(link, document.body_start)
        at = document.text.find(link, start)
        cursor[link] = at + len(link) if at >= 0 else start
        owner = document if at >= 0 or link not in data.text else data
        line = document.line_at(at) if at >= 0 else owner.line_of(link)
        if link not in checked and len(problems) < MAX_BROKEN:
            checked[link] = _check_link(document.uri, link, ids, files, site_url, former)
        if found := checked.get(link):
            problems.append(Problem(owner.path, line, *found))
    return problems


def target(uri: str, address: str) -> str:
    """The uri that a link on a page points to; empty if it isn't a valid URL."""
    try:
        path = urlsplit(address).path
    except ValueError:
        return ""
    return posixpath.normpath(posixpath.join(posixpath.dirname(uri), unquote(path)))


def _check_link(
    uri: str, link: str, ids: Mapping[str, Sequence[str]], files: set[str], site_url: str, former: frozenset[str]
) -> tuple[str, str, str] | None:
    folder = posixpath.dirname(uri)
    if len(link) > ADDRESS:
        return "F12", f"an address has {len(link):,} characters; {ADDRESS:,} is the most", "shorten it"
    try:
        parts = urlsplit(link)
    except ValueError:
        return "L01", f"'{link}' is not an address", "copy it anew from the browser's address bar"
    if link.startswith("//") or (site_url and link.startswith(site_url)) or (not parts.scheme and link.startswith("/")):
        inside = link.removeprefix(site_url) if site_url else link
        wanted = _as_file(urlsplit(inside).path.strip("/"), files)
        better = (
            f"write '{posixpath.relpath(wanted, folder or '.')}'"
            if wanted
            else "write the path from this page to the file, such as '../about.md'"
        )
        return "L03", f"'{link}' is absolute and breaks the offline copy", better
    if parts.scheme or parts.netloc:
        return None
    fragment = unquote(parts.fragment)
    path = unquote(parts.path)
    target = posixpath.normpath(posixpath.join(folder, path)) if path else uri
    if path and (target not in files or path.endswith("/")):
        wanted = _as_file(target, files)
        hint = f"write '{posixpath.relpath(wanted, folder or '.')}'" if wanted else _file_hint(path, folder, files)
        if target in former:
            return "L01", f"'{path}' was renamed or removed", "link to the page that has its words now"
        if path.endswith(".yml"):
            return "L01", f"'{path}' is not published", "link to a page"
        return "L01", f"'{path}' does not exist", hint
    if fragment and target in ids and fragment not in ids[target]:
        shown = f"'{path}' exists, but '#{fragment}' does not" if path else f"'#{fragment}' does not exist on this page"
        return "L02", shown, _id_hint(fragment, ids[target])
    return None


def _file_hint(path: str, folder: str, files: set[str]) -> str:
    """Suggest a file of the same type with a similar name."""
    name, _, kind = posixpath.basename(path).rpartition(".")
    known = {
        posixpath.relpath(each, folder or "."): posixpath.basename(each).rpartition(".")[0]
        for each in files
        if not name or each.endswith(f".{kind}")
    }
    wanted = name or kind
    similar = [
        each
        for each, own in known.items()
        if own.startswith(wanted) or difflib.SequenceMatcher(None, wanted, own).ratio() >= SIMILARITY
    ]
    return did_you_mean(path, similar, "check the name and the folder")


def _id_hint(fragment: str, ids: Sequence[str]) -> str:
    """Suggest the nearest id, or the range of the numbered ids with this prefix."""
    name, _, number = fragment.rpartition("-")
    run = [
        each
        for each in ids
        if number.isdigit() and each.startswith(f"{name}-") and each.removeprefix(f"{name}-").isdigit()
    ]
    if name and run:
        return f"its ids run {run[0]} to {run[-1]}"
    near = nearest(fragment, ids)
    return f"did you mean '#{near}'?" if near else "name one of the page's headings or paragraphs"


def _as_file(path: str, files: set[str]) -> str | None:
    """The source file of a path in the built site."""
    stem = path.removesuffix("/").removesuffix(".html")
    return next((each for each in (f"{stem}.md", f"{stem}/index.md".lstrip("/"), stem) if each in files), None)
