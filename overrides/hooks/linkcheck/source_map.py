"""From a problem in a built file to the line that somebody can correct.

No Markdown parser tracks positions. So the n-th occurrence of a reference in the page is the n-th in its Markdown,
outside of code; if their numbers differ, the problem is reported at the first line of the Markdown.
"""

import html
import os
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

from . import markup, urls
from .model import Problem, Spot
from .site import Site

_SNIPPET = re.compile(r"^[ \t]*-{1,}8<-{1,}[ \t]+[\"']?([^\"'\n]+?)[\"']?[ \t]*$", re.MULTILINE)
_BLOCK = re.compile(r"^[ \t]*-{1,}8<-{1,}[ \t]*\n(.*?)\n[ \t]*-{1,}8<-{1,}[ \t]*$", re.MULTILINE | re.DOTALL)
_COMMENTS = {
    ".md": re.compile(
        r"<!--.*?-->|^([ \t]*)(```+|~~~+).*?^\1\2[ \t]*$|(?<!`)(`+)(?!`)[^\n]*?(?<!`)\3(?!`)", re.MULTILINE | re.DOTALL
    ),
    ".html": re.compile(r"<!--.*?-->|\{#.*?#\}", re.DOTALL),
    ".css": re.compile(r"/\*.*?\*/", re.DOTALL),
}
_DOI = re.compile(r"https?://(?:dx\.)?doi\.org/(10\..+)")
_DATA = (".yml", ".yaml", ".json", ".csv")
_BEFORE_VALUE = re.compile(r"(?:^|[:\-,\[{\"'(<=#|])[ \t]*\Z", re.MULTILINE)
"""What stands before a value in a data file, but not before a word of a sentence."""


@dataclass(frozen=True)
class Place:
    """A line of a source file, and the reference as it is written there."""

    path: str
    line: int
    spelling: str = ""
    kind: str = "built"  # or "markdown", "template": each writes URLs in its own way
    guessed: bool = False  # the file is right, but the line is not known


class _Loader(yaml.SafeLoader):
    """Reads mkdocs.yml without running what its tags ask for."""


_Loader.add_multi_constructor("", lambda loader, suffix, node: None)


