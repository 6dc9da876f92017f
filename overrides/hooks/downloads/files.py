"""Reproducible ZIP archives, and the media types of the files in the downloads."""

import mimetypes
import zipfile
from collections.abc import Collection, Mapping
from pathlib import Path

EARLIEST_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest date a ZIP file can hold (APPNOTE 6.3.10, section 4.4.6)
REGULAR_FILE = 0o100644 << 16
UNIX = 3
MEDIA_TYPES = mimetypes.MimeTypes(filenames=())  # without the system's tables, which differ
for extension, kind in {
    ".bib": "application/x-bibtex",
    ".js": "text/javascript",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".yml": "application/yaml",
}.items():
    MEDIA_TYPES.add_type(kind, extension)


def media_type(path: str) -> str:
    return MEDIA_TYPES.guess_type(path)[0] or "application/octet-stream"


def write_zip(target: Path, members: Mapping[str, bytes], uncompressed: Collection[str] = ()) -> None:
    """Write a ZIP file whose bytes depend on nothing but its members and their order."""
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            member = zipfile.ZipInfo(name, EARLIEST_DATE)
            member.create_system = UNIX
            member.external_attr = REGULAR_FILE
            member.compress_type = zipfile.ZIP_STORED if name in uncompressed else zipfile.ZIP_DEFLATED
            archive.writestr(member, content, compresslevel=9)
