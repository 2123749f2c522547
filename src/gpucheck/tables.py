"""The compatibility tables, as typed rows.

One JSON file a table under `compat_tables/`, loaded when first asked for. This is the only file
that knows where they are. Every row names its sources; an answer carries them along. What a
table does not hold is `NotInTable`, never a default.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

import msgspec

from gpucheck import versions
from gpucheck.release import TABLES_DATE
from gpucheck.versions import (
    BuiltForCuda,
    ComputeCapability,
    DriverCuda,
    DriverRelease,
    ToolkitCuda,
)

T = TypeVar("T")
RowT = TypeVar("RowT", bound="Row")


class Known(msgspec.Struct, Generic[T], frozen=True):
    """An answer, with the sources of the row it comes from."""

    value: T
    source: str


class NotInTable(msgspec.Struct, frozen=True):
    """The table has no row for what was asked."""

    table: str
    asked: str
    date: str = TABLES_DATE

    def __str__(self) -> str:
        return f"{self.asked} is not in the table {self.table} of {self.date}"


class Source(msgspec.Struct, frozen=True):
    """Where rows come from."""

    title: str
    address: str | None
    date: str | None


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all rows: each names its sources."""

    sources: tuple[str, ...]


class Table(msgspec.Struct, Generic[RowT], frozen=True):
    """A table with its head; rows are sorted by their key."""

    name: str
    states: str  # what the table states, in a sentence
    date: str
    origin: Literal["derived", "transcribed"]
    generator: str | None
    sources: dict[str, Source]
    rows: tuple[RowT, ...]

    def source_of(self, row: RowT) -> str:
        """Return title and date of a row's first source, the one that weighs most."""
        source = self.sources[row.sources[0]]
        return f"{source.title}, {source.date}" if source.date else source.title


class CudaDriverRow(Row, frozen=True):
    """The oldest driver that fully supports a CUDA release."""

    cuda: BuiltForCuda
    driver_linux: DriverRelease | None
    driver_windows: DriverRelease | None
    driver_branch: int | None


class CudaMinorCompatRow(Row, frozen=True):
    """The oldest driver on which a whole CUDA major runs."""

    cuda_major: int
    driver_linux: DriverRelease
    driver_windows: DriverRelease


class DriverCudaRow(Row, frozen=True):
    """The CUDA that a driver branch offers."""

    driver_branch: int
    driver_cuda: DriverCuda


class NvmlErrorRow(Row, frozen=True):
    """A return code of NVML."""

    code: int
    name: str
    meaning: str | None
    fixes: tuple[str, ...]


class CudaErrorRow(Row, frozen=True):
    """An error code of the CUDA driver and runtime."""

    code: int
    name: str | None
    runtime_name: str | None
    message: str | None
    meaning: str | None
    fixes: tuple[str, ...]


class LibraryOwnerRow(Row, frozen=True):
    """Who provides a CUDA library."""

    library: str  # the name up to ".so": "libcudnn.so"
    what: str
    pip_cu11: str | None
    pip_cu12: str | None
    pip_cu13: str | None
    soname_major: Literal["cuda", "own"]  # what the number after ".so." counts

    @property
    def is_of_driver(self) -> bool:
        """Whether it comes with the driver and with nothing else."""
        return not (self.pip_cu11 or self.pip_cu12 or self.pip_cu13)


class TorchWheelRow(Row, frozen=True):
    """A CUDA build of PyTorch for one platform."""

    torch: str
    variant: str  # "cu124"
    cuda: BuiltForCuda
    platform: Literal["linux_x86_64", "linux_aarch64", "win_amd64"]
    python: tuple[str, ...]
    targets: tuple[str, ...] | None  # "9.0" machine code, "9.0+PTX" also PTX
    is_index_default: bool
    form: Literal["old", "find-links", "extra-index+local", "index-url"]


class _Lazy(Generic[RowT]):
    """A table of `Tables`, loaded when it is first asked for."""

    def __init__(self, row: type[RowT]) -> None:
        self.row = row

    def __set_name__(self, _owner: type, name: str) -> None:
        self.name = name

    def __get__(self, tables: Tables, _owner: type) -> Table[RowT]:
        table: Table[RowT] | None = tables.loaded.get(self.name)
        if table is None:
            text = (tables.folder / f"{self.name}.json").read_bytes()
            # The row's type is known at run time only.
            kind: Any = Table[self.row]  # type: ignore[name-defined]
            table = msgspec.json.decode(text, type=kind, dec_hook=versions.decode)
            tables.loaded[self.name] = table
        return table


class ArchitectureRow(Row, frozen=True):
    """A compute capability, and how long toolkits and drivers support it."""

    compute_capability: ComputeCapability
    architecture: str
    first_cuda: ToolkitCuda | None
    last_cuda: ToolkitCuda | None  # None: still supported
    last_driver_branch: int | None  # None: still supported


class Tables:
    """All tables of one folder; an attribute is a file's name."""

    architectures = _Lazy(ArchitectureRow)
    cuda_driver = _Lazy(CudaDriverRow)
    cuda_minor_compat = _Lazy(CudaMinorCompatRow)
    driver_cuda = _Lazy(DriverCudaRow)
    nvml_errors = _Lazy(NvmlErrorRow)
    cuda_errors = _Lazy(CudaErrorRow)
    library_owners = _Lazy(LibraryOwnerRow)
    torch_wheels = _Lazy(TorchWheelRow)

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or shipped_folder()
        self.loaded: dict[str, Any] = {}

    def cuda_error(self, code: int) -> Known[CudaErrorRow] | NotInTable:
        """Return what CUDA's error `code` means."""
        return _by_code(self.cuda_errors, code)

    def nvml_error(self, code: int) -> Known[NvmlErrorRow] | NotInTable:
        """Return what NVML's return code `code` means."""
        return _by_code(self.nvml_errors, code)

    def library_owner(self, soname: str) -> Known[LibraryOwnerRow] | NotInTable:
        """Return who provides a library such as "libcudnn.so.9" or "libcudnn_ops.so.9"."""
        stem = soname.split(".so")[0]
        table = self.library_owners
        names = {row.library.removesuffix(".so"): row for row in table.rows}
        row = names.get(stem) or names.get(stem.split("_")[0])
        if row is None:
            return NotInTable(table.name, soname)
        return Known(row, table.source_of(row))


ErrorRowT = TypeVar("ErrorRowT", NvmlErrorRow, CudaErrorRow)


def _by_code(table: Table[ErrorRowT], code: int) -> Known[ErrorRowT] | NotInTable:
    for row in table.rows:
        if row.code == code:
            return Known(row, table.source_of(row))
    return NotInTable(table.name, f"error {code}")


def shipped_folder() -> Path:
    """Return the folder of the tables that came with gpucheck."""
    beside = Path(__file__).parent / "compat_tables"
    # In a wheel they lie inside the package; in a checkout (editable install) beside `src`.
    return beside if beside.is_dir() else Path(__file__).parents[2] / "compat_tables"
