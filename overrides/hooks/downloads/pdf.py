"""The book as PDF/UA-1 (ISO 14289-1): tagged, with bookmarks and embedded fonts. Rendered by WeasyPrint."""

import logging
from logging.handlers import BufferingHandler
from pathlib import Path
from typing import Any

from diagnostics import Diagnostic
from health_diplomacy.content.schema import VERDICTS

from . import fonts
from .book import Book
from .edition import BuildError
from .files import media_type

PANGO_PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"  # on Debian and Ubuntu
BASE_URL = "book:///"


def write(book: Book, target: Path) -> None:
    """Write the PDF file. Raises BuildError if Pango is missing (D08) or WeasyPrint leaves something out (D07)."""
    weasyprint = import_weasyprint()
    files = _source_files(book)

    class BookFiles(weasyprint.urls.URLFetcher):  # type: ignore[name-defined, misc]
        """Serves the book's own files, and nothing from the disk or the network."""

        def fetch(self, url: str, headers: object = None) -> Any:
            path = url.removeprefix(BASE_URL)
            return weasyprint.urls.URLFetcherResponse(url, files[path], {"Content-Type": media_type(path)})

    warnings = BufferingHandler(capacity=1_000_000)
    warnings.setLevel(logging.WARNING)
    logger = logging.getLogger("weasyprint")
    logger.addHandler(warnings)
    try:
        html = weasyprint.HTML(string=files["book.html"].decode(), base_url=BASE_URL, url_fetcher=BookFiles())
        content = html.write_pdf(
            pdf_variant="pdf/ua-1",
            pdf_identifier=book.edition.book_id.bytes,
            pdf_tags=True,
            full_fonts=False,
            presentational_hints=True,  # honor `width` attributes of images
        )
    finally:
        logger.removeHandler(warnings)
    if warnings.buffer:
        messages = [record.getMessage().split("\n")[0].rstrip(".") for record in warnings.buffer]
        template = "overrides/hooks/downloads/templates/pdf/book.html"
        raise BuildError(
            *(Diagnostic(template, 1, "D07", f"WeasyPrint: {message}", "fix what it names") for message in messages)
        )
    target.write_bytes(content)


def import_weasyprint() -> Any:
    """Import WeasyPrint, which loads the system's Pango library. Raises BuildError if it is missing (D08)."""
    try:
        import weasyprint
    except OSError as error:
        message = f"the PDF needs the Pango library ({str(error).splitlines()[0]})"
        hint = f"install it; on Debian or Ubuntu: apt-get install {PANGO_PACKAGES}"
        raise BuildError(Diagnostic("overrides/hooks/downloads/pdf.py", 1, "D08", message, hint)) from None
    return weasyprint


def _source_files(book: Book) -> dict[str, bytes]:
    """Everything that WeasyPrint reads: HTML, style sheet, fonts and images, by path."""
    edition = book.edition
    embedded_fonts = fonts.static_fonts(edition.overrides)
    text_files = {
        "book.html": edition.render("pdf/book.html", book=book),
        "book.css": edition.render("pdf/print.css", fonts=embedded_fonts),
        "cover.svg": edition.render("pdf/cover.svg"),
        **{f"{verdict}.svg": edition.render("pdf/verdict.svg", verdict=verdict) for verdict in VERDICTS},
    }
    return {
        **{name: text.encode() for name, text in text_files.items()},
        **{f"fonts/{font.file_name}": font.content for font in embedded_fonts},
        **{name: file.read_bytes() for name, file in book.images.items()},
    }
