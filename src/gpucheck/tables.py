"""The compatibility tables, as typed rows.

One JSON file a table under `compat_tables/`, loaded when first asked for. This is the only file
that knows where they are. Every row names its sources; an answer carries them along. What a
table does not hold is `NotInTable`, never a default.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Generic, Literal, TypeVar

import msgspec

from gpucheck import versions
from gpucheck.release import TABLES_DATE
from gpucheck.versions import BuiltForCuda, DriverCuda, DriverRelease

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
    apt: str | None  # may hold {major} and {minor} of the CUDA release
    conda: str | None

    @property
    def is_of_driver(self) -> bool:
        """Whether it comes with the driver and with nothing else."""
        return not (self.pip_cu12 or self.apt or self.conda)


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


class Tables:
    """All tables of one folder, each loaded when first asked for."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or shipped_folder()

    def _load(self, name: str, row: type[RowT]) -> Table[RowT]:
        text = (self.folder / f"{name}.json").read_bytes()
        table: Table[RowT] = msgspec.json.decode(
            text,
            type=Table[row],  # type: ignore[valid-type]
            dec_hook=versions.decode,
        )
        return table

    @cached_property
    def cuda_driver(self) -> Table[CudaDriverRow]:
        """The oldest driver that fully supports each CUDA release."""
        return self._load("cuda_driver", CudaDriverRow)

    @cached_property
    def cuda_minor_compat(self) -> Table[CudaMinorCompatRow]:
        """The oldest driver for each CUDA major, by minor-version compatibility."""
        return self._load("cuda_minor_compat", CudaMinorCompatRow)

    @cached_property
    def driver_cuda(self) -> Table[DriverCudaRow]:
        """The CUDA that each driver branch offers."""
        return self._load("driver_cuda", DriverCudaRow)

    @cached_property
    def nvml_errors(self) -> Table[NvmlErrorRow]:
        """NVML's return codes."""
        return self._load("nvml_errors", NvmlErrorRow)

    @cached_property
    def cuda_errors(self) -> Table[CudaErrorRow]:
        """CUDA's error codes."""
        return self._load("cuda_errors", CudaErrorRow)

    @cached_property
    def library_owners(self) -> Table[LibraryOwnerRow]:
        """Who provides which CUDA library."""
        return self._load("library_owners", LibraryOwnerRow)

    @cached_property
    def torch_wheels(self) -> Table[TorchWheelRow]:
        """PyTorch's CUDA builds."""
        return self._load("torch_wheels", TorchWheelRow)

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
