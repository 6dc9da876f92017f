"""The offline copy of the site as a ZIP file: one folder, to be unpacked anywhere and opened at its index.html."""

from collections.abc import Mapping
from pathlib import Path

from .edition import Edition
from .files import write_zip


def write(edition: Edition, offline_site: Mapping[str, bytes], target: Path) -> None:
    """Writes the ZIP file. `offline_site` maps paths in the offline build to the content of the files."""
    write_zip(target, {f"{edition.slug}/{path}": content for path, content in offline_site.items()})
