"""Measure `gpucheck doctor --from` on a megabyte of several kinds of text, beside `--version`.

python tests/bench/reports.py [--rounds 5] [--gpucheck .venv/bin/gpucheck]

Prints the median wall time of the whole process, its share of a second, the ratio to `--version`
in the same run, and the highest memory.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

SIZE = 1 << 20
ALLOWED_S = 1.0
ALLOWED_MIB = 150
RECORDED = Path(__file__).parents[1] / "readers" / "recorded"


def kinds() -> Iterator[tuple[str, str]]:
    """Yield the name and a megabyte of each kind of text."""
    tools = "\n".join(path.read_text("utf-8") for path in sorted(RECORDED.glob("*.txt")))
    yield "outputs of tools", _of_size(tools)
    noise = random.Random(7)
    letters = "abcdefghijklmnopqrstuvwxyz 0123456789./:-_=|\n"
    yield "noise", "".join(noise.choices(letters, k=SIZE))
    yield "one line", "a" * SIZE
    yield "short lines", _of_size("\n".join(str(number) for number in range(200_000)))
    for unit in ("| ", "1.2.3 ", "torch==1.2.3 ", "CUDA_VISIBLE_DEVICES=", "C:\\Users\\", "a: "):
        yield repr(unit), _of_size(unit * (100 // len(unit)) + "\n")


def _of_size(text: str) -> str:
    return (text * (SIZE // len(text) + 1))[:SIZE]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure how fast reports are read.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--gpucheck", default=str(Path(sys.executable).with_name("gpucheck")))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.txt")
        for name, text in kinds():
            report.write_text(text, "utf-8")
            times, base, memory_mib = [], [], 0.0
            for _ in range(options.rounds):
                base.append(_run(options.gpucheck, "--version")[0])
                elapsed_s, used_mib = _run(options.gpucheck, "doctor", "--from", str(report))
                times.append(elapsed_s)
                memory_mib = max(memory_mib, used_mib)
            median_s, ratio = statistics.median(times), statistics.median(times)
            ratio /= statistics.median(base)
            sys.stdout.write(
                f"{name:26}{median_s:6.2f} s (at most {ALLOWED_S}) {ratio:6.1f} x --version"
                f" {memory_mib:6.0f} MiB (at most {ALLOWED_MIB})\n"
            )


def _run(*command: str) -> tuple[float, float]:
    """Return the seconds of a process, and the most memory that it used, in MiB."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return time.perf_counter() - started, usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
