"""The dates on a page: right in full and shallow clones, and left out where they are unknown."""

import datetime
import re
import subprocess
from pathlib import Path

import pytest
from health_diplomacy.content import git_history

from tests.reading import ONE_OF_EACH_KIND, SOURCES, address_of, page, words
from tests.sources import append, commit_all, copy_sources, git, must_build

EARLY, LATE = datetime.date(2026, 11, 30), datetime.date(2026, 12, 5)


def at(day: datetime.date) -> dict[str, str]:
    """The environment of a commit made in New York late on the day before, which is this day in UTC."""
    when = f"{day - datetime.timedelta(days=1)}T23:30:00-05:00"
    return {"GIT_COMMITTER_DATE": when, "GIT_AUTHOR_DATE": when, "TZ": "America/New_York"}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources in git: all of them committed on one day, one page changed on a later one."""
    root = copy_sources(tmp_path_factory.mktemp("dated") / "sources")
    commit_all(root, **at(EARLY))
    append(root, "docs/about.md", "One more line.")
    git(root, "commit", "-qam", "one page", **at(LATE))
    return root


def clone(repository: Path, target: Path, *options: str) -> Path:
    subprocess.run(["git", "clone", "-q", *options, repository.as_uri(), str(target)], check=True, timeout=60)
    return target / "docs"


def test_a_page_changed_on_the_day_of_its_last_commit(repository):
    days = git_history.changed_days(repository / "docs")
    assert days == dict.fromkeys(days, EARLY) | {"about.md": LATE}
    assert set(SOURCES) <= set(days)


def test_a_shallow_clone_knows_only_what_its_commits_show(repository, tmp_path):
    docs = clone(repository, tmp_path / "one", "--depth=1")
    assert git_history.changed_days(docs) == {}
    append(docs, "index.md", "One more line.")
    git(docs, "commit", "-qam", "here", **at(LATE))
    assert git_history.changed_days(docs) == {"index.md": LATE}
    assert git_history.changed_days(clone(repository, tmp_path / "two", "--depth=2")) == {"about.md": LATE}


def test_changes_that_are_not_committed_have_no_day(repository, tmp_path):
    docs = clone(repository, tmp_path / "copy")
    (docs / "about.md").write_text("changed", encoding="utf-8")
    (docs / "new page é.md").write_text("new", encoding="utf-8")
    days = git_history.changed_days(docs)
    assert "about.md" not in days and "new page é.md" not in days
    assert days["index.md"] == EARLY


def test_without_git_nothing_is_known(tmp_path, monkeypatch):
    assert git_history.changed_days(tmp_path) == {}
    assert git_history.former_pages(tmp_path) == frozenset()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert git_history.changed_days(tmp_path) == {}


def test_pages_from_main_are_remembered_but_not_pages_only_on_a_branch(repository, tmp_path):
    docs = clone(repository, tmp_path / "copy")
    git(docs, "checkout", "-qb", "mine")
    (docs / "draft.md").write_text("draft", encoding="utf-8")
    git(docs, "add", ".")
    git(docs, "commit", "-qm", "draft")
    (docs / "draft.md").unlink()
    git(docs, "mv", "about.md", "who-we-are.md")
    git(docs, "commit", "-qam", "renamed")
    assert git_history.former_pages(docs) == {"about.md"}
    git(docs, "checkout", "-q", "--detach", "origin/main")  # as on GitHub, which tests a pull request's merge commit
    git(docs, "merge", "-q", "--no-ff", "-m", "merged", "mine")
    for reference in ("refs/remotes/origin/main", "refs/remotes/origin/HEAD", "refs/heads/main", "refs/heads/mine"):
        git(docs, "update-ref", "-d", reference)
    assert git_history.former_pages(docs) == {"about.md"}


@pytest.fixture(scope="module")
def site(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return must_build(repository, tmp_path_factory.mktemp("built") / "site")


def test_each_page_says_when_it_was_published_last_changed_and_last_reviewed(site):
    for source in ONE_OF_EACH_KIND:
        said = words(page(site, address_of(source)).css_first(".hd-dates"))
        day = "December 5, 2026" if source == "about.md" else "November 30, 2026"
        reviewed = "(?:last reviewed|every verdict reviewed since) November 2[89], 2026"
        pattern = rf"Published November 2\d, 2026 · last changed {day} · {reviewed}"
        assert re.fullmatch(pattern, said), (source, said)


def test_machines_and_citations_get_the_day_of_the_last_change(site):
    sitemap = (site / "sitemap.xml").read_text(encoding="utf-8")
    for source, day in (("about.md", LATE), ("topics/peace-building.md", EARLY)):
        found = page(site, address_of(source))
        assert f'"dateModified": "{day}"' in found.html
        assert re.search(rf"/{address_of(source)}</loc>\s*<lastmod>{day}</lastmod>", sitemap)
        assert f"{day:%B} {day.day}, {day.year}" in words(found.css(".hd-cite__words")[-1])


def test_a_page_whose_last_change_is_unknown_gives_the_days_that_it_knows(published):
    site = published / "hosted"  # from sources that are not in git
    assert "<lastmod>" not in (site / "sitemap.xml").read_text(encoding="utf-8")
    found = page(site, "about/")
    assert "dateModified" not in found.html
    assert words(found.css_first(".hd-dates")) == "Published November 22, 2026 · last reviewed November 29, 2026"
