"""gpucheck in a program: `gpucheck.require()` raises, `gpucheck.doctor()` returns the report."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import gpucheck
from fake_nvml import gpu, scenario
from whole_machine import Machine, importable, needs_fakes

TWO = scenario(driver="580.95.05", cuda="13.0", gpus=[gpu("A100"), gpu("A100")])


def run(here: Machine, program: str) -> subprocess.CompletedProcess[str]:
    """Run a program that uses gpucheck, on a fake machine."""
    return subprocess.run(
        [sys.executable, "-c", program],
        env=importable(here.environ),
        cwd=here.folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@needs_fakes
def test_what_is_met_costs_nothing_but_time(tmp_path: Path) -> None:
    """The program goes on, and nothing was printed."""
    program = 'import gpucheck\ngpucheck.require("gpus>=2", "memory>=40GiB")\nprint("trains")'
    done = run(Machine(tmp_path, TWO), program)
    assert (done.returncode, done.stdout, done.stderr) == (0, "trains\n", "")


@needs_fakes
def test_what_is_not_met_raises_once_for_all(tmp_path: Path) -> None:
    """One exception says all that is missing, and what was seen."""
    program = 'import gpucheck\ngpucheck.require("gpus>=4", "memory>=40GiB", "gpu:H100")'
    done = run(Machine(tmp_path, TWO), program)
    assert done.returncode == 1
    *_, headline, first, second = done.stderr.splitlines()
    assert headline.endswith("RequirementsNotMetError: this machine is not what is required:")
    assert first == "  gpus>=4: CUDA programs see 2 GPUs"
    assert second.startswith("  gpu:H100: GPU 0: NVIDIA A100")


@needs_fakes
def test_unknown_raises_unless_it_is_allowed(tmp_path: Path) -> None:
    """A requirement of which nothing is known is not met."""
    blind = scenario(
        driver="580.95.05",
        cuda="13.0",
        errors={"nvmlDeviceGetMemoryInfo*": 3, "cuDeviceTotalMem*": 999},
    )
    here = Machine(tmp_path, blind)
    program = 'import gpucheck\ngpucheck.require("memory>=1GiB"{})'
    assert "memory>=1GiB (not known)" in run(here, program.format("")).stderr
    assert run(here, program.format(", allow_unknown=True")).returncode == 0


@needs_fakes
def test_a_smoke_test_is_run_where_it_is_required(tmp_path: Path) -> None:
    """Here nobody saw that it used the GPU."""
    program = 'import gpucheck\ngpucheck.require("smoke:cuda_driver")'
    done = run(Machine(tmp_path, TWO), program)
    assert "smoke:cuda_driver: NVML saw no use of the GPU" in done.stderr


@needs_fakes
def test_the_report(tmp_path: Path) -> None:
    """With findings and facts, as records."""
    program = (
        "import gpucheck\nreport = gpucheck.doctor(with_smoke=False)\n"
        "print([finding.rule for finding in report.findings], len(report.facts.gpus))"
    )
    done = run(Machine(tmp_path, TWO), program)
    assert (done.stdout, done.stderr) == ("[] 2\n", "")


def test_a_requirement_that_means_nothing_is_an_error_of_the_program() -> None:
    """It is a ValueError, and no probe is started."""
    with pytest.raises(gpucheck.RequirementError, match="is no comparison"):
        gpucheck.require("gpus=>1")


def test_what_cannot_be_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A time limit that is none; a program that does not know its own Python."""
    with pytest.raises(ValueError, match="timeout_s is to be a number of seconds, not -1"):
        gpucheck.require("gpus>=1", timeout_s=-1)
    monkeypatch.setattr(sys, "executable", None)
    with pytest.raises(RuntimeError, match=r"sys\.executable is empty"):
        gpucheck.doctor()


def test_the_package_has_these_names_and_no_others() -> None:
    """What a type checker sees is what there is."""
    assert all(hasattr(gpucheck, name) for name in gpucheck.__all__)
    with pytest.raises(AttributeError, match="no attribute 'fix'"):
        gpucheck.fix  # noqa: B018
