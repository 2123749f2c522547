"""Whether a CUDA toolkit fits the driver, the GPU, the compilers and the C library around it.

These matter to those who compile CUDA code, and to nobody else: `compiles_here` tells them apart.
Which nvcc counts is asked as PyTorch's cpp_extension is known to ask (from memory, not read anew):
CUDA_HOME or CUDA_PATH, then PATH, then /usr/local/cuda.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from gpucheck.compatibility.devices import code_for
from gpucheck.compatibility.loaded import numbers
from gpucheck.facts import Facts, HostCompiler, Nvcc
from gpucheck.tables import Known, NotInTable, Tables
from gpucheck.versions import BuiltForCuda, ComputeCapability, DriverCuda, ToolkitCuda

HOME_VARIABLES = ("CUDA_HOME", "CUDA_PATH")
DEFAULT_HOME = "/usr/local/cuda"
COMPILE_WHEN_USED = ("deepspeed", "flashinfer-python", "pycuda")
COMPILE_WHEN_INSTALLED = ("apex", "detectron2", "tiny-cuda-nn", "transformer-engine-torch")
READY_MADE_AS_A_RULE = ("causal-conv1d", "flash-attn", "mamba-ssm")
"""Packages that compile CUDA code: when they are used, when they are installed, and those whose
set-up takes a ready-made wheel where there is one (their set-up scripts, 2026-11)."""
OWN_COMPILERS = ("/usr/bin/nvcc", "/usr/lib/nvidia-cuda-toolkit/", "/opt/cuda/")
"""Where distributions put an nvcc that they have set up for a compiler that it accepts."""
CHOOSE_COMPILER = ("NVCC_PREPEND_FLAGS", "NVCC_APPEND_FLAGS", "CUDAHOSTCXX", "CXX", "CC")
FIRST_MSC_VER = 1900
"""_MSC_VER of toolset 14.0; it counts on with the toolset's minor (Microsoft, 2026-11)."""


class Limit(msgspec.Struct, frozen=True):
    """What a toolkit does not accept of the machine around it."""

    says: str  # "gcc 13.2.0 (/usr/bin/gcc); CUDA 11.8 accepts gcc up to 11"
    source: str


def nvcc_in_use(facts: Facts) -> Nvcc | None:
    """Return the nvcc that an extension would be compiled with; None: none, or none known."""
    nvccs = facts.toolkit.value.nvccs or ()
    for way in (*HOME_VARIABLES, "PATH", DEFAULT_HOME):
        for nvcc in nvccs:
            if way in nvcc.found_via:
                return nvcc
    return None


def nvcc_via(facts: Facts, *ways: str) -> Nvcc | None:
    """Return the first nvcc that was found in one of these ways."""
    nvccs = facts.toolkit.value.nvccs or ()
    return next((nvcc for nvcc in nvccs if set(ways) & set(nvcc.found_via)), None)


def compiles_here(facts: Facts) -> str | None:
    """Return what shows that somebody compiles CUDA code here; None: nothing does.

    On Windows the toolkit's installer sets CUDA_PATH by itself: that shows nothing.
    """
    environment = facts.machine.value.environment or {}
    names = ("CUDA_HOME",) if facts.machine.value.os_name == "Windows" else HOME_VARIABLES
    for name in names:
        if environment.get(name):
            return f"{name}={environment[name]}"
    package = _installed(facts, (*COMPILE_WHEN_USED, *COMPILE_WHEN_INSTALLED))
    return f"{package} is installed" if package else None


def may_compile_here(facts: Facts) -> str | None:
    """Return what lets expect that somebody will compile CUDA code here; None: nothing does."""
    package = _installed(facts, READY_MADE_AS_A_RULE)
    return compiles_here(facts) or (f"{package} is installed" if package else None)


def compiles_when_used(facts: Facts) -> str | None:
    """Return an installed package that needs a toolkit when it runs; None: none is listed."""
    return _installed(facts, COMPILE_WHEN_USED)


def _installed(facts: Facts, names: tuple[str, ...]) -> str | None:
    listed = (d.name for d in facts.packages.value.distributions or ())
    return next((name for name in listed if name in names), None)


def is_toolkit_newer(toolkit: ToolkitCuda, driver: DriverCuda) -> Literal["major", "minor"] | None:
    """Tell whether a toolkit is newer than what the driver offers, and in which number."""
    if toolkit.major != driver.major:
        return "major" if toolkit.major > driver.major else None
    return "minor" if toolkit.minor > driver.minor else None


