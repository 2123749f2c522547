"""The driver no longer supports this GPU.

Why: NVIDIA drops old GPU generations from new drivers. Such a driver installs without complaint,
ignores the GPU ("legacy"), and shows none.

How we know: the driver does not bring up the GPU, and the last driver branch for its generation, by
its PCI ID, is older than the installed one. Or the driver's module or installer said so.

Fix: install the last branch that supports the GPU. It runs CUDA up to that branch's release only,
so choose frameworks built for that. An old card beside GPUs that work is only noted.
"""

from collections.abc import Iterator

from gpucheck.compatibility.cards import architecture_of, cards_down, described, shows_no_gpu
from gpucheck.compatibility.drivers import newest_cuda_of
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import install_branch
from gpucheck.tables import Known, Tables
from gpucheck.versions import DriverRelease

LEAVE_IT = Remedy("Leave it: the driver that it needs might not run the other GPUs.")


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Compare every card that is down with the installed driver's branch."""
    installed = _installed(facts)
    if installed is None:
        return
    for card in cards_down(facts):
        architecture = architecture_of(card, tables)
        last = architecture.last_driver_branch if architecture else None
        if architecture is None or last is None or installed.major <= last:
            continue
        yield Finding(
            subject="driver" if shows_no_gpu(facts) else "machine",
            message=f"Driver {installed} no longer supports this {architecture.architecture} GPU:"
            f" branch {last} is the last for it.",
            evidence=(
                f"{described(card, tables)} is not shown by the driver",
                f"last branch for it: {tables.architectures.source_of(architecture)}",
            ),
            remedy=_install(facts, tables, last) if shows_no_gpu(facts) else LEAVE_IT,
            severity="error" if shows_no_gpu(facts) else "note",
        )


def _installed(facts: Facts) -> DriverRelease | None:
    machine, driver = facts.machine.value, facts.driver.value
    return driver.driver_release or machine.kernel_module_release or driver.library_release


def _install(facts: Facts, tables: Tables, branch: int) -> Remedy:
    remedy = install_branch(facts.machine.value, branch)
    cuda = newest_cuda_of(DriverRelease((branch,)), tables)
    limit = f" It runs CUDA up to {cuda.value}." if isinstance(cuda, Known) else ""
    return Remedy(f"{remedy.text}{limit}", remedy.commands)


def _mend(facts: Facts, tables: Tables, _subject: str) -> Remedy:
    rows = (architecture_of(card, tables) for card in facts.machine.value.nvidia_cards)
    lasts = {row.last_driver_branch for row in rows if row and row.last_driver_branch}
    if len(lasts) == 1:
        return _install(facts, tables, lasts.pop())
    text = "Install the last driver branch that supports the GPU: the driver's message names it."
    return Remedy(text)


RULE = Rule(
    "GPU108",
    "gpu-unsupported-by-driver",
    "error",
    check,
    needs=("machine", "driver"),
    explained_by=("GPU105",),
    mend=_mend,
)
