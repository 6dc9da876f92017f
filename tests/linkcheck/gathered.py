"""What the elements of a page refer to and what can be referred to in them, gathered one element after another.

It knows nothing of how the elements were found: in the tree of a parser
(`page`), or in pieces of markup that many pages share (`pieces`).
"""

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Set
from functools import lru_cache
from typing import Any, Protocol

from . import scripts, styles
from .model import Page, Reference, Role
from .references import (
    BELONGS,
    COMMANDS,
    META,
    MICRODATA,
    MISSPELT,
    MISSPELT_NAMES,
    NO_LINKS,
    PAINT,
    POPOVER,
    PRELOADED,
    RELS,
    SEEN,
    SHARED,
    SORTS,
    candidates,
    described,
    link_role,
    rules,
)

Attributes = dict[str, str | None]


class Inner(Protocol):
    """What is within an element."""

    def text(self) -> str: ...


_TITLE = r"(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?"
_UNRENDERED = re.compile(
    rf"!?\[[^\[\]\n]+\]\((?:(?:https?://|mailto:|\.{{0,2}}/|#)[^\s()]*|[^\s()]+\.(?:md|html)(?:#[^\s()]*)?){_TITLE}\)"
    rf"|!\[[^\[\]\n]*\]\([^\s()]+\.\w{{3,4}}{_TITLE}\)"
    r"|\[[A-Za-z][^\[\]\n]* [^\[\]\n]*\]\[[A-Za-z][^\[\]\n]*\]"
    r"|(?<=[\w.,;:!?)\"”])\[\^[\w-]+\](?!\w)"
    r"|\{:[ \t]*[#.][\w-]+(?:[ \t]+[^{}\n]*)?\}"
    r"|-{2,}8<-{2,}[^\n]*"
    r"|\{#[A-Za-z][\w-]*\}"
    r"|(?<!\w):(?:material|octicons|fontawesome|simple)-[\w-]+:"
    r"|:contentReference\[oaicite:[^\]\n]*\]|turn[01]\d*(?:search|view|news)\d+"
    r"|\([^()\n]+\)\[(?:https?://|\.{1,2}/)[^\]\s]+\]"
    r"|\[url=https?://[^\]\s]*\]"
    r"|`[^`<>\n]+<[^`<>\s]+>`_"
    r"|(?<![\w:`]):(?:ref|doc|term|numref|download|(?:py:)?(?:class|func|meth|mod|attr|obj)):`[^`\n]+`"
    r"|(?<![^\n])[ \t]*\[\^[\w-]+\]:(?=\s)"
    r"|(?<![^\n])[ ]{0,3}\[[^\[\]\n]+\]:[ \t]+(?:https?://|\.{1,2}/)\S+"
)
_MARKS = (
    "8<-",
    "](",
    "][",
    "[^",
    "{:",
    "{#",
    ":material-",
    ":octicons-",
    ":fontawesome-",
    ":simple-",
    "[oaicite:",
    "turn0",
    "turn1",
    "[url=http",
    ">`_",
    ":`",
    ")[http",
    ")[.",
    "]: http",
    "]: .",
    "]:  ",
    "]:\t",
)
"""One of these is in all that the pattern finds: a text with none need not be looked through."""
UNSEEN_TEXT = frozenset(("pre", "code", "kbd", "samp", "script", "style", "textarea", "annotation"))
"""Elements whose text is a sample or is not shown."""
_REFRESH = re.compile(
    r"\s*([\d.]+)(?:\s*[;,]\s*|\s+)(?:url\s*=\s*)?(?:\"([^\"]*)|'([^']*)|(.+))", re.IGNORECASE | re.DOTALL
)
_PLACEHOLDER = re.compile(r"\{\{|\{%|\$\{|<%")
_UPWARD = re.compile(r"\b(?:top|up)\b|[↑⇧⬆▲^]", re.IGNORECASE)


class Apart:
    """A tree whose ids and references by id are its own."""

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self.wants: list[tuple[str, str, str]] = []  # element, attribute and id


