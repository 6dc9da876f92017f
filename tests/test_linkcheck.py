"""The link checker: the cases of `linkcheck_cases/`, and the command line around it.

A new case is a section of a Markdown file there; its README describes the
format. `pytest tests/test_linkcheck.py --update-cases` rewrites the expected
reports, for review with `git diff`.
"""

import io
import json
import re
from collections.abc import Callable
from datetime import date
from html import escape
from pathlib import Path

import linkcheck
import pytest
from diagnostics import Diagnostic, as_github, as_json, as_text
from linkcheck import assets, checker, config, css, fragments, rules
from linkcheck import html as pages
from linkcheck.__main__ import main
from linkcheck.attributes import candidates
from linkcheck.model import References
from linkcheck.site import Site

from tests.case_files import Case, all_cases, find_case
from tests.conftest import Done
from tests.reading import ROOT, read, read_yaml
from tests.sources import write

CASES = all_cases()
SYNTAX = read_yaml("tests/data/url-syntax.yml")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_case_gives_exactly_the_report_it_expects(case: Case, tmp_path, monkeypatch, capsys, pytestconfig):
    case.write(tmp_path)
    monkeypatch.chdir(tmp_path)
    status = main(["site", *case.options])
    report = capsys.readouterr().out
    if pytestconfig.option.update_cases:
        case.update(report)
        return
    assert report == case.report
    assert status == (1 if re.search(r": [LC]\d\d ", report) or "strict" in case.title and report else 0)


EVERY = {rule.code for rule in rules.RULES} | config.CODES.keys()


def test_every_code_has_a_case_that_is_wrong_and_one_that_is_right():
    assert {code for case in CASES for code in re.findall(r": ([LWC]\d\d) ", case.report)} == EVERY
    assert {case.code for case in CASES if not case.report} >= EVERY


def test_the_command_explains_every_code_with_a_bad_and_a_good_example_as_the_file_of_codes_does(capsys):
    assert main(["--codes"]) == 0
    explained = capsys.readouterr().out
    assert explained == read("overrides/hooks/linkcheck/CODES.md")
    sections = re.split(r"^## ", explained, flags=re.MULTILINE)[1:]
    assert [section[:3] for section in sections] == sorted(EVERY, key=lambda code: ("LWC".index(code[0]), code))
    assert all(re.search(r"(?s)\n- Bad: \S.*\n- Good: \S", section) for section in sections)
    assert not EVERY & rules.RETIRED


def test_each_message_is_a_sentence_with_one_hint():
    for line in "".join(case.report for case in CASES).splitlines():
        assert re.fullmatch(r"\S.*?:\d+: [LWC]\d\d .+\. Hint: .+[.?]", line)
        assert not re.search(r"\{(?:it|file|fragment|nearest)\}", re.sub(r"'[^']*'|\".*?\"", "", line))
        assert "None" not in re.sub(r"'[^']*'", "", line)


# The command


@pytest.fixture
def links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> Callable[..., Done]:
    """Runs the command on a site with these files; the current folder is its parent."""
    monkeypatch.chdir(tmp_path)

    def command(files: dict[str, str | bytes], *options: str) -> Done:
        write(tmp_path / "site", files)
        return Done(main(["site", *options]), *capsys.readouterr())

    return command


@pytest.fixture
def out_of_range(links, tmp_path: Path) -> Path:
    """A site with one broken link, and its source; the current folder is theirs."""
    find_case("L02", "a paragraph number out of range").write(tmp_path)
    return tmp_path


def test_a_clean_site_gives_status_0_and_a_summary(links):
    assert links({"index.html": '<a href="#">top</a>'}) == (0, "", "1 page, 1 reference, 0 errors\n")
    assert json.loads(links({}, "--format", "json").out) == []


def test_the_command_runs_from_the_root_of_the_repository(out_of_range, run):
    case = out_of_range.as_posix()
    done = run(ROOT, "links", f"{case}/site", "--source", f"{case}/source")
    assert (done.status, done.err) == (1, "2 pages, 1 reference, 1 error\n")
    assert done.out.startswith(f"{case}/source/docs/index.md:4: L02 ")


def test_the_current_folder_is_the_source_when_it_has_an_mkdocs_yml(monkeypatch, capsys, out_of_range):
    monkeypatch.chdir(out_of_range / "source")
    assert main(["../site"]) == 1
    assert capsys.readouterr().out.startswith("docs/index.md:4: L02 ")
    Path("mkdocs.yml").unlink()
    assert main(["../site"]) == 1
    assert capsys.readouterr().out.startswith("../site/index.html:1: L02 ")


