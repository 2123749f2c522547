"""The driver's libraries and its loaded kernel module are of different releases.

Why: a package update replaced the libraries while the old module stayed loaded. The two halves
refuse to work together until the module is replaced too.

How we know: NVML returns 18, or /proc/driver/nvidia/version names another release than the file
name of libnvidia-ml.

Fix: reboot. Without a reboot: stop everything that uses the GPU, then reload the modules. A library
that is older than the module is a leftover: remove it. In a container, remove driver libraries that
were installed into the image; in WSL, every Linux driver.
"""

from collections.abc import Iterator

from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import distribution_family, renew_driver_links, use_windows_libcuda
from gpucheck.tables import Tables

VERSION_MISMATCH = 18  # NVML_ERROR_LIB_RM_VERSION_MISMATCH


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report two halves of the driver that do not match."""
    machine, driver = facts.machine.value, facts.driver.value
    module, error = machine.kernel_module_release, driver.init_error
    refused = error is not None and error.code == VERSION_MISMATCH
    library = driver.library_release  # NVML itself tells the module's
    differs = module and library and module != library
    if not refused and not differs:
        return
    evidence = []
    if error is not None and refused:
        evidence.append(f"{error.call} returned {error.code} ({error.name})")
    if module:
        evidence.append(f"loaded kernel module: {module} (/proc/driver/nvidia/version)")
    if driver.library_path:
        evidence.append(f"library: {library or 'release unknown'} ({driver.library_path})")
    yield Finding(
        subject="driver",
        message="The driver's libraries and the loaded kernel module are of different releases.",
        evidence=tuple(evidence),
    )


def _mend(facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    machine, library = facts.machine.value, facts.driver.value.library_release
    if machine.is_container:
        return Remedy(
            "Restart the container, so that it gets the host's present libraries; remove driver"
            " packages that were installed into the image."
        )
    if machine.is_wsl:
        return use_windows_libcuda(distribution_family(machine))
    if library and machine.kernel_module_release and library < machine.kernel_module_release:
        links = renew_driver_links(facts)
        text = "An older library is left over; if you just downgraded, reboot instead."
        return Remedy(f"{text} {links.text}", links.commands)
    return Remedy(
        "Reboot, so that the module of the installed release is loaded.", ("sudo reboot",)
    )


RULE = Rule(
    "GPU104", "driver-library-mismatch", "error", check, needs=("machine", "driver"), mend=_mend
)
