"""Pages that the link checker reads by their pieces: what they say is what the parser says of them.

A new case is a new line of a file of `linkcheck_markup/`. Beside them, pages
are made at random (the same in every run), and the built site is read.
"""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import SITE_URL
from tests.linkcheck import page, pieces, worker
from tests.linkcheck.layout import Layout, is_page, read_layout
from tests.linkcheck.model import Page
from tests.linkcheck.pieces import Reader
from tests.linkcheck.settle import Settler

FOLDER = Path(__file__).parent / "linkcheck_markup"
FILES = frozenset(
    (
        "index.html",
        "a/index.html",
        "a/d.html",
        "a/b/index.html",
        "a/b/c.html",
        "a/bindex.html",
        "a/%41.html",
        "a/..c.html",
        "e/index.html",
        "a/a.png",
    )
)
SITE = Layout(Path("site"), "https://example.org/site/", True, FILES, frozenset(("", "a", "a/b", "e")))
PATH = "a/b/index.html"
TIMES = 5  # a page is new, then known by its pieces, by its parts, by its runs


def cases(name: str) -> Iterator[str]:
    for line in (FOLDER / name).read_text("utf-8").splitlines():
        if line.startswith("EACH "):
            words, _, case = line.removeprefix("EACH ").partition(" | ")
            yield from (case.replace("%", word) for word in words.split())
        elif not line.startswith("#"):
            yield line


def a_page(body: str, head: str = "") -> str:
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<title>x</title>\n{head}</head>\n<body>\n{body}</body>\n</html>\n'
    )


def written(case: str) -> str:
    """The page that a line of a file stands for."""
    for sign, meant in (
        ("\\n", "\n"),
        ("\\r", "\r"),
        ("\\u00a0", "\u00a0"),
        ("\\u0000", "\0"),
        ("\\u007f", "\x7f"),
        ("\\ufeff", "\ufeff"),
    ):
        case = case.replace(sign, meant)
    place, _, rest = case.partition(" ")
    return rest if place == "PAGE" else a_page("", rest) if place == "HEAD" else a_page(case)


def said(record: Page) -> dict[str, object]:
    """All fields of a record, in a form in which the order does not matter."""
    fields = {name: getattr(record, name) for name in record.__dataclass_fields__}
    return {
        name: value if isinstance(value, (str, bool, int, type(None))) else sorted(map(str, value))
        for name, value in fields.items()
    }


def by_parser(text: str, path: str = PATH, layout: Layout = SITE) -> dict[str, object]:
    return said(Settler(layout).settle(page.read(path, text.encode())))


def by_pieces(text: str, reader: Reader, settler: Settler, path: str = PATH) -> dict[str, object] | None:
    found = reader.read(text.encode(), settler.layout.address_of(path))
    record = settler.together(path, *found) if found else None
    return said(record) if record else None


def readings(text: str) -> Iterator[dict[str, object]]:
    """What a page says each time that it is read by its pieces, and nothing for the times that it is not."""
    reader, settler = Reader(), Settler(SITE)
    yield from filter(None, (by_pieces(text, reader, settler) for _ in range(TIMES)))


@pytest.mark.parametrize("case", list(cases("regular.txt")))
def test_a_regular_page_is_read_by_its_pieces_and_says_what_the_parser_says(case: str):
    found = list(readings(written(case)))
    assert len(found) >= TIMES - 1
    assert all(each == by_parser(written(case)) for each in found)


@pytest.mark.parametrize("case", list(cases("irregular.txt")))
def test_an_irregular_page_is_left_to_the_parser(case: str):
    assert list(readings(written(case))) == []


def test_the_same_piece_may_say_another_thing_within_another_element():
    reader, settler = Reader(), Settler(SITE)
    line = "<p>[x](y.md)</p>\n"
    around = ("<div>", "</div>"), ("<pre>", "</pre>"), ("<textarea>", "</textarea>"), ("<!--", "-->")
    for body in [f"{start}\n{line}{end}\n" for start, end in around] * TIMES:
        assert by_pieces(a_page(body), reader, settler) in (None, by_parser(a_page(body)))
    assert by_pieces(a_page(f"<pre>\n{line}</pre>\n"), reader, settler) is not None


def test_the_same_piece_leads_elsewhere_from_another_folder():
    reader, settler = Reader(), Settler(SITE)
    text = a_page('<p><a href="../">x</a> <a href="c.html">y</a> <a href="../a/">z</a> <a href="..c.html">w</a></p>\n')
    for path in ("index.html", "a/index.html", "a/d.html", "a/b/index.html", "a/b/c.html", "e/index.html") * TIMES:
        assert by_pieces(text, reader, settler, path) in (None, by_parser(text, path))
    assert by_pieces(text, reader, settler) is not None


