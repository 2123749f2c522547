"""GPU210: the cuDNN that a framework needs is not there."""

from typing import Any

import msgspec

from gpucheck.facts import Distribution, Facts, ImportFailure, LoaderLibrary
from gpucheck.versions import CudnnVersion
from make import facts, findings, found, framework, report, torch

NO_LIBRARIES: dict[str, Any] = {"loader_libraries": ()}


def jax(devices: tuple[()] | None = (), **more: Any) -> Facts:
    """Return a JAX built for cuDNN 9 that lists no GPU."""
    cudnn = CudnnVersion.parse("9.8")
    build = framework("jax", "0.7.0", "12.8", built_for_cudnn=cudnn, devices=devices)
    return facts(frameworks=[build], **more)


def test_an_import_that_names_it() -> None:
    """The wheel of the build's CUDA and of the library's own major."""
    message = "libcudnn.so.9: cannot open shared object file: No such file or directory"
    failure = ImportFailure(kind="ImportError", message=message, missing_library="libcudnn.so.9")
    (finding,) = findings(facts(torch=torch("2.6.0+cu124", import_failure=failure)), "GPU210")
    assert finding.remedy
    assert "'nvidia-cudnn-cu12==9.*'" in finding.remedy.commands[0]


def test_a_framework_of_conda_gets_conda_s() -> None:
    """Conda mends what conda installed."""
    message = "libcudnn.so.8: cannot open shared object file"
    failure = ImportFailure(kind="ImportError", message=message, missing_library="libcudnn.so.8")
    build = torch("2.1.0+cu121", import_failure=failure)
    conda = {"environment_kind": "conda"}
    seen = facts(torch=build, conda=["pytorch=2.1.0=py3.11_cuda12.1_0"], packages=conda)
    (finding,) = findings(seen, "GPU210")
    assert finding.remedy
    assert finding.remedy.commands == ("conda install -p /env -c conda-forge cudnn=8",)


def test_fires_when_no_cudnn_of_the_major_is_anywhere() -> None:
    """JAX lists no GPU, and there is no cuDNN 9."""
    assert "GPU210" in found(jax(toolkit=NO_LIBRARIES))
    old = LoaderLibrary(soname="libcudnn.so.8", path="/usr/lib/libcudnn.so.8")
    assert "GPU210" in found(jax(toolkit={"loader_libraries": (old,)}))


def test_silent_when_it_is_there() -> None:
    """On the loader's path, or as a wheel."""
    library = LoaderLibrary(soname="libcudnn.so.9", path="/usr/lib/libcudnn.so.9")
    assert "GPU210" not in found(jax(toolkit={"loader_libraries": (library,)}))
    wheel = {"nvidia-cudnn-cu12": "9.10.2.21"}
    assert "GPU210" not in found(jax(toolkit=NO_LIBRARIES, distributions=wheel))


def test_silent_when_unknown() -> None:
    """The loader's path was not read; JAX was not imported; there is no GPU."""
    assert "GPU210" not in found(jax())
    assert "GPU210" not in found(jax(None, gpus=[], toolkit=NO_LIBRARIES))
    assert "GPU210" not in found(jax(gpus=[], toolkit=NO_LIBRARIES))


def test_lines_count_unless_facts_contradict() -> None:
    """TensorFlow's warning matters where there may be a GPU to use."""
    line = "Could not load dynamic library 'libcudnn.so.8'; dlerror: not found"
    (finding,) = findings(facts(messages=[line]), "GPU210")
    assert finding.remedy
    assert "nvidia-cudnn-cu12" in finding.remedy.text
    assert findings(facts(gpus=[], messages=[line]), "GPU210") == []
    assert findings(facts(messages=["cuDNN/MIOpen library not found"]), "GPU210")


def test_the_release_that_the_framework_pins_is_proposed() -> None:
    """Another 9.x may have dropped the GPU, or break the pin."""
    words = "libcudnn.so.9: cannot open shared object file: No such file or directory"
    failure = ImportFailure(kind="ImportError", message=words, missing_library="libcudnn.so.9")
    here = facts(torch=torch("2.6.0+cu124", import_failure=failure))
    pinned = Distribution(
        name="torch",
        release="2.6.0+cu124",
        requires=('nvidia-cudnn-cu12==9.1.0.70; platform_system == "Linux"',),
    )
    packages = msgspec.structs.replace(here.packages.value, distributions=(pinned,))
    section = msgspec.structs.replace(here.packages, value=packages)
    (finding, *_) = report(msgspec.structs.replace(here, packages=section)).findings
    assert finding.rule == "GPU210"
    assert finding.remedy is not None
    assert finding.remedy.commands[-1].endswith("nvidia-cudnn-cu12==9.1.0.70")
