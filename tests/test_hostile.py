"""What contributions must not do: run a script, load or send anything, use up memory or time, or cause a traceback.

`hostile/*.yml` holds inputs that are refused, each with its whole report in `report` (without the path, which the
kind of input gives; `bounds`, `names`, `settings` and `yaml` are edits as in test_mistakes.py); `harmless/` holds
look-alikes that pass untouched. The look-alikes are also opened in Chromium without the site's policy, where a canary
shows that opening them has no side effects.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import markdown
import pytest
from health_diplomacy import check_command
from health_diplomacy.content import configuration
from health_diplomacy.content.documents import Document
from health_diplomacy.lint import safety, svg_safety

from tests.browsing import served
from tests.reading import ROOT, read_yaml
from tests.sources import write
from tests.test_mistakes import assert_is_reported

SVG = "http://www.w3.org/2000/svg"


def cases(*kinds: str) -> dict:
    return {name: case for kind in kinds for name, case in read_yaml(f"tests/hostile/{kind}.yml").items()}


PAGES, DRAWINGS, FILES = cases("html", "attributes"), cases("svg"), cases("files")
EDITS = cases("settings", "bounds", "names", "yaml")
HARMLESS_PAGES = read_yaml("tests/harmless/pages.yml")
HARMLESS_DRAWINGS = sorted((ROOT / "tests/harmless").glob("*.svg"))


@pytest.fixture(scope="module")
def extensions() -> dict:
    """The site's Markdown, but for the snippets, which read files."""
    settings, _ = configuration.read(ROOT)
    names = [name for name in settings.extensions if "snippets" not in name]
    return {"extensions": names, "extension_configs": {name: settings.options.get(name, {}) for name in names}}


def refusals(page: str, extensions: dict) -> list[str]:
    """What the check says of a page with this text alone."""
    problems = safety.check_page(Document("", "page.md", page), markdown.markdown(page, **extensions))
    return [str(problem).removeprefix(":") for problem in sorted(set(problems))]


def drawing_refusals(file: Path) -> list[str]:
    return [str(problem).removeprefix(":") for problem in svg_safety.check_svg(file, "")]


@pytest.mark.parametrize("name", PAGES)
def test_active_html_is_refused_by_line(name, extensions):
    assert PAGES[name]["report"] == refusals(PAGES[name]["page"], extensions)


@pytest.mark.parametrize("name", DRAWINGS)
def test_active_svg_is_refused_by_line(name, tmp_path):
    file = tmp_path / "drawing.svg"
    file.write_text(DRAWINGS[name]["svg"].replace("{svg}", SVG), encoding="utf-8")
    assert DRAWINGS[name]["report"] == drawing_refusals(file)


def test_files_that_are_not_listed_are_refused(root):
    write(root, {case["file"]: case["text"] for case in FILES.values()})
    found = [str(problem) for problem in check_command.problems_of(root, with_style=False)]
    report = {name: [each for each in found if each.startswith(case["file"] + ":")] for name, case in FILES.items()}
    assert report == {name: [f"{case['file']}:{line}" for line in case["report"]] for name, case in FILES.items()}
    assert len(found) == sum(map(len, report.values()))


@pytest.mark.parametrize("name", EDITS)
def test_active_or_oversized_sources_are_refused_by_line(name, tmp_path, monkeypatch):
    assert_is_reported(EDITS[name], tmp_path, monkeypatch)


@pytest.mark.parametrize("name", HARMLESS_PAGES)
def test_a_page_that_only_looks_dangerous_passes(name, extensions):
    assert refusals(HARMLESS_PAGES[name], extensions) == []


@pytest.mark.parametrize("file", HARMLESS_DRAWINGS, ids=lambda file: file.stem)
def test_a_drawing_as_programs_save_it_passes(file):
    assert drawing_refusals(file) == []


@pytest.fixture(scope="module")
def folder(tmp_path_factory, extensions) -> Path:
    """The harmless pages and drawings, and hostile ones that show that the canary works; none has a policy."""
    target = tmp_path_factory.mktemp("canary")
    texts = list(HARMLESS_PAGES.values())
    for file in HARMLESS_DRAWINGS:
        shutil.copy(file, target)
        texts.append(file.read_text(encoding="utf-8").rpartition("?>")[2])
    harmless = "\n".join(markdown.markdown(text, **extensions) for text in texts)
    start = "<!doctype html><meta charset=utf-8>"
    write(target, {"harmless.html": start + harmless, "script.html": f"{start}<script>canary = 1</script>"})
    for name in ("listening root", "picture of another host"):
        write(target, {f"{name.replace(' ', '-')}.unsafe.svg": DRAWINGS[name]["svg"].replace("{svg}", SVG)})
    return target


@pytest.fixture
def base(folder) -> Iterator[str]:
    with served(folder) as address:
        yield address


def side_effects_of(browser, address: str) -> list[str]:
    """What opening a file triggers: scripts, external requests, dialogs, windows, navigation."""
    context = browser.new_context()
    tab = context.new_page()
    seen: list[str] = []
    context.route("https://canary.invalid/**", lambda route: route.abort())
    context.on("page", lambda page: seen.append("window"))
    tab.on("request", lambda request: seen.append(request.url) if request.url.startswith("https:") else None)
    tab.on("dialog", lambda dialog: (seen.append("dialog"), dialog.dismiss()))
    tab.goto(address, wait_until="load")
    tab.evaluate("new Promise(requestAnimationFrame)")
    seen += ["script"] if tab.evaluate("typeof canary !== 'undefined'") else []
    seen += [] if tab.url == address else [tab.url]
    context.close()
    return seen


@pytest.mark.browser
def test_opening_what_passes_has_no_side_effects_in_a_browser(browser, base, folder):
    opened = ["harmless.html", *(file.name for file in HARMLESS_DRAWINGS)]
    assert {name: side_effects_of(browser, base + name) for name in opened} == {name: [] for name in opened}


@pytest.mark.browser
def test_the_canary_shows_side_effects(browser, base):
    assert side_effects_of(browser, f"{base}script.html") == ["script"]
    assert side_effects_of(browser, f"{base}listening-root.unsafe.svg") == ["script"]
    assert side_effects_of(browser, f"{base}picture-of-another-host.unsafe.svg") == ["https://canary.invalid/a.png"]
