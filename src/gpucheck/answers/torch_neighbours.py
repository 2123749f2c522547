"""What goes beside a PyTorch release: its companions, TensorFlow, packages that are tied to it."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from gpucheck.answers import Stated
from gpucheck.answers.releases import by_version, spans
from gpucheck.tables import Tables


def neighbours(release: str, tables: Tables) -> Iterator[Stated]:
    """Yield what was built for a PyTorch release or fits into one environment with it."""
    yield from _companions(release, tables)
    yield from _tensorflow(release, tables)
    yield from _add_ons(release, tables)


def _companions(release: str, tables: Tables) -> Iterator[Stated]:
    """Yield those that pin the release; where none does, the newest that accepts it."""
    table = tables.torch_companions
    for package in ("torchvision", "torchaudio"):
        rows = {row.release: row for row in table.rows if row.package == package}
        pinned = [name for name, row in rows.items() if row.torch == f"=={release}"]
        fitting = [name for name, row in rows.items() if _accepts(row.torch, release)]
        found = by_version(pinned) or by_version(fitting)[-1:]
        if found:
            yield Stated(package, tuple(found), table.source_of(rows[found[-1]]))


def _accepts(requirement: str | None, release: str) -> bool:
    try:
        return bool(requirement) and release in SpecifierSet(requirement or "")
    except InvalidSpecifier:
        return False


def _tensorflow(release: str, tables: Tables) -> Iterator[Stated]:
    table = tables.framework_conflicts
    rows = [row for row in table.rows if row.torch == release]
    if not rows:
        return
    known = [row.tensorflow for row in rows]
    fitting = [row.tensorflow for row in rows if not row.clashes and row.python]
    with_cuda = [
        row.tensorflow for row in rows if row.tensorflow in fitting and row.and_cuda_clashes == ()
    ]
    for package, found in (("tensorflow", fitting), ("tensorflow[and-cuda]", with_cuda)):
        values = spans(found, known) or ("none resolves",)
        yield Stated(f"{package} beside it", values, table.source_of(rows[-1]))


def _add_ons(release: str, tables: Tables) -> Iterator[Stated]:
    table = tables.addon_wheels
    for package in dict.fromkeys(row.package for row in table.rows):
        rows = [row for row in table.rows if row.package == package]
        tied = [row for row in rows if (row.torch or "").replace(" ", "") == f"=={release}"]
        if tied:
            found = spans((row.release for row in tied), (row.release for row in rows))
            yield Stated(f"{package} for it", found, table.source_of(tied[-1]))
