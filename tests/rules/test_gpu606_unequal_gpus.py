"""GPU606: the visible GPUs differ."""

import msgspec

from make import MIB, facts, found, gpu, report


def test_notes_different_models_and_different_memory() -> None:
    """Each card stands in the evidence."""
    (finding,) = (f for f in report(facts(gpus=["A100", "H100"])).findings if f.rule == "GPU606")
    assert finding.severity == "note"
    assert len(finding.evidence) == 2
    small = gpu("A100", 1, memory_total_bytes=40960 * MIB)
    assert found(facts(gpus=["A100", small])) == ["GPU606"]


def test_silent_on_equal_gpus() -> None:
    """One GPU; two of a kind, one with ECC; MIG; unknown names."""
    assert found(facts(gpus=["A100"])) == []
    assert found(facts(gpus=["A100", gpu("A100", 1, memory_total_bytes=77000 * MIB)])) == []
    assert "GPU606" not in found(facts(gpus=["A100", gpu("H100", 1, is_mig_enabled=True)]))
    unnamed = [msgspec.structs.replace(gpu("A100", n), name=None) for n in (0, 1)]
    assert found(facts(gpus=unnamed)) == []


def test_only_what_cuda_shows_counts() -> None:
    """The small card is masked."""
    here = facts(gpus=["A100", "H100"])
    cuda = here.cuda_driver.value
    masked = msgspec.structs.replace(cuda, devices=(cuda.devices or ())[:1])
    section = msgspec.structs.replace(here.cuda_driver, value=masked)
    assert "GPU606" not in found(msgspec.structs.replace(here, cuda_driver=section))
