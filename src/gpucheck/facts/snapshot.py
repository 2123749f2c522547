"""The whole snapshot of one machine and one environment, and its JSON form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from gpucheck import versions
from gpucheck.facts.driver import CudaDriver, Driver, Gpu
from gpucheck.facts.environment import Framework, OtherEnvironment, Packages, Target
from gpucheck.facts.machine import GPU_NODES, NVIDIA_VENDOR_ID, Machine
from gpucheck.facts.messages import KERNEL_LOG, SMOKE_TEST, SeenMessage, SeenValue
from gpucheck.facts.section import Record, Section
from gpucheck.facts.smoke import CUDA_DRIVER, SmokeTest
from gpucheck.facts.toolkit import Toolkit
from gpucheck.versions import ToolkitCuda

SCHEMA_VERSION = 1
"""Raised when a field changes its meaning or goes away; new optional fields do not raise it."""


class Facts(Record, frozen=True):
    """The snapshot of one machine and one environment."""

    gpucheck_release: str
    target: Target
    machine: Section[Machine]
    driver: Section[Driver]
    cuda_driver: Section[CudaDriver]
    toolkit: Section[Toolkit]
    packages: Section[Packages]
    frameworks: dict[str, Section[Framework]]  # by name; those not installed are "absent"
    smoke: dict[str, Section[SmokeTest]] = {}  # by name; empty: nothing was tried
    messages: tuple[SeenMessage, ...] = ()  # lines of a pasted report
    named_gpus: tuple[Gpu, ...] = ()  # GPUs that a report names, where no tool lists any
    named_cuda: tuple[ToolkitCuda, ...] = ()  # CUDA that a report names, without saying which
    seen_values: tuple[SeenValue, ...] = ()  # which line of a report states what
    other_environments: tuple[OtherEnvironment, ...] = ()  # looked for where no framework is here
    schema_version: int = SCHEMA_VERSION
    elapsed_s: float | None = None  # wall time of the whole collection in seconds
    collected_at: str | None = None  # UTC: "2026-11-21T10:00:00Z"
    origin: Literal["live", "report"] = "live"
    is_redacted: bool = False

    @property
    def gpus(self) -> tuple[Gpu, ...]:
        """The GPUs that NVML lists."""
        return self.driver.value.gpus or ()

    @property
    def visible_gpus(self) -> tuple[Gpu, ...]:
        """The GPUs that NVML lists and CUDA programs see; all of them when CUDA tells nothing.

        Of a report that lists none, those that it names.
        """
        devices = self.cuda_driver.value.devices
        seen = {device.uuid for device in devices or ()} - {None}
        visible = tuple(gpu for gpu in self.gpus if seen & {gpu.uuid, *gpu.mig_uuids})
        return visible or self.gpus or self.named_gpus

    @property
    def installed(self) -> dict[str, Section[Framework]]:
        """The frameworks that are installed."""
        away = {"absent", "not_given"}
        return {name: part for name, part in self.frameworks.items() if part.outcome not in away}

    @property
    def has_cuda_build(self) -> bool:
        """Whether a framework is installed that was built for CUDA: somebody wants the GPU."""
        return any(section.value.is_cuda_build for section in self.installed.values())

    def seen_at(self, field: str) -> tuple[str, ...]:
        """Return the lines of a report that state a field: "machine.is_secure_boot"."""
        return tuple(seen.evidence for seen in self.seen_values if seen.field == field)

    @property
    def lines(self) -> Iterator[SeenMessage]:
        """Every line that may tell a cause: of a report, of the kernel's log, of imports."""
        yield from self.messages
        for line in self.machine.value.kernel_log or ():
            yield SeenMessage(text=line, where=KERNEL_LOG, subject="machine")
        # That there is no driver for a GPU that is not there is no complaint.
        is_complaint = self.origin == "report" or self.has_nvidia_gpu is True
        if is_complaint:
            yield from self._lines_of_driver()
        for name, section in self.installed.items():
            for text in said_by(section, with_answers=is_complaint):
                where = f"importing {name}"
                yield SeenMessage(text=text, where=where, subject=f"framework/{name}")
        yield from self._lines_of_smoke_tests()

    def _lines_of_smoke_tests(self) -> Iterator[SeenMessage]:
        for name, section in self.smoke.items():
            subject = "driver" if name == CUDA_DRIVER else f"framework/{name}"
            for error in section.value.errors:
                where = SMOKE_TEST + error.stage
                for text in filter(None, map(str.strip, error.text.splitlines())):
                    yield SeenMessage(text=text, where=where, subject=subject)

    def _lines_of_driver(self) -> Iterator[SeenMessage]:
        for error in (self.driver.value.init_error, self.cuda_driver.value.init_error):
            if error and error.message:
                yield SeenMessage(text=error.message, where=error.call, subject="driver")
        if self.cuda_driver.value.load_error:
            text = self.cuda_driver.value.load_error
            yield SeenMessage(text=text, where="loading libcuda", subject="driver")

    @property
    def driver_os(self) -> Literal["Linux", "Windows"]:
        """Whose driver numbers apply: WSL runs on the Windows driver and shows its release."""
        machine = self.machine.value
        return "Windows" if machine.is_wsl or machine.os_name == "Windows" else "Linux"

    @property
    def is_gpu_kept_outside(self) -> bool:
        """Whether this is a container that shows neither a GPU's device file nor a GPU in NVML.

        Its PCI bus may still list the host's GPUs.
        """
        machine = self.machine.value
        nodes = machine.device_nodes
        has_node = nodes is None or any(node.path.startswith(GPU_NODES) for node in nodes)
        return bool(machine.is_container) and not (has_node or self.gpus or machine.is_wsl)

    @property
    def has_nvidia_gpu(self) -> bool | None:
        """Whether the machine has an NVIDIA GPU, as far as anything shows one; None: unknown."""
        machine, driver = self.machine.value, self.driver.value
        pci = machine.pci_displays
        nodes = machine.device_nodes or ()
        if self.cuda_driver.value.devices:
            return True  # a Jetson has neither a PCI device nor, before JetPack 7, NVML
        if driver.gpus or any(display.vendor_id == NVIDIA_VENDOR_ID for display in pci or ()):
            return True
        if any(node.path.startswith(GPU_NODES) for node in nodes) or self.named_gpus:
            return True
        if self.origin == "report" and driver.driver_cuda and driver.gpus is None:
            return True  # the head of nvidia-smi's table, which is printed where there is a GPU
        if machine.os_name == "Darwin" or (driver.gpus is not None and self.driver.is_ok):
            return False
        is_on_host = machine.kernel_module_release is not None
        return None if pci is None or machine.is_wsl or is_on_host else False


