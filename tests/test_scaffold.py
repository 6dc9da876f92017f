"""Beginning a page or an entry: filled in as its instructions say, it passes every check."""

import datetime
import re
import subprocess
import sys
from pathlib import Path

import pytest
from health_diplomacy import check_command, essay_text, scaffold
from health_diplomacy.content.file_names import slug

from tests.reading import page, words
from tests.test_mistakes import build, content, edit, prepare

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
PICTURE = {"  author": "A. Mapmaker", "  license": "CC0-1.0", "  source": "https://example.org/map"}


def new(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "overrides/hooks", "new", *arguments], cwd=root, capture_output=True, text=True, timeout=60
    )


def problems_of(root: Path) -> list[str]:
    return [str(problem) for problem in check_command.problems_of(root)]


def fill(root: Path, file: str, values: dict[str, str], text: dict[str, str] | None = None, times: int = 1) -> None:
    """Replaces each part marked FILL IN, as somebody at a keyboard would: the value of a key, or a line of text."""
    path = root / file
    written = path.read_text(encoding="utf-8")
    for key, value in values.items():
        written, count = re.subn(
            rf'^({re.escape(key)}:?) "FILL IN[^"]*"',
            lambda found, value=value: f'{found[1]} "{value}"',
            written,
            flags=re.MULTILINE,
        )
        assert count == times, key
    for begin, value in (text or {}).items():
        written, count = re.subn(
            rf"^FILL IN: {re.escape(begin)}.*$", lambda _, value=value: value, written, flags=re.MULTILINE
        )
        assert count == 1, begin
    path.write_text(written, encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return prepare({"edits": []}, tmp_path / "sources")


def test_a_topic_filled_in_passes_every_check_and_is_built(root, tmp_path):
    done = new(root, "topic", "Help in a crisis")
    assert (done.returncode, done.stderr) == (0, "")
    assert "docs/topics/help-in-a-crisis.md" in done.stdout
    assert "      - topics/peace-building.md\n      - topics/help-in-a-crisis.md\n" in (root / "mkdocs.yml").read_text(
        encoding="utf-8"
    )
    left = problems_of(root)
    assert len(left) == len(TOPIC) + len(TEXT)
    assert all(
        re.match(r"docs/topics/help-in-a-crisis\.md:\d+: F10 this is not filled in yet\. Hint: .{10,}", line)
        for line in left
    )
    fill(root, "docs/topics/help-in-a-crisis.md", TOPIC, TEXT)
    assert problems_of(root) == []
    assert build(root, tmp_path / "site").exit_code == 0
    assert "Who is said to help whom" in (tmp_path / "site/topics/help-in-a-crisis/index.html").read_text(
        encoding="utf-8"
    )


def test_an_essay_from_a_text_file_passes_every_check_once_filled_in_and_is_built_and_counted(root, tmp_path):
    (tmp_path / "nursing.txt").write_text(ESSAY, encoding="utf-8")
    done = new(root, "essay", str(tmp_path / "nursing.txt"))
    assert (done.returncode, done.stderr) == (0, "")
    assert {re.search(r": ([A-Z]\d\d) ", line)[1] for line in problems_of(root)} == {"F10", "P04"}
    fill(
        root, "docs/essays/nursing.md", {"description": "The third essay: nursing exchanges as a form of partnership."}
    )
    fill(root, "docs/evidence/claims.yml", CLAIM, times=5)
    passages = "".join(f'\n--8<-- "essays/nursing.md:nursing-{number}"\n' for number in (1, 2, 3))
    edit(root, {"file": "docs/topics/peace-building.md", "append": passages})
    assert problems_of(root) == []

    site = tmp_path / "site"
    assert build(root, site).exit_code == 0
    essay = page(site, "essays/nursing/").css_first("article")
    shown = [words(node) for node in essay.css("h1, h2:not(#terms), p[id^=nursing-]")]
    assert shown == [" ".join(block.split()).removeprefix("## ") for block in ESSAY.split("\n\n")]
    assert len(page(site, "evidence/nursing/").css(".hd-claim")) == 5
    assert "41 sentences" in words(page(site, "").css_first("article"))
    pages = [file for file in site.rglob("*.html") if file.parent.name != "changes"]  # the log of past wordings
    assert [
        file for file in pages if re.search(r"(?i)two essays|both essays|36 sentences", file.read_text("utf-8"))
    ] == []


def test_a_paragraph_is_split_where_its_sentences_end():
    apart = [
        "One.",
        "Two!",
        "Three?",
        "4 is more.",
        "“Five.”",
        "(Six.)",
        "السلام.",
        "Only the U.S. Army, J. Doe, Dr. Roe, e.g. this.",
    ]
    assert essay_text.sentences(" ".join(apart)) == apart


@pytest.mark.parametrize(
    "text, says",
    [
        (b"", "1: it has no paragraphs below the title, which is its first line."),
        (b"Title\n", "1: it has no paragraphs below the title, which is its first line."),
        (b"Title\nWords.\n", "1: the first line must be the title; write it there, with an empty line below it."),
        (b"T\n\nCaf\xe9.\n", "3: F01 the byte 0xE9 is not UTF-8 text. Hint: save the file with the encoding UTF-8."),
        (b"T\n\nAs follows:\n", "3: this paragraph has no period at its end; if it is a heading, begin it with '## '."),
        *(
            (b"T\n\n%s.\n" % markup, "3: Markdown or HTML would change these words; an essay has only headings and plain paragraphs.")
            for markup in (b"- one", b"A *word*", b"1948. A year", b"[x](y)", b"A <b>word</b>", b"&amp;", b"```\nx\n```")
        ),
        ("T\n\nNo\u200bbreak.\n".encode(), "3: there is an invisible character, U+200B; delete it, or retype the words around it."),
        (b"T\n\n# U\n\nWords.\n", "3: only the title begins with a single '#'; begin headings with '##'."),
    ],
)  # fmt: skip
def test_a_text_that_is_no_essay_is_refused_at_its_line_and_changes_nothing(root, tmp_path, text, says):
    file = tmp_path / "new.txt"
    file.write_bytes(text)
    before = content(root)
    with pytest.raises(scaffold.CannotStart) as refused:
        scaffold.start(root, "essay", str(file), datetime.date(2026, 11, 29))
    assert str(refused.value) == f"{file}:{says}"
    assert content(root) == before


def test_a_new_essay_that_cannot_be_written_whole_leaves_nothing(root, tmp_path, monkeypatch):
    (tmp_path / "nursing.txt").write_text(ESSAY, encoding="utf-8")
    before = content(root)

    def fail(*_):
        raise OSError(28, "No space left on device", "mkdocs.yml")

    monkeypatch.setattr(scaffold, "_menu", fail)
    with pytest.raises(OSError, match="No space"):
        scaffold.start(root, "essay", str(tmp_path / "nursing.txt"), datetime.date(2026, 11, 29))
    assert content(root) == before


def test_an_essay_is_added_only_once(root, tmp_path):
    text = (root / "docs/essays/defense.md").read_text(encoding="utf-8")
    shared = next(line for line in text.splitlines() if line.startswith("Defense Health Diplomacy refers"))
    (tmp_path / "again.txt").write_text(f"Another title\n\n{shared}\n", encoding="utf-8")
    done = new(root, "essay", str(tmp_path / "again.txt"))
    assert done.returncode == 2
    assert "docs/essays/defense.md already has text of " in done.stderr


def test_a_page_filled_in_passes_every_check(root):
    assert new(root, "page", "How to reach us: “today”").returncode == 0
    page = "docs/how-to-reach-us-today.md"
    assert problems_of(root)
    keys = {
        "description": "How readers and contributors can reach the people who keep this site.",
        "  page": "about.md",
        "  why": "Where the text comes from.",
    }
    fill(root, page, keys, {"the text": "Open an issue."})
    assert problems_of(root) == []
    assert 'title: "How to reach us: “today”"' in (root / page).read_text(encoding="utf-8")


def test_a_source_filled_in_and_cited_passes_every_check(root):
    assert new(root, "source", 'A report: "mutual" help').returncode == 0
    assert all(" F10 " in line for line in problems_of(root))
    fill(root, "docs/evidence/sources.yml", SOURCE)
    assert [line.split(": ")[1][:3] for line in problems_of(root)] == ["E07"]
    edit(
        root,
        {
            "file": "docs/evidence/claims.yml",
            "replace": "[@turkiye-mfa-nd-nato-membership]",
            "with": "[@turkiye-mfa-nd-nato-membership; @who-2021-mutual-help]",
        },
    )
    assert problems_of(root) == []


def test_a_term_filled_in_passes_every_check(root):
    assert new(root, "term", "Mutual aid").returncode == 0
    fill(root, "docs/glossary.yml", TERM)
    assert problems_of(root) == []


def test_a_picture_filled_in_and_shown_passes_every_check_and_its_page_says_whose_it_is(root, tmp_path):
    for name in ("map", "plan"):
        edit(root, {"file": f"docs/images/{name}.png", "picture": [800, 400, 20_000]})
        assert new(root, "picture", f"docs/images/{name}.png").returncode == 0
        fill(root, "docs/images.yml", PICTURE)
    edit(
        root,
        {
            "file": "docs/topics/peace-building.md",
            "append": "\n![Three countries, joined by lines](../images/map.png)\n\n![One country](../images/plan.png)\n",
        },
    )
    assert problems_of(root) == []
    assert build(root, tmp_path / "site").exit_code == 0
    html = (tmp_path / "site/topics/peace-building/index.html").read_text(encoding="utf-8")
    assert html.count('A. Mapmaker (<a href="https://creativecommons.org/publicdomain/zero/1.0/">CC0-1.0</a>') == 2
    assert "A. Mapmaker" not in (tmp_path / "site/about/index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "arguments, says",
    [
        (
            ("topic", "Peace-building"),
            "docs/topics/peace-building.md already exists; choose another title, or edit that page.",
        ),
        (
            ("essay", "method.txt"),
            "docs/evidence/method.md has this name already; rename the file method.txt.",
        ),
        (
            ("essay", "essay-3.txt"),
            "essay-3.txt: the essay is named after its file, so that name needs a letter, and no number after a hyphen at its end; rename the file.",
        ),
        (
            ("essay", "nowhere.txt"),
            "nowhere.txt:1: F01 the file cannot be read: No such file or directory. Hint: check its name and permissions.",
        ),
        (("topic", "؟"), "The title has no letters or digits from which to make the file's name."),
        (
            ("picture", "docs/images/nowhere.png"),
            "There is no file docs/images/nowhere.png; copy the picture there first, for example to docs/images/.",
        ),
    ],
)
def test_invalid_arguments_print_one_line_and_change_nothing(root, arguments, says):
    before = {file: file.read_bytes() for file in root.rglob("*") if file.is_file() and "__pycache__" not in file.parts}
    done = new(root, *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{says}\n")
    assert before == {
        file: file.read_bytes() for file in root.rglob("*") if file.is_file() and "__pycache__" not in file.parts
    }


def test_a_title_becomes_a_file_name_that_fits_an_address():
    assert slug("L'aide médicale & “trust” (2020)") == "laide-medicale-trust-2020"
