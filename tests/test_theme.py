"""What the site takes from Material: an upgrade may affect nothing else."""

import base64
import hashlib
import re
from pathlib import Path

import material
from jinja2 import Environment, meta

from tests.reading import ESSAYS, ROOT, SOURCES, address_of, page, words

OVERRIDES = ROOT / "overrides"
MATERIAL = Path(material.__file__).parent / "templates"
TEMPLATES = [file for file in OVERRIDES.rglob("*.html") if "hooks" not in file.relative_to(OVERRIDES).parts]


def test_of_materials_templates_only_the_words_for_the_language_are_used():
    """Material 9.8.1's shell fails in ways that overriding a block cannot fix, so nothing of it is extended or included."""
    named = {
        name
        for file in TEMPLATES
        for name in meta.find_referenced_templates(Environment().parse(file.read_text(encoding="utf-8")))
        if name
    }
    foreign = {name for name in named if not (OVERRIDES / name).is_file()}
    assert foreign == {"partials/language.html"}


def test_material_still_has_the_words_that_are_used():
    """The language's code, its direction and the skip link's words; with another Material these may be somewhere else."""
    english = (MATERIAL / "partials/languages/en.html").read_text(encoding="utf-8")
    for key in ("language", "direction", "action.skip"):
        assert f'"{key}":' in english


def test_no_style_script_or_picture_of_material_and_no_code_of_the_build_is_published(site_of_edition):
    files = site_of_edition.glob("assets/**/*")
    published = {file.relative_to(site_of_edition).as_posix() for file in files if file.is_file()}
    own = {file.relative_to(OVERRIDES).as_posix() for file in OVERRIDES.glob("assets/**/*") if file.is_file()}
    assert published == own
    assert not (site_of_edition / "hooks").exists()


def test_every_page_allows_only_named_scripts(site_of_edition):
    """Content Security Policy Level 3; the offline copy is held as strictly as the hosted site."""
    for file in site_of_edition.rglob("*.html"):
        assert_allows_only_named_scripts(file.read_text(encoding="utf-8"))


def assert_allows_only_named_scripts(html: str) -> None:
    """A page's policy allows its own inline scripts by their digests, and no others."""
    policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', html)[1]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy and "base-uri 'none'" in policy
    inline = [
        script for kind, script in re.findall(r"<script( type=[^>]*)?>(.*?)</script>", html, re.DOTALL) if not kind
    ]
    digests = [f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in inline]
    assert re.search(r"script-src ([^;]*);", policy)[1].split() == ["'self'", *digests]
    assert not re.search(r"<[^>]+ (style|on\w+)=", html), "styles and handlers in attributes would be blocked"


def test_the_map_shows_every_sentence_under_each_of_its_topics(hosted):
    figure = page(hosted, "topics/").css_first(".hd-map")
    rows = figure.css("tbody tr")
    drawn = figure.css_first(".hd-map__weave")
    assert len(drawn.css("a")) == len(ESSAYS) + len(rows) + sum(
        cell.text().strip()[0] != "0" for row in rows for cell in row.css("td")
    )
    shown = {source: len(page(hosted, address_of(source)).css(".hd-findings > li")) for source in SOURCES}
    counts = [sum(int(words(cell).split()[0]) for cell in row.css("td")) for row in rows]
    named = ["collaborations", "defense-health-diplomacy", "covid-19-response", "peace-building"]
    assert counts[:4] == [shown[f"topics/{topic}.md"] for topic in named]
    assert len(drawn.css(".hd-shape")) == sum(shown[source] for source in SOURCES if source.startswith("topics/"))


def test_the_map_can_be_walked_by_its_names(hosted):
    links = page(hosted, "topics/").css(".hd-map__weave a")
    names = [link.attributes.get("aria-label") or words(link) for link in links]
    assert len(names) == len(set(names))
    assert re.search(r"(?m)^Peace-building, Essay 1: 4 sentences: \d [a-z ]+(; \d [a-z ]+)*$", "\n".join(names))
