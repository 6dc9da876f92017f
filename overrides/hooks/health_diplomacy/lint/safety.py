"""Allow-list for contributed HTML, which must not run scripts or load anything from other hosts.

`html.yml` has the list. Pages are checked with the sanitizer nh3, which parses as browsers do (WHATWG HTML, section
13.2).
"""

import re
import textwrap
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import nh3
from diagnostics import Diagnostic
from selectolax.lexbor import LexborHTMLParser, LexborNode

from health_diplomacy.content.documents import Document
from health_diplomacy.lint.markdown import without_code
from health_diplomacy.lint.svg_safety import (
    ALLOWED,
    EVERYWHERE,
    PAINTED,
    REMOVE,
    SCRIPT,
    SVG_ATTRIBUTES,
    SVG_ELEMENTS,
    Reason,
    joined,
    outside_reference,
    refers_outside,
)

ELEMENTS = {tag: set((names or "").split()) for tag, names in ALLOWED["elements"].items()}
REFUSED: dict[str, Reason] = {
    tag: (kind["code"], kind["what"].format(tag), kind["hint"])
    for kind in ALLOWED["refused"]
    for tag in kind["elements"].split()
}

TAG = re.compile(r"<(?P<words>[A-Za-z](?:\"[^\"]*\"|'[^']*'|[^<>\"'])*)>")

NO_HOST = "put the file into docs/ and show it from there, or write a link to it"


@dataclass(frozen=True)
class Refused:
    """Refused HTML. In the source it is match number `index` of `pattern`, if there are `count` matches."""

    reason: Reason
    pattern: str
    index: int
    count: int


def check_page(document: Document, found: list[Refused], data: Document | None = None) -> Iterator[Diagnostic]:
    """Report refused HTML. `data` is the file from which a part of the page is generated.

    Bad:  `<img src="https://example.org/map.png">`   Good:  `<img src="images/map.png" alt="…">`
    """
    owners = [(document, without_code(document)), *([(data, data.text)] if data else [])] if found else []
    for each in found:
        code, message, hint = each.reason
        places = [(*owner, match.start()) for owner in owners for match in re.finditer(each.pattern, owner[1])]
        if len(places) == each.count and (each.count == 1 or not data):
            owner, text, start = places[each.index]
            tag = TAG.match(text, start)
            if code == "M07" and tag:
                _, message, hint = _unknown(textwrap.shorten(tag["words"], 60, placeholder="…"))
            yield Diagnostic(owner.path, owner.line_at(start), code, message, hint)
        else:
            line = document.line_at(document.body_start)
            yield Diagnostic(document.path, line, code, f"{message}; found in the rendered page", hint)


def in_template(html: str) -> str:
    """A page's HTML inside the elements of the site's template."""
    return f"<!doctype html><body><main><article>\n{html}\n</article></main>"


def parse(html: str) -> LexborNode:
    """Parse a page's HTML as browsers do."""
    root = LexborHTMLParser(in_template(html)).root
    assert root
    return root


def refused(html: str) -> list[Refused]:
    """What the sanitizer would remove or change in HTML."""
    root = parse(html)
    facts, rest = _facts(root)
    kept, rest_kept = _facts(parse(CLEANER.clean(f"\n{html}\n")))
    removed = Counter(facts) - Counter(kept)
    lost = {tag for tag, name, _ in removed if not name}
    causes = lost - ELEMENTS.keys() - SVG_ELEMENTS or lost  # a refused element's content is removed with it
    found = []
    for fact in removed:
        tag, name, value = fact
        if tag in lost and (name or tag not in causes):
            continue
        if name == "href" and not joined("https://site.invalid/", value):
            continue  # an invalid URL, reported by `links`
        reason = _attribute_reason(*fact) if name else _element_reason(tag)
        if name:
            in_link = r"|\(\s*<?" if name in {"href", "src"} else ""
            pattern = rf"(?:(?i:(?<![\w-]){re.escape(name)})\s*=\s*[\"']?{in_link}){re.escape(value)}"
            pattern = pattern if value else rf"(?i)(?<![\w-]){re.escape(name)}(?![\w-])"
        else:
            pattern = rf"(?i)<{tag}(?![\w-])"
        similar = [each for each in facts if each[1:] == fact[1:] and (name or each == fact)]
        count = len(similar) if removed[fact] == facts.count(fact) else -1
        found += [Refused(reason, pattern, index, count) for index, each in enumerate(similar) if each == fact]
    if root.css("input:not([type=checkbox]), input:not([disabled])"):
        found.append(Refused(("S03", "<input> is supported only as '- [ ]' in a list", REMOVE), "(?i)<input", 0, 1))
    if not removed and (rest != rest_kept or Counter(facts) != Counter(kept)):
        found.append(
            Refused(
                ("S03", "browsers will read this page's HTML differently from how it is written", REMOVE), "^", 0, 0
            )
        )
    return found


