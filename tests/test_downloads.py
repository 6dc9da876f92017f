"""The site with its downloads as readers get it, and what its command does when something fails."""

import errno
import hashlib
import re
import shutil
import signal
import stat
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import linkcheck
import pytest
from diagnostics import as_text
from downloads import command, edition, icons, images, zim
from libzim.reader import Archive
from libzim.search import Query, Searcher
from playwright.sync_api import expect
from selectolax.lexbor import LexborHTMLParser

from tests.conftest import build_with_downloads
from tests.reading import ROOT, SITE_URL, SOURCES, address_of, page, words
from tests.sources import OLD, commit_all, content, write

NAME = "health-diplomacy"
MAX_BYTES = {"-offline.zip": 3_000_000, ".pdf": 2_000_000, ".epub": 1_000_000, ".zim": 3_000_000}
LINKS = ".hd-downloads, a[href$='.zip'], a[href$='.pdf'], a[href$='.epub'], a[href$='.zim'], a[href$='SHA256SUMS']"


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


CLOCK = "import time\nreal = time.time\ntime.time = lambda: real() + 40_000_000\n"  # a year ahead


@pytest.mark.audit
def test_builds_in_different_environments_give_the_same_bytes(complete_site, tmp_path):
    write(tmp_path, {"clock/sitecustomize.py": CLOCK})
    elsewhere = tmp_path / "another كتاب place"
    environment = {"TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8", "PYTHONPATH": str(tmp_path / "clock")}
    build_with_downloads(elsewhere, **environment)
    one, other = content(complete_site), content(elsewhere / "site")
    assert {f"downloads/{NAME}{suffix}" for suffix in MAX_BYTES} <= one.keys() == other.keys()
    assert [path for path in one if one[path] != other[path]] == []


def test_the_page_lists_each_download_with_its_size_date_and_checksum(complete_site):
    items = page(complete_site, "downloads/").css(".hd-downloads li")
    assert [item.css_first("a").attributes["href"] for item in items] == [NAME + suffix for suffix in MAX_BYTES]
    sums = []
    for item, (suffix, limit) in zip(items, MAX_BYTES.items(), strict=True):
        file = complete_site / "downloads" / (NAME + suffix)
        assert 50_000 < file.stat().st_size < limit
        assert f"{file.stat().st_size / 1000:.0f} kB" in words(item)
        assert "November 18, 2026" in words(item)
        assert words(item.css_first("code")) == sha256(file)
        sums.append(f"{sha256(file)}  {file.name}")
    assert (complete_site / "downloads/SHA256SUMS").read_text(encoding="utf-8").splitlines() == sums


def test_nothing_is_left_beside_the_site(complete_site):
    assert sorted(each.name for each in complete_site.parent.iterdir()) == ["site", "sources"]


def test_a_site_built_without_downloads_says_so_and_its_offline_copy_leads_to_the_page_online(hosted, offline):
    html = page(hosted, "downloads/")
    copy = LexborHTMLParser((offline / "downloads.html").read_text(encoding="utf-8"))
    assert "built without them" in words(html.css_first("article"))
    assert copy.css_first(".hd-downloads-none a").attributes["href"] == f"{SITE_URL}downloads/"
    assert html.css(LINKS) == copy.css(LINKS) == []
    assert not (hosted / "downloads/SHA256SUMS").exists()


# Sharing images


def test_each_page_has_a_sharing_image_of_its_own_that_is_shown_large(complete_site):
    shown = set()
    for source in SOURCES:
        html = page(complete_site, address_of(source))
        url = html.css_first("meta[property='og:image']").attributes["content"]
        assert url.startswith(f"{SITE_URL}assets/cards/")
        image = (complete_site / url.removeprefix(SITE_URL)).read_bytes()
        assert image.startswith(b"\x89PNG")
        assert struct.unpack(">II", image[16:24]) == (1200, 630)
        assert len(image) < 60_000
        assert html.css_first("meta[name='twitter:card']").attributes["content"] == "summary_large_image"
        shown.add(image)
    assert len(shown) == len(SOURCES) == len(list((complete_site / "assets/cards").iterdir()))


def test_the_icons_are_up_to_date_with_the_favicon(tmp_path):
    folder = ROOT / "overrides/assets/images"
    shutil.copy(folder / "favicon.svg", tmp_path)
    icons.write(tmp_path)
    for name in icons.SIZES:
        assert (tmp_path / f"{name}.png").read_bytes() == (folder / f"{name}.png").read_bytes()


# The offline copy


