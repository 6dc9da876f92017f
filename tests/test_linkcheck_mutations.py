"""The built site with references broken: exactly those must be reported, with page and line.

The link checker's own cases are small; here each fault is one of thousands of references that work. One reference of
each sort that the site has is broken, all in one copy of the site. Which one is drawn at random, with the name of the
sort as seed, so that a failure can be repeated.
"""

import html
import random
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from linkcheck import check
from linkcheck.model import Reference, Role
from linkcheck.site import Site

from tests.reading import SITE_URL

SITE_URLS = {"hosted": SITE_URL, "offline": ""}
CODES = {
    Role.ID: "L07",
    Role.SITEMAP: "L09",
    Role.SEARCH: "L10",
    **dict.fromkeys((Role.LINK, Role.RESOURCE, Role.META, Role.MENTION), "L01"),
}
SORTS = {"a href", "blockquote cite", "form action", "img src", "link canonical", "link resource href", "script src"}
SORTS |= {"style url()", "search location", "input aria-controls", "label for", "section aria-labelledby"}
"""What both editions have at least."""
FOR_MACHINES = {Role.META, Role.MENTION, Role.SITEMAP}
"""What the offline copy has no readers for."""


class Written(NamedTuple):
    """A reference of a built site as it is written in a file."""

    path: str
    value: str
    role: Role | None


def references_of(site: Path, edition: str) -> dict[str, list[Written]]:
    """Every reference of a built site, by its sort."""
    sorts: dict[str, list[Written]] = {}
    for record in Site.of_folder(site, SITE_URLS[edition] or None).read_records():
        if record.path.endswith(".gz"):
            continue
        for reference in (*record.references, *record.id_references):
            written = Written(record.path, reference.value, reference.role)
            sorts.setdefault(sort_of(reference), []).append(written)
        for value in record.canonicals:
            sorts.setdefault("link canonical", []).append(Written(record.path, value, None))
    return sorts


def sort_of(reference: Reference) -> str:
    """The name of a sort of references."""
    role = reference.role.name.lower() if reference.element == "link" else ""
    return " ".join(filter(None, (reference.element, role, reference.attribute)))


def pattern(sort: str, value: str) -> str:
    """What finds a reference of a sort in a built file."""
    it = f"(?P<it>{re.escape(value)}|{re.escape(html.escape(value))})"
    element, _, attribute = sort.partition(" ")
    patterns = {
        "link canonical": rf'<link\b[^<>]*\brel="canonical"[^<>]*\bhref="{it}"',
        "search location": rf'"location":\s*"{it}"',
        "script ld+json": rf'(?s)<script type="application/ld\+json">(?:(?!</script>).)*?"{it}"',
        **dict.fromkeys(("feed url", "manifest start_url", "manifest scope"), rf'"{attribute}":\s*"{it}"'),
        "style": rf"url\(['\"]?{it}['\"]?\)",
        "sitemap": rf"<loc>{it}</loc>",
        "meta": rf'<meta\b[^<>]*"{re.escape(attribute)}"[^<>]*\scontent="{it}"',
        "text": rf"{it}(?=[\s)}}\]>.,]|$)",
        **dict.fromkeys(("json", "feed", "manifest"), rf'"{it}"'),
    }
    attribute_of_element = rf'<{element}\b[^<>]*?\s{attribute.split()[-1]}="(?:[^"]*\s)?{it}(?:\s[^"]*)?"'
    return patterns.get(sort) or patterns.get(element, attribute_of_element)


def gone(value: str) -> str:
    """An address beside this one, where nothing is."""
    path, mark, fragment = value.partition("#")
    if re.fullmatch(r"[./]*", path):
        path = path.rstrip("/") + ("/" if path else "") + "gone/"
    elif path.endswith("/"):
        path = f"{path[:-1]}-gone/"
    else:
        stem, dot, ending = path.rpartition(".") if "." in path.rpartition("/")[2] else (path, "", "")
        path = f"{stem}-gone{dot}{ending}"
    return path + mark + fragment


def is_inner(value: str) -> bool:
    """Whether an address leads to a file of the site."""
    return value.startswith(SITE_URL) or not re.match(r"[a-z+]+:|//|#|$", value)


def is_below(value: str) -> bool:
    """Whether an address leads to a file of the site, and not to its root: an address beside that is another site's."""
    return is_inner(value) and value != SITE_URL


def has_fragment(value: str) -> bool:
    return re.search(r"#\w", value) is not None and (value[0] == "#" or is_inner(value))


class Fault(NamedTuple):
    """A way to break one of the references that fit."""

    sort: str
    code: str
    write: Callable[[str], str] = gone
    fits: Callable[[str], bool] = is_below


def faults_of(sorts: dict[str, list[Written]], edition: str) -> Iterator[Fault]:
    """One fault in each sort of references that the site has."""
    for sort, (first, *_) in sorted(sorts.items()):
        role = first.role
        if role is Role.ID:
            yield Fault(sort, "L07", "{}-gone".format, lambda value: True)
        elif role is None:
            if edition == "hosted":
                yield Fault(sort, "L08")
        elif role in CODES and (edition == "hosted" or role not in FOR_MACHINES):
            if any(is_below(each.value) for each in sorts[sort]):
                yield Fault(sort, CODES[role])
            if sort in ("a href", "blockquote cite", "search location"):
                yield Fault(sort, "L10" if role is Role.SEARCH else "L02", "{}-gone".format, has_fragment)


def test_each_broken_reference_is_reported_where_it_is_and_nothing_else(site_of_edition, edition, tmp_path):
    site = shutil.copytree(site_of_edition, tmp_path / "site")
    sorts = references_of(site, edition)
    assert sorts.keys() >= SORTS
    texts = {path: (site / path).read_text(encoding="utf-8") for listed in sorts.values() for path, *_ in listed}
    expected: set[str] = set()
    edits: dict[str, dict[tuple[int, int], str]] = {}
    for fault in faults_of(sorts, edition):
        chance = random.Random(f"{edition} {fault.sort} {fault.code}")
        path, value, _ = chance.choice([each for each in sorts[fault.sort] if fault.fits(each.value)])
        places = [found.span("it") for found in re.finditer(pattern(fault.sort, value), texts[path])]
        start, end = chance.choice([place for place in places if place not in edits.get(path, {})])
        written = fault.write(value).replace("gone", f"gone{len(expected)}")  # the same twice is reported once
        edits.setdefault(path, {})[start, end] = html.escape(written)
        line = texts[path].count("\n", 0, start) + 1
        expected.add(f"{path}:{line} {fault.code} {written}")
    for path, changes in edits.items():
        text = texts[path]
        for (start, end), written in sorted(changes.items(), reverse=True):
            text = text[:start] + written + text[end:]
        (site / path).write_text(text, encoding="utf-8")

    faults = check(site, site_url=SITE_URLS[edition])

    assert {f"{each.page}:{each.line} {each.code} {each.reference}" for each in faults} == expected
