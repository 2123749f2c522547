"""What goes with a CUDA release: drivers, compilers, GPUs, libraries and framework builds."""

from __future__ import annotations

from collections.abc import Iterator

from gpucheck.answers import Answer, Query, Stated, main_source, stated, unknown
from gpucheck.answers.cuda_builds import builds_for
from gpucheck.answers.cuda_values import asked_release, shown, without_build
from gpucheck.answers.driver_floors import drivers_for
from gpucheck.answers.releases import choose, spans
from gpucheck.tables import Tables
from gpucheck.tables.rows.cuda import CudaDriverRow, HostCompilerRow
from gpucheck.versions import BuiltForCuda, ToolkitCuda

SHOWN_WHEELS = ("cuda-runtime", "cuda-nvcc", "cuda-nvrtc", "cublas", "cusparse", "nvjitlink")


def _answer(subject: str, value: str, tables: Tables) -> Answer:
    table = tables.cuda_driver
    rows = {str(row.cuda): row for row in table.rows}
    asked = asked_release(value)
    choice = choose(asked, rows) or choose(without_build(asked), rows)
    if choice is None:
        return unknown(subject, value, table.name, rows)
    row = rows[choice.release]
    of_minor = [other for other in table.rows if _minor(other.cuda) == _minor(row.cuda)]
    cuda = BuiltForCuda(_minor(row.cuda))
    says = [
        *shown(asked, choice, table.source_of(row)),
        *stated("releases", tuple(str(each.cuda) for each in of_minor), table.source_of(row)),
        *_drivers(row if not choice.others else of_minor[0], tables),
        *drivers_for(cuda, tables),
        *_compiling(cuda, tables),
        *_glibc(cuda, tables),
        *_cudnn(cuda, tables),
        *builds_for(cuda, tables),
        *_wheels(row.cuda, tables),
    ]
    return Answer(f"{subject} {value}", tuple(says))


def _minor(cuda: BuiltForCuda | ToolkitCuda) -> tuple[int, int]:
    return (cuda.major, cuda.minor)


def _drivers(row: CudaDriverRow, tables: Tables) -> Iterator[Stated]:
    """Yield the drivers that support all of it, also what is compiled at run time."""
    source = tables.cuda_driver.source_of(row)
    windows = f" (Windows {row.driver_windows})" if row.driver_windows else ""
    if row.driver_linux or windows:
        driver = f"{row.driver_linux or 'Linux: not known'}{windows}"
        yield Stated("full support from driver", (driver,), source)
    yield from stated("driver branch", row.driver_branch, source)


def _compiling(cuda: BuiltForCuda, tables: Tables) -> Iterator[Stated]:
    for row in tables.toolkit_archs.rows:
        if _minor(row.cuda) == _minor(cuda):
            source = tables.toolkit_archs.source_of(row)
            yield from stated("targets of nvcc", row.targets, source)
            yield from stated("specific targets", row.specific_targets, source)
    for compiler in tables.host_compilers.rows:
        if _minor(compiler.cuda) == _minor(cuda):
            source = tables.host_compilers.source_of(compiler)
            yield from stated("host compilers", tuple(_compilers(compiler)), source)


def _compilers(row: HostCompilerRow) -> Iterator[str]:
    for name, low, high in (
        ("GCC", row.gcc_min, row.gcc_max),
        ("Clang", row.clang_min, row.clang_max),
    ):
        if low is not None and high is not None:
            yield f"{name} {low} to {high}"
        elif low is not None or high is not None:
            yield f"{name} from {low}" if high is None else f"{name} up to {high}"
    if row.visual_studio:
        yield f"Visual Studio {row.visual_studio}"


def _glibc(cuda: BuiltForCuda, tables: Tables) -> Iterator[Stated]:
    table = tables.glibc
    for row in table.rows:
        is_after = row.cuda_from is None or _minor(row.cuda_from) <= _minor(cuda)
        is_before = row.cuda_to is None or _minor(cuda) <= _minor(row.cuda_to)
        if is_after and is_before:
            limit = f"below {row.glibc_below}" if row.glibc_below else f"from {row.glibc_min}"
            yield Stated("glibc", (f"{limit}: {row.why}",), table.source_of(row))


def _cudnn(cuda: BuiltForCuda, tables: Tables) -> Iterator[Stated]:
    table = tables.cudnn
    rows = [row for row in table.rows if any(_covers(text, cuda) for text in row.cuda)]
    if rows:
        every = [str(end) for row in table.rows for end in (row.cudnn_from, row.cudnn_to)]
        ends = [str(end) for row in rows for end in (row.cudnn_from, row.cudnn_to)]
        yield Stated("cuDNN", spans(ends, every), main_source(table, rows))


def _covers(span: str, cuda: BuiltForCuda) -> bool:
    """Tell whether a span of NVIDIA's matrix ("11.0-11.8", "12.x", "9.0") holds a CUDA."""
    if span.endswith(".x"):
        return span == f"{cuda.major}.x"
    first, _, last = span.partition("-")
    return (
        _minor(BuiltForCuda.parse(first))
        <= _minor(cuda)
        <= _minor(BuiltForCuda.parse(last or first))
    )


def _wheels(cuda: BuiltForCuda, tables: Tables) -> Iterator[Stated]:
    """Yield NVIDIA's component wheels of the release, or of the newest with its minor."""
    table = tables.nvidia_wheels
    rows = [row for row in table.rows if _minor(row.cuda) == _minor(cuda)]
    row = next((row for row in rows if row.cuda == cuda), rows[-1] if rows else None)
    if row is None:
        return
    names = (f"nvidia-{name}{tail}" for name in SHOWN_WHEELS for tail in ("", f"-cu{cuda.major}"))
    shown = [f"{name} {row.components[name]}" for name in names if name in row.components]
    rest = len(row.components) - len(shown)
    values = (f"cuda-toolkit {row.cuda}", *shown, f"and {rest} more")
    yield Stated("component wheels", values, table.source_of(row))


QUERY = Query(
    subjects=("cuda", "toolkit"),
    sample="12.8",
    shows="drivers, compilers, GPUs, cuDNN, framework builds and wheels that go with it",
    answer=_answer,
)
