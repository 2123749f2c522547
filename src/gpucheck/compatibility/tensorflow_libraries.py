"""Which of CUDA's libraries an installed TensorFlow lacks.

Source: what its wheels say of themselves (tensorflow_wheels); which libraries it opens by name is
from its own messages (2026-11).
"""

from __future__ import annotations

from gpucheck.compatibility.installed import majors_of
from gpucheck.facts import Facts
from gpucheck.tables import Tables
from gpucheck.tables.rows.tensorflow import TensorflowWheelRow

NEEDED = ("libcudart", "libcublas", "libcudnn")
"""Libraries without which it uses no GPU, of those that are looked for on the loader's path."""


def row_with_extra(release: str | None, tables: Tables) -> TensorflowWheelRow | None:
    """Return what the table knows of a release whose libraries come with the extra."""
    for row in tables.tensorflow_wheels.rows:
        is_it = row.release == release and row.package == "tensorflow"
        if is_it and row.platform == "linux_x86_64" and row.is_cuda_build and row.and_cuda:
            return row
    return None


def missing_libraries(
    row: TensorflowWheelRow, facts: Facts, tables: Tables
) -> tuple[str, ...] | None:
    """Return the libraries that are nowhere to be found; None: it cannot be told."""
    if row.cuda is None or row.cudnn_major is None or facts.machine.value.os_name != "Linux":
        return None
    missing = []
    for library in NEEDED:
        found = majors_of(library, facts, tables)
        if found is None:
            return None
        major = row.cudnn_major if library == "libcudnn" else row.cuda.major
        if major not in found:
            missing.append(f"{library}.so.{major}")
    return tuple(missing)
