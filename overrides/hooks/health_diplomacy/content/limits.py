"""Limits on contributed files, checked before parsing, so that no input takes long, uses much memory or causes a crash.

Each limit is at least ten times what the site's sources need.
"""

import re
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import yaml
from diagnostics import Diagnostic

MAX_BYTES = {".md": 60_000, ".yml": 1_000_000, ".toml": 60_000}  # of a file; `lint.images` limits pictures
MAX_PAGE_LINES = 2_000
MAX_LINE_LENGTH = 8_000
MAX_BLOCK_LENGTH = 20_000  # characters without a blank line, such as a paragraph or a table
MAX_NESTING = 20  # of quotes and lists in Markdown, and of collections in YAML
MAX_UNCLOSED = 30  # brackets of one type in a block: Markdown searches for the end of each
MAX_YAML_NODES = 35_000
MAX_DIGITS = 18  # of an integer in YAML
MAX_ADDRESS_LENGTH = 2_000  # characters of a URL that most browsers and servers accept
MAX_NAME_LENGTH = 100  # of a file or folder
MAX_FOLDER_DEPTH = 8  # under `docs`

Fault = tuple[int, str, str, str]
"""A line, from 0, with a code, message and hint."""

MERGE = re.compile(r"^(<{7}|>{7}|\|{7})( |$)", re.MULTILINE)  # `=======` alone underlines a heading
MARKER = re.compile(r">|(?:[-*+]|\d{1,9}[.)])(?=\s|$)")
NESTED = re.compile(rf"(?:[ \t]*(?:{MARKER.pattern}))*[ \t]*")
TAG_LEFT_OPEN = re.compile(r"<[A-Za-z/!?][^<>]*(?=<)")
NUMBER = re.compile(r"[-+]?(?:0x[0-9a-fA-F_]+|[0-9][0-9_:]*|0b[01_]+)")
QUOTE_HINT = "put the whole value in double quotes"


def walk(folder: Path, levels: int = MAX_FOLDER_DEPTH) -> Iterator[Path]:
    """All files and folders under `folder`, sorted, to a depth of `levels`. Symbolic links aren't followed."""
    for file in sorted(folder.iterdir()):
        yield file
        if levels and file.is_dir() and not file.is_symlink():
            yield from walk(file, levels - 1)


def check_file(file: Path, display_path: str, level: int = 0) -> list[Diagnostic]:
    """Problems that make a file unsafe to read. `level` is the number of folders between `docs` and the file."""
    try:
        found = file.lstat()
    except OSError as error:
        what = f"the file cannot be read: {error.strerror}"
        return [Diagnostic(display_path, 1, "F01", what, "check its name and permissions")]
    is_folder, most = stat.S_ISDIR(found.st_mode), MAX_BYTES.get(file.suffix, found.st_size)
    if stat.S_ISLNK(found.st_mode):
        fault = "F08", "this is a link to another place on the disk", "put the file itself here"
    elif not is_folder and not stat.S_ISREG(found.st_mode):
        fault = "F08", "this is a device or a pipe, not a file", "remove it"
    elif not is_folder and found.st_size > most:
        what = f"this file has {found.st_size:,} bytes; {most:,} is the limit"
        fault = "F12", what, "split it, or remove what is not needed"
    elif is_folder and level >= MAX_FOLDER_DEPTH:
        fault = "F12", f"folders are nested more than {MAX_FOLDER_DEPTH} deep", "move this folder up"
    elif len(file.name) > MAX_NAME_LENGTH:
        fault = "F12", f"this name has {len(file.name)} characters; {MAX_NAME_LENGTH} is the limit", "shorten it"
    else:
        return []
    return [Diagnostic(display_path, 1, *fault)]


def first(faults: Iterator[Fault], display_path: str) -> list[Diagnostic]:
    """Only the first fault: a file that exceeds a limit isn't checked any further."""
    return [Diagnostic(display_path, line + 1, *rest) for line, *rest in islice(faults, 1)]


