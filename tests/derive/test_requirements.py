"""Requirements of wheels, with and without extras."""

from __future__ import annotations

import pytest

from gpucheck.derive.requirements import always, of_extra


@pytest.mark.parametrize(
    "line",
    [
        "nvidia-nccl-cu12 (>=2.18.1) ; (python_version < '3.13') and extra == 'with_cuda'",
        "nvidia-nccl-cu12>=2.18.1; extra == 'with-cuda' and python_version < '3.13'",
        'nvidia-nccl-cu12 >=2.18.1;python_version<"3.13" and extra=="with-cuda"',
    ],
)
def test_one_spelling(line: str) -> None:
    """However METADATA spells a requirement and its extra, only the other markers stay."""
    expected = 'nvidia-nccl-cu12>=2.18.1; python_version < "3.13"'
    assert of_extra([line], "with_cuda") == (expected,)


def test_no_such_extra() -> None:
    """An extra that adds nothing is none."""
    assert of_extra(["numpy", "scipy; extra == 'all'"], "ctk") is None


def test_always_takes_no_extra() -> None:
    """Only what is required in any case, of names that are wanted, whatever their spelling."""
    lines = ["ml_dtypes>=0.5.0", "six", "ml-dtypes; extra == 'x'", "ml-dtypes @ not a url"]
    assert always(lines, {"ml-dtypes"}.__contains__) == ("ml_dtypes>=0.5.0",)
