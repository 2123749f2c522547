"""The container was given only some parts of the driver.

Why: NVIDIA_DRIVER_CAPABILITIES names the parts of the host's driver that a container gets:
"compute" is CUDA itself, "utility" is NVML and nvidia-smi, "video" the decoder. What is not named
stays outside, although the GPU's device is inside. Unset or empty it means "compute,utility".

How we know: this is a container with a GPU's device file, the variable leaves a part out, and just
that part's library is missing.

Fix: start the container with NVIDIA_DRIVER_CAPABILITIES=compute,utility, or more.
"""

from collections.abc import Iterator

from gpucheck.compatibility.messages import said_for
from gpucheck.facts import GPU_NODES, Facts, Machine
from gpucheck.findings import Finding, Rule
from gpucheck.remedies import start_with_capabilities
from gpucheck.tables import Tables

VARIABLE = "NVIDIA_DRIVER_CAPABILITIES"
DEFAULT = "compute,utility"
EVERYTHING = "all"
LIBRARY_NOT_FOUND = 12  # NVML_ERROR_LIBRARY_NOT_FOUND


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report a part of the driver that was not asked for, and is missed."""
    machine = facts.machine.value
    setting = (machine.environment or {}).get(VARIABLE, "")
    given = {part.strip() for part in (setting or DEFAULT).split(",")}
    if not machine.is_container or machine.environment is None or EVERYTHING in given:
        return
    shown = f'{VARIABLE}="{setting}"' if setting else f"{VARIABLE} is not set: {DEFAULT}"
    load_error, nvml = facts.cuda_driver.value.load_error, facts.driver.value.init_error
    is_inside = _has_node(machine) or bool(facts.gpus)
    said = said_for("GPU502", facts, tables)
    if "compute" not in given and load_error and is_inside:
        text = "libcuda is not in the container: its driver capabilities leave out compute."
        yield _finding(machine, text, "compute,utility", (shown, f"loader: {load_error}"))
    elif "utility" not in given and nvml and nvml.code in {None, LIBRARY_NOT_FOUND} and is_inside:
        text = "NVML is not in the container: its driver capabilities leave out utility."
        what = (shown, f"{nvml.call}: {nvml.name or nvml.message or nvml.code}")
        works = bool(facts.cuda_driver.value.devices)
        yield _finding(machine, text, "compute,utility", what, is_grave=not works)
    elif "video" not in given and said:
        text = "The video decoder is not in the container: its capabilities leave out video."
        yield _finding(machine, text, "compute,utility,video", (shown, said[0].evidence))


def _has_node(machine: Machine) -> bool:
    return any(node.path.startswith(GPU_NODES) for node in machine.device_nodes or ())


def _finding(
    machine: Machine, text: str, needed: str, evidence: tuple[str, ...], *, is_grave: bool = True
) -> Finding:
    return Finding(
        subject="container",
        message=text,
        evidence=evidence,
        remedy=start_with_capabilities(machine, needed),
        severity="error" if is_grave else "warning",
    )


RULE = Rule(
    "GPU502",
    "container-driver-capabilities",
    "error",
    check,
    needs=("machine",),
    mend=lambda facts, *_: start_with_capabilities(facts.machine.value, "compute,utility,video"),
)
