"""The book as PDF/UA-1 (ISO 14289-1), by WeasyPrint: tagged, with bookmarks and embedded fonts, and without a browser or a network."""

from __future__ import annotations

import logging
import re
import tempfile
from itertools import groupby
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from health_diplomacy.content.schema import VERDICTS
from health_diplomacy.problems import Problem

from . import fonts
from .book import Book
from .edition import HERE, Stopped

SHAPE = re.compile(r'<svg class="hd-shape hd-shape--[\w-]+".*?</svg> ?', re.DOTALL)
LIBRARIES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


def write(book: Book, target: Path) -> None:
    """Writes the book. Raises `Stopped` where a library of the system is missing or a part of the book cannot be set."""
    weasyprint = _engine()
    edition = book.edition
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _lay_out(book, folder)
        told = _Told()
        logger = logging.getLogger("weasyprint")
        before, logger.propagate = (logger.level, logger.propagate), False
        logger.addHandler(told)
        logger.setLevel(logging.WARNING)
        try:
            document = weasyprint.HTML(filename=folder / "book.html", url_fetcher=_fetcher(folder))
            content = document.write_pdf(
                pdf_variant="pdf/ua-1",
                pdf_identifier=edition.identifier.bytes,
                pdf_tags=True,
                full_fonts=False,
                custom_metadata=False,
                presentational_hints=False,
            )
        finally:
            logger.removeHandler(told)
            logger.level, logger.propagate = before
        if told.words:
            raise Stopped(
                *(
                    Problem(
                        "overrides/hooks/takeaway/templates/book.html",
                        1,
                        "D07",
                        f"WeasyPrint says: {each}",
                        "mend what it names",
                    )
                    for each in told.words
                )
            )
    target.write_bytes(content)


def _fetcher(folder: Path):
    """Lets WeasyPrint read the book's own files, and nothing else on the machine or elsewhere."""
    from weasyprint.urls import URLFetcher

    class Fetcher(URLFetcher):
        def fetch(self, url, headers=None):
            if not Path(url2pathname(urlsplit(url).path)).resolve().is_relative_to(folder.resolve()):
                raise ValueError(f"not a file of the book: {url}")
            return super().fetch(url, headers)

    return Fetcher(allowed_protocols=["file"])


def _engine():
    """WeasyPrint, which finds the system's Pango as it is imported."""
    try:
        import weasyprint
    except OSError as error:
        what = f"the book needs Pango, which this system lacks ({str(error).splitlines()[0]})"
        raise Stopped(
            Problem(
                "overrides/hooks/takeaway/pdf.py",
                1,
                "D08",
                what,
                f"install it; on Debian or Ubuntu: apt-get install {LIBRARIES}",
            )
        ) from None
    return weasyprint


def _lay_out(book: Book, folder: Path) -> None:
    """Puts the book's HTML, style sheet, typefaces and pictures into a folder: all that WeasyPrint may read."""
    edition = book.edition
    env = edition.templates()
    words = edition.context.ui
    parts = [
        {"grouper": part, "list": list(chapters)}
        for part, chapters in groupby(book.chapters, key=lambda chapter: chapter.part)
    ]
    shared = {"edition": edition, "context": edition.context, "words": words, "threads": len(edition.site.topics) or 4}
    html = env.get_template("book.html").render(**shared, chapters=book.chapters, parts=parts)
    (folder / "book.html").write_text(SHAPE.sub("", html), encoding="utf-8")
    (folder / "weave.svg").write_text(env.get_template("weave.svg").render(**shared).strip(), encoding="utf-8")
    styles = [(HERE / "templates" / name).read_text(encoding="utf-8") for name in ("book.css", "print.css")]
    styles += _shapes(book, styles[0], folder)
    (folder / "fonts").mkdir()
    faces = fonts.static(edition, folder / "fonts")
    sheet = "\n".join([fonts.style_sheet(faces), *styles]).replace("{{PAGE}}", words["book_page"])
    (folder / "book.css").write_text(sheet, encoding="utf-8")
    for name, file in book.pictures.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(file.read_bytes())


def _shapes(book: Book, styles: str, folder: Path) -> list[str]:
    """The verdicts' shapes as backgrounds: the words beside them say the same, so for a screen reader they are no figures."""
    module = book.edition.templates().get_template("partials/verdict.html").module
    colors = dict(re.findall(r"\.verdict-([\w-]+) \{ color: (#\w+)", styles))
    rules = []
    for verdict in VERDICTS:
        drawn = module.shape(verdict).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
        (folder / f"{verdict}.svg").write_text(
            drawn.replace("currentColor", colors.get(verdict, "#1f2528")), encoding="utf-8"
        )
        rules.append(f'.verdict-{verdict} {{ background-image: url("{verdict}.svg"); }}')
    return rules


class _Told(logging.Handler):
    """Keeps what WeasyPrint warns of: it goes on where a reader would miss something."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.words.append(record.getMessage().split("\n")[0].rstrip("."))
