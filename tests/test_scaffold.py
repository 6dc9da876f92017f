"""Beginning a page or an entry: filled in as its instructions say, it passes every check."""

import datetime
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from health_diplomacy import check_command, essay_text, scaffold
from health_diplomacy.content.file_names import slug

from tests.conftest import Done
from tests.reading import CLAIMS, ROOT, page, read_yaml, words
from tests.sources import append, content, edit, must_build

FOLDER = ROOT / "tests/scaffold"
FILLED_IN, REFUSED_ESSAYS, REFUSED_COMMANDS = (
    read_yaml(FOLDER / f"{name}.yml") for name in ("filled-in", "refused-essays", "refused-commands")
)
ESSAY = FOLDER / "nursing.txt"
CLAIM = {
    "  kind": "evaluative",
    "  verdict": "opinion",
    "  finding": "A judgment of the author's.",
    "      verdict": "opinion",
    "      note": "Nothing was looked for.",
}


def problems_of(root: Path) -> list[str]:
    return [str(problem) for problem in check_command.problems_of(root)]


def fill(root: Path, file: str, values: dict[str, str], text: dict[str, str] | None = None, times: int = 1) -> None:
    """Replaces each part marked FILL IN, as somebody at a keyboard would: the value of a key, or a line of text."""
    patterns = {rf'^({re.escape(key)}:?) "FILL IN[^"]*"': rf'\1 "{value}"' for key, value in values.items()}
    lines = {rf"^FILL IN: {re.escape(start)}.*$": value for start, value in (text or {}).items()}
    written = (root / file).read_text(encoding="utf-8")
    for pattern, value in (patterns | lines).items():
        written, count = re.subn(pattern, value, written, flags=re.MULTILINE)
        assert count == (1 if pattern in lines else times), pattern
    (root / file).write_text(written, encoding="utf-8")


def start_and_fill_in(root: Path, run: Callable[..., Done], case: dict) -> None:
    """Start a case's page or entry, and write what a person would. The messages before that say where."""
    text = case.get("text", {})
    for change in case.get("before", []):
        edit(root, change)
    done = run(root, "new", *case["command"])
    assert (done.status, done.err) == (0, "")
    assert case["file"] in done.out
    unfilled = rf"{re.escape(case['file'])}:\d+: F10 this is not filled in yet\. Hint: .{{10,}}"
    assert sum(bool(re.match(unfilled, line)) for line in problems_of(root)) == len(case["values"]) + len(text)
    fill(root, case["file"], case["values"], text)
    for change in case.get("after", []):
        edit(root, change)
    assert problems_of(root) == []


@pytest.mark.parametrize("name", ["a page", "a source", "a term"])
def test_what_is_started_passes_every_check_once_it_is_filled_in(root, run, name):
    start_and_fill_in(root, run, FILLED_IN[name])


def test_a_topic_and_a_picture_pass_every_check_once_filled_in_and_are_shown(root, run, tmp_path):
    for name in ("a topic", "a picture"):
        start_and_fill_in(root, run, FILLED_IN[name])
    site = must_build(root, tmp_path / "site")
    shown = page(site, "topics/help-in-a-crisis/").css_first(".hd-question")
    assert words(shown) == FILLED_IN["a topic"]["values"]["question"]
    assert page(site, "topics/").css("a[href='help-in-a-crisis/']")
    html = (site / "topics/peace-building/index.html").read_text(encoding="utf-8")
    assert html.count('A. Mapmaker (<a href="https://creativecommons.org/publicdomain/zero/1.0/">CC0-1.0</a>') == 1
    assert "A. Mapmaker" not in (site / "about/index.html").read_text(encoding="utf-8")


