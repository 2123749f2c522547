"""In WSL, programs load a libcuda that is not WSL's.

Why: WSL works with the driver of Windows and brings the library for it in /usr/lib/wsl/lib. The
libcuda of a Linux driver, which some CUDA packages install along, looks for hardware that WSL does
not show; CUDA then finds no device.

How we know: this is WSL and no container, CUDA does not start, and the libcuda that was loaded
lies outside /usr/lib/wsl. A program that misses "libcuda.so" in WSL tells it as well.

Fix: remove the Linux driver from WSL, or put /usr/lib/wsl/lib first on the loader's path.
"""

from collections.abc import Iterator

from gpucheck.compatibility.messages import said_for
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Rule
from gpucheck.remedies import distribution_family, put_wsl_libraries_first, use_windows_libcuda
from gpucheck.tables import Tables

OF_WSL = "/usr/lib/wsl/"
OF_OTHERS = ("/stubs/", "/compat/", "cuda-compat")
"""Places of a libcuda that is no driver's; other rules know them."""


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report a Linux driver's libcuda in WSL."""
    machine, cuda = facts.machine.value, facts.cuda_driver.value
    if not machine.is_wsl or machine.is_container:
        return
    path = cuda.library_path
    is_foreign = path is not None and not any(
        place.startswith(OF_WSL) or any(part in place for part in OF_OTHERS)
        for place in _places(facts, path)
    )
    said = said_for("GPU508", facts, tables)
    if cuda.init_error and is_foreign:
        error = cuda.init_error
        yield Finding(
            subject="driver",
            message="CUDA in WSL loads the library of a Linux driver, which finds no GPU here.",
            evidence=(f"loaded: {path}", f"cuInit returned {error.code} ({error.name})"),
        )
    elif (none := said_for("GPU101", facts, tables)) and facts.origin == "report":
        yield Finding(
            subject="driver",
            message="CUDA finds no GPU in WSL: mostly a libcuda is loaded that is not WSL's.",
            evidence=("this is WSL", none[0].evidence),
        )
    elif said:
        yield Finding(
            subject="driver",
            message="A program does not find WSL's libcuda: /usr/lib/wsl/lib is not on its path.",
            evidence=(said[0].evidence,),
            remedy=put_wsl_libraries_first(),
        )


def _places(facts: Facts, path: str) -> Iterator[str]:
    """Yield where a library lies, by its links too."""
    yield path
    for library in facts.toolkit.value.loader_libraries or ():
        if library.path == path and library.real_path:
            yield library.real_path


RULE = Rule(
    "GPU508",
    "wsl-wrong-libcuda",
    "error",
    check,
    mend=lambda facts, *_: use_windows_libcuda(distribution_family(facts.machine.value)),
)
