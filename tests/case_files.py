"""Reads the link checker's cases; `linkcheck_cases/README.md` describes their format."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

FOLDER = Path(__file__).with_name("linkcheck_cases")
START_OF_PAGE = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Page</title>'


@dataclass(frozen=True)
class Case:
    """One case. `files` maps paths, relative to the folder that holds `site/`, to their contents."""

    path: Path
    title: str
    options: list[str]
    files: dict[str, bytes]
    report: str
    report_lines: slice
    """Where the report is in the lines of `path`."""

    @property
    def code(self) -> str:
        return self.path.stem

    @property
    def id(self) -> str:
        return f"{self.code}-{'-'.join(re.findall(r'[a-z0-9]+', self.title.lower()))}"

    def write(self, folder: Path) -> None:
        """Write the case's files into a folder."""
        for name, content in self.files.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)

    def update(self, report: str) -> None:
        """Replace the expected report in the Markdown file."""
        current = find_case(self.code, self.title)  # an earlier update may have moved its lines
        lines = self.path.read_text("utf-8").splitlines(keepends=True)
        lines[current.report_lines] = [report]
        self.path.write_text("".join(lines), "utf-8")


def all_cases() -> list[Case]:
    return [case for path in sorted(FOLDER.glob("*.md")) if path.stem != "README" for case in read_cases(path)]


def find_case(code: str, title: str) -> Case:
    return next(case for case in read_cases(FOLDER / f"{code}.md") if case.title == title)


def read_cases(path: Path) -> Iterator[Case]:
    """Read the cases of a Markdown file; `ValueError` with the line of what is malformed."""
    lines = path.read_text("utf-8").split("\n")
    title, number = "", 0
    titles: set[str] = set()
    options: list[str] = []
    files: dict[str, bytes] = {}
    while number < len(lines):
        line = lines[number]
        number += 1
        if line.startswith("## "):
            if title:
                raise ValueError(f"{path}:{number}: '{title}' has no report block")
            title, options, files = line[3:], [], {}
            if title in titles:
                raise ValueError(f"{path}:{number}: '{title}' is used twice")
            titles.add(title)
        elif line.startswith("options: "):
            options += line.split()[1:]
        elif fence := re.match("`{3,}", line):
            start = number
            try:
                number = lines.index(fence[0], start) + 1
            except ValueError:
                raise ValueError(f"{path}:{start}: this block is never closed") from None
            language, *info = line[fence.end() :].split()
            text = "".join(f"{each}\n" for each in lines[start : number - 1])
            if not title:
                raise ValueError(f"{path}:{start}: this block belongs to no case")
            if language == "report":
                yield Case(path, title, options, files, text, slice(start, number - 1))
                title = ""
                continue
            name, content = _file(language, info, text)
            if name in files:
                raise ValueError(f"{path}:{start}: the case has two files named {name}")
            files[name] = content
    if title:
        raise ValueError(f"{path}:{number}: '{title}' has no report block")


def _file(language: str, info: list[str], text: str) -> tuple[str, bytes]:
    """The path and content of a file that a block stands for."""
    name, *flags = info
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
