"""The link checker: the cases of `linkcheck_cases/`, and the command line around it.

A new case is a section of a Markdown file there; its README describes the
format. `pytest tests/test_linkcheck.py --update-cases` rewrites the expected
reports, for review with `git diff`.
"""

import difflib
import html
import io
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from tests.case_files import Case, all_cases, find_case
from tests.linkcheck import data_files, page, report, run, styles, suggest, urls, worker
from tests.linkcheck.__main__ import main
from tests.linkcheck.checks import CONFIGURATION, REGISTRY, references
from tests.linkcheck.model import Fault, Role
from tests.linkcheck.references import candidates

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
    if case.code != "W05":  # the pages of most cases are not linked
        report = "".join(line for line in report.splitlines(keepends=True) if ": W05 " not in line)
    if pytestconfig.option.update_cases:
        case.update(report)
        return
    assert report == case.report
    assert status == (1 if re.search(r": [LC]\d\d ", report) or "strict" in case.title and report else 0)


EVERY = {**REGISTRY, **CONFIGURATION}


def test_every_code_has_a_case_that_is_wrong_and_one_that_is_right():
    said = {code for case in CASES for code in re.findall(r": ([LWC]\d\d) ", case.report)}
    right = {case.code for case in CASES if not case.report}
    assert said | {"W11", "W16"} == set(EVERY)  # these are of files that not every disk can hold; their cases are below
    assert set(EVERY) - right == set()


def test_files_that_differ_only_in_letter_case_are_told_where_a_disk_can_hold_both(tmp_path, capsys):
    for name in ("index.html", "map.png", "Map.png"):
        (tmp_path / name).write_text("<p>x")
    if len(list(tmp_path.iterdir())) < 3:
        pytest.skip("this disk takes both names for one")
    assert main([str(tmp_path)]) == 0
    assert (
        f"{tmp_path}/map.png:1: W11 'map.png' and 'Map.png' are the same file for many disks."
        in capsys.readouterr().out
    )


@pytest.mark.parametrize(
    "name",
    [
        "a: map.png",
        "what?.png",
        "end.",
        "con.png",
        "folder ./map.png",
        "space /map.png",
        "map.png ",
        "com1",
        "com1.png",
        "Aux.html",
        "nul",
        "prn.txt",
        "lpt9.png",
        "a/con/map.png",
        "a/aux",
    ],
)
def test_a_file_name_that_no_windows_disk_can_hold_is_told_where_this_disk_can(name, tmp_path, capsys):
    (tmp_path / "index.html").write_text("<p>x")
    try:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    except OSError:
        pytest.skip("this disk can't hold it either")
    assert main([str(tmp_path)]) == 0
    assert f"W16 no disk of Windows can hold a file named '{name}'." in capsys.readouterr().out


@pytest.mark.parametrize("check", EVERY.values(), ids=EVERY.keys())
def test_every_check_shows_a_bad_and_a_good_example(check):
    assert re.search(r"^ +Bad: \S", check.run.__doc__, re.MULTILINE)
    assert re.search(r"^ +Good: \S", check.run.__doc__, re.MULTILINE)


def test_the_command_lists_every_code_with_its_examples(capsys):
    assert main(["--codes"]) == 0
    out = capsys.readouterr().out
    assert re.findall(r"^## ([LWC]\d\d): \S", out, re.MULTILINE) == sorted(
        EVERY, key=lambda code: ("LWC".index(code[0]), code)
    )
    assert (
        len(re.findall(r"^- Bad: ", out, re.MULTILINE))
        == len(re.findall(r"^- Good: ", out, re.MULTILINE))
        == len(EVERY)
    )


def test_the_page_for_contributors_explains_every_code(capsys):
    main(["--codes"])
    assert (Path(__file__).parent / "linkcheck/CODES.md").read_text("utf-8") == capsys.readouterr().out


@pytest.mark.parametrize("case", [case for case in CASES if case.report], ids=lambda case: case.id)
def test_each_message_is_a_sentence_with_one_hint(case: Case):
    for line in case.report.splitlines():
        assert re.fullmatch(r"\S[^:]*:\d+: [LWC]\d\d .+\. Hint: .+[.?]", line)
        assert not re.search(r"\{(?:it|file|fragment|nearest)\}", line)
        assert "None" not in re.sub(r"'[^']*'", "", line)


# ---- the command


