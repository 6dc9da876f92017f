"""The evidence as readers and machines get it: every sentence answered, everywhere it should be."""

import csv
import io
import json
import re
import statistics
from pathlib import Path
from urllib.parse import urljoin

import pytest
from health_diplomacy.content.schema import Source
from health_diplomacy.outputs import evidence_exports
from health_diplomacy.render import bibliography
from selectolax.lexbor import LexborHTMLParser

from tests.reading import (
    CLAIMS,
    ESSAYS,
    REFERENCES,
    ROOT,
    SENTENCES,
    SITE_URL,
    SOURCES,
    TOPICS,
    address_of,
    page,
    read,
    words,
)

CITED = re.compile(r"@([a-z0-9-]+)")
NAMES = {
    "documented": "Documented",
    "partly-documented": "Partly documented",
    "disputed": "Disputed",
    "not-attributable": "No source found",
    "opinion": "Opinion",
}
"""Each verdict as people read it."""


def cited(claim: dict) -> list[str]:
    """The ids of a claim's sources, each mention of them."""
    return [key for part in claim["parts"] for key in CITED.findall(part["note"])]


def label(judged: dict) -> str:
    """The verdict of a claim or part as shown; “documented” says if an opinion is left out, or if only an aim is."""
    if judged.get("as_aim"):
        return "Documented as an aim"
    parts = {label(part) for part in judged.get("parts", [])}
    if judged["verdict"] == "documented" and "Opinion" in parts:
        return "Documented, except opinion"
    return parts.pop() if parts == {"Documented as an aim"} else NAMES[judged["verdict"]]


def plain(note: str) -> str:
    return re.sub(r"\s*\[@[^\]]*\]", "", note).strip()


def test_every_sentence_of_the_first_two_essays_has_one_claim_in_its_words():
    assert [claim["quote"] for claim in CLAIMS[:36]] == SENTENCES


def test_sentences_of_findings_and_notes_have_at_most_20_words_on_average():
    texts = [text for claim in CLAIMS for text in (claim["finding"], *(plain(part["note"]) for part in claim["parts"]))]
    lengths = [len(sentence.split()) for text in texts for sentence in re.split(r"(?<=[.!?])[”’]?\s+", text)]
    assert statistics.mean(lengths) <= 20


@pytest.fixture(scope="module")
def cards(hosted):
    listed = [card for essay in ESSAYS for card in page(hosted, f"evidence/{essay}/").css(".hd-claim")]
    return {card.css_first(".hd-claim__place").attributes["id"]: card for card in listed}


def address_of_claim(claim: dict) -> str:
    """The URL of a claim, relative to the site's root."""
    return f"evidence/{claim['id'].rsplit('-', 2)[0]}/#{claim['id']}"


def test_the_evidence_shows_every_claim_in_the_essays_order(cards):
    assert list(cards) == [claim["id"] for claim in CLAIMS]


def test_the_list_of_all_sentences_leads_to_each_with_its_verdict_and_finding(hosted):
    rows = page(hosted, "evidence/").css(".hd-rows > li")
    for row, claim in zip(rows, CLAIMS, strict=True):
        name = label(claim)
        assert row.attributes["id"] == claim["id"]
        assert words(row.css_first("p")) == claim["quote"]
        assert row.css_first("a").attributes["href"] == address_of_claim(claim).removeprefix("evidence/")
        assert words(row.css_first(".hd-verdict")) == name
        assert words(row.css_first(".hd-finding")) == f"{name} {claim['finding']}"


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim["id"])
def test_a_claim_shows_its_verdict_finding_parts_and_sources(cards, claim):
    card = cards[claim["id"]]
    keys = list(dict.fromkeys(cited(claim)))
    assert words(card.css_first("h2")).endswith(f": {label(claim).lower()}")
    assert words(card.css_first(".hd-finding")) == f"{label(claim)} {claim['finding']}"
    rows = card.css(".hd-parts > li")
    assert [row.attributes["id"] for row in rows] == [f"{claim['id']}-{part['id']}" for part in claim["parts"]]
    for row, part in zip(rows, claim["parts"], strict=True):
        assert words(row.css_first(".hd-parts__words")) == f"{label(part)} {part['words']}"
        note = row.css_first(".hd-parts__note")
        numbers = [words(link) for link in note.css(".hd-cites a")]
        assert numbers == [str(keys.index(key) + 1) for key in CITED.findall(part["note"])]
        for cite in note.css("sup"):
            cite.decompose()
        assert re.sub(r"\s+([.,;])", r"\1", words(note)) == plain(part["note"])
    listed = card.css(".hd-claim__sources li")
    sources = {source["id"]: source for source in REFERENCES}
    for number, (key, each) in enumerate(zip(keys, listed, strict=True), 1):
        assert each.attributes["id"] == f"{claim['id']}-s{number}"
        title = re.sub(r'[“"]([^“”"]*)[”"]', r"‘\1’", " ".join(sources[key]["title"].split()))
        assert words(each.css_first("a")).replace(".’", "’") == title
        assert each.css("a")[-1].attributes["href"].endswith(f"sources/#{key}")
        assert " ".join(sources[key]["facts"]) in words(each)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim["id"])
