"""A real resolver agrees with the plans: a sample always, all of them when asked for."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from gpucheck.suggest import Plan
from suggest.matrix import CASES, Case, planned, tried

SAMPLE = [case for case in CASES if isinstance(planned(case), Plan)][::10][:20]


@pytest.fixture(autouse=True)
def uv_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the uv that the tests bring along before any other."""
    folder = Path(sys.executable).parent
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    if shutil.which("uv") is None:
        pytest.skip("there is no uv")


def check(case: Case) -> None:
    """Try a case; where no index is reached, nothing is proven and nothing fails."""
    plan, answer = tried(case)
    if answer is None:
        assert not isinstance(plan, Plan)
        return
    if answer.is_resolved is None:
        pytest.skip(answer.says)
    assert answer.is_resolved, answer.says


@pytest.mark.parametrize("case", SAMPLE, ids=lambda case: case.name)
def test_a_plan_of_the_sample_resolves(case: Case) -> None:
    """Uv finds releases for every requirement, and wheels for the platform."""
    check(case)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_plan_resolves(case: Case) -> None:
    """Every line that needs the package index alone resolves there."""
    check(case)


def test_there_are_enough_cases() -> None:
    """Of the cases, at least 150 have a plan to try."""
    assert sum(isinstance(planned(case), Plan) for case in CASES) >= 150
    assert len(SAMPLE) == 20
