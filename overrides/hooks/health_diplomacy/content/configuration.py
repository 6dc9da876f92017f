"""What the checks need to know of mkdocs.yml, with the line of each setting.

MkDocs reads its file itself when it builds; this is for the check that runs without a build, and for
telling a slip in mkdocs.yml by its line.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from health_diplomacy.content.documents import Lines, Loader, read_text, read_yaml
from health_diplomacy.problems import Problem

FILE = "mkdocs.yml"
HOOK = "overrides/hooks/build.py"
ALWAYS_ON = ("toc", "tables", "fenced_code")  # Markdown extensions that MkDocs adds to those of its file


@dataclass(frozen=True)
class Settings:
    """The settings that checks depend on. `nav` and `redirects` give lines in mkdocs.yml; `None` means unknown."""

    nav: dict[str, int] | None = None
    extensions: tuple[str, ...] | None = None
    options: dict[str, Any] = field(default_factory=dict)
    site_url: str = ""
    redirects: dict[str, tuple[str, int]] = field(default_factory=dict)
    redirects_line: int = 1
    former: frozenset[str] = frozenset()


def pages(nav: Any) -> Iterator[str]:
    """Every page named in the navigation."""
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, dict):
        for value in nav.values():
            yield from pages(value)
    elif isinstance(nav, list):
        for item in nav:
            yield from pages(item)


def lines_of(text: str, names: list[str]) -> dict[str, int]:
    """The line, from 1, on which each name first stands in a file; 1 where it does not."""
    lines = text.split("\n")
    return {name: next((number for number, line in enumerate(lines, 1) if _stands(name, line)), 1) for name in names}


def _stands(name: str, line: str) -> bool:
    return bool(re.search(rf"(?:^|[\s'\"]){re.escape(name)}(?:$|[\s'\"])", line)) and not line.lstrip().startswith("#")


def line_of_redirects(text: str) -> int:
    """The line under which redirects stand; 1 where there is none."""
    return next(
        (number for number, line in enumerate(text.split("\n"), 1) if line.strip().startswith("redirect_maps:")), 1
    )


def redirects_of(maps: Any, text: str) -> dict[str, tuple[str, int]]:
    """Where each former page leads, with the line that says so, from the redirect plugin's `redirect_maps`."""
    lines = text.split("\n")
    kept = maps if isinstance(maps, dict) else {}
    return {
        str(old): (
            str(new),
            next((number for number, line in enumerate(lines, 1) if line.strip(" '\"").startswith(str(old))), 1),
        )
        for old, new in kept.items()
    }


def read(root: Path, former: frozenset[str] = frozenset()) -> tuple[Settings, list[Problem]]:
    """The settings of the mkdocs.yml in a folder, and what is wrong with them."""
    text, problems = read_text(root / FILE, FILE)
    if text is None:
        return Settings(former=former), [
            Problem(each.path, each.line, "Y01", each.message, each.hint) for each in problems
        ]
    data, lines, problems = read_yaml(text, FILE, loader=_Loader)
    if problems or not isinstance(data, dict):
        found = problems or [
            Problem(FILE, 1, "F02", "this is not a list of 'key: value' lines", "undo the last change to it")
        ]
        return Settings(former=former), [
            Problem(each.path, each.line, "Y01", each.message, each.hint) for each in found
        ]
    extensions, options = _extensions(data.get("markdown_extensions"))
    nav = lines_of(text, list(pages(data.get("nav"))))
    redirects = redirects_of(_plugin(data.get("plugins"), "redirects").get("redirect_maps"), text)
    settings = Settings(
        nav, extensions, options, str(data.get("site_url") or ""), redirects, line_of_redirects(text), former
    )
    return settings, list(_hooks(data.get("hooks"), lines))


def _hooks(hooks: Any, lines: Lines) -> Iterator[Problem]:
    """Bad: no `hooks`, or another file.  Good: `hooks:` and below it `- overrides/hooks/build.py`."""
    if HOOK not in (hooks if isinstance(hooks, list) else []):
        hint = f"write 'hooks:', and on the line below it '  - {HOOK}'"
        yield Problem(FILE, lines.get(("hooks",), 1), "Y02", f"the line '  - {HOOK}' under 'hooks' is missing", hint)


def _extensions(listed: Any) -> tuple[tuple[str, ...], dict[str, Any]]:
    """The Markdown extensions in their order, and the settings of those that have some."""
    names, options = list(ALWAYS_ON), {}
    for item in listed if isinstance(listed, list) else []:
        name, settings = next(iter(item.items())) if isinstance(item, dict) and item else (item, None)
        names += [str(name)] if name not in names else []
        if isinstance(settings, dict):
            options[str(name)] = settings
    return tuple(names), options


def _plugin(listed: Any, name: str) -> dict[str, Any]:
    """A plugin's settings; plugins are a list, or keys with their settings."""
    entries = (
        listed
        if isinstance(listed, list)
        else [{key: value} for key, value in listed.items()]
        if isinstance(listed, dict)
        else []
    )
    return next((item[name] for item in entries if isinstance(item, dict) and isinstance(item.get(name), dict)), {})


class _Loader(Loader):
    """Reads MkDocs's own tags: `!ENV` for what the environment may set, `!relative` for a folder."""


def _environment(loader: _Loader, node: yaml.Node) -> Any:
    if isinstance(node, yaml.SequenceNode):
        *names, otherwise = loader.construct_sequence(node)
    else:
        names, otherwise = [loader.construct_scalar(node)], None
    return next((os.environ[name] for name in names if name in os.environ), otherwise)


_Loader.add_constructor("!ENV", _environment)
_Loader.add_multi_constructor("!", lambda loader, suffix, node: None)
_Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda loader, suffix, node: suffix)
