"""Beginning a page or an entry: filled in as its instructions say, it passes every check."""

import datetime
import re
from pathlib import Path

import pytest
import yaml
from health_diplomacy import check_command, essay_text, scaffold
from health_diplomacy.content.file_names import slug

from tests.reading import ROOT, page, words
from tests.sources import append, content, edit, must_build, replace

ANSWER = "The second essay says that governments share equipment and people when another country meets a crisis. " * 4
TOPIC = {
    "question": "Who is said to help whom in a crisis?",
    "answer": "Countries of the essays help others with people and equipment.",
    "  - topic": "peace-building",
    "    reason": "Help in a crisis is said to build the trust on which peace rests between countries.",
}
TEXT = {
    "the answer in 60": ANSWER.strip(),
    "the passages, each": '--8<-- "essays/defense.md:defense-3"',
}
SOURCE = {
    "- id": "who-2021-mutual-help",
    "  kind": "institution",
    "  publisher": "World Health Organization",
    "  issued": "2021-05",
    "  url": "https://www.who.int/publications/i/item/mutual-help",
    "  relays": "Médecins Sans Frontières",
    "  -": "Sixty countries sent medical teams abroad in 2020.",
}
TERM = {
    "  short": "People and goods sent from one country to another in a crisis.",
    "  more": "The essays use it of health workers.",
    "    - title": "Glossary of humanitarian terms",
    "      publisher": "ReliefWeb",
    "      url": "https://reliefweb.int/glossaries",
}
ESSAY = """Nursing Exchanges: A Quiet Form of Partnership

Nurses who train abroad bring home more than skills. “A shared ward is a shared
language,” one of them said.

Why Exchanges Last

Dr. Smith of the U.S. Army called them “quiet work.” In 5 of 6 cases, both sides paid!

## Terms

Is that much, or little?
"""
CLAIM = {
    "  kind": "evaluative",
    "  verdict": "opinion",
    "  finding": "A judgment of the author's.",
    "      verdict": "opinion",
    "      note": "Nothing was looked for.",
}
PAGE = {
    "description": "How readers and contributors can reach the people who keep this site.",
    "  page": "about.md",
    "  why": "Where the text comes from.",
}
PICTURE = {"  author": "A. Mapmaker", "  license": "CC0-1.0", "  source": "https://example.org/map"}


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


def test_a_topic_filled_in_passes_every_check_and_is_built(root, run, tmp_path):
    file = "docs/topics/help-in-a-crisis.md"
    done = run(root, "new", "topic", "Help in a crisis")
    assert (done.status, done.err) == (0, "")
    assert file in done.out
    entry = "      - topics/peace-building.md\n      - topics/help-in-a-crisis.md\n"
    assert entry in (root / "mkdocs.yml").read_text(encoding="utf-8")
    left = problems_of(root)
    assert len(left) == len(TOPIC) + len(TEXT)
    unfilled = rf"{re.escape(file)}:\d+: F10 this is not filled in yet\. Hint: .{{10,}}"
    assert all(re.match(unfilled, line) for line in left)
    fill(root, file, TOPIC, TEXT)
    assert problems_of(root) == []
    html = page(must_build(root, tmp_path / "site"), "topics/help-in-a-crisis/")
    assert words(html.css_first(".hd-question")) == TOPIC["question"]


@pytest.fixture
def essay(tmp_path: Path) -> Path:
    """A text file to make an essay from."""
    file = tmp_path / "nursing.txt"
    file.write_text(ESSAY, encoding="utf-8")
    return file


def test_an_essay_from_a_text_file_passes_every_check_once_filled_in_and_is_built_and_counted(
    root, run, essay, tmp_path
):
    done = run(root, "new", "essay", str(essay))
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
    assert shown == [" ".join(block.split()).removeprefix("## ") for block in ESSAY.split("\n\n")]
    assert len(page(site, "evidence/nursing/").css(".hd-claim")) == 5
    assert "41 sentences" in words(page(site, "").css_first("article"))
    pages = [file for file in site.rglob("*.html") if file.parent.name != "changes"]  # the log of past wordings
    outdated = re.compile(r"(?i)two essays|both essays|36 sentences")
    assert [file for file in pages if outdated.search(file.read_text(encoding="utf-8"))] == []


def test_a_paragraph_is_split_where_its_sentences_end():
    sentences = ["One.", "Two!", "Three?", "4 is more.", "“Five.”", "(Six.)", "السلام."]
    sentences.append("Only the U.S. Army, J. Doe, Dr. Roe, e.g. this.")
    assert essay_text.sentences(" ".join(sentences)) == sentences


