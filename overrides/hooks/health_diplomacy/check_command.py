"""The one check: everything that can be told from the sources, with or without a build."""

import sys
from collections.abc import Sequence
from pathlib import Path

from health_diplomacy.content import configuration, git_history
from health_diplomacy.content.documents import read_document
from health_diplomacy.content.loader import load_site
from health_diplomacy.lint import external_tools, markdown, runner
from health_diplomacy.problems import Problem, annotations, report

DOCS = "docs"
FORMATS = {"text": report, "github": annotations}


def problems_of(root: Path, paths: Sequence[str] = (), with_style: bool = True) -> list[Problem]:
    """All problems of the sources below `root`, sorted; of `paths` alone (files or folders, from `root`) where some are given.

    Everything is read in either case: whether a link is right depends on the page that it leads to.
    """
    docs = root / DOCS
    settings, found = configuration.read(root, git_history.former_pages(docs))
    site, problems = load_site(docs, DOCS)
    found += runner.check(site, problems, docs, settings, DOCS)
    if with_style:
        names = [name for name in external_tools.files(root, DOCS) if _wanted(name, paths)]
        unread = {problem.path for problem in found if problem.code in {"F01", "F03", "F07", "F08", "F10", "F12"}}
        headings = {
            place
            for name in names
            if name.endswith(".md") and name not in unread
            for place in _unmeant_headings(root, name)
        }
        found += [
            each
            for each in external_tools.check(root, [name for name in names if name not in unread])
            if (each.path, each.line) not in headings
        ]
    return sorted({problem for problem in found if _wanted(problem.path, paths)})


def run(root: Path, paths: Sequence[str], form: str = "text", fix: bool = False) -> int:
    """The command: prints what is wrong. Exit status 0: nothing, or advice alone; 1: problems; 2: it could not be checked."""
    if not (root / DOCS).is_dir():
        print(
            f"There is no folder '{DOCS}' here; run this in the folder that holds {configuration.FILE}.",
            file=sys.stderr,
        )
        return 2
    unknown = [path for path in paths if not (root / path).exists()]
    if unknown:
        print(f"There is no '{unknown[0]}' here.", file=sys.stderr)
        return 2
    places = [
        Path(path).resolve().relative_to(root.resolve()).as_posix()
        if (root / path).resolve().is_relative_to(root.resolve())
        else path
        for path in paths
    ]
    if fix:
        names = [name for name in external_tools.files(root, DOCS) if _wanted(name, places)]
        external_tools.fix(
            root, [name for name in names if not name.endswith(".md") or not _unmeant_headings(root, name)]
        )
    found = problems_of(root, places)
    if found:
        print(FORMATS[form](found))
    faults = sum(not problem.is_advice for problem in found)
    advice = len(found) - faults
    counts = [
        f"{count:,} {name}{'' if count == 1 or name == 'advice' else 's'}"
        for count, name in ((faults, "problem"), (advice, "advice"))
        if count
    ]
    print(", ".join(counts) or "Nothing is wrong.", file=sys.stderr)
    if external_tools.missing():
        print(external_tools.MISSING, file=sys.stderr)
    return 1 if faults else 0


def _unmeant_headings(root: Path, name: str) -> list[tuple[str, int]]:
    """The lines of a page of which `---` right below makes a heading: to mend their style would make it one for good."""
    document, _ = read_document(root / name, name, name)
    return [(name, problem.line - 1) for problem in markdown.underlines(document)] if document else []


def _wanted(name: str, paths: Sequence[str]) -> bool:
    """Whether a file is one of those that were asked for, or lies below one of them."""
    return not paths or any(path == "." or name == path or name.startswith(f"{path.rstrip('/')}/") for path in paths)
