"""From a problem in a built file to the line that somebody can correct.

No Markdown parser tracks positions. So the n-th occurrence of a reference in the page is the n-th in its Markdown,
outside of code; if their numbers differ, the problem is reported at the first line of the Markdown.
"""

import html
import os
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from . import markup, urls
from .model import Problem, Spot
from .site import Site

_SNIPPET = re.compile(r"^[ \t]*-{1,}8<-{1,}[ \t]+[\"']?([^\"'\n]+?)[\"']?[ \t]*$", re.MULTILINE)
_IGNORED = {
    ".md": re.compile(
        r"<!--.*?-->|^([ \t]*)(```+|~~~+).*?^\1\2[ \t]*$|(?<!`)(`+)(?!`)[^\n]*?(?<!`)\3(?!`)", re.MULTILINE | re.DOTALL
    ),
    ".html": re.compile(r"<!--.*?-->|\{#.*?#\}", re.DOTALL),
    ".css": re.compile(r"/\*.*?\*/", re.DOTALL),
}
"""Code and comments, in which an example must not be taken for the problem."""
_DOI = re.compile(r"https?://(?:dx\.)?doi\.org/(10\..+)")
_DATA = (".yml", ".yaml", ".json", ".csv")


@dataclass(frozen=True)
class Place:
    """A line of a source file, and the reference as it is written there."""

    path: str
    line: int
    spelling: str = ""
    kind: str = "built"  # or "markdown", "template": each writes URLs in its own way
    guessed: bool = False  # the file is right, but the line is not known


class Sources:
    """The Markdown, templates and data that a site was built from (or none at all)."""

    def __init__(self, folder: Path | None, site: Site, pages: Mapping[str, str] | None = None) -> None:
        self.folder, self.site, self.pages = folder, site, pages
        self._text, self._built = cache(_text), lru_cache(maxsize=2)(site.text)
        config = _config(folder / "mkdocs.yml") if folder else {}
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
        """The lines to correct; none if no source has it."""
        if not self.folder:
            return []
        markdown = self.markdown(problem.page)
        if own := self._matches(problem, self._with_snippets(self.docs / markdown) if markdown else ()):
            # An id is defined where it is written, but a URL may also be mentioned.
            certain = problem.spot.kind == "id" or len(own) == len(
                markup.offsets(self._built(problem.page), problem.spot)
            )
            return own if certain else self.page_places(problem)
        found = self.shared_places(problem) or self._first(problem, self._data)
        doi = None if found else _DOI.match(urls.percent_decode(problem.reference))
        if doi:  # data may have it without the host
            return self._first(replace(problem, reference=doi[1], spot=Spot("text")), self._data)
        return found

    def shared_places(self, problem: Problem) -> list[Place]:
        """The lines in the first of the templates, or in mkdocs.yml."""
        return self._first(problem, self._shared)

    def page_places(self, problem: Problem) -> list[Place]:
        """The first line of the page's Markdown, or else the lines of the built file."""
        if markdown := self.markdown(problem.page):
            return [Place((self.docs / markdown).as_posix(), 1, "", "markdown", problem.spot.kind != "file")]
        return self.built_places(problem)

    def built_places(self, problem: Problem) -> list[Place]:
        """All lines of the built file (or of the source that it is a copy of), or its first one."""
        path, text = self.site.folder / problem.page, self._built(problem.page)
        for start in (self.docs, self.templates) if self.folder else ():
            if (start / problem.page).is_file():
                path, text = start / problem.page, self._text(start / problem.page)
                break
        found = markup.offsets(_blank(text, ".css") if path.suffix == ".css" else text, problem.spot)
        return [Place(path.as_posix(), line) for line in sorted({markup.line(text, at) for at in found} or {1})]

    def _first(self, problem: Problem, paths: Iterable[Path]) -> list[Place]:
        texts = ((path, self._text(path), 1) for path in paths)
        return next((found for each in texts if (found := self._matches(problem, [each]))), [])

    def _matches(self, problem: Problem, texts: Iterable[tuple[Path, str, int]]) -> list[Place]:
        """Every occurrence in some files."""
        patterns = list(self._patterns(problem))
        places = []
        for path, text, first_line in texts:
            found: dict[int, tuple[int, str]] = {}  # end -> start and text: spellings may contain each other
            for literal, pattern, is_whole in patterns:
                for match in re.finditer(pattern, text) if literal in text else ():
                    is_word = path.suffix in _DATA and not re.search(r"[/.#]", match[0])
                    if not is_word:
                        found.setdefault(match.end(), (match.start(), match[0] if is_whole else ""))
            kind = "markdown" if path.suffix == ".md" else "template" if path.suffix in (".html", *_DATA) else "built"
            for start, spelling in sorted(found.values()):
                places.append(Place(path.as_posix(), first_line + text.count("\n", 0, start), spelling, kind))
        return places

    @cached_property
    def _shared(self) -> tuple[Path, ...]:
        return (*_files(self.templates, (".html",)), self.folder / "mkdocs.yml") if self.folder else ()

    @cached_property
    def _data(self) -> tuple[Path, ...]:
        return _files(self.docs, _DATA)

    def _with_snippets(self, path: Path, part: str = "", seen: tuple[str, ...] = ()) -> Iterator[tuple[Path, str, int]]:
        """A Markdown file (or a section of it) and what it includes (pymdownx.snippets)."""
        name = f"{path}:{part}"
        if name in seen:
            return
        text, first_line = self._text(path), 1
        if part and (lines := _section(text, part)):
            text, first_line = lines
        yield path, text, first_line
        for spec in _SNIPPET.findall(text):
            file, _, section = spec.partition(":")
            for start in (self.docs, self.folder or Path()):
                if (start / file).is_file():
                    yield from self._with_snippets(start / file, section, (*seen, name))
                    break

    def _patterns(self, problem: Problem) -> Iterator[tuple[str, str, bool]]:
        """What to look for in a source: a text that each match has, a pattern, and whether a match is the reference."""
        spot, written, value = problem.spot, problem.reference, re.escape(problem.spot.value)
        if spot.kind == "id":
            yield spot.value, rf"(?:\b(?:id|name)\s*=\s*[\"']?|\{{:?[^}}\n]*#){value}(?![\w-])", False
            words = r"\W+".join(map(re.escape, re.findall(r"\w+", re.sub(r"_\d+$", "", spot.value))))
            if words:
                yield "#", rf"(?mi)^#+[ \t]+\W*{words}\W*(?:\{{.*)?$", False
        elif spot.kind == "text" or (spot.kind == "attribute" and written != spot.value):  # as in href=""
            yield written, re.escape(written), True
        elif spot.kind == "id reference":
            start = rf"\b{spot.attribute}\s*=\s*(?:\"[^\"]*|'[^']*)?(?<![\w-])"
            yield spot.value, rf"{start}{value}(?![\w-])", False
        elif spot.kind == "attribute":
            for spelling in self._spellings(problem):
                yield spelling, rf"(?<![\w./%#-]){re.escape(spelling)}(?![\w/%#-]|[.?]\w)", True

    def _spellings(self, problem: Problem) -> Iterator[str]:
        """How a source may write a URL: as built, or before MkDocs rewrote it."""
        path, _, fragment = problem.target.partition("#")
        endings = dict.fromkeys(f"#{each}" if each else "" for each in (fragment, urls.percent_decode(fragment)))
        written = [problem.reference, urls.percent_decode(problem.reference), html.escape(problem.reference)]
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
            if spelled == place.spelling.partition("#")[0]:  # in HTML, where MkDocs rewrites nothing
                spelled = urls.relative(problem.page, path, self.site.hosted)
        elif place.kind == "template":
            spelled = urls.relative("", path, self.site.hosted)
        elif self.site.hosted and problem.page == "404.html":
            spelled = "/" + self.site.url_of(path).split("/", 3)[3]
        else:
            record = self.site.records.get(problem.page)
            base = urls.join(self.site.url_of(problem.page), record.base) if record and record.base else None
            start = urls.split(base)[0].removeprefix(self.site.root) if base else problem.page
            spelled = urls.relative(start, path, self.site.hosted)
        if not spelled.isprintable():  # bytes that are not UTF-8
            spelled = quote(os.fsencode(spelled))
        return (spelled + mark + fragment).replace(" ", "%20")


