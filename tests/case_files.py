"""Reads the link checker's cases; `linkcheck_cases/README.md` describes their format."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

from tests.sources import write

FOLDER = Path(__file__).with_name("linkcheck_cases")
START_OF_PAGE = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Page</title>'
BLOCK = re.compile(r"^(?P<fence>`{3,})(?P<info>.+)\n(?P<text>(?:.*\n)*?)(?P=fence)\n", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """One case. `files` maps paths, relative to the folder that holds `site/`, to their contents."""

    path: Path
    title: str
    options: list[str]
    files: dict[str, bytes]
    report: str

    @property
    def code(self) -> str:
        return self.path.stem

    @property
    def id(self) -> str:
        return f"{self.code}-{'-'.join(re.findall(r'[a-z0-9]+', self.title.lower()))}"

    def write(self, folder: Path) -> None:
        """Write the case's files into a folder."""
        write(folder, self.files)

    def update(self, report: str) -> None:
        """Replace the expected report in the Markdown file."""
        text = self.path.read_text("utf-8")
        start = text.index(f"\n{self.report}```", text.index("```report\n", text.index(f"## {self.title}\n"))) + 1
        self.path.write_text(text[:start] + report + text[start + len(self.report) :], "utf-8")


def all_cases() -> list[Case]:
    return [case for path in sorted(FOLDER.glob("*.md")) if path.stem != "README" for case in read_cases(path)]


def find_case(code: str, title: str) -> Case:
    return next(case for case in read_cases(FOLDER / f"{code}.md") if case.title == title)


def read_cases(path: Path) -> Iterator[Case]:
    """Read the cases of a Markdown file; a case that is malformed fails with its title."""
    text = path.read_text("utf-8")
    blocks = list(BLOCK.finditer(text))
    titles = [found for found in re.finditer(r"^## (.+)\n", text, re.MULTILINE) if not _within(found.start(), blocks)]
    assert len({found[1] for found in titles}) == len(titles), f"{path}: two cases have the same title"
    for found, end in zip(titles, [*(each.start() for each in titles[1:]), len(text)], strict=True):
        *written, report = [block for block in blocks if found.end() <= block.start() < end]
        files = dict(_file(*block["info"].split(), text=block["text"]) for block in written)
        prose = BLOCK.sub("", text[found.end() : end])
        options = re.findall(r"^options: (.+)$", prose, re.MULTILINE)
        assert report["info"] == "report" and len(files) == len(written) and "```" not in prose, f"{path}: {found[1]}"
        yield Case(path, found[1], " ".join(options).split(), files, report["text"])


def _within(position: int, blocks: list[re.Match[str]]) -> bool:
    return any(block.start() < position < block.end() for block in blocks)


def _file(language: str, name: str, *flags: str, text: str) -> tuple[str, bytes]:
    """The path and content of a file that a block stands for."""
    path = os.fsdecode(unquote_to_bytes(name))
    path = os.path.normpath(path if path.startswith("source/") else f"site/{path}")
    if language == "hex":
        return path, bytes.fromhex(text)
    if "no-final-newline" in flags:
        text = text.removesuffix("\n")
    if path.startswith("site/") and path.endswith(".html") and "raw" not in flags:
        text = START_OF_PAGE + text
    content = text.encode()
    if "escapes" in flags:
        content = re.sub(rb"\\x([0-9a-f]{2})", lambda match: bytes.fromhex(match[1].decode()), content)
    return path, content
