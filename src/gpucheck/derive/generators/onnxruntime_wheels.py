"""`onnxruntime_wheels`: the CUDA and cuDNN that each release of onnxruntime-gpu was built with."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from gpucheck.derive import releases
from gpucheck.derive.generator import Generator
from gpucheck.derive.index import File, Index
from gpucheck.derive.remote_wheel import RemoteWheel
from gpucheck.derive.requirements import always, of_extra
from gpucheck.tables.rows.onnxruntime import OnnxruntimeWheelRow

PROJECT = "onnxruntime-gpu"
EXTRAS = ("cuda", "cudnn")
ABOUT = r"onnxruntime/capi/build_and_package_info\.py"
"""Such as `cuda_version = '13.0'` among other assignments; in wheels from 1.21 on."""
LIBRARY = r"onnxruntime/capi/libonnxruntime_providers_tensorrt\.so"
"""It loads the same CUDA and cuDNN as the CUDA provider, and has 1 MB where that has 400."""


def _rows(index: Index) -> Iterator[dict[str, Any]]:
    found = [
        wheels
        for files in releases.final_releases(index, PROJECT).values()
        if (wheels := releases.wheels(files))
    ]
    yield from index.each(found, lambda wheels: _row(index, wheels))


def _row(index: Index, wheels: tuple[File, ...]) -> dict[str, Any]:
    speaker = releases.speaker(wheels) or wheels[0]
    with index.open(speaker) as wheel:
        metadata = wheel.metadata()
        about = wheel.member(ABOUT)
        cuda_major = _major_loaded(wheel, "libcudart")
        cudnn_major = _major_loaded(wheel, "libcudnn")
    added = {extra: of_extra(metadata.requires, extra) for extra in EXTRAS}
    return {
        "release": speaker.release,
        "released": releases.uploaded(wheels),
        "requires_python": metadata.requires_python,
        "python": releases.pythons(wheels),
        "platforms": releases.platforms(wheels),
        "glibc": releases.glibc(wheels),
        "cuda": _assigned(about, "cuda_version") if about else None,
        "cuda_major": cuda_major,
        "cudnn_major": cudnn_major,
        "requires": always(metadata.requires, {"numpy"}.__contains__),
        "extras": {extra: requires for extra, requires in added.items() if requires},
    }


def _major_loaded(wheel: RemoteWheel, library: str) -> int | None:
    """Return N of the `libcudnn.so.N` that the wheel's own library asks the loader for."""
    found = re.search(r"\d+$", wheel.search(LIBRARY, rf"{library}\.so\.\d+") or "")
    return int(found[0]) if found else None


def _assigned(source: str, name: str) -> str | None:
    """Return the text that Python source assigns to a name; it is parsed and never run."""
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError):
        return None
    for statement in statements:
        match statement:
            case ast.Assign(targets=[ast.Name(id=found)], value=ast.Constant(value=str(text))):
                if found == name:
                    return text or None
    return None


GENERATOR = Generator(
    name="onnxruntime_wheels",
    states=(
        "The Pythons and platforms that a release of onnxruntime-gpu has wheels for; and of the "
        "wheel for Linux x86_64 and the newest Python, what it requires (numpy only, and what the "
        "extras cuda and cudnn add), and the CUDA and cuDNN that it was built with, null: it does "
        "not say. CUDA's minor it says from 1.21 on."
    ),
    reads=(
        "Package index: list of onnxruntime-gpu; METADATA, build_and_package_info.py and the "
        "libraries that libonnxruntime_providers_tensorrt.so loads, of a wheel of each release"
    ),
    row=OnnxruntimeWheelRow,
    rows=_rows,
    release=lambda row: (PROJECT, row["release"]),
)
