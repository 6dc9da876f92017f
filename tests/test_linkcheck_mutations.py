"""The built site with one reference broken: exactly that must be told, with page and line.

The link checker's cases are small and made for it; here the fault is hidden
among thousands of references that are whole. Which one is broken is drawn at
random, by a seed that is the name of the case, so that a failure comes again.
The sorts of references that matter most are a case each; those that the site
has besides are broken one after another.
"""

import html
import os
import random
import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import pytest
from diagnostics import Diagnostic
from linkcheck import check
from linkcheck.model import Reference, Role
from linkcheck.site import Site

from tests.conftest import SITE_URL

EDITIONS = {"hosted": SITE_URL, "offline": ""}


class Spot(NamedTuple):
    """One reference at one place of a built file."""

    path: str
    value: str
    at: int
    end: int


class Spots:
    """Every reference of a built site, by its sort, as it stands in the files."""

    def __init__(self, folder: Path, edition: str) -> None:
        self.folder, self.edition = folder, edition
        self.sorts: dict[str, list[tuple[str, str]]] = {}
        self.roles: dict[str, Role] = {}
        for record in Site.of_folder(folder, EDITIONS[edition] or None).read_records():
            if record.path.endswith(".gz"):
                continue
            for reference in (*record.references, *record.id_references):
                self.sorts.setdefault(sort_of(reference), []).append((record.path, reference.value))
                self.roles[sort_of(reference)] = reference.role
            for value in record.canonicals:
                self.sorts.setdefault("link canonical", []).append((record.path, value))

    def draw(self, sort: str, seed: str, fit: Callable[[str], bool]) -> Spot:
        """One place of a reference of this sort whose value fits, drawn by a seed."""
        if sort not in self.sorts:
            pytest.skip(f"the {self.edition} site has no {sort}")
        chance = random.Random(seed)
        fitting = [(path, value) for path, value in self.sorts[sort] if fit(value)]
        assert fitting, f"no {sort} of the {self.edition} site can be broken so"
        path, value = chance.choice(fitting)
        text = (self.folder / path).read_text("utf-8")
        places = list(re.finditer(pattern(sort, value), text))
        assert places, f"{path} has no {sort} '{value}'"
        found = chance.choice(places)
        return Spot(path, value, *found.span("it"))


def sort_of(reference: Reference) -> str:
    """The name of a sort of references."""
    role = reference.role.name.lower() if reference.element == "link" else ""
    return " ".join(filter(None, (reference.element, role, reference.attribute)))


def pattern(sort: str, value: str) -> str:
    """What finds a reference of a sort in a built file."""
    it = f"(?P<it>{re.escape(value)}|{re.escape(html.escape(value))})"
    element, _, attribute = sort.partition(" ")
    if sort == "link canonical":
        return rf'<link\b[^<>]*\brel="canonical"[^<>]*\bhref="{it}"'
    if element == "style":
        return rf"url\(['\"]?{it}['\"]?\)"
    if element == "sitemap":
        return rf"<loc>{it}</loc>"
    if sort == "search location":
        return rf'"location":\s*"{it}"'
    if sort == "script ld+json":
        return rf'(?s)<script type="application/ld\+json">(?:(?!</script>).)*?"{it}"'
    if element == "meta":
        return rf'<meta\b[^<>]*"{re.escape(attribute)}"[^<>]*\scontent="{it}"'
    if element == "llms":
        return rf"\]\({it}\)"
    if element == "text":
        return rf"{it}(?=[\s)}}\]>.,]|$)"
    if sort in ("manifest start_url", "manifest scope"):
        return rf'"{attribute}":\s*"{it}"'
    if element in ("json", "feed", "manifest"):
        return rf'"{it}"'
    return rf'<{element}\b[^<>]*?\s{attribute.split()[-1]}="(?:[^"]*\s)?{it}(?:\s[^"]*)?"'


def found_in(folder: Path, edition: str, target: Path, spot: Spot, written: str) -> tuple[list[Diagnostic], int]:
    """The faults of a copy of the site in which something else stands at one place, and the line of that place."""
    shutil.copytree(folder, target, copy_function=_share)
    text = (folder / spot.path).read_text("utf-8")
    (target / spot.path).unlink()
    (target / spot.path).write_text(text[: spot.at] + written + text[spot.end :], "utf-8")
    return check(target, site_url=EDITIONS[edition]), text.count("\n", 0, spot.at) + 1


