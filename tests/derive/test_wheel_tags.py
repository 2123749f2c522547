"""What the names of real wheels say of Pythons, platforms and the C library."""

from __future__ import annotations

import pytest

from gpucheck.derive.wheel_tags import glibc_of, platforms_of, python_order, pythons_of

NAMES = [
    ("torch-1.4.0-cp27-cp27mu-manylinux1_x86_64.whl", {"2.7"}, {"linux_x86_64"}, "2.5"),
    ("torch-1.4.0-cp37-cp37m-manylinux1_x86_64.whl", {"3.7"}, {"linux_x86_64"}, "2.5"),
    ("torch-1.13.1-cp310-cp310-manylinux2014_aarch64.whl", {"3.10"}, {"linux_aarch64"}, "2.17"),
    ("torch-2.0.1-cp311-cp311-win_amd64.whl", {"3.11"}, {"win_amd64"}, None),
    ("torch-2.0.1-cp311-none-macosx_11_0_arm64.whl", {"3.11"}, {"macos_arm64"}, None),
    ("torch-1.0.0-cp36-cp36m-macosx_10_7_x86_64.whl", {"3.6"}, {"macos_x86_64"}, None),
    (
        "torch-2.9.0-cp313-cp313t-manylinux_2_28_x86_64.whl",
        {"3.13t"},
        {"linux_x86_64"},
        "2.28",
    ),
    ("torch-2.9.0-cp314-cp314-win_arm64.whl", {"3.14"}, {"win_arm64"}, None),
    ("torch-2.9.0-cp314-cp314t-manylinux_2_28_aarch64.whl", {"3.14t"}, {"linux_aarch64"}, "2.28"),
    ("tensorflow-2.1.0-cp27-cp27mu-manylinux2010_x86_64.whl", {"2.7"}, {"linux_x86_64"}, "2.12"),
    (
        "tensorflow-2.16.1-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        {"3.12"},
        {"linux_x86_64"},
        "2.17",
    ),
    ("tensorflow-0.12.0-cp35-cp35m-win_amd64.whl", {"3.5"}, {"win_amd64"}, None),
    ("tensorflow-1.15.0-cp37-cp37m-macosx_10_11_x86_64.whl", {"3.7"}, {"macos_x86_64"}, None),
    (
        "onnxruntime_gpu-1.31.1-cp314-cp314-manylinux_2_28_x86_64.whl",
        {"3.14"},
        {"linux_x86_64"},
        "2.28",
    ),
    (
        "onnxruntime_gpu-1.18.1-cp312-cp312-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
        {"3.12"},
        {"linux_x86_64"},
        "2.27",
    ),
    (
        "triton-3.9.0-cp312-abi3-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
        {"3.12+"},
        {"linux_x86_64"},
        "2.27",
    ),
    (
        "triton-2.0.0-1-pp39-pypy39_pp73-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
        {"pp39"},
        {"linux_x86_64"},
        "2.17",
    ),
    ("vllm-0.11.0-cp38-abi3-manylinux1_x86_64.whl", {"3.8+"}, {"linux_x86_64"}, "2.5"),
    ("xformers-0.0.35-py39-none-win_amd64.whl", {"3.9+"}, {"win_amd64"}, None),
    (
        "numba-0.38.0-cp27-cp27m-macosx_10_9_intel.whl",
        {"2.7"},
        {"macos_x86_64"},
        None,
    ),
    ("numba-0.50.0-cp36-cp36m-manylinux2014_i686.whl", {"3.6"}, {"linux_i686"}, "2.17"),
    ("numba-0.50.0-cp36-cp36m-win32.whl", {"3.6"}, {"win32"}, None),
    ("mxnet-1.3.0-1-py2.py3-none-win_amd64.whl", {"2", "3"}, {"win_amd64"}, None),
    ("mxnet-1.6.0-py2.py3-none-any.whl", {"2", "3"}, {"any"}, None),
    ("mxnet-1.9.1-py3-none-manylinux2014_aarch64.whl", {"3"}, {"linux_aarch64"}, "2.17"),
    (
        "mxnet_cu80-0.9.5.post2-py2.py3-none-manylinux1_x86_64.whl",
        {"2", "3"},
        {"linux_x86_64"},
        "2.5",
    ),
    (
        "cupy_cuda12x-13.6.0-cp313-cp313-manylinux2014_x86_64.whl",
        {"3.13"},
        {"linux_x86_64"},
        "2.17",
    ),
    (
        "nvidia_nccl_cu12-2.27.3-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
        {"3"},
        {"linux_x86_64"},
        "2.17",
    ),
    ("tokenizers-0.1.0-cp38-cp38-macosx_11_0_universal2.whl", {"3.8"}, {"macos_universal2"}, None),
    ("jaxlib-0.1.0-cp37-none-linux_x86_64.whl", {"3.7"}, {"linux_x86_64"}, None),
    ("numpy-2.3.0-cp313-cp313-musllinux_1_2_x86_64.whl", {"3.13"}, {"musllinux_1_2_x86_64"}, None),
    (
        "bitsandbytes-0.49.0-py3-none-macosx_11_0_arm64.macosx_14_0_arm64.whl",
        {"3"},
        {"macos_arm64"},
        None,
    ),
    ("torch.whl", set(), set(), None),
    ("torch-banana-py3-none-any.whl", set(), set(), None),
    ("torch-2.8.0.tar.gz", set(), set(), None),
]


@pytest.mark.parametrize(("filename", "pythons", "platforms", "glibc"), NAMES)
def test_reads_a_name(
    filename: str, pythons: set[str], platforms: set[str], glibc: str | None
) -> None:
    """Pythons, platforms and glibc come from the tags alone; no wheel's name says nothing."""
    assert pythons_of(filename) == pythons
    assert platforms_of(filename) == platforms
    assert glibc_of(filename) == glibc


def test_sorts_pythons_as_they_came() -> None:
    """Numbers sort as numbers, and free-threaded builds stand behind the usual ones."""
    found = ["pp39", "3.13t", "3.9", "3", "3.13", "2.7", "3.10", "3.8+", "2"]
    assert sorted(found, key=python_order) == [
        *("2", "2.7", "3", "3.8+", "3.9", "3.10", "3.13", "3.13t", "pp39")
    ]
