"""Holds the code to docs/architecture.md: its layer table is read from there, not repeated here."""

from __future__ import annotations

import ast
import importlib
import re
import sys
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import msgspec
import pytest

from gpucheck.facts import Facts
from gpucheck.findings import Rule

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "gpucheck"
FILES = sorted(SOURCE.rglob("*.py"))
MAX_LINES = 300

OPENED_BY_PATH = {"inside", "probes"}
READS_THE_MACHINE = {"child", "strays", "target", "whole_file"}
WORK_TOGETHER = {
    *("answers", "cli", "compatibility", "derive", "facts", "remedies", "suggest", "tables"),
}
"""Folders whose files are parts of one thing; the files of all others are entries of a list."""
READS_ITS_OWN_FILES = {"queries", "renderers", "tables"}
IMPURE_MODULES = frozenset(
    [
        "asyncio",
        "ctypes",
        "datetime",
        "getpass",
        "glob",
        "http",
        "multiprocessing",
        "os",
        "platform",
        "shutil",
        "signal",
        "socket",
        "subprocess",
        "sys",
        "tempfile",
        "threading",
        "time",
        "urllib",
    ]
)
STREAMS = {"stdin", "stdout", "stderr", "__stdin__", "__stdout__", "__stderr__"}
SYS_STREAMS = {f"sys.{stream}" for stream in STREAMS}


class Row(msgspec.Struct, frozen=True):
    """One line of the layer table."""

    layer: str  # "2", or "none" for what nobody imports
    units: frozenset[str]  # modules and folders directly under src/gpucheck
    layers: frozenset[str]  # whose units may be imported
    excluded: frozenset[str]
    included: frozenset[str]


class Import(msgspec.Struct, frozen=True):
    """One name that a file imports."""

    module: str  # "gpucheck.facts"
    name: str | None  # "Facts"; None for `import gpucheck.facts`
    is_for_types: bool  # only type checkers execute it
    is_in_function: bool

    @property
    def dotted(self) -> str:
        """The whole name: "gpucheck.facts.Facts"."""
        return f"{self.module}.{self.name}" if self.name else self.module


def relative(path: Path) -> str:
    """Return a file's path as shown in a failure."""
    return path.relative_to(SOURCE).as_posix()


def unit_of(path: Path) -> str:
    """Return the module or folder under src/gpucheck that a file belongs to."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def module_of(path: Path) -> str:
    """Return the name that a file is imported by."""
    return ".".join(["gpucheck", *path.relative_to(SOURCE).with_suffix("").parts])


def names_in(text: str) -> frozenset[str]:
    """Return what stands in backticks."""
    return frozenset(re.findall(r"`(\w+)`", text))


def layer_table() -> list[Row]:
    """Read the layer table of docs/architecture.md."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = []
    for layer, units, may_import in re.findall(
        r"^\| (\d|none) \| (.+?) \| (.+?) \|$", text, re.MULTILINE
    ):
        before, _, included = may_import.partition(", with ")
        layers, _, excluded = before.partition(" without ")
        found = re.fullmatch(r"layers? (\d)(?: to (\d))?|nothing", layers)
        assert found, f"not understood: {may_import}"
        first, last = found[1], found[2] or found[1]
        allowed = map(str, range(int(first), int(last) + 1)) if first else ()
        names = names_in(units), frozenset(allowed), names_in(excluded), names_in(included)
        rows.append(Row(layer, *names))
    return rows


ROWS = layer_table()
ROW_OF = {unit: row for row in ROWS for unit in row.units}
UNITS = {unit_of(path) for path in FILES}


