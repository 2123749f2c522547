"""Truths on packages around the frameworks, each read in another place than its table was.

The comment above a case names that place. Where table and truth disagree, look for a third.
"METADATA" is what pip's dry run reported of a wheel on 2026-11-21.
"""

from __future__ import annotations

import pytest

from gpucheck.tables import Known, Tables
from gpucheck.versions import BuiltForCuda

TABLES = Tables()


@pytest.mark.parametrize(
    ("release", "python", "numpy"),
    [
        # METADATA of numba 0.61.0
        ("0.61.0", ">=3.10,<3.14", ">=1.24,<1.27"),
        # numba/numba, docs/source/user/installing.rst (commit 5340f052, 2026-08)
        ("0.56.4", ">=3.7,<3.11", ">=1.18,<1.24"),
        ("0.67.0", ">=3.10,<3.15", ">=2.0,<2.6"),
    ],
)
def test_documented_numba(release: str, python: str, numpy: str) -> None:
    """Numba's table of versions names the Pythons and NumPys that were tested."""
    row = TABLES.numba_documented.find(release, lambda row: row.release == release)
    assert isinstance(row, Known)
    assert python in (row.value.python or ())
    assert numpy in (row.value.numpy or ())


@pytest.mark.parametrize(
    ("release", "extras", "brings"),
    [
        # METADATA of numba-cuda
        ("0.15.0", {"cu11", "cu12"}, "cuda-bindings==12.9.*"),
        ("0.20.0", {"cu12", "cu13"}, "cuda-bindings<13.0.0,>=12.9.1"),
    ],
)
def test_numba_cuda(release: str, extras: set[str], brings: str) -> None:
    """An extra of numba-cuda brings NVIDIA's wheels of one CUDA major."""
    row = TABLES.numba_wheels.find(
        release, lambda row: (row.package, row.release) == ("numba-cuda", release)
    )
    assert isinstance(row, Known)
    assert set(row.value.extras) == extras
    assert brings in row.value.extras["cu12"]


@pytest.mark.parametrize(
    ("package", "release", "cuda"),
    [
        # Gentoo overlays, dev-python/mxnet-cu112 and -cu102 (gpo.zugaina.org)
        ("mxnet-cu112", "1.9.1", "11.2"),
        ("mxnet-cu102", "1.9.1", "10.2"),
        # apache/mxnet issue 21210: mxnet-cu117 is used, mxnet-cu118 wished for
        ("mxnet-cu117", "1.9.1", "11.7"),
        # apache/mxnet pull request 16190, tools/pip/doc/CU101_ADDITIONAL.md
        ("mxnet-cu101", "1.5.1", "10.1"),
    ],
)
def test_cuda_of_an_mxnet_package(package: str, release: str, cuda: str) -> None:
    """A package of MXNet is for the CUDA in its name."""
    row = TABLES.mxnet_wheels.find(
        package, lambda row: (row.package, row.release) == (package, release)
    )
    assert isinstance(row, Known)
    assert row.value.cuda == BuiltForCuda.parse(cuda)


def test_no_mxnet_for_cuda_11_on_windows() -> None:
    """Pip finds no mxnet-cu110 on Windows, and no mxnet-cu118 at all.

    Source: apache/mxnet issues 20118 and 21210.
    """
    rows = TABLES.mxnet_wheels.rows
    platforms = {
        platform for row in rows if row.package == "mxnet-cu110" for platform in row.platforms
    }
    assert platforms
    assert "win_amd64" not in platforms
    assert "mxnet-cu118" not in {row.package for row in rows}


@pytest.mark.parametrize(
    ("release", "cuda", "cudnn"),
    [
        # ONNX Runtime, CUDA Execution Provider, edition of 1.7 (segmentfault 1190000039936376)
        ("1.0", "10.0", "7.6.4"),
        ("1.4", "10.1", "7.6.5"),
        ("1.6", "10.2", "8.0.3"),
        # the same page, edition of 1.16 (blog.csdn.net, article 127887083)
        ("1.12", "11.4", "8.2.4"),
        ("1.14", "11.6", "8.2.4"),
        ("1.16", "11.8", "8.2.4"),
    ],
)
def test_documented_onnxruntime(release: str, cuda: str, cudnn: str) -> None:
    """The page of its time and today's page name the same CUDA, and cuDNN for Linux."""
    row = TABLES.onnxruntime_documented.find(release, lambda row: row.release == release)
    assert isinstance(row, Known)
    assert row.value.cuda == cuda
    assert (row.value.cudnn or "").split(" ")[0] == cudnn


@pytest.mark.parametrize(
    ("release", "cuda_major", "extra"),
    [
        # METADATA of onnxruntime-gpu
        ("1.22.0", 12, "nvidia-cuda-runtime-cu12~=12.0"),
        ("1.31.1", 13, "nvidia-cuda-runtime~=13.0"),
    ],
)
def test_onnxruntime_wheel(release: str, cuda_major: int, extra: str) -> None:
    """The libraries that a wheel loads are those that its extra brings."""
    row = TABLES.onnxruntime_wheels.find(release, lambda row: row.release == release)
    assert isinstance(row, Known)
    assert (row.value.cuda_major, row.value.cudnn_major) == (cuda_major, 9)
    assert extra in row.value.extras["cuda"]


@pytest.mark.parametrize(
    ("package", "release", "torch"),
    [
        # facebookresearch/xformers, CHANGELOG.md (commit ca6d2aa0, 2026-04)
        ("xformers", "0.0.23.post1", "==2.1.2"),
        ("xformers", "0.0.28.post3", "==2.5.1"),
        ("xformers", "0.0.31", "==2.7.1"),
        # METADATA
        ("xformers", "0.0.30", "==2.7.0"),
        ("vllm", "0.6.3", "==2.4.0"),
        ("bitsandbytes", "0.45.0", ""),
    ],
)
def test_torch_of_an_addon(package: str, release: str, torch: str) -> None:
    """An add-on asks for the torch that it was built against."""
    row = TABLES.addon_wheels.find(
        package, lambda row: (row.package, row.release) == (package, release)
    )
    assert isinstance(row, Known)
    assert row.value.torch == torch


