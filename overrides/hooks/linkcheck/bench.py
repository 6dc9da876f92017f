"""How precise and how fast the checker is on other people's sites: `python overrides/hooks links-bench SITES_DIR`.

`precision.yml` lists the sites and has a verdict for every group of complaints
about them. Most sites are documentation packages of Debian, each unpacked into
a folder of its name in SITES_DIR; the command names those that are missing.

Exit status 1 if a complaint has no verdict, is a false alarm, or is one more or
less than was judged; 2 if there is nothing to measure. No test runs this: it
needs half a gigabyte of sites, and times depend on the machine. Ratios of times
in one run can be compared between machines. Needs Linux or macOS.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import yaml
from diagnostics import as_text

from . import check

SITES = Path(__file__).with_name("precision.yml")
VERDICTS = ("right", "debatable", "wrong")
ROUNDS = 3
SHOWN = 10
"""Complaints without a verdict, per site and code, that are printed."""

CHECK = "import sys; from pathlib import Path; from linkcheck import check; check(Path(sys.argv[1]))"
PARSE = """
import sys
from pathlib import Path
from selectolax.lexbor import LexborHTMLParser
for page in Path(sys.argv[1]).rglob("*.html"):
    LexborHTMLParser(page.read_bytes())
"""


@dataclass(frozen=True)
class Group:
    """Complaints with one cause: those of a code whose line matches a regular expression."""

    verdict: str
    code: str
    count: int
    pattern: str
    reason: str


@dataclass
class Site:
    name: str
    folder: str  # below the folder of the site's name
    version: str = ""  # of the Debian package of the same name
    packages: list[str] = field(default_factory=list)  # that its symbolic links lead to, unpacked into the same folder
    built: str = ""  # how to get a site that is no package
    site_url: str = ""
    speed: bool = False
    groups: list[Group] = field(default_factory=list)

    @property
    def how_to_get(self) -> str:
        if self.built:
            return self.built
        return (
            f"apt-get download {' '.join([f'{self.name}={self.version}', *self.packages])} && "
            f"for deb in *.deb; do dpkg -x $deb {self.name}; done && rm *.deb"
        )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python overrides/hooks links-bench", description="Measure the link checker on other people's sites."
    )
    parser.add_argument("sites_dir", type=Path, metavar="SITES_DIR", help="the folder of the unpacked sites")
    parser.add_argument("names", nargs="*", metavar="SITE", help="only these (default: all that are there)")
    parser.add_argument("--only", choices=("precision", "speed"), help="measure only this")
    parser.add_argument("--list", type=Path, default=SITES, help="the sites and verdicts (default: precision.yml)")
    options = parser.parse_intermixed_args(arguments)
    chosen = [site for site in read_list(options.list) if not options.names or site.name in options.names]
    folders = {site.name: options.sites_dir / site.name / site.folder for site in chosen}
    present = [site for site in chosen if folders[site.name].is_dir()]
    for site in chosen:
        if site not in present:
            print(f"{site.name} is missing. In {options.sites_dir}: {site.how_to_get}", file=sys.stderr)
    if not present:
        return 2
    failed = False
    if options.only != "speed":
        for site in present:
            failed |= judge(site, folders[site.name])
    if options.only != "precision":
        measure([(site.name, folders[site.name].resolve()) for site in present if site.speed])
    return 1 if failed else 0


def read_list(path: Path) -> list[Site]:
    return [
        Site(**{**site, "groups": [Group(*group) for group in site.get("groups") or []]})
        for site in yaml.safe_load(path.read_text("utf-8"))
    ]


def judge(site: Site, folder: Path) -> bool:
    """Compare the complaints about a site with their verdicts; whether anything is wrong or without a verdict."""
    lines = [
        (each.code, as_text([each]).strip().removeprefix(f"{folder.as_posix()}/"))
        for each in check(folder, site_url=site.site_url)
    ]
    counts: Counter[Group] = Counter()
    without: dict[str, list[str]] = defaultdict(list)
    for code, line in lines:
        group = next((each for each in site.groups if each.code == code and re.search(each.pattern, line)), None)
        if group:
            counts[group] += 1
        else:
            without[code].append(line)
    verdicts: Counter[str] = Counter()
    for group, count in counts.items():
        verdicts[group.verdict] += count
    unjudged = sum(map(len, without.values()))
    totals = [f"{verdicts[each]:,} {each}" for each in VERDICTS]
    print(f"{site.name}: {len(lines):,} complaints, {', '.join(totals)}, {unjudged:,} without a verdict", flush=True)
    for found in without.values():
        print(*(f"  {line}" for line in found[:SHOWN]), sep="\n")
        if len(found) > SHOWN:
            print(f"  … and {len(found) - SHOWN:,} more")
    miscounted = [group for group in site.groups if counts[group] != group.count]
    for group in miscounted:
        print(f"  {group.code} '{group.pattern}': {group.count:,} were judged, and there are {counts[group]:,}")
    return bool(unjudged or miscounted or verdicts["wrong"])


class Usage(NamedTuple):
    """What a process and its children used."""

    seconds: float  # of processor time, in user and system mode
    memory: int  # peak resident set of the largest of them, in bytes


def measure(sites: list[tuple[str, Path]]) -> None:
    """Print processor times beside those of parsing alone and of lychee, and the peak memory."""
    beside = Path(sys.executable).with_name("lychee")
    lychee = str(beside) if beside.is_file() else shutil.which("lychee")
    print(
        f"{'median processor time':<22} {'pages':>6} {'MB':>5} {'parsing':>8} {'check':>8} {'lychee':>8} "
        f"{'check/parsing':>14} {'lychee/check':>13} {'check memory':>13}"
    )
    for name, folder in sites:
        commands = {
            "parsing": [sys.executable, "-c", PARSE, str(folder)],
            "check": [sys.executable, "-c", CHECK, str(folder)],
        }
        if lychee:
            flags = ["--offline", "--include-fragments", "--no-progress", "--quiet", "--root-dir", str(folder)]
            commands["lychee"] = [lychee, *flags, f"{folder}/**/*.html"]
        used: dict[str, list[Usage]] = defaultdict(list)
        for _ in range(ROUNDS):
            for tool, command in commands.items():
                used[tool].append(_run(command))
        pages = list(folder.rglob("*.html"))
        size = sum(page.stat().st_size for page in pages) / 1e6
        times = {tool: statistics.median(each.seconds for each in rounds) for tool, rounds in used.items()}
        peer = f"{times['lychee']:.2f}" if lychee else "–"
        ratio = f"{times['lychee'] / times['check']:.1f}" if lychee else "–"
        memory = statistics.median(each.memory for each in used["check"]) / 1e6
        print(
            f"{name:<22} {len(pages):>6,} {size:>5.0f} {times['parsing']:>8.2f} {times['check']:>8.2f} {peer:>8} "
            f"{times['check'] / times['parsing']:>14.1f} {ratio:>13} {memory:>10.0f} MB",
            flush=True,
        )


def _run(command: list[str]) -> Usage:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)
    assert process.stderr
    said = process.stderr.read().decode(errors="replace")
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 2):  # lychee ends with 2 if links are broken
        raise RuntimeError(f"{command[0]} failed: {said}")
    return Usage(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))


if __name__ == "__main__":
    sys.exit(main())
