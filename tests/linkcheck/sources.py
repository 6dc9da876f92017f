"""From a fault in a built file to the line that somebody can mend.

Readers of the report know the Markdown, not the HTML: so the reference is
looked for as it was written, in the page's Markdown, in the paragraphs it
takes from other files, in the templates, in mkdocs.yml and in data files.
"""

import html
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

from . import urls
from .model import Problem
from .page import decoded
from .site import Site, is_page

_SNIPPET = re.compile(r"^[ \t]*-{1,}8<-{1,}[ \t]+[\"']?([^\"'\n]+?)[\"']?[ \t]*$", re.MULTILINE)
_BLOCK = re.compile(r"^[ \t]*-{1,}8<-{1,}[ \t]*\n(.*?)\n[ \t]*-{1,}8<-{1,}[ \t]*$", re.MULTILINE | re.DOTALL)
_NOT_PROSE = re.compile(
    r"<!--.*?-->|^([ \t]*)(```+|~~~+).*?^\1\2[ \t]*$|(?<!`)(`+)(?!`)[^\n]*?(?<!`)\3(?!`)", re.MULTILINE | re.DOTALL
)
_COMMENTS = {
    ".md": _NOT_PROSE,
    ".html": re.compile(r"<!--.*?-->|\{#.*?#\}", re.DOTALL),
    ".css": re.compile(r"/\*.*?\*/", re.DOTALL),
}
_VALUE = re.compile(r"(?:^|[:\-,\[{\"'(<=#|])[ \t]*\Z", re.MULTILINE)
"""What stands before a value in a data file."""
_DATA = (".yml", ".yaml", ".json", ".csv")


@dataclass(frozen=True)
class Place:
    """A line of a source file, and the reference as it is spelled there."""

    path: str
    line: int
    spelling: str = ""
    kind: str = "built"  # or "markdown", "template": each spells addresses in its own way
    guessed: bool = False  # the file is right, but nobody knows the line


@dataclass(frozen=True)
class _Text:
    """A source file, or some lines of one, with code and comments blanked out."""

    path: Path
    text: str
    first: int = 1  # number of its first line

    def lines(self, literal: str, pattern: str) -> Iterator[tuple[int, str]]:
        if literal not in self.text:  # much faster than the pattern, and mostly true
            return
        for match in re.finditer(pattern, self.text):
            if (
                self.path.suffix in _DATA
                and "/" not in match[0]
                and not (_VALUE.search(self.text[max(0, match.start() - 40) : match.start()]))
            ):
                continue  # a word of a sentence
            yield self.first + self.text.count("\n", 0, match.start()), match[0]


class _Loader(yaml.SafeLoader):
    """Reads mkdocs.yml without running what its tags ask for."""


_Loader.add_multi_constructor("", lambda loader, suffix, node: None)