class Gathered:
    """What is gathered while the elements of one file, or of a piece of one, are looked at."""

    def __init__(self) -> None:
        self.rows: dict[Reference, int] = {}
        self.by_id: dict[Reference, int] = {}  # those that an attribute of SORTS holds
        self.plain: list[str] = []  # addresses of plain links, which are not yet among the rows
        self.count = 0
        self.ids: dict[str, str] = {}  # id -> element
        self.ids_here = self.ids  # of the tree that is looked at
        self.again: Counter[str] = Counter()
        self.inner_ids: dict[str, str] = {}
        self.names: set[str] = set()
        self.maps: set[str] = set()
        self.base: str | None = None
        self.apart: Apart | None = None
        self.in_template = False
        self.canonicals: list[str] = []
        self.og_urls: list[tuple[str, str]] = []
        self.alternates: list[tuple[str, str]] = []
        self.noindex = False
        self.refresh: str | None = None
        self.refresh_at_once = False
        self.remarks: dict[tuple[str, str, str], int] = {}
        self.seals: dict[tuple[str, str], int] = {}
        self.commands: dict[tuple[str, str], int] = {}
        self.names_alone: Counter[str] = Counter()  # names of "a" that are not the id of the same element
        self.errors: list[tuple[str, str]] = []

    def remark(self, code: str, literal: str, what: str) -> None:
        self.remarks[code, literal, what] = 1

    def add(self, element: str, attribute: str, value: str, role: Role) -> None:
        if self.in_template and _PLACEHOLDER.search(value):
            return  # a script fills it in
        self.count += 1
        self.rows[Reference(element, attribute, value, role)] = 1

    def links(self, addresses: list[str]) -> None:
        """Gather from "a" elements that have nothing but a `href`, and in it more than "#"."""
        self.plain += addresses
        self.count += len(addresses)

    def element(self, tag: str, attributes: Attributes, inner: Inner) -> None:
        """Gather from one element, named as in the tree that browsers make."""
        if not SEEN.isdisjoint(attributes):
            if _SEEN_BUT_ID.isdisjoint(attributes):
                self._id(tag, attributes)
            else:
                self._attributes(tag, attributes, inner)
        if tag in SPECIAL:
            SPECIAL[tag](self, tag, attributes, inner)

    def _attributes(self, tag: str, attributes: Attributes, inner: Inner) -> None:
        known, element = rules(tag), tag
        if tag == "script":
            element = _script_kind(attributes)
        for name, value in attributes.items():
            if (rule := known.get(name)) is not None:
                role, split = rule
                if split is candidates:
                    for part, readable in described(value or ""):
                        self.add(tag, name, part, role)
                        if not readable:
                            self.remark(
                                "L27",
                                part,
                                f"what stands after '{part}' in the {name} can't be read, so it is never shown",
                            )
                elif split is not None:
                    for part in split(value or ""):
                        if role is Role.ID and self.apart is not None:
                            self.apart.wants.append((tag, name, part))
                            continue
                        self.add(tag, name, part, role)
                        if (tag, name) in SORTS:
                            self.by_id[Reference(tag, name, part, role)] = 1
                    if name == "commandfor":
                        self.commands[value or "", (attributes.get("command") or "").lower()] = 1
                else:
                    if value == "#" and tag == "a" and not _leads_up(inner, attributes):
                        role = Role.HOLLOW
                    self.add(element, name, value or "", role)
            elif name not in SEEN:
                continue
            elif name in MISSPELT_NAMES:
                self.remark("L17", f'{name}="{value}"', f"<{tag}> has '{name}' where '{MISSPELT_NAMES[name]}' belongs")
            elif name == "href" and tag in NO_LINKS:
                self.remark("L17", f'href="{value}"', f"<{tag}> has an href, and is no link")
            elif name == "id":
                self._id(tag, attributes)
            elif name == "style" or name in PAINT:
                if not value or "(" not in value and "@" not in value:
                    continue
                for address in styles.addresses(value):
                    self.add(tag, name, address, Role.RESOURCE)
            elif name == "integrity":
                address = attributes.get("src" if tag == "script" else "href")
                if value and address:
                    self.seals[address, value] = 1
            elif name == "name" and value:
                if tag == "a":
                    self.names.add(value)
                    self.names_alone[value] += attributes.get("id") != value
                elif tag == "map":
                    if value in self.maps:
                        self.remark("L06", value, f"the map '{value}' stands more than once on this page")
                    self.maps.add(value)

    def _id(self, tag: str, attributes: Attributes) -> None:
        value, ids = attributes["id"], self.ids_here
        if not value or value.split() != [value]:
            self.remark("W12", f'id="{value or ""}"', value or "")
            if not value:
                return
        if value in ids:
            self.again[value] += 1
        else:
            ids[value] = (
                f"{tag} {POPOVER}"
                if POPOVER in attributes
                else ("input hidden" if tag == "input" and (attributes.get("type") or "").lower() == "hidden" else tag)
            )

    def _base(self, tag: str, attributes: Attributes, inner: Inner) -> None:
        if self.base is None and attributes.get("href"):
            self.base = attributes["href"]

    def _link(self, tag: str, attributes: Attributes, inner: Inner) -> None:
        if not self.in_template:
            self._amiss(attributes)
        if "href" not in attributes:
            return
        rel, href = (attributes.get("rel") or "").lower().split(), attributes["href"] or ""
        if "canonical" in rel:
            self.canonicals.append(href)
            return
        if "alternate" in rel and attributes.get("hreflang") and "stylesheet" not in rel:
            self.alternates.append((attributes["hreflang"] or "", href))
        self.add(_link_kind(rel, attributes), "href", href, link_role(" ".join(rel)))

    def _amiss(self, attributes: Attributes) -> None:
        """What keeps a link element from doing anything."""
        rel = (attributes.get("rel") or "").lower().split()
        if "href" not in attributes:
            wrong = next((name for name in attributes if name in MISSPELT["link"]), "")
            if wrong:
                self.remark("L17", f'{wrong}="{attributes[wrong]}"', f"<link> has '{wrong}' where 'href' belongs")
            elif rel and "imagesrcset" not in attributes and "id" not in attributes:
                self.remark("L17", "<link", "<link> has no href")
        elif not rel and not {"itemprop", "property", "rev"} & attributes.keys():
            self.remark("L17", attributes["href"] or "<link", "<link> has no rel, so nothing is done with it")
        for word in rel:
            if word not in RELS and (near := _rel_meant(word)):
                self.remark("L17", f'"{word}"', f"<link> has the rel '{word}' where '{near}' belongs")
        if "preload" in rel:
            loaded = (attributes.get("as") or "").lower()
            if loaded not in PRELOADED:
                self.remark(
                    "W20",
                    attributes.get("href") or "preload",
                    f'browsers pass over a preload as "{loaded}"'
                    if loaded
                    else "a preload has no 'as', without which browsers load nothing ahead",
                )
            elif loaded == "font" and "crossorigin" not in attributes:
                self.remark(
                    "W20",
                    attributes.get("href") or "preload",
                    "a font is loaded twice, as its preload has no 'crossorigin'",
                )

    def _meta(self, tag: str, attributes: Attributes, inner: Inner) -> None:
        content = attributes.get("content") or ""
        name = (attributes.get("property") or attributes.get("name") or "").lower()
        if name in ("og:url", "twitter:url"):
            self.og_urls.append((name, content))
        elif name in SHARED:
            self.add("meta", name, content, Role.WHOLE)
        elif name in META:
            self.add("meta", name, content, Role.META)
        elif name in ("robots", "googlebot"):
            self.noindex = self.noindex or bool(re.search(r"\b(noindex|none)\b", content.lower()))
        elif (attributes.get("http-equiv") or "").lower() == "refresh":
            # WHATWG HTML, section 4.2.5.3, "shared declarative refresh steps"
            if match := _REFRESH.match(content):
                self.refresh = (match[2] or match[3] or match[4] or "").strip()
                self.refresh_at_once = not match[1].strip("0.")
                self.add("meta", "refresh", self.refresh, Role.LINK)
            elif not re.fullmatch(r"\s*[\d.]*\s*[;,]?\s*", content):
                self.errors.append(
                    (
                        f"browsers pass over the refresh '{' '.join(content.split())}'",
                        "begin it with the seconds to wait, as in '0; url=new.html'",
                    )
                )
        elif not MICRODATA.isdisjoint((attributes.get("itemprop") or "").split()):
            self.add("meta", "itemprop", content, Role.META)
        elif name == "msapplication-task":  # Microsoft, "msapplication-task"
            for part in re.finditer(r"(?i)\b(action|icon)-uri\s*=\s*([^;]+)", content):
                self.add("meta", name, part[2].strip(), Role.META)
        elif content[:4].lower() == "http" and re.fullmatch(r"https?://[^\s{}]+", content, re.IGNORECASE):
            self.add("meta", name, content, Role.MENTION)

    def _misspelt(self, tag: str, attributes: Attributes, inner: Inner) -> None:
        belongs = BELONGS[tag]
        if belongs in attributes or "srcset" in attributes or "xlink:href" in attributes:
            return
        for name in attributes:
            if name in MISSPELT[tag]:
                self.remark("L17", f'{name}="{attributes[name]}"', f"<{tag}> has '{name}' where '{belongs}' belongs")
                return
        if (
            tag == "img"
            and not self.in_template
            and not any(name == "id" or name.startswith(("data-", ":", "v-", "x-")) for name in attributes)
        ):
            self.remark("L17", "<img", "<img> has no src")
        elif (
            tag in ("embed", "source", "track")
            and not self.in_template
            and not any(name == "id" or name.startswith(("data-", ":", "v-", "x-")) for name in attributes)
        ):
            self.remark("L17", f"<{tag}", f"<{tag}> has no src")

    def _style(self, tag: str, attributes: Attributes, inner: Inner) -> None:
        for address in styles.addresses(inner.text()):
            self.add("style", "url()", address, Role.RESOURCE)

    def _script(self, tag: str, attributes: Attributes, inner: Inner) -> None:
        kind = (attributes.get("type") or "").partition(";")[0].strip().lower()
        if "src" in attributes:
            return
        if "href" in attributes and not self.is_drawn(inner):
            self._misspelt(tag, attributes, inner)
        for address in scripts.called(inner.text()) if kind in _CODE else ():
            self.add("script", "import", address, Role.RESOURCE)
        if kind == "module":
            for address in scripts.imports(inner.text()):
                self.add("script module", "import", address, Role.RESOURCE)
        if scripts.is_data(kind):
            found, errors = scripts.read(kind, attributes.get("id") or "", inner.text())
            self.errors.extend(errors)
            for row in found:
                self.add(*row)

    def is_drawn(self, inner: Any) -> bool:
        """Whether what is within an element stands in a drawing, too."""
        return bool(inner.drawn)

    def text(self, text: str) -> None:
        """Gather from text that readers see: Markdown that was never made into HTML."""
        for match in _UNRENDERED.finditer(text):
            self.add("text", "", match[0], Role.TEXT)

    def kinds(self) -> Iterator[tuple[Reference, str]]:
        """Ids that name an element of a sort that the attribute can't use."""
        for row in self.by_id:
            if self._is_other(row.value, SORTS[row.element, row.attribute]):
                yield row, self.ids[row.value]
        for value, command in self.commands:
            if self._is_other(value, COMMANDS.get(command, frozenset())):
                yield Reference(f"button {command}", "commandfor", value, Role.ID), self.ids[value]

    def _is_other(self, name: str, sorts: frozenset[str]) -> bool:
        found = self.ids.get(name, "")
        tag, _, state = found.partition(" ")
        fits = not sorts or "-" in tag or state in sorts or (tag in sorts and state != "hidden")
        return bool(found) and not fits  # a custom element may be anything

    def take_in(self) -> None:
        """Make rows of the plain links."""
        self.rows.update(dict.fromkeys(map(plain_link, self.plain), 1))
        self.plain = []

    def absorb(self, other: "Gathered") -> None:
        """Gather what was gathered elsewhere, but for ids and what is within other trees."""
        self.rows.update(other.rows)
        self.by_id.update(other.by_id)
        self.names |= other.names
        self.names_alone += other.names_alone
        self.canonicals += other.canonicals
        self.og_urls += other.og_urls
        self.alternates += other.alternates
        self.noindex = self.noindex or other.noindex
        if other.refresh is not None:
            self.refresh, self.refresh_at_once = other.refresh, other.refresh_at_once
        self.remarks.update(other.remarks)
        self.seals.update(other.seals)
        self.commands.update(other.commands)
        self.errors += other.errors

    def replace(self, old: str, new: str) -> None:
        """Put one text for another in every address."""
        for row in [row for row in self.rows if old in row.value]:
            del self.rows[row]
            self.rows[row._replace(value=row.value.replace(old, new))] = 1
        self.canonicals = [each.replace(old, new) for each in self.canonicals]
        self.og_urls = [(name, each.replace(old, new)) for name, each in self.og_urls]
        self.alternates = [(name.replace(old, new), each.replace(old, new)) for name, each in self.alternates]
        self.remarks = {
            (code, literal.replace(old, new), what.replace(old, new)): 1 for code, literal, what in self.remarks
        }
        self.errors = [(wrong.replace(old, new), hint) for wrong, hint in self.errors]
        self.seals = {(address.replace(old, new), seal.replace(old, new)): 1 for address, seal in self.seals}
        if self.refresh:
            self.refresh = self.refresh.replace(old, new)

    def is_blank(self) -> bool:
        """Whether nothing was gathered that `absorb` takes."""
        return self.refresh is None and not (
            self.rows
            or self.by_id
            or self.names
            or self.canonicals
            or self.og_urls
            or self.alternates
            or self.noindex
            or self.remarks
            or self.seals
            or self.commands
            or self.errors
        )

    def page(self, path: str, kind: str, *, ids: Set[str] | None = None, unread: bool = False) -> Page:
        """The record of the file, in which `ids` are all of its ids if others were gathered apart."""
        self.take_in()
        for name, count in self.names_alone.items():
            if count + (name in self.ids) > 1:
                self.remark("L06", name, f"the name '{name}' stands {count + (name in self.ids)} times on this page")
        return Page(
            path=path,
            kind=kind,
            references=tuple(self.rows),
            count=self.count + len(self.canonicals) + len(self.og_urls),
            ids=frozenset(self.ids) if ids is None else ids,
            inner_ids=frozenset(self.inner_ids),
            repeated=tuple((each, count + 1) for each, count in self.again.items() if count),
            names=frozenset(self.names),
            maps=frozenset(self.maps),
            base=self.base,
            canonicals=tuple(self.canonicals),
            og_urls=tuple(self.og_urls),
            noindex=self.noindex,
            refresh=self.refresh,
            refresh_at_once=self.refresh_at_once,
            alternates=tuple(self.alternates),
            kinds=tuple(self.kinds()),
            remarks=tuple(self.remarks),
            seals=tuple(self.seals),
            errors=tuple(self.errors),
            unread=unread,
        )