class Sources:
    """The Markdown, templates and data that a site was built from (or none at all)."""

    def __init__(self, folder: Path | None, site: Site, pages: Mapping[str, str] | None = None) -> None:
        self.folder, self.site, self.pages = folder, site, pages
        self._raw, self._text = cache(_raw), cache(_text)
        self._built = lru_cache(maxsize=2)(site.text)
        config: dict[str, Any] = _config(folder / "mkdocs.yml") if folder else {}
        theme = config.get("theme")
        custom = theme.get("custom_dir") if isinstance(theme, dict) else None
        self.docs = (folder or Path()) / str(config.get("docs_dir") or "docs")
        self.templates = (folder or Path()) / str(custom or "overrides")

    def markdown(self, page: str) -> str:
        """The Markdown file of a page, from the docs folder, or ""."""
        if not self.folder or self.pages is not None:
            return (self.pages or {}).get(page, "")
        stem = re.sub(r"(^|/)index\.html$|\.html$", "", page)
        names = [f"{stem}.md"]
        if page.endswith("index.html"):
            names += [posixpath.join(stem, "index.md"), posixpath.join(stem, "README.md")]
        return next((name for name in names if (self.docs / name).is_file()), "")

    def places(self, problem: Problem) -> list[Place]:
        """The lines to correct; none if no source has what is looked for."""
        own = self._matches(problem, self._own(problem.page))
        if own:
            # An id is defined where it is written, but a URL may also be mentioned.
            certain = problem.spot.kind == "id" or len(own) == len(self._offsets(problem, self._built(problem.page)))
            return own if certain else self.page_places(problem)
        found = self.shared_places(problem) or self._first(problem, self._data, in_data=True)
        if not found and (doi := _DOI.match(urls.readable(problem.reference))):  # data may have it without the host
            return self._first(replace(problem, reference=doi[1], spot=Spot("text")), self._data, in_data=True)
        return found

    def shared_places(self, problem: Problem) -> list[Place]:
        """The lines in the first of the templates, or in mkdocs.yml."""
        return self._first(problem, self._shared)

    def page_places(self, problem: Problem) -> list[Place]:
        """The first line of the page's Markdown, or else the lines of the built file."""
        if markdown := self.markdown(problem.page):
            return [Place((self.docs / markdown).as_posix(), 1, "", "markdown", problem.spot.kind != "file")]
        return self.built_places(problem)

    def built_places(self, problem: Problem, from_template: bool = False) -> list[Place]:
        """All lines of the built file (or of the source that it is a copy of), or its first one."""
        path, text = self.site.folder / problem.page, self._built(problem.page)
        for start in (self.docs, self.templates) if self.folder and not from_template else ():
            if (start / problem.page).is_file():
                path = start / problem.page
                text = self._text(path)
                break
        found = self._offsets(problem, text)
        return [Place(path.as_posix(), line) for line in sorted({markup.line(text, at) for at in found} or {1})]

    @staticmethod
    def _offsets(problem: Problem, text: str) -> list[int]:
        """Where a built file has what is looked for."""
        if problem.page.endswith(".css"):
            text = _blank(text, ".css")
        return markup.offsets(text, problem.spot)

    def _first(self, problem: Problem, paths: tuple[Path, ...], in_data: bool = False) -> list[Place]:
        texts = ((path, self._text(path), 1) for path in paths)
        return next((found for each in texts if (found := self._matches(problem, iter([each]), in_data))), [])

    def _matches(self, problem: Problem, texts: Iterator[tuple[Path, str, int]], in_data: bool = False) -> list[Place]:
        """Every occurrence in some files."""
        patterns = list(self._patterns(problem, in_data))
        places = []
        for path, text, first_line in texts:
            found: dict[int, tuple[int, str]] = {}  # end -> start and text: spellings may contain each other
            for literal, pattern, is_whole in patterns:
                for match in re.finditer(pattern, text) if literal in text else ():
                    before = text[max(0, match.start() - 40) : match.start()]
                    is_word = path.suffix in _DATA and "/" not in match[0] and not _BEFORE_VALUE.search(before)
                    if not is_word and match.end() not in found:
                        found[match.end()] = (match.start(), match[0] if is_whole else "")
            kind = "markdown" if path.suffix == ".md" else "template" if path.suffix in (".html", *_DATA) else "built"
            for start, spelling in sorted(found.values()):
                places.append(Place(path.as_posix(), first_line + text.count("\n", 0, start), spelling, kind))
        return places

    @cached_property
    def _shared(self) -> tuple[Path, ...]:
        return (*_files(self.templates, (".html",)), self.folder / "mkdocs.yml") if self.folder else ()

    @cached_property
    def _data(self) -> tuple[Path, ...]:
        return _files(self.docs, _DATA) if self.folder else ()

    def _own(self, page: str) -> Iterator[tuple[Path, str, int]]:
        """The Markdown of a page with what it includes, or the file that was copied."""
        if self.folder and (markdown := self.markdown(page)):
            yield from self._with_snippets(self.docs / markdown)

    def _with_snippets(
        self, path: Path, section: str = "", seen: tuple[str, ...] = ()
    ) -> Iterator[tuple[Path, str, int]]:
        """A Markdown file (or a section of it) and what it includes (pymdownx.snippets)."""
        name = f"{path}:{section}"
        if name in seen:
            return
        text, first_line = self._raw(path), 1
        if part := _section(text, section):
            text, first_line = part
        yield path, _blank(text, path.suffix), first_line
        specs = _SNIPPET.findall(text)
        for block in _BLOCK.findall(text):
            specs += block.split("\n")
        for spec in specs:
            file, _, part_name = spec.strip().partition(":")
            for start in (self.docs, self.folder or Path()):
                if (start / file).is_file():
                    yield from self._with_snippets(start / file, part_name, (*seen, name))
                    break

    def _patterns(self, problem: Problem, in_data: bool) -> Iterator[tuple[str, str, bool]]:
        """What to look for in a source: a text that each match has, a pattern, and whether a match is the reference."""
        spot, written = problem.spot, problem.reference
        value = re.escape(spot.value)
        if spot.kind == "id":
            yield spot.value, rf"(?:\b(?:id|name)\s*=\s*[\"']?|\{{:?[^}}\n]*#){value}(?![\w-])", False
            words = r"\W+".join(map(re.escape, re.findall(r"\w+", re.sub(r"_\d+$", "", spot.value))))
            if words:
                yield "#", rf"(?mi)^#+[ \t]+\W*{words}\W*(?:\{{.*)?$", False
        elif spot.kind == "text" or spot.kind == "attribute" and written != spot.value:
            yield written, re.escape(written), True
        elif spot.kind == "id reference":
            start = r"(?<![\w-])" if in_data else rf"\b{spot.attribute}\s*=\s*(?:\"[^\"]*|'[^']*)?(?<![\w-])"
            yield spot.value, rf"{start}{value}(?![\w-])", False
        elif spot.kind == "attribute":
            for spelling in self._spellings(problem):
                yield spelling, rf"(?<![\w./%#-]){re.escape(spelling)}(?![\w/%#-]|[.?]\w)", True
            fragment = problem.target.partition("#")[2]
            for ending in dict.fromkeys((fragment, urls.readable(fragment))):
                if ending:  # of a URL that a macro writes
                    yield (
                        "#" + ending,
                        rf"(?<=[)}}]\s)#{re.escape(ending)}(?![\w-])|(?<=[)}}])#{re.escape(ending)}(?![\w-])",
                        False,
                    )

    def _spellings(self, problem: Problem) -> Iterator[str]:
        """How a source may write a URL: as built, or before MkDocs rewrote it."""
        path, _, fragment = problem.target.partition("#")
        endings = dict.fromkeys(f"#{each}" if each else "" for each in (fragment, urls.readable(fragment)))
        written = [problem.reference, urls.readable(problem.reference), html.escape(problem.reference)]
        source, target = self.markdown(problem.page), self.markdown(path)
        if path and "?" not in problem.reference:
            names = [posixpath.relpath(target, posixpath.dirname(source)), target] if target else []
            names += [re.sub(r"(^|/)index\.html$", r"\1", path), path, re.sub(r"/index\.html$", "", path) + ".md"]
            written += [name + ending for name in names for ending in endings]
        yield from (spelling for spelling in dict.fromkeys(written) if re.search(r"\w", spelling))

    def spell(self, target: str, problem: Problem, place: Place) -> str:
        """How the source at a place would write the URL of a file of the site."""
        path, mark, fragment = target.partition("#")
        if path == problem.page and problem.target.startswith(f"{path}#") and place.kind != "template":
            return mark + fragment
        if place.kind == "markdown":
            source = Path(place.path)
            start = source.relative_to(self.docs).parent.as_posix() if source.is_relative_to(self.docs) else "."
            spelled = posixpath.relpath(self.markdown(path) or path, start)
        elif place.kind == "template":
            spelled = urls.relative("", path, self.site.hosted)
        else:
            spelled = self._as_built(problem.page, path)
        if not spelled.isprintable():  # bytes that are not UTF-8
            spelled = quote(os.fsencode(spelled))
        return (spelled + mark + fragment).replace(" ", "%20")

    def _as_built(self, page: str, path: str) -> str:
        record = self.site.records.get(page)
        if self.site.hosted and page == "404.html":
            return "/" + self.site.url_of(path).split("/", 3)[3]
        if record and record.base and (base := urls.join(self.site.url_of(page), record.base)):
            page = urls.split(base)[0].removeprefix(self.site.root)
        return urls.relative(page, path, self.site.hosted)