class Sources:
    """The Markdown, templates and data that a site was built from (or none at all)."""

    def __init__(self, folder: Path | None, site_folder: Path, site: Site) -> None:
        self.folder, self.site_folder, self.site = folder, site_folder, site
        # Kept for this run only: a file may be another one in the next.
        self._read, self._blanked, self._files = cache(_read), cache(_blanked), cache(_files)
        self._found: tuple[str, tuple[_Text, ...]] = ("", ())  # of the last page: its faults come one after another
        config: dict[str, Any] = _config(folder / "mkdocs.yml") if folder else {}
        theme = config.get("theme")
        self.docs = (folder or Path()) / str(config.get("docs_dir") or "docs")
        custom = theme.get("custom_dir") if isinstance(theme, dict) else None
        self.templates = (folder or Path()) / str(custom or "overrides")

    def markdown(self, page: str) -> str:
        """The Markdown file of a built page, from the docs folder, or ""."""
        if not self.folder:
            return ""
        stem = re.sub(r"(^|/)index\.html$|\.html$", "", page)
        names = [f"{stem}.md"]
        if page.endswith("index.html"):
            names += [posixpath.join(stem, "index.md"), posixpath.join(stem, "README.md")]
        return next((name for name in names if (self.docs / name).is_file()), "")

    def places(self, problem: Problem) -> list[Place]:
        """Every line of the first file that has the reference; none if no source has it."""
        return self._search(problem, self._texts(problem.page))

    def shared_places(self, problem: Problem) -> list[Place]:
        """The same among the files that make every page: templates and mkdocs.yml."""
        return self._search(problem, self._shared)

    def fallback(self, problem: Problem, from_template: bool = False) -> Place:
        """The page's Markdown, if the fault is in the page alone, or else the built file."""
        markdown = "" if from_template else self.markdown(problem.page)
        if markdown:
            return Place((self.docs / markdown).as_posix(), 1, "", "markdown", problem.kind != "file")
        if self.folder and not from_template:
            for start in (self.docs, self.templates):
                if (start / problem.page).is_file():
                    text = self._blanked(start / problem.page)
                    return Place((start / problem.page).as_posix(), _line_of(text, problem.reference))
        built = self.site_folder / problem.page
        text = self._read(built) if is_page(problem.page) else self._blanked(built)
        return Place(built.as_posix(), _line_of(text, problem.reference))

    def _search(self, problem: Problem, texts: tuple[_Text, ...]) -> list[Place]:
        for literal, pattern, whole in self._patterns(problem):
            for text in texts:
                if found := dict(text.lines(literal, pattern)):
                    return [
                        Place(text.path.as_posix(), line, spelled if whole else "", self._kind(text.path))
                        for line, spelled in sorted(found.items())
                    ]
        return []

    @cached_property
    def _shared(self) -> tuple[_Text, ...]:
        if not self.folder:
            return ()
        texts = [_Text(path, self._blanked(path)) for path in self._files(self.templates, (".html",))]
        return (*texts, _Text(self.folder / "mkdocs.yml", self._read(self.folder / "mkdocs.yml")))

    def _texts(self, page: str) -> tuple[_Text, ...]:
        if page != self._found[0]:
            self._found = page, self._find_texts(page)
        return self._found[1]

    def _find_texts(self, page: str) -> tuple[_Text, ...]:
        """The files to look in, nearest first."""
        if not self.folder:
            return ()
        markdown = self.markdown(page)
        own = list(self._with_snippets(self.docs / markdown))
        if not is_page(page):
            own.append(_Text(self.docs / page, self._blanked(self.docs / page)))
        data = (_Text(path, self._read(path)) for path in self._files(self.docs, _DATA))
        return (*own, *self._shared, *data)

    def _with_snippets(self, path: Path, section: str = "", seen: tuple[str, ...] = ()) -> Iterator[_Text]:
        """A Markdown file (or a section of one) and what it transcludes (pymdownx.snippets)."""
        name = f"{path}:{section}"
        if name in seen:
            return
        whole, first = self._read(path), 1
        if part := _section(whole, section):
            whole, first = part
        yield _Text(path, _blank(whole, path.suffix), first)
        inner = _SNIPPET.findall(whole)
        for block in _BLOCK.findall(whole):
            inner += block.split("\n")
        for spec in inner:
            file, _, part = spec.strip().partition(":")
            for start in (self.docs, self.folder or Path()):
                if (start / file).is_file():
                    yield from self._with_snippets(start / file, part, (*seen, name))
                    break

    def _kind(self, path: Path) -> str:
        if path.suffix == ".md":
            return "markdown"
        return "template" if path.suffix in (".html", *_DATA) else "built"

    def _patterns(self, problem: Problem) -> Iterator[tuple[str, str, bool]]:
        """What to look for, the surest first, and whether the match is the whole reference.

        Each pattern comes with a text that is in each of its matches.
        """
        written = problem.reference
        if not written:
            return
        if problem.kind == "text":
            yield written, re.escape(written), True
        elif problem.kind == "tag":  # what is missing in one of them
            yield written, rf"{re.escape(written)}\b(?![^<>]*\ssrc(?:set)?\s*=)", False
        elif problem.kind == "id":
            yield written, rf"(?:\bid\s*=\s*[\"']?|\{{:?[^}}\n]*#){re.escape(written)}(?![\w-])", False
            yield written, rf"(?<![\w-]){re.escape(written)}(?![\w-])", False
            words = r"\W+".join(map(re.escape, re.findall(r"\w+", re.sub(r"_\d+$", "", written))))
            if words:
                yield "#", rf"(?mi)^#+[ \t]+\W*{words}\W*(?:\{{.*)?$", False
        else:
            for spelling in self._spellings(problem):
                yield spelling, _whole(spelling), True
            fragment = problem.target.partition("#")[2]
            for ending in dict.fromkeys((fragment, urls.readable(fragment))):
                if ending:
                    yield "#" + ending, rf"#{re.escape(ending)}(?![\w-])", False

    def _spellings(self, problem: Problem) -> Iterator[str]:
        """How a source may have written an address: as built, or before MkDocs rewrote it."""
        path, _, fragment = problem.target.partition("#")
        endings = dict.fromkeys(f"#{each}" if each else "" for each in (fragment, urls.readable(fragment)))
        written = [problem.reference, urls.readable(problem.reference), html.escape(problem.reference)]
        source, target = self.markdown(problem.page), self.markdown(path)
        if path:
            names = [posixpath.relpath(target, posixpath.dirname(source)), target] if target else []
            names.append(re.sub(r"(^|/)index\.html$", r"\1", path))
            names.append(path)
            names.append(re.sub(r"/index\.html$", "", path) + ".md")
            written += [name + ending for name in names for ending in endings]
        for spelling in dict.fromkeys(written):
            if re.search(r"\w", spelling):
                yield spelling

    def spell(self, target: str, problem: Problem, place: Place) -> str:
        """How the source at a place would write the address of a file of the site."""
        return self._spelled(target, problem, place).replace(" ", "%20")

    def _spelled(self, target: str, problem: Problem, place: Place) -> str:
        path, mark, fragment = target.partition("#")
        if path == problem.page and problem.target.startswith(f"{path}#") and place.kind != "template":
            return mark + fragment
        if place.kind == "markdown":
            source = Path(place.path)
            start = source.relative_to(self.docs).parent.as_posix() if source.is_relative_to(self.docs) else "."
            return posixpath.relpath(self.markdown(path) or path, start) + mark + fragment
        if place.kind == "template":
            return urls.relative("", path, self.site.hosted) + mark + fragment
        return self.site.spelled(problem.page, path) + mark + fragment


