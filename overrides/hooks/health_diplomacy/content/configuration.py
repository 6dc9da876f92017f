"""The settings in mkdocs.yml that checks depend on, with their lines.

`check` runs without a build, and MkDocs reports no lines.
"""

import itertools
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from diagnostics import Diagnostic
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import ConfigurationError
from mkdocs.utils.yaml import get_yaml_loader, yaml_load

from health_diplomacy.content.documents import read_text
from health_diplomacy.content.yaml_source import Lines, Loader, read_yaml

FILE = "mkdocs.yml"
HOOK = "overrides/hooks/build.py"
OWN_EXTENSION = "health_diplomacy.render.markdown_extension"
WORD = re.compile(r"[\w/-]+(?:\.[\w/-]+)*")
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
    """The first line of each name, from 1; 1 if it is missing."""
    return {name: _first_line(text, partial(_is_listed, name)) for name in names}


def _first_line(text: str, matches: Callable[[str], object]) -> int:
    return next((number for number, line in enumerate(text.split("\n"), 1) if matches(line)), 1)


def _is_listed(name: str, line: str) -> bool:
    if name not in line or line.lstrip().startswith("#"):  # most lines, and far faster than the pattern
        return False
    return bool(re.search(rf"(?:^|[\s'\"]){re.escape(name)}(?:$|[\s'\"])", line))


def line_of_redirects(text: str) -> int:
    """The line of `redirect_maps`; 1 if it is missing."""
    return _first_line(text, lambda line: line.strip().startswith("redirect_maps:"))


def redirects_of(maps: Any, text: str) -> dict[str, tuple[str, int]]:
    """The target and line of each redirect, from the redirects plugin's `redirect_maps`."""

    def line_of(old: str) -> int:
        return _first_line(text, lambda line: line.strip(" '\"").startswith(old))

    redirects = maps.items() if isinstance(maps, dict) else ()
    return {str(old): (str(new), line_of(str(old))) for old, new in redirects}


def read(root: Path, former: frozenset[str] = frozenset()) -> tuple[Settings, list[Diagnostic]]:
    """The settings in the mkdocs.yml of a folder, and its problems."""
    text, problems = read_text(root / FILE, FILE)
    if text is not None:
        data, lines, problems = read_yaml(text, FILE, loader=_Loader)
        if not problems and not isinstance(data, dict):
            problems = [Diagnostic(FILE, 1, "Y01", "this is not a list of 'key: value' lines", "undo the last edit")]
    if text is None or problems:
        return Settings(former=former), [replace(each, code="Y01") for each in problems]
    extensions, options = _extensions(data.get("markdown_extensions"))
    nav = lines_of(text, list(pages(data.get("nav"))))
    redirects = redirects_of(_plugin(data.get("plugins"), "redirects").get("redirect_maps"), text)
    settings = Settings(
        nav, extensions, options, str(data.get("site_url") or ""), redirects, line_of_redirects(text), former
    )
    problems = list(_hooks(data.get("hooks"), lines))
    if refused := list(_refused_by_mkdocs(root, text, lines)):
        settings = replace(settings, extensions=None)  # pages can't be rendered as MkDocs would
    return settings, problems + refused


def _refused_by_mkdocs(root: Path, text: str, lines: Lines) -> Iterator[Diagnostic]:
    """What MkDocs says about the settings; a build stops at the same, but without a line."""
    config = MkDocsConfig(config_file_path=str((root / FILE).resolve()))
    with (root / FILE).open(encoding="utf-8-sig") as file:
        try:
            settings = yaml_load(file, get_yaml_loader(config=config))
        except ConfigurationError as refused:  # such as the name of a Python object that is missing
            cause = refused.__cause__ or refused.__context__
            mark, what = getattr(cause, "problem_mark", None), getattr(cause, "problem", None) or str(refused)
            line = mark.line + 1 if mark else 1
            yield Diagnostic(FILE, line, "Y01", f"MkDocs refuses this: {what}", "correct it, or undo the last edit")
            return
    config.load_dict({key: value for key, value in settings.items() if key != "hooks"})  # `_hooks` checks them
    for key, error in itertools.chain(*config.validate()):
        reason = str(error).partition("\n")[0].rstrip(".")
        named = [
            _first_line(text, re.compile(rf" *(- )?{re.escape(word)}:?( |$)").match) for word in WORD.findall(reason)
        ]
        line = max(named, default=1) if max(named, default=1) > 1 else lines.get((key,), 1)
        yield Diagnostic(FILE, line, "Y01", f"MkDocs refuses '{key}': {reason}", "correct it, or undo the last edit")


def _hooks(hooks: Any, lines: Lines) -> Iterator[Diagnostic]:
    """Bad: no `hooks`, or another file.  Good: `hooks:` and below it `- overrides/hooks/build.py`."""
    if HOOK not in (hooks if isinstance(hooks, list) else []):
        hint = f"write 'hooks:', and on the line below it '  - {HOOK}'"
        yield Diagnostic(FILE, lines.get(("hooks",), 1), "Y02", f"the line '  - {HOOK}' under 'hooks' is missing", hint)


def _extensions(listed: Any) -> tuple[tuple[str, ...], dict[str, Any]]:
    """The Markdown extensions in order, and the options of those that have any."""
    names, options = list(ALWAYS_ON), {}
    for item in listed if isinstance(listed, list) else []:
        name, settings = next(iter(item.items())) if isinstance(item, dict) and item else (item, None)
        names += [str(name)] if name not in names else []
        if isinstance(settings, dict):
            options[str(name)] = settings
    return (*names, OWN_EXTENSION), options


def _plugin(listed: Any, name: str) -> dict[str, Any]:
    """A plugin's options. `listed` is a list of plugins or a mapping."""
    entries = [listed] if isinstance(listed, dict) else listed if isinstance(listed, list) else []
    return next((item[name] for item in entries if isinstance(item, dict) and isinstance(item.get(name), dict)), {})


class _Loader(Loader):
    """Also reads the tags that MkDocs supports: `!ENV`, `!relative` and Python names."""


def _environment(loader: _Loader, node: yaml.Node) -> Any:
    """Treats an empty variable, such as that of a workflow's missing output, as one that is not set."""
    if isinstance(node, yaml.SequenceNode):
        *names, otherwise = loader.construct_sequence(node)
    else:
        names, otherwise = [loader.construct_scalar(node)], None
    return next((os.environ[name] for name in names if os.environ.get(name)), otherwise)


_Loader.add_constructor("!ENV", _environment)
_Loader.add_multi_constructor("!", lambda loader, suffix, node: None)
_Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda loader, suffix, node: suffix)
