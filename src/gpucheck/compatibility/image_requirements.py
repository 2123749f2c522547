"""Whether a machine is what a container image asks for.

Images say it in variables NVIDIA_REQUIRE_…; all of them must hold. In each, a space means "or" and
a comma "and": "cuda>=12.4 brand=tesla,driver>=535,driver<536" (NVIDIA Container Toolkit,
"Specialized Configurations with Docker", section "Constraints", 2025).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping

from gpucheck.versions import BuiltForCuda

PREFIX = "NVIDIA_REQUIRE_"

Numbers = tuple[int, ...]

_CONSTRAINT = re.compile(r"([a-z]+)(>=|<=|!=|==|=|<|>)(\d{1,6}(?:\.\d{1,6}){0,3})")
_COMPARE: dict[str, Callable[[Numbers, Numbers], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "!=": operator.ne,
    "==": operator.eq,
    "=": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
}


def unmet(environment: Mapping[str, str], machine: Mapping[str, Numbers]) -> dict[str, str]:
    """Return the requirements that certainly do not hold, by their variable.

    `machine` has what is known of "cuda", "driver" and "arch" as numbers: {"cuda": (12, 2)}.
    Where a requirement asks for something else, such as the brand, it may hold.
    """
    asked = {name: text for name, text in environment.items() if name.startswith(PREFIX)}
    return {name: text for name, text in asked.items() if holds(text, machine) is False}


def holds(requirement: str, machine: Mapping[str, Numbers]) -> bool | None:
    """Tell whether one requirement holds; None: not known. An empty one holds."""
    choices = requirement.lower().split()
    return _any(_all(choice.split(","), machine) for choice in choices) if choices else True


def cuda_of(requirement: str) -> BuiltForCuda | None:
    """Return the CUDA that a requirement asks for by name: 12.4 of "cuda>=12.4 driver>=…"."""
    for name, relation, number in _CONSTRAINT.findall(requirement.lower()):
        if name == "cuda" and relation in {">=", "="} and "." in number:
            return BuiltForCuda.parse(number)
    return None


def _all(constraints: Iterable[str], machine: Mapping[str, Numbers]) -> bool | None:
    answers = [_holds(constraint, machine) for constraint in constraints]
    return False if False in answers else None if None in answers else True


def _any(answers: Iterable[bool | None]) -> bool | None:
    known = list(answers)
    return True if True in known else None if None in known else False


def _holds(constraint: str, machine: Mapping[str, Numbers]) -> bool | None:
    found = _CONSTRAINT.fullmatch(constraint)
    if found is None or found[1] not in machine:
        return None
    asked = tuple(map(int, found[3].split(".")))
    has = machine[found[1]]
    width = max(len(asked), len(has))
    padded = (*has, *[0] * (width - len(has))), (*asked, *[0] * (width - len(asked)))
    return _COMPARE[found[2]](*padded)
