"""What to do about GPUs inside a Slurm job, which hands them out itself."""

from __future__ import annotations

from gpucheck.facts import Facts
from gpucheck.findings import Remedy


def is_slurm_job(facts: Facts) -> bool:
    """Tell whether this runs inside a Slurm job, which sets the mask itself."""
    return "SLURM_JOB_ID" in (facts.machine.value.environment or {})


def ask_slurm_for_a_gpu() -> Remedy:
    """Return how to get a GPU from Slurm; changing the mask would take somebody else's."""
    return Remedy("Ask Slurm for a GPU; it then sets the mask itself.", ("srun --gres=gpu:1 …",))
