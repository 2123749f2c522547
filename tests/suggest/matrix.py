"""Wishes and machines whose plans a real resolver tries against the real package index.

Run as a program it tries all of them, four at a time, and writes the table of
docs/suggest-install.md; uv keeps what it has read in its cache.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gpucheck.resolving import Answer, resolve
from gpucheck.suggest import Conflict, Plan, parse, situation_of, solve
from gpucheck.suggest.place import Place
from gpucheck.tables import Tables
from make import facts

TABLES = Tables()
WINDOWS = {"os_name": "Windows", "architecture": "AMD64", "libc_name": None, "libc_release": None}
ARM = {"architecture": "aarch64"}

MACHINES: dict[str, dict[str, Any]] = {
    "RTX 4090, 580, Python 3.12": {"gpus": ["RTX 4090"], "driver": "580.95.05"},
    "RTX 5090, 580, Python 3.13": {"gpus": ["RTX 5090"], "python": "3.13.1"},
    "H100, 535, Python 3.11": {"gpus": ["H100"], "driver": "535.129.03", "python": "3.11.9"},
    "A100, 550, Python 3.10": {"gpus": ["A100"], "driver": "550.54.15", "python": "3.10.14"},
    "B200, 595, Python 3.14": {"gpus": ["B200"], "driver": "595.45.04", "python": "3.14.0"},
    "GTX 1080 Ti, 580, Python 3.12": {"gpus": ["GTX 1080 Ti"]},
    "V100, 470, Python 3.9": {"gpus": ["V100"], "driver": "470.223.02", "python": "3.9.18"},
    "T4, 470, Python 3.8": {"gpus": ["T4"], "driver": "470.223.02", "python": "3.8.18"},
    "K80, 470, Python 3.8": {"gpus": ["Tesla K80"], "driver": "470.223.02", "python": "3.8.18"},
    "RTX 3060, 552 on Windows, Python 3.12": {
        "gpus": ["RTX 3060"],
        "driver": "552.22",
        "machine": WINDOWS,
    },
    "H100, 580 on aarch64, Python 3.12": {"gpus": ["H100"], "machine": ARM},
    "A100, 580, glibc 2.28, Python 3.11": {
        "gpus": ["A100"],
        "python": "3.11.9",
        "machine": {"libc_release": "2.28"},
    },
}

WISHES: tuple[tuple[str, ...], ...] = (
    ("torch",),
    ("torch", "torchvision"),
    ("tensorflow",),
    ("jax",),
    ("cupy",),
    ("numba",),
    ("onnxruntime-gpu",),
    ("mxnet",),
    ("vllm",),
    ("xformers",),
    ("bitsandbytes",),
    ("torch", "jax"),
    ("torch", "tensorflow"),
    ("torch", "cupy", "numba"),
    ("tensorflow", "cupy"),
    ("jax", "onnxruntime-gpu"),
    ("tensorflow", "numba"),
    ("torch", "tensorflow", "jax"),
    ("torch", "numpy<2"),
    ("torch", "torchvision", "torchaudio", "bitsandbytes"),
)


class Case(NamedTuple):
    """Wishes on a machine."""

    machine: str
    wishes: tuple[str, ...]

    @property
    def name(self) -> str:
        """What the case is called."""
        return f"{', '.join(self.wishes)} on {self.machine}"


CASES = tuple(Case(machine, wishes) for machine in MACHINES for wishes in WISHES)


def planned(case: Case) -> Plan | Conflict:
    """Return the plan, from the package index alone where that can grant the wishes."""
    here = situation_of(facts(**MACHINES[case.machine]), TABLES)
    plan = solve(parse(case.wishes), here, TABLES)
    if isinstance(plan, Plan) and plan.variant:
        return solve(parse(case.wishes), here, TABLES, is_index_only=True)
    return plan


def tried(case: Case) -> tuple[Plan | Conflict, Answer | None]:
    """Return a case's plan and what the resolver says of it; None: there is no plan to try."""
    plan = planned(case)
    if isinstance(plan, Conflict):
        return plan, None
    return plan, resolve(plan, Place(manager="uv", os_name="Linux"))


def rows() -> Iterator[str]:
    """Yield the rows of the table in the documentation."""
    with ThreadPoolExecutor(4) as pool:
        for case, (plan, answer) in zip(CASES, pool.map(tried, CASES), strict=True):
            if isinstance(plan, Conflict):
                asked, outcome = "", f"conflict: {plan.reasons[0].says}"
            else:
                asked = f"`{' '.join(plan.requirements)}`"
                outcome = (
                    "resolves" if answer and answer.is_resolved else f"**{answer and answer.says}**"
                )
            cells = (case.machine, ", ".join(case.wishes), asked, outcome.replace("|", "\\|"))
            yield f"| {' | '.join(' '.join(cell.split()) for cell in cells)} |"


DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "suggest-install.md"
BEGIN, END = "<!-- matrix -->\n", "<!-- end -->\n"


def write_document() -> None:
    """Try all cases and put the table into the documentation."""
    table = list(rows())
    resolved = sum(row.endswith("| resolves |") for row in table)
    today = datetime.now(UTC).date()
    head = f"{today}: {resolved} of {len(table)} resolve; the others say what is in their way.\n\n"
    head += "| machine | wishes | plan | outcome |\n| --- | --- | --- | --- |\n"
    before, _, rest = DOCUMENT.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    body = "".join(f"{row}\n" for row in table)
    DOCUMENT.write_text(before + BEGIN + head + body + END + after, "utf-8")


if __name__ == "__main__":
    write_document()