@pytest.mark.parametrize("path", ("index.html", "a/index.html", "a/b/c.html"))
def test_links_that_no_other_page_has_lead_where_the_parser_says(path: str, monkeypatch):
    monkeypatch.setattr(pieces, "_NEW", 9)  # so that new pages are read, too
    links = (
        "../",
        "../a/",
        "../../",
        "../../a/b/c.html#x",
        "../../../",
        "../b/c.html",
        "../b/c.html#%C3%A9",
        "c.html",
        "no/",
        "../../a/b",
        "../%41.html",
    )
    text = a_page("<p>" + " ".join(f'<a href="{link}">x</a>' for link in links) + "</p>\n")
    assert by_pieces(text, Reader(), Settler(SITE), path) == by_parser(text, path)


def test_the_address_of_the_page_is_told_from_that_of_another(monkeypatch):
    monkeypatch.setattr(pieces, "_NEW", 9)  # so that new pages are read, too
    reader, settler = Reader(), Settler(SITE)
    for path in ("a/b/index.html", "a/index.html", "index.html") * TIMES:
        own = SITE.address_of(path)
        text = (
            f'<!doctype html>\n<html>\n<head>\n<link rel="canonical" href="{own}">\n<meta property="og:url" content="{own}">\n'
            f'<meta property="og:image" content="{own}a.png">\n<link rel="alternate" hreflang="en" href="{own}">\n'
            f'<script type="application/ld+json">{{"@id": "{own}", "url": "{own}#x", "image": "{own}no.png"}}</script>\n'
            f'</head>\n<body>\n<p><a href="{own}">x</a><a href="{own}no/">y</a></p>\n</body>\n</html>\n'
        )
        assert by_pieces(text, reader, settler, path) in (None, by_parser(text, path))
    assert by_pieces(text, reader, settler, path) is not None


ELEMENTS = [
    "div",
    "p",
    "span",
    "a",
    "b",
    "em",
    "code",
    "pre",
    "ul",
    "ol",
    "dl",
    "table",
    "h2",
    "section",
    "form",
    "button",
    "label",
    "select",
    "svg",
    "script",
    "style",
    "textarea",
    "title",
    "details",
    "summary",
    "blockquote",
    "figure",
    "ruby",
    "img",
    "input",
    "link",
    "meta",
    "br",
    "hr",
    "custom-x",
    "option",
    "li",
    "tr",
    "td",
    "template",
    "noscript",
    "math",
]
PHRASING = ["a", "b", "em", "code", "span", "img", "input", "label", "svg", "button", "script", "small", "q", "br"]
WITHIN = {
    "ul": ["li"],
    "ol": ["li"],
    "dl": ["dt", "dd", "div"],
    "table": ["thead", "tbody", "tr", "caption"],
    "thead": ["tr"],
    "tbody": ["tr"],
    "tr": ["td", "th"],
    "select": ["option", "optgroup"],
    "optgroup": ["option"],
    "ruby": ["rt", "rp"],
    "svg": ["path", "g", "use", "a", "linearGradient", "title", "style"],
}
VOID = {"img", "input", "link", "meta", "br", "hr"}
ATTRIBUTES = [
    "id",
    "href",
    "src",
    "class",
    "name",
    "for",
    "aria-labelledby",
    "style",
    "srcset",
    "content",
    "property",
    "rel",
    "list",
    "headers",
    "title",
    "cite",
    "integrity",
    "action",
    "fill",
    "xlink:href",
    "itemprop",
    "type",
]
VALUES = [
    "x",
    "#x",
    "#",
    "#y",
    "../",
    "../a/#z",
    "./",
    ".",
    "..",
    "",
    "c.html",
    "https://example.org/site/a/b/",
    "url(#x)",
    "https://example.org/site/a/b/#x",
    "http://other.example/?a=1&amp;b=2",
    "?q",
    "x y",
    "&lt;",
    "&#35;x",
    "a.png 1x, b.png 2x",
]
TEXTS = [
    "word ",
    "a > b",
    "\n",
    "[x](y.md)",
    "&amp;",
    "&#91;x](y.md)",
    "x >\n",
    "",
    "<!-- <a href=x> -->",
    "<!--\n<p>\n-->",
]
RAW = ["", "x", '{"@id": "https://example.org/site/a/"}', "a{b:url(x.png)}", "x >\ny", "&amp;", "[x](y.md)"]


