"""GPU316: Numba's CUDA is newer than the driver's."""

from typing import Any

from make import facts, found, framework, report

NUMBA = framework("numba", "0.61.2", is_cuda_build=None, is_gpu_usable=True)
LINE = "numba.cuda.cudadrv.driver.LinkerError: [222] Call to cuLinkAddData results in"
LINE += " UNSUPPORTED_PTX_VERSION"


def test_note_before_it_fails() -> None:
    """CUDA 12.8's compiler on a driver of CUDA 12.2."""
    here = facts(driver="535.129.03", frameworks=[NUMBA], conda=["cuda-nvvm-impl=12.8.93=h0"])
    (finding,) = report(here).findings
    assert (finding.rule, finding.severity) == ("GPU316", "note")


def test_error_when_it_said_so() -> None:
    """The line and the facts in one finding."""
    here = facts(
        driver="535.129.03",
        frameworks=[NUMBA],
        distributions={"nvidia-cuda-nvcc-cu12": "12.8.93"},
        messages=[LINE],
    )
    (finding,) = report(here).findings
    assert (finding.rule, finding.severity) == ("GPU316", "error")
    assert "12.8" in finding.message


def test_silent_with_an_older_compiler_or_the_bridge() -> None:
    """One that the driver takes is enough; numba-cuda links for older drivers."""
    wheel = {"nvidia-cuda-nvcc-cu12": "12.8.93"}
    old: dict[str, Any] = {"driver": "535.129.03", "frameworks": [NUMBA]}
    assert found(facts(**old, distributions=wheel, conda=["cudatoolkit=11.8.0=h0"])) == []
    assert found(facts(**old, distributions=wheel | {"numba-cuda": "0.18.1"})) == []
    assert found(facts(driver="580.95.05", frameworks=[NUMBA], distributions=wheel)) == []


def test_a_line_alone_proves_it() -> None:
    """Without facts."""
    assert found(facts(messages=[LINE])) == ["GPU316"]
