"""Read CUDA_VISIBLE_DEVICES as the CUDA driver does.

The list is cut at the first entry that the driver does not know. An entry is an index, the
beginning of a GPU's UUID ("GPU-8932f937") or a MIG instance ("MIG-…"). Unset shows all, an empty
value none (CUDA Programming Guide 13.4, "CUDA Environment Variables", 2026-09).
"""

from __future__ import annotations

from gpucheck.facts import Gpu

VARIABLE = "CUDA_VISIBLE_DEVICES"
NOTHING = frozenset({"", "-1", "none", "nodevfiles"})
"""Values that are set on purpose to hide everything; Slurm writes "NoDevFiles"."""


MAX_DIGITS = 9


def hides_everything(mask: str) -> bool:
    """Tell whether the value means "no GPU at all"."""
    return mask.strip().lower() in NOTHING


def first_unknown_entry(mask: str, gpus: tuple[Gpu, ...]) -> tuple[int, str] | None:
    """Return place and text of the first entry that names no GPU; None: all are known."""
    for place, entry in enumerate(mask.split(",")):
        if not _is_known(entry.strip(), gpus):
            return place, entry.strip()
    return None


def _is_known(entry: str, gpus: tuple[Gpu, ...]) -> bool:
    if entry.isascii() and entry.isdigit():
        return len(entry) < MAX_DIGITS and int(entry) < len(gpus)
    if entry.startswith("GPU-"):
        return any((gpu.uuid or "").startswith(entry) for gpu in gpus)
    if entry.startswith("MIG-"):
        if any(gpu.is_mig_enabled is not False and gpu.mig_instances is None for gpu in gpus):
            return True  # which instances there are is not known
        uuids = [mig.uuid or "" for gpu in gpus for mig in gpu.mig_instances or ()]
        # The older form names the GPU and the instance: "MIG-GPU-<uuid>/<gi>/<ci>".
        return entry.startswith("MIG-GPU-") or any(uuid.startswith(entry) for uuid in uuids)
    return False