def parsed(path: Path) -> ast.Module:
    """Parse a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(path: Path) -> Iterator[Import]:
    """Yield everything that a file imports, also inside functions."""
    folder = ["gpucheck", *path.relative_to(SOURCE).parts[:-1]]
    return _imports(parsed(path), folder, is_for_types=False, is_in_function=False)


def _imports(
    node: ast.AST, folder: list[str], *, is_for_types: bool, is_in_function: bool
) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield Import(alias.name, None, is_for_types, is_in_function)
    if isinstance(node, ast.ImportFrom):
        base = folder[: len(folder) - node.level + 1] if node.level else []
        module = ".".join([*base, *filter(None, [node.module])])
        for alias in node.names:
            yield Import(module, alias.name, is_for_types, is_in_function)
    for_types = is_for_types or (
        isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
    )
    in_function = is_in_function or isinstance(node, ast.FunctionDef)
    for child in ast.iter_child_nodes(node):
        yield from _imports(child, folder, is_for_types=for_types, is_in_function=in_function)


def imported_unit(imported: Import) -> str | None:
    """Return the unit of gpucheck that is imported, or None for anything else."""
    top, *rest = imported.dotted.split(".")
    if top != "gpucheck":
        return None
    return rest[0] if rest and rest[0] in UNITS else "__init__"


def may_import(importing: str, imported: str) -> bool:
    """Tell whether the table lets one unit import another."""
    row = ROW_OF[importing]
    if imported in row.included or (imported == importing and row.layers):
        return True
    return ROW_OF[imported].layer in row.layers and imported not in row.excluded


def entry_groups() -> Iterator[list[Path]]:
    """Yield the folders that are lists of entries which must not know each other."""
    for folder in sorted({path.parent for path in FILES if path.parent != SOURCE}):
        if folder.relative_to(SOURCE).as_posix() not in WORK_TOGETHER:
            yield [path for path in folder.glob("*.py") if path.name != "__init__.py"]
    yield [path for path in (SOURCE / "cli").glob("*.py") if is_command(path)]


def is_command(path: Path) -> bool:
    """Tell whether a file of cli/ is a command: it then defines a function of its own name."""
    functions = (node for node in parsed(path).body if isinstance(node, ast.FunctionDef))
    return any(function.name.strip("_") == path.stem for function in functions)


def test_the_table_lists_every_module_and_folder_once() -> None:
    """A new module or folder needs a place in the table."""
    listed = [unit for row in ROWS for unit in row.units]
    assert sorted(listed) == sorted(UNITS), "mend the layer table in docs/architecture.md"


def test_imports_keep_to_the_layers() -> None:
    """Imports inside functions and for type checkers count too."""
    wrong = [
        f"{relative(path)} imports {imported.dotted}"
        for path in FILES
        if unit_of(path) not in OPENED_BY_PATH
        for imported in imports(path)
        if (unit := imported_unit(imported)) and not may_import(unit_of(path), unit)
    ]
    assert not wrong


def test_units_do_not_import_each_other_in_circles() -> None:
    """The order of the layers is an order."""
    graph: dict[str, set[str]] = {unit: set() for unit in UNITS}
    for path in FILES:
        if unit_of(path) not in OPENED_BY_PATH:
            found = {imported_unit(imported) for imported in imports(path)}
            graph[unit_of(path)] |= {unit for unit in found if unit} - {unit_of(path)}
    list(TopologicalSorter(graph).static_order())


def test_entries_of_a_folder_do_not_import_each_other() -> None:
    """An entry can be taken out without breaking another."""
    wrong = []
    for paths in entry_groups():
        modules = {module_of(path) for path in paths}
        for path in paths:
            met = {
                name for i in imports(path) if not i.is_for_types for name in (i.module, i.dotted)
            }
            wrong += [f"{relative(path)} imports {module}" for module in sorted(met & modules)]
    assert not wrong


def test_only_the_command_line_prints() -> None:
    """Elsewhere neither `print`, nor the standard streams, nor a library that prints."""
    wrong = []
    for path in FILES:
        if unit_of(path) in {"cli", "__main__"}:
            continue
        wrong += [
            f"{relative(path)} imports {imported.dotted}"
            for imported in imports(path)
            if imported.module.split(".")[0] in {"rich", "typer", "click"}
            or (imported.module == "sys" and imported.name in STREAMS)
        ]
        wrong += [f"{relative(path)}:{line}" for line in _uses_of_streams(path)]
    assert not wrong


def _uses_of_streams(path: Path) -> Iterator[int]:
    """Yield the lines that print; `inside` may flush what libraries printed."""
    nodes = list(ast.walk(parsed(path)))
    flushed = [
        node.value for node in nodes if isinstance(node, ast.Attribute) and node.attr == "flush"
    ]
    for node in nodes:
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "print":
            yield node.lineno
        is_flushed = unit_of(path) == "inside" and node in flushed
        if isinstance(node, ast.Attribute) and ast.unparse(node) in SYS_STREAMS and not is_flushed:
            yield node.lineno


def test_what_runs_inside_needs_only_the_standard_library() -> None:
    """The inspected environment has nothing of ours."""
    wrong = []
    for path in (SOURCE / "inside").rglob("*.py"):
        for imported in imports(path):
            top = imported.module.split(".")[0]
            # Once a framework's own import went well, its file may import more of it; what is
            # computed with it needs its NumPy.
            is_asking, is_computing = path.parent.name == "frameworks", path.parent.name == "smoke"
            own = {path.stem} if is_asking or is_computing else set()
            own |= {"numpy"} if is_computing or path.stem == "calculations" else set()
            is_own = imported.is_in_function and top in own
            if top not in sys.stdlib_module_names and not is_own:
                wrong.append(f"{relative(path)} imports {imported.dotted}")
    assert not wrong


def test_probes_import_nothing_of_gpucheck() -> None:
    """They are opened by path; type checkers may see more."""
    wrong = [
        f"{relative(path)} imports {imported.dotted}"
        for path in (SOURCE / "probes").rglob("*.py")
        for imported in imports(path)
        if imported_unit(imported)
        and not (imported.is_for_types and imported.module.startswith("gpucheck.probes."))
    ]
    assert not wrong


def test_nobody_imports_what_is_opened_by_path() -> None:
    """A probe runs in a process of its own or not at all."""
    wrong = [
        f"{relative(path)} imports {imported.dotted}"
        for path in FILES
        for imported in imports(path)
        if imported_unit(imported) in OPENED_BY_PATH and not imported.is_for_types
    ]
    assert not wrong


def test_judgement_does_not_read_the_machine() -> None:
    """The same facts give the same report everywhere."""
    pure = {unit for row in ROWS if row.layer in {"0", "1", "2"} for unit in row.units}
    wrong = []
    for path in FILES:
        if unit_of(path) not in pure - READS_THE_MACHINE:
            continue
        tops = {imported.module.split(".")[0] for imported in imports(path)}
        wrong += [f"{relative(path)} imports {module}" for module in sorted(tops & IMPURE_MODULES)]
        opens = any(
            isinstance(node, ast.Call) and ast.unparse(node.func) == "open"
            for node in ast.walk(parsed(path))
        )
        has_paths = bool(tops & {"pathlib", "io", "fileinput"})
        if opens or (has_paths and unit_of(path) not in READS_ITS_OWN_FILES):
            wrong.append(f"{relative(path)} opens files")
    assert not wrong


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_every_file_is_short_and_says_what_it_is(path: Path) -> None:
    """A docstring on top, and one subject a file."""
    assert ast.get_docstring(parsed(path)), "no module docstring"
    length = len(path.read_text(encoding="utf-8").splitlines())
    assert length <= MAX_LINES, f"{length} lines: split it"


def test_the_wheel_holds_every_folder() -> None:
    """The packages are listed by hand in pyproject.toml."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = set(config["tool"]["setuptools"]["packages"]) - {"gpucheck.compat_tables"}
    folders = {path.parent.relative_to(SOURCE.parent) for path in FILES}
    assert packages == {".".join(folder.parts) for folder in folders}