def test_a_sentence_has_its_parts_marked_and_each_mark_leads_to_its_note(cards, claim):
    quote = LexborHTMLParser(cards[claim["id"]].css_first("blockquote").html)
    marks = quote.css("a")
    for mark, part in zip(marks, claim["parts"], strict=True):
        assert mark.attributes["href"] == f"#{claim['id']}-{part['id']}"
        assert mark.attributes["aria-label"] == f"Part {part['id']}: {label(part).lower()}"
        mark.decompose()
    assert words(quote.css_first("blockquote")) == claim["quote"]
    marked = [(words(each), each.attributes["class"].split("--")[1]) for each in quote.css(".hd-part")]
    assert marked == [(part["words"], part["verdict"]) for part in claim["parts"]]


@pytest.mark.parametrize(
    ("name", "term"),
    [("OIC", "oic"), ("WHO", "who"), ("statistical center", "sesric"), ("Islamic Development Bank", "isdb")],
)
def test_a_term_leads_to_the_glossary_where_a_full_note_first_uses_it(cards, name, term):
    link = f'<a href="../../glossary/#{term}" data-hd-term='
    notes = ["".join(each.html for each in card.css(".hd-finding, .hd-parts__note")) for card in cards.values()]
    texts = [re.sub("<[^>]*>", lambda tag: "@" if tag[0].startswith(link) else "", note) for note in notes]
    used = [re.findall(rf"@?\b{name}\b", text) for text in texts]
    assert any(used)
    assert [each for each in used if each] == [[f"@{name}"] + [name] * (len(each) - 1) for each in used if each]


@pytest.mark.parametrize(
    "source", ["essays/defense.md", "topics/peace-building.md", "evidence/index.md", "evidence/defense.md"]
)
def test_every_record_section_says_how_the_islamic_nation_is_read_and_links_its_terms(hosted, source):
    found = page(hosted, address_of(source))
    assert "It isn't our interpretation of the phrase" in words(found.css_first("article"))
    sentence = next(each for each in found.css(".hd-note") if "That is where we looked" in words(each))
    assert [words(link) for link in sentence.css("a[href*='glossary/#']")] == ["Islamic Nation", "OIC"]


def test_each_sentence_of_an_essay_leads_to_its_claim(hosted):
    marks = [mark for essay in ESSAYS for mark in page(hosted, f"essays/{essay}/").css(".hd-mark")]
    for mark, claim in zip(marks, CLAIMS, strict=True):
        number, verdict = claim["id"].rpartition("-")[2], label(claim).lower()
        assert mark.attributes["href"] == f"../../{address_of_claim(claim)}"
        assert mark.attributes["aria-label"] == f"Sentence {number}: {verdict}"


@pytest.mark.parametrize("source", TOPICS)
def test_a_topic_shows_verdict_and_finding_of_each_sentence_under_its_passage(hosted, source):
    tree = page(hosted, address_of(source))
    passages = [paragraph.attributes["id"] for paragraph in tree.css(".hd-passage p")]
    assert len(tree.css(".hd-passage + .hd-findings")) == len(passages)
    claims = [claim for passage in passages for claim in CLAIMS if claim["id"].rpartition("-")[0] == passage]
    for row, claim in zip(tree.css(".hd-findings > li"), claims, strict=True):
        assert row.attributes["id"] == claim["id"]
        assert words(row.css_first("p")) == f"{label(claim)} {claim['finding']}"
        parts = [f"{label(part)} {part['words']}" for part in claim["parts"]]
        assert [words(part) for part in row.css(".hd-part-verdicts > li")] == parts
        assert row.css_first("a").attributes["href"] == f"../../{address_of_claim(claim)}"
    assert [mark.attributes["href"] for mark in tree.css(".hd-mark")] == [f"#{claim['id']}" for claim in claims]


