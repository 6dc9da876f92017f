"""Copies of the sources, edited as contributors edit them, and the sites that are built from them."""

import os
import re
import shutil
import struct
import subprocess
import zlib
from collections.abc import Mapping
from pathlib import Path

from click.testing import CliRunner, Result
from mkdocs.__main__ import cli

from tests.reading import ROOT, SITE_URL

OLD = {"index.html": b"the last good site", "search/search_index.js": b"", "topics/gone/index.html": b"gone"}
"""What a former site has at least: the content of its files, by path."""


def copy_sources(target: Path) -> Path:
    """A copy of everything that a build or a check reads."""
    for name in ("docs", "overrides"):
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("hooks"))
    (target / "overrides/hooks").symlink_to(ROOT / "overrides/hooks")  # no test edits the code
    (target / "tests").mkdir()
    for name in ("mkdocs.yml", "pyproject.toml", "tests/words.toml"):
        shutil.copy(ROOT / name, target / name)
    return target


def build(root: Path, site: Path | None, configuration: str = "mkdocs.yml", **environment: str) -> Result:
    """Run `mkdocs build` in this process, into a site's folder or into that of the configuration."""
    target = ["--site-dir", str(site)] if site else []
    command = ["build", "-f", str(root / configuration), *target]
    return CliRunner().invoke(cli, command, env={"SITE_URL": SITE_URL, **environment})


def must_build(root: Path, site: Path, configuration: str = "mkdocs.yml", **environment: str) -> Path:
    """Build sources without a mistake, and return the site's folder."""
    result = build(root, site, configuration, **environment)
    assert result.exit_code == 0, result.output
    return site


def must_refuse(root: Path, site: Path) -> str:
    """Build sources that have a mistake over a former site, which must stay as it is. Returns the output."""
    write(site, OLD)
    before = content(site)
    result = build(root, site)
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert content(site) == before
    assert not [path.name for path in site.parent.iterdir() if path.name.startswith(".")]
    return result.output


def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Add files to a folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)


def content(folder: Path) -> dict[str, bytes]:
    """The content of every file in a folder, by its path."""
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def git(folder: Path, *arguments: str, **environment: str) -> None:
    author = ["-c", "user.name=A", "-c", "user.email=a@b.example"]
    command = ["git", "-C", str(folder), *author, *arguments]
    subprocess.run(command, check=True, capture_output=True, timeout=60, env={**os.environ, **environment})


def commit_all(root: Path, **environment: str) -> None:
    """Make the sources a repository with one commit."""
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-qm", "all", **environment)


def joined(given: str | list) -> str:
    """A text of a case, which may be made of parts that are repeated."""
    parts = [given] if isinstance(given, str) else given
    return "".join(part if isinstance(part, str) else part["repeat"] * part["times"] for part in parts)


def replace(root: Path, file: str, old: str, new: str) -> None:
    """Replace a text where it first occurs in a file."""
    edit(root, {"file": file, "replace": old, "with": new})


def append(root: Path, file: str, text: str) -> int:
    """Add a paragraph at the end of a file, and return its line."""
    edit(root, {"file": file, "append": f"\n{text}\n"})
    return (root / file).read_text(encoding="utf-8").count("\n")


def edit(root: Path, change: dict) -> None:
    """Make one of a case's edits, as test_mistakes.py describes them."""
    file = root / joined(change["file"])
    file.parent.mkdir(parents=True, exist_ok=True)
    if "replace" in change:
        text = file.read_text(encoding="utf-8")
        at = position(text, [*change.get("after", []), change["replace"]])
        new = text[:at] + joined(change["with"]) + text[at + len(change["replace"]) :]
        file.write_text(new, encoding="utf-8")
    elif "append" in change:
        file.write_text(file.read_text(encoding="utf-8") + joined(change["append"]), encoding="utf-8")
    elif "write" in change:
        file.write_bytes(joined(change["write"]).encode(change.get("encoding", "utf-8")))
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


def position(text: str, parts: list[str]) -> int:
    """Where the last of some texts first occurs after the others, each of which is first after the one before."""
    at, end = 0, 0
    for part in parts:
        at = text.find(part, end)
        assert at >= 0, f"the text does not hold {part!r}"
        end = at + len(part)
    return at


def png(width: int, height: int, size: int) -> bytes:
    """A white PNG, made up to a number of bytes with text that no viewer shows."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress((b"\0" + b"\xff" * ((width + 7) // 8)) * height))
    start, end = b"\x89PNG\r\n\x1a\n" + header, pixels + chunk(b"IEND", b"")
    spare = size - len(start + end) - 12
    return start + (chunk(b"tEXt", b"Comment\0" + b" " * (spare - 8)) if spare > 8 else b"") + end


def with_line_numbers(root: Path, expected: str) -> str:
    """An expected message, with the number of the line where the text between « and » first (with …, last) occurs."""
    found = re.match(r"(?P<file>[^:]+):«(?P<last>…?)(?P<text>.+?)»(?=: )", expected, re.DOTALL)
    if not found:
        return expected
    source = (root / found["file"]).read_text(encoding="utf-8")
    at = source.rindex(found["text"]) if found["last"] else position(source, found["text"].split("»«"))
    return expected.replace(found[0], f"{found['file']}:{source.count(chr(10), 0, at) + 1}", 1)