RULE_FILES = sorted((SOURCE / "rules").glob("gpu*.py"))


def rule_of(path: Path) -> Rule:
    """Import a rule's file and return its rule."""
    rule: Rule = importlib.import_module(f"gpucheck.rules.{path.stem}").RULE
    return rule


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.stem)
def test_a_rule_is_named_like_its_file_and_explains_itself(path: Path) -> None:
    """The docstring is the page of `gpucheck explain`."""
    rule = rule_of(path)
    assert re.fullmatch(rf"{rule.id.lower()}_[a-z0-9_]+", path.stem)
    assert re.fullmatch(r"GPU[1-9]\d\d", rule.id)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.cause)
    assert set(rule.needs) <= set(Facts.__struct_fields__)
    title, _, text = (ast.get_docstring(parsed(path)) or "").partition("\n")
    assert title.endswith(".")
    parts = [text.find(f"\n{head}") for head in ("Why:", "How we know:", "Fix:")]
    assert -1 not in parts, "the docstring needs Why:, How we know: and Fix:"
    assert parts == sorted(parts)


def test_rule_ids_are_unique() -> None:
    """An id means one thing."""
    ids = [rule_of(path).id for path in RULE_FILES]
    assert len(ids) == len(set(ids))


def test_rules_are_explained_by_rules_that_exist_and_never_in_circles() -> None:
    """Every finding has a root cause."""
    graph = {rule.id: set(rule.explained_by) for rule in map(rule_of, RULE_FILES)}
    for rule, causes in graph.items():
        assert causes <= set(graph), f"{rule} names rules that do not exist"
    list(TopologicalSorter(graph).static_order())
