"""How to find a program's own error on a GPU."""

from __future__ import annotations

from gpucheck.facts import Facts
from gpucheck.findings import Remedy


def find_the_line(facts: Facts) -> Remedy:
    """Return how to find the line of a program that fails on the GPU."""
    text = (
        "Look in the program: its labels, indexes, shapes and data types. GPU errors are reported"
        " late; this makes the trace point to the line, and the last one checks every access."
    )
    run = (
        "set CUDA_LAUNCH_BLOCKING=1 && python PROGRAM"
        if facts.machine.value.os_name == "Windows"
        else "CUDA_LAUNCH_BLOCKING=1 python PROGRAM"
    )
    return Remedy(text, (run, "compute-sanitizer python PROGRAM"))
