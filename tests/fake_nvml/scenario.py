"""Write the text of a scenario, which the fake driver libraries play.

In: versions, GPUs and faults. Out: ASCII text in the format of README.md. What a GPU does not
say about its place in the machine (UUID, PCI address, serial) is filled in by its index.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from .faults import Faults
from .gpus import Gpu, Mig, Process, Value, gpu

NVML_ERROR_GPU_IS_LOST = 15


def scenario(
    driver: str | None = "550.54.15",
    cuda: str | None = "12.4",
    gpus: Sequence[Gpu] = (gpu("RTX 4090"),),
    *,
    machine: Mapping[str, Value] | None = None,
    lost: Mapping[int, int] | None = None,
    errors: Mapping[str, int] | None = None,
    hang: tuple[str, ...] = (),
    segfault: tuple[str, ...] = (),
    abort: tuple[str, ...] = (),
    exit: Mapping[str, int] | None = None,  # noqa: A002 (the fault is called after the C function)
    delay_ms: Mapping[str, int] | None = None,
    after: Mapping[str, int] | None = None,
) -> str:
    """Return the text of a scenario; without arguments, of one idle, healthy RTX 4090.

    ``driver`` is the driver's release and ``cuda`` the newest CUDA that it runs; None leaves
    either unsupported. The GPUs come in the order of their NVML indices. ``machine`` holds more
    values of the machine, ``{"pair.0.1.topology": 50}``. ``lost`` maps a GPU's index to the
    number of calls that still work on it, those that get its handle included; from then on NVML
    says that the GPU is lost. The rest is as in ``Faults``.

    Raises:
        ValueError: a key that the libraries do not read, or a function that they do not have.
    """
    faults = Faults(errors or {}, hang, segfault, abort, exit or {}, delay_ms or {}, after or {})
    values: dict[str, Value] = {
        "driver": driver,
        "cuda": cuda,
        "nvml": f"{cuda.partition('.')[0]}.{driver}" if cuda and driver else None,
        **_pairs(gpus),
        **(machine or {}),
    }
    lines = [*_values(values), *faults.lines()]
    for index, device in enumerate(gpus):
        lines += ["", "[gpu]", *_gpu_lines(index, device)]
        if lost is not None and index in lost:
            lines.append(f"error.nvml* = {NVML_ERROR_GPU_IS_LOST} after {lost[index]}")
        for position, part in enumerate(device.mig):
            lines += ["", "[mig]", *_mig_lines(index, position, device, part)]
    return "\n".join(lines) + "\n"


def gpu_uuid(index: int) -> str:
    """Return the UUID that a GPU has when the test names none."""
    return f"GPU-{index:08x}-1111-2222-3333-{index:012x}"


def mig_uuid(gpu_index: int, mig_index: int) -> str:
    """Return the UUID that a MIG device has when the test names none."""
    return f"MIG-{gpu_index:08x}-4444-5555-6666-{mig_index:012x}"


def pci_bus_id(index: int) -> str:
    """Return the PCI address that a GPU has when the test names none, as NVML writes it."""
    return f"00000000:{0x10 + index:02X}:00.0"


def _gpu_lines(index: int, device: Gpu) -> Iterator[str]:
    place: dict[str, Value] = {
        "uuid": gpu_uuid(index),
        "pci_bus_id": pci_bus_id(index),
        "serial": f"{1320000000000 + index}",
        "minor_number": index,
        "board_id": 0x1000 + index,
    }
    yield from _values({**place, **device.fields})
    yield from _processes("compute_process", device.compute)
    yield from _processes("graphics_process", device.graphics)
    yield from device.faults.lines()


def _mig_lines(index: int, position: int, device: Gpu, part: Mig) -> Iterator[str]:
    place: dict[str, Value] = {
        "uuid": mig_uuid(index, position),
        "name": f"{device.fields['name']} MIG {part.profile}",
        "gpu_instance_id": position + 1,
        "compute_instance_id": 0,
    }
    values = {**place, **part.fields}
    yield from _values(values)
    ids = f" {values['gpu_instance_id']} {values['compute_instance_id']}"
    yield from _processes("compute_process", part.compute, ids)


def _processes(key: str, processes: Sequence[Process], ids: str = "") -> Iterator[str]:
    for pid, memory_bytes in processes:
        yield f"{key} = {pid} {'-' if memory_bytes is None else memory_bytes}{ids}"


def _pairs(gpus: Sequence[Gpu]) -> dict[str, Value]:
    if len(gpus) < 2:
        return {}
    host_bridge, node = 30, 40
    ok, not_supported = 0, 1
    has_nvlink = all("nvlink.count" in device.fields for device in gpus)
    peers = ok if has_nvlink else not_supported
    return {
        "pair.topology": node if has_nvlink else host_bridge,
        **{f"pair.p2p_{what}": peers for what in ("read", "write", "nvlink", "atomics", "pci")},
    }


def _values(values: Mapping[str, Value]) -> Iterator[str]:
    for key, value in values.items():
        _check_key(key)
        if isinstance(value, str):
            yield f"{key} = {_escape(value)}"
        elif isinstance(value, int | float):
            yield f"{key} = {value}"
        elif value is not None:
            yield f"{key} = {', '.join('-' if step is None else str(step) for step in value)}"


def _escape(text: str) -> str:
    # One ASCII line whatever the text: device names may hold control characters or broken UTF-8.
    raw = text.encode("utf-8", "surrogateescape")
    plain = "".join(chr(b) if 0x20 <= b < 0x7F and b != 0x5C else f"\\x{b:02x}" for b in raw)
    if plain[:1] == " ":
        plain = "\\x20" + plain[1:]
    return plain[:-1] + "\\x20" if plain[-1:] == " " else plain


@functools.cache
def _known_keys() -> re.Pattern[str]:
    """Return a pattern for the keys that the C code reads: its lower-case string literals."""
    folder = Path(__file__).parent
    code = "".join((folder / name).read_text(encoding="utf-8") for name in ("nvml.c", "cuda.c"))
    keys = sorted(set(re.findall(r'"([a-z][a-z0-9_.%]*)"', code)))
    return re.compile("|".join(re.sub(r"%[sdu]", "[a-z0-9_]+", re.escape(key)) for key in keys))


def _check_key(key: str) -> None:
    if not _known_keys().fullmatch(key):
        raise ValueError(f"{key!r} is a key that neither nvml.c nor cuda.c reads")
