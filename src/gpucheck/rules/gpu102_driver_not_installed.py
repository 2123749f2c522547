"""The NVIDIA driver is not installed.

Why: frameworks bring their own CUDA libraries, but never the driver. Without it the GPU is
invisible to them.

How we know: an NVIDIA device is on the PCI bus, no nvidia kernel module is loaded, and neither
libnvidia-ml nor libcuda can be found.

Fix: install the distribution's driver package and reboot. A CUDA toolkit is not needed for it.
"""

from collections.abc import Iterator

from gpucheck.facts import Facts
from gpucheck.findings import Finding, Rule
from gpucheck.remedies import install_driver_for
from gpucheck.tables import Tables

LIBRARY_NOT_FOUND = 12  # NVML_ERROR_LIBRARY_NOT_FOUND


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report a GPU that has neither kernel module nor libraries of the driver."""
    machine, error = facts.machine.value, facts.driver.value.init_error
    cards = [
        display
        for display in machine.nvidia_cards
        # A card bound to vfio is meant for a virtual machine.
        if display.kernel_driver != "vfio-pci"
    ]
    # In a container the driver's libraries come from the host: their absence says nothing.
    if not cards or machine.has_nvidia_module or machine.is_container:
        return
    if error is None or error.code != LIBRARY_NOT_FOUND or facts.cuda_driver.value.library_path:
        return
    listed = ", ".join(f"{d.address} (10de:{d.device_id})" for d in cards)
    yield Finding(
        subject="driver",
        message="An NVIDIA GPU is there, but no NVIDIA driver is installed.",
        evidence=(
            f"PCI: {listed}",
            "no nvidia kernel module is loaded",
            "libnvidia-ml (NVML) and libcuda: not found",
        ),
    )


RULE = Rule(
    "GPU102",
    "driver-missing",
    "error",
    check,
    needs=("machine", "driver"),
    explained_by=("GPU501", "GPU509"),
    mend=lambda facts, tables, _: install_driver_for(facts, tables),
)
