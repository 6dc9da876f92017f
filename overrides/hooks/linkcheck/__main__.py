"""The command: `python overrides/hooks links SITE_DIR`, or `python -m linkcheck SITE_DIR`.

Exit status 0: no error (there may be warnings); 1: errors; 2: the site could not be checked.
"""

import argparse
import inspect as introspection
import re
import sys
from pathlib import Path
from typing import NoReturn

from diagnostics import FORMATS

from . import checker, config, rules
from .site import NotASite, Site


class _Parser(argparse.ArgumentParser):
    """Reports wrong arguments in one line, without the usage before it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see --help.\n")


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = _Parser(
        prog=prog,
        description="Check every reference of a built site.",
        epilog="Exit status 0: no errors; 1: errors; 2: the site could not be checked.",
    )
    parser.add_argument("site_dir", type=Path, metavar="SITE_DIR", nargs="?", help="the built site")
    parser.add_argument("--site-url", help="check it as hosted at this URL; without it, as opened from a disk")
    help = "the folder of mkdocs.yml and pyproject.toml (default: this one, if it has an mkdocs.yml)"
    parser.add_argument("--source", type=Path, help=help)
    parser.add_argument("--format", choices=sorted(FORMATS), default="text")
    parser.add_argument("--strict", action="store_true", help="treat warnings as errors")
    parser.add_argument("--codes", action="store_true", help="list all codes, with a bad and a good example, and exit")
    return parser


def main(arguments: list[str] | None = None, prog: str = "python -m linkcheck") -> int:
    """Run the command and return its exit status."""
    parser = _parser(prog)
    options = parser.parse_args(arguments)
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    if options.codes:
        sys.stdout.write(codes())
        return 0
    if options.site_dir is None:
        parser.error("the following arguments are required: SITE_DIR")
    source = options.source or (Path() if Path("mkdocs.yml").is_file() else None)
    try:
        if source is not None and not source.is_dir():
            raise NotASite(f"--source {source} is not a folder")
        result = checker.inspect(Site.of_folder(options.site_dir, options.site_url), source, strict=options.strict)
    except NotASite as error:
        print(f"{prog}: {error}.", file=sys.stderr)
        return 2
    sys.stdout.write(FORMATS[options.format](result.diagnostics))
    errors = sum(each.severity == "error" for each in result.diagnostics)
    if errors and not options.site_url and (options.site_dir / "sitemap.xml").is_file():
        print("It has a sitemap, so it may be meant for a host: give its URL with --site-url.", file=sys.stderr)
    counts = [(result.pages, "page"), (result.references, "reference"), (errors, "error")]
    counts += [(warnings, "warning")] if (warnings := len(result.diagnostics) - errors) else []
    print(", ".join(f"{count:,} {noun}{'' if count == 1 else 's'}" for count, noun in counts), file=sys.stderr)
    return 1 if errors else 0


def codes() -> str:
    """All codes with their documentation, in Markdown."""
    entries = dict(config.CODES)
    for rule in rules.RULES:
        entries.setdefault(rule.code, (rule.title, introspection.getdoc(rule.run) or ""))
    return "# Codes of the link checker\n\n" + "\n".join(
        f"## {code}: {title}\n\n" + re.sub(r"(?m)^(Bad|Good): ", r"- \1: ", text) + "\n"
        for code, (title, text) in sorted(entries.items(), key=lambda entry: ("LWC".index(entry[0][0]), entry[0]))
    )


if __name__ == "__main__":
    sys.exit(main())
