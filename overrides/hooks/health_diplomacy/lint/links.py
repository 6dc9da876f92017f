"""What a page's HTML holds (links, ids, headings, pictures, risks), as Markdown itself renders it, and the checks on links and ids.

Rendering with the site's own extensions, instead of looking for brackets, means that code samples
are left alone and that raw HTML counts.
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

NESTING = {"blockquote", "div", "li", "td", "details", "figure", "section"}  # a passage stands in none of them
HEADING = re.compile(r"h[1-6]")
MOST = 200  # faulty links on one page: to find what was meant by each takes time
ALIKE = 0.7  # how much of two names must be the same for one to be meant by the other, from 0 to 1
VERBATIM = {"code", "pre", "kbd", "samp", "script", "style", "textarea"}
ADDRESSES = {"href", "src"}


@dataclass
class Rendered:
    """What a page's HTML offers (`ids`) and asks for (`links`), each as written, and the words of paragraphs with an id.

    Then, in order: its headings by level and words, its pictures and its links each with their words (None: none were
    given), what its HTML cannot have, and the runs of words outside code.
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
    """What a page's Markdown offers and asks for."""
    return read(markdown.Markdown(extensions=list(extensions), extension_configs=dict(configs)).convert(text))


def read(html: str) -> Rendered:
    """What a page's HTML offers and asks for."""
    found = Rendered(refused=refused(html))
    inside: dict[int, frozenset[str | None]] = {}  # the elements around each node, by its id
    for node in parse(html).traverse(include_text=True):
        tag, given = node.tag or "", {name: value or "" for name, value in node.attributes.items()}
        parent = node.parent
        around = inside.get(parent.mem_id, frozenset()) | {parent.tag} if parent else frozenset()
        inside[node.mem_id] = around
        if tag == "-text":
            found.texts += [] if around & VERBATIM else [node.text_content or ""]
        elif tag == "p" and given.get("id") and not around & NESTING:
            found.paragraphs.append((given["id"], node.text()))
        elif HEADING.fullmatch(tag):
            found.headings.append((int(tag[1]), _words(node)))
        elif tag == "a" and given.get("href") and "headerlink" not in given.get("class", ""):
            found.anchors.append((given["href"], f"{given.get('aria-label', '')} {_words(node)}".strip()))
        elif tag == "img" and not (given.get("alt") == "" and given.get("role") in {"presentation", "none"}):
            found.pictures.append((given.get("src", ""), given.get("alt")))
        if given.get("id"):
            found.ids[given["id"]] += 1
        found.links += [given[name].strip() for name in given if name in ADDRESSES]
    return found


def _words(node: LexborNode) -> str:
    """The words of an element and of its pictures, without the link that a heading has to itself."""
    words = []
    for each in node.traverse(include_text=True):
        if each.tag == "img":
            words.append(each.attributes.get("alt") or "")
        elif each.tag == "-text" and "headerlink" not in (
            each.parent.attributes.get("class") or "" if each.parent else ""
        ):
            words.append(each.text_content or "")
    return " ".join("".join(words).split())


def check_ids(document: Document, rendered: Rendered, passages: Collection[str] = ()) -> list[Problem]:
    """Two places with one id; of `passages`, whatever takes one twice is told by itself.

    Bad:  `## Method { #method }` twice on a page   Good:  `{ #method }` and `{ #method-of-review }`
    """
    return [
        Problem(
            document.path,
            _second(document, name),
            "T02",
            f"the id '{name}' stands {count} times on this page",
            "give one of them another id",
        )
        for name, count in sorted(rendered.ids.items())
        if count > 1 and name not in passages
    ]


def _second(document: Document, name: str) -> int:
    first = document.text.find(f"#{name}", document.body_start)
    return document.line_of(f"#{name}", first + 1) if first >= 0 else document.line_at(document.body_start)


def check_attributes(document: Document) -> list[Problem]:
    """An id with spaces in it, of which Markdown takes the first word or on which it stumbles.

    Bad:  `## Method { #the method }`   Good:  `## Method { #the-method }`
    """
    problems = []
    for match in re.finditer(r"\{ *#(?P<id>[^\s{}]+)(?P<rest>(?: +[^\s{}]+)+) *\}", document.body):
        if any("=" not in word and word[0] not in ".#" for word in match["rest"].split()):
            line = document.line_at(document.body_start + match.start())
            better = "-".join([match["id"], *match["rest"].split()])
            problems.append(
                Problem(document.path, line, "F09", f"'{match[0]}' is not an id", f"write '{{ #{better} }}'")
            )
    return problems


def unreadable(document: Document, error: Exception) -> Problem:
    """A page that Markdown itself stumbles over, in a way that no check foresaw."""
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
    """Links that lead nowhere, and links that only work on the hosted site.

    `ids` gives the ids of each page by uri, `files` every uri in the docs folder; a link that does not stand
    in the page stands in `data`, from which the build wrote a part of it. `former` names pages that are there no longer.

    Bad:  `[Peace-building](/topics/peace-building/)`   Good:  `[Peace-building](../topics/peace-building.md)`
    """
    problems: list[Problem] = []
    cursor: dict[str, int] = {}
    judged: dict[str, tuple[str, str, str] | None] = {}
    for link in rendered.links:
        start = cursor.get(link, document.body_start)
        at = document.text.find(link, start)
        cursor[link] = at + len(link) if at >= 0 else start
        owner = document if at >= 0 or link not in data.text else data
        line = document.line_at(at) if at >= 0 else owner.line_of(link)
        if link not in judged and len(problems) < MOST:
            judged[link] = _judge(document.uri, link, ids, files, site_url, former)
        found = judged.get(link)
        if found:
            problems.append(Problem(owner.path, line, *found))
    return problems


def target(uri: str, address: str) -> str:
    """The file, from the docs folder, that an address on a page means; empty where it is none."""
    try:
        path = urlsplit(address).path
    except ValueError:
        return ""
    return posixpath.normpath(posixpath.join(posixpath.dirname(uri), unquote(path)))


def _judge(
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
        return "L02", shown, _place_hint(fragment, ids[target])
    return None


def _file_hint(path: str, folder: str, files: set[str]) -> str:
    """The file of the same kind whose own name is much like the one that is missing; a picture is never meant by a page."""
    name, _, kind = posixpath.basename(path).rpartition(".")
    known = {
        posixpath.relpath(each, folder or "."): posixpath.basename(each).rpartition(".")[0]
        for each in files
        if not name or each.endswith(f".{kind}")
    }
    wanted = name or kind
    alike = [
        each
        for each, own in known.items()
        if own.startswith(wanted) or difflib.SequenceMatcher(None, wanted, own).ratio() >= ALIKE
    ]
    return did_you_mean(path, alike, "check the name and the folder")


def _place_hint(fragment: str, ids: Sequence[str]) -> str:
    """The nearest id, or the run of numbered ids that a number has left."""
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
    """The file that an address of the built site comes from."""
    stem = path.removesuffix("/").removesuffix(".html")
    return next((each for each in (f"{stem}.md", f"{stem}/index.md".lstrip("/"), stem) if each in files), None)
