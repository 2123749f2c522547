"""`onnxruntime_wheels`: CUDA and cuDNN by what the wheel itself says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from derive.small_index import Served, metadata, small_index, wheel
from gpucheck.derive.cache import Cache
from gpucheck.derive.generators.onnxruntime_wheels import GENERATOR
from gpucheck.derive.index import Index
from gpucheck.tables import Tables

INFO = "onnxruntime/capi/build_and_package_info.py"
LIBRARY = "onnxruntime/capi/libonnxruntime_providers_tensorrt.so"
LOADS = b"\x7fELF" + b"\0" * 100 + b"\0libcudart.so.13\0libcublas.so.13\0libcudnn.so.9\0"


def build(
    members: dict[str, str | bytes],
    *,
    release: str = "1.27.0",
    tags: str = "cp313-cp313-manylinux_2_28_x86_64",
    requires: tuple[str, ...] = (),
) -> Served:
    """Return a wheel of onnxruntime-gpu."""
    about = metadata("onnxruntime-gpu", release, requires=requires, requires_python=">=3.11")
    inside = {f"onnxruntime_gpu-{release}.dist-info/METADATA": about, **members}
    return wheel(f"onnxruntime_gpu-{release}-{tags}.whl", inside)


def row(folder: Path, *files: Served) -> dict[str, Any]:
    """Return the one row that these wheels make."""
    with small_index({"onnxruntime-gpu": files}) as address:
        (found,) = GENERATOR.rows(Index(address, Cache(folder)))
    return found


def test_a_release_is_what_its_linux_wheel_says(tmp_path: Path) -> None:
    """Platforms and Pythons are those of all wheels; CUDA, cuDNN and extras of one."""
    requires = (
        "numpy>=1.21.6",
        "protobuf",
        'nvidia-cuda-runtime~=13.0; extra == "cuda"',
        'nvidia-cudnn-cu13~=9.0; extra == "cudnn"',
        'sympy; extra == "symbolic"',
    )
    info = "package_name = 'onnxruntime-gpu'\n__version__ = '1.27.0'\ncuda_version = '13.0'\n"
    found = row(
        tmp_path,
        build({INFO: info, LIBRARY: LOADS}, requires=requires),
        build({INFO: "cuda_version = '12.8'\n"}, tags="cp314-cp314t-win_amd64"),
    )
    assert found == {
        "release": "1.27.0",
        "released": "2025-08-06",
        "requires_python": ">=3.11",
        "python": ["3.13", "3.14t"],
        "platforms": ["linux_x86_64", "win_amd64"],
        "glibc": "2.28",
        "cuda": "13.0",
        "cuda_major": 13,
        "cudnn_major": 9,
        "requires": ("numpy>=1.21.6",),
        "extras": {
            "cuda": ("nvidia-cuda-runtime~=13.0",),
            "cudnn": ("nvidia-cudnn-cu13~=9.0",),
        },
    }


@pytest.mark.parametrize(
    ("text", "cuda"),
    [
        ("cuda_version = '12.8'\n", "12.8"),
        ('cuda_version = "12.8"  # of the build\n', "12.8"),
        ("cuda_version = ''\n", None),
        ("cuda_version = None\n", None),
        ("cuda_version = open('/etc/passwd').read()\n", None),
        ("x.cuda_version = '12.8'\n", None),
        ("if True:\n    cuda_version = '12.8'\n", None),
        ("cuda_version = '12.8\n", None),
        ("raise SystemExit\n", None),
        ("cuda_version = '12.8'\0\n", None),
        ("", None),
    ],
)
def test_reads_the_build_info_and_never_runs_it(
    text: str, cuda: str | None, tmp_path: Path
) -> None:
    """Only a plain assignment of text counts; anything else is not known."""
    assert row(tmp_path, build({INFO: text}))["cuda"] == cuda


def test_an_old_wheel_tells_only_majors(tmp_path: Path) -> None:
    """Without a build info the libraries that it loads tell the majors, and no minor is made up."""
    loads = b"\0libcudnn.so.8\0libcudart.so.11.0\0"
    found = row(tmp_path, build({LIBRARY: loads}, release="1.18.1"))
    assert (found["cuda"], found["cuda_major"], found["cudnn_major"]) == (None, 11, 8)


def test_a_wheel_that_says_nothing_is_not_guessed(tmp_path: Path) -> None:
    """Neither library nor build info: all three are unknown."""
    found = row(tmp_path, build({"onnxruntime/__init__.py": ""}))
    assert (found["cuda"], found["cuda_major"], found["cudnn_major"]) == (None, None, None)


def test_what_is_documented_agrees_with_the_wheels() -> None:
    """The majors that the documentation names are those that the index's wheels load."""
    tables = Tables()
    wheels = {each.release: each for each in tables.onnxruntime_wheels.rows}
    for said in tables.onnxruntime_documented.rows:
        builds = [
            wheels[release]
            for release in wheels
            if said.is_index_default and f"{release}.".startswith(f"{said.release}.")
        ]
        for each in builds:
            assert said.cuda.split(".")[0] == str(each.cuda_major)
            assert said.cudnn.split(".")[0] == str(each.cudnn_major)
    assert {"1.11.0", "1.20.2"} <= set(wheels)
