"""The Python is a 32-bit program; GPU frameworks exist for 64-bit ones only.

Why: CUDA has had no 32-bit libraries since 2018, and no framework has 32-bit wheels with CUDA. pip
then says "No matching distribution found", or a 64-bit DLL "is not a valid Win32 application".

How we know: the interpreter says how large its pointers are.

Fix: install the 64-bit Python and make the environment anew with it.
"""

from collections.abc import Iterator

from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables

BITS = 32


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report a 32-bit interpreter on a machine that may have a GPU."""
    packages = facts.packages.value
    if packages.python_bits != BITS or facts.has_nvidia_gpu is False:
        return
    where = facts.target.executable or "the inspected interpreter"
    yield Finding(
        subject="environment",
        message=f"Python {packages.python_release} is 32-bit here: no framework uses a GPU in it.",
        evidence=(f"{where}: {packages.platform_tag or 'unknown platform'}, 32-bit pointers",),
        remedy=mend(facts, tables, "environment"),
    )


def mend(facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    """Install the 64-bit one."""
    is_windows = facts.machine.value.os_name == "Windows"
    where = 'the "Windows installer (64-bit)" of python.org' if is_windows else "a 64-bit Python"
    return Remedy(f"Install {where}, make the environment anew with it, reinstall the packages.")


RULE = Rule("GPU407", "python-32-bit", "error", check, needs=("packages",), mend=mend)
