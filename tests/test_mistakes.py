"""The report on each mistake. Each file in `mistakes/` is one: the edits, and the report that must follow.

`edits` is a list of changes to a copy of the sources, each to one `file`:
  replace/with   the first place where the words stand      append    words put at the end
  write          the whole file (with `encoding`, in it)    delete    true
  picture        a PNG of [width, height, bytes]            windows   true: BOM and Windows line ends
  link           a symbolic link to another file            pipe      true
  size           so many bytes, all zero                    folders   so many, each in the one before
Words may be a list of words and of `{repeat: words, times: 1000}`, which are joined.
`published: true` keeps the sources in git before the edits are made, as what was published.
`by: check`: reported only by `python overrides/hooks check`, with style and spelling; all others by a build too.
`report` is the whole report, in order, word for word; a line number may be given as the words that
stand on that line, as in `docs/about.md:«See [the map]»: L01 …`, so that editing a page breaks no case
(of words that go over several lines, the first line counts);
`«…words»` is the last line with these words.
"""

import os
import re
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from health_diplomacy import check_command
from health_diplomacy.codes import CODES, STYLE
from health_diplomacy.content import configuration
from health_diplomacy.lint import runner
from linkcheck.rules import RULES
from mkdocs.__main__ import cli

from tests.reading import ROOT

CASES = {
    file.stem: yaml.safe_load(file.read_text(encoding="utf-8"))
    for file in sorted((ROOT / "tests/mistakes").glob("*.yml"))
}


def kind_of(case: dict) -> tuple[frozenset[str], ...]:
    """What decides how MkDocs gets to know of a mistake: its edits, and the top folders of the files it is in."""
    edits = frozenset(key for change in case["edits"] for key in change.keys() - {"file", "with"})
    return edits, frozenset(words(change["file"]).partition("/")[0] for change in case["edits"])


def copy_sources(target: Path) -> Path:
    """A copy of everything that a build reads."""
    for name in ("docs", "overrides"):
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "mkdocs.yml", target)
    return target


OLD = {"index.html": "the last good site", "search/search_index.js": "", "topics/gone/index.html": "gone"}
"""What a former site has at least, as text by path."""


def write(folder: Path, files: dict[str, str]) -> None:
    """Adds files to a folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def content(folder: Path) -> dict[str, str]:
    """Every file in a folder, with its text if it has one."""
    return {
        file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8", errors="replace")
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def words(given: str | list) -> str:
    """Words of a case, which may be made of parts that are repeated."""
    parts = [given] if isinstance(given, str) else given
    return "".join(part if isinstance(part, str) else part["repeat"] * part["times"] for part in parts)


def edit(root: Path, change: dict) -> None:
    """Makes one of a case's edits."""
    file = root / words(change["file"])
    file.parent.mkdir(parents=True, exist_ok=True)
    if "replace" in change:
        text = file.read_text(encoding="utf-8")
        assert change["replace"] in text, f"{change['file']} does not hold the words to replace"
        file.write_text(text.replace(change["replace"], words(change["with"]), 1), encoding="utf-8")
    elif "append" in change:
        file.write_text(file.read_text(encoding="utf-8") + words(change["append"]), encoding="utf-8")
    elif "write" in change:
        file.write_bytes(words(change["write"]).encode(change.get("encoding", "utf-8")))
    elif "link" in change:
        file.unlink(missing_ok=True)
        file.symlink_to(change["link"])
    elif "pipe" in change:
        file.unlink(missing_ok=True)
        os.mkfifo(file)
    elif "size" in change:
        file.touch()
        os.truncate(file, change["size"])
    elif "folders" in change:
        for level in range(change["folders"]):
            file.joinpath(*["a"] * (level + 1)).mkdir()
    elif "picture" in change:
        file.write_bytes(png(*change["picture"]))
    elif "windows" in change:
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    else:
        assert change["delete"] is True
        file.unlink()


def png(width: int, height: int, size: int) -> bytes:
    """A white PNG of so many pixels, made up to a number of bytes with text that no viewer shows."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = zlib.compress((b"\0" + b"\xff" * ((width + 7) // 8)) * height)
    parts = [b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", header), chunk(b"IDAT", pixels), chunk(b"IEND", b"")]
    spare = size - sum(map(len, parts)) - 12
    return b"".join(
        [*parts[:2], *([chunk(b"tEXt", b"Comment\0" + b" " * (spare - 8))] if spare > 8 else []), *parts[2:]]
    )


def prepare(case: dict, root: Path) -> Path:
    """A copy of the sources with a case's edits made."""
    copy_sources(root)
    shutil.copy(ROOT / "pyproject.toml", root)
    (root / "tests").mkdir()
    shutil.copy(ROOT / "tests/words.toml", root / "tests")
    if case.get("published"):
        for command in (
            ["init", "-q", "-b", "main"],
            ["add", "."],
            ["-c", "user.name=A", "-c", "user.email=a@b.example", "commit", "-qm", "published"],
        ):
            subprocess.run(["git", *command], cwd=root, check=True, timeout=60)
    for change in case["edits"]:
        edit(root, change)
    return root