@pytest.mark.parametrize(
    ("cuda", "package", "release"),
    [
        # METADATA of cuda-toolkit 12.9.1; requirements of torch 2.8.0, built with CUDA 12.8.1
        ("12.9.1", "nvidia-cublas-cu12", "12.9.1.4"),
        ("12.9.1", "nvidia-nvjitlink-cu12", "12.9.86"),
        ("12.8.1", "nvidia-cuda-runtime-cu12", "12.8.90"),
        ("12.8.1", "nvidia-cusparse-cu12", "12.5.8.93"),
        # CUDA 13.0 Update 1 Release Notes, component versions (docs.nvidia.com)
        ("13.0.1", "nvidia-cuda-runtime", "13.0.88"),
        # CUDA 12.1 Update 1 Release Notes, component versions (docs.nvidia.com)
        ("12.1.1", "nvidia-cuda-cupti-cu12", "12.1.105"),
    ],
)
def test_component_of_a_cuda_release(cuda: str, package: str, release: str) -> None:
    """A CUDA release pins the wheels of its components."""
    asked = BuiltForCuda.parse(cuda)
    row = TABLES.nvidia_wheels.find(cuda, lambda row: row.cuda == asked)
    assert isinstance(row, Known)
    assert row.value.components[package] == release


@pytest.mark.parametrize(
    ("package", "release"),
    [
        # requirements of the wheels torch 2.0.1, 2.4.1, 2.8.0 and 2.11.0
        ("nvidia-cudnn-cu11", "8.5.0.96"),
        ("nvidia-cudnn-cu12", "9.1.0.70"),
        ("nvidia-nccl-cu12", "2.27.3"),
        ("nvidia-nvshmem-cu13", "3.4.5"),
    ],
)
def test_release_of_a_library(package: str, release: str) -> None:
    """What torch asks for is there."""
    row = TABLES.nvidia_libraries.find(package, lambda row: row.package == package)
    assert isinstance(row, Known)
    assert release in row.value.releases


@pytest.mark.parametrize(
    ("torch", "tensorflow", "clash"),
    [
        # METADATA of both: cuDNN 9.1.0.70 against 9.3.0.75 and 8.9.4.25
        ("2.4.1", "2.18.0", "nvidia-cudnn-cu12"),
        ("2.4.1", "2.15.0", "nvidia-cudnn-cu12"),
        # METADATA of both: CUDA runtime 12.8.90 against 12.5.82
        ("2.8.0", "2.18.0", "nvidia-cuda-runtime-cu12"),
    ],
)
def test_torch_beside_tensorflow_with_cuda(torch: str, tensorflow: str, clash: str) -> None:
    """Both pin NVIDIA's wheels: torch always, TensorFlow with its extra and-cuda."""
    row = TABLES.framework_conflicts.find(
        torch, lambda row: (row.torch, row.tensorflow) == (torch, tensorflow)
    )
    assert isinstance(row, Known)
    assert row.value.clashes == ()
    assert clash in (row.value.and_cuda_clashes or ())


def test_wheels_for_different_cuda_majors_overwrite_each_other() -> None:
    """Torch 2.4.1 asks for wheels of CUDA 12, TensorFlow 2.14.0 for those of 11: METADATA.

    A resolver sees no clash; cuDNN and NCCL of both install the same files (their RECORDs).
    """
    row = TABLES.framework_conflicts.find(
        "2.4.1", lambda row: (row.torch, row.tensorflow) == ("2.4.1", "2.14.0")
    )
    assert isinstance(row, Known)
    assert row.value.and_cuda_clashes == (
        "nvidia-cudnn-cu11 and nvidia-cudnn-cu12",
        "nvidia-nccl-cu11 and nvidia-nccl-cu12",
    )


@pytest.mark.parametrize(
    ("name", "last_release", "replaced_by"),
    [
        # Theano 1.0.5 Release Notes; Theano/Theano, README: it is continued as PyTensor
        ("Theano", "1.0.5", "PyTensor"),
        # Gentoo overlays, dev-python/mxnet-cu112: nothing final after 1.9.1; archived in 2023-11
        ("Apache MXNet", "1.9.1", "PyTorch"),
    ],
)
def test_retired_framework(name: str, last_release: str, replaced_by: str) -> None:
    """The last release of a framework that is archived, and where to go."""
    row = TABLES.retired_frameworks.find(name, lambda row: row.name == name)
    assert isinstance(row, Known)
    assert row.value.last_release == last_release
    assert replaced_by in row.value.replaced_by


@pytest.mark.parametrize(
    ("slug", "verdict"),
    [
        # tensorflow/docs, source.md and source_windows.md (commit 7c365021, 2026-03): 2.5.0
        ("tensorflow-2-5-with-cuda-11-2", "confirmed"),
        # spack/spack-packages, py_torchvision (commit 1e8cf059, 2026-07): 0.10.1 with torch 1.9.1
        ("torch-1-9-1-cu111-triple", "confirmed"),
        # Theano/Theano, README: its authors have stopped
        ("theano-and-caffe2", "contradicted"),
    ],
)
def test_verdict_on_a_note(slug: str, verdict: str) -> None:
    """What projects say themselves decides what a copied note is worth."""
    row = TABLES.setup_notes.find(slug, lambda row: row.slug == slug)
    assert isinstance(row, Known)
    assert row.value.verdict == verdict
