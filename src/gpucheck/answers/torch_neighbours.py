"""What goes beside a PyTorch release: its companions, TensorFlow, packages that are tied to it."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from gpucheck.answers import Stated, main_source
from gpucheck.answers.releases import by_version, spans
from gpucheck.tables import Tables
from gpucheck.tables.rows.environments import FrameworkConflictRow


def neighbours(release: str, only: str | None, tables: Tables) -> Iterator[Stated]:
    """Yield what was built for a PyTorch release or fits into one environment with it.

    `only` names one build ("cu128"): what fits beside it is known of the package index's alone.
    """
    yield from _companions(release, tables)
    of_release = [row for row in tables.torch_wheels.rows if row.torch == release]
    default = {row.variant for row in of_release if row.is_index_default}
    if only is None or only in default:
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
    plain = [row for row in rows if row.python and not row.clashes]
    extra = [row for row in plain if row.and_cuda_clashes == ()]
    known = [row.tensorflow for row in rows]
    source = main_source(table, rows)
    beside = spans((row.tensorflow for row in plain), known) or ("none",)
    yield Stated("tensorflow beside it", beside, source)
    beside = spans((row.tensorflow for row in extra), known) or ("none",)
    yield Stated("tensorflow[and-cuda] beside it", (*beside, *_spoilt(plain, known)), source)


def _spoilt(rows: list[FrameworkConflictRow], known: list[str]) -> Iterator[str]:
    """Yield those that an installer accepts, though their libraries overwrite torch's."""
    overwriting = [row for row in rows if _overwriting(row)]
    if overwriting:
        pair = _overwriting(overwriting[-1])[-1]
        releases = ", ".join(spans((row.tensorflow for row in overwriting), known))
        yield f"pip takes {releases}, but {pair} overwrite each other's files"


def _overwriting(row: FrameworkConflictRow) -> list[str]:
    """Return the pairs of wheels that spoil each other, where nothing else clashes."""
    clashes = row.and_cuda_clashes or ()
    pairs = [each for each in clashes if " and " in each]
    return pairs if len(pairs) == len(clashes) else []


def _add_ons(release: str, tables: Tables) -> Iterator[Stated]:
    table = tables.addon_wheels
    for package in dict.fromkeys(row.package for row in table.rows):
        rows = [row for row in table.rows if row.package == package]
        tied = [row for row in rows if (row.torch or "").replace(" ", "") == f"=={release}"]
        if tied:
            found = spans((row.release for row in tied), (row.release for row in rows))
            yield Stated(f"{package} for it", found, main_source(table, tied))
