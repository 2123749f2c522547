"""pyproject.toml, with uv's tables for PyTorch's own index."""

from __future__ import annotations

import json

from gpucheck.suggest.place import Place
from gpucheck.suggest.plan import Plan
from gpucheck.suggest.pytorch_index import address, is_page


def written(plan: Plan, place: Place) -> str:
    """Return the file's text; a JSON string is a TOML string as well."""
    major, _, minor = plan.situation.python.partition(".")
    below = f"{major}.{int(minor) + 1}"
    lines = ["[project]", 'name = "gpu-environment"', 'version = "0"']
    lines += [f'requires-python = ">={plan.situation.python},<{below}"', "dependencies = ["]
    lines += [f"  {json.dumps(each)}," for each in plan.requirements]
    tables = uv_tables(plan, place)
    return "\n".join([*lines, "]"]) + "\n" + (f"\n{tables}" if tables else "")


def uv_tables(plan: Plan, place: Place) -> str:
    """Return uv's tables for the indexes of a plan; "": it needs none."""
    where, parts = address(plan), []
    if where and is_page(plan):
        parts.append(f"[tool.uv]\nfind-links = [{json.dumps(where)}]\n")
    elif where:
        name = json.dumps(f"pytorch-{plan.variant}")
        parts.append(
            f"[[tool.uv.index]]\nname = {name}\nurl = {json.dumps(where)}\nexplicit = true\n"
        )
    if place.mirror:
        url = json.dumps(place.mirror)
        parts.append(f'[[tool.uv.index]]\nname = "mirror"\nurl = {url}\ndefault = true\n')
    if where and not is_page(plan):
        from_there = [c.offer.package for c in plan.choices if c.offer.variant]
        sources = "".join(f"{each} = {{ index = {name} }}\n" for each in from_there)
        parts.append(f"[tool.uv.sources]\n{sources}")
    if plan.requirements_of_sources:
        names = json.dumps([each.partition("==")[0] for each in plan.requirements_of_sources])
        parts.append(f"[tool.uv]\nno-build-isolation-package = {names}\n")
    return "\n".join(parts)