def test_every_source_is_listed_in_order_with_the_claims_that_cite_it(hosted):
    tree = page(hosted, "evidence/sources/")
    listed = {each.attributes["id"]: each for each in tree.css(".hd-sources > li")}
    assert set(listed) == {source["id"] for source in REFERENCES}
    printed = [re.sub(r"[“”‘’'\"\[\]]", "", words(each)).casefold() for each in listed.values()]
    assert printed == sorted(printed)
    for key, each in listed.items():
        citing = [claim["id"] for claim in CLAIMS if key in cited(claim)]
        assert [link.attributes["href"].partition("#")[2] for link in each.css("p a[href*='#']")] == citing
    undated = next(source for source in REFERENCES if "issued" not in source)
    assert words(listed[undated["id"]]).find("n.d.") > 0


def test_the_picture_its_table_and_the_lists_agree_with_the_claims(hosted):
    tree = page(hosted, "evidence/")
    counts = [sum(claim["verdict"] == verdict for claim in CLAIMS) for verdict in NAMES]
    assert [int(words(cell)) for cell in tree.css(".hd-picture tbody tr")[0].css("td")] == counts
    assert [int(words(item).split()[0]) for item in tree.css_first(".hd-counts").css("li")] == counts
    shares = [float(bar.attributes["width"].rstrip("%")) for bar in tree.css_first(".hd-bar").css("rect")]
    assert shares == pytest.approx([count * 100 / len(CLAIMS) for count in counts], abs=0.01)
    listed = [group.css("a") for group in tree.css(".hd-lists dl > div")]
    assert [len(links) for links in listed[:5]] == counts
    by_verdict = [link.attributes["href"][1:] for links in listed[:5] for link in links]
    assert sorted(by_verdict) == sorted(claim["id"] for claim in CLAIMS)
    assert all(listed)