REFUSED = yaml.safe_load((ROOT / "tests/data/refused-essays.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["text"].strip() or "empty")
def test_a_text_that_is_no_essay_is_refused_at_its_line_and_changes_nothing(root, tmp_path, case):
    file = tmp_path / "new.txt"
    file.write_bytes(case["text"].encode(case.get("encoding", "utf-8")))
    before = content(root)
    with pytest.raises(scaffold.CannotStart) as refused:
        scaffold.start(root, "essay", str(file), datetime.date(2026, 11, 29))
    assert str(refused.value) == f"{file}:{case['says']}"
    assert content(root) == before


def test_a_new_essay_that_cannot_be_written_whole_leaves_nothing(root, run, essay, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device", "mkdocs.yml")

    before = content(root)
    monkeypatch.setattr(scaffold, "_menu", fail)
    assert run(root, "new", "essay", str(essay)) == (2, "", "mkdocs.yml cannot be written: No space left on device.\n")
    assert content(root) == before


def test_an_essay_is_added_only_once(root, run, tmp_path):
    text = (root / "docs/essays/defense.md").read_text(encoding="utf-8")
    shared = next(line for line in text.splitlines() if line.startswith("Defense Health Diplomacy refers"))
    (tmp_path / "again.txt").write_text(f"Another title\n\n{shared}\n", encoding="utf-8")
    done = run(root, "new", "essay", str(tmp_path / "again.txt"))
    assert done.status == 2
    assert "docs/essays/defense.md already has text of " in done.err


def test_a_page_filled_in_passes_every_check(root, run):
    assert run(root, "new", "page", "How to reach us: “today”").status == 0
    file = "docs/how-to-reach-us-today.md"
    assert problems_of(root)
    fill(root, file, PAGE, {"the text": "Open an issue."})
    assert problems_of(root) == []
    assert 'title: "How to reach us: “today”"' in (root / file).read_text(encoding="utf-8")


def test_a_source_filled_in_and_cited_passes_every_check(root, run):
    assert run(root, "new", "source", 'A report: "mutual" help').status == 0
    assert all(" F10 " in line for line in problems_of(root))
    fill(root, "docs/evidence/sources.yml", SOURCE)
    assert [line.split(": ")[1][:3] for line in problems_of(root)] == ["E07"]
    cited = "@turkiye-mfa-nd-nato-membership"
    replace(root, "docs/evidence/claims.yml", f"[{cited}]", f"[{cited}; @who-2021-mutual-help]")
    assert problems_of(root) == []


def test_a_term_filled_in_passes_every_check(root, run):
    assert run(root, "new", "term", "Mutual aid").status == 0
    fill(root, "docs/glossary.yml", TERM)
    assert problems_of(root) == []


def test_a_picture_filled_in_and_shown_passes_every_check_and_its_page_says_whose_it_is(root, run, tmp_path):
    for name in ("map", "plan"):
        edit(root, {"file": f"docs/images/{name}.png", "picture": [800, 400, 20_000]})
        assert run(root, "new", "picture", f"docs/images/{name}.png").status == 0
        fill(root, "docs/images.yml", PICTURE)
        append(root, "docs/topics/peace-building.md", f"![Three countries, joined by lines](../images/{name}.png)")
    assert problems_of(root) == []
    site = must_build(root, tmp_path / "site")
    html = (site / "topics/peace-building/index.html").read_text(encoding="utf-8")
    assert html.count('A. Mapmaker (<a href="https://creativecommons.org/publicdomain/zero/1.0/">CC0-1.0</a>') == 2
    assert "A. Mapmaker" not in (site / "about/index.html").read_text(encoding="utf-8")


INVALID = {
    ("topic", "Peace-building"): "docs/topics/peace-building.md already exists; choose another title, or edit that page.",
    ("essay", "method.txt"): "docs/evidence/method.md has this name already; rename the file method.txt.",
    ("essay", "essay-3.txt"): "essay-3.txt: the essay is named after its file, so that name needs a letter, and no number after a hyphen at its end; rename the file.",
    ("essay", "nowhere.txt"): "nowhere.txt:1: F01 the file cannot be read: No such file or directory. Hint: check its name and permissions.",
    ("topic", "؟"): "The title has no letters or digits from which to make the file's name.",
    ("picture", "nowhere.png"): "There is no file docs/nowhere.png; copy the picture there first, for example to docs/images/.",
}  # fmt: skip


@pytest.mark.parametrize("arguments", INVALID, ids=" ".join)
def test_invalid_arguments_print_one_line_and_change_nothing(root, run, arguments):
    before = content(root)
    assert run(root, "new", *arguments) == (2, "", f"{INVALID[arguments]}\n")
    assert content(root) == before


def test_a_title_becomes_a_file_name_that_fits_an_address():
    assert slug("L'aide médicale & “trust” (2020)") == "laide-medicale-trust-2020"
