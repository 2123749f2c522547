"""The container image asks for a newer driver than the host has.

Why: CUDA images name the driver they need in NVIDIA_REQUIRE_CUDA. NVIDIA's runtime refuses to start
them on an older one; other ways to start a container do not ask, and programs fail inside.

How we know: the requirement certainly does not hold for this driver's release and CUDA (a space in
it means "or", a comma "and"; what is not known counts as met). A cuda-compat package that works
inside counts. It is an error when the driver is below the floor of the image's CUDA major, else a
note: within a major older drivers run all but what is compiled at run time. The refusal itself,
in a report, tells it as well.

Fix: upgrade the driver on the host, or use an image for an older CUDA.
"""

from collections.abc import Iterator

from gpucheck.compatibility.drivers import driver_floor
from gpucheck.compatibility.image_requirements import cuda_of, unmet
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import install_driver_for
from gpucheck.tables import Known, Tables

MAX_SHOWN = 120  # characters of a requirement; NVIDIA's list every branch they accept


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report a requirement of the image that this driver does not meet."""
    machine, driver = facts.machine.value, facts.driver.value.driver_release
    if not machine.is_container or driver is None:
        return
    for name, requirement in unmet(machine.environment or {}, _known(facts)).items():
        cuda = cuda_of(requirement)
        if cuda is None:
            continue  # it asks for less than a CUDA: what it is about is not known
        floor = driver_floor(cuda, facts.driver_os, tables)
        is_below = isinstance(floor, Known) and driver < floor.value
        asks = f"The image asks for CUDA {cuda}, which is newer than the host's driver {driver}"
        works = (
            f"{asks} can run."
            if is_below
            else f"{asks}; most of it works all the same, code compiled at run time may not."
        )
        yield Finding(
            subject="driver",
            message=works,
            evidence=(f"{name}={_cut(requirement)}", f"driver {driver} (NVML)"),
            severity="error" if is_below and not _works(facts) else "note",
        )


def _known(facts: Facts) -> dict[str, tuple[int, ...]]:
    driver, cuda = facts.driver.value, facts.cuda_driver.value
    # A cuda-compat package in front of the driver offers more than the driver itself.
    offered = [found.parts for found in (driver.driver_cuda, cuda.driver_cuda) if found]
    known = {"cuda": max(offered)} if offered else {}
    if driver.driver_release:
        known["driver"] = driver.driver_release.parts
    return known


def _works(facts: Facts) -> bool:
    return any(part.value.is_gpu_usable for part in facts.installed.values())


def _cut(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def mend(facts: Facts, tables: Tables, _subject: str) -> Remedy:
    """Upgrade the host's driver, or take another image."""
    upgrade = install_driver_for(facts, tables, what="a newer NVIDIA driver")
    text = f"{upgrade.text} Or use an image for an older CUDA."
    return Remedy(text, upgrade.commands)


RULE = Rule("GPU505", "driver-too-old", "error", check, mend=mend)
