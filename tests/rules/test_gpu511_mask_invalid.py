"""GPU511: CUDA_VISIBLE_DEVICES lists what is no GPU here."""

import msgspec
import pytest

from gpucheck.facts import Facts
from make import facts, found, report


def masked(mask: str, visible: int, gpus: int = 2) -> Facts:
    """Return a machine where CUDA shows the first `visible` GPUs under `mask`."""
    here = facts(gpus=["A100"] * gpus, environment={"CUDA_VISIBLE_DEVICES": mask})
    cuda = here.cuda_driver.value
    cuda = msgspec.structs.replace(cuda, devices=(cuda.devices or ())[:visible])
    section = msgspec.structs.replace(here.cuda_driver, value=cuda)
    return msgspec.structs.replace(here, cuda_driver=section)


@pytest.mark.parametrize("mask", ["7", "0 1", "$0", "GPU-beef", "cuda:0", "²"])
def test_first_entry_unknown_is_an_error(mask: str) -> None:
    """Nothing stays visible."""
    (finding,) = report(masked(mask, 0)).findings
    assert (finding.rule, finding.severity) == ("GPU511", "error")


def test_later_entry_unknown_is_a_warning() -> None:
    """What stands before it stays visible."""
    (finding,) = report(masked("0,5", 1)).findings
    assert (finding.rule, finding.severity) == ("GPU511", "warning")


@pytest.mark.parametrize("mask", ["0,1", "1", " 0 , 1", "GPU-00000000", "MIG-GPU-x/1/0"])
def test_silent_on_known_entries(mask: str) -> None:
    """Numbers, the beginning of a UUID, the older MIG form."""
    assert found(masked(mask, 2)) == []


def test_silent_when_cuda_sees_more() -> None:
    """CUDA's own count weighs more than our reading."""
    assert found(masked("0 1", 2)) == []


def test_in_a_batch_job_the_scheduler_is_asked() -> None:
    """It sets the mask itself: Slurm by its command, others by words."""
    for name, commands in (("SLURM_JOB_ID", ("srun --gres=gpu:1 …",)), ("_CONDOR_SLOT", ())):
        here = facts(cuda_error=100, environment={"CUDA_VISIBLE_DEVICES": "7", name: "1"})
        (finding,) = report(here).findings
        assert finding.remedy is not None
        assert finding.remedy.commands == commands
