"""The command: `python -m tests.linkcheck SITE_DIR [options]`.

Exit status 0: no fault; 1: faults, printed; 2: it could not be checked.
"""

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from .report import FORMATS
from .run import inspect
from .site import NotASite


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments in one line, without the usage before it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see --help.\n")


def main(arguments: list[str] | None = None) -> int:
    """Run the command and give its exit status."""
    parser = _Parser(prog="python -m tests.linkcheck", description="Check every reference of a built site.",
                      epilog="Exit status 0: no fault; 1: faults; 2: it could not be checked.")
    parser.add_argument("site_dir", type=Path, metavar="SITE_DIR", help="the built site")
    parser.add_argument("--site-url", help="check it as hosted at this address; without it, as opened from a disk")
    parser.add_argument("--source", type=Path, help="the folder of mkdocs.yml (default: the current one, if it has one)")
    parser.add_argument("--format", choices=sorted(FORMATS), default="text")
    options = parser.parse_args(arguments)
    source = options.source
    if source is None and Path("mkdocs.yml").is_file():
        source = Path()
    try:
        if source is not None and not source.is_dir():
            raise NotASite(f"--source {source} is not a folder")
        result = inspect(options.site_dir, options.site_url, source)
    except NotASite as error:
        print(f"{parser.prog}: {error}.", file=sys.stderr)
        return 2
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    sys.stdout.write(FORMATS[options.format](result.faults))
    if result.faults and not options.site_url and (options.site_dir / "sitemap.xml").is_file():
        print("It has a sitemap, so it may be meant for a host: give its address with --site-url.", file=sys.stderr)
    counts = (result.pages, "page"), (result.references, "reference"), (len(result.faults), "fault")
    print(", ".join(f"{count:,} {noun}{'' if count == 1 else 's'}" for count, noun in counts), file=sys.stderr)
    return 1 if result.faults else 0


if __name__ == "__main__":
    sys.exit(main())
