"""The driver's device files are missing, or this user may not open them.

Why: programs reach the GPU through files such as /dev/nvidia0 and /dev/nvidiactl. Without read and
write access to them CUDA finds no GPU, while it works for root.

How we know: CUDA or NVML fails for this user, and a device file that they need is closed to this
user by its owner, group and mode; or the module is loaded and the files are not there.

Fix: join the group that owns the files, or correct the udev rule or module option that closes them.
Missing files are made by nvidia-modprobe.
"""

from collections.abc import Iterator

from gpucheck.compatibility.cards import shows_no_gpu
from gpucheck.facts import GPU_NODES, DeviceNode, Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import for_this_machine, may_use_device_files
from gpucheck.tables import Tables

NEEDED = (*GPU_NODES, "/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvhost-ctrl", "/dev/nvmap")
OPTIONAL = "/dev/nvidia-uvm-tools"  # for profilers


def check(facts: Facts, _tables: Tables) -> Iterator[Finding]:
    """Report closed or missing device files where NVML or CUDA fails."""
    machine = facts.machine.value
    # Whoever pastes their modes into a report has a reason.
    is_report = facts.origin == "report"
    is_failing = shows_no_gpu(facts) or facts.cuda_driver.value.init_error is not None or is_report
    if not is_failing or machine.device_nodes is None or machine.is_wsl:
        return
    closed = _closed(machine.device_nodes)
    if closed:
        yield Finding(
            subject="driver",
            message="This user may not open the GPU's device files: CUDA finds no GPU.",
            evidence=tuple(f"{n.path}: {n.mode}, owner {n.owner}" for n in closed[:4]),
        )
        return
    has_any = any(node.path.startswith(NEEDED) for node in machine.device_nodes)
    is_bound = any(card.kernel_driver == "nvidia" for card in machine.nvidia_cards)
    if machine.has_nvidia_module and is_bound and not has_any and not machine.is_container:
        text = "Make the device files; the driver's package should do so at every start."
        yield Finding(
            subject="driver",
            message="The GPU's device files (/dev/nvidia*) are missing: CUDA finds no GPU.",
            evidence=("the nvidia module is loaded and holds the GPU", "no /dev/nvidia* is there"),
            remedy=for_this_machine(machine, text, "sudo nvidia-modprobe -c 0 -u"),
        )


def _closed(nodes: tuple[DeviceNode, ...]) -> list[DeviceNode]:
    """Return the files that this user may not open; of several GPUs, one that is open will do."""
    needed = [n for n in nodes if n.path.startswith(NEEDED) and n.path != OPTIONAL]
    gpus = [node for node in needed if node.path.startswith(GPU_NODES)]
    is_shared = any(node.is_accessible for node in gpus)
    return [n for n in needed if n.is_accessible is False and not (is_shared and n in gpus)]


def _mend(facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    machine = facts.machine.value
    closed = _closed(machine.device_nodes or ())
    # Joining the group helps only where the group may read and write: "crw-rw----".
    owners = tuple(n.owner or "" for n in closed if (n.mode or "")[4:6] == "rw")
    return may_use_device_files(machine, owners)


RULE = Rule(
    "GPU123",
    "device-permission",
    "error",
    check,
    needs=("machine",),
    explained_by=("GPU105", "GPU107", "GPU108"),
    mend=_mend,
)
