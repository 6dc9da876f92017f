"""The `new` command: creates a page or a YAML entry from a template in `scaffold/`.

The result passes every check once the parts marked FILL IN are written; `check` lists those that are left.
"""

import datetime
import json
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from health_diplomacy import COMMAND, essay_text
from health_diplomacy.content import configuration
from health_diplomacy.content.documents import read_text
from health_diplomacy.content.essays import Block
from health_diplomacy.content.file_names import CHECKSUMS, CLAIMS, GLOSSARY, IMAGES, SOURCES, slug
from health_diplomacy.content.front_matter import TopicPage
from health_diplomacy.content.loader import load_site
from health_diplomacy.content.schema import LICENSES
from health_diplomacy.lint import runner

A_YEAR = datetime.timedelta(days=365)


class CannotStart(Exception):
    """Why a page or entry can't be created, and what to do."""


def start(root: Path, kind: str, title: str, today: datetime.date) -> list[str]:
    """Create a page or an entry under `root`; returns the next steps, one per line."""
    return KINDS[kind](root, " ".join(title.split()), today)


def essay(root: Path, path: str, today: datetime.date) -> list[str]:
    """Create an essay from a text file, its checksums, an entry for each sentence, and the page that shows these."""
    site, _ = load_site(root / "docs")
    name = _essay_name(root, path, site.checksums)
    pages = f"essays/{name}.md", f"evidence/{name}.md"
    blocks = _read_essay(root, path, name)
    title, paragraphs = blocks[0].text, [block for block in blocks if not block.level]
    for other, digests in site.checksums.items():
        if {block.digest for block in paragraphs} & set(digests.values()):
            raise CannotStart(f"docs/essays/{other}.md already has text of {path}; each essay is added once.")
    headings = "; ".join(block.text for block in blocks if block.level > 1)
    number = max((essay.number for essay in site.essays), default=0) + 1
    values = {"id": name, "number": number, "today": today, "later": today + A_YEAR}
    quotes = {
        f"{block.id}-{position}": _quoted(sentence)
        for block in paragraphs
        for position, sentence in enumerate(essay_text.sentences(block.text), 1)
    }
    claims = "".join(
        _template("claim.yml").format(**values | {"id": id, "quote": quote}) for id, quote in quotes.items()
    )
    checksums = "".join(f"  {block.id}: {block.digest}\n" for block in blocks)
    written = [
        _template("essay.md").format(title=_quoted(title), body=essay_text.to_markdown(blocks), **values),
        _template("essay-evidence.md").format(title=title, **values),
    ]
    config, lists = root / configuration.FILE, [root / "docs" / uri for uri in (CHECKSUMS, CLAIMS)]
    with _all_or_nothing(config, *lists, *(root / "docs" / uri for uri in pages)):
        for uri, text in zip(pages, written, strict=True):
            (root / "docs" / uri).write_text(text, encoding="utf-8", newline="\n")
        _append(root, f"docs/{CHECKSUMS}", f"{name}:\n{checksums}")
        line = _append(root, f"docs/{CLAIMS}", claims)
        before = (site.essays[-1].uri, site.essays[-1].claims_page) if site.essays else (None, None)
        menu = [_menu(root, uri, after) for uri, after in zip(pages, before, strict=True)]
    return [
        f"docs/{pages[0]} is essay {number}. Paragraphs: {len(paragraphs)}. Headings: {headings or 'none'}.",
        f"docs/{CLAIMS} has an entry for each sentence, {len(quotes)} in all, from line {line}. "
        f"docs/{pages[1]} shows them.",
        "Fill in each part marked FILL IN. "
        "If a sentence was split in the wrong place, correct the quotes and ids around it.",
        f'Include each paragraph on a topic page: --8<-- "{pages[0]}:{paragraphs[0].id}". '
        f'To begin one: {COMMAND} new topic "Title"',
        *menu,
        f"To see what is left to do: {COMMAND} check",
    ]


def _essay_name(root: Path, path: str, taken: Collection[str]) -> str:
    if Path(path).resolve().is_relative_to((root / "docs").resolve()):
        raise CannotStart(f"{path} is in docs/; give a text file outside docs/.")
    name = slug(Path(path).stem)
    present = [uri for uri in (f"essays/{name}.md", f"evidence/{name}.md") if (root / "docs" / uri).exists()]
    if not name or re.search(r"(^|-)\d+$", name):  # `defense-2` is a paragraph
        what = "the essay is named after its file, so that name needs a letter, and no number after a hyphen at its end"
        raise CannotStart(f"{path}: {what}; rename the file.")
    if present or name in taken:
        raise CannotStart(f"docs/{(present or [CHECKSUMS])[0]} has this name already; rename the file {path}.")
    return name


def _read_essay(root: Path, path: str, name: str) -> list[Block]:
    text, problems = read_text(Path(path), path)
    settings, faults = configuration.read(root)
    if problems or settings.extensions is None:
        raise CannotStart("\n".join(map(str, problems or faults)))
    templates = [file.read_text(encoding="utf-8") for file in (root / "overrides").rglob("*.html")]
    taken = {id for template in templates for id in re.findall(r'\bid="([\w-]+)"', template)}
    blocks = essay_text.read(text or "", name, taken)
    if found := sorted(essay_text.check(blocks, lambda line: runner.to_html(line, settings))):
        raise CannotStart("\n".join(f"{path}:{line}: {what}." for line, what in found))
    return blocks


@contextmanager
def _all_or_nothing(*files: Path) -> Iterator[None]:
    """Restore the files if they can't all be written."""
    before = {file: file.read_bytes() if file.exists() else None for file in files}
    try:
        yield
    except BaseException:
        for file, content in before.items():
            if content is None:
                file.unlink(missing_ok=True)
            elif file.read_bytes() != content:
                file.write_bytes(content)
        raise


