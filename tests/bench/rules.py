"""Measure how long all rules take over one snapshot, tables loaded, beside loading nothing.

python tests/bench/rules.py SNAPSHOT.json... [--rounds 15]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path

from gpucheck.diagnose import diagnose, pages
from gpucheck.facts import from_json
from gpucheck.tables import Tables

ALLOWED_MS = 25


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure all rules over one snapshot.")
    parser.add_argument("snapshots", type=Path, nargs="+")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    count = len(pages())  # imports every rule
    for path in options.snapshots:
        text = path.read_bytes()
        times = [_judging(text) for _ in range(options.rounds)]
        median_ms = statistics.median(times) * 1000
        sys.stdout.write(
            f"{path.name:32}{count} rules {median_ms:8.1f} ms  (at most {ALLOWED_MS})\n"
        )


def _judging(text: bytes) -> float:
    """Return the seconds of one diagnosis with tables that nobody has opened yet."""
    facts, tables = from_json(text), Tables()
    started = time.perf_counter()
    diagnose(facts, tables)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
