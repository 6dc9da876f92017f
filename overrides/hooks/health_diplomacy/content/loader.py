"""Reads a docs folder into a `Site`."""

import datetime
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from diagnostics import Diagnostic

from health_diplomacy.content.documents import Document, read_document, read_text
from health_diplomacy.content.essays import Block, read_blocks
from health_diplomacy.content.file_names import CHECKSUMS, CLAIMS, GLOSSARY, IMAGES, SOURCES, check_name
from health_diplomacy.content.front_matter import EssayPage, Page, model_for, read_front_matter
from health_diplomacy.content.limits import check_file, walk
from health_diplomacy.content.records import Models, Record, read_records
from health_diplomacy.content.schema import Claim, Image, Part, Reference, Source, Term
from health_diplomacy.content.site import Site
from health_diplomacy.content.snippets import read_snippets
from health_diplomacy.content.yaml_source import read_yaml

EDITION = re.compile(r"[a-z]{2}/")
"""The folder of an edition in another language, such as `ar/`. Each edition is a site of its own."""
NESTED: Models = {"parts": ("part", Part), "sources": ("source", Reference)}


def load_site(
    docs: Path, display_path: str = "docs", changed: Mapping[str, datetime.date] | None = None
) -> tuple[Site, list[Diagnostic]]:
    """The site of a docs folder, and the problems found while reading it.

    `display_path` is the folder's name in messages, `changed` the day of each file's last commit, by uri.
    """
    loader = _Loader(docs, display_path)
    loader.read_pages()
    loader.read_checksums()
    loader.read_glossary()
    loader.read_images()
    loader.read_evidence()
    return Site(**loader.content, changed=changed or {}), loader.problems


class _Loader:
    def __init__(self, docs: Path, display_path: str):
        self.docs, self.display_path = docs, display_path
        self.problems: list[Diagnostic] = []
        self.content: dict[str, Any] = {}

    def read_pages(self) -> None:
        documents: dict[str, Document] = {}
        pages: dict[str, Page] = {}
        blocks: dict[str, list[Block]] = {}
        unreadable: set[str] = set()
        misnamed: set[str] = set()
        broken_essays: set[str] = set()
        for file in walk(self.docs):
            uri = file.relative_to(self.docs).as_posix()
            if EDITION.match(f"{uri}/"):
                continue
            refused = check_file(file, f"{self.display_path}/{uri}", uri.count("/"))
            if faults := refused or check_name(file, uri, f"{self.display_path}/{uri}"):
                self.problems += faults
                (unreadable if refused and file.suffix == ".md" else misnamed).add(uri)
                continue
            if file.suffix != ".md" or not file.is_file():
                continue
            document, problems = read_document(file, f"{self.display_path}/{uri}", uri)
            self.problems += problems
            if document is None:
                unreadable.add(uri)
                continue
            documents[uri] = document
            page, faults = read_front_matter(document) if not problems else (None, [])
            self.problems += faults
            if page is not None:
                pages[uri] = page
            if model_for(uri) is EssayPage:
                blocks[uri], faults = read_blocks(document)
                self.problems += faults
                broken_essays |= {uri} if faults else set()
        self.content |= {
            "documents": documents,
            "pages": pages,
            "blocks": blocks,
            "snippets": {uri: read_snippets(document) for uri, document in documents.items()},
            "unreadable": frozenset(unreadable),
            "misnamed": frozenset(misnamed),
            "broken_essays": frozenset(broken_essays),
        }

    def read_checksums(self) -> None:
        _, data, problems = self._yaml(CHECKSUMS)
        self.problems += problems
        self.content["checksums"] = data if isinstance(data, dict) else {}

    def read_glossary(self) -> None:
        document, data, problems = self._yaml(GLOSSARY)
        if not problems:  # lint only checks a glossary that could be parsed
            self.content["glossary_file"] = document
            terms, problems = read_records(Term, data, document, "term", ("G03", "G01"), NESTED)
            by_id = self.content["terms"] = {term.id: term for term in terms}
            names: dict[str, str] = {}
            for index, term in enumerate(terms):
                other = names.setdefault(term.term.casefold(), term.id)
                if other != term.id:
                    what = f"the term '{term.term}' is explained under '{other}' too"
                    line = document.meta_line(index, "term")
                    problems.append(Diagnostic(document.path, line, "G01", what, "keep one of the two"))
                line = document.meta_line(index, "see")
                for each in term.see:
                    if each not in by_id:
                        what = f"'{term.id}' points to '{each}', which is not a term"
                        problems.append(Diagnostic(document.path, line, "G02", what, "name a term's id"))
        self.problems += problems
        self.content["glossary_complete"] = not problems

    def read_images(self) -> None:
        if (self.docs / IMAGES).exists():
            images, document, complete = self._records(IMAGES, Image, "picture", ("I04", "I04"), key="file")
            by_file = {image.file: image for image in images}
            self.content |= {"images": by_file, "images_file": document, "images_complete": complete}

    def read_evidence(self) -> None:
        if not (self.docs / CLAIMS).parent.is_dir():
            return
        claims, claims_file, claims_complete = self._records(CLAIMS, Claim, "claim", ("E01", "E02"))
        sources, sources_file, sources_complete = self._records(SOURCES, Source, "source", ("E01", "E02"))
        self.content |= {
            "claims": {claim.id: claim for claim in claims},
            "claims_file": claims_file,
            "sources": {source.id: source for source in sources},
            "sources_file": sources_file,
            "evidence_complete": claims_complete and sources_complete,
        }

    def _records(
        self, uri: str, model: type[Record], name: str, codes: tuple[str, str], key: str = "id"
    ) -> tuple[list[Record], Document, bool]:
        """The records of a file, the file, and whether all records are valid."""
        document, data, problems = self._yaml(uri)
        records: list[Record] = []
        if not problems:
            records, problems = read_records(model, data, document, name, codes, NESTED, key)
        self.problems += problems
        return records, document, not problems

    def _yaml(self, uri: str) -> tuple[Document, Any, list[Diagnostic]]:
        path = f"{self.display_path}/{uri}"
        text, problems = read_text(self.docs / uri, path)
        if text is None:
            return Document(path, uri, ""), None, problems
        data, lines, problems = read_yaml(text, path)
        if data is None and not problems and uri != IMAGES:
            hint = "restore its last version"
            problems = [Diagnostic(path, 1, "F03", "the file is empty, and the site needs what it lists", hint)]
        return Document(path, uri, text, lines=lines), data, problems
