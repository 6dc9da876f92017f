"""The commands of `python overrides/hooks`: check, new, due, codes, links, links-bench, external, downloads, icons."""

import argparse
import datetime
import sys
from pathlib import Path

from diagnostics import FORMATS, Diagnostic, as_text
from linkcheck import external

from health_diplomacy import COMMAND, check_command, scaffold
from health_diplomacy.codes import CODES
from health_diplomacy.content.loader import load_site
from health_diplomacy.content.site import Site


def main(arguments: list[str] | None = None) -> int:
    """Run a command. Exit status 0: nothing to do; 1: problems found or reviews due; 2: the command failed."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments[:1] == ["links"]:
        from linkcheck.__main__ import main as check_links

        return check_links(arguments[1:], f"{COMMAND} links")
    if arguments[:1] == ["links-bench"]:
        from linkcheck import bench

        return bench.main(arguments[1:])
    parser = argparse.ArgumentParser(prog=COMMAND, description="Commands for contributors and maintainers.")
    commands = parser.add_subparsers(dest="command", required=True)

    description = "List every problem in the sources, with file and line."
    check = commands.add_parser("check", help="list every problem in the sources", description=description)
    check.add_argument("paths", nargs="*", metavar="PATH", help="list only problems in these files or folders")
    check.add_argument("--fix", action="store_true", help="first fix what can be fixed safely: the style of Markdown")
    help = "github: as annotations on a pull request"
    check.add_argument("--format", choices=sorted(FORMATS), default="text", help=help)

    description = "Start a page or an entry, with instructions next to its fields."
    new = commands.add_parser("new", help="start a page or an entry", description=description)
    new.add_argument("kind", choices=list(scaffold.KINDS))
    new.add_argument("title", help="its title in quotation marks; of a picture, its file, such as docs/images/map.png")

    description = "List the claims and pages that are due for review."
    due = commands.add_parser("due", help="list what is due for review", description=description)
    due.add_argument("--by", type=_day, metavar="DAY", help="due by this day, such as 2027-05-31 (default: today)")
    due.add_argument("--docs", type=Path, default=Path("docs"), help="the docs folder (default: docs)")

    commands.add_parser("codes", help="list the codes of all messages", description="List the codes of all messages.")

    commands.add_parser("links", help="check every link of a built site", add_help=False)
    help = "check the links of a built site to other sites"
    external.add_arguments(commands.add_parser("external", help=help, description=help[0].upper() + help[1:] + "."))
    commands.add_parser("links-bench", help="measure the link checker on other people's sites", add_help=False)

    help = "build the site with its downloads: offline ZIP, PDF, EPUB, ZIM, sharing images"
    downloads = commands.add_parser("downloads", help=help, description=help[0].upper() + help[1:] + ".")
    downloads.add_argument("--site-dir", type=Path, default=Path("site"), help="where the site goes (default: site)")
    help = "the site's configuration (default: mkdocs.yml)"
    downloads.add_argument("-f", "--config-file", type=Path, default=Path("mkdocs.yml"), help=help)
    description = "Draw the site's icons from overrides/assets/images/favicon.svg."
    commands.add_parser("icons", help="draw the site's icons from favicon.svg", description=description)

    options = parser.parse_args(arguments)
    if options.command == "icons":
        from downloads import icons  # its requirements are installed only where downloads are built

        icons.write(Path("overrides/assets/images"))
        return 0
    if options.command == "downloads":
        return _downloads(options.config_file, options.site_dir)
    if options.command == "external":
        return external.run(options)
    today = datetime.datetime.now(datetime.UTC).date()
    if options.command == "check":
        return check_command.run(Path(), options.paths, options.format, options.fix)
    if options.command == "new":
        return _new(options.kind, options.title, today)
    if options.command == "codes":
        print("\n".join(f"{code}  {meaning}" for code, meaning in CODES.items()))
        return 0
    return _due(options.docs, options.by or today)


def _day(text: str) -> datetime.date:
    """An ISO 8601 date as a command-line argument."""
    try:
        return datetime.datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        what = f"'{text}' is not a date; write it as YYYY-MM-DD, such as 2027-05-31"
        raise argparse.ArgumentTypeError(what) from None


def _new(kind: str, title: str, today: datetime.date) -> int:
    try:
        print("\n".join(scaffold.start(Path(), kind, title, today)))
    except scaffold.CannotStart as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error.filename} cannot be written: {error.strerror}.", file=sys.stderr)
        return 2
    return 0


def _due(docs: Path, by: datetime.date) -> int:
    site, problems = load_site(docs, docs.as_posix())
    if not site.evidence_complete or not site.claims:
        sys.stdout.write(as_text(problems) or f"{docs.as_posix()}: there are no claims here.\n")
        return 2
    found = [*_due_claims(site, by), *_due_pages(site, by)]
    sys.stdout.write(as_text(found) or f"Nothing is due by {by}.\n")
    return 1 if found else 0


def _due_claims(site: Site, by: datetime.date) -> list[Diagnostic]:
    data = site.claims_file
    hint = (
        "hold its verdict and note against its sources, then write the day as 'reviewed' and a later one as 'review_by'"
    )
    return [
        _overdue(data.path, data.meta_line(index, "review_by"), f"'{claim.id}'", claim.review_by, claim.reviewed, hint)
        for index, claim in enumerate(site.claims.values())
        if claim.review_by <= by
    ]


def _due_pages(site: Site, by: datetime.date) -> list[Diagnostic]:
    hint = "see that all of it still holds, then write the day as 'reviewed' and a later one as 'review_by'"
    due = ((site.documents[uri], page) for uri, page in site.pages.items())
    return [
        _overdue(document.path, document.meta_line("review_by"), "this page", page.review_by, page.reviewed, hint)
        for document, page in due
        if page.review_by and page.review_by <= by
    ]


def _overdue(
    path: str, line: int, what: str, by: datetime.date, reviewed: datetime.date | None, hint: str
) -> Diagnostic:
    last = f"; it was last reviewed on {reviewed}" if reviewed else ""
    return Diagnostic(path, line, "E11", f"{what} is due for review by {by}{last}", hint)


def _downloads(configuration: Path, site: Path) -> int:
    from downloads import command  # its requirements are installed only where downloads are built

    return command.main(configuration, site)
