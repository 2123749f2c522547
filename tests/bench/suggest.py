"""Measure how long the solver takes for wishes on a machine, tables opened and not.

python tests/bench/suggest.py [--rounds 15]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gpucheck.suggest import parse, situation_of, solve
from gpucheck.tables import Tables
from make import facts

ALLOWED_MS = 50
WISHES = (
    ("torch",),
    ("torch", "tensorflow", "cupy"),
    ("torch", "jax", "numba"),
    ("torch==2.6.0", "tensorflow==2.19.0", "jax"),
    ("torch", "torchvision", "torchaudio"),
)
DRIVERS = ("470.223.02", "535.129.03", "580.95.05")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the solver.")
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    for wishes in WISHES:
        for driver in DRIVERS:
            warm = Tables()
            _solving(wishes, driver, warm)
            cold_ms = statistics.median(_solving(wishes, driver, Tables()) for _ in range(rounds))
            warm_ms = statistics.median(_solving(wishes, driver, warm) for _ in range(rounds))
            what = f"{', '.join(wishes):40}{driver:12}"
            times = f"{warm_ms:7.1f} ms, tables unread {cold_ms:7.1f} ms"
            sys.stdout.write(f"{what}{times}  (at most {ALLOWED_MS})\n")


def _solving(wishes: tuple[str, ...], driver: str, tables: Tables) -> float:
    """Return the milliseconds of one plan or conflict."""
    here = facts(driver=driver)
    started = time.perf_counter()
    solve(parse(wishes), situation_of(here, tables), tables)
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
