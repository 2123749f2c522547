"""CUDA counts the GPUs in another order than nvidia-smi.

Why: without CUDA_DEVICE_ORDER, CUDA puts the GPU that it takes for the fastest first; nvidia-smi
counts by PCI address. With different models in one machine, "GPU 0" then is not the same card for
both, and a number in CUDA_VISIBLE_DEVICES picks the wrong one.

How we know: the GPUs are of several models, CUDA_DEVICE_ORDER does not ask for the PCI order, and
the UUIDs that CUDA shows stand in another order than NVML's, or could not be compared. It is a
warning when CUDA_VISIBLE_DEVICES lists numbers, else a note.

Fix: set CUDA_DEVICE_ORDER=PCI_BUS_ID, or name GPUs by their UUID.
"""

from collections.abc import Iterator

from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.tables import Tables
from gpucheck.visible_devices import MAX_DIGITS, VARIABLE, hides_everything

ORDER = "CUDA_DEVICE_ORDER"
PCI = "PCI_BUS_ID"


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report numbers that mean another GPU to CUDA."""
    environment, gpus = facts.machine.value.environment, facts.gpus
    names = [gpu.name for gpu in gpus]
    shown = [device.name for device in facts.cuda_driver.value.devices or ()]
    if names != shown and sorted(map(str, names)) == sorted(map(str, shown)):
        yield Finding(
            subject="environment",
            message="CUDA counts the GPUs in another order than nvidia-smi.",
            evidence=(
                f"nvidia-smi: {', '.join(map(str, names))}",
                f"CUDA: {', '.join(map(str, shown))}",
            ),
            severity="warning",
        )
        return
    if environment is None or len({gpu.name for gpu in gpus if gpu.name}) < 2:  # noqa: PLR2004
        return
    mask = environment.get(VARIABLE)
    numbers = _numbers(mask, len(gpus))
    if environment.get(ORDER) == PCI or any(gpu.is_mig_enabled for gpu in gpus):
        return
    if mask is not None and not numbers:
        return  # UUIDs do not depend on the order; a mask that hides all has rules of its own
    expected = [gpus[number].uuid for number in numbers]
    seen = [device.uuid for device in facts.cuda_driver.value.devices or ()]
    if None not in seen and seen and expected[: len(seen)] == seen:
        return  # here both orders are the same
    picked = f'{VARIABLE}="{mask}"' if mask else f"{VARIABLE} is not set"
    yield Finding(
        subject="environment",
        message="CUDA may count the GPUs in another order than nvidia-smi, as the models differ.",
        evidence=(
            f"{ORDER} is {environment.get(ORDER) or 'not set'}",
            picked,
            *(f"GPU {gpu.index}: {gpu.name} (NVML)" for gpu in gpus[:8]),
        ),
        severity="warning" if mask else "note",
    )


def _numbers(mask: str | None, count: int) -> list[int]:
    """Return the places of the GPUs that a mask of numbers picks; all of them without a mask."""
    if mask is None:
        return list(range(count))
    entries = [entry.strip() for entry in mask.split(",")]
    is_plain = all(e.isascii() and e.isdigit() and len(e) < MAX_DIGITS for e in entries)
    if hides_everything(mask) or not is_plain or any(int(e) >= count for e in entries):
        return []
    return [int(entry) for entry in entries]


def mend(facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    """Ask for the PCI order."""
    is_windows = facts.machine.value.os_name == "Windows"
    text = "Let CUDA count as nvidia-smi does, before the program starts."
    return Remedy(text, (f"{'set' if is_windows else 'export'} {ORDER}={PCI}",))


RULE = Rule("GPU512", "device-order-mismatch", "warning", check, mend=mend)
