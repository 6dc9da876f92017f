"""Each Markdown example in `docs/writing.md` is rendered as `constructs.yml` says, and anything else is refused."""

import re

import markdown
import pytest
from health_diplomacy import check_command
from health_diplomacy.lint.unrendered_markup import UNSUPPORTED
from mkdocs.config import load_config
from playwright.sync_api import expect

from tests.reading import ROOT, page, read, read_yaml
from tests.sources import append

CONSTRUCTS = read_yaml("tests/constructs.yml")
PAGE = read("docs/writing.md").partition("\n---\n")[2]
EXAMPLE = re.compile(r'^(?P<fence>`{3,})markdown title="(?P<title>[^"]+)"\n(?P<source>.*?)^(?P=fence)\n\n', re.M | re.S)
WITHOUT_SYNTAX = {"toc", "fenced_code", "sane_lists", "pymdownx.betterem", "pymdownx.highlight", "pymdownx.snippets"}
"""Extensions that refine the syntax of others, or that are tested with the essays' passages."""


@pytest.mark.browser
def test_each_construct_has_its_text_and_role(open_tab, url_of):
    tab = open_tab(url_of("writing.md"))
    article = tab.locator("article")
    for title, construct in CONSTRUCTS.items():
        for element, text in construct["shows"].items():
            assert text in map(str.strip, article.locator(element).all_text_contents()), (title, element)
        expect(article, title).to_match_aria_snapshot(construct["aria"])


@pytest.mark.browser
def test_boxes_and_pictures_stand_beside_the_text_on_a_wide_screen(open_tab, online):
    tab = open_tab(online + "writing/")
    for beside, text in ((".inline.end", "The text goes on"), ("img.align-right", "Text flows around")):
        box, paragraph = tab.locator(beside).bounding_box(), tab.locator("p", has_text=text).last.bounding_box()
        assert box["y"] < paragraph["y"] + paragraph["height"], beside


@pytest.mark.browser
def test_folded_text_is_printed(open_tab, online):
    tab = open_tab(online + "writing/")
    folded = tab.locator("details.question > p")
    expect(folded).to_be_hidden()
    tab.emulate_media(media="print")
    expect(folded).to_be_visible()


def test_each_example_shows_its_own_source():
    examples = list(EXAMPLE.finditer(PAGE))
    assert [found["title"] for found in examples] == list(CONSTRUCTS)
    for found in examples:
        assert PAGE[found.end() :].startswith(found["source"]), found["title"]


def test_each_markdown_extension_has_an_example():
    config = load_config(str(ROOT / "mkdocs.yml"))
    names, options = config.markdown_extensions, config.mdx_configs
    rendered = markdown.markdown(PAGE, extensions=names, extension_configs=options)
    for name in set(names) - WITHOUT_SYNTAX:
        others = [each for each in names if each != name]
        assert markdown.markdown(PAGE, extensions=others, extension_configs=options) != rendered, name


def test_everything_unsupported_is_in_the_table_and_refused_by_name(hosted, root):
    table = page(hosted, "writing/").css("table")[-1]
    samples = [code.text() for row in table.css("tbody tr") for code in row.css("td")[1].css("code")]
    ends = {"```": "\n```", "<di": "\n\n</div>"}
    text = "\n\n".join(sample + ends.get(sample[:3], "") for sample in samples)
    append(root, "docs/about.md", text)
    about = (root / "docs/about.md").read_text(encoding="utf-8").split("\n")
    found = check_command.problems_of(root, ["docs/about.md"], with_style=False)
    refused = [each for each in found if each.code == "M12"]
    assert [sample for sample in samples if not any(sample in about[each.line - 1] for each in refused)] == []
    names = [each["name"] for _, each in UNSUPPORTED if "name" in each]
    assert [name for name in names if not any(f" is {name}, " in each.message for each in refused)] == []
