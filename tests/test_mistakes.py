"""The report on each mistake. Each file in `mistakes/` is one: the edits, and the report that must follow.

`edits` is a list of changes to a copy of the sources, each to one `file`:
  replace/with   the first occurrence of a text, or the first after each text of the list `after`
  append         text added at the end
  write          the whole file (with `encoding`, in it)    delete    true
  picture        a PNG of [width, height, bytes]            windows   true: BOM and Windows line ends
  link           a symbolic link to another file            pipe      true
  size           N zero bytes                                folders   N nested folders
A text may be a list of texts and of `{repeat: text, times: 1000}`, which are joined.
`published: true` commits the sources before the edits, as the published version.
`by: check`: reported only by `python overrides/hooks check`, with style and spelling; all others by a build too.
`partial: true`: other problems may be reported as well, because other pages may link to what the case removes.
`report` is the whole report, in order, word for word; a line number may be given as words of
that line, as in `docs/about.md:«See [the map]»: L01 …`, so that editing a page breaks no case
(of words that go over several lines, the first line counts);
`«…words»` is the last line with these words, and `«- id: a»«words»` the first with these words after others. Cases on
evidence use ids in this way, so that rewording a note breaks no case.
"""

import re
import shutil
from pathlib import Path

import pytest
from health_diplomacy import check_command
from health_diplomacy.codes import CODES, STYLE
from health_diplomacy.content import configuration, git_history
from health_diplomacy.lint import runner
from linkcheck.rules import RULES

from tests import sources
from tests.reading import ROOT, read_yaml
from tests.sources import OLD, edit, joined, must_build, must_refuse, replace, with_line_numbers, write

CASES = {file.stem: read_yaml(file) for file in sorted((ROOT / "tests/mistakes").glob("*.yml"))}


def kind_of(case: dict) -> tuple[frozenset[str], ...]:
    """What decides how MkDocs gets to know of a mistake: its edits, and the top folders of the files it is in."""
    edits = frozenset(key for change in case["edits"] for key in change.keys() - {"file", "with"})
    return edits, frozenset(joined(change["file"]).partition("/")[0] for change in case["edits"])


def prepare(case: dict, root: Path) -> Path:
    """A copy of the sources with a case's edits made."""
    sources.copy_sources(root)
    if case.get("published"):
        sources.commit_all(root)
    for change in case["edits"]:
        edit(root, change)
    return root


def test_fixing_style_changes_nothing_that_a_page_shows(tmp_path):
    for name in ("mkdocs.yml", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    for name, case in CASES.items():
        for change in case["edits"]:
            file = f"docs/{name}/{joined(change['file'])}"
            if file.endswith(".md") and change.keys() & {"replace", "append", "write", "windows"}:
                (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
                if not (tmp_path / file).exists() and "write" not in change:
                    shutil.copy(ROOT / joined(change["file"]), tmp_path / file)
                edit(tmp_path, {**change, "file": file})
    harmless = read_yaml("tests/harmless/pages.yml")
    write(tmp_path / "docs/harmless", {f"{number}.md": text for number, text in enumerate(harmless.values())})
    pages = sorted((tmp_path / "docs").rglob("*.md"))
    settings, _ = configuration.read(tmp_path)

    def shown(page: Path) -> str:
        text = page.read_text(encoding="utf-8-sig", errors="replace")
        try:
            html = runner.to_html(re.sub(r"\A---\n.*?^---\n", "", text, flags=re.DOTALL | re.MULTILINE), settings)
        except Exception as error:  # Markdown extensions may raise anything
            return repr(error)
        return " ".join(html.split()).replace(" </", "</")

    before, originals = {page: shown(page) for page in pages}, [page.read_bytes() for page in pages]
    check_command.fix_style(tmp_path)
    assert originals != [page.read_bytes() for page in pages]
    assert [page for page in pages if shown(page) != before[page]] == []


ONLY_BUILT = {name for name, case in CASES.items() if any(": H01 " in line for line in case["report"])}
"""Only a build renders templates."""
IN_A_BUILD = {kind_of(case): name for name, case in CASES.items() if case.get("by") != "check"}
"""One mistake of each kind: a build runs the same checks, but MkDocs reads the sources first."""


@pytest.mark.parametrize("name", sorted(CASES.keys() - ONLY_BUILT))
def test_the_check_reports_a_mistake_with_its_place_and_remedy(name, tmp_path, monkeypatch):
    assert_is_reported(CASES[name], tmp_path, monkeypatch)


def assert_is_reported(case: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = prepare(case, tmp_path)
    if not case.get("published"):  # starting git just to find no repository takes a fifth of the run time
        monkeypatch.setattr(git_history, "_git", lambda *_: None)
    found = check_command.problems_of(root, with_style=case.get("by") == "check")
    assert_report(case, root, [str(problem) for problem in found])


def assert_report(case: dict, root: Path, found: list[str]) -> None:
    expected = [with_line_numbers(root, line) for line in case["report"]]
    assert [line for line in found if line in expected or not case.get("partial")] == expected


@pytest.mark.parametrize("name", sorted({*IN_A_BUILD.values(), *ONLY_BUILT}))
def test_a_build_reports_what_the_check_does_and_leaves_the_last_good_site(name, tmp_path):
    root = prepare(CASES[name], tmp_path / "sources")
    output = must_refuse(root, tmp_path / "site")
    report = [line for line in output.splitlines() if line.startswith(("docs/", "overrides/", "mkdocs.yml"))]
    assert_report(CASES[name], root, report)


def test_a_warning_of_mkdocs_itself_fails_the_build_and_leaves_the_last_good_site(root, tmp_path):
    replace(root, "mkdocs.yml", "edit_uri: edit/main/docs/", "edit_uri_template: 'edit/{path}'")
    assert "is not a valid URL" in must_refuse(root, tmp_path / "site")


def test_a_new_build_replaces_the_old_site_but_keeps_its_hidden_files(root, tmp_path):
    site = tmp_path / "site"
    write(site, {**OLD, ".git/HEAD": ""})
    must_build(root, site)
    assert not (site / "topics/gone").exists()
    assert (site / ".git/HEAD").is_file()
    assert (site / "topics/peace-building/index.html").is_file()


def test_every_code_has_a_mistake_that_shows_it():
    report = {re.search(r": ([A-Z]\d\d) ", line)[1] for case in CASES.values() for line in case["report"]}
    elsewhere = {"E11", "H02", "H03"}  # of the command `due`, and of the staging directory
    assert {code for code in CODES if code[0] != "D"} - elsewhere == report


def test_every_code_in_use_is_registered():
    hooks = ROOT / "overrides/hooks"
    files = [file for ending in ("*.py", "*.yml") for file in hooks.rglob(ending) if "linkcheck" not in file.parts]
    code = "\n".join(file.read_text(encoding="utf-8") for file in files if file.stem != "codes")
    of_links = {rule.code for rule in RULES}
    assert set(re.findall(r'(?:"|code: )([A-Z]\d\d)\b', code)) - of_links == set(CODES) - of_links
    assert set(CODES) > STYLE
