"""What to do about GPUs inside a batch job: the scheduler hands them out and sets the mask."""

from __future__ import annotations

from gpucheck.facts import Machine
from gpucheck.findings import Remedy


def ask_scheduler_for_a_gpu(machine: Machine) -> Remedy:
    """Return how to get a GPU for a job; changing the mask would take somebody else's."""
    if machine.batch_job == "SLURM_JOB_ID":
        text = "Ask Slurm for a GPU; it then sets the mask itself."
        return Remedy(text, ("srun --gres=gpu:1 …",))
    return Remedy("Ask the scheduler for a GPU at the job's start; it then sets the mask itself.")
