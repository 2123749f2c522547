"""Who provides a CUDA library."""

from __future__ import annotations

from gpucheck.tables import Known, NotInTable, Tables
from gpucheck.tables.rows.cuda import LibraryOwnerRow


def library_owner(soname: str, tables: Tables) -> Known[LibraryOwnerRow] | NotInTable:
    """Return who provides a library such as "libcudnn.so.9" or "libcudnn_ops.so.9"."""
    table = tables.library_owners
    stem = soname.split(".so")[0]
    for name in (stem, stem.split("_")[0]):
        for row in table.rows:
            if row.library == f"{name}.so":
                return Known(row, table.source_of(row))
    return table.lacks(soname)