def test_an_essay_from_a_text_file_passes_every_check_once_filled_in_and_is_built_and_counted(root, run, tmp_path):
    done = run(root, "new", "essay", str(ESSAY))
    assert (done.status, done.err) == (0, "")
    assert {re.search(r": ([A-Z]\d\d) ", line)[1] for line in problems_of(root)} == {"F10", "P04"}
    description = {"description": "The third essay: nursing exchanges as a form of partnership."}
    fill(root, "docs/essays/nursing.md", description)
    fill(root, "docs/evidence/claims.yml", CLAIM, times=5)
    for number in (1, 2, 3):
        append(root, "docs/topics/peace-building.md", f'--8<-- "essays/nursing.md:nursing-{number}"')
    assert problems_of(root) == []

    site = must_build(root, tmp_path / "site")
    article = page(site, "essays/nursing/").css_first("article")
    shown = [words(node) for node in article.css("h1, h2:not(#terms), p[id^=nursing-]")]
    blocks = ESSAY.read_text(encoding="utf-8").split("\n\n")
    assert shown == [" ".join(block.split()).removeprefix("## ") for block in blocks]
    record = page(site, "evidence/nursing/").css_first("article")
    assert len(record.css(".hd-claim")) == 5
    assert "It isn't our interpretation" not in words(record)  # the essay doesn't speak of the Islamic Nation
    assert f"{len(CLAIMS) + 5} sentences" in words(page(site, "").css_first("article"))
    pages = [file for file in site.rglob("*.html") if file.parent.name != "changes"]  # the log of past wordings
    outdated = re.compile(r"(?i)(?<!first )two essays|both essays|36 sentences")
    assert [file for file in pages if outdated.search(file.read_text(encoding="utf-8"))] == []


def test_a_paragraph_is_split_where_its_sentences_end():
    sentences = ["One.", "Two!", "Three?", "4 is more.", "“Five.”", "(Six.)", "السلام."]
    sentences.append("Only the U.S. Army, J. Doe, Dr. Roe, e.g. this.")
    assert essay_text.sentences(" ".join(sentences)) == sentences


@pytest.mark.parametrize("case", REFUSED_ESSAYS, ids=lambda case: case["text"].strip() or "empty")
def test_a_text_that_is_no_essay_is_refused_at_its_line_and_changes_nothing(root, tmp_path, case):
    file = tmp_path / "new.txt"
    file.write_bytes(case["text"].encode(case.get("encoding", "utf-8")))
    before = content(root)
    with pytest.raises(scaffold.CannotStart) as refused:
        scaffold.start(root, "essay", str(file), datetime.date(2026, 11, 29))
    assert str(refused.value) == f"{file}:{case['says']}"
    assert content(root) == before


def test_a_new_essay_that_cannot_be_written_whole_leaves_nothing(root, run, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device", "mkdocs.yml")

    before = content(root)
    monkeypatch.setattr(scaffold, "_menu", fail)
    message = "mkdocs.yml cannot be written: No space left on device.\n"
    assert run(root, "new", "essay", str(ESSAY)) == (2, "", message)
    assert content(root) == before


def test_an_essay_is_added_only_once(root, run, tmp_path):
    text = (root / "docs/essays/defense.md").read_text(encoding="utf-8")
    shared = next(line for line in text.splitlines() if line.startswith("Defense Health Diplomacy refers"))
    (tmp_path / "again.txt").write_text(f"Another title\n\n{shared}\n", encoding="utf-8")
    done = run(root, "new", "essay", str(tmp_path / "again.txt"))
    assert done.status == 2
    assert "docs/essays/defense.md already has text of " in done.err


@pytest.mark.parametrize("case", REFUSED_COMMANDS, ids=lambda case: " ".join(case["command"]))
def test_invalid_arguments_print_one_line_and_change_nothing(root, run, case):
    before = content(root)
    assert run(root, "new", *case["command"]) == (2, "", f"{case['says']}\n")
    assert content(root) == before


def test_a_title_becomes_a_file_name_that_works_in_a_url():
    assert slug("L'aide médicale & “trust” (2020)") == "laide-medicale-trust-2020"