@pytest.fixture(scope="session")
def unpacked(complete_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The offline copy, unpacked read-only in a folder with an awkward name."""
    folder = tmp_path_factory.mktemp("memory stick") / "ذاكرة محمولة 100%"
    with zipfile.ZipFile(complete_site / f"downloads/{NAME}-offline.zip") as archive:
        archive.extractall(folder)
    for each in [folder, *folder.rglob("*")]:
        each.chmod(stat.S_IRUSR | (stat.S_IXUSR if each.is_dir() else 0))
    yield folder / NAME
    for each in [folder, *folder.rglob("*")]:
        each.chmod(0o700)


def test_the_zip_holds_one_folder_whose_file_names_are_valid_on_any_system(complete_site):
    names = zipfile.ZipFile(complete_site / f"downloads/{NAME}-offline.zip").namelist()
    reserved = r'[<>:"\\|?*\x00-\x1f]|[ .](/|$)|(^|/)(con|prn|aux|nul|com\d|lpt\d)(\.|/|$)'
    assert {name.split("/")[0] for name in names} == {NAME}
    assert f"{NAME}/index.html" in names
    assert len({name.casefold() for name in names}) == len(names)
    assert [name for name in names if re.search(reserved, name, re.IGNORECASE) or len(name) >= 120] == []


def test_the_offline_copy_has_no_broken_link(unpacked):
    faults = linkcheck.check(unpacked)
    assert not faults, as_text(faults)


@pytest.mark.browser
def test_search_filters_citations_and_dark_colors_work_in_the_offline_copy(open_tab, unpacked):
    tab = open_tab((unpacked / "index.html").as_uri())
    tab.get_by_role("searchbox").fill("vaccination strategy")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/search.html**")
    tab.locator(".hd-found a[href*='essays/collaborations']").first.click()
    tab.wait_for_url("**essays/collaborations.html**")
    menu = tab.get_by_role("navigation", name="Main menu")
    menu.get_by_role("link", name="Evidence").click()
    shown = tab.locator(".hd-rows > li:visible")
    count = shown.count()
    tab.get_by_role("form", name="Filter the sentences").get_by_label("Verdict").select_option("disputed")
    expect(shown.first).to_be_visible()
    assert 0 < shown.count() < count
    shown.first.get_by_role("link").first.click()
    tab.locator(".hd-claim .hd-cite").first.locator("summary").click()
    expect(tab.locator(".hd-claim .hd-cite").first).to_contain_text(SITE_URL)
    background = "getComputedStyle(document.body).backgroundColor"
    before = tab.evaluate(background)
    tab.get_by_role("button", name="Dark mode").click()
    assert tab.evaluate(background) != before


# The ZIM file


@pytest.fixture(scope="session")
def library(complete_site: Path) -> Archive:
    return Archive(complete_site / f"downloads/{NAME}.zim")


def test_the_zim_file_is_valid_and_opens_on_the_home_page(library):
    assert library.check()
    assert library.main_entry.get_item().path == "index.html"
    assert library.get_metadata("Title").decode() == "Health Diplomacy"
    assert library.get_metadata("Date").decode() == "2026-11-18"
    assert library.get_illustration_item(48).content.tobytes().startswith(b"\x89PNG")


def test_the_zim_file_has_every_file_of_the_offline_copy(library, unpacked):
    files = content(unpacked)
    assert len(files) > len(SOURCES)
    for path, expected in files.items():
        assert library.get_entry_by_path(path).get_item().content.tobytes() == expected


def test_the_zim_file_has_full_text_search(library):
    assert library.has_fulltext_index and library.has_title_index
    for query, result in {"vaccination": "topics/covid-19-response.html", "epidemic": "glossary.html"}.items():
        search = Searcher(library).search(Query().set_query(query))
        assert result in search.getResults(0, 10)


def test_the_uuid_of_a_zim_file_depends_on_its_content(tmp_path, root):
    source = edition.read_edition(root / "mkdocs.yml")

    def uuid(name: str, text: str) -> object:
        html = f"<html><head><title>One</title></head><body><p>{text}</p></body></html>"
        zim.write(source, {"index.html": html.encode()}, tmp_path / name)
        return Archive(tmp_path / name).uuid

    assert uuid("one.zim", "Words") == uuid("same.zim", "Words") != uuid("other.zim", "Other")


# The command


def fill_disk(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device", "book.pdf")


def terminate(*_: object) -> None:
    signal.raise_signal(signal.SIGTERM)


@pytest.mark.parametrize("failure, message", [(fill_disk, "D02 the disk is full"), (terminate, "Interrupted.")])
def test_a_failed_build_keeps_the_last_good_site(root, tmp_path, run, monkeypatch, failure, message):
    write(tmp_path / "site", {**OLD, "downloads/book.pdf": b"the last good book"})
    before = content(tmp_path / "site")
    monkeypatch.setattr(command, "build_site", lambda *_, **__: None)
    monkeypatch.setattr(images, "write_sharing_images", lambda _, folder: folder.mkdir(parents=True))
    monkeypatch.setattr(command, "write_downloads", failure)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")  # the command sets it
    done = run(root, "downloads", "--site-dir", "../site")
    assert done.status == 1
    assert message in done.err
    assert "The last good site and its downloads are unchanged." in done.err
    assert content(tmp_path / "site") == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["site", "sources"]


@pytest.mark.parametrize(
    "mistake, message", [(b"[Gone](gone.md)", "L01 'gone.md' does not exist"), (b"Caf\xe9", "F01 the byte 0xE9 is not")]
)
def test_a_mistake_in_the_sources_is_reported_as_by_mkdocs_build(root, tmp_path, run, monkeypatch, mistake, message):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")  # the command sets it
    write(tmp_path / "site", OLD)
    about = root / "docs/about.md"
    about.write_bytes(about.read_bytes() + b"\n" + mistake)
    line = about.read_bytes().count(b"\n") + 1
    done = run(root, "downloads", "--site-dir", "../site")
    assert done.status == 1
    assert f"\ndocs/about.md:{line}: {message}" in f"\n{done.err}"
    assert "Traceback" not in done.out + done.err
    assert content(tmp_path / "site") == OLD


def test_the_date_in_the_downloads_is_that_of_the_last_commit(root, monkeypatch):
    def commit_time() -> str:
        return edition.read_edition(root / "mkdocs.yml").commit_time.isoformat()

    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert commit_time() >= "2026-11-24"  # not a repository: the date of the newest page
    day = "2027-01-02T03:04:05Z"
    commit_all(root, GIT_AUTHOR_DATE=day, GIT_COMMITTER_DATE=day)
    assert commit_time() == "2027-01-02T03:04:05+00:00"
