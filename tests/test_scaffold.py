"""Beginning a page or an entry: filled in as its instructions say, it passes every check."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from health_diplomacy import check_command, scaffold

from tests.test_mistakes import build, edit, prepare

ANSWER = "The second essay says that governments share equipment and people when another country meets a crisis. " * 4
TOPIC = {
    "description": "What the essays say about help that one country gives another in a crisis, and to what end.",
    "question": "Who is said to help whom in a crisis?",
    "answer": "Countries of the essays help others with people and equipment.",
    "  - topic": "peace-building",
    "    reason": "Help in a crisis is said to build the trust on which peace rests between countries.",
    "  page": "about.md",
    "  why": "Where the text comes from.",
}
TEXT = {
    "the answer in 60": ANSWER.strip(),
    "a sentence that": "The passage comes from the second essay.",
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
PICTURE = {"  author": "A. Mapmaker", "  license": "CC0-1.0", "  source": "https://example.org/map"}


def new(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "overrides/hooks", "new", *arguments], cwd=root, capture_output=True, text=True, timeout=60
    )


def problems_of(root: Path) -> list[str]:
    return [str(problem) for problem in check_command.problems_of(root)]


def fill(root: Path, file: str, values: dict[str, str], text: dict[str, str] | None = None) -> None:
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
        assert count == 1, key
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


def test_a_page_filled_in_passes_every_check(root):
    assert new(root, "page", "How to reach us: “today”").returncode == 0
    page = "docs/how-to-reach-us-today.md"
    assert problems_of(root)
    keys = {key: TOPIC[key] for key in ("description", "  page", "  why")}
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
    assert scaffold.slug("L'aide médicale & “trust” (2020)") == "laide-medicale-trust-2020"
