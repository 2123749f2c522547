"""Run the probes of `inside/` under a given interpreter, as gpucheck itself does.

Executed as a script it records what they report, for `tests/snapshots/recorded_frameworks/`:

    python tests/inside/probing.py ENVIRONMENT/bin/python torch > torch-2.15.0+cu132.json
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import msgspec

import gpucheck
from gpucheck import versions
from gpucheck.child import Family, Job, Result
from gpucheck.facts import Framework, Packages

INSIDE = Path(gpucheck.__file__).parent / "inside"
TIMEOUT_S = 120.0


def run_probe(python: str | Path | tuple[str, ...], probe: str) -> Result:
    """Run `probes/packages` or `frameworks/torch` under `python`."""
    command = python if isinstance(python, tuple) else (str(python),)
    name = probe.rpartition("/")[2]
    return Family().run(Job(name, command, INSIDE / f"{probe}.py", TIMEOUT_S))


def told(result: Result) -> dict[str, Any]:
    """Return what a probe told, which must have come to its end."""
    assert result.outcome == "ok", (result.outcome, result.reason, result.stage, result.output_tail)
    return result.facts


def as_packages(facts: dict[str, Any]) -> Packages:
    """Turn what packages.py told into its record; unknown fields and wrong types are errors."""
    known = {name: value for name, value in facts.items() if name != "frameworks"}
    assert set(known) <= set(Packages.__struct_fields__)
    return msgspec.convert(known, Packages, dec_hook=versions.decode)


def as_framework(facts: dict[str, Any]) -> Framework:
    """Turn what a framework file told into its record, as strictly as `as_packages` does."""
    assert set(facts) <= set(Framework.__struct_fields__)
    return msgspec.convert(facts, Framework, dec_hook=versions.decode)


def record(python: str, framework: str) -> str:
    """Return both probes' reports as JSON, with the environment's own path replaced by "/env"."""
    packages = told(run_probe(python, "probes/packages"))
    report = {"packages": packages, "framework": told(run_probe(python, f"frameworks/{framework}"))}
    text = json.dumps(report, indent=1, sort_keys=True) + "\n"
    return text.replace(packages["prefix"], "/env").replace(packages["base_prefix"], "/python")


if __name__ == "__main__":
    os.environ.pop("PYTHONPATH", None)  # it is how gpucheck was found, and no part of the target
    sys.stdout.write(record(*sys.argv[1:]))
