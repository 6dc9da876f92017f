"""Allow-list for contributed HTML, which must not run scripts or load anything from other hosts.

`html.yml` has the list. Elements and attributes are checked as parsed by browsers' rules (WHATWG HTML, section 13.2);
then the sanitizer nh3, which has a parser of its own, must leave the page as it is.
"""

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

import nh3
from diagnostics import Diagnostic
from selectolax.lexbor import LexborHTMLParser, LexborNode

from health_diplomacy.content.documents import Document
from health_diplomacy.lint.markdown import without_code
from health_diplomacy.lint.svg_safety import (
    ALLOWED,
    EVERYWHERE,
    REMOVE,
    SVG_ATTRIBUTES,
    SVG_ELEMENTS,
    Reason,
    is_script,
    joined,
    reference_reason,
)

ELEMENTS = {tag: set((names or "").split()) for tag, names in ALLOWED["elements"].items()}
REFUSED: dict[str, Reason] = {
    tag: (kind["code"], kind["what"].format(tag), kind["hint"])
    for kind in ALLOWED["refused"]
    for tag in kind["elements"].split()
}
CLEANER = nh3.Cleaner(
    tags=set(ELEMENTS) | SVG_ELEMENTS,
    attributes={"*": EVERYWHERE, **dict.fromkeys(SVG_ELEMENTS, SVG_ATTRIBUTES), **ELEMENTS},
    generic_attribute_prefixes={"aria-"},
    strip_comments=False,
    link_rel=None,
)

ARTICLE = "<!doctype html><body><article>\n{}\n</article>"
NAMESPACE = re.compile("(?:xlink|xml|xmlns):")


def in_template(html: str) -> str:
    """A page's HTML inside the elements of the site's template."""
    return f"<!doctype html><body><main><article>\n{html}\n</article></main>"


def parse(html: str) -> LexborNode:
    """Parse a page as browsers do."""
    root = LexborHTMLParser(html).root
    assert root
    return root


def check_page(
    document: Document, html: str, data: Document | None = None, tags_match: bool = True
) -> Iterator[Diagnostic]:
    """Report refused HTML of a rendered page. `data` is the file from which a part of the page is generated.

    The n-th occurrence in the page is the n-th in its sources; if the counts differ, the page's first line is reported.
    Browsers repair tags that don't match, so such a page isn't compared with what they make of it.
    """
    root = parse(ARTICLE.format(html))
    parts = list(_parts(root))
    first_line = document.line_at(document.body_start)
    if not any(reason for _, _, reason in parts):
        if tags_match and _content(root) != _content(parse(ARTICLE.format(CLEANER.clean(f"\n{html}\n")))):
            what = "browsers will read this page's HTML differently from how it is written"
            yield Diagnostic(document.path, first_line, "S03", what, REMOVE)
        return
    sources = [(document, without_code(document)), *([(data, data.text)] if data else [])]
    total = Counter((name, value) for name, value, _ in parts)
    seen: Counter[tuple[str, str]] = Counter()
    for name, value, reason in parts:
        seen[name, value] += 1
        if not reason:
            continue
        code, message, hint = reason
        pattern, count = _pattern(name, value), total[name, value]
        places = [(owner, match.start()) for owner, text in sources for match in re.finditer(pattern, text)]
        if len(places) == count and (count == 1 or not data):
            owner, start = places[seen[name, value] - 1]
            yield Diagnostic(owner.path, owner.line_at(start), code, message, hint)
        else:
            yield Diagnostic(document.path, first_line, code, f"{message}; found in the rendered page", hint)


def _parts(root: LexborNode) -> Iterator[tuple[str, str, Reason | None]]:
    """`("<tag", "")` for each element and `(name, value)` for each attribute, with the reason if it is refused."""
    for node in root.traverse():
        tag = node.tag or "-"  # a processing instruction has none
        if tag.startswith("-"):
            continue
        attributes = {name: value or "" for name, value in node.attributes.items()}
        reason = _element_reason(tag, attributes, _is_in_drawing(node))
        yield f"<{tag}", "", reason
        for name, value in attributes.items():
            yield name, value, None if reason else _attribute_reason(tag, name, value)


