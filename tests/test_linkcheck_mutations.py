"""The built site with references broken: exactly those must be reported, with page and line.

The link checker's own cases are small; here each fault is one of thousands of references that work. All faults of an
edition are made in one copy of the site, each at a place of its own. The places are drawn at random, with the name of
the fault as seed, so that a failure can be repeated.
"""

import html
import os
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from linkcheck import check
from linkcheck.model import Reference, Role
from linkcheck.site import Site

from tests.conftest import SITE_URL

EDITIONS = {"hosted": SITE_URL, "offline": ""}


class Spots:
    """Every reference of a built site, by its sort, as it is written in the files."""

    def __init__(self, folder: Path, edition: str) -> None:
        self.folder = folder
        self.sorts: dict[str, list[tuple[str, str]]] = {}
        self.roles: dict[str, Role] = {}
        self._used: set[tuple[str, int]] = set()
        for record in Site.of_folder(folder, EDITIONS[edition] or None).read_records():
            if record.path.endswith(".gz"):
                continue
            for reference in (*record.references, *record.id_references):
                self.sorts.setdefault(sort_of(reference), []).append((record.path, reference.value))
                self.roles[sort_of(reference)] = reference.role
            for value in record.canonicals:
                self.sorts.setdefault("link canonical", []).append((record.path, value))

    def draw(self, sort: str, seed: str, fit: Callable[[str], bool]) -> tuple[str, str, int, int]:
        """The path, value, start and end of a reference of this sort that fits and has not been drawn before."""
        chance = random.Random(seed)
        fitting = [(path, value) for path, value in self.sorts.get(sort, []) if fit(value)]
        assert fitting, f"{seed}: the site has no {sort} that can be broken so"
        for path, value in chance.sample(fitting, len(fitting)):
            text = (self.folder / path).read_text("utf-8")
            places = [found.span("it") for found in re.finditer(pattern(sort, value), text)]
            assert places, f"{path} has no {sort} '{value}'"
            free = [(start, end) for start, end in places if (path, start) not in self._used]
            if free:
                start, end = chance.choice(free)
                self._used.add((path, start))
                return path, value, start, end
        raise AssertionError(f"{seed}: every {sort} is used already")


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
    """Whether it leads to a file of the site, and not to its root: an address beside that is another site's."""
    return is_inner(value) and value != SITE_URL


def to_page(value: str) -> bool:
    """Whether it is relative and leads to another page."""
    return bool(re.match(r"(?:\.\./)*\w", value)) and is_inner(value) and not value.startswith("http")


def with_fragment(value: str) -> bool:
    return re.search(r"#\w", value) is not None and (value[0] == "#" or is_inner(value))


def anything(value: str) -> bool:
    return True


class Fault(NamedTuple):
    """One way to break a reference."""

    name: str
    sort: str
    write: Callable[[str], str]
    code: str
    fit: Callable[[str], bool] = to_page
    editions: tuple[str, ...] = tuple(EDITIONS)


def link(name: str, write: Callable[[str], str], code: str, **more: Any) -> Fault:
    return Fault(name, "a href", write, code, **more)


OFFLINE = ("offline",)
FAULTS = [
    link("another letter case", lambda value: re.sub(r"[a-z]", lambda m: m[0].upper(), value, count=1), "L01"),
    link(
        "a Markdown file",
        lambda value: re.sub(r"(\.html|/)(#.*)?$", ".md", value),
        "L01",
        fit=lambda value: to_page(value) and re.search(r"(?<!index)(\.html|\w/)(#.*)?$", value) is not None,
        editions=OFFLINE,
    ),
    link("from the root", lambda value: "/" + re.sub(r"^(\.\./)*", "", value), "L03"),
    link("above the site", lambda value: "../../../../" + value, "L05"),
    link(
        "a folder",
        lambda value: re.sub(r"index\.html(#.*)?$", "", value),
        "L04",
        fit=lambda value: to_page(value) and re.search(r"/index\.html(#.*)?$", value) is not None,
        editions=OFFLINE,
    ),
    link("half a mail address", lambda _: "mailto:nobody", "W04"),
    link("a misspelled scheme", lambda _: "htps://elsewhere.example/", "L12"),
    link("a DOI", lambda _: "doi:10.1000/182", "L12"),
    link("this machine", lambda _: "http://localhost:8000/", "L13"),
    link("a file of this machine", lambda _: "file:///srv/map.html", "L13"),
    link("a template", lambda _: "{{ page.url }}", "L13"),
    link("empty", lambda _: "", "W01"),
    *(
        Fault(f"{name} {sort}", sort, lambda _, written=written: written, code)
        for name, written, code in (("another host", "https://cdn.example/site", "L11"), ("nothing", "", "L14"))
        for sort in ("link resource href", "script src")
    ),
    *(
        Fault(f"missing part {sort}", sort, "{}-gone".format, code, with_fragment, editions)
        for sort, code, editions in (
            ("a href", "L02", tuple(EDITIONS)),
            ("blockquote cite", "L02", tuple(EDITIONS)),
            ("json string", "L02", ("hosted",)),
            ("search location", "L10", tuple(EDITIONS)),
        )
    ),
]
BY_ROLE = {
    Role.ID: "L07",
    Role.SITEMAP: "L09",
    Role.SEARCH: "L10",
    **dict.fromkeys((Role.LINK, Role.RESOURCE, Role.META, Role.MENTION), "L01"),
}
FOR_MACHINES = frozenset((Role.META, Role.MENTION, Role.SITEMAP))
"""What the offline copy has no readers for."""


