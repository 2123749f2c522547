"""GPU125: one MIG instance of several."""

from gpucheck.facts import CudaDevice, MigInstance
from make import facts, found, gpu, report

UUIDS = ("MIG-aaaaaaaa-0000", "MIG-bbbbbbbb-0000")
PARTED = gpu(
    "A100", is_mig_enabled=True, mig_instances=tuple(MigInstance(uuid=uuid) for uuid in UUIDS)
)


def masked(mask: str | None, devices: int = 1) -> list[str]:
    """Return what is found when CUDA shows so many devices under that mask."""
    shown = tuple(CudaDevice(ordinal=i, uuid=uuid) for i, uuid in enumerate(UUIDS[:devices]))
    environment = {} if mask is None else {"CUDA_VISIBLE_DEVICES": mask}
    return found(facts(gpus=[PARTED], cuda={"devices": shown}, environment=environment))


def test_a_list_of_several_is_a_warning() -> None:
    """The list promises more than CUDA gives; each process gets an instance of its own."""
    shown = (CudaDevice(ordinal=0, uuid=UUIDS[0]),)
    mask = {"CUDA_VISIBLE_DEVICES": ",".join(UUIDS)}
    (finding,) = report(facts(gpus=[PARTED], cuda={"devices": shown}, environment=mask)).findings
    assert (finding.rule, finding.severity) == ("GPU125", "warning")
    assert finding.remedy
    assert finding.remedy.commands[1] == f"CUDA_VISIBLE_DEVICES={UUIDS[1]} …"


def test_a_number_is_a_note() -> None:
    """It leaves the first instance."""
    assert masked("0") == ["GPU125"]


def test_silent_when_one_is_chosen_or_nothing_is_promised() -> None:
    """One UUID, no mask, or a CUDA that shows them all."""
    assert masked(UUIDS[1]) == []
    assert masked(None) == []
    assert "GPU125" not in masked(",".join(UUIDS), devices=2)


def test_unknown_without_cuda() -> None:
    """How many CUDA shows is not known."""
    unknown = facts(
        gpus=[PARTED],
        cuda={"devices": None},
        environment={"CUDA_VISIBLE_DEVICES": ",".join(UUIDS)},
    )
    assert "GPU125" not in found(unknown)


def test_a_list_of_numbers_is_cut_because_of_it() -> None:
    """That "1" is no GPU here follows: the instance's UUID helps, another number does not."""
    shown = (CudaDevice(ordinal=0, uuid=UUIDS[0]),)
    mask = {"CUDA_VISIBLE_DEVICES": "0,1"}
    (finding,) = report(facts(gpus=[PARTED], cuda={"devices": shown}, environment=mask)).findings
    assert finding.rule == "GPU125"
    assert [each.rule for each in finding.consequences] == ["GPU511"]
