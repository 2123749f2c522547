"""environment.yml: conda brings Python, pip the frameworks, whose builds the tables know."""

from __future__ import annotations

import json

from gpucheck.suggest.pip_commands import index_options
from gpucheck.suggest.place import Place
from gpucheck.suggest.plan import Plan


def written(plan: Plan, place: Place) -> str:
    """Return the file's text; a JSON string is a YAML string as well."""
    options = [option.replace("=", " ", 1) for option in index_options(plan, place)]
    asked = [*options, *plan.requirements_of_wheels]
    lines = ["name: gpu", "channels:", "  - conda-forge", "dependencies:"]
    lines += [f"  - python={plan.situation.python}", "  - pip", "  - pip:"]
    lines += [f"      - {json.dumps(each)}" for each in asked]
    later = "# after the others, with pip install --no-build-isolation:"
    lines += [f"{later} {source}" for source in plan.requirements_of_sources]
    return "\n".join(lines) + "\n"
