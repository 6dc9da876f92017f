"""The scripts of a page that are data: JSON that refers to something. The code of other scripts is not looked into."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from .model import Role
from .references import JSON_LD

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
    if not isinstance(data, (dict, list)):
        return (), ()
    return tuple(_rows(kind, name, data)), ()


def _rows(kind: str, name: str, data: Any) -> Iterator[_Row]:
    if kind == "application/ld+json":
        for address in _json_ld(data):
            yield "script", "ld+json", address, Role.META
    elif not isinstance(data, dict):
        return
    elif name == "__config":  # Material for MkDocs
        for key, role in (("base", Role.FOLDER), ("search", Role.RESOURCE)):
            if isinstance(data.get(key), str):
                yield "script", f"__config {key}", data[key], role
    elif kind == "importmap":
        for address in _imports(data):
            yield "script", "importmap", address, Role.RESOURCE
    elif kind == "speculationrules":
        for rule in (rule for key in ("prefetch", "prerender") for rule in _list(data.get(key))):
            for address in _list(rule.get("urls") if isinstance(rule, dict) else None):
                yield "script", "speculationrules", str(address), Role.LINK


def _imports(data: dict[str, Any]) -> Iterator[str]:
    """Addresses of an import map (WHATWG HTML, section 8.1.6.2); a bare name is for a script to make sense of."""
    scopes = data.get("scopes")
    groups = [data.get("imports"), *(scopes.values() if isinstance(scopes, dict) else ())]
    for group in groups:
        for address in group.values() if isinstance(group, dict) else ():
            if isinstance(address, str) and not address.endswith("/"):
                yield address
    integrity = data.get("integrity")
    yield from integrity if isinstance(integrity, dict) else ()


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _json_ld(data: Any, key: str = "") -> Iterator[str]:
    """Addresses of JSON-LD. An "@id" without a scheme is a name more often than an address."""
    if isinstance(data, dict):
        for inner, value in data.items():
            yield from _json_ld(value, inner)
    elif isinstance(data, list):
        for value in data:
            yield from _json_ld(value, key)
    elif isinstance(data, str) and key in JSON_LD:
        if "://" in data or (key not in ("@id", "item", "mainEntityOfPage") and _RELATIVE.fullmatch(data)):
            yield data


_RELATIVE = re.compile(r"(?:\.{0,2}/)?[^\s:{}]*(?:/|\.[A-Za-z0-9]{2,5})(?:[?#]\S*)?")
