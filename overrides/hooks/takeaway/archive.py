"""ZIP files that are the same bytes whenever and wherever they are made: sorted or given order, one date, one mode."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

BEGINNING = (1980, 1, 1, 0, 0, 0)  # the earliest date that a ZIP file can hold (APPNOTE 6.3.10, 4.4.6)
READABLE = 0o100644 << 16


def write(target: Path, members: Iterable[tuple[str, bytes]], stored: frozenset[str] = frozenset()) -> None:
    """Writes the members, each a name and its bytes, in the order given; those in `stored` uncompressed."""
    with zipfile.ZipFile(target, "w", strict_timestamps=True) as archive:
        for name, content in members:
            member = zipfile.ZipInfo(name, BEGINNING)
            member.create_system = 3  # Unix, on every system
            member.external_attr = READABLE
            member.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(member, content, compresslevel=9)
