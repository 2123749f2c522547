"""How to give nvcc a host compiler that it accepts.

By NVCC_PREPEND_FLAGS: older toolkits ignore NVCC_CCBIN.
"""

from __future__ import annotations

from gpucheck.facts import Facts, Nvcc
from gpucheck.findings import Remedy
from gpucheck.remedies.driver import distribution_family
from gpucheck.tables import Tables

_INSTALL = {
    "ubuntu": "sudo apt install gcc-{major} g++-{major}",
    "debian": "sudo apt install gcc-{major} g++-{major}",
}
"""Names as Debian and Ubuntu have them for every GCC of theirs; which ones depends on the release.
"""


def accepted_compiler(facts: Facts, nvcc: Nvcc | None, tables: Tables) -> Remedy:
    """Return how to compile with an older compiler, or a newer toolkit."""
    cuda = nvcc.toolkit_cuda if nvcc else None
    rows = [row for row in tables.host_compilers.rows if cuda and row.cuda.parts == cuda.parts[:2]]
    newer = "Or take a newer toolkit, which accepts newer compilers."
    if not rows or facts.machine.value.os_name == "Windows":
        accepted = f": Visual Studio {rows[0].visual_studio}" if rows else ""
        return Remedy(f"Compile with a host compiler that this toolkit accepts{accepted}. {newer}")
    major = rows[0].gcc_max
    family = distribution_family(facts.machine.value)
    text = f"Install gcc {major} beside the present one and tell nvcc to take it. {newer}"
    install = _INSTALL.get(family or "")
    if install is None or major is None:
        return Remedy(f"{text} Its option is -ccbin, also in the variable NVCC_PREPEND_FLAGS.")
    choose = f"export NVCC_PREPEND_FLAGS='-ccbin /usr/bin/g++-{major}'"
    return Remedy(text, (install.format(major=major), choose))
