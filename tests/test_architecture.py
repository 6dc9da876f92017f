"""The packages below `overrides/hooks` depend on each other in one direction."""

import ast

import pytest

from tests.reading import ROOT

HOOKS = ROOT / "overrides/hooks"
LAYERS = ["content", "render", "lint", "outputs"]
"""The packages of `health_diplomacy`, each of which imports only those before it. Lint renders pages to check them.

Modules outside the packages use all of them.
"""
MODULES = {
    file.relative_to(HOOKS).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__"): file
    for file in sorted(HOOKS.rglob("*.py"))
}


def imports(module: str) -> set[str]:
    """The modules below `overrides/hooks` that a module imports, at its top or in a function."""
    file = MODULES[module]
    package = module if file.name == "__init__.py" else module.rpartition(".")[0]
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")
            start = ".".join(parents[: len(parents) - node.level + 1]) if node.level else ""
            base = f"{start}.{node.module}" if start and node.module else start or node.module or ""
            names |= {f"{base}.{each.name}" if f"{base}.{each.name}" in MODULES else base for each in node.names}
    return {name for name in names if name in MODULES and name != module}


def layer(module: str) -> int:
    """The position of a module's layer; past the last one for those that use all of them."""
    name = module.split(".")[1]
    return LAYERS.index(name) if name in LAYERS else len(LAYERS)


PACKAGED = [module for module in MODULES if module.startswith("health_diplomacy.")]


@pytest.mark.parametrize("module", PACKAGED)
def test_a_module_imports_only_its_own_layer_and_those_below(module):
    inside = {each for each in imports(module) if each in PACKAGED}
    assert {each for each in inside if layer(each) > layer(module)} == set()
    outputs, lint = LAYERS.index("outputs"), LAYERS.index("lint")
    assert layer(module) != outputs or {each for each in inside if layer(each) == lint} == set()


def test_no_modules_import_each_other_in_a_circle():
    graph = {module: imports(module) for module in MODULES}
    while leaves := {module for module, needed in graph.items() if not needed & graph.keys()}:
        graph = {module: needed for module, needed in graph.items() if module not in leaves}
    assert graph == {}


def test_the_link_checker_and_diagnostics_know_nothing_of_this_site():
    allowed = {"linkcheck": {"linkcheck", "diagnostics"}, "diagnostics": set()}
    for module in MODULES:
        package = module.split(".")[0]
        if package in allowed:
            assert {each.split(".")[0] for each in imports(module)} <= allowed[package], module


def test_the_downloads_use_only_content_and_rendering_and_only_the_commands_use_them():
    users = {module for module in MODULES for each in imports(module) if each.split(".")[0] == "downloads"}
    downloads = {module for module in MODULES if module.split(".")[0] == "downloads"}
    assert users - downloads == {"health_diplomacy.cli"}
    used = {each for module in downloads for each in imports(module)} - downloads
    used -= {"diagnostics", "health_diplomacy"}
    assert {each for each in used if each not in PACKAGED or layer(each) > LAYERS.index("render")} == set()
