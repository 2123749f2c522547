"""Measure what requirements add to `gpucheck doctor --no-import`, on the fake driver, side by side.

python tests/bench/gate.py [--rounds 15]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import fake_nvml
from whole_machine import Machine, importable

ALLOWED = 1.2
REQUIREMENTS = ("gpus>=1", "memory>=40GiB", "driver>=535", "torch>=2.6", "gpu:A100")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the gate.")
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        text = fake_nvml.scenario(gpus=[fake_nvml.gpu("A100")])
        here = Machine(Path(folder), text)
        here.install_torch("2.6.0+cu124")
        one = ("--require", REQUIREMENTS[0])
        five = tuple(word for each in REQUIREMENTS for word in ("--require", each))
        times: dict[str, list[float]] = {"plain": [], "one": [], "five": []}
        for _ in range(rounds):
            for name, more in (("plain", ()), ("one", one), ("five", five)):
                times[name].append(_seconds(here, more))
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, seconds in medians.items():
        ratio = seconds / medians["plain"]
        sys.stdout.write(f"{name:6}{seconds * 1000:8.0f} ms {ratio:6.2f}  (at most {ALLOWED})\n")


def _seconds(here: Machine, more: tuple[str, ...]) -> float:
    command = [sys.executable, "-m", "gpucheck", "doctor", "--no-import"]
    started = time.perf_counter()
    subprocess.run(
        [*command, "--python", str(here.python), *more],
        env=importable(here.environ),
        cwd=here.folder,
        capture_output=True,
        check=False,
    )
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
