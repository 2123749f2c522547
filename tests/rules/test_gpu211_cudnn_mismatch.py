"""GPU211: the cuDNN that is loaded does not fit."""

from typing import Any

from gpucheck.facts import Distribution, LoadedLibrary
from gpucheck.versions import CudnnVersion
from make import facts, findings, found, framework, torch

SITE = "/env/lib/python3.12/site-packages"


def with_cudnn(built: str, loaded: str | None, **more: Any) -> list[str]:
    """Return what is found with a PyTorch built for one cuDNN that has loaded another."""
    version = CudnnVersion.parse(loaded) if loaded else None
    build = torch("2.6.0+cu124", built_for_cudnn=CudnnVersion.parse(built), loaded_cudnn=version)
    return found(facts(torch=build, **more))


def test_fires_on_another_major_and_a_lower_minor() -> None:
    """9.1 runs with neither 8.9 nor 9.0."""
    assert "GPU211" in with_cudnn("9.1.0", "8.9.7")
    assert "GPU211" in with_cudnn("9.1.0", "9.0.0")


def test_silent_on_a_higher_minor_and_on_a_major_alone() -> None:
    """Newer minors are compatible; of TensorFlow's build only the major is known."""
    assert "GPU211" not in with_cudnn("9.1.0", "9.1.0")
    assert "GPU211" not in with_cudnn("9.1.0", "9.5.1")
    assert "GPU211" not in with_cudnn("9", "9.0.0")


def test_unknown_without_either_number() -> None:
    """Nothing was loaded, and no wheel tells."""
    assert "GPU211" not in with_cudnn("9.1.0", None)


def test_the_wheel_tells_where_nothing_was_loaded() -> None:
    """JAX needs cuDNN 9.8, the wheel is 9.1: without an import that is known."""
    build = framework("jax", "0.7.0", "12.8", built_for_cudnn=CudnnVersion.parse("9.8"))
    old, new = {"nvidia-cudnn-cu12": "9.1.0.70"}, {"nvidia-cudnn-cu12": "9.10.2.21"}
    (finding,) = findings(facts(frameworks=[build], distributions=old), "GPU211")
    assert finding.remedy
    assert "'nvidia-cudnn-cu12>=9.8,<10'" in finding.remedy.commands[0]
    assert "GPU211" not in found(facts(frameworks=[build], distributions=new))
    other = framework("tensorflow", "2.16.2", "12.3", built_for_cudnn=CudnnVersion.parse("8"))
    assert "GPU211" not in found(facts(frameworks=[other], distributions=new))


def mixed(path: str) -> list[str]:
    """Return what is found when a part of cuDNN lies elsewhere."""
    libraries = (
        LoadedLibrary(soname="libcudnn.so.9", path=f"{SITE}/nvidia/cudnn/lib/libcudnn.so.9"),
        LoadedLibrary(soname="libcudnn_ops.so.9", path=path),
    )
    wheels = (
        Distribution(name="torch", requires=("nvidia-cudnn-cu12==9.1.0.70",)),
        Distribution(name="nvidia-cudnn-cu12", release="9.1.0.70", folder=SITE),
    )
    build = torch("2.6.0+cu124", loaded_libraries=libraries)
    return found(facts(torch=build, packages={"distributions": wheels}))


def test_parts_of_two_releases() -> None:
    """Parts of one release may lie in two folders; of two releases they refuse to work."""
    assert "GPU211" in mixed(f"{SITE}/other/libcudnn_ops.so.9.5.1")
    assert "GPU211" not in mixed("/usr/lib/libcudnn_ops.so.9.1.0")


def test_a_part_from_the_loader_s_path_has_that_as_its_cause() -> None:
    """LD_LIBRARY_PATH is what mixes them."""
    assert mixed("/usr/lib/libcudnn_ops.so.9.5.1")[0] == "GPU208"
    assert "GPU211" not in mixed("/usr/lib/libcudnn_ops.so.9.5.1")


def test_a_printed_line_proves_it() -> None:
    """XLA says both numbers itself; without facts there are words and no command."""
    line = "Loaded runtime CuDNN library: 8.1.0 but source was compiled with: 8.6.0."
    (finding,) = findings(facts(messages=[line]), "GPU211")
    assert finding.remedy
    assert finding.remedy.commands == ()