def _section(text: str, name: str) -> tuple[str, int] | None:
    """The lines between the marks of a named section, with the number of the first."""
    mark = rf"^.*-8<-+[ \t]*\[[ \t]*{{}}[ \t]*:[ \t]*{re.escape(name)}[ \t]*\].*$"
    start = re.search(mark.format("start"), text, re.MULTILINE)
    end = re.search(mark.format("end"), text, re.MULTILINE)
    if not start or not end:
        return None
    return text[start.end() : end.start()], text.count("\n", 0, start.end()) + 1


def _blank(text: str, suffix: str) -> str:
    """Code and comments made empty, so that an example is not taken for the fault."""
    pattern = _COMMENTS.get(suffix)
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text) if pattern else text


def _line_of(text: str, written: str) -> int:
    """The line of a reference in a built file; 1 when it can't be told."""
    first = -1
    for spelling in (written, html.escape(written)):
        pattern, at = None, text.find(spelling) if spelling else -1
        first = at if first < 0 else first
        while at >= 0:  # a pattern alone takes seconds for the thousand faults of an index of megabytes
            pattern = pattern or re.compile(_whole(spelling))
            if pattern.match(text, at):
                return text.count("\n", 0, at) + 1
            at = text.find(spelling, at + 1)
    return text.count("\n", 0, first) + 1 if first >= 0 else 1


def _whole(spelling: str) -> str:
    """A pattern for an address that is not part of a longer one."""
    return rf"(?<![\w./%#-]){re.escape(spelling)}(?![\w/%#-]|[.?]\w)"


def _read(path: Path) -> str:
    try:
        return decoded(path.read_bytes())[0].replace("\r\n", "\n")
    except OSError:
        return ""


def _blanked(path: Path) -> str:
    return _blank(_read(path), path.suffix)


def _files(folder: Path, endings: tuple[str, ...]) -> tuple[Path, ...]:
    return tuple(sorted(path for path in folder.rglob("*") if path.suffix in endings))


def _config(path: Path) -> dict[str, Any]:
    try:
        data = yaml.load(_read(path), _Loader)
    except yaml.YAMLError:
        return {}
    return data if isinstance(data, dict) else {}
