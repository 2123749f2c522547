"""nvcc does not accept the C++ compiler, or the C library, of this system.

Why: every CUDA toolkit accepts compilers up to a certain release and stops at newer ones
("unsupported GNU version"). With a newer C library its headers do not compile. Only those who
compile CUDA code meet this.

How we know: the compiler that nvcc takes by default is newer than the toolkit accepts, by the
table of host compilers, or glibc is. It is an error when a build printed so, a warning when
something shows that code is compiled here, else a note. What a distribution or conda has set up
is left alone.

Fix: an older compiler beside the present one (-ccbin, in NVCC_PREPEND_FLAGS), or a newer toolkit.
"""

from collections.abc import Iterator

from gpucheck.compatibility import toolchains
from gpucheck.compatibility.messages import said_for
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Rule, Skipped
from gpucheck.remedies import accepted_compiler
from gpucheck.tables import NotInTable, Tables


def check(facts: Facts, tables: Tables) -> Iterator[Finding | Skipped]:
    """Hold compiler and C library against what the toolkit in use accepts."""
    nvcc = toolchains.nvcc_in_use(facts)
    if nvcc is None:
        return
    shown = toolchains.compiles_here(facts)
    said = said_for("GPU206", facts, tables)
    compiler = toolchains.compiler_limit(facts, nvcc, tables)
    if isinstance(compiler, NotInTable) and shown:
        yield Skipped(subject="toolkit", reason=str(compiler))
    limits = (compiler, toolchains.c_library_limit(facts, nvcc, tables))
    found = [limit for limit in limits if isinstance(limit, toolchains.Limit)]
    if found:
        yield Finding(
            subject="toolkit",
            message=f"CUDA code does not compile here: {found[0].says}.",
            evidence=(
                f"nvcc: {nvcc.path} (CUDA {nvcc.toolkit_cuda})",
                *(f"{limit.says}: {limit.source}" for limit in found),
                *([shown] if shown else []),
                *(each.evidence for each in said[:3]),
            ),
            severity="error" if said else "warning" if shown else "note",
        )


RULE = Rule(
    "GPU206",
    "host-compiler-too-new",
    "error",
    check,
    needs=("toolkit",),
    mend=lambda facts, tables, _: accepted_compiler(facts, toolchains.nvcc_in_use(facts), tables),
)