def rows(file: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, by its header."""
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))


def test_the_data_is_published_as_it_is_edited_and_in_json_and_csv(hosted):
    for name, entries in (("claims", CLAIMS), ("sources", REFERENCES)):
        edited = (ROOT / f"docs/evidence/{name}.yml").read_bytes()
        assert (hosted / f"evidence/{name}.yml").read_bytes() == edited
        listed = json.loads((hosted / f"evidence/{name}.json").read_text(encoding="utf-8"))
        table = rows(hosted / f"evidence/{name}.csv")
        assert [each["id"] for each in listed] == [each["id"] for each in table] == [each["id"] for each in entries]


def test_claims_and_their_parts_are_exported_with_address_words_and_sources(hosted):
    claims = json.loads((hosted / "evidence/claims.json").read_text(encoding="utf-8"))
    table = iter(rows(hosted / "evidence/parts.csv"))
    for claim, exported in zip(CLAIMS, claims, strict=True):
        assert exported["permalink"] == SITE_URL + address_of_claim(claim)
        assert exported["finding"] == claim["finding"]
        assert exported["note"] == " ".join(plain(part["note"]) for part in claim["parts"])
        assert exported["sources"] == list(dict.fromkeys(cited(claim)))
        for part, exported_part in zip(claim["parts"], exported["parts"], strict=True):
            expected = {"id": f"{claim['id']}-{part['id']}", "words": part["words"], "verdict": part["verdict"]}
            expected["as_aim"] = part.get("as_aim", False)
            assert expected.items() <= exported_part.items()
            assert exported_part["sources"] == list(dict.fromkeys(CITED.findall(part["note"])))
            permalink = f"{SITE_URL}{address_of_claim(claim)}-{part['id']}"
            expected |= {"claim": claim["id"], "permalink": permalink, "note": plain(part["note"])}
            expected["as_aim"] = str(expected["as_aim"])
            assert expected.items() <= next(table).items()
    assert next(table, None) is None


def test_reference_managers_can_read_every_source(hosted):
    items = json.loads((hosted / "evidence/sources.csl.json").read_text(encoding="utf-8"))
    assert [item["id"] for item in items] == [source["id"] for source in REFERENCES]
    assert all(item["URL"] and item["title"] and item["type"] for item in items)
    bib = (hosted / "evidence/sources.bib").read_text(encoding="utf-8")
    assert re.findall(r"^@\w+\{([^,]+),$", bib, re.MULTILINE) == [source["id"] for source in REFERENCES]
    for entry in bib.split("\n\n"):
        unescaped = re.sub(r"\\[{}]", "", entry)
        assert unescaped.count("{") == unescaped.count("}")


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({}, "“Why?” Health Press, n.d."),
        ({"author": ["Ministry of Health"], "issued": "2020"}, "Ministry of Health. “Why?” Health Press, 2020."),
        (
            {"author": ["Lee, B.", "Ali, A."], "issued": "2020-05"},
            "Lee, B., and A. Ali. “Why?” Health Press, May 2020.",
        ),
        ({"author": [*"ABC", "others"], "title": "S & T."}, "A, B, C, and others. “S & T.” Health Press, n.d."),
        ({"title": '“Why?” and "how"'}, "“‘Why?’ and ‘how.’” Health Press, n.d."),
        ({"author": [*"ABCDEF"], "publisher": "Press Inc."}, "A, B, C, et al. “Why?” Press Inc., n.d."),
    ],
)
def test_a_reference_says_who_what_where_and_when(changed, text):
    given = {**REFERENCES[0], "author": [], "issued": None, "title": "Why?", "publisher": "Health Press", **changed}
    source = Source.model_validate(given)
    references = bibliography.Bibliography({source.id: source})
    assert references.text[source.id] == text
    assert f'<a href="{source.url}">' in references.html[source.id]


def test_what_a_source_says_is_no_formula_of_a_spreadsheet_and_ends_no_field_of_bibtex():
    given = {
        **next(source for source in REFERENCES if source["type"] == "webpage" and "doi" not in source),
        "title": '=HYPERLINK("https://example.org")',
        "author": ["Smith and Sons, A.", "Society {for} Health"],
        "publisher": "}, note = {injected",
        "url": "https://example.org/},note={injected",
    }
    source = Source.model_validate(given)
    table = evidence_exports._csv([source.model_dump(mode="json")])
    row = next(csv.DictReader(io.StringIO(table.lstrip("\ufeff"))))
    assert row["title"] == "'" + given["title"]
    bib = bibliography.bibtex(bibliography.csl_item(source))
    assert bib.count("{") == bib.count("}")
    assert "author = {{Smith and Sons}, A. and {Society \\textbraceleft{}for\\textbraceright{} Health}}," in bib
    assert "howpublished = {\\textbraceright{}, note = \\textbraceleft{}injected}," in bib
    assert "url = {https://example.org/%7D,note=%7Binjected}," in bib


def test_the_schema_names_every_key_in_use(hosted):
    for name, entries in (("claims", CLAIMS), ("sources", REFERENCES)):
        schema = json.loads((hosted / f"evidence/{name}.schema.json").read_text(encoding="utf-8"))
        keys = schema["items"]["properties"]
        assert {key for entry in entries for key in entry} <= set(keys)
        assert all(key["description"] for key in keys.values())
        assert all(set(schema["items"]["required"]) <= set(entry) for entry in entries)
        nested = [each["properties"] for each in schema.get("$defs", {}).values()]
        assert [set(each) for each in nested] == (
            [{"id", "words", "verdict", "as_aim", "note"}] if name == "claims" else []
        )
        explained = words(page(hosted, "evidence/data/").css_first("article"))
        assert all(key in explained for each in (keys, *nested) for key in each)
        assert f"This is {schema['$comment'].lower()}," in explained


TERMS = json.loads(read("tests/data/schema-org.json"))["types"]
SCALARS = {"Text": str, "URL": str, "Date": str, "DateTime": str, "Integer": int, "Number": int}


def check_node(node: dict, allowed: list[str] | None = None) -> None:
    """Whether a node uses only properties of its type, with values of the types these may have."""
    if set(node) == {"@id"}:
        return
    kind = node["@type"]
    assert allowed is None or {kind, "Thing", "CreativeWork"} & set(allowed), (kind, allowed)
    for key, value in node.items():
        if key.startswith("@"):
            continue
        assert key in TERMS[kind], f"{kind} has no {key}"
        scalars = tuple(SCALARS[name] for name in TERMS[kind][key] if name in SCALARS)
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict):
                check_node(each, TERMS[kind][key])
            else:
                assert isinstance(each, scalars), (kind, key, each)


def linked_data(hosted, source):
    scripts = page(hosted, address_of(source)).css('script[type="application/ld+json"]')
    assert len(scripts) == 1
    return json.loads(scripts[0].text())


@pytest.mark.parametrize("source", SOURCES)
def test_a_page_describes_itself_in_the_terms_of_schema_org(hosted, source):
    document = linked_data(hosted, source)
    assert document["@context"] == "https://schema.org"
    for node in document["@graph"]:
        check_node(node)
    kinds = [node["@type"] for node in document["@graph"]]
    assert ("BreadcrumbList" in kinds) == (source != "index.md")
    assert ("Article" in kinds) == (source.split("/")[0] in {"essays", "topics"} and not source.endswith("index.md"))


def test_every_claim_is_a_claim_review_with_its_verdict(hosted):
    nodes = [node for essay in ESSAYS for node in linked_data(hosted, f"evidence/{essay}.md")["@graph"]]
    reviews = [node for node in nodes if node["@type"] == "ClaimReview"]
    assert [review["url"] for review in reviews] == [SITE_URL + address_of_claim(claim) for claim in CLAIMS]
    assert [review["claimReviewed"] for review in reviews] == [claim["quote"] for claim in CLAIMS]
    assert [review["reviewRating"]["name"] for review in reviews] == [label(claim) for claim in CLAIMS]


def citation(hosted, source: str, box) -> tuple[str, str, dict]:
    """A citation in its three forms: in words on the page, and in the two files that it leads to."""
    bibtex, csl = (
        hosted / urljoin(f"/{address_of(source)}", link.attributes["href"]).lstrip("/") for link in box.css("a")
    )
    (item,) = json.loads(csl.read_text(encoding="utf-8"))
    return words(box.css_first(".hd-cite__words")), bibtex.read_text(encoding="utf-8"), item


@pytest.mark.parametrize("source", [source for source in SOURCES if source != "search.md"])
def test_every_page_says_how_to_cite_it(hosted, source):
    in_words, bibtex, csl = citation(hosted, source, page(hosted, address_of(source)).css(".hd-cite")[-1])
    address = SITE_URL + address_of(source)
    assert in_words.endswith(address)
    assert f"url = {{{address}}}" in bibtex
    assert csl["URL"] == address


def test_a_paragraphs_citation_carries_its_permalink_date_and_caveat(hosted):
    box = page(hosted, "essays/collaborations/").css(".hd-para")[2].css_first(".hd-cite")
    in_words, bibtex, csl = citation(hosted, "essays/collaborations.md", box)
    verdicts = "; ".join(
        f"sentence {number}, {label(claim).lower()} (reviewed {claim['reviewed']:%B %-d, %Y})"
        for number, claim in enumerate((each for each in CLAIMS if each["id"].startswith("collaborations-3-")), 1)
    )
    for form in (in_words, bibtex, json.dumps(csl)):
        assert f"{SITE_URL}essays/collaborations/#collaborations-3" in form
        assert f"Health Diplomacy's verdicts: {verdicts}" in form
        assert "Unsigned, undated essay" in form
    assert "paragraph 3.” Health Diplomacy, November 22, 2026." in in_words
    assert csl["issued"] == {"date-parts": [[2026, 11, 22]]}


def test_a_claims_citation_carries_its_verdict(hosted, cards):
    box = cards["collaborations-3-1"].css_first(".hd-cite")
    in_words, bibtex, csl = citation(hosted, "evidence/collaborations.md", box)
    assert "paragraph 3, sentence 1.”" in in_words
    for form in (in_words, bibtex, csl["note"]):
        assert "Health Diplomacy's verdict: disputed (reviewed " in form
