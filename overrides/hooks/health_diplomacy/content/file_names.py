"""Names and types of files in the docs folder. A name becomes part of a permanent URL."""

import re
import unicodedata
from pathlib import Path

from diagnostics import Diagnostic

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PAGE_SUFFIXES = {".markdown", ".mdown", ".mkdn", ".mkd"}
IMAGE_SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif", ".svg"}
CHECKSUMS = "essays/checksums.yml"
CLAIMS = "evidence/claims.yml"
SOURCES = "evidence/sources.yml"
GLOSSARY = "glossary.yml"
IMAGES = "images.yml"
EVIDENCE_FILES = frozenset(
    f"evidence/{name}"
    for name in (
        *("claims.json", "claims.csv", "claims.schema.json", "parts.csv"),
        *("sources.json", "sources.csv", "sources.csl.json", "sources.bib", "sources.schema.json"),
    )
)
"""Files generated from claims and sources; pages may link to them."""
DATA = {CHECKSUMS, CLAIMS, SOURCES, GLOSSARY, IMAGES}
FLAT = {"essays", "topics"}


def slug(title: str) -> str:
    """A file name from a title: lower-case ASCII letters, digits and single hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower().replace("'", "")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def check_name(file: Path, uri: str, display_path: str) -> list[Diagnostic]:
    """The problem with a file or folder's name or type, if any.

    Bad:  `docs/topics/New page.md`   Good:  `docs/topics/new-page.md`
    """
    folder, _, name = uri.rpartition("/")
    if file.is_dir():
        if NAME.fullmatch(name):
            return []
        what, hint = "this folder's name does not work in a URL", "use lower-case letters, digits and single hyphens"
    elif file.suffix.lower() in PAGE_SUFFIXES or (file.suffix != ".md" and file.suffix.lower() == ".md"):
        what, hint = f"a page's name ends in .md, not in {file.suffix}", f"rename it to {file.stem}.md"
    elif file.suffix.lower() in IMAGE_SUFFIXES and file.suffix not in IMAGE_SUFFIXES:
        what, hint = f"a picture's name ends in {file.suffix.lower()}", f"rename it to {file.stem}{file.suffix.lower()}"
    elif uri not in DATA and file.suffix not in IMAGE_SUFFIXES | {".md"}:
        what, hint = "a file of this kind is not part of the site", "remove it from docs/"
    elif not NAME.fullmatch(file.stem):
        hint = "use lower-case letters, digits and single hyphens, and an extension such as .md"
        what = "this name does not work as a URL"
    elif file.suffix == ".md" and folder.split("/")[0] in FLAT and "/" in folder:
        kind = folder.split("/")[0]
        what, hint = f"pages of docs/{kind}/ must not be in a subfolder", f"move it to docs/{kind}/{name}"
    else:
        return []
    return [Diagnostic(display_path, 1, "F08", what, hint)]
