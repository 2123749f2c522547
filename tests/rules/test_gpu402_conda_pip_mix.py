"""GPU402: conda's CUDA beside pip's framework."""

import msgspec

from gpucheck.facts import Distribution, Facts, ImportFailure
from make import facts, findings, found, framework, torch

MIXED = (
    "OSError: /opt/conda/envs/ml/lib/python3.10/site-packages/torch/lib/../../../../"
    "libcublas.so.11: undefined symbol: cublasLtMatmul, version libcublasLt.so.11"
)


def machine(conda: list[str], installer: str = "pip", **changes: object) -> Facts:
    """Return a conda environment with a PyTorch for CUDA 12.4."""
    here = facts(torch=torch("2.6.0+cu124", **changes), conda=conda)
    wheel = Distribution(name="torch", release="2.6.0", installer=installer)
    packages = msgspec.structs.replace(
        here.packages.value, distributions=(wheel,), environment_kind="conda"
    )
    section = msgspec.structs.replace(here.packages, value=packages)
    return msgspec.structs.replace(here, packages=section)


def test_warns_of_another_cuda() -> None:
    """It may still work; both ways out are commands."""
    (finding,) = findings(machine(["cudatoolkit=11.3.1=h2bc3f7f_2"]), "GPU402")
    assert (finding.rule, finding.severity) == ("GPU402", "warning")
    assert finding.remedy
    assert finding.remedy.commands[0] == "conda remove -p /env cudatoolkit"
    assert finding.remedy.commands[1].endswith("--force-reinstall --no-deps torch==2.6.0")


def test_is_an_error_when_a_symbol_is_missing() -> None:
    """The import failed on it, and GPU321 follows."""
    said = "libcusparse.so.12: undefined symbol: cusparseNew, version libcusparse.so.12"
    failure = ImportFailure(kind="OSError", message=said, undefined_symbol="cusparseNew")
    here = machine(["cuda-cudart=11.8.89=0"], import_failure=failure)
    finding = next(f for f in findings(here, "GPU402") if f.rule == "GPU402")
    assert finding.severity == "error"
    assert "GPU321" in [each.rule for each in finding.consequences]


def test_warns_of_pytorch_twice() -> None:
    """Files of conda's were overwritten by pip."""
    assert "GPU402" in found(machine(["pytorch=2.5.1=py3.12_cuda12.4_cudnn9.1.0_0"]))


def test_silent_with_the_same_cuda() -> None:
    """A toolkit to build extensions with is what NVIDIA's channel is for."""
    assert "GPU402" not in found(machine(["cuda-toolkit=12.4.1=0", "cuda-cudart=12.4.127=0"]))


def test_silent_when_all_comes_from_conda() -> None:
    """Its metadata says so."""
    conda = ["pytorch=2.5.1=py3.12_cuda12.4_cudnn9.1.0_0", "cuda-cudart=12.1.105=0"]
    assert "GPU402" not in found(machine(conda, installer="conda"))


def test_the_path_in_the_loaders_line_is_enough() -> None:
    """torch/lib/../../../../ is the environment's own lib, which conda fills."""
    here = facts(messages=[MIXED], outcomes={"packages": "not_given"})
    assert "GPU402" in found(msgspec.structs.replace(here, origin="report"))


def test_silent_where_the_wheel_needs_conda_s_cuda() -> None:
    """CuPy's wheel holds no CUDA: conda's is what it runs on."""
    cupy = framework("cupy", "14.2.0", "12.9", distribution="cupy-cuda12x")
    conda = ["cuda-toolkit=12.4.1=0", "cuda-nvrtc=12.4.127=0", "libcublas=12.4.5.8=0"]
    wheel = Distribution(name="cupy-cuda12x", release="14.2.0", installer="pip")
    here = facts(frameworks=[cupy], conda=conda, packages={"distributions": (wheel,)})
    assert "GPU402" not in found(here)


def test_no_command_removes_the_cuda_that_a_wheel_needs() -> None:
    """Even when its import failed on a symbol."""
    failure = ImportFailure(kind="ImportError", message="m", undefined_symbol="cublasLtMatmul")
    cupy = framework("cupy", "13.6.0", "12.9", distribution="cupy-cuda12x", import_failure=failure)
    wheel = Distribution(name="cupy-cuda12x", release="13.6.0", installer="pip")
    here = facts(
        frameworks=[cupy],
        conda=["cuda-cudart=11.8.89=0"],
        packages={"distributions": (wheel,)},
    )
    (finding,) = findings(here, "GPU402")
    assert finding.remedy
    assert finding.remedy.commands == ()