def _section(text: str, name: str) -> tuple[str, int] | None:
    """The lines of a named section, with the number of the first."""
    mark = rf"^.*-8<-+[ \t]*\[[ \t]*{{}}[ \t]*:[ \t]*{re.escape(name)}[ \t]*\].*$"
    start, end = (re.search(mark.format(each), text, re.MULTILINE) for each in ("start", "end"))
    if not start or not end:
        return None
    return text[start.end() : end.start()], text.count("\n", 0, start.end()) + 1


def _text(path: Path) -> str:
    """The text of a source without code and comments, but with the marks of its sections."""
    try:
        return _blank(path.read_text("utf-8", "replace"), path.suffix)
    except OSError:
        return ""


def _blank(text: str, suffix: str) -> str:
    pattern = _IGNORED.get(suffix)
    return pattern.sub(lambda match: _blanked(match[0]), text) if pattern else text


def _blanked(text: str) -> str:
    return text if "-8<-" in text else re.sub(r"[^\n]", " ", text)


def _files(folder: Path, suffixes: tuple[str, ...]) -> tuple[Path, ...]:
    return tuple(sorted(path for path in folder.rglob("*") if path.suffix in suffixes))


def _config(path: Path) -> dict[str, Any]:
    """mkdocs.yml, read without running what its tags ask for."""
    import yaml  # not needed to check a folder without its sources

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        pass

    Loader.add_multi_constructor("", lambda loader, suffix, node: None)
    try:
        data = yaml.load(path.read_text("utf-8", "replace"), Loader)
    except (yaml.YAMLError, OSError):
        return {}
    return data if isinstance(data, dict) else {}
