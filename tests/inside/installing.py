"""Install real frameworks into throw-away environments, from the index that pip is set up for."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

INSTALL_TIMEOUT_S = 1200.0
WHY_NOT = (  # what pip says when the fault is not gpucheck's
    "No matching distribution found",
    "Could not find a version that satisfies",
    "Connection",
    "Temporary failure in name resolution",
    "No module named pip",
)


def pip_install(python: Path, *requirements: str) -> None:
    """Install with the environment's own pip; skip the test when the index does not deliver."""
    subprocess.run([str(python), "-m", "ensurepip"], capture_output=True, check=True)
    pip = [str(python), "-m", "pip", "install", "--no-cache-dir"]
    done = subprocess.run(
        [*pip, "--quiet", "--only-binary", ":all:", *requirements],
        capture_output=True,
        text=True,
        timeout=INSTALL_TIMEOUT_S,
        check=False,
        env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    if done.returncode and any(reason in done.stderr for reason in WHY_NOT):
        pytest.skip(f"{requirements}: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