def _section(text: str, name: str) -> tuple[str, int] | None:
    """The lines of a named section, with the number of the first."""
    mark = rf"^.*-8<-+[ \t]*\[[ \t]*{{}}[ \t]*:[ \t]*{re.escape(name)}[ \t]*\].*$"
    start = re.search(mark.format("start"), text, re.MULTILINE)
    end = re.search(mark.format("end"), text, re.MULTILINE)
    if not start or not end:
        return None
    return text[start.end() : end.start()], text.count("\n", 0, start.end()) + 1


def _raw(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


def _text(path: Path) -> str:
    """The text of a source without code and comments."""
    return _blank(_raw(path), path.suffix)


def _blank(text: str, suffix: str) -> str:
    """Code and comments blanked out, so that an example is not taken for the problem."""
    pattern = _COMMENTS.get(suffix)
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text) if pattern else text


def _files(folder: Path, suffixes: tuple[str, ...]) -> tuple[Path, ...]:
    return tuple(sorted(path for path in folder.rglob("*") if path.suffix in suffixes))


def _config(path: Path) -> dict[str, Any]:
    try:
        data = yaml.load(path.read_text("utf-8", "replace"), _Loader)
    except (yaml.YAMLError, OSError):
        return {}
    return data if isinstance(data, dict) else {}
