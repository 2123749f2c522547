"""The table that `nvidia-smi` prints, in every layout.

    | NVIDIA-SMI 440.33.01    Driver Version: 440.33.01    CUDA Version: 10.2     |
    | NVIDIA-SMI 610.43       KMD Version: 610.43       CUDA UMD Version: 13.3     |
    |   0  NVIDIA GeForce RTX 3090        Off |   00000000:01:00.0  On |   N/A |
    | 30%   45C    P8             22W /  350W |     410MiB /  24576MiB |   3%  Default |
    |   0  Quadro K2000        Off  | 0000:01:00.0     N/A |                  N/A |
    |    0   N/A  N/A      2034      C   python                          22134MiB |
    |  0    1   0   0  |     12MiB /  9856MiB  | 14    0 |        a MIG instance

Since 450 each GPU takes three lines (the third has its MIG mode), before it two. Layouts:
nvidia-smi 340 to 615 (2026-11).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.pasted import Line
from gpucheck.statements import Field, Reader, Statement, Value

MIB = 1 << 20

_SMI = re.compile(r"NVIDIA-SMI (\d{2,3}\.\d{1,3}(?:\.\d{1,3})?)")
_DRIVER = re.compile(r"(?:Driver|KMD) Version: ?(\d{2,3}\.\d{1,3}(?:\.\d{1,3})?)")
_CUDA = re.compile(r"CUDA (?:UMD )?Version: ?(\d{1,2}\.\d)")
_GPU = re.compile(
    r"\|\s{1,4}(\d{1,3})\s{1,4}(\S.{2,60}?)\s+(On|Off|N/A|WDDM|TCC|MCDM)\s{0,20}\|"
    r"\s{1,8}([0-9A-Fa-f]{4,8}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.[0-9A-F])\s+(On|Off|N/A)\s{0,20}\|"
)
_MEMORY = re.compile(
    r"\|\s{0,6}(?:\d{1,3}%|N/A|ERR!).{3,60}?\|\s{1,16}(\d{1,7})MiB\s?/\s{0,8}(\d{1,7})MiB\s{0,16}\|"
    r"(?:\s{1,16}(\d{1,3})%\s{1,12}(\S.{0,14}?\S)\s{0,12}\|)?"
)
_CELL = re.compile(r"\|[^|]*\|[^|]*\|\s{1,24}(Enabled\*?|Disabled\*?|N/A)\s{0,16}\|")
_PROCESS = re.compile(
    r"\|\s{1,8}(\d{1,3})\s{1,8}(?:(?:N/A|\d{1,3})\s+(?:N/A|\d{1,3})\s+)?(\d{1,8})\s+(C\+G|C|G|M\+C)\s+(\S.{0,80}?)"
    r"\s+(?:(\d{1,7})MiB|N/A)\s{0,8}\|"
)
_MODES = {
    "default": "default",
    "e. process": "exclusive_process",
    "e. thread": "exclusive_thread",
    "prohibited": "prohibited",
}
_ERROR = re.compile(r"ERR!")


def read(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield driver, GPUs, their memory and processes."""
    index: str | None = None
    for line in lines:
        text = line.text.strip()
        for field, value in _of_head(text):
            yield Statement(field, value, line.number)
        gpu = _GPU.search(text)
        if gpu:
            index = gpu[1]
            for name, value in _of_gpu(gpu):
                yield Statement(("driver", "gpus", index, name), value, line.number)
        elif index is not None and text.startswith("|"):
            for name, value in _of_state(text):
                yield Statement(("driver", "gpus", index, name), value, line.number)
        process = _PROCESS.search(text)
        if process:
            for name, value in _of_process(process):
                field = ("driver", "gpus", process[1], "processes", process[2], name)
                yield Statement(field, value, line.number)


def _of_head(text: str) -> Iterator[tuple[Field, Value]]:
    driver, cuda, smi = _DRIVER.search(text), _CUDA.search(text), _SMI.search(text)
    if driver:
        yield ("driver", "driver_release"), driver[1]
    if cuda and (smi or driver):
        yield ("driver", "driver_cuda"), cuda[1]
    if smi and not driver and "+" not in text and "has failed" not in text:
        yield ("driver", "nvml_release"), smi[1]


def _of_gpu(gpu: re.Match[str]) -> Iterator[tuple[str, Value]]:
    name = gpu[2].strip()
    if not name.endswith("..."):  # old tables cut names off
        yield "name", name
    yield "pci_address", gpu[4].lower()
    if gpu[3] in {"On", "Off"}:
        yield "is_persistence_on", gpu[3] == "On"
    elif gpu[3] != "N/A":
        yield "driver_model", gpu[3]
    if gpu[5] != "N/A":
        yield "is_display_active", gpu[5] == "On"


def _of_state(text: str) -> Iterator[tuple[str, Value]]:
    memory = _MEMORY.match(text)
    if memory:
        used, total = (int(memory[group]) * MIB for group in (1, 2))
        yield "memory_used_bytes", used
        yield "memory_total_bytes", total
        if memory[3]:
            yield "utilization_gpu_percent", int(memory[3])
        mode = _MODES.get((memory[4] or "").lower())
        if mode:
            yield "compute_mode", mode
    cell = _CELL.match(text)
    if cell and cell[1] != "N/A" and not memory:
        yield "is_mig_enabled", cell[1].startswith("Enabled")


def _of_process(process: re.Match[str]) -> Iterator[tuple[str, Value]]:
    yield "pid", int(process[2])
    yield "kind", "graphics" if process[3] == "G" else "compute"
    yield "name", process[4].strip()
    if process[5]:
        yield "memory_bytes", int(process[5]) * MIB


READER = Reader("nvidia-smi's table", read)
