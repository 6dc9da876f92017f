"""Reads a docs folder into a `Site`."""

import datetime
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from diagnostics import Diagnostic

from health_diplomacy.content.documents import Document, read_document, read_text
from health_diplomacy.content.essays import Block, read_blocks
from health_diplomacy.content.file_names import CHECKSUMS, CLAIMS, GLOSSARY, IMAGES, SOURCES, check_name
from health_diplomacy.content.front_matter import EssayPage, Page, model_for, read_front_matter
from health_diplomacy.content.limits import check_file, walk
from health_diplomacy.content.records import AnyRecord, read_records
from health_diplomacy.content.schema import Claim, Image, Source, Term
from health_diplomacy.content.site import Site
from health_diplomacy.content.snippets import read_snippets
from health_diplomacy.content.yaml_source import read_yaml

EDITION = re.compile(r"[a-z]{2}/")
"""The folder of an edition in another language, such as `ar/`. Each edition is a site of its own."""


def load_site(
    docs: Path, display_path: str = "docs", commit_days: Mapping[str, datetime.date] | None = None
) -> tuple[Site, list[Diagnostic]]:
    """The site of a docs folder, and the problems found while reading it.

    `display_path` is the folder's name in messages, `commit_days` the day of each file's last commit, by uri.
    """
    loader = _Loader(docs, display_path)
    loader.read_pages()
    loader.read_lists()
    return Site(**loader.content, commit_days=commit_days or {}), loader.problems


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

    def read_lists(self) -> None:
        """Read the YAML files. Only the checksums and the glossary are needed by every site."""
        content = self.content
        _, checksums, problems = self._yaml(CHECKSUMS)
        self.problems += problems
        content["checksums"] = checksums if isinstance(checksums, dict) else {}
        terms, content["glossary_file"], content["glossary_complete"] = self._records(GLOSSARY, Term)
        content["terms"] = {term.id: term for term in terms}
        self.problems += _check_references(terms, content["glossary_file"])
        if (self.docs / IMAGES).exists():
            images, content["images_file"], content["images_complete"] = self._records(IMAGES, Image)
            content["images"] = {image.file: image for image in images}
        if (self.docs / CLAIMS).parent.is_dir():
            claims, content["claims_file"], claims_complete = self._records(CLAIMS, Claim)
            sources, content["sources_file"], sources_complete = self._records(SOURCES, Source)
            content["claims"] = {claim.id: claim for claim in claims}
            content["sources"] = {source.id: source for source in sources}
            content["evidence_complete"] = claims_complete and sources_complete

    def _records(self, uri: str, model: type[AnyRecord]) -> tuple[list[AnyRecord], Document, bool]:
        """A file's records in order, the file, and whether all records are valid."""
        document, data, problems = self._yaml(uri)
        records: list[AnyRecord] = []
        if not problems:
            records, problems = read_records(model, data, document)
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


def _check_references(terms: list[Term], document: Document) -> Iterator[Diagnostic]:
    """Terms that have the same name, and references to terms that do not exist."""
    known = {term.id for term in terms}
    ids: dict[str, str] = {}
    for index, term in enumerate(terms):
        other = ids.setdefault(term.term.casefold(), term.id)
        if other != term.id:
            what = f"the term '{term.term}' is explained under '{other}' too"
            yield Diagnostic(document.path, document.meta_line(index, "term"), "G01", what, "keep one of the two")
        for id in term.see:
            if id not in known:
                what = f"'{term.id}' points to '{id}', which is not a term"
                yield Diagnostic(document.path, document.meta_line(index, "see"), "G02", what, "name a term's id")
