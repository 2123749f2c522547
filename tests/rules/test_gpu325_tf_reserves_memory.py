"""GPU325: no memory left for cuDNN or cuBLAS."""

import msgspec

from gpucheck.facts import Facts
from gpucheck.versions import CudnnVersion
from make import facts, findings, found, framework, gpu

NO_HANDLE = "E cuda_dnn.cc:328] Could not create cudnn handle: CUDNN_STATUS_INTERNAL_ERROR"


def pasted(here: Facts) -> Facts:
    """Return facts as of a pasted report."""
    return msgspec.structs.replace(here, origin="report")


def test_fires_on_the_line_in_a_report() -> None:
    """Said as the likely cause, with memory growth as the remedy."""
    here = pasted(
        facts(messages=[NO_HANDLE], frameworks=[framework("tensorflow", "2.3.1", "10.1")])
    )
    finding = next(f for f in findings(here, "GPU325") if f.rule == "GPU325")
    assert finding.severity == "warning"
    assert finding.remedy
    assert finding.remedy.commands == ("export TF_FORCE_GPU_ALLOW_GROWTH=true",)


def test_silent_when_another_cudnn_is_loaded() -> None:
    """Then the line has another reason."""
    build = framework(
        "tensorflow",
        "2.10.0",
        "11.2",
        built_for_cudnn=CudnnVersion.parse("8.1.0"),
        loaded_cudnn=CudnnVersion.parse("7.6.5"),
    )
    assert "GPU325" not in found(pasted(facts(messages=[NO_HANDLE], frameworks=[build])))


def test_silent_with_memory_growth() -> None:
    """It is switched on already."""
    environment = {"TF_FORCE_GPU_ALLOW_GROWTH": "true"}
    assert "GPU325" not in found(pasted(facts(messages=[NO_HANDLE], environment=environment)))


def test_live_it_needs_full_memory() -> None:
    """A line of a program whose memory is free again proves nothing."""
    for used, fires in ((0.97, True), (0.2, False)):
        card = gpu("RTX 4090")
        total = card.memory_total_bytes or 0
        card = msgspec.structs.replace(card, memory_used_bytes=int(used * total))
        build = framework("tensorflow", "2.17.0", "12.3", printed=(NO_HANDLE,))
        assert ("GPU325" in found(facts(gpus=[card], frameworks=[build]))) is fires


def test_two_frameworks_in_one_environment_are_no_fault() -> None:
    """Without a line nothing is wrong."""
    builds = [framework("tensorflow", "2.17.0", "12.3")]
    assert "GPU325" not in found(facts(torch="2.6.0+cu124", frameworks=builds))
