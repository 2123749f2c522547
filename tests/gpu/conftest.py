"""What the tests on real hardware share."""

from __future__ import annotations

from typing import Any

import pytest

from gpu.real_machine import PYTHON, gpucheck, lacks


@pytest.fixture(scope="session")
def smoked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the report of one quick smoke test of everything."""
    folder = tmp_path_factory.mktemp("smoke")
    seen = gpucheck("smoke", "--python", PYTHON, "--format", "json", folder=folder)
    report = seen.report
    if not report["facts"].get("smoke"):
        lacks(f"CUDA shows no GPU: {seen.stderr.strip()}")
    return report
