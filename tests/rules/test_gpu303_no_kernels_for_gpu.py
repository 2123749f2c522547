"""GPU303: a build without code for the GPU."""

from make import facts, found, framework, report, torch


def test_fires_on_a_newer_gpu() -> None:
    """RTX 5090 (12.0) with a build up to sm_90."""
    assert found(facts(gpus=["RTX 5090"], torch="2.6.0+cu124"))[0] == "GPU303"


def test_fires_on_an_older_gpu() -> None:
    """GTX 1080 Ti (6.1) with a build from sm_75 on."""
    assert found(facts(gpus=["GTX 1080 Ti"], torch="2.9.0+cu130"))[0] == "GPU303"


def test_silent_on_the_same_major() -> None:
    """sm_86 code runs on an RTX 4090 (8.9)."""
    assert "GPU303" not in found(facts(gpus=["RTX 4090"], torch="2.6.0+cu124"))


def test_silent_when_ptx_will_do() -> None:
    """PTX of a lower capability is compiled by the driver."""
    build = framework("torch", "2.3", "12.1", sass_targets=("sm_80",), ptx_targets=("compute_80",))
    assert "GPU303" not in found(facts(gpus=["H100"], torch=build))


def test_datacentre_and_desktop_blackwell_differ() -> None:
    """sm_100 code does not run on 12.0."""
    build = framework("torch", "2.7", "12.8", sass_targets=("sm_90", "sm_100"))
    assert "GPU303" in found(facts(gpus=["RTX 5090"], torch=build))


def test_the_wheel_s_row_tells_what_was_not_asked() -> None:
    """Without the import, or in a report, the table says what PyTorch's wheel was compiled for."""
    unasked = torch("2.6.0+cu124", sass_targets=None)
    assert "GPU303" in found(facts(gpus=["RTX 5090"], torch=unasked))
    assert "GPU303" not in found(facts(gpus=["RTX 4090"], torch=unasked))
    elsewhere = torch("2.6.0a0+ecf3bae40a.nv25.01", is_cuda_build=True, sass_targets=None)
    assert "GPU303" not in found(facts(gpus=["RTX 5090"], torch=elsewhere))


def test_a_cuda_that_dropped_the_gpu() -> None:
    """CUDA 13 has nothing for Pascal, whoever compiles; CUDA 12 has."""
    for major, fires in ((13, True), (12, False)):
        name = f"cupy-cuda{major}x"
        build = framework("cupy", "13.6.0", f"{major}.0", distribution=name)
        assert ("GPU303" in found(facts(gpus=["GTX 1080 Ti"], frameworks=[build]))) is fires


def test_remedy_names_the_build_for_the_gpu() -> None:
    """The CuPy of CUDA 12 for a GPU that CUDA 13 has dropped."""
    build = framework("cupy", "13.6.0", "13.0", distribution="cupy-cuda13x")
    seen = report(facts(gpus=["GTX 1080 Ti"], frameworks=[build])).findings
    finding = next(each for each in seen if each.rule == "GPU303")
    assert finding.remedy
    assert "cupy-cuda12x" in finding.remedy.commands[-1]
    assert "uninstall" in finding.remedy.commands[0]


def test_unknown_targets_are_no_finding() -> None:
    """A framework that does not tell its targets, or compiles at run time."""
    assert "GPU303" not in found(
        facts(gpus=["RTX 5090"], frameworks=[framework("cupy", "13", "12.4")])
    )
