"""Measure the smoke tests on a real GPU: their rate beside plain PyTorch, and what they cost.

    python tests/bench/smoke.py [--python PYTHON] [--rounds 5] [--output FILE]

PYTHON is an interpreter with PyTorch. The plain product is timed with CUDA events as one would by
hand: a warm-up, then the median of several; both take turns. One JSON object is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
SOURCE = TESTS.parent / "src"
INSIDE = SOURCE / "gpucheck" / "inside"
SIZE = 8192
PLAIN = f"""
import torch
a, b = (torch.randn({SIZE}, {SIZE}, device="cuda").to(torch.bfloat16) for _ in range(2))
for _ in range(300):
    torch.matmul(a, b)
times = []
for _ in range(25):
    began, ended = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    began.record()
    for _ in range(14):
        torch.matmul(a, b)
    ended.record()
    ended.synchronize()
    times.append(began.elapsed_time(ended) / 14 / 1000)
print(2 * {SIZE} ** 3 / sorted(times)[12])
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the smoke tests on a real GPU.")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    measured = {
        "rate": _rates(options.python, options.rounds),
        "driver_alone_s": _driver_alone(options.python, options.rounds),
        "quick": _quick(options.python),
    }
    text = json.dumps(measured, indent=1) + "\n"
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


def _rates(python: str, rounds: int) -> dict[str, Any]:
    """Return the median rates of one large product: by the smoke test, and by plain PyTorch."""
    ours, plain = [], []
    for _ in range(rounds):
        done = subprocess.run([python, "-c", PLAIN], capture_output=True, text=True, check=True)
        plain.append(float(done.stdout))
        facts = _told(python, "torch", "full", "bf16", "60")
        products = facts["devices"][0]["products"]
        ours.append(max(p["flop_per_s"] for p in products if p["size"] == SIZE))
    pair = statistics.median(ours), statistics.median(plain)
    return {
        "what": f"bf16 {SIZE}, one GPU, median of {rounds} processes",
        "smoke_tflop_per_s": pair[0] / 1e12,
        "plain_tflop_per_s": pair[1] / 1e12,
        "ratio": pair[0] / pair[1],
    }


def _driver_alone(python: str, rounds: int) -> float:
    """Return the seconds of the whole process of the test that needs no framework."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        _told(python, "cuda_driver", "quick", "", "3")
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def _quick(python: str) -> dict[str, Any]:
    """Return the seconds of the whole command, and of each test after its import."""
    command = [sys.executable, "-m", "gpucheck", "smoke", "--python", python, "--format", "json"]
    environ = {**os.environ, "PYTHONPATH": f"{SOURCE}:{os.environ.get('PYTHONPATH', '')}"}
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, env=environ, check=False)
    elapsed_s = time.perf_counter() - started
    tests = json.loads(done.stdout)["facts"]["smoke"]
    return {
        "command_s": elapsed_s,
        "device_s": {
            name: [
                round(d["ended_at"] - d["began_at"], 3) for d in part["value"].get("devices", ())
            ]
            for name, part in tests.items()
        },
    }


def _told(python: str, name: str, level: str, dtypes: str, limit_s: str) -> dict[str, Any]:
    """Run one test on GPU 0 as gpucheck does, and return what it told."""
    sys.path.insert(0, str(SOURCE))
    from gpucheck.child import Family, Job

    file = INSIDE / "smoke" / f"{name}.py"
    job = Job(name, (python,), file, 120, ("0", level, dtypes, limit_s, "", ""))
    result = Family().run(job)
    if result.outcome != "ok":
        raise SystemExit(f"{name}: {result.outcome}, {result.reason}\n{result.output_tail}")
    return result.facts


if __name__ == "__main__":
    main()
