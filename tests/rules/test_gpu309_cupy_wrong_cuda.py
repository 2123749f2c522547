"""GPU309: CuPy for another CUDA than the one that is here."""

from gpucheck.facts import LoaderLibrary, Nvcc
from gpucheck.versions import ToolkitCuda
from make import facts, found, framework, report

CUPY = framework("cupy", "13.6.0", "11.8", distribution="cupy-cuda11x")


def nvrtc(*majors: int) -> dict[str, object]:
    """Return a toolkit section whose loader finds NVRTC of these majors."""
    libraries = (
        LoaderLibrary(soname=f"libnvrtc.so.{m}", path=f"/usr/lib/libnvrtc.so.{m}") for m in majors
    )
    return {"loader_libraries": tuple(libraries)}


def test_fires_with_another_major() -> None:
    """The package of the CUDA that is here replaces the installed one."""
    here = facts(driver="550.54.15", frameworks=[CUPY], toolkit=nvrtc(12))
    finding = next(each for each in report(here).findings if each.rule == "GPU309")
    assert finding.remedy
    assert "cupy-cuda11x" in finding.remedy.commands[0]
    assert "cupy-cuda12x" in finding.remedy.commands[1]


def test_silent_with_its_own_major_somewhere() -> None:
    """On the loader's path, in a wheel, or in a toolkit."""
    assert "GPU309" not in found(facts(frameworks=[CUPY], toolkit=nvrtc(11, 12)))
    wheel = {"nvidia-cuda-nvrtc-cu11": "11.8.89"}
    assert "GPU309" not in found(facts(frameworks=[CUPY], toolkit=nvrtc(12), distributions=wheel))


def test_silent_without_any_cuda_and_without_knowledge() -> None:
    """No CUDA at all is another finding; an unread loader is none."""
    assert "GPU309" not in found(facts(frameworks=[CUPY], toolkit=nvrtc()))
    assert "GPU309" not in found(facts(frameworks=[CUPY]))


def test_a_toolkit_counts_as_another_major() -> None:
    """Only nvcc of CUDA 12 is known, and CuPy names the library that it misses."""
    import msgspec

    line = "RuntimeError: CuPy failed to load libnvrtc.so.11.2: OSError: not found"
    here = facts(frameworks=[CUPY], messages=[line])
    nvcc = Nvcc(path="/usr/local/cuda/bin/nvcc", toolkit_cuda=ToolkitCuda.parse("12.4"))
    value = msgspec.structs.replace(here.toolkit.value, nvccs=(nvcc,))
    section = msgspec.structs.replace(here.toolkit, value=value)
    assert "GPU309" in found(msgspec.structs.replace(here, toolkit=section))


def test_silent_without_a_gpu() -> None:
    """There is nothing that CuPy could run on: on the machine, or in the container."""
    assert "GPU309" not in found(facts(gpus=[], frameworks=[CUPY], toolkit=nvrtc(12)))
    container = {"is_container": True, "device_nodes": ()}
    here = facts(driver=None, machine=container, frameworks=[CUPY], toolkit=nvrtc(12))
    assert "GPU309" not in found(here)
