"""The generator of tensorflow_wheels, against a small index with wheels in every form there was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from derive.small_index import Served, metadata, sdist, small_index, wheel
from gpucheck.derive.cache import Cache
from gpucheck.derive.generators.tensorflow_wheels import GENERATOR, PACKAGES
from gpucheck.derive.index import Index

NAMES = '''"""Generates a Python module containing information about the build."""
from __future__ import absolute_import
is_rocm_build = False
is_cuda_build = True
cuda_version_number = '10.1'
cudnn_version_number = '7'
'''
DICT = (
    "build_info = {'cuda_version': '64_101', 'cudnn_version': '64_7', 'is_cuda_build': True,"
    " 'cuda_compute_capabilities': ['sm_35', 'compute_70'], 'cudart_dll_name': 'cudart64_101.dll'}"
)
PAIRS = (
    "import collections\nbuild_info = collections.OrderedDict([('cuda_version', '12.5.1'),"
    " ('cuda_compute_capabilities', ['sm_60', 'sm_89', 'compute_120']), ('cudnn_version', '9'),"
    " ('is_cuda_build', True), ('is_tensorrt_build', False)])"
)
BUILD_INFO = "tensorflow/python/platform/build_info.py"


def rows_of(projects: dict[str, list[Served]], cache: Path) -> list[dict[str, Any]]:
    """Return the generator's rows for an index with these projects."""
    others = {name: [sdist(f"{name}-2.12.0.tar.gz")] for name in PACKAGES}
    with small_index({**others, **projects}) as address:
        return list(GENERATOR.rows(Index(address, Cache(cache))))


def built(filename: str, build_info: str, member: str = BUILD_INFO) -> Served:
    """Return a wheel with a build_info.py."""
    return wheel(filename, {member: build_info})


def test_every_form_of_build_info(tmp_path: Path) -> None:
    """Names, a dict and an OrderedDict tell the same; 64_101 is how Windows says 10.1."""
    files = [
        built("tensorflow-2.1.0-cp37-cp37m-manylinux2010_x86_64.whl", NAMES),
        built("tensorflow-2.3.0-cp38-cp38-win_amd64.whl", DICT),
        built("tensorflow-2.21.0-cp313-cp313-manylinux_2_27_x86_64.whl", PAIRS),
    ]
    told = [
        (row["cuda"], row["cudnn_major"], row["targets"], row["is_cuda_build"], row["glibc"])
        for row in rows_of({"tensorflow": files}, tmp_path)
    ]
    assert told == [
        ("10.1", 7, None, True, "2.12"),
        ("10.1", 7, ["3.5", "7.0+PTX"], True, None),
        ("12.5.1", 9, ["6.0", "8.9", "12.0+PTX"], True, "2.27"),
    ]


def test_only_a_major_is_no_cuda_release(tmp_path: Path) -> None:
    """Where the wheel says 10, whether it is 10.0 or 10.1 stays unknown."""
    name = "tensorflow_gpu-1.15.5-cp37-cp37m-manylinux2010_x86_64.whl"
    info = NAMES.replace("10.1", "10")
    file = built(name, info, "tensorflow_core/python/platform/build_info.py")
    (row,) = rows_of({"tensorflow-gpu": [file]}, tmp_path)
    assert (row["package"], row["is_cuda_build"]) == ("tensorflow-gpu", True)
    assert (row["cuda"], row["cudnn_major"]) == (None, 7)


def test_linked_libraries_tell_what_build_info_does_not(tmp_path: Path) -> None:
    """An old Linux build is linked with its CUDA; one for the CPU is not asked."""
    inside = "tensorflow_gpu-1.8.0.data/purelib/tensorflow/"
    library = b"\x7fELF\0libcudart.so.9.0\0libcudnn.so.7\0libc.so.6\0"
    members: dict[str, str | bytes] = {
        inside + "libtensorflow_framework.so": library,
        inside + "python/platform/build_info.py": "is_cuda_build = True\n",
    }
    gpu = wheel("tensorflow_gpu-1.8.0-cp36-cp36m-manylinux1_x86_64.whl", members)
    for_cpu = {**members, inside + "python/platform/build_info.py": "is_cuda_build = False\n"}
    cpu = wheel("tensorflow-1.8.0-cp36-cp36m-manylinux1_x86_64.whl", for_cpu)
    rows = rows_of({"tensorflow": [cpu], "tensorflow-gpu": [gpu]}, tmp_path)
    assert [(row["is_cuda_build"], row["cuda"], row["cudnn_major"]) for row in rows] == [
        (False, None, None),
        (True, "9.0", 7),
    ]


def test_a_stub_says_nothing_of_a_build(tmp_path: Path) -> None:
    """A wheel that only requires another package is neither a CUDA build nor none."""
    stub = wheel(
        "tensorflow-2.15.1-cp311-cp311-win_amd64.whl",
        {
            "tensorflow-2.15.1.dist-info/METADATA": metadata(
                "tensorflow",
                "2.15.1",
                requires=[
                    'tensorflow-intel (==2.15.1) ; platform_system == "Windows"',
                    "nvidia-nccl-cu12 (==2.16.5) ; extra == 'and-cuda'",
                ],
                extras=["and-cuda"],
                requires_python=">=3.9",
            )
        },
    )
    (row,) = rows_of({"tensorflow": [stub]}, tmp_path)
    assert row["is_cuda_build"] is None
    assert row["requires"] == ['tensorflow-intel==2.15.1; platform_system == "Windows"']
    assert row["and_cuda"] == ("nvidia-nccl-cu12==2.16.5",)
    assert row["requires_python"] == ">=3.9"


def test_one_row_for_all_pythons_of_a_platform(tmp_path: Path) -> None:
    """The newest Python's wheel is read; pre-releases, archives and yanked files do not count."""
    files = [
        built("tensorflow-2.1.0-cp27-cp27mu-manylinux2010_x86_64.whl", "no_python = 3 +\n"),
        built("tensorflow-2.1.0-cp37-cp37m-manylinux2010_x86_64.whl", NAMES),
        wheel("tensorflow-2.1.0-cp36-cp36m-macosx_10_9_x86_64.whl"),
        wheel("tensorflow-2.1.0-cp35-cp35m-macosx_10_6_intel.whl"),
        wheel("tensorflow-2.1.0-cp38-cp38-win_amd64.whl", yanked=True),
        wheel("tensorflow-2.2.0rc1-cp38-cp38-win_amd64.whl"),
        sdist("tensorflow-2.2.0.tar.gz"),
    ]
    told = [
        (row["release"], row["platform"], row["python"])
        for row in rows_of({"tensorflow": files}, tmp_path)
    ]
    assert told == [
        ("2.1.0", "linux_x86_64", ["2.7", "3.7"]),
        ("2.1.0", "macos_x86_64", ["3.5", "3.6"]),
    ]


@pytest.mark.parametrize(
    "build_info",
    [
        "is_cuda_build = print('run')\n",
        "build_info = {'cuda_compute_capabilities': ['gfx90a'], 'is_cuda_build': True}\n",
    ],
)
def test_what_is_not_understood_is_an_error(tmp_path: Path, build_info: str) -> None:
    """A new form of build_info.py is reported, neither run nor guessed at."""
    file = built("tensorflow-3.0.0-cp314-cp314-win_amd64.whl", build_info)
    with pytest.raises(ValueError, match=r"tensorflow-3\.0\.0.*(malformed node|no GPU target)"):
        rows_of({"tensorflow": [file]}, tmp_path)
