"""How often the checker is right about sites of others: `python -m tests.linkcheck.precision`.

`precision.yml` beside this file lists sites that nobody here wrote, each a
documentation package of Debian, and for each every complaint of the checker,
by its cause, with a verdict that a person reached by looking at the site:

    - package: mkdocs-doc              # as Debian names it
      version: 1.4.2+dfsg-2            # the one that was looked at
      folder: /usr/share/doc/mkdocs/html
      complaints:
        - code: L02
          pattern: release-notes       # a regular expression, searched in the line of the report
          count: 13                    # lines of the report
          verdict: right               # or "wrong": a false alarm that is known
          why: The ids have hyphens, the links underscores.

A complaint belongs to the first entry that fits. The command checks each site
that is installed in that version, and tells every complaint that no entry
explains and every entry whose count is another. It is a command and no test:
it needs packages that a machine may not have.
"""

import argparse
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from .model import Fault
from .report import text
from .run import check
from .site import NotASite

LIST = Path(__file__).with_suffix(".yml")


def main(arguments: list[str] | None = None) -> int:
    """Exit status 0: every complaint is explained; 1: some are not; 2: none of the sites is there, or the list is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.linkcheck.precision",
        description="Hold the checker's complaints about sites of others against verdicts.",
    )
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help="only these (default: all that are installed)")
    parser.add_argument("--list", type=Path, default=LIST, help="the list of sites and verdicts")
    options = parser.parse_args(arguments)
    try:
        sites = [
            site
            for site in yaml.safe_load(options.list.read_text("utf-8"))
            if not options.packages or site["package"] in options.packages
        ]
        total: Counter[str] = Counter()
        differences, checked = 0, 0
        for site in sites:
            if missing := _missing(site):
                print(f"{site['package']}: {missing}, so it is left out.", file=sys.stderr)
                continue
            faults = check(Path(site["folder"]))
            verdicts, told = compare(site, faults)
            for line in told:
                print(f"{site['package']}: {line}")
            print(
                f"{site['package']}: {len(faults):,} complaints, {verdicts['right']:,} right, {verdicts['wrong']:,} wrong",
                file=sys.stderr,
            )
            total, differences, checked = total + verdicts, differences + len(told), checked + 1
    except (OSError, KeyError, TypeError, re.error, yaml.YAMLError, NotASite) as error:
        print(f"{parser.prog}: {options.list}: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    if not checked:
        install = " ".join(sorted({site["package"] for site in sites}))
        print(f"{parser.prog}: nothing to check; apt-get install --no-install-recommends {install}", file=sys.stderr)
        return 2
    print(
        f"{checked} site{'' if checked == 1 else 's'}, {total['right']:,} complaints right, {total['wrong']:,} wrong, {differences} differences",
        file=sys.stderr,
    )
    return 1 if differences else 0


def compare(site: dict[str, Any], faults: list[Fault]) -> tuple[Counter[str], list[str]]:
    """How many complaints are right or wrong, and every difference from the list, as lines."""
    lines = [text([fault]).strip().removeprefix(f"{Path(site['folder']).as_posix()}/") for fault in faults]
    entries = site.get("complaints") or []
    patterns = [re.compile(entry["pattern"]) for entry in entries]
    seen, verdicts, told = Counter[int](), Counter[str](), []
    for fault, line in zip(faults, lines, strict=True):
        for number, entry in enumerate(entries):
            if entry["code"] == fault.code and patterns[number].search(line):
                seen[number] += 1
                verdicts[entry["verdict"]] += 1
                break
        else:
            told.append(f"no entry explains {line}")
    told += _miscounted(entries, seen)
    return verdicts, told


def _miscounted(entries: list[dict[str, Any]], seen: Counter[int]) -> Iterator[str]:
    for number, entry in enumerate(entries):
        if seen[number] != entry["count"]:
            yield f"{entry['code']} {entry['pattern']!r} has {entry['count']} complaints in the list, and {seen[number]} now"


def _missing(site: dict[str, Any]) -> str:
    """Why a site can't be checked; "" if it can. One without a version is no package, and only a folder."""
    if not Path(site["folder"]).is_dir():
        return "it is not installed"
    if "version" not in site:
        return ""
    try:
        asked = subprocess.run(
            ["dpkg-query", "--showformat", "${Version}", "--show", site["package"]],
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return "this machine has no Debian packages"
    found = asked.stdout.strip()
    return (
        ""
        if found == site["version"]
        else f"version {site['version']} was looked at, and {found or 'none'} is installed"
    )


if __name__ == "__main__":
    sys.exit(main())
