"""Whether a build of a framework was made for NumPy 1, which NumPy 2 cannot load.

In: a framework's name and release. Out: `Known`, or `NotInTable`. Two things tell: a release that
itself forbids NumPy 2, and one that is older than the first beta of NumPy 2.

Source: NumPy's release notes of 2.0.0 ("binaries compiled against NumPy 1.x do not work with 2.0");
NumPy 2.0.0b1 of 2024-03; PyTorch's release notes of 2.3 (built for both). 2026-11.
"""

from __future__ import annotations

import re

from gpucheck.compatibility.installed import version_of
from gpucheck.compatibility.release_wheels import TABLES, wheels_of
from gpucheck.tables import Known, NotInTable, Tables

FIRST_BETA_OF_NUMPY_2 = "2024-03-01"
"""What was uploaded earlier cannot have been compiled for NumPy 2."""
FIRST_TORCH_FOR_NUMPY_2 = "2.3"
_NUMPY = re.compile(r"numpy(?![\w-])\s*\(?([^;)]*)", re.IGNORECASE)


def is_built_for_numpy_1(name: str, release: str, tables: Tables) -> Known[bool] | NotInTable:
    """Tell whether a release of a framework is known to be made for NumPy 1 alone."""
    public = release.partition("+")[0]
    table = TABLES.get(name)
    if table is None:
        return tables.tensorflow_wheels.lacks(f"what {name} requires of NumPy")
    answers = []
    for wheel in wheels_of(name, tables):
        if wheel.release == public:
            is_older = wheel.released is not None and wheel.released < FIRST_BETA_OF_NUMPY_2
            answers.append((is_older or _forbids_numpy_2(wheel.requires), wheel.row))
    rows = getattr(tables, table)
    if not answers:
        lacking: NotInTable = rows.lacks(f"{name} {release}")
        return lacking
    # Some platforms' wheels are mere placeholders, which require nothing: one that tells is enough.
    is_for_1 = any(answer for answer, _ in answers)
    if name == "torch":
        first = version_of(FIRST_TORCH_FOR_NUMPY_2)
        version = version_of(public)
        is_for_1 = version is not None and first is not None and version < first
    return Known(is_for_1, rows.source_of(answers[0][1]))


def _forbids_numpy_2(requires: tuple[str, ...]) -> bool:
    """Tell whether a requirement excludes NumPy 2.0; 'numpy<2.0.0,>=1.23.5' does."""
    from packaging.specifiers import SpecifierSet  # 14 ms, for those who have something to compare

    for requirement in requires:
        if found := _NUMPY.match(requirement):
            try:
                specifier = SpecifierSet(found[1].strip())
            except ValueError:
                continue
            if any(each.operator in {"<", "<=", "~=", "=="} for each in specifier):
                return not specifier.contains("2.0.0")
    return False
