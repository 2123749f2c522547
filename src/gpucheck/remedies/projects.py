"""How to change an environment that pixi or Poetry makes from a project's manifest.

Such a manager undoes what pip does behind its back, so the change has to be made in the project.
A source of its own for PyTorch: Poetry's documentation, "Repositories", explicit package sources
(2026-11).
"""

from __future__ import annotations

from gpucheck.facts import Facts
from gpucheck.findings import Remedy
from gpucheck.shell_words import quoted

_TITLES = {"pixi": "pixi", "poetry": "Poetry"}
_OPTIONS = {"pixi": ("--pypi",), "poetry": ()}
_INDEX = "--index-url="


def belongs_to_project(facts: Facts) -> bool:
    """Tell whether the environment is made from a project's manifest."""
    return facts.packages.value.environment_kind in _TITLES


def add_to_project(
    facts: Facts, text: str, arguments: tuple[str, ...], instead_of: tuple[str, ...]
) -> Remedy:
    """Return how to change the project; what its manager has no command for is said in words."""
    kind = facts.packages.value.environment_kind or ""
    title, options = _TITLES[kind], _OPTIONS[kind]
    indexes = [a.removeprefix(_INDEX) for a in arguments if a.startswith(_INDEX)]
    wanted = tuple(a for a in arguments if not a.startswith(_INDEX))
    has_local_build = any("+" in each for each in wanted) and not indexes
    has_option = any(each.startswith("-") for each in wanted)
    if has_option or has_local_build or (indexes and kind != "poetry"):
        where = "its manifest says which release, and from which index"
        return Remedy(f"{text} In a {title} project, {where}.")
    commands = [quoted(facts, kind, "remove", *options, *instead_of)] if instead_of else []
    if indexes:
        source = f"pytorch-{indexes[0].rpartition('/')[2]}"
        commands.append(
            quoted(facts, kind, "source", "add", "--priority=explicit", source, indexes[0])
        )
        options = ("--source", source)
    commands.append(quoted(facts, kind, "add", *options, *wanted))
    return Remedy(f"{text} In a {title} project, do so there.", tuple(commands))