def _is_in_drawing(node: LexborNode | None) -> bool:
    while node and node.tag != "svg":
        node = node.parent
    return node is not None


def _pattern(name: str, value: str) -> str:
    """A pattern for an element or attribute in HTML or Markdown."""
    begin = "" if name.startswith("<") else r"(?<![\w-])"
    if not value:
        inside = r"[<{][^<>{}]*?" if begin else ""
        return rf"(?i){inside}{begin}{re.escape(name)}(?![\w-])"
    in_link = r"|\(\s*<?" if name in {"href", "src"} else ""
    return rf"(?:(?i:{begin}{re.escape(name)})\s*=\s*[\"']?{in_link}){re.escape(value)}"


def _content(root: LexborNode) -> tuple[Counter[tuple[str, ...]], str]:
    """All elements and attributes, and the text and comments with whitespace removed."""
    markup: Counter[tuple[str, ...]] = Counter()
    text = []
    for node in root.traverse(include_text=True):
        if node.tag and not node.tag.startswith("-"):
            markup.update([(node.tag,), *((node.tag, name, value or "") for name, value in node.attributes.items())])
        else:
            text += (node.html or "").split()
    return markup, "".join(text)


def _is_local(address: str) -> bool:
    """Whether a URL stays on the site when resolved against a host or a folder.

    Both are tried, because `https:map.png` is relative only on HTTPS.
    """
    return all(joined(base, address).startswith(base) for base in ("https://site.invalid/", "file:///"))


def _element_reason(tag: str, attributes: dict[str, str], is_in_drawing: bool) -> Reason | None:
    if tag == "input" and (attributes.get("type") != "checkbox" or "disabled" not in attributes):
        return "S03", "<input> is supported only as '- [ ]' in a list", REMOVE
    if tag in ELEMENTS or (tag in SVG_ELEMENTS and is_in_drawing) or tag in {"html", "head", "body"}:
        return None
    unknown = f"'<{tag}>' is not an HTML element, so it is not shown"
    return REFUSED.get(tag, ("M07", unknown, "write '&lt;' in place of '<', or remove the characters < and >"))


def _attribute_reason(tag: str, name: str, value: str) -> Reason | None:
    local = NAMESPACE.sub("", name)
    shown = " ".join(value.split())[:80]
    if name.startswith("on") and value:
        return "S01", f"'{name}' on <{tag}> could run a script", REMOVE
    if name == "style":
        code, message, hint = REFUSED["style"]
        return code, message.replace("<style>", f"'style' on <{tag}>"), hint
    if local not in ELEMENTS.get(tag, SVG_ATTRIBUTES) | EVERYWHERE and not name.startswith("aria-"):
        return "S03", f"'{name}' on <{tag}> is not supported", REMOVE
    if tag not in ELEMENTS:
        return reference_reason(tag, local, value)
    if name in {"src", "srcset"} and not all(
        map(_is_local, re.split(r"[\s,]+", value) if name == "srcset" else [value])
    ):
        what = f"<{tag}> loads '{shown}' from another host"
        if is_script(value):
            what = f"'{shown}' is not the address of a file"
        return "S02", what, "put the file into docs/ and show it from there, or write a link to it"
    if local == "href" and is_script(value):
        return "S01", f"'{shown}' is a script, not an address", "write the address of a page"
    address = joined("https://site.invalid/", value)  # an invalid one is reported by `links`
    if local == "href" and address and urlsplit(address).scheme not in nh3.ALLOWED_URL_SCHEMES:
        return "S03", f"'{shown}' is not an address that readers can open", "write the address of a page"
    return None
