"""How long the check takes, for the whole site and for one page: `python -m tests.bench_check`.

Each is run as a contributor runs it, in a process of its own, and the best and the median of several runs are printed,
in seconds of wall time. The promise is 10 for the site and 2 for a page.
"""

import argparse
import statistics
import subprocess
import sys
import time

from tests.reading import ROOT

CASES = {"whole site": [], "one page": ["docs/topics/peace-building.md"]}


def seconds(arguments: list[str]) -> float:
    """The wall time of one run."""
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "overrides/hooks", "check", *arguments], cwd=ROOT, capture_output=True, check=False)
    if done.returncode == 2:
        sys.exit(done.stderr.decode())
    return time.perf_counter() - begun


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench_check", description="Measure the check.")
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    for name, arguments in CASES.items():
        taken = sorted(seconds(arguments) for _ in range(runs))
        print(f"{name}: best {taken[0]:.2f} s, median {statistics.median(taken):.2f} s of {runs} runs")


if __name__ == "__main__":
    main()
