"""`tensorflow_wheels`: what TensorFlow's wheels say of themselves.

From METADATA, and from `tensorflow/python/platform/build_info.py`, which the build writes. That
file is parsed and never run. Three forms of it are known: single names (`cuda_version_number =
'10.1'`, 1.4 to 2.2), a dict (2.3 and 2.4) and an `OrderedDict` of pairs (from 2.5).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import Any

from gpucheck.derive.generator import Generator
from gpucheck.derive.index import File, Index
from gpucheck.derive.releases import final_releases, pythons, speaker, uploaded, wheels
from gpucheck.derive.remote_wheel import RemoteWheel
from gpucheck.derive.requirements import always, of_extra
from gpucheck.derive.wheel_tags import glibc_of, platforms_of
from gpucheck.tables.rows.tensorflow import TensorflowWheelRow

PACKAGES = ("tensorflow", "tensorflow-cpu", "tensorflow-gpu")
EXTRA = "and-cuda"

BUILD_INFO = r"(.+/)?tensorflow(_core)?/python/platform/build_info\.py"
ORDERED = "collections.OrderedDict"
FRAMEWORK_LIBRARY = r"(.+/)?tensorflow/libtensorflow_framework\.so"
"""On Linux linked with CUDA in 1.4 to 1.13, when `build_info.py` only said whether it is a CUDA
build; later ones load CUDA at run time, and have a number behind `.so`."""

_DLL_CUDA = re.compile(r"64_(\d+)(\d)")
_TARGET = re.compile(r"(sm_|compute_|)(\d+)\.?(\d)")


def _rows(index: Index) -> Iterator[dict[str, Any]]:
    chosen = [
        (file, platform, files)
        for package in PACKAGES
        for release in final_releases(index, package).values()
        for platform, files in _by_platform(wheels(release))
        if (file := speaker(files))
    ]
    yield from index.each(chosen, lambda choice: _row(index, *choice))


def _by_platform(files: Iterable[File]) -> Iterator[tuple[str, list[File]]]:
    found: dict[str, list[File]] = {}
    for file in files:
        for platform in platforms_of(file.filename):
            found.setdefault(platform, []).append(file)
    yield from sorted(found.items())


def _row(index: Index, file: File, platform: str, files: list[File]) -> dict[str, Any]:
    with index.open(file) as wheel:
        metadata = wheel.metadata()
        try:
            built = _of_build(_built(wheel))
        except (ValueError, SyntaxError) as error:
            raise ValueError(f"build_info.py of {file.filename}: {error}") from error
    return {
        "release": file.release,
        "package": file.project,
        "platform": platform,
        "released": uploaded(files),
        "requires_python": metadata.requires_python,
        "python": pythons(files),
        "glibc": glibc_of(file.filename),
        **built,
        "requires": sorted(always(metadata.requires, bool)),
        "and_cuda": of_extra(metadata.requires, EXTRA),
    }


def _built(wheel: RemoteWheel) -> dict[str, Any]:
    info = _build_info(wheel)
    return {**_linked(wheel, info), **info}


def _of_build(built: dict[str, Any]) -> dict[str, Any]:
    cudnn = re.search(r"(\d+)(\.\d+)*$", str(built.get("cudnn_version", "")))
    capabilities = built.get("cuda_compute_capabilities")
    return {
        "is_cuda_build": built.get("is_cuda_build"),
        "cuda": _cuda(str(built.get("cuda_version", ""))),
        "cudnn_major": int(cudnn[1]) if cudnn else None,
        "targets": [_target(each) for each in capabilities] if capabilities else None,
    }


def _build_info(wheel: RemoteWheel) -> dict[str, Any]:
    """Return the literals of build_info.py by name, under the names in use since 2.3."""
    found: dict[str, Any] = {}
    for node in ast.parse(wheel.member(BUILD_INFO) or "").body:
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        value = node.value
        if isinstance(value, ast.Call) and ast.unparse(value.func) == ORDERED and value.args:
            value = value.args[0]
        name, literal = node.targets[0].id, ast.literal_eval(value)
        found |= dict(literal) if name == "build_info" else {name.removesuffix("_number"): literal}
    return found


def _linked(wheel: RemoteWheel, info: dict[str, Any]) -> dict[str, str]:
    """Return the CUDA and cuDNN that a CUDA build is linked with, where build_info.py is silent."""
    if not info.get("is_cuda_build") or "cuda_version" in info:
        return {}
    found = {
        "cuda_version": wheel.search(FRAMEWORK_LIBRARY, r"libcudart\.so\.\d+\.\d+"),
        "cudnn_version": wheel.search(FRAMEWORK_LIBRARY, r"libcudnn\.so\.\d+"),
    }
    return {name: text.partition(".so.")[2] for name, text in found.items() if text}


def _cuda(text: str) -> str | None:
    """Return the CUDA release in "12.5.1" or "64_101" (Windows); None: none, or only a major."""
    if dll := _DLL_CUDA.fullmatch(text):
        return f"{dll[1]}.{dll[2]}"
    return text if re.fullmatch(r"\d+(\.\d+)+", text) else None


def _target(capability: str) -> str:
    """Return a target as torch_wheels names it: "sm_80" is "8.0", "compute_90" is "9.0+PTX".

    Source: configure.py of TensorFlow: "compute_XY" and "X.Y" stand for both kinds of code.

    Raises:
        ValueError: the text is no target.
    """
    found = _TARGET.fullmatch(capability)
    if found is None:
        raise ValueError(f"{capability!r} is no GPU target")
    return f"{found[2]}.{found[3]}" + ("" if found[1] == "sm_" else "+PTX")


GENERATOR = Generator(
    name="tensorflow_wheels",
    states=(
        "TensorFlow's wheels, by what one of each release, package and platform (the one for the"
        " newest Python) says of itself; null: it does not say. No build speaks before 1.4, nor do"
        " wheels that only require another package; cuda is also null where only its major is said"
        " (Linux 1.15, 2.0 and 2.2: 10)."
    ),
    reads=(
        "Package index: METADATA, build_info.py and, for Linux before 1.14,"
        " libtensorflow_framework.so of a wheel of every final release of tensorflow,"
        " tensorflow-cpu and tensorflow-gpu"
    ),
    row=TensorflowWheelRow,
    rows=_rows,
    release=lambda row: (row["package"], row["release"]),
)