def check_text(text: str, one_line: bool) -> Iterator[Fault]:
    """Text that isn't meant to be read, or has lines that take some patterns and parsers more than linear time.

    `one_line`: long lines are normal, as in SVG.
    """
    if "\0" in text:
        yield 0, "F01", "the file is not text", "replace it with a text file, saved as UTF-8"
    if merge := MERGE.search(text):
        hint = "keep the version that is right and remove the lines with <<<<<<<, ======= and >>>>>>>"
        yield text.count("\n", 0, merge.start()), "F07", "there is an unresolved merge conflict here", hint
    for number, line in enumerate([] if one_line else text.split("\n")):
        if len(line) > MAX_LINE_LENGTH:
            what = f"this line has {len(line):,} characters; {MAX_LINE_LENGTH:,} is the limit"
            yield number, "F12", what, "break it into lines"


def check_markdown(text: str) -> Iterator[Fault]:
    """Input for which Markdown would need more than linear time or recurse too deeply."""
    lines = text.split("\n")
    if len(lines) > MAX_PAGE_LINES:
        what = f"this page has {len(lines):,} lines; {MAX_PAGE_LINES:,} is the limit"
        yield MAX_PAGE_LINES, "F12", what, "make two pages of it"
    for number, line in enumerate(lines):
        begin = NESTED.match(line)
        if begin and len(MARKER.findall(begin[0])) + len(begin[0].expandtabs(4)) // 4 > MAX_NESTING:
            what = f"this line is nested or indented more than {MAX_NESTING} levels deep"
            yield number, "F12", what, "begin it with fewer spaces, quotation or list markers"
    number = 0
    for block in re.split(r"\n(?=[ \t]*(?:\n|$))", text):
        if len(block.strip()) > MAX_BLOCK_LENGTH:
            what = f"{len(block.strip()):,} characters without a blank line; {MAX_BLOCK_LENGTH:,} is the limit"
            yield number + 1, "F12", what, "put blank lines between its parts"
        for opening, closing in ("[]", "()"):
            if _most_open(block, opening, closing) > MAX_UNCLOSED:
                what = f"more than {MAX_UNCLOSED} brackets '{opening}' are open at once in this part of the page"
                yield number + 1, "F12", what, f"close them with '{closing}', or use fewer"
        number += block.count("\n") + 1
    tags = list(islice(TAG_LEFT_OPEN.finditer(text), MAX_UNCLOSED, MAX_UNCLOSED + 1))
    if tags:
        what = f"this page leaves more than {MAX_UNCLOSED} tags open"
        yield text.count("\n", 0, tags[0].start()), "F12", what, "write '&lt;' where '<' does not begin a tag"


def _most_open(block: str, opening: str, closing: str) -> int:
    """The most brackets open at once: Markdown takes quadratic time for them, even if they are closed."""
    depth = most = 0
    for bracket in re.findall(f"[{re.escape(opening + closing)}]", block):
        depth = depth + 1 if bracket == opening else max(0, depth - 1)
        most = max(most, depth)
    return most


def check_yaml(text: str, with_tags: bool, loader: Any) -> Iterator[Fault]:
    """YAML that would expand or nest without bound, from parser events, which take linear time.

    Bad:  `a: &a [x, x]` and `b: [*a, *a]`; `!!int "1"`   Good:  plain lists and `key: value` lines
    """
    depth = values = 0
    for event in yaml.parse(text, Loader=loader):
        line, tag = event.start_mark.line if event.start_mark else 0, getattr(event, "tag", None)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        values += isinstance(event, yaml.NodeEvent)
        value = event.value if isinstance(event, yaml.ScalarEvent) and not event.style else ""
        if getattr(event, "anchor", None):
            character = "*" if isinstance(event, yaml.AliasEvent) else "&"
            what = f"this value begins with '{character}', which YAML uses to refer to other values"
            yield line, "F02", what, QUOTE_HINT
        elif tag and not with_tags:
            yield line, "F02", "this value begins with '!', which makes it a YAML tag", QUOTE_HINT
        elif value == "<<":
            yield line, "F02", "'<<' merges keys from elsewhere", "write the keys themselves"
        elif len(value) > MAX_DIGITS and NUMBER.fullmatch(value):
            yield line, "F02", f"this number has more than {MAX_DIGITS} digits", QUOTE_HINT
        elif depth > MAX_NESTING:
            hint = "write plain lists and 'key: value' lines"
            yield line, "F12", f"this is nested more than {MAX_NESTING} levels deep", hint
        elif values > MAX_YAML_NODES:
            yield line, "F12", f"this file has more than {MAX_YAML_NODES:,} values", "remove what is not needed"
