"""The compatibility tables, as typed rows.

One JSON file a table under `compat_tables/`, loaded when first asked for. This is the only
package that knows where they are. Every row names its sources; an answer carries them along. What
a table does not hold is `NotInTable`, never a default.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any, Generic, TypeVar

from gpucheck.release import TABLES_DATE
from gpucheck.tables.form import DATE, Known, NotInTable, Row, Source, Table, TableError, load
from gpucheck.tables.rows import (
    addons,
    cuda,
    cupy,
    environments,
    errors,
    gpus,
    jax,
    mxnet,
    notes,
    numba,
    nvidia,
    onnxruntime,
    tensorflow,
    torch,
)

__all__ = [
    "DATE_FILE",
    "Known",
    "NotInTable",
    "Row",
    "Source",
    "Table",
    "TableError",
    "Tables",
    "names",
    "row_type",
    "shipped_folder",
]

RowT = TypeVar("RowT", bound=Row)
DATE_FILE = "date.txt"


class _Lazy(Generic[RowT]):
    """A table of `Tables`, loaded when it is first asked for."""

    def __init__(self, row: type[RowT]) -> None:
        self.row = row

    def __set_name__(self, _owner: type, name: str) -> None:
        self.name = name

    def __get__(self, tables: Tables, _owner: type) -> Table[RowT]:
        table: Table[RowT] | None = tables.loaded.get(self.name)
        if table is None:
            table = tables.loaded[self.name] = tables.newest(self.name, self.row)
        return table


class Tables:
    """All tables; an attribute is a file's name.

    A table is taken from `refreshed`, a folder the user has, when it is sound and not older than
    the one that came with gpucheck. What was wrong with it is in `problems`.
    """

    architectures = _Lazy(cuda.ArchitectureRow)
    cuda_driver = _Lazy(cuda.CudaDriverRow)
    cuda_forward_compat = _Lazy(cuda.CudaForwardCompatRow)
    cuda_minor_compat = _Lazy(cuda.CudaMinorCompatRow)
    cudnn = _Lazy(cuda.CudnnRow)
    distributions = _Lazy(cuda.DistributionRow)
    driver_branches = _Lazy(cuda.DriverBranchRow)
    glibc = _Lazy(cuda.GlibcRow)
    host_compilers = _Lazy(cuda.HostCompilerRow)
    library_owners = _Lazy(cuda.LibraryOwnerRow)
    toolkit_archs = _Lazy(cuda.ToolkitArchRow)

    gpu_peaks = _Lazy(gpus.GpuPeakRow)
    gpus = _Lazy(gpus.GpuRow)

    cuda_errors = _Lazy(errors.CudaErrorRow)
    error_messages = _Lazy(errors.ErrorMessageRow)
    kernel_log_patterns = _Lazy(errors.KernelLogPatternRow)
    nvml_errors = _Lazy(errors.NvmlErrorRow)
    xids = _Lazy(errors.XidRow)

    torch_companions = _Lazy(torch.TorchCompanionRow)
    torch_index_wheels = _Lazy(torch.TorchIndexWheelRow)
    torch_wheels = _Lazy(torch.TorchWheelRow)

    addon_wheels = _Lazy(addons.AddonWheelRow)
    cupy_documented = _Lazy(cupy.CupyDocumentedRow)
    cupy_wheels = _Lazy(cupy.CupyWheelRow)
    framework_conflicts = _Lazy(environments.FrameworkConflictRow)
    jax_documented = _Lazy(jax.JaxDocumentedRow)
    jax_wheels = _Lazy(jax.JaxWheelRow)
    mxnet_wheels = _Lazy(mxnet.MxnetWheelRow)
    numba_documented = _Lazy(numba.NumbaDocumentedRow)
    numba_wheels = _Lazy(numba.NumbaWheelRow)
    nvidia_libraries = _Lazy(nvidia.NvidiaLibraryRow)
    nvidia_wheels = _Lazy(nvidia.NvidiaWheelRow)
    onnxruntime_documented = _Lazy(onnxruntime.OnnxruntimeDocumentedRow)
    onnxruntime_wheels = _Lazy(onnxruntime.OnnxruntimeWheelRow)
    retired_frameworks = _Lazy(environments.RetiredFrameworkRow)
    setup_notes = _Lazy(notes.SetupNoteRow)
    tensorflow_tested = _Lazy(tensorflow.TensorflowTestedRow)
    tensorflow_wheels = _Lazy(tensorflow.TensorflowWheelRow)

    def __init__(self, shipped: Path | None = None, refreshed: Path | None = None) -> None:
        self.shipped = shipped or shipped_folder()
        self.refreshed = refreshed
        self.loaded: dict[str, Any] = {}
        self.problems: list[str] = []
        self._came_from: dict[str, Path] = {}

    @property
    def date(self) -> str:
        """The day of the newest table, without opening any that is not needed.

        Whoever refreshes tables leaves the day in the file `DATE_FILE` beside them.
        """
        dates = [TABLES_DATE, *(str(table.date) for table in self.loaded.values())]
        with contextlib.suppress(OSError, UnicodeDecodeError):
            text = (self.refreshed / DATE_FILE).read_text("utf-8").strip() if self.refreshed else ""
            dates += [text] if DATE.fullmatch(text) else []
        return max(dates)

    def path_of(self, name: str) -> Path:
        """Return the file that the table in use comes from."""
        table: Table[Any] = getattr(self, name)
        return self._came_from[table.name]

    def newest(self, name: str, row: type[RowT]) -> Table[RowT]:
        """Load a table from the refreshed folder if that is worth it, else the shipped one.

        Raises:
            TableError: the shipped table is missing or damaged.
        """
        path = self.refreshed / f"{name}.json" if self.refreshed else None
        if path is not None and path.exists():
            try:
                table = load(path, row)
            except TableError as error:
                self.problems.append(str(error))
            else:
                if table.date >= TABLES_DATE:
                    self._came_from[name] = path
                    return table
        self._came_from[name] = self.shipped / f"{name}.json"
        return load(self._came_from[name], row)


def names() -> tuple[str, ...]:
    """Return the name of every table, sorted."""
    return tuple(sorted(name for name, kind in vars(Tables).items() if isinstance(kind, _Lazy)))


def row_type(name: str) -> type[Row]:
    """Return the type of a table's rows.

    Raises:
        KeyError: there is no such table.
    """
    row: type[Row] = vars(Tables)[name].row
    return row


def shipped_folder() -> Path:
    """Return the folder of the tables that came with gpucheck."""
    inside = Path(__file__).parents[1] / "compat_tables"
    # In a wheel they lie inside the package; in a checkout (editable install) beside `src`.
    return inside if inside.is_dir() else Path(__file__).parents[3] / "compat_tables"