def said_by(section: Section[Framework], *, with_answers: bool = True) -> Iterator[str]:
    """Yield the lines in which a framework told what went wrong.

    Without its answers, only why it could not be imported: what it says when it is asked for
    GPUs is no fault where there are none.
    """
    build = section.value
    failures = [build.import_failure, *(each.import_failure for each in build.companions)]
    texts = [text for f in filter(None, failures) for text in (f.message, f.traceback_tail)]
    if with_answers:
        texts += [build.gpu_error or "", *build.warnings, *build.printed, section.output_tail]
    for text in texts:
        yield from filter(None, map(str.strip, text.splitlines()))


class SnapshotError(ValueError):
    """A file is no snapshot that this gpucheck can read; the text says why."""


def to_json(facts: Facts) -> bytes:
    """Encode a snapshot as indented JSON that ends with a newline."""
    encoded = msgspec.json.encode(facts, enc_hook=versions.encode)
    return msgspec.json.format(encoded, indent=1) + b"\n"


def from_json(text: bytes) -> Facts:
    """Decode a snapshot of this schema or an older one; fields it does not know are left out.

    Raises:
        SnapshotError: no JSON, no snapshot, or of a newer schema.
    """
    try:
        head = msgspec.json.decode(text, type=dict[str, Any])
        schema = head.get("schema_version", SCHEMA_VERSION)
        if isinstance(schema, int) and schema <= SCHEMA_VERSION:
            return msgspec.convert(head, Facts, dec_hook=versions.decode)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise SnapshotError(f"not a gpucheck snapshot: {error}") from error
    if not isinstance(schema, int):
        raise SnapshotError(f"not a gpucheck snapshot: its schema_version is {schema!r}")
    raise SnapshotError(
        f"snapshot schema {schema} is newer than this gpucheck knows ({SCHEMA_VERSION}):"
        " upgrade gpucheck"
    )


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a snapshot."""
    return msgspec.json.schema(Facts, schema_hook=_version_schema)


def _version_schema(kind: type) -> dict[str, Any]:
    if kind in versions.VERSION_TYPES:
        return {"type": "string", "description": (kind.__doc__ or "").split("\n")[0]}
    raise NotImplementedError(f"no schema for {kind}")