def with_line_numbers(root: Path, expected: str) -> str:
    """An expected message, with the number of the line where the words between « and » first (with …, last) stand."""
    found = re.match(r"(?P<file>[^:]+):«(?P<last>…?)(?P<words>.+?)»: ", expected, re.DOTALL)
    if not found:
        return expected
    text = (root / found["file"]).read_text(encoding="utf-8")
    assert found["words"] in text
    at = text.rindex(found["words"]) if found["last"] else text.index(found["words"])
    return expected.replace(f"«{found['last']}{found['words']}»", str(text.count("\n", 0, at) + 1))


def build(root: Path, site: Path):
    """Runs `mkdocs build` in this process."""
    return CliRunner().invoke(cli, ["build", "-f", str(root / "mkdocs.yml"), "--site-dir", str(site)])


def test_fixing_style_changes_nothing_that_a_page_shows(tmp_path):
    for name in ("mkdocs.yml", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    for name, case in CASES.items():
        for change in case["edits"]:
            file = f"docs/{name}/{words(change['file'])}"
            if file.endswith(".md") and change.keys() & {"replace", "append", "write", "windows"}:
                (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
                if not (tmp_path / file).exists() and "write" not in change:
                    shutil.copy(ROOT / words(change["file"]), tmp_path / file)
                edit(tmp_path, {**change, "file": file})
    harmless = yaml.safe_load((ROOT / "tests/harmless/pages.yml").read_text(encoding="utf-8"))
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

    before, sources = {page: shown(page) for page in pages}, [page.read_bytes() for page in pages]
    check_command.fix_style(tmp_path)
    assert sources != [page.read_bytes() for page in pages]
    assert [page for page in pages if shown(page) != before[page]] == []


ONLY_BUILT = {name for name, case in CASES.items() if any(": H01 " in line for line in case["report"])}
"""Only a build renders templates."""
IN_A_BUILD = {kind_of(case): name for name, case in CASES.items() if case.get("by") != "check"}
"""One mistake of each kind: a build runs the same checks, but MkDocs reads the sources first."""


@pytest.mark.parametrize("name", sorted(CASES.keys() - ONLY_BUILT))
def test_the_check_reports_a_mistake_with_its_place_and_remedy(name, tmp_path):
    case = CASES[name]
    root = prepare(case, tmp_path)
    found = check_command.problems_of(root, with_style=case.get("by") == "check")
    assert [str(problem) for problem in found] == [with_line_numbers(root, line) for line in case["report"]]


@pytest.mark.parametrize("name", sorted({*IN_A_BUILD.values(), *ONLY_BUILT}))
def test_a_build_reports_what_the_check_does_and_leaves_the_last_good_site(name, tmp_path):
    root = prepare(CASES[name], tmp_path / "sources")
    site = tmp_path / "site"
    write(site, OLD)

    result = build(root, site)

    report = [line for line in result.output.splitlines() if line.startswith(("docs/", "overrides/", "mkdocs.yml"))]
    assert report == [with_line_numbers(root, line) for line in CASES[name]["report"]]
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert content(site) == OLD
    assert sorted(file.name for file in tmp_path.iterdir()) == ["site", "sources"]


def test_a_warning_of_mkdocs_itself_fails_the_build_and_leaves_the_last_good_site(tmp_path):
    root = copy_sources(tmp_path / "sources")
    edit(
        root, {"file": "mkdocs.yml", "replace": "edit_uri: edit/main/docs/", "with": "edit_uri_template: 'edit/{path}'"}
    )
    site = tmp_path / "site"
    write(site, OLD)

    result = build(root, site)

    assert "is not a valid URL" in result.output
    assert result.exit_code == 1
    assert content(site) == OLD
    assert sorted(file.name for file in tmp_path.iterdir()) == ["site", "sources"]


def test_a_new_build_replaces_the_old_site_but_keeps_its_hidden_files(tmp_path):
    site = tmp_path / "site"
    write(site, OLD)
    (site / ".git").mkdir()
    assert build(copy_sources(tmp_path / "sources"), site).exit_code == 0
    assert not (site / "topics/gone").exists()
    assert (site / ".git").is_dir()
    assert (site / "index.html").is_file()


def test_sources_without_a_mistake_are_built(tmp_path):
    result = build(copy_sources(tmp_path / "sources"), tmp_path / "site")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "site/topics/peace-building/index.html").exists()


def test_every_code_has_a_mistake_that_shows_it():
    report = {re.search(r": ([A-Z]\d\d) ", line)[1] for case in CASES.values() for line in case["report"]}
    assert {code for code in CODES if not code.startswith("D")} - {
        "E11",
        "H02",
        "H03",
    } == report  # E11 is reported by a command; H02 and H03 are tested with the staging directory


def test_every_code_in_use_is_registered():
    code = "\n".join(
        file.read_text(encoding="utf-8")
        for file in (ROOT / "overrides/hooks").rglob("*.*")
        if file.suffix in {".py", ".yml"}
        and file.stem != "codes"
        and "linkcheck" not in file.parts  # which has a registry of its own
    )
    of_links = {rule.code for rule in RULES}
    assert set(re.findall(r'(?:"|code: )([A-Z]\d\d)\b', code)) - of_links == set(CODES) - of_links
    assert set(CODES) > STYLE
