"""GPU208: a CUDA library from elsewhere is loaded in place of the wheel's own."""

from typing import Any

from gpucheck.facts import (
    Distribution,
    Facts,
    Framework,
    ImportFailure,
    LoadedLibrary,
    LoaderLibrary,
)
from gpucheck.versions import CudnnVersion
from make import facts, findings, found, framework, report, torch

SITE = "/env/lib/python3.12/site-packages"
CUBLAS = "/opt/cuda-12.1/lib64/libcublas.so.12.1.3.1"
OWN = f"{SITE}/nvidia/cublas/lib/libcublas.so.12"
SYMBOL = "libcusparse.so.12: undefined symbol: __nvJitLinkComplete_12_4, version libnvJitLink.so.12"
LD_PATH = {"LD_LIBRARY_PATH": "/opt/cuda-12.1/lib64:/usr/local/nvidia/lib64"}


def here(path: str, build: Framework | None = None, **more: Any) -> Facts:
    """Return an environment whose PyTorch requires cuBLAS's wheel and has loaded `path`."""
    library = LoadedLibrary(soname="libcublas.so.12", path=path)
    made = build or torch("2.6.0+cu124", loaded_libraries=(library,))
    wheels = (
        Distribution(name="torch", release="2.6.0", requires=("nvidia-cublas-cu12==12.4.5.8; x",)),
        Distribution(name="nvidia-cublas-cu12", release="12.4.5.8", folder=SITE),
    )
    changes = {"distributions": wheels, "site_folders": (SITE,)}
    return facts(torch=made, environment=LD_PATH, packages=changes, **more)


def test_fires_on_another_release_from_outside() -> None:
    """CuBLAS 12.1 of a toolkit in place of 12.4; its folder goes, the driver's folder stays."""
    (finding,) = findings(here(CUBLAS), "GPU208")
    assert finding.severity == "warning"
    assert "12.1.3.1; nvidia-cublas-cu12 is 12.4.5.8" in finding.evidence[0]
    assert finding.remedy
    assert finding.remedy.commands == ("export LD_LIBRARY_PATH=/usr/local/nvidia/lib64",)


def test_silent_on_the_wheel_s_own_and_on_the_same_release() -> None:
    """A folder on the loader's path harms nobody as long as the libraries are the same."""
    assert "GPU208" not in found(here(OWN))
    assert "GPU208" not in found(here("/opt/cuda-12.4/lib64/libcublas.so.12.4.5.8"))


def test_silent_when_the_release_cannot_be_told_or_does_not_compare() -> None:
    """A file that names only its major, and CUPTI, which counts by years."""
    assert "GPU208" not in found(here("/usr/lib/libcublas.so.12"))
    cupti = LoadedLibrary(soname="libcupti.so.12", path="/opt/cuda/libcupti.so.2024.1.1")
    assert "GPU208" not in found(here("", torch("2.6.0+cu124", loaded_libraries=(cupti,))))


def test_silent_when_the_framework_does_not_use_wheels() -> None:
    """A build of NVIDIA's containers links the system's CUDA; another package brought the wheel."""
    library = LoadedLibrary(soname="libcublas.so.12", path=CUBLAS)
    build = torch("2.6.0+cu124", distribution="other-torch", loaded_libraries=(library,))
    assert "GPU208" not in found(here("", build))


def test_jax_takes_wheels_that_it_does_not_require() -> None:
    """JAX counts only when the stranger is older: a newer one was put there on purpose."""
    for path, fires in ((CUBLAS, True), ("/opt/c/libcublas.so.12.8.4.1", False)):
        library = LoadedLibrary(soname="libcublas.so.12", path=path)
        build = framework("jax", "0.7.0", "12.4", loaded_libraries=(library,))
        seen = facts(frameworks=[build], distributions={"nvidia-cublas-cu12": "12.4.5.8"})
        assert ("GPU208" in found(seen)) is fires


def test_a_cudnn_that_does_not_fit_is_the_consequence() -> None:
    """An old cuDNN from elsewhere: one error, and what follows from it stands below."""
    path = "/opt/cudnn/lib/libcudnn.so.9.0.0"
    build = torch(
        "2.6.0+cu124",
        loaded_libraries=(LoadedLibrary(soname="libcudnn.so.9", path=path),),
        loaded_cudnn=CudnnVersion.parse("9.0.0"),
        built_for_cudnn=CudnnVersion.parse("9.1.0"),
    )
    wheels = (
        Distribution(name="torch", requires=("nvidia-cudnn-cu12==9.1.0.70",)),
        Distribution(name="nvidia-cudnn-cu12", release="9.1.0.70", folder=SITE),
    )
    seen = report(facts(torch=build, packages={"distributions": wheels}))
    (finding,) = [each for each in seen.findings if each.severity == "error"]
    assert finding.rule == "GPU208"
    assert [each.rule for each in finding.consequences] == ["GPU211"]


def symbol_missing(libraries: tuple[LoaderLibrary, ...] | None) -> Facts:
    """Return a PyTorch whose import failed on a symbol of nvJitLink."""
    failure = ImportFailure(kind="ImportError", message=SYMBOL)
    build = torch("2.6.0+cu124", import_failure=failure)
    return here("", build, toolkit={"loader_libraries": libraries})


def test_missing_symbol_with_a_library_on_the_path() -> None:
    """NvJitLink of LD_LIBRARY_PATH is the cause; of the cache it is one of two."""
    for via, words in (
        ("LD_LIBRARY_PATH", "so the import fails"),
        ("ld.so.cache", "or the wheels"),
    ):
        path = "/opt/cuda-12.1/lib64/libnvJitLink.so.12"
        library = LoaderLibrary(soname="libnvJitLink.so.12", path=path, found_via=via)
        (finding,) = findings(symbol_missing((library,)), "GPU208")
        assert words in finding.message
        assert finding.severity == "error"


def test_missing_symbol_without_any_library_on_the_path_is_another_cause() -> None:
    """Then the wheels do not fit each other."""
    assert findings(symbol_missing(()), "GPU208") == []


def test_a_pasted_line_is_enough() -> None:
    """A report says nothing of the loader's path: both causes are named."""
    seen = facts(messages=[f"OSError: {SYMBOL}"], outcomes={"toolkit": "not_given"})
    (finding,) = findings(seen, "GPU208")
    assert finding.remedy
    assert finding.remedy.commands == ("unset LD_LIBRARY_PATH",)
