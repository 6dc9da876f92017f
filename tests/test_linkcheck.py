"""The link checker: the cases of `linkcheck_cases/`, and the command line around it.

A new case is a section of a Markdown file there; its README describes the
format. `pytest tests/test_linkcheck.py --update-cases` rewrites the expected
reports, for review with `git diff`.
"""

import io
import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import diagnostics
import linkcheck
import pytest
from linkcheck import assets, checker, config, css, fragments, rules, suggest
from linkcheck import html as pages
from linkcheck.__main__ import codes, main
from linkcheck.attributes import candidates
from linkcheck.model import References, State
from linkcheck.site import Site

from tests.case_files import Case, all_cases, find_case

ROOT = Path(__file__).resolve().parents[1]
CASES = all_cases()


@pytest.fixture
def out_of_range(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site with one broken link, and its source; the current folder is theirs."""
    find_case("L02", "a paragraph number out of range").write(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


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
    said = {code for case in CASES for code in re.findall(r": ([LWC]\d\d) ", case.report)}
    right = {case.code for case in CASES if not case.report}
    assert said == EVERY
    assert EVERY - right == set()


def test_the_command_explains_every_code_with_a_bad_and_a_good_example(capsys):
    assert main(["--codes"]) == 0
    out = capsys.readouterr().out
    sections = re.split(r"^## ", out, flags=re.MULTILINE)[1:]
    assert [section[:3] for section in sections] == sorted(EVERY, key=lambda code: ("LWC".index(code[0]), code))
    for section in sections:
        assert re.search(r"^- Bad: \S", section, re.MULTILINE) and re.search(r"^- Good: \S", section, re.MULTILINE)


def test_the_list_of_codes_is_up_to_date():
    assert (Path(linkcheck.__file__).parent / "CODES.md").read_text("utf-8") == codes()


def test_no_retired_code_is_used_again():
    assert not EVERY & rules.RETIRED


@pytest.mark.parametrize("case", [case for case in CASES if case.report], ids=lambda case: case.id)
def test_each_message_is_a_sentence_with_one_hint(case: Case):
    for line in case.report.splitlines():
        assert re.fullmatch(r"\S.*?:\d+: [LWC]\d\d .+\. Hint: .+[.?]", line)
        assert not re.search(r"\{(?:it|file|fragment|nearest)\}", re.sub(r"'[^']*'|\".*?\"", "", line))
        assert "None" not in re.sub(r"'[^']*'", "", line)


# ---- the command


def test_a_clean_site_gives_status_0_and_a_summary(tmp_path, capsys):
    (tmp_path / "index.html").write_text('<a href="#">top</a>')
    assert main([str(tmp_path)]) == 0
    assert capsys.readouterr() == ("", "1 page, 1 reference, 0 errors\n")


def test_the_command_runs_from_the_root_of_the_repository(out_of_range):
    case = out_of_range.as_posix()
    done = subprocess.run(
        [sys.executable, "-B", "overrides/hooks", "links", f"{case}/site", "--source", f"{case}/source"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stdout.startswith(f"{case}/source/docs/index.md:4: L02 ")
    assert done.stderr == "2 pages, 1 reference, 1 error\n"


def test_the_current_folder_is_the_source_when_it_has_an_mkdocs_yml(monkeypatch, capsys, out_of_range):
    monkeypatch.chdir(out_of_range / "source")
    assert main(["../site"]) == 1
    assert capsys.readouterr().out.startswith("docs/index.md:4: L02 ")
    Path("mkdocs.yml").unlink()
    assert main(["../site"]) == 1
    assert capsys.readouterr().out.startswith("../site/index.html:1: L02 ")


def test_json_has_the_documented_keys(out_of_range, capsys):
    assert main(["site", "--source", "source", "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out) == [
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


def test_json_of_a_clean_site_is_an_empty_list(tmp_path, capsys):
    (tmp_path / "index.html").write_text("<p>x")
    assert main([str(tmp_path), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_warnings_alone_give_status_0_unless_they_are_made_errors(tmp_path, capsys):
    (tmp_path / "index.html").write_text('<a href="">x</a>')
    for strict, status, level, counted in ((False, 0, "warning", "0 errors, 1 warning"), (True, 1, "error", "1 error")):
        assert main([str(tmp_path), "--format", "json", *(["--strict"] if strict else [])]) == status
        out, err = capsys.readouterr()
        assert [(each["code"], each["level"]) for each in json.loads(out)] == [("W01", level)]
        assert err.endswith(f", {counted}\n")


def test_annotations_distinguish_warnings_from_errors(tmp_path, capsys):
    (tmp_path / "index.html").write_text('<a href="">x</a><a href="no.html">x</a>')
    main([str(tmp_path), "--format", "github"])
    assert [line[:9] for line in capsys.readouterr().out.splitlines()] == ["::error f", "::warning"]


def test_annotations_escape_what_github_would_read_as_syntax(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("a,b").mkdir()
    Path("a,b/index.html").write_text('<a href="100%25.html">x</a>')
    assert main(["a,b", "--format", "github"]) == 1
    assert capsys.readouterr().out.startswith(
        "::error file=a%2Cb/index.html,line=1,title=L01::'100%2525.html' does not exist. Hint: "
    )


def test_reports_are_lines_that_other_programs_can_take_apart():
    odd = diagnostics.Diagnostic(
        "a:b,c%\r\n.md", 3, "L01", "100% of 'صحة'\n.", "a: b, c.", "p", "r", severity="warning"
    )
    assert diagnostics.as_github([odd]) == (
        "::warning file=a%3Ab%2Cc%25%0D%0A.md,line=3,title=L01::100%25 of 'صحة'%0A. Hint: a: b, c.\n"
    )
    assert diagnostics.as_json([odd]).startswith('[\n  {\n    "path": ') and "'صحة'" in diagnostics.as_json([odd])
    assert diagnostics.as_json([odd]).endswith("}\n]\n")
    assert diagnostics.as_text([odd]) == "a:b,c%\\r\\n.md:3: L01 100% of 'صحة'\\n. Hint: a: b, c.\n"


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["none"], "none does not exist"),
        (["file"], "file is not a folder"),
        (["empty"], "empty holds no HTML page"),
        (["loop"], "loop does not exist"),
        (["site", "--site-url", "pages.example/health/"], "--site-url pages.example/health/ is not an address"),
        (["site", "--site-url", "ftp://pages.example/"], "--site-url ftp://pages.example/ is not an address"),
        (["site", "--source", "none"], "--source none is not a folder"),
        (["site", "--format", "xml"], "invalid choice"),
        ([], "required"),
    ],
    ids=str,
)
def test_what_cannot_be_checked_gives_status_2_and_one_line(arguments, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("x")
    Path("empty").mkdir()
    Path("loop").symlink_to("loop")
    Path("site").mkdir()
    Path("site/index.html").write_text("")
    status: object
    try:
        status = main(arguments)
    except SystemExit as stop:
        status = stop.code
    out, err = capsys.readouterr()
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert message in err and "Traceback" not in err


def test_links_of_the_file_system_that_never_end_are_not_followed(tmp_path, capsys):
    (tmp_path / "a").mkdir()
    (tmp_path / "index.html").write_text('<a href="a/page.html">x</a><a href="a/up/index.html">y</a>')
    (tmp_path / "a/page.html").write_text("<p>x")
    (tmp_path / "a/up").symlink_to(tmp_path)
    (tmp_path / "a/self.html").symlink_to("self.html")
    (tmp_path / "a/gone.html").symlink_to("nowhere")
    assert main([str(tmp_path)]) == 1
    assert capsys.readouterr().err == "2 pages, 2 references, 1 error\n"


def test_very_large_json_is_not_read(tmp_path, monkeypatch, capsys):
    (tmp_path / "index.html").write_text("<p>x")
    (tmp_path / "data.json").write_text('{"x": "https://pages.example/no.html", "y": "' + "x" * 8_000 + '"}')
    assert main([str(tmp_path), "--site-url", "https://pages.example/"]) == 1
    assert "data.json:1: L01 'https://pages.example/no.html' does not exist." in capsys.readouterr().out
    monkeypatch.setattr(assets, "MAX_JSON_BYTES", 5_000)
    assert main([str(tmp_path), "--site-url", "https://pages.example/"]) == 0


@pytest.mark.parametrize(
    "text", ['<a href="large.html#x{}">x</a>', '<a href="no-{}.html">x</a>', '<label for="no-{}">x</label>']
)
def test_many_problems_are_reported_without_suggestions(text, tmp_path, monkeypatch, capsys):
    (tmp_path / "index.html").write_text("".join(text.format(number) for number in range(300)))
    (tmp_path / "large.html").write_text("".join(f'<p id="part-{number}">' for number in range(100)))
    for number in range(50):
        (tmp_path / f"page-{number}.html").write_text("<p>x")
    compared = []
    monkeypatch.setattr(suggest, "MAX_COMPARISONS", 500)
    monkeypatch.setattr(suggest, "nearest", lambda word, names, *_: compared.extend(names) or "")
    assert main([str(tmp_path), "--format", "json"]) == 1
    assert len(json.loads(capsys.readouterr().out)) >= 300
    assert len(compared) <= 1_500


def test_a_file_that_must_not_be_read_is_an_error(tmp_path, monkeypatch, capsys):
    (tmp_path / "index.html").write_text("<p>x")
    (tmp_path / "secret.html").write_text("<p>x")
    monkeypatch.setattr("builtins.open", refuse("secret.html"))
    assert main([str(tmp_path)]) == 1
    assert "secret.html:1: L15 this file can't be read (Permission denied)" in capsys.readouterr().out


def refuse(name, opened=open):
    """An `open` that may not read one file."""

    def guarded(path, *arguments, **options):
        if str(path).endswith(name):
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments, **options)

    return guarded


def test_a_page_that_is_too_large_is_reported_and_not_read(tmp_path, monkeypatch, capsys):
    (tmp_path / "index.html").write_text('<a href="large.html#x">x</a>')
    (tmp_path / "large.html").write_text('<a href="no.html">x</a>' + " " * 1_000_000)
    monkeypatch.setattr(pages, "MAX_BYTES", 999_999)
    assert main([str(tmp_path)]) == 1
    report = capsys.readouterr().out.splitlines()
    assert len(report) == 1 and "large.html:1: L15 this file has 1 MB; pages above 0 MB are not read." in report[0]


def test_a_deeply_nested_page_is_reported_and_not_parsed(tmp_path, capsys):
    (tmp_path / "index.html").write_text("<div>" * 200_000)
    assert main([str(tmp_path)]) == 1
    assert "L15 200,000 elements are nested in each other. Hint: close them" in capsys.readouterr().out


def test_a_binary_file_named_html_is_reported_in_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "index.html").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "sitemap.xml").write_bytes(b"\x00\xff<<<")
    (tmp_path / "manifest.json").write_text("[1, {")
    (tmp_path / "map.svg").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "x.webmanifest").write_text('{"icons": 3}')
    assert main([str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    assert {Path(line.partition(":")[0]).name for line in out.splitlines()} == {
        "index.html",
        "manifest.json",
        "map.svg",
        "sitemap.xml",
        "x.webmanifest",
    }
    assert all(": L15 " in line for line in out.splitlines()) and "Traceback" not in err


@pytest.mark.parametrize("deep", ["[" * 200_000, "1" * 5_000], ids=["brackets", "digits"])
def test_json_that_is_too_deep_is_reported_only_in_json_ld_and_manifests(deep, tmp_path, capsys):
    (tmp_path / "index.html").write_text(f'<script type="application/json">{deep}</script>')
    (tmp_path / "data.json").write_text(deep)
    (tmp_path / "site.webmanifest").write_text(deep)
    (tmp_path / "page.html").write_text(f'<script type="application/ld+json">{deep}</script>')
    assert main([str(tmp_path)]) == 1
    report = [line for line in capsys.readouterr().out.splitlines() if " L15 " in line]
    assert [Path(line.partition(":")[0]).name for line in report] == ["page.html", "site.webmanifest"]


def test_an_exclusion_is_good_for_the_whole_of_its_last_day(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site/index.html").write_text('<a href="old.html">x</a>')
    (tmp_path / "pyproject.toml").write_text(
        '[[tool.linkcheck.exclude]]\ncode = "L01"\nreference = "old.html"\nreason = "It comes back."\nexpires = 2026-05-31\n'
    )
    report = [
        [
            each.code
            for each in checker.inspect(
                Site.of_folder(tmp_path / "site"), tmp_path, today=date(2026, month, day)
            ).diagnostics
        ]
        for month, day in ((5, 31), (6, 1))
    ]
    assert report == [[], ["C02", "L01"]]


def test_a_code_has_one_rule():
    with pytest.raises(ValueError, match="^L01 is registered twice$"):
        rules.link_rule("L01", "another", State.MISSING)(lambda page, link, context: iter(()))


def test_check_returns_sorted_diagnostics(tmp_path):
    find_case("L12", "malformed URLs").write(tmp_path)
    found = linkcheck.check(tmp_path / "site")
    assert len(found) > 2 and found == sorted(found)


PAGES = {
    "a.md": '<h1 id="a">A</h1><a href="b.md#b">b</a> <a href="gone.md">x</a> <a href="c.md#any">c</a>',
    "b.md": '<h1 id="b">B</h1><a href="a.md#none">a</a> <img src="map.png" alt=""> <a href="files/x.pdf">x</a>',
}


def test_pages_rendered_one_by_one_are_checked_without_conclusions_about_the_others():
    found = linkcheck.check_pages(PAGES, files=["files/x.pdf"], unrendered=["c.md"])
    assert [(each.page, each.code, each.reference) for each in found] == [
        ("a.md", "L01", "gone.md"),
        ("b.md", "L01", "map.png"),
        ("b.md", "L02", "a.md#none"),
    ]


def test_pages_rendered_one_by_one_are_reported_by_the_lines_of_their_markdown(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/a.md").write_text("# A\n\n`gone.md`\n\n[b](b.md#b) [x](gone.md)\n\n[c](c.md#any)\n")
    found = linkcheck.check_pages(
        PAGES, files=["map.png", "files/x.pdf"], unrendered=["c.md"], source=tmp_path, sources={"a.md": "a.md"}
    )
    assert [(each.path, each.line) for each in found if each.page == "a.md"] == [(f"{tmp_path}/docs/a.md", 5)]


# ---- parts that deserve a table of their own


@pytest.mark.parametrize(
    "fragment, ids, found",
    [
        ("a%20b", {"a%20b"}, True),
        ("a%20b", {"a b"}, True),
        ("a b", {"a%20b"}, False),
        ("", set(), True),
        ("ToP", set(), True),
        ("topp", set(), False),
        ("%54op", set(), True),
        (":~:text=x", set(), True),
        ("x:~:text=y", {"x"}, True),
        ("x:~:text=y", {"y"}, False),
        ("A", {"a"}, False),
        ("%FF", {"\ufffd"}, True),
    ],
)
def test_a_fragment_is_looked_for_as_browsers_do(fragment, ids, found):
    assert fragments.names_part(fragment, ids) is found


@pytest.mark.parametrize(
    "text, expected",
    [
        ("a { b: url(x.png) }", ["x.png"]),
        ("a { b: URL( 'x y.png' ) }", ["x y.png"]),
        (r"a { b: url(x\29 y.png) }", ["x)y.png"]),
        ("/* url(x.png) */ a { content: 'url(y.png)' }", []),
        ("a { b: url(data:image/png;base64,AA==), url(z.png) }", ["data:image/png;base64,AA==", "z.png"]),
        ("@import 'a.css' screen; @import url(b.css);", ["a.css", "b.css"]),
        ("a { b: url(", []),
        ('a { content: "\\"" } c { d: url(x.png) }', ["x.png"]),
        (r"a { b: url(x\)y.png) }", ["x)y.png"]),
        (r"a { b: url('x\'y.png') }", ["x'y.png"]),
        (r'a { b: url("x\"y.png") }', ['x"y.png']),
        ('@import "a\\\nb.css";', ["ab.css"]),
        ("@import 'a\\\nb.css';", ["ab.css"]),
        ("/* url(x.png)", []),
        ("@namespace svg url(http://www.w3.org/2000/svg);", []),
        ("a { b: cross-image('no.png') }", []),
        (r"a { b: url(\78.png) url(\79 .png) url(\z.png) }", ["x.png", "y.png", "z.png"]),
        (r"a { b: url(\D7FF.png) url(\E000.png) url(\10FFFF.png) }", ["\ud7ff.png", "\ue000.png", "\U0010ffff.png"]),
        ('@import "a.css', ["a.css"]),
        ('@import "', []),
        ("a { b: url('x.png", ["x.png"]),
    ],
)
def test_a_style_sheet_gives_its_urls(text, expected):
    assert list(css.urls(text)) == expected


@pytest.mark.parametrize(
    "srcset, expected",
    [
        ("a.png 1x, b.png 2x", ["a.png", "b.png"]),
        ("a,b.png", ["a,b.png"]),
        ("a.png, b.png", ["a.png", "b.png"]),
        (" ,a.png 1w (x,y), b.png", ["a.png", "b.png"]),
        ("data:,x 1x", ["data:,x"]),
        ("", []),
    ],
)
def test_a_srcset_is_split_as_browsers_do(srcset, expected):
    assert list(candidates(srcset)) == expected


@pytest.mark.parametrize(
    "content, leads_to",
    [
        ("0; url=x.html", "x.html"),
        ("5;URL='x y.html'", "x y.html"),
        ("0, x.html", "x.html"),
        ('1;url="x.html" y', "x.html"),
        ("5", None),
        ("now; url=x.html", None),
    ],
)
def test_a_meta_refresh_is_read_as_browsers_do(content, leads_to):
    quoted = content.replace('"', "&quot;")
    assert read(f'<meta http-equiv="refresh" content="{quoted}">').refresh == leads_to


def read(text):
    return pages.read("p.html", text.encode(), References())


def test_output_is_utf_8_whatever_the_terminal_speaks(tmp_path, monkeypatch):
    (tmp_path / "index.html").write_text('<a href="صحة.html">x</a>', "utf-8")
    stream = io.TextIOWrapper(io.BytesIO(), "ascii")
    monkeypatch.setattr("sys.stdout", stream)
    assert main([str(tmp_path)]) == 1
    stream.flush()
    assert "صحة.html" in stream.buffer.getvalue().decode("utf-8")


def test_a_hosted_site_checked_as_if_on_a_disk_gets_a_word_about_it(tmp_path, capsys):
    (tmp_path / "index.html").write_text('<a href="topics/">x</a>')
    (tmp_path / "sitemap.xml").write_text("<urlset/>")
    assert main([str(tmp_path)]) == 1
    assert "give its URL with --site-url" in capsys.readouterr().err
    assert main([str(tmp_path), "--site-url", "https://pages.example/"]) == 1
    assert "give its URL" not in capsys.readouterr().err
    (tmp_path / "index.html").write_text("<p>x")
    assert main([str(tmp_path)]) == 0
    assert "give its URL" not in capsys.readouterr().err