def _share(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


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


def tell(faults: list[Diagnostic]) -> str:
    """The faults in a form to compare and to read."""
    return "\n".join(f"{each.page}:{each.line} {each.code} {each.reference}" for each in faults)


SORTS = {
    # sort: the code that tells of it when nothing is there, and codes that may follow from it
    "a href": ("L01", "W05"),
    "blockquote cite": ("L01", ""),
    "json string": ("L01", ""),
    "label for": ("L07", ""),
    "link canonical": ("L08", ""),
    "link resource href": ("L01", ""),
    "script ld+json": ("L01", ""),
    "script src": ("L01", ""),
    "search location": ("L10", ""),
    "section aria-labelledby": ("L07", ""),
    "sitemap loc": ("L09", ""),
    "style url()": ("L01", ""),
}
ONLY_HOSTED = frozenset(("json string", "link canonical", "script ld+json", "sitemap loc"))
"""What is there for those who read the hosted site."""


def _both(sorts: Iterable[str]) -> list[tuple[str, str]]:
    """The editions in which each of some sorts matters."""
    return [(edition, sort) for sort in sorts for edition in EDITIONS if edition == "hosted" or sort not in ONLY_HOSTED]


@pytest.fixture(scope="session")
def spots(hosted: Path, offline: Path) -> dict[str, Spots]:
    return {"hosted": Spots(hosted, "hosted"), "offline": Spots(offline, "offline")}


BY_ROLE = {
    Role.ID: "L07",
    Role.SITEMAP: "L09",
    Role.SEARCH: "L10",
    **dict.fromkeys((Role.LINK, Role.RESOURCE, Role.META, Role.MENTION), "L01"),
}
FOR_MACHINES = frozenset((Role.META, Role.MENTION, Role.SITEMAP))


@pytest.mark.parametrize("edition", EDITIONS)
def test_each_other_sort_that_the_site_has_is_told_when_it_is_broken(edition, spots, tmp_path):
    for number, sort in enumerate(sorted(spots[edition].sorts.keys() - SORTS)):
        role = spots[edition].roles[sort]
        is_id = role is Role.ID
        if (
            role not in BY_ROLE
            or (edition == "offline" and role in FOR_MACHINES)
            or not any(is_id or is_below(value) for _, value in spots[edition].sorts[sort])
        ):
            continue
        fit = (lambda value: True) if is_id else is_below
        spot = spots[edition].draw(sort, f"{edition} {sort}", fit)
        written = f"{spot.value}-gone" if is_id else gone(spot.value)
        faults, line = found_in(spots[edition].folder, edition, tmp_path / str(number), spot, html.escape(written))
        assert tell(faults) == f"{spot.path}:{line} {BY_ROLE[role]} {written}"


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_site_as_it_was_built_has_no_fault(edition, spots):
    faults = check(spots[edition].folder, site_url=EDITIONS[edition])
    assert not faults, tell(faults)


@pytest.mark.parametrize("edition, sort", _both(SORTS))
def test_a_broken_reference_is_told_where_it_stands_and_nothing_else(edition, sort, spots, tmp_path):
    code, consequence = SORTS[sort]
    by_id = code == "L07"
    spot = spots[edition].draw(sort, f"{edition} {sort}", (lambda value: True) if by_id else is_below)
    written = f"{spot.value}-gone" if by_id else gone(spot.value)
    faults, line = found_in(spots[edition].folder, edition, tmp_path / "site", spot, html.escape(written))
    told = [each for each in faults if each.code not in consequence.split() or each.reference == written]
    assert tell(told) == f"{spot.path}:{line} {code} {written}"


@pytest.mark.parametrize("edition, sort", _both(("a href", "blockquote cite", "json string", "search location")))
def test_a_missing_part_of_a_page_is_told_where_it_is_named(edition, sort, spots, tmp_path):
    spot = spots[edition].draw(
        sort,
        f"{edition} {sort} #",
        lambda value: re.search(r"#\w", value) is not None and (value[0] == "#" or is_inner(value)),
    )
    written = f"{spot.value}-gone"
    faults, line = found_in(spots[edition].folder, edition, tmp_path / "site", spot, written)
    code = "L10" if sort == "search location" else "L02"
    assert tell(faults) == f"{spot.path}:{line} {code} {written}"


LINKS: dict[str, tuple[str, Callable[[str], str], str, Callable[[str], bool]]] = {
    # what is wrong: editions, what is written, code, which links can be broken so
    "another letter case": (
        "hosted offline",
        lambda value: re.sub(r"[a-z]", lambda m: m[0].upper(), value, count=1),
        "L01",
        to_page,
    ),
    "a Markdown file": (
        "offline",
        lambda value: re.sub(r"(\.html|/)(#.*)?$", ".md", value),
        "L13",
        lambda value: to_page(value) and re.search(r"(?<!index)(\.html|\w/)(#.*)?$", value) is not None,
    ),
    "from the root": ("hosted offline", lambda value: "/" + re.sub(r"^(\.\./)*", "", value), "L03", to_page),
    "above the site": ("hosted offline", lambda value: "../../../../" + value, "L05", to_page),
    "a folder": (
        "offline",
        lambda value: re.sub(r"index\.html(#.*)?$", "", value),
        "L04",
        lambda value: to_page(value) and re.search(r"/index\.html(#.*)?$", value) is not None,
    ),
    "empty": ("hosted offline", lambda value: "", "W01", to_page),
    "half a mail address": ("hosted offline", lambda value: "mailto:nobody", "W04", to_page),
    "a misspelled scheme": ("hosted offline", lambda value: "htps://elsewhere.example/", "L12", to_page),
    "a DOI": ("hosted offline", lambda value: "doi:10.1000/182", "L12", to_page),
    "this machine": ("hosted offline", lambda value: "http://localhost:8000/", "L13", to_page),
    "a file of this machine": ("hosted offline", lambda value: "file:///srv/map.html", "L13", to_page),
    "a template": ("hosted offline", lambda value: "{{ page.url }}", "L13", to_page),
}


@pytest.mark.parametrize("edition, wrong", [(edition, wrong) for wrong in LINKS for edition in LINKS[wrong][0].split()])
def test_a_link_that_is_wrong_in_another_way_is_told_as_that(edition, wrong, spots, tmp_path):
    _, write, code, fit = LINKS[wrong]
    spot = spots[edition].draw("a href", f"{edition} {wrong}", fit)
    written = write(spot.value)
    faults, line = found_in(spots[edition].folder, edition, tmp_path / "site", spot, written)
    told = [each for each in faults if each.code != "W05"]  # it may have been the only way to a page
    if not written:  # told by the attribute, which other elements have, too
        assert [(each.page, each.code, each.reference) for each in told] == [(spot.path, code, f'href="{written}"')]
    else:
        assert tell(told) == f"{spot.path}:{line} {code} {written}"


LOADED: dict[str, tuple[str, str, str]] = {
    # what is wrong: editions, what is written, code
    "another host": ("hosted offline", "https://cdn.example/site", "L11"),
    "nothing": ("hosted offline", "", "L14"),
}


@pytest.mark.parametrize(
    "edition, wrong", [(edition, wrong) for wrong in LOADED for edition in LOADED[wrong][0].split()]
)
@pytest.mark.parametrize("sort", ["link resource href", "script src"])
def test_a_file_that_is_loaded_wrongly_is_told(edition, sort, wrong, spots, tmp_path):
    _, written, code = LOADED[wrong]
    spot = spots[edition].draw(sort, f"{edition} {sort} {wrong}", to_page)
    faults, line = found_in(spots[edition].folder, edition, tmp_path / "site", spot, written)
    if written:
        assert tell(faults) == f"{spot.path}:{line} {code} {written}"
    else:
        assert [(each.page, each.code) for each in faults] == [(spot.path, code)]


@pytest.mark.parametrize("edition", EDITIONS)
def test_an_id_given_twice_is_told_once(edition, spots, tmp_path):
    spot = spots[edition].draw("section aria-labelledby", f"{edition} twice", lambda value: True)
    text = (spots[edition].folder / spot.path).read_text("utf-8")
    end = text.rindex("</body>")
    faults, _ = found_in(
        spots[edition].folder, edition, tmp_path / "site", Spot(spot.path, "", end, end), f'<p id="{spot.value}">'
    )
    assert [(each.page, each.code, each.reference) for each in faults] == [(spot.path, "L06", spot.value)]


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_page_that_is_gone_is_told_on_every_page_that_leads_to_it(edition, spots, tmp_path):
    name = "glossary/index.html" if edition == "hosted" else "glossary.html"
    folder, target = spots[edition].folder, tmp_path / "site"
    shutil.copytree(folder, target, copy_function=_share)
    (target / name).unlink()
    faults = check(target, site_url=EDITIONS[edition])
    assert faults and {each.code for each in faults} <= {"L01", "L09", "L10"}
    wanting = {path for path, value in spots[edition].sorts["a href"] if "glossary" in value}
    told = re.search(r"\(on (\d+) pages\)", "".join(each.message for each in faults))
    assert told and int(told[1]) >= len(wanting - {name}) > 3
