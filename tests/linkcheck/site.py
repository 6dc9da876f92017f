"""What is in the files of a built site, each read once."""

from collections.abc import Iterator
from pathlib import Path

from . import urls
from .layout import NOT_FOUND_PAGE, NotASite, is_page, read_layout
from .model import Page
from .worker import is_read, settled, whole

__all__ = ["NOT_FOUND_PAGE", "NotASite", "Site", "is_page"]


class Site:
    """All files of the folder and the records of those that can refer to something."""

    def __init__(self, folder: Path, site_url: str | None = None) -> None:
        self.layout = read_layout(folder, site_url)
        self.folder, self.hosted, self.address = folder, self.layout.hosted, self.layout.address
        self.files, self.folders = self.layout.files, self.layout.folders
        # The search index and the sitemap are the largest: first, so that no process waits for them at the end.
        paths = sorted(filter(is_read, self.files), key=lambda path: (is_page(path), path))
        found = {record.path: record for record in settled(self.layout, paths)}
        self.records: dict[str, Page] = {path: found[path] for path in paths}
        self.pages: dict[str, Page] = {path: each for path, each in self.records.items() if is_page(path)}

    def whole(self, paths: list[str]) -> Iterator[Page]:
        """The records of files with all their references, of which `records` have only what is still in question."""
        return whole(self.layout, paths)

    def address_of(self, path: str) -> str:
        """The address that a file has on the server (or in the stand-in folder)."""
        return self.layout.address_of(path)

    def spelled(self, page: str, path: str) -> str:
        """How a built page can write the address of another file."""
        record = self.records.get(page)
        if self.hosted and page == NOT_FOUND_PAGE:
            return "/" + self.address_of(path).split("/", 3)[3]
        if record and record.base and (base := urls.join(self.address_of(page), record.base)):
            page = urls.split(base)[0].removeprefix(self.address)
        return urls.relative(page, path, self.hosted)
