"""What the site takes from Material: an upgrade may affect nothing else."""

import base64
import hashlib
import re

from jinja2 import Environment, meta

from tests.conftest import REDIRECTS
from tests.reading import ESSAYS, ROOT, TOPICS, address_of, page, words

OVERRIDES = ROOT / "overrides"
TEMPLATES = [file for file in OVERRIDES.rglob("*.html") if "hooks" not in file.relative_to(OVERRIDES).parts]


def test_of_materials_templates_only_the_words_for_the_language_are_used():
    """Material 9.8.1's shell has faults that overriding a block cannot fix, so none of it is extended or included."""
    named = {
        name
        for file in TEMPLATES
        for name in meta.find_referenced_templates(Environment().parse(file.read_text(encoding="utf-8")))
        if name
    }
    foreign = {name for name in named if not (OVERRIDES / name).is_file()}
    assert foreign == {"partials/language.html"}


def test_no_style_script_or_picture_of_material_and_no_code_of_the_build_is_published(site_of_edition):
    files = site_of_edition.glob("assets/**/*")
    published = {file.relative_to(site_of_edition).as_posix() for file in files if file.is_file()}
    own = {file.relative_to(OVERRIDES).as_posix() for file in OVERRIDES.glob("assets/**/*") if file.is_file()}
    assert published == own
    assert not (site_of_edition / "hooks").exists()


def test_every_page_allows_only_named_scripts(published, edition):
    """Content Security Policy Level 3: a page's policy allows its own inline scripts by their digests, and no others.

    The offline copy and the pages of former addresses are held as strictly as the hosted site.
    """
    pages = [file.read_text(encoding="utf-8") for file in (published / edition).rglob("*.html")]
    assert sum("has moved" in html for html in pages) == len(REDIRECTS)
    for html in pages:
        policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', html)[1]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy and "base-uri 'none'" in policy
        scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
        digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
        allowed = re.search(r"script-src ([^;]*);", policy)[1].split()
        assert allowed == ["'self'", *(f"'sha256-{digest}'" for digest in digests)]
        assert not re.search(r"<[^>]+ (style|on\w+)=", html), "styles and handlers in attributes would be blocked"


def test_the_map_shows_every_sentence_under_each_of_its_topics_and_can_be_walked_by_its_names(hosted):
    figure = page(hosted, "topics/").css_first(".hd-map")
    rows = [[int(words(cell).split()[0]) for cell in row.css("td")] for row in figure.css("tbody tr")]
    shown = {source: len(page(hosted, address_of(source)).css(".hd-findings > li")) for source in TOPICS}
    assert sorted(map(sum, rows)) == sorted(shown.values())
    assert len(figure.css(".hd-map__weave .hd-shape")) == sum(shown.values())
    links = figure.css(".hd-map__weave a")
    assert len(links) == len(ESSAYS) + len(rows) + sum(count > 0 for row in rows for count in row)
    names = [link.attributes.get("aria-label") or words(link) for link in links]
    assert len(names) == len(set(names))
    assert re.search(r"(?m)^Peace-building, Essay 1: 4 sentences: \d [a-z ]+(; \d [a-z ]+)*$", "\n".join(names))
