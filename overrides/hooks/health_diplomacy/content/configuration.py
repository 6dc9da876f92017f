"""The settings in mkdocs.yml that checks depend on, with their lines.

`check` runs without a build, and MkDocs reports no lines.
"""

import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml
from diagnostics import Diagnostic
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import ConfigurationError
from mkdocs.utils.yaml import get_yaml_loader, yaml_load

from health_diplomacy.content.documents import read_text
from health_diplomacy.content.yaml_diagnostics import Parser
from health_diplomacy.content.yaml_source import Lines, read_yaml

FILE = "mkdocs.yml"
HOOK = "overrides/hooks/build.py"
OWN_EXTENSION = "health_diplomacy.render.markdown_extension"
WORD = re.compile(r"(?<=')[^']+(?=')|[\w/-]+(?:\.[\w/-]+)*")


@dataclass(frozen=True)
class Settings:
    """The settings that checks depend on. `nav` and `redirects` give lines in mkdocs.yml; `None` means unknown."""

    nav: list[tuple[str, int]] | None = None
    extensions: tuple[str, ...] | None = None
    options: dict[str, Any] = field(default_factory=dict)
    site_url: str = ""
    redirects: dict[str, tuple[str, int]] = field(default_factory=dict)
    redirects_line: int = 1
    former: frozenset[str] = frozenset()


def _entries(nav: Any, *keys: str | int) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """Every page named in the navigation, and its place by keys; "" for an entry without one."""
    items = nav.items() if isinstance(nav, dict) else enumerate(nav if isinstance(nav, list) else [])
    for key, value in items:
        place = (*keys, key if isinstance(key, int) else str(key))
        if value and isinstance(value, dict | list):
            yield from _entries(value, *place)
        else:
            yield str(value or ""), place


def _line_of(text: str, pattern: str) -> int:
    """The first line that begins with the pattern, from 1; 1 if there is none."""
    found = re.search(f"^{pattern}", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def settings_of(config: MkDocsConfig, text: str, former: frozenset[str]) -> Settings:
    """The settings in a validated configuration. `text` is that of its file."""
    _, lines, _ = read_yaml(text, FILE, loader=_Loader)
    redirects = config.plugins.get("redirects")
    maps: dict[str, str] = redirects.config["redirect_maps"] if redirects else {}
    line_of = {keys[-2:]: line for keys, line in lines.items()}
    extensions = [name for name in config.markdown_extensions if name != OWN_EXTENSION]
    return Settings(
        nav=[(uri, lines.get(place, 1)) for uri, place in _entries(config.nav, "nav")],
        extensions=(*extensions, OWN_EXTENSION),
        options=config.mdx_configs,
        site_url=config.site_url or "",
        redirects={old: (new, line_of.get(("redirect_maps", old), 1)) for old, new in maps.items()},
        redirects_line=line_of.get(("redirects", "redirect_maps"), 1),
        former=former,
    )


def read(root: Path, former: frozenset[str] = frozenset()) -> tuple[Settings, list[Diagnostic]]:
    """The settings in the mkdocs.yml of a folder, and its problems."""
    text, problems = read_text(root / FILE, FILE)
    if text is not None:
        data, lines, problems = read_yaml(text, FILE, loader=_Loader)
        if not problems and not isinstance(data, dict):
            problems = [Diagnostic(FILE, 1, "Y01", "this is not a list of 'key: value' lines", "undo the last edit")]
    if text is None or problems:
        return Settings(former=former), [replace(each, code="Y01") for each in problems]
    config = MkDocsConfig(config_file_path=str((root / FILE).resolve()))
    problems = [*_needed_lines(data, lines), *_load_as_mkdocs(config, text, lines)]
    config.site_url = config.site_url or data.get("site_url")  # where SITE_URL is set but empty
    refused = any(problem.code == "Y01" for problem in problems)
    return Settings(former=former) if refused else settings_of(config, text, former), problems


def _load_as_mkdocs(config: MkDocsConfig, text: str, lines: Lines) -> Iterator[Diagnostic]:
    """Load the settings. Yields MkDocs' errors with their lines, which a build does not give."""
    try:
        settings = yaml_load(io.StringIO(text), get_yaml_loader(config=config))
    except ConfigurationError as refused:  # such as the name of a Python object that is missing
        cause = refused.__cause__ or refused.__context__
        mark, what = getattr(cause, "problem_mark", None), getattr(cause, "problem", None) or str(refused)
        line = mark.line + 1 if mark else 1
        yield Diagnostic(FILE, line, "Y01", f"MkDocs refuses this: {what}", "correct it, or undo the last edit")
        return
    config.load_dict({key: value for key, value in settings.items() if key != "hooks"})  # `_needed_lines` checks them
    unnamed = {"nav": [lines.get(place, 1) for uri, place in _entries(settings.get("nav"), "nav") if not uri]}
    for key, error in itertools.chain(*config.validate()):
        reason = str(error).partition("\n")[0].rstrip(".")
        named = (_line_of(text, rf" *(- )?{re.escape(word)}:?( |$)") for word in reversed(WORD.findall(reason)))
        line = next((line for line in (*unnamed.get(key, ()), *named) if line > 1), lines.get((key,), 1))
        yield Diagnostic(FILE, line, "Y01", f"MkDocs refuses '{key}': {reason}", "correct it, or undo the last edit")


def _needed_lines(data: dict[str, Any], lines: Lines) -> Iterator[Diagnostic]:
    """The settings without which nothing is checked, or no page has its template."""
    hooks, theme = data.get("hooks"), data.get("theme")
    if HOOK not in (hooks if isinstance(hooks, list) else []):
        hint = f"write 'hooks:', and on the line below it '  - {HOOK}'"
        yield Diagnostic(FILE, lines.get(("hooks",), 1), "Y02", f"the line '  - {HOOK}' under 'hooks' is missing", hint)
    if not (isinstance(theme, dict) and theme.get("custom_dir")):
        what = "the line '  custom_dir: overrides' under 'theme' is missing"
        yield Diagnostic(FILE, lines.get(("theme",), 1), "Y02", what, "write it there")


class _Loader(Parser):
    """Leaves MkDocs' own tags to MkDocs: only the default of `!ENV` is read."""


def _default(loader: _Loader, node: yaml.Node) -> Any:
    return loader.construct_sequence(node)[-1] if isinstance(node, yaml.SequenceNode) and node.value else None


_Loader.add_multi_constructor("!", lambda loader, suffix, node: _default(loader, node))
_Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda loader, suffix, node: suffix)
