"""Feeds mutated and generated sources to the check, and reports tracebacks, crashes, hangs and growing memory.

.venv/bin/python tests/fuzz.py --minutes 10
.venv/bin/python tests/fuzz.py --seed 4711     # one input again, with its traceback
"""

import argparse
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "overrides/hooks"))

from diagnostics import as_github, as_text  # noqa: E402
from health_diplomacy import check_command  # noqa: E402
from health_diplomacy.content import git_history  # noqa: E402

SECONDS = 2
"""CPU time for one input; all else that the check reads is a small part of the site."""
MEGABYTES = 300
BATCH = 200
TARGETS = ["about.md", "topics/peace-building.md", "glossary.yml", "images.yml", "images/map.svg"]
TARGETS += ["evidence/claims.yml", "evidence/sources.yml", "essays/defense.md", "../mkdocs.yml"]
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg"><style>.a{fill:url(#b)}</style><path class="a" d="M0 0h9"/></svg>\n'
PICTURE = "- file: images/map.svg\n  author: A. Author\n  license: MIT\n"
HOSTILE = """
* ** *** _ __ ` `` ``` ~~~ ~~ [ ] ( ) ]( ][ ![ [^a] [a]: [[ ]] { } { .a { #a {: : :: | |- > # ## - + = == ! !!! ???
< > </ <a <a> </a> <div> </div> <p <br> <!-- --> <![CDATA[ ]]> <? ?> <!DOCTYPE <svg> <math> <style> <script> <img src="
href= style= onload= id= class= &amp; &#0; &#x110000; & &# " ' “ ” ’ \\ / // http:// https:// mailto: javascript: data:
.md #a --8<-- [start: [end: --- ... ? ?? &a *a !a !!int !!python/none << | >- >+ %YAML @ , ; 2026-02-30 0x_ 0b_ 1:2:3
1e9 .inf ~ true TODO FILL_IN \u0000 \u0007 \u001b[31m \u00a0 \u00ad \u0085 \u200b \u200d \u2028 \u202e \ufeff \ufffe
\uffff \ue000 ا é a 9
"""
TOKENS = [*HOSTILE.split(), " ", "\n", "\n\n", "\r", "\t", "    ", "\n    ", "\u00a0", "\u2028"]


def mutate(text: str, chance: random.Random) -> str:
    """A text with some of its parts removed, doubled, moved, or with hostile ones among them."""
    if chance.random() < 0.2:  # below its front matter, nothing is left of it
        kept = text[: text.find("\n---", 3) + 5] if text.startswith("---") else ""
        words = [chance.choice(TOKENS) for _ in range(chance.randint(1, 6))]
        return kept + "".join(words) * chance.choice([1, 10, 300, 2000])
    for _ in range(chance.choice([1, 1, 2, 4, 8])):
        at, size = chance.randint(0, len(text)), chance.choice([0, 1, 1, 4, 40, 400])
        part = text[at : at + size]
        new, other = chance.choice(TOKENS), chance.choice(TOKENS)
        character = chr(chance.choice([chance.randint(0, 0xD7FF), chance.randint(0xE000, 0x10FFFF)]))
        repeated, doubled = (new + other) * chance.choice([2, 30, 1000, 4000]), part * chance.choice([2, 50])
        changed = chance.choice([new + part, new, "", doubled, repeated + part, part[::-1], character])
        text = text[:at] + changed + text[at + size :]
    return text


def sources(target: Path) -> None:
    """A small part of the site, with a picture: what is checked beside an input takes little time."""
    (target / "docs/images").mkdir(parents=True)
    for name in [*TARGETS, "glossary.md", "essays/checksums.yml", "../pyproject.toml"]:
        file, given = target / "docs" / name, ROOT / "docs" / name
        file.parent.mkdir(exist_ok=True)
        text = given.read_text(encoding="utf-8") if given.exists() else DRAWING
        entries = text.split("\n- id:")[:3]
        file.write_text(PICTURE if name == "images.yml" else "\n- id:".join(entries) + "\n", encoding="utf-8")


def stop(*_: object) -> None:
    raise TimeoutError(f"more than {SECONDS} s")


def run(root: Path, seed: int) -> str:
    """Checks one input. Returns what went wrong, or nothing."""
    chance = random.Random(seed)
    file = root / "docs" / chance.choice(TARGETS)
    whole = file.read_bytes()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        file.write_text(mutate(whole.decode(), chance), encoding="utf-8", newline="")
        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
        found = check_command.problems_of(root, with_style=False)
        (as_text(found) + as_github(found)).encode()
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
        return f"{grown // 1000} MB" if grown > MEGABYTES * 1000 else ""
    except Exception:
        return traceback.format_exc()
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        file.write_bytes(whole)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--seed", type=int)
    options = parser.parse_args()
    signal.signal(signal.SIGVTALRM, stop)
    git_history._git = lambda *_: None  # starting git takes longer than all else
    resource.setrlimit(resource.RLIMIT_AS, (2_000_000_000, 2_000_000_000))
    begin, end = random.randrange(10**9), time.monotonic() + 60 * options.minutes
    seed, failures = begin, 0
    with tempfile.TemporaryDirectory() as folder:
        root, last = Path(folder, "site"), Path(folder, "seed")
        sources(root)
        if options.seed is not None:
            print(run(root, options.seed) or "Nothing went wrong.")
            return 0
        while time.monotonic() < end:  # a process for each batch, as a parser in C may end it
            if not os.fork():
                failed = 0
                for each in range(seed, seed + BATCH):
                    last.write_text(str(each))
                    wrong = run(root, each)
                    failed += bool(wrong)
                    if wrong:
                        print(f"--seed {each}: {wrong}", flush=True)
                os._exit(min(failed, 100))
            status = os.waitstatus_to_exitcode(os.wait()[1])
            if status < 0:
                print(f"--seed {last.read_text()}: the process ended with signal {-status}", flush=True)
                shutil.rmtree(root)
                sources(root)
            failures += 1 if status < 0 else status
            seed += BATCH
    print(f"{seed - begin:,} inputs, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
