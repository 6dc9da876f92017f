"""The `check` command: everything that can be checked without a build."""

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from diagnostics import FORMATS, Diagnostic

from health_diplomacy.content import configuration, git_history
from health_diplomacy.content.loader import load_site
from health_diplomacy.content.site import Site
from health_diplomacy.lint import external_tools, markdown, runner

DOCS = "docs"


def problems_of(root: Path, paths: Sequence[str] = (), with_style: bool = True) -> list[Diagnostic]:
    """The sorted problems of the sources under `root`, or of those `paths` (files or folders relative to `root`).

    All sources are read in either case, because links depend on the pages they point to.
    """
    docs = root / DOCS
    settings, found = configuration.read(root, git_history.former_pages(docs))
    site, problems = load_site(docs, DOCS)
    found += runner.check(site, problems, root, docs, settings, DOCS)
    if with_style:
        unread = {problem.path for problem in found if problem.code in {"F01", "F03", "F07", "F08", "F10", "F12"}}
        names = [name for name in external_tools.files(root, DOCS) if _selected(name, paths) and name not in unread]
        headings = _accidental_headings(site)
        style = external_tools.check(root, names)
        style = [problem for problem in style if (problem.path, problem.line) not in headings]
        reported = {(each.path, each.line, word) for each in found for word in re.findall(r"\w+", each.message)}
        found += [each for each in style if (each.path, each.line, _misspelled_word(each)) not in reported]
    return sorted({problem for problem in found if _selected(problem.path, paths)})


def run(root: Path, paths: Sequence[str], form: str = "text", fix: bool = False) -> int:
    """Run the command. Exit status 0: nothing or only advice; 1: problems; 2: could not check."""
    if not (root / DOCS).is_dir():
        message = f"There is no folder '{DOCS}' here; run this in the folder that holds {configuration.FILE}."
        print(message, file=sys.stderr)
        return 2
    if unknown := [path for path in paths if not (root / path).exists()]:
        print(f"There is no '{unknown[0]}' here.", file=sys.stderr)
        return 2
    base = root.resolve()
    paths = [
        Path(path).resolve().relative_to(base).as_posix() if (root / path).resolve().is_relative_to(base) else path
        for path in paths
    ]
    if fix:
        fix_style(root, paths)
    found = problems_of(root, paths)
    if found:
        sys.stdout.write(FORMATS[form](found))
    errors = sum(problem.severity == "error" for problem in found)
    counts = [
        f"{count:,} {name}{'' if count == 1 or name == 'advice' else 's'}"
        for count, name in ((errors, "problem"), (len(found) - errors, "advice"))
        if count
    ]
    print(", ".join(counts) or "Nothing is wrong.", file=sys.stderr)
    if external_tools.missing():
        print(external_tools.MISSING, file=sys.stderr)
    return 1 if errors else 0


def fix_style(root: Path, paths: Sequence[str] = ()) -> None:
    """Fix the Markdown style of pages, where that does not change what they show."""
    site, _ = load_site(root / DOCS, DOCS)
    skipped = {path for path, _ in _accidental_headings(site)}
    names = [name for name in external_tools.files(root, DOCS) if _selected(name, paths) and name not in skipped]
    external_tools.fix(root, names)


def _accidental_headings(site: Site) -> set[tuple[str, int]]:
    """The lines that `---` right below turns into headings; fixing their style would make that permanent."""
    documents = site.documents.values()
    return {(document.path, line) for document in documents for line in markdown.accidental_headings(document)}


def _misspelled_word(problem: Diagnostic) -> str:
    """The word that a spelling problem is about; empty for others."""
    return problem.message.split("'")[1] if problem.code == "Q01" else ""


def _selected(name: str, paths: Sequence[str]) -> bool:
    """Whether a file is one of `paths` or under one of them. No paths select everything."""
    return not paths or any(path == "." or name == path or name.startswith(f"{path.rstrip('/')}/") for path in paths)
