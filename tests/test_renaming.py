"""Renaming or removing any page as CONTRIBUTING says works, or both the check and the build say why not."""

import posixpath
import re
from pathlib import Path

import pytest
from health_diplomacy import check_command
from health_diplomacy.content import git_history

from tests.reading import SOURCES, address_of, front_matter
from tests.sources import build

LINK = re.compile(r"(?<![\w./-])(?P<path>(?:\.\./)*[\w-]+(?:/[\w-]+)*\.md)(?P<fragment>#[\w-]+)?")
FIRST_OF_ITS_KIND = {front_matter(page).get("template"): page for page in reversed(SOURCES)}.values()
"""One page for each page template."""


def follow(root: Path, old: str, new: str, removed: bool) -> None:
    """Makes all links to a page lead to another, without their fragments where the page was removed."""
    docs = root / "docs"
    for file in (*docs.rglob("*.md"), *docs.rglob("*.yml")):
        folder = posixpath.dirname(file.relative_to(docs).as_posix())

        def changed(link: re.Match[str], folder: str = folder) -> str:
            for base in (folder, ""):  # links are relative to the page; front matter and passages to docs/
                if posixpath.normpath(posixpath.join(base, link["path"])) == old:
                    return posixpath.relpath(new, base or ".") + ("" if removed else link["fragment"] or "")
            return link[0]

        text = LINK.sub(changed, file.read_text(encoding="utf-8"))
        text = text.replace(f"topic: {Path(old).stem}\n", f"topic: {Path(new).stem}\n")
        file.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("removed", [False, True], ids=["renamed", "removed"])
@pytest.mark.parametrize("page", FIRST_OF_ITS_KIND)
def test_check_and_build_agree_on_a_page_that_is_gone(root, page, removed, monkeypatch):
    monkeypatch.setattr(git_history, "_git", lambda *_: None)  # takes less time than to find no repository
    if removed:
        new = "about.md" if page != "about.md" else "downloads.md"
        (root / "docs" / page).unlink()
    else:
        new = posixpath.join(posixpath.dirname(page), f"new-{posixpath.basename(page)}")
        (root / "docs" / page).rename(root / "docs" / new)
    follow(root, page, new, removed)
    settings = (root / "mkdocs.yml").read_text(encoding="utf-8")
    entry = re.search(rf"^ +- ([\w ]+: )?{re.escape(page)}\n", settings, re.MULTILINE)[0]
    settings = settings.replace(entry, "" if removed else entry.replace(page, new))
    settings = settings.replace("redirect_maps:\n", f"redirect_maps:\n      {page}: {new}\n")
    (root / "mkdocs.yml").write_text(settings, encoding="utf-8")

    found = [str(problem) for problem in check_command.problems_of(root, with_style=False)]
    assert all(re.match(r"(docs/|mkdocs\.yml)\S*:\d+: [A-Z]\d\d .+ Hint: ", line) for line in found)
    result = build(root, root / "site")

    report = [line for line in result.output.splitlines() if re.match(r"\S+:\d+: [A-Z]\d\d ", line)]
    assert report == found
    assert result.exit_code == (1 if found else 0), result.output
    assert isinstance(result.exception, SystemExit | None), "a traceback"
    if not found:
        former = (root / "site" / address_of(page) / "index.html").read_text(encoding="utf-8")
        assert f'/{posixpath.basename(address_of(new)[:-1])}/"' in former
