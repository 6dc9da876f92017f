"""The commands of `python overrides/hooks`: check, new, due, codes, links, links-bench, external, downloads, icons."""

import argparse
import datetime
import sys
from collections.abc import Callable
from pathlib import Path

from diagnostics import FORMATS
from linkcheck import external
from linkcheck.__main__ import main as check_links

from health_diplomacy import COMMAND, check_command, due_command, scaffold
from health_diplomacy.codes import CODES


def main(arguments: list[str] | None = None) -> int:
    """Run a command. Exit status 0: nothing to do; 1: problems found or reviews due; 2: the command failed."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments[:1] == ["links"]:
        return check_links(arguments[1:], f"{COMMAND} links")
    if arguments[:1] == ["links-bench"]:
        from linkcheck import bench  # needs a module that only Unix has

        return bench.main(arguments[1:])
    options = _parser().parse_args(arguments)
    status: int = options.run(options)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=COMMAND, description="Commands for contributors and maintainers.")
    commands = parser.add_subparsers(required=True)

    def command(name: str, run: Callable[[argparse.Namespace], int], description: str) -> argparse.ArgumentParser:
        help = description[0].lower() + description[1:].removesuffix(".")
        added = commands.add_parser(name, help=help, description=description)
        added.set_defaults(run=run)
        return added

    check = command("check", _check, "List every problem in the sources, with file and line.")
    check.add_argument("paths", nargs="*", metavar="PATH", help="list only problems in these files or folders")
    check.add_argument("--fix", action="store_true", help="first fix Markdown style where that is safe")
    help = "github: as annotations on a pull request"
    check.add_argument("--format", choices=sorted(FORMATS), default="text", help=help)

    new = command("new", _new, "Start a page or an entry, with instructions next to its fields.")
    new.add_argument("kind", choices=list(scaffold.KINDS))
    new.add_argument(
        "title", help="its title in quotation marks; of an essay or a picture, its file, such as docs/images/map.png"
    )

    due = command("due", _due, "List the claims and pages that are due for review.")
    due.add_argument("--by", type=_day, metavar="DAY", help="due by this day, such as 2027-05-31 (default: today)")
    due.add_argument("--docs", type=Path, default=Path("docs"), help="the docs folder (default: docs)")

    command("codes", _codes, "List the codes of all messages.")
    commands.add_parser("links", help="check every link of a built site", add_help=False)
    external.add_arguments(command("external", external.run, "Check the links of a built site to other sites."))
    commands.add_parser("links-bench", help="measure the link checker on other people's sites", add_help=False)

    description = "Build the site with its downloads: offline ZIP, PDF, EPUB, ZIM, sharing images."
    downloads = command("downloads", _downloads, description)
    downloads.add_argument("--site-dir", type=Path, default=Path("site"), help="where the site goes (default: site)")
    help = "the site's configuration (default: mkdocs.yml)"
    downloads.add_argument("-f", "--config-file", type=Path, default=Path("mkdocs.yml"), help=help)
    command("icons", _icons, "Draw the site's icons from overrides/assets/images/favicon.svg.")
    return parser


def _check(options: argparse.Namespace) -> int:
    return check_command.run(Path(), options.paths, options.format, options.fix)


def _day(text: str) -> datetime.date:
    try:
        return datetime.datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        what = f"'{text}' is not a date; write it as YYYY-MM-DD, such as 2027-05-31"
        raise argparse.ArgumentTypeError(what) from None


def _today() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date()


def _new(options: argparse.Namespace) -> int:
    try:
        print("\n".join(scaffold.start(Path(), options.kind, options.title, _today())))
    except scaffold.CannotStart as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error.filename} cannot be written: {error.strerror}.", file=sys.stderr)
        return 2
    return 0


def _due(options: argparse.Namespace) -> int:
    return due_command.run(options.docs, options.by or _today())


def _codes(_: argparse.Namespace) -> int:
    print("\n".join(f"{code}  {meaning}" for code, meaning in CODES.items()))
    return 0


def _downloads(options: argparse.Namespace) -> int:
    from downloads import command  # its requirements are installed only where downloads are built

    return command.main(options.config_file, options.site_dir)


def _icons(_: argparse.Namespace) -> int:
    from downloads import icons  # as above

    icons.write(Path("overrides/assets/images"))
    return 0