def test_json_has_the_documented_keys(out_of_range, links):
    done = links({}, "--source", "source", "--format", "json")
    assert done.status == 1
    assert json.loads(done.out) == [
        {
            "path": "source/docs/index.md",
            "line": 4,
            "code": "L02",
            "message": "'essays/defense.md' exists, but '#defense-9' does not.",
            "hint": "its ids run from defense-1 to defense-10.",
            "page": "index.html",
            "reference": "essays/defense.html#defense-9",
            "level": "error",
        }
    ]


def test_warnings_alone_give_status_0_unless_they_are_made_errors(links):
    for options, status, level, counted in (
        ((), 0, "warning", "0 errors, 1 warning"),
        (("--strict",), 1, "error", "1 error"),
    ):
        done = links({"index.html": '<a href="">x</a>'}, "--format", "json", *options)
        assert [(each["code"], each["level"]) for each in json.loads(done.out)] == [("W01", level)]
        assert done.status == status
        assert done.err.endswith(f", {counted}\n")


def test_annotations_distinguish_warnings_from_errors(links):
    done = links({"index.html": '<a href="">x</a><a href="no.html">x</a>'}, "--format", "github")
    assert done.status == 1
    assert [line.split()[0] for line in done.out.splitlines()] == ["::error", "::warning"]


def test_reports_are_lines_that_other_programs_can_take_apart():
    odd = Diagnostic("a:b,c%\r\n.md", 3, "L01", "100% of 'صحة'\n.", "a: b, c.", "p", "r", severity="warning")
    line = "::warning file=a%3Ab%2Cc%25%0D%0A.md,line=3,title=L01::100%25 of 'صحة'%0A. Hint: a: b, c.\n"
    assert as_github([odd]) == line
    assert as_text([odd]) == "a:b,c%\\r\\n.md:3: L01 100% of 'صحة'\\n. Hint: a: b, c.\n"
    text = as_json([odd])
    assert text.startswith('[\n  {\n    "path": ') and "'صحة'" in text and text.endswith("}\n]\n")


@pytest.mark.parametrize(
    "arguments, message",
    [
        ("none", "none does not exist"),
        ("file", "file is not a folder"),
        ("empty", "empty holds no HTML page"),
        ("loop", "loop does not exist"),
        ("site --site-url pages.example/health/", "--site-url pages.example/health/ is not an address"),
        ("site --site-url ftp://pages.example/", "--site-url ftp://pages.example/ is not an address"),
        ("site --source none", "--source none is not a folder"),
        ("site --format xml", "invalid choice"),
        ("", "required"),
    ],
)
def test_what_cannot_be_checked_gives_status_2_and_one_line(arguments, message, tmp_path, run):
    write(tmp_path, {"file": "x", "empty/file": "x", "site/index.html": ""})
    (tmp_path / "loop").symlink_to("loop")
    done = run(tmp_path, "links", *arguments.split())
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
    assert message in done.err and "Traceback" not in done.err


def test_circular_symbolic_links_are_not_followed(links, tmp_path):
    site = tmp_path / "site"
    pages = {"index.html": '<a href="a/page.html">x</a><a href="a/up/index.html">y</a>', "a/page.html": "<p>x"}
    write(site, pages)
    for name, target in {"up": site, "self.html": "self.html", "gone.html": "nowhere"}.items():
        (site / "a" / name).symlink_to(target)
    done = links({})
    assert (done.status, done.err) == (1, "2 pages, 2 references, 1 error\n")


def test_very_large_json_is_not_read(links, monkeypatch):
    data = '{"x": "https://pages.example/no.html", "y": "' + "x" * 8_000 + '"}'
    files = {"index.html": "<p>x", "data.json": data}
    report = links(files, "--site-url", "https://pages.example/").out
    assert "data.json:1: L01 'https://pages.example/no.html' does not exist." in report
    monkeypatch.setattr(assets, "MAX_JSON_BYTES", 5_000)
    assert links(files, "--site-url", "https://pages.example/").status == 0


def test_a_file_that_must_not_be_read_is_an_error(links, monkeypatch):
    def refuse(path, *arguments, original=open, **options):
        if str(path).endswith("secret.html"):
            raise PermissionError(13, "Permission denied")
        return original(path, *arguments, **options)

    write(Path("site"), {"index.html": "<p>x", "secret.html": "<p>x"})
    monkeypatch.setattr("builtins.open", refuse)
    done = links({})
    assert done.status == 1
    assert "secret.html:1: L15 this file can't be read (Permission denied)" in done.out


def test_a_page_that_is_too_large_is_reported_and_not_read(links, monkeypatch):
    monkeypatch.setattr(pages, "MAX_BYTES", 999_999)
    large = '<a href="no.html">x</a>' + " " * 1_000_000
    done = links({"index.html": '<a href="large.html#x">x</a>', "large.html": large})
    assert done.status == 1
    assert done.out.startswith("site/large.html:1: L15 this file has 1 MB; pages above 0 MB are not read.")
    assert done.out.count("\n") == 1


