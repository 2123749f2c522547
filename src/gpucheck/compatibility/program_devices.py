"""The devices that a CUDA program gets: after masks, and a slice of a GPU as a slice.

In: facts. Out: the devices, or None where nothing tells. NVML lists whole GPUs whatever a program
is given; CUDA knows the program's own, and tells of a whole GPU less memory than is on it, since
the driver keeps a part (23.6 of a GeForce RTX 4090's 24.0 GiB).
"""

from __future__ import annotations

import msgspec

from gpucheck.facts import CudaDevice, Facts, Gpu
from gpucheck.versions import ComputeCapability
from gpucheck.visible_devices import VARIABLE

LEAST_SHARE_OF_WHOLE = 0.9
"""A device with less of its GPU's memory is a slice of it (MIG, vGPU)."""


class ProgramDevice(msgspec.Struct, frozen=True):
    """One device as a program gets it."""

    number: int  # CUDA's ordinal; NVML's index where CUDA tells nothing
    place: str  # "GPU 1" as NVML counts, "a slice of GPU 1", "device 0" of CUDA
    name: str | None
    compute_capability: ComputeCapability | None
    memory_total_bytes: int | None  # nominal of a whole GPU


def cuda_devices(facts: Facts) -> tuple[CudaDevice, ...] | None:
    """Return the devices that CUDA shows; none where CUDA cannot start; None: not known."""
    cuda = facts.cuda_driver.value
    if cuda.devices is not None:
        return cuda.devices
    cannot_start = cuda.init_error is not None or cuda.load_error is not None
    return () if cannot_start or facts.has_nvidia_gpu is False else None


def program_devices(facts: Facts) -> tuple[ProgramDevice, ...] | None:
    """Return the devices; of a machine whose CUDA tells nothing all that NVML lists, unmasked."""
    devices = cuda_devices(facts)
    if devices is not None:
        return tuple(_of_cuda(device, facts) for device in devices)
    gpus, environment = facts.visible_gpus, facts.machine.value.environment
    is_unmasked = environment is not None and VARIABLE not in environment
    is_whole = is_unmasked and not any(gpu.is_mig_enabled for gpu in gpus)
    return tuple(map(_of_nvml, gpus)) or None if is_whole else None


def _of_nvml(gpu: Gpu) -> ProgramDevice:
    return ProgramDevice(
        gpu.index, f"GPU {gpu.index}", gpu.name, gpu.compute_capability, gpu.memory_total_bytes
    )


def _of_cuda(device: CudaDevice, facts: Facts) -> ProgramDevice:
    same = (gpu for gpu in facts.gpus if device.uuid in {gpu.uuid, *gpu.mig_uuids} - {None})
    gpu = next(same, None)
    return ProgramDevice(
        device.ordinal,
        _place(device, gpu),
        device.name or (gpu.name if gpu else None),
        device.compute_capability or (gpu.compute_capability if gpu else None),
        _memory_bytes(device, gpu),
    )


def _place(device: CudaDevice, gpu: Gpu | None) -> str:
    if gpu is None:
        return f"device {device.ordinal}"
    return f"GPU {gpu.index}" if device.uuid == gpu.uuid else f"a slice of GPU {gpu.index}"


def _memory_bytes(device: CudaDevice, gpu: Gpu | None) -> int | None:
    """Return the memory on the GPU where the device is the whole of it, else the device's own."""
    own, whole = device.memory_total_bytes, gpu.memory_total_bytes if gpu else None
    if gpu is None or whole is None:
        return own
    if own is None:
        return whole if device.uuid == gpu.uuid and not gpu.is_mig_enabled else None
    return whole if own >= LEAST_SHARE_OF_WHOLE * whole else own