def test_a_clean_site_gives_status_0_and_a_summary(tmp_path, capsys):
    (tmp_path / "index.html").write_text('<a href="#">top</a>')
    assert main([str(tmp_path)]) == 0
    assert capsys.readouterr() == ("", "1 page, 1 reference, 0 faults\n")


def test_the_command_runs_as_a_module_from_the_root_of_the_repository(out_of_range):
    case = out_of_range.as_posix()
    done = subprocess.run(
        [sys.executable, "-B", "-m", "tests.linkcheck", f"{case}/site", "--source", f"{case}/source"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stdout.startswith(f"{case}/source/docs/index.md:4: L02 ")
    assert done.stderr == "2 pages, 1 reference, 1 fault\n"


def test_the_current_folder_is_the_source_when_it_has_an_mkdocs_yml(monkeypatch, capsys, out_of_range):
    monkeypatch.chdir(out_of_range / "source")
    assert main(["../site"]) == 1
    assert capsys.readouterr().out.startswith("docs/index.md:4: L02 ")
    Path("mkdocs.yml").unlink()
    assert main(["../site"]) == 1
    assert capsys.readouterr().out.startswith("../site/index.html:1: L02 ")


def test_two_runs_say_the_same_even_when_pages_are_read_in_other_processes(monkeypatch, capsys, tmp_path):
    for number in range(12):
        (tmp_path / f"{number}.html").write_text(
            f'<a href="{number + 1}.html#no">x</a><a href="no-{number}.html">y</a>'
        )
    main([str(tmp_path)])
    first = capsys.readouterr()
    assert first.out.count(" L01 ") == 13 and first.out.count(" L02 ") == 11
    pools = []
    monkeypatch.setattr(worker, "_MANY", 1)
    monkeypatch.setattr(worker, "_SAMPLE", 3)
    monkeypatch.setattr(worker, "_AT_ONCE", 2)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    monkeypatch.setattr(
        worker,
        "ProcessPoolExecutor",
        lambda *counts, **options: pools.append(counts) or ProcessPoolExecutor(*counts, **options),
    )
    main([str(tmp_path)])
    assert pools == [(2,), (3,)]  # two read beside the first; later all look again at what is missing
    assert capsys.readouterr() == first


def test_json_has_the_documented_keys(out_of_range, capsys):
    assert main(["site", "--source", "source", "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out) == [
        {
            "path": "source/docs/index.md",
            "line": 4,
            "code": "L02",
            "message": "'essays/defense.md' exists, but '#defense-9' does not.",
            "hint": "its ids run defense-1 to defense-10.",
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
    for strict, status, level, counted in ((False, 0, "warning", "0 faults, 1 warning"), (True, 1, "error", "1 fault")):
        assert main([str(tmp_path), "--format", "json", *(["--strict"] if strict else [])]) == status
        out, err = capsys.readouterr()
        assert [(each["code"], each["level"]) for each in json.loads(out)] == [("W01", level)]
        assert err.endswith(f", {counted}\n")


def test_annotations_tell_warnings_from_errors(tmp_path, capsys):
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
    fault = Fault("a:b,c%\r\n.md", 3, "L01", "100% of 'صحة'\n.", "a: b, c.", "p", "r", "warning")
    assert report.github([fault]) == (
        "::warning file=a%3Ab%2Cc%25%0D%0A.md,line=3,title=L01::100%25 of 'صحة'%0A. Hint: a: b, c.\n"
    )
    assert report.as_json([fault]).startswith('[\n  {\n    "path": ') and "'صحة'" in report.as_json([fault])
    assert report.as_json([fault]).endswith("}\n]\n")


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
    assert capsys.readouterr().err == "2 pages, 2 references, 1 fault\n"


def test_what_a_script_imports_is_looked_for_beyond_its_end_unless_it_is_very_large(tmp_path, monkeypatch, capsys):
    (tmp_path / "index.html").write_text("<p>x")
    (tmp_path / "site.css").write_text("a { b: url(no-1.png) }" + " " * 9_000)
    (tmp_path / "site.js").write_text('import "./no.js";\n' + "// x\n" * 2_000)
    (tmp_path / "data.json").write_text('{"icons": [{"src": "no.png"}], "x": "' + "x" * 8_000 + '"}')
    assert main([str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert "site.js:1: L01 './no.js' does not exist." in out and "data.json:1: L01 'no.png' does not exist." in out
    monkeypatch.setattr(data_files, "LARGE", 5_000)
    assert main([str(tmp_path)]) == 1
    assert re.findall(r"L01 '(.+?)'", capsys.readouterr().out) == ["no-1.png"]


@pytest.mark.parametrize(
    "text", ['<a href="large.html#x{}">x</a>', '<a href="no-{}.html">x</a>', '<label for="no-{}">x</label>']
)
def test_suggestions_for_many_faults_are_given_up_and_the_faults_are_still_told(text, tmp_path, monkeypatch, capsys):
    (tmp_path / "index.html").write_text("".join(text.format(number) for number in range(300)))
    (tmp_path / "large.html").write_text("".join(f'<p id="part-{number}">' for number in range(100)))
    for number in range(50):
        (tmp_path / f"page-{number}.html").write_text("<p>x")
    compared = []
    monkeypatch.setattr(suggest, "COMPARISONS", 500)
    monkeypatch.setattr(difflib, "get_close_matches", lambda word, names, *_: compared.extend(names) or [])
    assert main([str(tmp_path), "--format", "json"]) == 1
    assert len(json.loads(capsys.readouterr().out)) >= 300
    assert len(compared) <= 1_500


def test_a_file_that_must_not_be_read_is_a_fault(tmp_path, monkeypatch, capsys):
    (tmp_path / "index.html").write_text("<p>x")
    (tmp_path / "secret.html").write_text("<p>x")

    def refuse(path, mode, buffering):
        if path.endswith("secret.html"):
            raise PermissionError(13, "Permission denied")
        return open(path, mode, buffering)

    monkeypatch.setattr(worker, "open", refuse, raising=False)
    assert main([str(tmp_path)]) == 1
    assert "secret.html:1: L15 this file can't be read (Permission denied)" in capsys.readouterr().out


def test_what_checks_read_once_more_may_be_refused_too(tmp_path, monkeypatch, capsys):
    (tmp_path / "index.html").write_text(
        '<link rel="canonical" href="https://pages.example/"><script src="x.js" integrity="sha256-x"></script>'
    )
    (tmp_path / "x.js").write_text("x")
    (tmp_path / "robots.txt").write_text("User-agent: *\nDisallow: /")
    (tmp_path / "sitemap.xml").write_text(
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://pages.example/</loc></url></urlset>'
    )
    told = []
    for refused in (False, True):
        if refused:
            monkeypatch.setattr(
                Path, "open", lambda path, *more, **options: (_ for _ in ()).throw(PermissionError(13, "no"))
            )
        main([str(tmp_path), "--site-url", "https://pages.example/"])
        told.append(re.findall(r"[LW]\d\d", capsys.readouterr().out))
    assert told == [["L26", "W07"], []]


def test_a_page_that_is_too_large_is_told_and_not_read(tmp_path, monkeypatch, capsys):
    (tmp_path / "index.html").write_text('<a href="large.html#x">x</a>')
    (tmp_path / "large.html").write_text('<a href="no.html">x</a>' + " " * 1_000_000)
    monkeypatch.setattr(page, "LARGEST", 999_999)
    assert main([str(tmp_path)]) == 1
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 1 and "large.html:1: L15 this file has 1 MB, and no page above 0 MB is read." in told[0]


def test_a_page_of_elements_without_end_is_told_and_not_parsed(tmp_path, capsys):
    (tmp_path / "index.html").write_text("<div>" * 200_000)
    assert main([str(tmp_path)]) == 1
    assert "L15 200,000 elements stand within each other. Hint: close them" in capsys.readouterr().out


def test_junk_named_as_a_page_is_told_in_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "index.html").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "sitemap.xml").write_bytes(b"\x00\xff<<<")
    (tmp_path / "feed.json").write_text("[1, {")
    (tmp_path / "map.svg").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "x.webmanifest").write_text('{"icons": 3}')
    assert main([str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    assert {Path(line.partition(":")[0]).name for line in out.splitlines()} == {
        "feed.json",
        "index.html",
        "map.svg",
        "sitemap.xml",
        "x.webmanifest",
    }
    assert all(": L15 " in line for line in out.splitlines()) and "Traceback" not in err


@pytest.mark.parametrize("deep", ["[" * 200_000, "1" * 5_000], ids=["brackets", "digits"])
def test_what_no_reader_of_json_takes_is_told_where_json_is_promised_and_nowhere_else(deep, tmp_path, capsys):
    (tmp_path / "index.html").write_text(f'<script type="application/json">{deep}</script>')
    (tmp_path / "data.json").write_text(deep)
    (tmp_path / "site.webmanifest").write_text(deep)
    (tmp_path / "page.html").write_text(f'<script type="application/ld+json">{deep}</script>')
    assert main([str(tmp_path)]) == 1
    told = [line for line in capsys.readouterr().out.splitlines() if " L15 " in line]
    assert [Path(line.partition(":")[0]).name for line in told] == ["page.html", "site.webmanifest"]


def test_an_exclusion_is_good_for_the_whole_of_its_last_day(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site/index.html").write_text('<a href="old.html">x</a>')
    (tmp_path / "pyproject.toml").write_text(
        '[[tool.linkcheck.exclude]]\ncode = "L01"\nreference = "old.html"\nreason = "It comes back."\nexpires = 2026-05-31\n'
    )
    told = [
        [each.code for each in run.inspect(tmp_path / "site", source=tmp_path, today=date(2026, month, day)).faults]
        for month, day in ((5, 31), (6, 1))
    ]
    assert told == [[], ["C02", "L01"]]


def test_a_code_has_one_check():
    with pytest.raises(ValueError, match="^L01 is registered twice$"):
        references("L01", "another")(lambda link, context: iter(()))


def test_check_returns_sorted_faults(tmp_path):
    find_case("L12", "malformed URLs").write(tmp_path)
    faults = run.check(tmp_path / "site")
    assert len(faults) > 2 and faults == sorted(faults)


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
    assert urls.indicated(fragment, ids) is found


@pytest.mark.parametrize(
    "css, expected",
    [
        ("a { b: url(x.png) }", ["x.png"]),
        ("a { b: URL( 'x y.png' ) }", ["x y.png"]),
        (r"a { b: url(x\29 y.png) }", ["x)y.png"]),
        ("/* url(x.png) */ a { content: 'url(y.png)' }", []),
        ("a { b: url(data:image/png;base64,AA==), url(z.png) }", ["data:image/png;base64,AA==", "z.png"]),
        ("@import 'a.css' screen; @import url(b.css);", ["a.css", "b.css"]),
        ("a { b: image-set('x.png' type('image/png') 1x, url(y.png) 2x) } c { d: 'e' }", ["x.png", "y.png"]),
        ("a { b: url(", []),
        ("@import'a.css';@import/**/url(b.css);@import /* c */ 'c.css';", ["a.css", "b.css", "c.css"]),
        ("a { b: image('x.png', red) } c { --image: 'y.png' }", ["x.png"]),
        ('a { content: "\\"" } c { d: url(x.png) }', ["x.png"]),
        (r"a { b: url(x\)y.png) }", ["x)y.png"]),
        (r"a { b: url('x\'y.png') }", ["x'y.png"]),
        (r'a { b: url("x\"y.png") }', ['x"y.png']),
        ('@import "a\\\nb.css";', ["ab.css"]),
        ("@import 'a\\\r\nb.css';", ["ab.css"]),
        ('@import "a\\\r\nb.css";', ["ab.css"]),
        ("@import 'a\\\nb.css';", ["ab.css"]),
        ("/* url(x.png)", []),
        ("@import/* a * b **/'c.css';", ["c.css"]),
        ("@namespace svg url(http://www.w3.org/2000/svg);", []),
        ("a { b: src('x.png'); content: 'y.png' }", ["x.png"]),
        ("a { b: image-set(src('x.png') 1x, 'y.png' 2x) }", ["x.png", "y.png"]),
        ("a { b: image-set(linear-gradient(c, 'd') 1x, 'y.png' 2x) }", ["y.png"]),
        ("a { b: image-set('x.png' 1x) 'no.png' }", ["x.png"]),
        ("a { b: -webkit-image-set('x.png' 1x) 'no.png' }", ["x.png"]),
        ("a { b: cross-image('no.png') }", []),
        (r"a { b: url(\78.png) url(\79 .png) url(\z.png) }", ["x.png", "y.png", "z.png"]),
        (r"a { b: url(\0.png) url(\D800.png) url(\DFFF.png) url(\110000.png) }", ["\ufffd.png"] * 4),
        (r"a { b: url(\D7FF.png) url(\E000.png) url(\10FFFF.png) }", ["\ud7ff.png", "\ue000.png", "\U0010ffff.png"]),
        ('@import "a.css', ["a.css"]),
        ('@import "', []),
        ("a { b: url('x.png", ["x.png"]),
        ("src('a.png')", ["a.png"]),
        ("a { b: url(x.png) ) 'c' } d { e: image('y.png') }", ["x.png", "y.png"]),
    ],
)
def test_a_style_gives_its_addresses(css, expected):
    assert list(styles.addresses(css)) == expected


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
    assert page.read("p.html", f'<meta http-equiv="refresh" content="{quoted}">'.encode()).refresh == leads_to


UNRENDERED = [
    "[x](https://a.example/b)",
    "[x](http://a.example)",
    "[x](https://)",
    "[x](mailto:a@b.example)",
    "[x](/y)",
    "[x](./y)",
    "[x](../y)",
    "[x](/)",
    "[x](#y)",
    "[xy](yz.md)",
    "[x](y.html#z)",
    "[x](y.html#)",
    "[x](y.html#zz)",
    '[x](y.md  "t u")',
    "[x](y.md 't u')",
    '[x](y.md "")',
    "[x](y.md '')",
    "![x](y.md)",
    "![](y.png)",
    "![xy](yz.jpeg)",
    '![x](y.png "t")',
    "[A b][c]",
    "[See the map][map]",
    "[a ][b]",
    "{: .x }",
    "{:.x}",
    "{: #x}",
    "{:  .xy  .z}",
    "{: .x }",
    "{#x}",
    "{#x-1}",
    '--8<-- "x"',
    "--8<--",
    '----8<---- "x"',
    ":material-x:",
    ":octicons-x-16:",
    ":fontawesome-x:",
    ":simple-x:",
    ":contentReference[oaicite:3]",
    ":contentReference[oaicite:]",
    "turn0search1",
    "turn1view12",
    "turn0news3",
    "turn12search3",
    "(x)[https://a.example]",
    "(x)[http://a.example]",
    "(xy)[./y]",
    "(x)[../yz]",
    "[url=https://a.example]",
    "[url=http://a.example]",
    "[url=https://]",
    "`x <y>`_",
    "`xy <yz>`_",
    *(
        f":{role}:`x y`"
        for role in [
            "ref",
            "doc",
            "term",
            "numref",
            "download",
            "class",
            "func",
            "meth",
            "mod",
            "attr",
            "obj",
            "py:class",
            "py:obj",
        ]
    ),
    "[x]: https://a.example",
    "[xy]: http://a.example",
    "[x]:  ../y",
    "[x]:\t../y",
    "  [x]: ./y",
]
RENDERED = [
    "[x](y)",
    "[](y.md)",
    "[x](y.md t)",
    "[x](y.md 't\")",
    "![x](y.c)",
    "![x](y.abcde)",
    "[1 b][c]",
    "[a][b]",
    "[a b][1]",
    "[a b][]",
    "{: x}",
    "{:}",
    "{# x}",
    "{#1}",
    "8<",
    "-8<-",
    "a:material-x:",
    ":material-x",
    "turn2search1",
    "turn0search",
    "turn0other1",
    "(x)[y]",
    "()[./y]",
    "[url=y]",
    "`x <y>`",
    "`<y>`_",
    "a:ref:`x`",
    ":ref:``",
    ":other:`x`",
    "a [^1] b",
    "a[^1]b",
    "[^1]:x",
    "a [x]: ./y",
    "    [x]: ./y",
    "[x]:./y",
    "[x]: y",
]


@pytest.mark.parametrize(
    "text, found",
    [
        *((text, [text]) for text in UNRENDERED),
        *((text, []) for text in RENDERED),
        ("As said.[^1]", ["[^1]"]),
        ("(as said)[^a-b],", ["[^a-b]"]),
        ("said[^1]!", ["[^1]"]),
        ("[^1]: As said", ["[^1]:"]),
        (" \t[^ab]:\tAs said", [" \t[^ab]:"]),
    ],
)
def test_text_that_should_have_become_something_else_is_found_where_it_stands_alone(text, found):
    record = page.read("p.html", f"<p>{html.escape(text, quote=False)}</p>".encode())
    assert [each.value for each in record.references if each.role is Role.TEXT] == found


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
    assert "give its address with --site-url" in capsys.readouterr().err
    assert main([str(tmp_path), "--site-url", "https://pages.example/"]) == 1
    assert "give its address" not in capsys.readouterr().err
    (tmp_path / "index.html").write_text("<p>x")
    assert main([str(tmp_path)]) == 0
    assert "give its address" not in capsys.readouterr().err
