"""gpucheck in a Python program: `gpucheck.require("gpus>=1", "torch")`, `gpucheck.doctor()`.

The Python that runs the program is inspected, from outside as ever: its probes are processes of
their own, so nothing of the program is changed and no GPU memory is taken by it.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence

from gpucheck.collect import DEFAULT_TIMEOUT_S, begin
from gpucheck.diagnose import diagnose
from gpucheck.facts import FRAMEWORK_TITLES, Facts, Target
from gpucheck.findings import Report
from gpucheck.requirement_checks import Answered, check_all
from gpucheck.requirements import Requirement, RequirementError, parse_requirement
from gpucheck.smoke_tests import SmokeWish
from gpucheck.tables import Tables

__all__ = ["Report", "RequirementError", "RequirementsNotMetError", "doctor", "require"]


class RequirementsNotMetError(RuntimeError):
    """A machine does not meet what the program requires; the text says what was seen.

    `answers` are those to the requirements that are not met, or not known to be.
    """

    def __init__(self, answers: Sequence[Answered]) -> None:
        super().__init__("\n".join(["this machine is not what is required:", *map(_line, answers)]))
        self.answers = tuple(answers)


def require(
    *requirements: str, allow_unknown: bool = False, timeout_s: float = DEFAULT_TIMEOUT_S
) -> None:
    """Raise if this machine does not meet what the program requires: "gpus>=1", "torch>=2.6".

    Without a framework among them it takes a fraction of a second: only what they ask for is
    probed. Each probe has `timeout_s` seconds.

    Raises:
        RequirementsNotMetError: one is not met, or not known to be, unless that is allowed.
        RequirementError: one means nothing; a ValueError.
        RuntimeError: the program does not know its own Python (`sys.executable`).
        ValueError: the time limit is none.
    """
    asked = tuple(map(parse_requirement, requirements))
    is_framework_asked = any(each.name in FRAMEWORK_TITLES for each in asked)
    facts = _facts(with_imports=is_framework_asked, smoke=_smoke_of(asked), timeout_s=timeout_s)
    findings = diagnose(facts, Tables()).findings if is_framework_asked else ()
    failing = {"not_met"} if allow_unknown else {"not_met", "unknown"}
    answers = [each for each in check_all(asked, facts, findings) if each.answer in failing]
    if answers:
        raise RequirementsNotMetError(answers)


def doctor(*, with_smoke: bool = True, timeout_s: float = DEFAULT_TIMEOUT_S) -> Report:
    """Return what is found of this machine and this Python, whatever a settings file says.

    Raises:
        RuntimeError: the program does not know its own Python (`sys.executable`).
        ValueError: the time limit is none.
    """
    smoke = SmokeWish() if with_smoke else None
    return diagnose(_facts(with_imports=True, smoke=smoke, timeout_s=timeout_s), Tables())


def _facts(*, with_imports: bool, smoke: SmokeWish | None, timeout_s: float) -> Facts:
    if not sys.executable:  # another program has Python inside
        raise RuntimeError("no Python to inspect: sys.executable is empty in this program")
    if not 0 < timeout_s < math.inf:
        raise ValueError(f"timeout_s is to be a number of seconds, not {timeout_s!r}")
    target = Target(executable=sys.executable, prefix=sys.prefix, found_via="this program")
    collection = begin(target, timeout_s=timeout_s, with_imports=with_imports, smoke=smoke)
    try:
        return collection.facts()
    finally:
        collection.end()


def _smoke_of(requirements: Sequence[Requirement]) -> SmokeWish | None:
    names = [name for each in requirements if each.name == "smoke" for name in each.subjects]
    return SmokeWish(frameworks=tuple(dict.fromkeys(names))) if names else None


def _line(answered: Answered) -> str:
    unknown = " (not known)" if answered.answer == "unknown" else ""
    return f"  {answered.requirement.text}{unknown}: {answered.seen}"