def differs_from_build(
    toolkit: ToolkitCuda, built: BuiltForCuda
) -> Literal["major", "minor"] | None:
    """Tell in which number a toolkit differs from what a framework was built for."""
    if toolkit.major != built.major:
        return "major"
    return "minor" if toolkit.minor != built.minor else None


def compiler_limit(facts: Facts, nvcc: Nvcc, tables: Tables) -> Limit | NotInTable | None:
    """Return why nvcc refuses the compiler that it takes by default; None: it does not.

    Nothing is said where the compiler is chosen otherwise: by flags, by conda, by a distribution.
    """
    environment = facts.machine.value.environment or {}
    is_set_up = "conda" in nvcc.found_via or nvcc.path.startswith(OWN_COMPILERS)
    compiler = next(iter(facts.toolkit.value.host_compilers or ()), None)
    chosen = environment.get("NVCC_CCBIN") is None and any(map(environment.get, CHOOSE_COMPILER))
    if nvcc.toolkit_cuda is None or compiler is None or is_set_up or chosen:
        return None
    table = tables.host_compilers
    for row in table.rows:
        if row.cuda.parts[:2] == nvcc.toolkit_cuda.parts[:2]:
            limits = {"gcc": row.gcc_max, "g++": row.gcc_max, "clang": row.clang_max}
            if compiler.name == "cl":
                return _visual_studio(compiler, row.msc_ver_below, row.visual_studio, nvcc)
            most = limits.get(compiler.name)
            found = numbers(compiler.release or "")
            if most is None or not found or found[0] <= most:
                return None
            says = (
                f"{compiler.name} {compiler.release} ({compiler.path}); CUDA {row.cuda} accepts"
                f" {compiler.name} up to {most}"
            )
            return Limit(says, table.source_of(row))
    return table.lacks(f"CUDA {nvcc.toolkit_cuda}")


def _visual_studio(
    compiler: HostCompiler, below: int | None, accepted: str | None, nvcc: Nvcc
) -> Limit | None:
    toolset = numbers(compiler.release or "")
    if below is None or len(toolset) < 2 or FIRST_MSC_VER + toolset[1] < below:  # noqa: PLR2004
        return None
    says = (
        f"Visual C++ toolset {compiler.release}; CUDA {nvcc.toolkit_cuda} accepts Visual Studio"
        f" {accepted}"
    )
    return Limit(says, "the toolkit's own check (crt/host_config.h)")


def c_library_limit(facts: Facts, nvcc: Nvcc, tables: Tables) -> Limit | None:
    """Return why code does not compile with the system's C library; None: it does, or unknown."""
    machine = facts.machine.value
    is_set_up = "conda" in nvcc.found_via or nvcc.path.startswith(OWN_COMPILERS)
    has = numbers(machine.libc_release or "")
    if nvcc.toolkit_cuda is None or machine.libc_name != "glibc" or not has or is_set_up:
        return None
    table = tables.glibc
    for row in table.rows:
        is_from = row.cuda_from is None or row.cuda_from <= nvcc.toolkit_cuda
        is_to = row.cuda_to is None or nvcc.toolkit_cuda <= row.cuda_to
        if is_from and is_to and row.glibc_below and has >= numbers(row.glibc_below):
            says = f"glibc {machine.libc_release} with CUDA {nvcc.toolkit_cuda}: {row.why}"
            return Limit(says, table.source_of(row))
    return None


def toolkit_reaches(
    toolkit: ToolkitCuda, capability: ComputeCapability, tables: Tables
) -> Known[Literal["code", "older code only", "nothing"]] | NotInTable:
    """Tell what a toolkit can make for a GPU: code; PTX of an older GPU at best; nothing."""
    table = tables.toolkit_archs
    for row in table.rows:
        if row.cuda.parts[:2] != toolkit.parts[:2]:
            continue
        ptx = [target.replace("sm_", "compute_") for target in row.targets]
        code = code_for(capability, (*row.targets, *row.specific_targets), ptx)
        source = table.source_of(row)
        if code == "none":
            return Known("nothing", source)
        is_known_here = any(_is_of_major(target, capability) for target in row.targets)
        return Known("code" if is_known_here else "older code only", source)
    return table.lacks(f"CUDA {toolkit}")


def _is_of_major(target: str, capability: ComputeCapability) -> bool:
    digits = target.removeprefix("sm_")
    return digits[:-1].isdigit() and int(digits[:-1]) == capability.major