def _facts(root: LexborNode) -> tuple[list[tuple[str, str, str]], str]:
    """`(tag, "", "")` for each element and `(tag, name, value)` for each attribute; text and comments without spaces."""
    facts, rest = [], []
    for node in root.traverse(include_text=True):
        if node.tag and not node.tag.startswith("-"):
            facts += [(node.tag, "", ""), *((node.tag, name, value or "") for name, value in node.attributes.items())]
        else:
            rest += (node.html or "").split()
    return facts, "".join(rest)


def _filter(tag: str, name: str, value: str) -> str | None:
    """Keep an allowed attribute only if its value is harmless."""
    if tag in SVG_ELEMENTS and tag not in ELEMENTS:
        harmless = name != "style" and not refers_outside(tag, name, value)
    elif name == "src":
        harmless = _is_local(value)
    elif name == "srcset":
        harmless = all(map(_is_local, re.split(r"[\s,]+", value)))
    else:
        harmless = True
    return value if harmless else None


CLEANER = nh3.Cleaner(
    tags=set(ELEMENTS) | SVG_ELEMENTS,
    attributes={"*": EVERYWHERE, **dict.fromkeys(SVG_ELEMENTS, SVG_ATTRIBUTES), **ELEMENTS},
    attribute_filter=_filter,
    generic_attribute_prefixes={"aria-"},
    strip_comments=False,
    link_rel=None,
)


def _is_local(address: str) -> bool:
    """Whether a URL is relative on any host and from a folder; `https:map.png` is relative only on HTTPS."""
    return all(joined(base, address).startswith(base) for base in ("https://site.invalid/", "file:///"))


def _element_reason(tag: str) -> Reason:
    known = tag in ELEMENTS or tag in SVG_ELEMENTS
    return REFUSED.get(tag) or (("S03", f"<{tag}> is not allowed here", REMOVE) if known else _unknown(tag))


def _unknown(words: str) -> Reason:
    hint = f"write '&lt;{words}&gt;', or remove the characters < and >"
    return "M07", f"'<{words}>' is not an HTML element, so it is not shown", hint


def _attribute_reason(tag: str, name: str, value: str) -> Reason:
    if name.startswith("on") and value:
        return "S01", f"'{name}' on <{tag}> could run a script", REMOVE
    if name == "style":
        code, message, hint = REFUSED["style"]
        return code, message.replace("<style>", f"'style' on <{tag}>"), hint
    shown = " ".join(value.split())[:80]
    is_script = bool(SCRIPT.match(joined("file:///", value)))
    if name in {"src", "srcset"}:
        what = f"'{shown}' is not the address of a file" if is_script else f"<{tag}> loads '{shown}' from another host"
        return "S02", what, NO_HOST
    if name.endswith("href") and is_script:
        return "S01", f"'{shown}' is a script, not an address", "write the address of a page"
    if (tag in SVG_ELEMENTS and tag not in ELEMENTS) and (name in PAINTED or name.endswith("href")):
        return outside_reference(tag, name, value)
    if name == "href":
        return "S03", f"'{shown}' is not an address that readers can open", "write the address of a page"
    return "S03", f"'{name}' on <{tag}> is not supported", REMOVE
