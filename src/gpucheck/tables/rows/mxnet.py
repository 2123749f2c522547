"""Rows on MXNet's packages."""

from __future__ import annotations

from typing import ClassVar

from gpucheck.tables.form import Row
from gpucheck.versions import BuiltForCuda


class MxnetWheelRow(Row, frozen=True):
    """A release of one of MXNet's packages."""

    key: ClassVar[tuple[str, ...]] = ("package", "release")
    package: str  # "mxnet-cu102"
    release: str
    released: str | None
    cuda: BuiltForCuda | None
    python: tuple[str, ...]  # "3" where the tag says any Python 3
    platforms: tuple[str, ...]
    is_installable: bool  # False: a placeholder of a few kilobytes
