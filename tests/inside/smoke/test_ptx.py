"""The kernels of the driver's smoke test are PTX that NVIDIA's assembler takes for every GPU."""

from __future__ import annotations

import importlib.util
import runpy
import shutil
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
NAMES = (b"multiply_f32", b"multiply_f64", b"nothing", b"spin")


def packaged(pattern: str) -> Path | None:
    """Return a program that a package of NVIDIA's brings."""
    found = importlib.util.find_spec("nvidia")
    folders = list(found.submodule_search_locations or ()) if found else []
    return next((path for folder in folders for path in Path(folder).glob(pattern)), None)


def ptxas() -> Path:
    """Return NVIDIA's assembler, as its package brings it; skip where it is not installed."""
    return packaged("cuda_nvcc/bin/ptxas") or pytest.skip("nvidia-cuda-nvcc-cu12 is not installed")


def nvcc() -> Path:
    """Return NVIDIA's compiler, a toolkit's or a package's; skip where there is none."""
    on_path = shutil.which("nvcc")
    found = Path(on_path) if on_path else packaged("cu13/bin/nvcc")
    return found or pytest.skip("neither on PATH nor from nvidia-cuda-nvcc is there an nvcc")


def module() -> str:
    """Return the text of the kernels."""
    names = runpy.run_path(str(KERNELS))
    text: str = names["module"](*names["KERNELS"])
    return text


def made(command: list[str], folder: Path) -> bytes:
    """Return the machine code that a program of NVIDIA's makes of the kernels without a word."""
    source, output = folder / "kernels.ptx", folder / "kernels.cubin"
    source.write_text(module(), encoding="ascii")
    command = [*command, "-o", str(output), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return output.read_bytes()


@pytest.mark.parametrize("target", TARGETS)
def test_the_kernels_assemble(target: int, tmp_path: Path) -> None:
    """For this GPU there is machine code of all four."""
    code = made([str(ptxas()), f"-arch=sm_{target}"], tmp_path)
    assert [name for name in NAMES if name not in code] == []


def test_the_compiler_takes_them(tmp_path: Path) -> None:
    """For every GPU that this nvcc knows, of which a newer one knows others than the assembler."""
    compiler = str(nvcc())
    listed = subprocess.run([compiler, "--list-gpu-code"], stdout=subprocess.PIPE, check=True)
    known = listed.stdout.decode().split()
    assert known
    for target in known:
        code = made([compiler, "--cubin", f"-arch={target}"], tmp_path)
        assert [name for name in NAMES if name not in code] == [], target


def test_old_drivers_take_it() -> None:
    """PTX 3.2 is that of CUDA 5.5, and sm_30 runs on all that came later."""
    lines = module().splitlines()
    assert lines[:3] == [".version 3.2", ".target sm_30", ".address_size 64"]
    assert module().isascii()
