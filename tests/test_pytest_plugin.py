"""The plugin for pytest: missing GPUs fail a run instead of skipping its tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from environments import write
from fake_nvml import gpu, scenario
from whole_machine import Machine, importable, needs_fakes

TESTS = """
import pytest

@pytest.mark.skipif(True, reason="CUDA is not available")
def test_marked():
    pass

def test_inside():
    pytest.skip("needs 2 GPUs")

def test_other_reason():
    pytest.skip("needs Windows")

@pytest.mark.xfail(reason="no gpu here")
def test_expected_to_fail():
    raise ValueError

def test_plain():
    pass
"""
WHOLE_FILE = "import pytest\npytest.skip('no GPU', allow_module_level=True)\n"


def run(here: Machine, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pytest with the plugin and nothing else."""
    command = [sys.executable, "-m", "pytest", "-p", "gpucheck.pytest_plugin", "-rA", *arguments]
    return subprocess.run(
        command,
        env=importable({**here.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}),
        cwd=here.folder / "project",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def here(tmp_path: Path) -> Machine:
    """Return a machine without a GPU, and a project with tests."""
    made = Machine(tmp_path)
    write(tmp_path / "project" / "test_it.py", TESTS)
    write(tmp_path / "project" / "test_whole.py", WHOLE_FILE)
    return made


def test_without_options_it_does_nothing(here: Machine) -> None:
    """Skips are skips."""
    done = run(here)
    assert done.returncode == 0
    assert "1 passed, 4 skipped, 1 xfailed" in done.stdout


def test_skips_for_want_of_a_gpu_fail(here: Machine) -> None:
    """By mark, inside a test, and of a whole file; skips for other reasons stay."""
    done = run(here, "--gpucheck-no-gpu-skips", "--continue-on-collection-errors")
    assert done.returncode == 1
    assert "1 failed, 1 passed, 1 skipped, 1 xfailed, 2 errors" in done.stdout
    assert (
        "skipped for want of a GPU (--gpucheck-no-gpu-skips): CUDA is not available" in done.stdout
    )


def test_a_requirement_that_is_not_met_is_in_the_report(here: Machine) -> None:
    """A page of test results shows an error, not nothing."""
    run(here, "--gpucheck-require", "gpus>=1", "--junitxml", "report.xml")
    (suite,) = ET.parse(here.folder / "project" / "report.xml").getroot()
    (case,) = suite
    assert (case.get("name"), suite.get("errors")) == ("gpucheck", "1")
    (error,) = case
    assert "gpus>=1: CUDA programs see 0 GPUs" in (error.text or "")


def test_a_requirement_that_is_not_met_ends_the_run(here: Machine) -> None:
    """At once, with what was seen; no test is run."""
    done = run(here, "--gpucheck-require", "gpus>=1")
    assert done.returncode == 1
    assert "gpus>=1: CUDA programs see 0 GPUs" in done.stdout + done.stderr
    assert "passed" not in done.stdout


def test_a_requirement_that_means_nothing_is_a_usage_error(here: Machine) -> None:
    """It is named."""
    done = run(here, "--gpucheck-require", "gpus=>1")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "--gpucheck-require gpus=>1: '=>' is no comparison" in done.stdout + done.stderr


@needs_fakes
def test_a_requirement_that_is_met(tmp_path: Path) -> None:
    """Then the tests run."""
    made = Machine(tmp_path, scenario(driver="580.95.05", cuda="13.0", gpus=[gpu("A100")]))
    write(tmp_path / "project" / "test_it.py", "def test_plain():\n    pass\n")
    done = run(made, "--gpucheck-require", "gpus>=1")
    assert (done.returncode, "1 passed" in done.stdout) == (0, True)
