"""The packages under `overrides/hooks` depend on each other in one direction, as CONTRIBUTING.md says."""

import ast

from tests.reading import ROOT

HOOKS = ROOT / "overrides/hooks"
MODULES = {
    file.relative_to(HOOKS).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__"): file
    for file in sorted(HOOKS.rglob("*.py"))
}
SHARED = {"diagnostics", "linkcheck", "health_diplomacy"}
MAY_IMPORT = {
    "diagnostics": set(),
    "linkcheck": {"diagnostics"},
    "health_diplomacy.content": SHARED,
    "health_diplomacy.render": SHARED | {"health_diplomacy.content"},
    "health_diplomacy.lint": SHARED | {"health_diplomacy.content", "health_diplomacy.render"},
    "health_diplomacy.outputs": SHARED | {"health_diplomacy.content", "health_diplomacy.render"},
    "downloads": SHARED | {"health_diplomacy.content", "health_diplomacy.render"},
}
"""What each package may import besides itself; `health_diplomacy` is only that package's own constants.

Modules outside of these packages import them all.
"""


def imports(module: str) -> set[str]:
    """The modules under `overrides/hooks` that a module imports, at its top or in a function."""
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


def package_of(module: str) -> str:
    """The package of the table that a module is in; its own name if there is none."""
    return next((name for name in MAY_IMPORT if f"{module}.".startswith(f"{name}.")), module)


def test_a_package_imports_only_what_it_may():
    found = {(module, name) for module in MODULES for name in imports(module)}
    wrong = [
        (module, name)
        for module, name in found
        if (package := package_of(module)) in MAY_IMPORT and package_of(name) not in {package, *MAY_IMPORT[package]}
    ]
    assert wrong == []
    users = {module for module, name in found if package_of(name) == "downloads" != package_of(module)}
    assert users == {"health_diplomacy.cli"}


def test_no_modules_import_each_other_in_a_circle():
    graph = {module: imports(module) for module in MODULES}
    while leaves := {module for module, needed in graph.items() if not needed & graph.keys()}:
        graph = {module: needed for module, needed in graph.items() if module not in leaves}
    assert graph == {}