def faults_of(spots: Spots, edition: str) -> list[Fault]:
    """The faults of an edition: those above, and one in each sort of references that the site has."""
    found = [fault for fault in FAULTS if edition in fault.editions]
    if edition == "hosted":
        found.append(Fault("gone link canonical", "link canonical", gone, "L08", is_below))
    for sort, role in sorted(spots.roles.items()):
        if role is Role.ID:
            found.append(Fault(f"gone {sort}", sort, "{}-gone".format, "L07", anything))
        elif (
            role in BY_ROLE
            and (edition == "hosted" or role not in FOR_MACHINES)
            and any(is_below(value) for _, value in spots.sorts[sort])
        ):
            found.append(Fault(f"gone {sort}", sort, gone, BY_ROLE[role], is_below))
    return found


@pytest.fixture(scope="session")
def spots(hosted: Path, offline: Path) -> dict[str, Spots]:
    return {"hosted": Spots(hosted, "hosted"), "offline": Spots(offline, "offline")}


def copied(site: Path, target: Path) -> Path:
    """A copy of a site that shares its files; replace one by `rewrite`."""
    shutil.copytree(site, target, copy_function=os.link)
    return target


def rewrite(file: Path, text: str) -> None:
    file.unlink()
    file.write_text(text, "utf-8")


@pytest.mark.parametrize("edition", EDITIONS)
def test_each_broken_reference_is_reported_where_it_is_and_nothing_else(edition, spots, tmp_path):
    site = spots[edition]
    target = copied(site.folder, tmp_path / "site")
    expected: dict[Any, Any] = {}
    edits: dict[Any, Any] = {}
    faults = faults_of(site, edition)
    assert {"a href", "script src", "link resource href", "style url()", "search location"} <= {
        fault.sort for fault in faults
    }
    for fault in faults:
        path, value, start, end = site.draw(fault.sort, f"{edition} {fault.name}", fault.fit)
        written = fault.write(value).replace("gone", f"gone{len(expected)}")  # the same twice is reported once
        edits.setdefault(path, []).append((start, end, html.escape(written)))
        line = (site.folder / path).read_text("utf-8").count("\n", 0, start) + 1
        shown = written or f'{fault.sort.split()[-1]}=""'  # an empty attribute is reported by its name
        expected[fault.name] = f"{path}:{line} {fault.code} {shown}"
    for path, changes in edits.items():
        text = (site.folder / path).read_text("utf-8")
        for start, end, written in sorted(changes, reverse=True):
            text = text[:start] + written + text[end:]
        rewrite(target / path, text)

    found = {
        f"{each.page}:{each.line} {each.code} {each.reference}" for each in check(target, site_url=EDITIONS[edition])
    }

    assert {name: line for name, line in expected.items() if line not in found} == {}
    assert found - set(expected.values()) == set()


@pytest.mark.parametrize("edition", EDITIONS)
def test_an_id_given_twice_is_reported_once(edition, spots, tmp_path):
    site = spots[edition]
    path, value = random.Random(edition).choice(site.sorts["section aria-labelledby"])
    target, text = copied(site.folder, tmp_path / "site"), (site.folder / path).read_text("utf-8")
    rewrite(target / path, text.replace("</body>", f'<p id="{value}"></body>'))
    faults = check(target, site_url=EDITIONS[edition])
    assert [(each.page, each.code, each.reference) for each in faults] == [(path, "L06", value)]


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_page_that_is_gone_is_reported_for_every_page_that_leads_to_it(edition, spots, tmp_path):
    name = "glossary/index.html" if edition == "hosted" else "glossary.html"
    target = copied(spots[edition].folder, tmp_path / "site")
    (target / name).unlink()
    faults = check(target, site_url=EDITIONS[edition])
    assert faults and {each.code for each in faults} <= {"L01", "L09", "L10"}
    wanting = {path for path, value in spots[edition].sorts["a href"] if "glossary" in value}
    reported = re.search(r"\(on (\d+) pages\)", "".join(each.message for each in faults))
    assert reported and int(reported[1]) >= len(wanting - {name}) > 3
