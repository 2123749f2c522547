"""`uv add`: an explicit index for PyTorch's builds, which nothing else is looked up in.

Source: uv's guide on PyTorch and its documentation of `tool.uv.sources` (2026-08).
"""

from __future__ import annotations

from gpucheck.suggest.explicit_builds import explicit_builds
from gpucheck.suggest.files.pyproject import uv_tables
from gpucheck.suggest.place import Place, Steps
from gpucheck.suggest.plan import Plan


def steps(plan: Plan, place: Place) -> Steps:
    """Return uv's commands for a project, and what its pyproject.toml needs first."""
    plan = explicit_builds(plan, place)
    tables = uv_tables(plan, place)
    notes = ("First add to pyproject.toml:",) if tables else ()
    commands = [("uv", "add", *plan.requirements_of_wheels)]
    for source in plan.requirements_of_sources:
        name = source.partition("==")[0]
        commands.append(("uv", "add", "--no-build-isolation-package", name, source))
    return Steps(commands=tuple(commands), notes=notes, file=tables or None)
