"""GPU508: in WSL, programs load a libcuda that is not WSL's."""

import re
from typing import Any

import msgspec

from gpucheck.facts import DeviceNode, Facts, LoaderLibrary
from gpucheck.remedies.wsl import OF_LINUX_DRIVER
from make import facts, found, report

WSL: dict[str, Any] = {
    "is_wsl": True,
    "wsl_generation": 2,
    "pci_displays": None,
    "device_nodes": (DeviceNode(path="/dev/dxg", is_accessible=True),),
}
OWN = "/usr/lib/wsl/lib/libcuda.so.1"
LINUX = "/usr/lib/x86_64-linux-gnu/libcuda.so.1"
MISSED = "Could not load library libcudnn_cnn_infer.so.8. Error: libcuda.so: cannot open"


def wsl(path: str, error: int | None, **more: Any) -> Facts:
    """Return WSL with a libcuda loaded from `path`."""
    machine = WSL | more.pop("machine", {})
    return facts(cuda_error=error, machine=machine, cuda={"library_path": path}, **more)


def test_fires_on_a_linux_driver_s_libcuda() -> None:
    """With how to remove it, and what that ends."""
    finding = next(f for f in report(wsl(LINUX, 100)).findings if f.rule == "GPU508")
    assert finding.remedy is not None
    assert "apt purge" in finding.remedy.commands[0]
    assert "ends everything" in finding.remedy.text


def test_fires_on_a_program_that_misses_libcuda() -> None:
    """CUDA itself works; the loader's path lacks WSL's folder."""
    (finding,) = report(wsl(OWN, None, messages=[MISSED])).findings
    assert finding.rule == "GPU508"
    assert finding.remedy is not None
    assert finding.remedy.commands[0].startswith("export LD_LIBRARY_PATH=/usr/lib/wsl/lib")


def test_silent_while_cuda_works() -> None:
    """WSL's own library, a container in WSL, and a foreign one that works all the same."""
    assert found(wsl(OWN, None)) == []
    assert found(wsl(LINUX, None, machine={"is_container": True})) == []
    assert found(wsl(LINUX, None)) == []


def test_silent_on_other_errors_of_wsl_s_own_library() -> None:
    """Also when it is reached by a link."""
    link = LoaderLibrary(soname="libcuda.so.1", path=LINUX, real_path=OWN)
    assert "GPU508" not in found(wsl(OWN, 100))
    assert "GPU508" not in found(wsl(LINUX, 100, toolkit={"loader_libraries": (link,)}))


def test_silent_outside_wsl_and_when_unknown() -> None:
    """The same line elsewhere, and a snapshot without the machine."""
    assert "GPU508" not in found(facts(messages=[MISSED]))
    here = wsl(LINUX, 100)
    blank = msgspec.structs.replace(here.machine, value=type(here.machine.value)())
    assert "GPU508" not in found(msgspec.structs.replace(here, machine=blank))


def test_the_removal_names_packages_of_the_driver_only() -> None:
    """A pattern that matches nothing would stop apt; the toolkit's packages stay."""
    finding = next(f for f in report(wsl(LINUX, 100)).findings if f.rule == "GPU508")
    assert finding.remedy is not None
    assert finding.remedy.commands[0].startswith("sudo apt purge $(dpkg-query -W ")
    assert "'^(nvidia-" in finding.remedy.commands[0]
    gone = [
        "nvidia-driver-550", "nvidia-driver-libs:amd64", "nvidia-utils-550", "nvidia-dkms-550-open",
        "nvidia-kernel-common-550", "libnvidia-compute-550:amd64", "libnvidia-ml1:amd64",
        "libcuda1:amd64", "cuda-drivers", "cuda-drivers-550",
    ]  # fmt: skip
    kept = [
        "cuda-toolkit-12-6", "libcudart12", "libcudnn9-cuda-12", "libnvidia-container1:amd64",
        "libnvidia-ml-dev:amd64", "nvidia-container-toolkit", "nvidia-cuda-toolkit",
    ]  # fmt: skip
    assert [name for name in gone + kept if re.search(OF_LINUX_DRIVER, name)] == gone
