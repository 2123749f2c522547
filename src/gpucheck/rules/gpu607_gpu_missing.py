"""The driver shows fewer GPUs than the PCI bus has.

Why: a GPU that failed to start, or fell off the bus and came back, stays on the PCI bus and is
left out by the driver. Programs that count on it fail or wait.

How we know: a GPU on the PCI bus is bound to NVIDIA's kernel module, others work, and NVML does not
list this one. GPUs that are handed to virtual machines, those outside a container or a batch job,
and the parts of a shared GPU do not count.

Fix: look for lines about its PCI address in the kernel's log; check its power and seat.
"""

from collections.abc import Iterator

from gpucheck.facts import Facts, PciDisplay
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report GPUs that the driver leaves out."""
    machine, driver = facts.machine.value, facts.driver.value
    is_limited = machine.is_container is not False or machine.is_wsl
    # Whether this is such a job cannot be told when the variables are not known.
    is_limited = is_limited or machine.environment is None or bool(machine.batch_job)
    addresses = [gpu.pci_address for gpu in facts.gpus]
    if is_limited or not addresses or None in addresses or driver.init_error:
        return
    for card in machine.nvidia_cards:
        is_known = any(card.is_at(address) for address in addresses)
        if is_known or card.kernel_driver != "nvidia" or _is_part(card, addresses):
            continue
        tail = card.address[-10:].lower()
        log = [line for line in machine.kernel_log or () if tail[:-2] in line.lower()]
        yield Finding(
            subject="machine",
            message=f"The GPU at {card.address} is on the PCI bus; the driver does not show it.",
            evidence=(
                f"PCI {card.address}: {card.vendor_id}:{card.device_id}, bound to nvidia",
                f"NVML lists {len(facts.gpus)}: {', '.join(filter(None, addresses))}",
                *log[-3:],
            ),
        )


def _is_part(card: PciDisplay, addresses: list[str | None]) -> bool:
    """Tell whether it is a virtual function of a listed GPU: on its bus, as another device.

    On the first bus, where virtual machines have theirs, whole GPUs stand side by side.
    """
    bus = _bus(card.address)
    return not bus.endswith(":00") and bus in {_bus(other or "") for other in addresses}


def _bus(address: str) -> str:
    return address.lower().lstrip("0").rpartition(":")[0]


def mend(_facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    """Look why it did not start."""
    text = (
        "The kernel's log says why it did not start. Check its power and its seat, then restart;"
        " if it stays away, it is defective."
    )
    return Remedy(text, ("sudo dmesg | grep -iE 'nvrm|xid'", "lspci -nn | grep -i nvidia"))


RULE = Rule(
    "GPU607",
    "gpu-lost",
    "error",
    check,
    needs=("machine", "driver"),
    mend=mend,
    explained_by=("GPU105", "GPU107", "GPU108", "GPU109", "GPU112", "GPU129"),
)
