"""Measure how long tables take to load, beside `python -c pass` in the same run.

    python tests/bench/tables.py [--rounds 15]

Each round is a fresh process that imports gpucheck's tables and loads some; only the loading is
counted, with the import of its row types. The wheel's size is printed when one is named.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

OF_A_DOCTOR_RUN = (
    "architectures",
    "cuda_driver",
    "cuda_errors",
    "cuda_minor_compat",
    "driver_branches",
    "library_owners",
    "nvml_errors",
    "torch_wheels",
)
"""What the rules and remedies of a broken machine with PyTorch ask for, all together."""

LOAD = """
import sys, time
import msgspec, gpucheck.versions, pathlib  # loaded in any run
started = time.perf_counter()
from gpucheck.tables import Tables, names
tables = Tables()
for name in sys.argv[1:] or names():
    getattr(tables, name)
print(time.perf_counter() - started)
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure how long tables take to load.")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--wheel", type=Path, help="a built wheel, for its size")
    options = parser.parse_args()
    times: dict[str, list[float]] = {"python -c pass": [], "a doctor run": [], "all tables": []}
    for round_number in range(options.rounds + 1):
        taken = {
            "python -c pass": _process(),
            "a doctor run": _loading(*OF_A_DOCTOR_RUN),
            "all tables": _loading(),
        }
        for name, seconds in taken.items():
            if round_number:  # the first one warms up
                times[name].append(seconds)
    empty = statistics.median(times["python -c pass"])
    for name, allowed_ms in (("python -c pass", None), ("a doctor run", 10), ("all tables", 40)):
        median = statistics.median(times[name])
        limit = f"(at most {allowed_ms} ms)" if allowed_ms else ""
        sys.stdout.write(f"{name:16}{median * 1000:8.1f} ms{median / empty:7.2f} × pass  {limit}\n")
    if options.wheel:
        mebibytes = options.wheel.stat().st_size / 1024**2
        sys.stdout.write(f"{'wheel':16}{mebibytes:8.2f} MiB  (at most 3)\n")


def _process() -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.perf_counter() - started


def _loading(*names: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", LOAD, *names], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


if __name__ == "__main__":
    main()
