"""A plugin for pytest: a run fails where its GPU is missing, instead of skipping what needs one.

    pytest --gpucheck-require 'gpus>=1' --gpucheck-require torch --gpucheck-no-gpu-skips

Without its options it does nothing, and imports nothing of gpucheck.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

CANNOT_RUN = 1


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the two options."""
    group = parser.getgroup("gpucheck", "a GPU that is really used")
    group.addoption(
        "--gpucheck-require",
        action="append",
        default=[],
        metavar="WHAT",
        help="Fail the run unless this holds: gpus>=1, memory>=40GiB, torch, smoke:torch, …",
    )
    group.addoption(
        "--gpucheck-no-gpu-skips",
        action="store_true",
        help="A test that is skipped for want of a GPU fails.",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """End the run before any test is read where a requirement is not met."""
    required = session.config.getoption("gpucheck_require")
    if not required or hasattr(session.config, "workerinput"):  # of pytest-xdist
        return
    import gpucheck
    from gpucheck.requirements import RequirementError

    try:
        gpucheck.require(*required)
    except RequirementError as error:
        raise pytest.UsageError(f"--gpucheck-require {error.text}: {error}") from error
    except gpucheck.RequirementsNotMetError as error:
        _tell(session, str(error))
        pytest.exit(f"gpucheck: {error}", returncode=CANNOT_RUN)


def _tell(session: pytest.Session, why: str) -> None:
    """Put an error into the reports that other plugins write (--junitxml): empty would look well.

    The memory of what failed last is not told, since there is no such test to run again.
    """
    from _pytest.reports import CollectReport  # pytest has had it from 7 on, this from 4 on

    manager = session.config.pluginmanager
    memory = manager.get_plugin("lfplugin")
    hook = manager.subset_hook_caller("pytest_collectreport", [memory] if memory else [])
    hook(report=CollectReport("gpucheck", "failed", why, []))


# Wrappers of the old kind, which every pytest since 3.0 knows.
@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """Turn the skip of a test into a failure where it is for want of a GPU."""
    report = (yield).get_result()
    if item.config.getoption("gpucheck_no_gpu_skips") and not hasattr(report, "wasxfail"):
        _fail_if_skipped(report)


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, None]:
    """Do the same for a whole file that is skipped."""
    report = (yield).get_result()
    if collector.config.getoption("gpucheck_no_gpu_skips"):
        _fail_if_skipped(report)


def _fail_if_skipped(report: Any) -> None:
    if report.outcome != "skipped":
        return
    from gpucheck.gpu_skips import says_that_a_gpu_is_missing

    told = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    reason = told.removeprefix("Skipped: ")
    if says_that_a_gpu_is_missing(reason):
        report.outcome = "failed"
        report.longrepr = f"skipped for want of a GPU (--gpucheck-no-gpu-skips): {reason}"
