"""How long the check takes, for the whole site and for one page: `python -m tests.bench_check`.

Each is run as a contributor runs it, in a process of its own, and the best and the median of several runs are printed,
in seconds of wall time, with the best of processor time, which a busy machine does not stretch. The promise is 10 for
the site and 2 for a page.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time

from tests.reading import ROOT

CASES = {"whole site": [], "one page": ["docs/topics/peace-building.md"]}


def seconds(arguments: list[str]) -> tuple[float, float]:
    """The wall time and the processor time of one run."""
    begun, used = time.perf_counter(), sum(os.times()[2:4])
    done = subprocess.run(
        [sys.executable, "overrides/hooks", "check", *arguments], cwd=ROOT, capture_output=True, check=False
    )
    if done.returncode == 2:
        sys.exit(done.stderr.decode())
    return time.perf_counter() - begun, sum(os.times()[2:4]) - used


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench_check", description="Measure the check.")
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    for name, arguments in CASES.items():
        taken, used = zip(*(seconds(arguments) for _ in range(runs)), strict=True)
        print(
            f"{name}: best {min(taken):.2f} s, median {statistics.median(taken):.2f} s, processor {min(used):.2f} s, of {runs} runs"
        )


if __name__ == "__main__":
    main()