def topic(root: Path, title: str, today: datetime.date) -> list[str]:
    site, _ = load_site(root / "docs")
    number = max((page.number for page in site.pages.values() if isinstance(page, TopicPage)), default=0) + 1
    other = site.topics[-1].id if site.topics else "peace-building"
    return _page(root, f"topics/{slug(title)}.md", "topic.md", title, today, number=number, other=other)


def page(root: Path, title: str, today: datetime.date) -> list[str]:
    return _page(root, f"{slug(title)}.md", "page.md", title, today)


def _page(root: Path, uri: str, template: str, title: str, today: datetime.date, **values: object) -> list[str]:
    file = root / "docs" / uri
    if not slug(title):
        raise CannotStart("The title has no letters or digits from which to make the file's name.")
    if file.exists():
        raise CannotStart(f"docs/{uri} already exists; choose another title, or edit that page.")
    values |= {"title": _quoted(title), "plain_title": _quoted(title)[1:-1], "today": today}
    text = _template(template).format(later=today + A_YEAR, **values)
    with _all_or_nothing(file, root / configuration.FILE):
        file.write_text(text, encoding="utf-8", newline="\n")
        menu = _menu(root, uri)
    return [
        f"Created docs/{uri}. Fill in each part marked FILL IN; lines that begin with # explain the line below them.",
        menu,
        f"To see what is left to do: {COMMAND} check docs/{uri}",
    ]


def _menu(root: Path, uri: str, after: str | None = None) -> str:
    """Add the page to the navigation, below `after` or its folder's pages; returns what was done or is left to do."""
    nav = dict(configuration.read(root)[0].nav or [])
    line, folder = f"- {uri}", uri.rpartition("/")[0]
    if not nav:
        return f"Add '{line}' under 'nav' in {configuration.FILE}."
    neighbors = [uri for uri in nav if uri == after or (folder and not after and uri.rpartition("/")[0] == folder)]
    number = nav[neighbors[-1]] if neighbors else max(nav.values()) - 1  # above the last entry
    config = root / configuration.FILE
    lines = config.read_text(encoding="utf-8").split("\n")
    like = lines[number - 1] if neighbors else lines[number]
    lines.insert(number, like[: len(like) - len(like.lstrip())] + line)
    config.write_text("\n".join(lines), encoding="utf-8", newline="\n")
    return f"{uri} is in the menu: {configuration.FILE}, line {number + 1}. Move that line to where the page belongs."


def source(root: Path, title: str, today: datetime.date) -> list[str]:
    example = f"who-{today.year}-{'-'.join(slug(title).split('-')[:3])}"
    text = _template("source.yml").format(title=_quoted(title), example=example, today=today)
    then = (
        "Then cite it in docs/evidence/claims.yml, in the note of the part it concerns, after the fact it supports: "
        "[@its-id]."
    )
    return _entry(root, f"docs/{SOURCES}", text, then, to_check="docs/evidence")


def term(root: Path, title: str, today: datetime.date) -> list[str]:
    if slug(title) in load_site(root / "docs")[0].terms:
        raise CannotStart(f"docs/glossary.yml has the term '{slug(title)}' already; edit that entry.")
    text = _template("term.yml").format(id=slug(title), title=_quoted(title))
    then = f"Then list '{slug(title)}' under 'terms' on the pages that use it."
    return _entry(root, f"docs/{GLOSSARY}", text, then, to_check=f"docs/{GLOSSARY}")


def picture(root: Path, path: str, today: datetime.date) -> list[str]:
    """Create an entry for a file that is already under docs/."""
    name = Path(path).as_posix().removeprefix("./").removeprefix("docs/")
    if not (root / "docs" / name).is_file():
        raise CannotStart(f"There is no file docs/{name}; copy the picture there first, for example to docs/images/.")
    text = _template("picture.yml").format(file=_quoted(name), licenses=", ".join(LICENSES))
    then = f"Then show it on a page: ![What it shows]({name}), with the path from that page."
    return _entry(root, f"docs/{IMAGES}", text, then, to_check="docs")


def _entry(root: Path, name: str, text: str, then: str, to_check: str) -> list[str]:
    """Add an entry to a YAML list; returns the next steps."""
    line = _append(root, name, text)
    return [
        f"{name} has a new entry at its end, from line {line}. Fill in each part marked FILL IN.",
        then,
        f"To see what is left to do: {COMMAND} check {to_check}",
    ]


def _template(name: str) -> str:
    return (Path(__file__).parent / "scaffold" / name).read_text(encoding="utf-8")


def _append(root: Path, name: str, text: str) -> int:
    """Add text at the end of a file; returns its first line."""
    file = root / name
    if not file.is_file():
        raise CannotStart(f"There is no {name}.")
    present = file.read_text(encoding="utf-8").rstrip("\n")
    present = "" if present.endswith("[]") and present.count("\n") == 0 else present.removesuffix("\n[]")
    line = present.count("\n") + 2 + text.startswith("\n")
    file.write_text(f"{present}\n{text}", encoding="utf-8", newline="\n")
    return line


def _quoted(text: str) -> str:
    """A double-quoted YAML scalar (YAML 1.2.2, section 7.3.1), which every JSON string is."""
    return json.dumps(text, ensure_ascii=False)


KINDS: dict[str, Callable[[Path, str, datetime.date], list[str]]] = {
    "essay": essay,
    "topic": topic,
    "page": page,
    "source": source,
    "term": term,
    "picture": picture,
}
