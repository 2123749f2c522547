"""GPU303: a build without code for the GPU."""

from make import facts, found, framework


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


def test_unknown_targets_are_no_finding() -> None:
    """A framework that does not tell its targets, or compiles at run time."""
    assert "GPU303" not in found(
        facts(gpus=["RTX 5090"], frameworks=[framework("cupy", "13", "12.4")])
    )
