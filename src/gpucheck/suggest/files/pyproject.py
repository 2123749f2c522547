"""pyproject.toml, with uv's tables for PyTorch's own index."""

from __future__ import annotations

import json

from gpucheck.suggest.place import Place
from gpucheck.suggest.plan import Plan
from gpucheck.suggest.pytorch_index import address, is_page


def written(plan: Plan, place: Place) -> str:
    """Return the file's text."""
    major, _, minor = plan.situation.python.partition(".")
    below = f"{major}.{int(minor) + 1}"
    lines = ["[project]", 'name = "gpu-environment"', 'version = "0"']
    lines += [f'requires-python = ">={plan.situation.python},<{below}"', "dependencies = ["]
    lines += [f"  {_quoted(each)}," for each in plan.requirements]
    tables = uv_tables(plan, place)
    return "\n".join([*lines, "]"]) + "\n" + (f"\n{tables}" if tables else "")


def uv_tables(plan: Plan, place: Place) -> str:
    """Return uv's tables for the indexes of a plan; "": it needs none."""
    where = address(plan)
    settings, parts = [], []
    if where and is_page(plan):
        settings.append(f"find-links = [{_quoted(where)}]")
    if plan.requirements_of_sources:
        names = ", ".join(_quoted(e.partition("==")[0]) for e in plan.requirements_of_sources)
        settings.append(f"no-build-isolation-package = [{names}]")
    if settings:
        parts.append("\n".join(["[tool.uv]", *settings]) + "\n")
    if where and not is_page(plan):
        parts.append(_index(f"pytorch-{plan.variant}", where, "explicit"))
    if place.mirror:
        parts.append(_index("mirror", place.mirror, "default"))
    if where and not is_page(plan):
        name = _quoted(f"pytorch-{plan.variant}")
        from_there = [c.offer.package for c in plan.choices if c.offer.variant]
        sources = "".join(f"{each} = {{ index = {name} }}\n" for each in from_there)
        parts.append(f"[tool.uv.sources]\n{sources}")
    return "\n".join(parts)


def _index(name: str, address: str, kind: str) -> str:
    return f"[[tool.uv.index]]\nname = {_quoted(name)}\nurl = {_quoted(address)}\n{kind} = true\n"


def _quoted(text: str) -> str:
    """Return a TOML string; it is JSON's but for characters beyond the first plane."""
    return json.dumps(text, ensure_ascii=False)
