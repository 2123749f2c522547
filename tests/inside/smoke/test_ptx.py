"""The kernels of the driver's smoke test are PTX that NVIDIA's assembler takes for every GPU."""

from __future__ import annotations

import importlib.util
import runpy
import subprocess
from pathlib import Path

import pytest

import gpucheck

KERNELS = Path(gpucheck.__file__).parent / "inside" / "smoke_kernels.py"
TARGETS = (
    *(50, 52, 53, 60, 61, 62, 70, 72, 75),
    *(80, 86, 87, 89, 90, 100, 101, 103, 120, 121),
)
"""All that the assembler of CUDA 12.9 knows, from Maxwell to Blackwell."""


def ptxas() -> Path:
    """Return NVIDIA's assembler, as its package brings it; skip where it is not installed."""
    found = importlib.util.find_spec("nvidia")
    folders = list(found.submodule_search_locations or ()) if found else []
    for folder in folders:
        for path in Path(folder).glob("cuda_nvcc/bin/ptxas"):
            return path
    pytest.skip("NVIDIA's package nvidia-cuda-nvcc-cu12 is not installed")


def module() -> str:
    """Return the text of the kernels."""
    names = runpy.run_path(str(KERNELS))
    text: str = names["module"](*names["KERNELS"])
    return text


@pytest.mark.parametrize("target", TARGETS)
def test_the_kernels_assemble(target: int, tmp_path: Path) -> None:
    """For this GPU there is machine code of all four."""
    source, output = tmp_path / "kernels.ptx", tmp_path / "kernels.cubin"
    source.write_text(module(), encoding="ascii")
    command = [str(ptxas()), f"-arch=sm_{target}", "-o", str(output), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    code = output.read_bytes()
    for name in (b"multiply_f32", b"multiply_f64", b"nothing", b"spin"):
        assert name in code


def test_old_drivers_take_it() -> None:
    """PTX 3.2 is that of CUDA 5.5, and sm_30 runs on all that came later."""
    lines = module().splitlines()
    assert lines[:3] == [".version 3.2", ".target sm_30", ".address_size 64"]
    assert module().isascii()
