"""A link to the driver's library leads nowhere, or to another release.

Why: libcuda.so.1 and libnvidia-ml.so.1 are links to the files of one driver release. A driver that
was removed by hand, or an image with a driver inside, leaves links behind that point to nothing or
to files of another release.

How we know: the first such library on the loader's path is a link without a target, or its file
carries another release than the loaded kernel module. Where CUDA works all the same it is a note.

Fix: reinstall the driver's libraries and let ldconfig make the links anew.
"""

from collections.abc import Iterator

from gpucheck.compatibility.loaded import file_release
from gpucheck.facts import Facts, LoaderLibrary
from gpucheck.findings import Finding, Rule
from gpucheck.remedies import renew_driver_links
from gpucheck.tables import Tables
from gpucheck.versions import DriverRelease

SONAMES = ("libcuda.so.1", "libnvidia-ml.so.1")
NOT_THE_DRIVERS = ("/stubs/", "/compat/")
FIRST_DRIVER_MAJOR = 100
"""Jetson's file is libcuda.so.1.1: a number below this is no release of a driver."""


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report the first libcuda and libnvidia-ml of the loader that are not the driver's."""
    machine, cuda = facts.machine.value, facts.cuda_driver.value
    module = None if machine.is_wsl else machine.kernel_module_release
    bad = []
    for soname in SONAMES:
        named = [e for e in facts.toolkit.value.loader_libraries or () if e.soname == soname]
        problem = _problem(named[0], module) if named else None
        if problem:
            bad.append(problem)
    if not bad or facts.has_nvidia_gpu is False:
        return
    fails = cuda.load_error or cuda.init_error or facts.driver.value.init_error
    yield Finding(
        subject="driver",
        message="The loader finds a library that is not of the running driver.",
        evidence=tuple(bad),
        severity="error" if fails else "note" if cuda.devices else "warning",
    )


def _problem(library: LoaderLibrary, module: DriverRelease | None) -> str | None:
    if any(part in library.path for part in NOT_THE_DRIVERS):
        return None
    if library.is_dangling:
        return f"{library.path} is a link that leads to nothing"
    release = file_release(library.real_path or library.path)
    if module is None or release is None:
        return None
    own = DriverRelease.parse(release)
    if own == module or own.major < FIRST_DRIVER_MAJOR:
        return None
    return f"{library.path} is of {release}, the kernel module of {module}"


RULE = Rule(
    "GPU218",
    "driver-library-mismatch",
    "error",
    check,
    needs=("toolkit", "machine"),
    explained_by=("GPU102", "GPU104", "GPU501"),
    mend=lambda facts, *_: renew_driver_links(facts),
)
