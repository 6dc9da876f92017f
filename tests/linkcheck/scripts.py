"""The scripts of a page that are data: JSON that refers to something. The code of other scripts is not looked into."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from .model import Role
from .references import JSON_LD, NOT_ADDRESSES

_Row = tuple[str, str, str, Role]
_Found = tuple[tuple[_Row, ...], tuple[tuple[str, str], ...]]


def is_data(kind: str) -> bool:
    """Whether a script of this type (in small letters) is read."""
    return kind.endswith("json") or kind in ("importmap", "speculationrules")


@lru_cache(maxsize=256)
def read(kind: str, name: str, text: str) -> _Found:
    """What a script of this type and id refers to, and what is wrong with it.

    Kept, because the same script stands on many pages.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        if kind != "application/json" or name == "__config":
            return (), ((f"a script of type {kind} is not valid JSON", "mend its JSON"),)
        return (), ()
    return tuple(_rows(kind, name, data)), tuple(_passed_over(data)) if kind == "importmap" else ()


def _rows(kind: str, name: str, data: Any) -> Iterator[_Row]:
    if kind == "application/ld+json":
        for address, known in _json_ld(data):
            yield "script", "ld+json", address, Role.META if known else Role.MENTION
    elif not isinstance(data, dict):
        return
    elif name == "__config":  # Material for MkDocs
        for key, role in (("base", Role.FOLDER), ("search", Role.RESOURCE)):
            if isinstance(data.get(key), str):
                yield "script", f"__config {key}", data[key], role
    elif kind == "importmap":
        for address in _imports(data):
            yield "script", "importmap", address, Role.FOLDER if address.endswith("/") else Role.RESOURCE
    elif kind == "speculationrules":
        for rule in (rule for key in ("prefetch", "prerender") for rule in _list(data.get(key))):
            for address in _list(rule.get("urls") if isinstance(rule, dict) else None):
                if isinstance(address, str):
                    yield "script", "speculationrules", address, Role.LINK


def _imports(data: dict[str, Any]) -> Iterator[str]:
    """Addresses of an import map (WHATWG HTML, section 8.1.5.2); a bare name is for a script to make sense of."""
    scopes = data.get("scopes")
    groups = [data.get("imports"), *(scopes.values() if isinstance(scopes, dict) else ())]
    for group in groups:
        for address in group.values() if isinstance(group, dict) else ():
            if isinstance(address, str) and re.match(r"\.{0,2}/|https?:", address):
                yield address
    integrity = data.get("integrity")
    yield from integrity if isinstance(integrity, dict) else ()


_COMMENT = re.compile(r"/\*.*?\*/|^[ \t]*//[^\n]*", re.DOTALL | re.MULTILINE)
_IMPORT = re.compile(
    r"(?:^|[;}])[ \t]*(?:import|export)\b(?:[^;\"'`()=]*?\bfrom)?\s*([\"'])(?P<static>(?:\.{0,2}|https?:/)/[^\"'\n$]+)\1"
    r"|\bimport\(\s*([\"'`])(?P<dynamic>(?:\.{0,2}|https?:/)/[^\"'`\n$]+)\3\s*[,)]"
    r"|\bnew\s+URL\(\s*([\"'`])(?P<asset>[^\"'`\n:$]+)\5\s*,\s*import\.meta\.url\s*\)",
    re.MULTILINE,
)


def imports(code: str) -> Iterator[str]:
    """The addresses that a script imports, where they stand in it as they are.

    ECMAScript 2026, section 16.2.2; WHATWG HTML, section 8.1.5.1: only what
    begins with a slash or dots is an address, other names are for an import map.
    """
    if "import" in code or "export" in code:
        for match in _IMPORT.finditer(_COMMENT.sub("", code)):
            yield match["static"] or match["dynamic"] or match["asset"]
    if "importScripts" in code:
        for match in _WORKER_IMPORT.finditer(_COMMENT.sub("", code)):
            yield match["address"]


def _passed_over(data: Any) -> Iterator[tuple[str, str]]:
    """What browsers pass over in an import map: an address without "./" or a scheme (WHATWG HTML, section 8.1.6.2)."""
    found = data.get("imports") if isinstance(data, dict) else None
    for address in found.values() if isinstance(found, dict) else ():
        if isinstance(address, str) and not re.match(r"\.{0,2}/|[A-Za-z][\w+.-]*:", address):
            yield f"browsers pass over '{address}' in the import map", "begin it with './' or '/'"


_CALL = re.compile(
    r"(?<![\w.$])(?:import|new\s+(?:Shared)?Worker|navigator\.serviceWorker\.register)"
    r"\(\s*([\"'`])(?P<address>(?:\.{0,2}/)?[^\"'`\s$<>]*?\.m?js(?:\?[^\"'`\s$<>]*)?)\1\s*[,)]"
)
_WORKER_IMPORT = re.compile(r"(?<![\w.$])importScripts\(\s*([\"'])(?P<address>[^\"'\s$<>]+)\1\s*[,)]")


def called(code: str) -> Iterator[str]:
    """The scripts that a script of a page starts by a name that stands in it as it is.

    WHATWG HTML, sections 8.1.6.3 and 10.2.6; W3C Service Workers, section 3.4.3.
    """
    if "import(" in code or "Worker" in code:
        for match in _CALL.finditer(re.sub(r"/\*.*?\*/|(?:^|(?<=[\s;{}]))//[^\n]*", "", code, flags=re.DOTALL)):
            yield match["address"]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _json_ld(data: Any) -> list[tuple[str, bool]]:
    """The addresses of JSON-LD, and whether their key is known to have such.

    An "@id" without a scheme is a name more often than an address.
    """
    found: list[tuple[str, bool]] = []
    waiting = [("", data)]
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, str):
            if key in JSON_LD:
                if "://" in value or (key not in _NAMING and _RELATIVE.fullmatch(value)):
                    found.append((value, True))
            elif value[:4].lower() == "http" and key not in NOT_ADDRESSES and (match := _MENTIONED.fullmatch(value)):
                found.append((match[1], False))
        elif isinstance(value, dict):
            waiting += value.items()
        elif isinstance(value, list):
            waiting += [(key, each) for each in value]
    return found


_NAMING = frozenset(("@id", "item", "mainEntityOfPage"))
_MENTIONED = re.compile(r"(https?://[^\s{}?#]+)(?:[?#{]\S*)?", re.IGNORECASE)
"""A whole address; what a template leaves open is not looked at."""
_RELATIVE = re.compile(r"(?:\.{0,2}/)?[^\s:{}]*(?:/|\.[A-Za-z0-9]{2,5})(?:[?#]\S*)?")