def test_a_deeply_nested_page_is_reported_and_not_parsed(links):
    done = links({"index.html": "<div>" * 200_000})
    assert done.status == 1
    assert "L15 200,000 elements are nested in each other. Hint: close them" in done.out


def test_a_binary_file_with_the_name_of_a_text_file_is_reported_in_one_line(links):
    files = {
        "index.html": bytes(range(256)) * 40,
        "manifest.json": "[1, {",
        "map.svg": b"\xff\xfe\x00",
        "sitemap.xml": b"\x00\xff<<<",
        "x.webmanifest": '{"icons": 3}',
    }
    lines = links(files).out.splitlines()
    assert sorted({line.partition(":")[0].removeprefix("site/") for line in lines}) == sorted(files)
    assert all(": L15 " in line for line in lines)


@pytest.mark.parametrize("deep", ["[" * 200_000, "1" * 5_000], ids=["brackets", "digits"])
def test_json_that_is_too_deep_is_reported_only_in_json_ld_and_manifests(deep, links):
    files = {
        "index.html": f'<script type="application/json">{deep}</script>',
        "data.json": deep,
        "site.webmanifest": deep,
        "page.html": f'<script type="application/ld+json">{deep}</script>',
    }
    report = [line for line in links(files).out.splitlines() if " L15 " in line]
    assert [Path(line.partition(":")[0]).name for line in report] == ["page.html", "site.webmanifest"]


EXCLUSION = """[[tool.linkcheck.exclude]]
code = "L01"
reference = "old.html"
reason = "It comes back."
expires = 2026-05-31
"""


@pytest.mark.parametrize(("day", "codes"), [(date(2026, 5, 31), []), (date(2026, 6, 1), ["C02", "L01"])], ids=str)
def test_an_exclusion_is_good_for_the_whole_of_its_last_day(day, codes, tmp_path):
    write(tmp_path, {"site/index.html": '<a href="old.html">x</a>', "pyproject.toml": EXCLUSION})
    found = checker.inspect(Site.of_folder(tmp_path / "site"), tmp_path, today=day).diagnostics
    assert [each.code for each in found] == codes


def test_pages_rendered_one_by_one_are_checked_without_conclusions_about_the_others():
    pages = {
        "a.md": '<h1 id="a">A</h1><a href="b.md#b">b</a> <a href="gone.md">x</a> <a href="c.md#any">c</a>',
        "b.md": '<h1 id="b">B</h1><a href="a.md#none">a</a> <img src="map.png" alt=""> <a href="files/x.pdf">x</a>',
    }
    found = linkcheck.check_pages(pages, files=["files/x.pdf"], unrendered=["c.md"])
    assert [(each.page, each.code, each.reference) for each in found] == [
        ("a.md", "L01", "gone.md"),
        ("b.md", "L01", "map.png"),
        ("b.md", "L02", "a.md#none"),
    ]


# How addresses are read, by `data/url-syntax.yml`


@pytest.mark.parametrize(("fragment", "ids", "found"), SYNTAX["fragments"])
def test_a_fragment_is_looked_for_as_browsers_do(fragment, ids, found):
    assert fragments.names_part(fragment, set(ids)) is found


@pytest.mark.parametrize(("text", "expected"), SYNTAX["style_sheets"])
def test_a_style_sheet_gives_its_urls(text, expected):
    assert list(css.urls(text)) == expected


@pytest.mark.parametrize(("srcset", "expected"), SYNTAX["srcset"])
def test_a_srcset_is_split_as_browsers_do(srcset, expected):
    assert list(candidates(srcset)) == expected


@pytest.mark.parametrize(("content", "leads_to"), SYNTAX["refresh"])
def test_a_meta_refresh_is_read_as_browsers_do(content, leads_to):
    html = f'<meta http-equiv="refresh" content="{escape(content)}">'
    assert pages.read("p.html", html.encode(), References()).refresh == leads_to


def test_output_is_utf_8_whatever_the_encoding_of_the_terminal(tmp_path, monkeypatch):
    write(tmp_path, {"index.html": '<a href="صحة.html">x</a>'})
    stream = io.TextIOWrapper(io.BytesIO(), "ascii")
    monkeypatch.setattr("sys.stdout", stream)
    assert main([str(tmp_path)]) == 1
    stream.flush()
    assert "صحة.html" in stream.buffer.getvalue().decode("utf-8")


def test_a_hosted_site_checked_as_if_on_a_disk_gets_a_word_about_it(links):
    files = {"index.html": '<a href="topics/">x</a>', "sitemap.xml": "<urlset/>"}
    assert "give its URL with --site-url" in links(files).err
    assert "give its URL" not in links(files, "--site-url", "https://pages.example/").err
    assert "give its URL" not in links({"index.html": "<p>x"}).err
