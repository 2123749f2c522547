"""The GPU's system processor (GSP) did not start, or stopped answering.

Why: from Turing on the driver leaves much of its work to a processor on the GPU, which runs
firmware from the driver's package. When the file is missing, or the processor hangs (Xid 119, 120),
the GPU is unusable.

How we know: the kernel's log says so of a GPU that the driver does not bring up, or hangs about.

Fix: a missing file comes with the driver's firmware package of the same release (and must be in the
initramfs). A processor that hangs needs a reset of the GPU or a restart, and often a newer driver.
"""

from collections.abc import Iterator

from gpucheck.compatibility.kernel_log import standing
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import distribution_family, for_this_machine, reset_gpu
from gpucheck.tables import Tables

MISSING = ("No firmware image found", "Direct firmware load for")


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report firmware that failed for a GPU which is still down."""
    if logged := standing("GPU129", facts, tables):
        what = "is not installed" if _is_missing(said.line.text for said in logged) else "failed"
        yield Finding(
            subject="driver",
            message=f"The firmware of the GPU's system processor (GSP) {what}: it is not usable.",
            evidence=tuple(said.evidence for said in logged[-3:]),
        )


def _is_missing(lines: Iterator[str]) -> bool:
    return any(words in line for line in lines for words in MISSING)


def _mend(facts: Facts, _tables: Tables, subject: str) -> Remedy:
    machine = facts.machine.value
    if not _is_missing(line.text for line in facts.lines):
        after = "If it comes back, install a newer driver; power and cooling can be at fault too."
        return reset_gpu(facts, subject, after=after)
    text = "Install the GSP firmware of the same driver release anew, then reboot."
    if distribution_family(machine) != "debian":
        return Remedy(f"{text} It comes with the driver's own packages.")
    install = "sudo apt install --reinstall firmware-nvidia-gsp"
    return for_this_machine(machine, text, install, "sudo reboot")


RULE = Rule(
    "GPU129",
    "gsp-firmware",
    "error",
    check,
    needs=("machine",),
    explained_by=("GPU105", "GPU107", "GPU108"),
    mend=_mend,
)
