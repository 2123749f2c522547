"""Measure gpucheck's speed as whole processes, side by side in one run; print medians and ratios.

    python tests/bench/start_up.py --gpucheck VENV/bin/gpucheck --env ENVIRONMENT [--rounds 15]

Install gpucheck as a wheel, with its bytecode, into VENV. ENVIRONMENT is the inspected one; its
installed frameworks are imported one by one to find the slowest. `rigsolve`, when it is installed
in ENVIRONMENT too, is measured beside `doctor --no-import`. The commands take turns, so that a
busy moment of the machine meets all of them.
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

FRAMEWORKS = ("torch", "tensorflow", "jax", "cupy", "numba", "onnxruntime")
IMPORTS = {
    # what a program does before it can use the GPU, as the doctor's children do it
    "torch": "import torch; torch.cuda.is_available()",
    "tensorflow": "import tensorflow as tf; tf.config.list_physical_devices('GPU')",
    "jax": "import jax; jax.devices()",
    "cupy": "import cupy; cupy.cuda.is_available()",
    "numba": "from numba import cuda; cuda.is_available()",
    "onnxruntime": "import onnxruntime; onnxruntime.get_available_providers()",
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure gpucheck's speed, side by side.")
    parser.add_argument("--gpucheck", type=Path, required=True, help="the installed command")
    parser.add_argument("--env", type=Path, required=True, help="the environment to inspect")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    own_python = str(options.gpucheck.parent / "python")
    command, env = str(options.gpucheck), str(options.env)
    small = {
        "python -c pass": [own_python, "-c", "pass"],
        "gpucheck --version": [command, "--version"],
        "doctor --no-import": [command, "doctor", "--no-import", "--env", env],
    }
    rigsolve = options.env / "bin" / "rigsolve"
    if rigsolve.exists():
        small["rigsolve check"] = [str(rigsolve), "check"]
    medians = measured(small, options.rounds)
    large = {
        f"import {name}": [str(options.env / "bin" / "python"), "-c", IMPORTS[name]]
        for name in FRAMEWORKS
        if is_installed(options.env, name)
    }
    large["doctor"] = [command, "doctor", "--env", env]
    medians |= measured(large, max(3, options.rounds // 3))
    report(medians)
    memory_mib = peak_parent_memory_mib([command, "doctor", "--env", env])
    sys.stdout.write(f"{'parent, peak':24}{memory_mib:8.1f} MiB\n")


def is_installed(env: Path, module: str) -> bool:
    """Tell whether the environment has a module."""
    return any(env.glob(f"lib/python*/site-packages/{module}"))


def measured(commands: dict[str, list[str]], rounds: int) -> dict[str, float]:
    """Return the median wall time of each command in seconds; one round warms up."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for round_number in range(rounds + 1):
        for name, command in commands.items():
            started = time.perf_counter()
            subprocess.run(command, capture_output=True, check=False)
            if round_number:
                times[name].append(time.perf_counter() - started)
    return {name: statistics.median(values) for name, values in times.items()}


def report(medians: dict[str, float]) -> None:
    """Print the medians and the ratios that count."""
    for name, seconds in medians.items():
        sys.stdout.write(f"{name:24}{seconds * 1000:8.1f} ms\n")
    slowest = max((s for name, s in medians.items() if name.startswith("import ")), default=None)
    ratios = {
        "--version / pass": (medians["gpucheck --version"], medians["python -c pass"], 1.6),
        "--no-import / rigsolve": (
            medians["doctor --no-import"],
            medians.get("rigsolve check"),
            1.0,
        ),
        "doctor / slowest import": (medians["doctor"], slowest, 1.5),
    }
    for name, (ours, other, allowed) in ratios.items():
        if other:
            sys.stdout.write(f"{name:24}{ours / other:8.2f}    (at most {allowed})\n")


def peak_parent_memory_mib(command: list[str]) -> float:
    """Return the peak resident memory of the command's own process, without its children."""
    reader = (
        "import json, resource, runpy, sys\n"
        "sys.argv = json.loads(sys.argv[1])\n"
        "try:\n"
        "    runpy.run_path(sys.argv[0], run_name='__main__')\n"
        "except SystemExit:\n"
        "    pass\n"
        "sys.stderr.write('%d' % resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    python = str(Path(command[0]).parent / "python")
    done = subprocess.run(
        [python, "-c", reader, json.dumps(command)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "TERM": "dumb"},
    )
    return int(done.stderr.split()[-1]) / 1024


if __name__ == "__main__":
    main()