def may_say(text: str) -> bool:
    """Whether it is worth looking for Markdown in a text at all: brackets are few, and all that is looked for has them."""
    return any(mark in text for mark in _MARKS)


@lru_cache(maxsize=100_000)
def plain_link(address: str) -> Reference:
    """The reference of an "a" that has nothing but a `href`: the same few stand on thousands of pages."""
    return Reference("a", "href", address, Role.LINK)


_SEEN_BUT_ID = SEEN - {"id"}
_CODE = frozenset(("", "module", "text/javascript", "application/javascript"))
SPECIAL = {
    **dict.fromkeys(MISSPELT, Gathered._misspelt),
    "base": Gathered._base,
    "link": Gathered._link,
    "meta": Gathered._meta,
    "style": Gathered._style,
    "script": Gathered._script,
}


@lru_cache(maxsize=256)
def _rel_meant(word: str) -> str:
    """The word of `rel` that is misspelled so, or ""."""
    return next(iter(difflib.get_close_matches(word, RELS, 1, 0.86)), "")


def _script_kind(attributes: Attributes) -> str:
    """A script as browsers ask for it: some ask whether the host allows it."""
    if (attributes.get("type") or "").strip().lower() == "module":
        return "script module"
    return "script crossorigin" if "crossorigin" in attributes else "script"


def _link_kind(rel: list[str], attributes: Attributes) -> str:
    """A link element by what it loads, where that decides which files fit."""
    if "stylesheet" in rel:
        return "link crossorigin" if "crossorigin" in attributes else "link stylesheet"
    return "link icon" if "icon" in rel or "apple-touch-icon" in rel else "link"


def _leads_up(inner: Inner, attributes: Attributes) -> bool:
    """Whether a link to "#" says that it leads to the top of the page, which it does."""
    said = (inner.text(), *(attributes.get(name) or "" for name in ("aria-label", "title")))
    return any(map(_UPWARD.search, said))
