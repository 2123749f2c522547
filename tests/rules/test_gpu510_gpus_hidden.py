"""GPU510: CUDA_VISIBLE_DEVICES hides every GPU."""

import pytest

from make import facts, found, report


@pytest.mark.parametrize("mask", ["", "-1", " ", "NoDevFiles", "none"])
def test_fires_on_values_that_mean_none(mask: str) -> None:
    """Nothing, -1, and what Slurm sets."""
    assert found(facts(cuda_error=100, environment={"CUDA_VISIBLE_DEVICES": mask})) == ["GPU510"]


def test_silent_when_unset_or_set() -> None:
    """Unset shows all; a number shows one."""
    assert found(facts()) == []
    assert found(facts(environment={"CUDA_VISIBLE_DEVICES": "0"})) == []


def test_silent_when_cuda_sees_devices() -> None:
    """What CUDA shows weighs more than our reading of the variable."""
    assert found(facts(environment={"CUDA_VISIBLE_DEVICES": ""})) == []


def test_silent_without_gpus() -> None:
    """Nothing to hide."""
    assert found(facts(gpus=[], environment={"CUDA_VISIBLE_DEVICES": ""})) == ["GPU101"]


@pytest.mark.parametrize("name", ["PBS_JOBID", "LSB_JOBID", "FLUX_JOB_ID", "SGE_TASK_ID"])
def test_in_a_batch_job_the_scheduler_is_asked(name: str) -> None:
    """Without the mask the job would take somebody else's GPU."""
    (finding,) = report(
        facts(cuda_error=100, environment={"CUDA_VISIBLE_DEVICES": "", name: "7"})
    ).findings
    assert finding.remedy is not None
    assert "the scheduler" in finding.remedy.text
    assert finding.remedy.commands == ()
