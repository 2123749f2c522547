"""GPU301: the driver is below the build's floor."""

import msgspec

from gpucheck.facts import Nvcc
from gpucheck.versions import DriverCuda, ToolkitCuda
from make import facts, found, framework, report


def test_fires_below_the_floor_of_the_major() -> None:
    """CUDA 12 needs 525.60.13, CUDA 13 needs 580."""
    assert found(facts(driver="470.223.02", torch="2.6.0+cu124"))[0] == "GPU301"
    assert found(facts(driver="570.86.10", torch="2.9.0+cu130"))[0] == "GPU301"


def test_silent_at_the_floor() -> None:
    """Minor-version compatibility: a driver of the same major is enough."""
    assert "GPU301" not in found(facts(driver="525.60.13", torch="2.6.0+cu124"))


def test_before_cuda_11_every_release_has_its_own_floor() -> None:
    """CUDA 10.2 needs 440.33, although 10.0 runs on 410."""
    old = framework("torch", "1.9.1", "10.2")
    assert "GPU301" in found(facts(driver="418.226.00", gpus=["V100"], torch=old))
    assert "GPU301" not in found(facts(driver="440.33.01", gpus=["V100"], torch=old))


def test_windows_and_wsl_have_their_own_numbers() -> None:
    """WSL shows the Windows driver's release: 528.33 is CUDA 12's floor there."""
    for release, is_too_old in (("527.41", True), ("528.33", False)):
        seen = found(facts(driver=release, torch="2.6.0+cu124", machine={"is_wsl": True}))
        assert ("GPU301" in seen) is is_too_old


def test_forward_compatibility_counts() -> None:
    """Where libcuda itself offers the build's CUDA, the kernel driver's age does not matter."""
    here = facts(driver="470.223.02", gpus=["V100"], torch="2.6.0+cu124")
    cuda = msgspec.structs.replace(here.cuda_driver.value, driver_cuda=DriverCuda.parse("12.4"))
    section = msgspec.structs.replace(here.cuda_driver, value=cuda)
    assert "GPU301" not in found(msgspec.structs.replace(here, cuda_driver=section))


def test_unknown_cuda_major_is_skipped() -> None:
    """A CUDA that the tables do not know is no finding, and is said."""
    seen = report(facts(torch=framework("torch", "9.0.0", "19.0")))
    assert "GPU301" not in [finding.rule for finding in seen.findings]
    assert "GPU301" in [skipped.rule for skipped in seen.skipped]


def test_remedy_offers_a_build_for_the_driver() -> None:
    """Besides a newer driver, the PyTorch build that this driver runs is named."""
    finding = report(facts(driver="470.223.02", gpus=["V100"], torch="2.6.0+cu124")).findings[0]
    assert finding.remedy
    assert "torch==2.6.0+cu118" in finding.remedy.commands[0]


def test_error_35_beside_a_toolkit_that_is_too_new() -> None:
    """A program of one's own: the toolkit's CUDA needs a newer driver than is here."""
    line = "CUDA error: CUDA driver version is insufficient for CUDA runtime version"
    old, new = (
        facts(driver="450.80.02", gpus=["V100"], messages=[line]),
        facts(driver="570.86.10", gpus=["V100"], messages=[line]),
    )
    nvcc = Nvcc(path="/usr/local/cuda/bin/nvcc", toolkit_cuda=ToolkitCuda.parse("12.4"))
    for here, fires in ((old, True), (new, False)):
        toolkit = msgspec.structs.replace(
            here.toolkit, value=msgspec.structs.replace(here.toolkit.value, nvccs=(nvcc,))
        )
        seen = found(msgspec.structs.replace(here, toolkit=toolkit))
        assert ("GPU301" in seen) is fires


def test_a_line_alone_proves_it() -> None:
    """PyTorch says it; which driver it needs is not known."""
    line = "RuntimeError: The NVIDIA driver on your system is too old (found version 11040)."
    assert "GPU301" in found(facts(outcomes={"driver": "not_started"}, messages=[line]))


def test_old_gpu_gets_no_driver_that_drops_it() -> None:
    """Arch's nvidia-open does not run Pascal: branch 580 does."""
    arch = {"distribution": "arch", "distribution_like": ()}
    old = facts(driver="470.223.02", gpus=["GTX 1080 Ti"], torch="2.6.0+cu124", machine=arch)
    (finding,) = [each for each in report(old).findings if each.rule == "GPU301"]
    assert finding.remedy
    assert "branch 580 is the last for this GPU" in finding.remedy.text
    assert "nvidia-open" not in " ".join(finding.remedy.commands)