def made_up(chance: random.Random, depth: int, within: tuple[str, ...] = ()) -> str:
    """Some markup, most of it well-formed."""
    parent = within[-1] if within else ""
    if depth < 0 or (parent not in WITHIN and chance.random() < 0.35):
        return chance.choice(TEXTS) if parent not in WITHIN else ""
    in_phrasing = {"p", "h2", "pre"} & set(within) or chance.random() < 0.4
    tag = chance.choice(WITHIN.get(parent, PHRASING if in_phrasing else ELEMENTS))
    quoted = (
        f" {name}={quote}{chance.choice(VALUES)}{quote}"
        for name, quote in zip(
            chance.sample(ATTRIBUTES, chance.choice((0, 0, 1, 1, 2))), chance.choices('"""\'', k=2), strict=False
        )
    )
    start, end = f"<{tag}{''.join(quoted)}", chance.choice(("", "", "\n"))
    if tag in VOID:
        return f"{start}{chance.choice(('', '/', ' /'))}>{end}"
    if tag in ("script", "style", "textarea", "title"):
        kind = chance.choice(("", ' type="application/ld+json"')) if tag == "script" and "type" not in start else ""
        return f"{start}{kind}>{chance.choice(RAW)}</{tag}>{end}"
    inner = "".join(made_up(chance, depth - 1, (*within, tag)) for _ in range(chance.choice((1, 1, 2, 3))))
    return f"{start}>{chance.choice(('', end))}{inner}{f'</{tag}>' if chance.random() < 0.99 else ''}{end}"


@pytest.mark.parametrize("part", range(8))
def test_a_page_made_at_random_says_the_same_by_its_pieces_and_by_the_parser(part: int, monkeypatch):
    monkeypatch.setattr(pieces, "_NEW", 9)  # so that new pages are read, too
    reader, settler = Reader(), Settler(SITE)
    read = 0
    for number in range(150):
        chance = random.Random(1_000 * part + number)
        text = a_page("".join(made_up(chance, chance.randint(1, 4)) for _ in range(chance.randint(1, 4))))
        path = chance.choice(("index.html", "a/b/index.html", "a/b/c.html"))
        for _ in range(2):
            if found := by_pieces(text, reader, settler, path):
                assert found == by_parser(text, path), text
                read += 1
    assert read > 60


@pytest.mark.parametrize("edition", ("hosted", "offline"))
def test_every_page_of_the_site_but_the_404_is_read_by_its_pieces(edition: str, request):
    folder = request.getfixturevalue(edition)
    layout = read_layout(folder, SITE_URL if edition == "hosted" else None)
    reader, settler = Reader(), Settler(layout)
    for path in sorted(filter(is_page, layout.files - {"404.html"})):
        text = (folder / path).read_text("utf-8")
        found = [by_pieces(text, reader, settler, path) for _ in range(TIMES)]
        assert found[-1] is not None, path
        assert all(each in (None, by_parser(text, path, layout)) for each in found), path


def test_pages_of_one_template_are_parsed_only_until_it_is_known(tmp_path, monkeypatch):
    for number in range(40):
        (tmp_path / f"{number}.html").write_text(
            a_page(f'{"<p>frame</p>" * 30}\n<p><a href="{number}.html">x</a></p>\n')
        )
    parsed = []
    read = page.read
    monkeypatch.setattr(page, "read", lambda path, data: parsed.append(path) or read(path, data))
    layout = read_layout(tmp_path, None)
    assert {each.path for each in worker.settled(layout, sorted(layout.files))} == layout.files
    assert len(parsed) < 4


def test_what_is_new_on_every_page_is_left_to_the_parser():
    reader, settler = Reader(), Settler(SITE)
    found = [
        by_pieces(a_page(f'<p id="n{number}">{"word " * 200}{number}</p>\n'), reader, settler) for number in range(20)
    ]
    assert found == [None] * 20


def test_pages_are_no_longer_tried_when_too_many_were_left_to_the_parser(monkeypatch):
    monkeypatch.setattr(pieces, "_PATIENCE", 5)
    reader, settler = Reader(), Settler(SITE)
    regular = a_page("<p>x</p>\n")
    by_pieces(regular, reader, settler)
    assert by_pieces(regular, reader, settler)
    for _ in range(7):
        assert by_pieces(a_page("<p>x"), reader, settler) is None
    assert by_pieces(regular, reader, settler) is None


def sizes_of_many_pages(monkeypatch, **limits: int) -> list[tuple[int, int]]:
    """Bytes and number of what is remembered after each of many pages, most of which are met again."""
    for name, limit in limits.items():
        monkeypatch.setattr(pieces, name, limit)
    reader, settler = Reader(), Settler(SITE)
    sizes = []
    for number in range(60):
        text = a_page("".join(f'<p id="p{number // 9}-{each}">{"x" * 40}</p>\n' for each in range(9)))
        assert by_pieces(text, reader, settler) in (None, by_parser(text))
        sizes.append((reader.size, len(reader.met)))
    return sizes


def test_pieces_are_forgotten_before_they_fill_the_memory(monkeypatch):
    assert 500 < max(size for size, _ in sizes_of_many_pages(monkeypatch, _KEPT=1_000)) < 2_000


def test_what_was_met_is_forgotten_before_it_fills_the_memory(monkeypatch):
    assert max(met for _, met in sizes_of_many_pages(monkeypatch, _MET=30)) < 60
