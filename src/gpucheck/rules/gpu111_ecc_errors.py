"""The GPU's memory had errors that could not be corrected.

Why: ECC memory corrects single wrong bits. What it cannot correct ends the program that ran; the
GPU then replaces the bad rows by spare ones at its next reset, as long as there are any.

How we know: NVML counts uncorrectable errors since the last reset, says that a replacement (row
remapping) is pending, or that one failed. Or CUDA returned error 214.

Fix: reset the GPU, which completes a pending replacement. A failed one means that the GPU has to be
exchanged.
"""

from collections.abc import Iterator

from gpucheck.compatibility.kernel_log import names_card
from gpucheck.compatibility.messages import said_for
from gpucheck.facts import Facts, Gpu
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import gpu_number, reset_gpu
from gpucheck.tables import Tables


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report GPUs with uncorrectable errors, or with rows that are not replaced."""
    logged = said_for("GPU111", facts, tables)
    for gpu in facts.gpus:
        seen = tuple(_seen(gpu))
        if not seen:
            continue
        is_only_pending = not gpu.has_remap_failed and not gpu.ecc_uncorrected_count
        name = gpu.name or "unnamed"
        said = [each.evidence for each in logged if names_card(each.line.text, gpu.pci_address)]
        yield Finding(
            subject=f"gpu/{gpu.index}",
            message=f"GPU {gpu.index} ({name}) has"
            f" {'bad memory rows that wait for' if is_only_pending else 'memory errors: it needs'}"
            f" {'an exchange' if gpu.has_remap_failed else 'a reset'}.",
            evidence=(*seen, *said[-2:]),
            severity="warning" if is_only_pending else "error",
        )


def _seen(gpu: Gpu) -> Iterator[str]:
    if gpu.has_remap_failed:
        yield "NVML: replacing a bad memory row failed (row remapping)"
    if gpu.is_remap_pending:
        yield "NVML: a bad memory row is replaced at the next reset (row remapping is pending)"
    if gpu.ecc_uncorrected_count:
        yield f"NVML: {gpu.ecc_uncorrected_count} uncorrectable ECC errors since the last reset"


def _mend(facts: Facts, _tables: Tables, subject: str) -> Remedy:
    gpu = next((gpu for gpu in facts.gpus if str(gpu.index) == gpu_number(subject)), None)
    if gpu and gpu.has_remap_failed:
        return Remedy("Take the GPU out of use and have it exchanged: its spare rows are used up.")
    return reset_gpu(facts, subject, after="If errors come back, have the GPU exchanged.")


RULE = Rule("GPU111", "gpu-hardware-fault", "error", check, explained_by=("GPU109",), mend=_mend)
