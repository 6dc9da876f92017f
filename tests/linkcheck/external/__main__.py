"""The command: `python -m tests.linkcheck.external SITE_DIR [options]`.

Exit status 0: no dead link but those in the baseline; 1: new dead links (with
`--strict`, also warnings), printed; 2: it could not be checked.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from ..__main__ import _Parser
from ..site import NotASite, Site
from ..sources import Sources
from . import archive
from .asking import Clock
from .baseline import Baseline
from .cache import Cache
from .files import BadFile
from .report import FORMATS
from .run import Offline, Result, Settings, inspect
from .visit import Patience


def main(arguments: list[str] | None = None, clock: Clock | None = None) -> int:
    """Run the command and give its exit status."""
    parser = _arguments()
    options = parser.parse_args(arguments)
    clock = clock or Clock()
    if options.update_baseline and not options.baseline:
        parser.error("--update-baseline needs --baseline FILE")
    if not options.archive_url.startswith(("http://", "https://")):
        parser.error(f"--archive-url {options.archive_url} is not an address")
    source = options.source
    if source is None and Path("mkdocs.yml").is_file():
        source = Path()
    try:
        if source is not None and not source.is_dir():
            raise NotASite(f"--source {source} is not a folder")
        today = clock.now().date()
        cache = Cache(options.cache, options.fresh, today)
        baseline = Baseline(options.baseline, must_exist=not options.update_baseline)
        site = Site(options.site_dir, options.site_url)
        settings = Settings(
            options.timeout,
            options.per_host,
            options.delay,
            options.workers,
            Patience(options.retries, options.backoff, options.longest_wait),
            options.archive_url if options.archive else "",
        )
        try:
            result = inspect(
                site, Sources(source, options.site_dir, site), settings, cache, baseline, clock, options.local
            )
        finally:
            cache.save()  # also when stopped: what was asked need not be asked again
        failed = _failed(result, options.strict)
        if options.update_baseline:
            baseline.update(result.dead, result.untold, today)
            failed = False
    except (NotASite, BadFile, Offline) as error:
        print(f"{parser.prog}: {error}.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"{parser.prog}: stopped.", file=sys.stderr)
        return 2
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    sys.stdout.write(FORMATS[options.format](result.findings))
    print(_summary(result), file=sys.stderr)
    return 1 if failed else 0


def _failed(result: Result, strict: bool) -> bool:
    bad = {"error", "warning"} if strict else {"error"}
    return any(each.level in bad for each in result.findings)


def _summary(result: Result) -> str:
    new = {each.document for each in result.findings if each.level == "error"}
    warnings = sum(each.level == "warning" for each in result.findings)
    silence = f"; the archive did not answer for {result.unanswered:,}" if result.unanswered else ""
    return (
        f"{result.documents:,} address{'' if result.documents == 1 else 'es'} ({result.cached:,} from the cache): "
        f"{len(new):,} newly dead, {len(result.dead - new):,} known as dead, "
        f"{len(result.untold):,} that could not be told, "
        f"{warnings:,} warning{'' if warnings == 1 else 's'}{silence}"
    )


def _number(least: float, kind: Callable[[str], float]) -> Callable[[str], float]:
    def read(value: str) -> float:
        number = kind(value)
        if not least <= number < float("inf"):
            raise argparse.ArgumentTypeError(f"{value} is not a number from {least:g} on")
        return number

    read.__name__ = "number"
    return read


def _arguments() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m tests.linkcheck.external",
        description="Ask other sites whether what a built site links to is there.",
        epilog="Exit status 0: no new dead link; 1: new dead links; 2: it could not be checked.",
    )
    parser.add_argument("site_dir", type=Path, metavar="SITE_DIR", help="the built site")
    parser.add_argument("--site-url", help="the address of the site itself, which is not asked")
    parser.add_argument(
        "--source", type=Path, help="the folder of mkdocs.yml (default: the current one, if it has one)"
    )
    parser.add_argument("--format", choices=sorted(FORMATS), default="text")
    parser.add_argument("--strict", action="store_true", help="let warnings fail, too")
    parser.add_argument("--local", action="store_true", help="ask this machine, too")
    kept = parser.add_argument_group("files that are kept")
    kept.add_argument("--cache", type=Path, metavar="FILE", help="remember here what was fine")
    kept.add_argument(
        "--fresh", type=_number(0, int), default=7, metavar="DAYS", help="believe the cache so long (%(default)s)"
    )
    kept.add_argument("--baseline", type=Path, metavar="FILE", help="the dead links that are known and don't fail")
    kept.add_argument("--update-baseline", action="store_true", help="write there what is dead now")
    copies = parser.add_argument_group("archived copies")
    copies.add_argument("--archive", action="store_true", help="look for copies of what is dead")
    copies.add_argument("--archive-url", default=archive.SERVICE, metavar="URL", help="whom to ask (%(default)s)")
    asking = parser.add_argument_group("how to ask; times in seconds")
    for name, least, kind, default, words in (
        ("timeout", 0.01, float, 20.0, "for a connection, and for each wait for an answer"),
        ("retries", 0, int, 2, "repetitions when there is no answer or the server fails"),
        ("backoff", 0, float, 2.0, "before the first repetition; doubled for each further one"),
        ("longest-wait", 0, float, 120.0, "that a server may ask for with Retry-After"),
        ("delay", 0, float, 1.0, "between two requests to one host"),
        ("per-host", 1, int, 2, "requests to one host at once"),
        ("workers", 1, int, 16, "requests at once in all"),
    ):
        asking.add_argument(
            f"--{name}", type=_number(least, kind), default=default, metavar="N", help=f"{words} (%(default)s)"
        )
    return parser


if __name__ == "__main__":
    sys.exit(main())
