"""How precise and how fast the checker is on other people's sites: `python overrides/hooks links-bench SITES_DIR`.

`precision.yml` lists the sites and has a verdict for every group of complaints about them. Most sites are documentation
packages of Debian, each unpacked into a folder of its name in SITES_DIR; the command names those that are missing.

Exit status 1 if a complaint has no verdict, is a false alarm, or is one more or less than was judged; 2 if there is
nothing to measure. No test runs this: it needs half a gigabyte of sites, and times depend on the machine. Ratios of
times in one run can be compared between machines. Needs Linux or macOS.
"""

import argparse
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import sysconfig
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

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

    def covers(self, code: str, line: str) -> bool:
        return code == self.code and re.search(self.pattern, line) is not None


@dataclass
class Site:
    name: str
    folder: str  # inside the folder named after the site
    version: str = ""  # of the Debian package of the same name
    packages: list[str] = field(default_factory=list)  # that its symbolic links lead to, unpacked into the same folder
    built: str = ""  # how to get a site that is no package
    site_url: str = ""
    speed: bool = False
    groups: list[Group] = field(default_factory=list)

    @property
    def how_to_get(self) -> str:
        packages = " ".join([f"{self.name}={self.version}", *self.packages])
        unpack = f"apt-get download {packages} && for deb in *.deb; do dpkg -x $deb {self.name}; done && rm *.deb"
        return self.built or unpack


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
    failures = sum(judge(site, folders[site.name]) for site in present) if options.only != "speed" else 0
    if options.only != "precision":
        measure([(site.name, folders[site.name].resolve()) for site in present if site.speed])
    return int(failures > 0)


def read_list(path: Path) -> list[Site]:
    return [
        Site(**{**site, "groups": [Group(*group) for group in site.get("groups") or []]})
        for site in yaml.safe_load(path.read_text("utf-8"))
    ]


def judge(site: Site, folder: Path) -> bool:
    """Compare the complaints about a site with their verdicts; whether anything is wrong or without a verdict."""
    counts: Counter[Group] = Counter()
    verdicts: Counter[str] = Counter()
    without: dict[str, list[str]] = defaultdict(list)
    for each in check(folder, site_url=site.site_url):
        line = as_text([each]).strip().removeprefix(f"{folder.as_posix()}/")
        if group := next((group for group in site.groups if group.covers(each.code, line)), None):
            counts[group] += 1
            verdicts[group.verdict] += 1
        else:
            without[each.code].append(line)
    unjudged = sum(map(len, without.values()))
    totals = [f"{verdicts[each]:,} {each}" for each in VERDICTS]
    total = verdicts.total() + unjudged
    print(f"{site.name}: {total:,} complaints, {', '.join(totals)}, {unjudged:,} without a verdict", flush=True)
    for found in without.values():
        print(*(f"  {line}" for line in found[:SHOWN]), sep="\n")
        if len(found) > SHOWN:
            print(f"  … and {len(found) - SHOWN:,} more")
    miscounted = [group for group in site.groups if counts[group] != group.count]
    for group in miscounted:
        print(f"  {group.code} '{group.pattern}': {group.count:,} were judged, and there are {counts[group]:,}")
    return bool(unjudged or miscounted or verdicts["wrong"])


def measure(sites: list[tuple[str, Path]]) -> None:
    """Print processor times beside those of parsing alone and of lychee, and the peak memory."""
    lychee = shutil.which("lychee", path=sysconfig.get_path("scripts")) or shutil.which("lychee")
    for name, folder in sites:
        commands = {
            "parsing": [sys.executable, "-c", PARSE, str(folder)],
            "check": [sys.executable, "-c", CHECK, str(folder)],
        }
        if lychee:
            flags = ["--offline", "--include-fragments", "--no-progress", "--quiet", "--root-dir", str(folder)]
            commands["lychee"] = [lychee, *flags, f"{folder}/**/*.html"]
        rounds = [{tool: _run(command) for tool, command in commands.items()} for _ in range(ROUNDS)]
        seconds = {
            tool: statistics.median(each[tool].ru_utime + each[tool].ru_stime for each in rounds) for tool in commands
        }
        memory = statistics.median(each["check"].ru_maxrss for each in rounds)
        times = ", ".join(f"{tool} {time:.2f} s ({time / seconds['parsing']:.1f} ×)" for tool, time in seconds.items())
        print(f"{name}: {times}; check takes {memory / (1e6 if sys.platform == 'darwin' else 1e3):.0f} MB", flush=True)


def _run(command: list[str]) -> resource.struct_rusage:
    """What a process and its children used; `ru_maxrss` is in KB on Linux and in bytes on macOS."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 2):  # lychee ends with 2 if links are broken
        raise RuntimeError(f"{command[0]} failed")
    return usage


if __name__ == "__main__":
    sys.exit(main())
