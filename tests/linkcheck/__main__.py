"""The command: `python -m tests.linkcheck SITE_DIR [options]`.

Exit status 0: no fault (there may be warnings); 1: faults, printed; 2: it could not be checked.
"""

import argparse
import inspect as python
import re
import sys
from pathlib import Path
from typing import NoReturn

from .checks import CONFIGURATION, REGISTRY
from .report import FORMATS
from .run import inspect
from .site import NotASite


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments in one line, without the usage before it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see --help.\n")


def main(arguments: list[str] | None = None) -> int:
    """Run the command and give its exit status."""
    parser = _Parser(
        prog="python -m tests.linkcheck",
        description="Check every reference of a built site.",
        epilog="Exit status 0: no fault; 1: faults; 2: it could not be checked.",
    )
    parser.add_argument("site_dir", type=Path, metavar="SITE_DIR", nargs="?", help="the built site")
    parser.add_argument("--site-url", help="check it as hosted at this address; without it, as opened from a disk")
    parser.add_argument(
        "--source",
        type=Path,
        help="the folder of mkdocs.yml and pyproject.toml (default: the current one, if it has an mkdocs.yml)",
    )
    parser.add_argument("--format", choices=sorted(FORMATS), default="text")
    parser.add_argument("--strict", action="store_true", help="warnings are errors")
    parser.add_argument("--codes", action="store_true", help="list all codes, with a bad and a good example, and stop")
    options = parser.parse_args(arguments)
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    if options.codes:
        sys.stdout.write(codes())
        return 0
    if options.site_dir is None:
        parser.error("the following arguments are required: SITE_DIR")
    source = options.source
    if source is None and Path("mkdocs.yml").is_file():
        source = Path()
    try:
        if source is not None and not source.is_dir():
            raise NotASite(f"--source {source} is not a folder")
        result = inspect(options.site_dir, options.site_url, source, strict=options.strict)
    except NotASite as error:
        print(f"{parser.prog}: {error}.", file=sys.stderr)
        return 2
    sys.stdout.write(FORMATS[options.format](result.faults))
    errors = sum(fault.level == "error" for fault in result.faults)
    warnings = len(result.faults) - errors
    if errors and not options.site_url and (options.site_dir / "sitemap.xml").is_file():
        print("It has a sitemap, so it may be meant for a host: give its address with --site-url.", file=sys.stderr)
    counts = [(result.pages, "page"), (result.references, "reference"), (errors, "fault")]
    counts += [(warnings, "warning")] if warnings else []
    print(", ".join(f"{count:,} {noun}{'' if count == 1 else 's'}" for count, noun in counts), file=sys.stderr)
    return 1 if errors else 0


def codes() -> str:
    """All codes, each with what its check says of itself, in Markdown; `CODES.md` beside this file is the same."""
    every = sorted({**REGISTRY, **CONFIGURATION}.values(), key=lambda check: ("LWC".index(check.code[0]), check.code))
    return "# What the link checker tells\n\n" + "\n".join(
        f"## {check.code}: {check.title}\n\n"
        + re.sub(r"(?m)^(Bad|Good): ", r"- \1: ", str(python.getdoc(check.run)))
        + "\n"
        for check in every
    )


if __name__ == "__main__":
    sys.exit(main())
