"""Several CuPy packages are installed at once.

Why: cupy, cupy-cuda12x and their like all install the same module and overwrite each other's
files. What is left is a mixture, and uninstalling one takes files of the others along.

How we know: more than one distribution of that family is installed.

Fix: uninstall all of them, then install one.
"""

from collections.abc import Iterator

from gpucheck.compatibility.installed import releases
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Rule
from gpucheck.remedies import install_cuda_build
from gpucheck.tables import Tables


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Count the distributions that own the module cupy."""
    installed = releases(facts)
    owners = [name for name in sorted(installed) if _is_cupy(name)]
    if len(owners) > 1:
        yield Finding(
            subject="framework/cupy",
            message=f"{len(owners)} CuPy packages overwrite each other's files.",
            evidence=tuple(f"{name} {installed[name]}" for name in owners),
        )


def _is_cupy(name: str) -> bool:
    return name == "cupy" or name.startswith(("cupy-cuda", "cupy-rocm"))


RULE = Rule(
    "GPU310",
    "conflicting-packages",
    "error",
    check,
    needs=("packages",),
    mend=lambda facts, tables, _: install_cuda_build("cupy", facts, tables),
)
