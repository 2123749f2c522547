"""Real hardware: what these tests need, and whether its absence is a failure.

GPUCHECK_GPU_TESTS=see_what_works (the default) skips what is not there, with the reason.
GPUCHECK_GPU_TESTS=all_must_work is for machines that have a GPU: nothing may be skipped.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from whole_machine import importable

MODE = os.environ.get("GPUCHECK_GPU_TESTS", "see_what_works")
PYTHON = os.environ.get("GPUCHECK_GPU_PYTHON", sys.executable)
"""The interpreter with the frameworks to test."""


class Command:
    """What a run of gpucheck did on the real machine."""

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.exit_code, self.stdout, self.stderr = done.returncode, done.stdout, done.stderr

    @property
    def report(self) -> dict[str, Any]:
        """The JSON report."""
        loaded: dict[str, Any] = json.loads(self.stdout)
        return loaded

    @property
    def facts(self) -> dict[str, Any]:
        """The snapshot in it."""
        facts: dict[str, Any] = self.report["facts"]
        return facts


def gpucheck(*arguments: str, folder: Path, **environ: str) -> Command:
    """Run the command on this machine as it is."""
    own = {"XDG_CACHE_HOME": str(folder / "cache"), **environ}
    command = [sys.executable, "-m", "gpucheck", *arguments]
    done = subprocess.run(
        command,
        env=importable({**os.environ, **own}),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    return Command(done)


def lacks(reason: str) -> None:
    """Skip a test for want of something; where all must work, fail."""
    if MODE == "all_must_work":
        pytest.fail(reason)
    pytest.skip(reason)
