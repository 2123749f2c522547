"""The driver's kernel modules are of the flavour that does not run this GPU.

Why: the driver comes with two flavours of kernel modules. The open ones run GPUs from Turing on;
the proprietary ones run GPUs before Blackwell. The wrong flavour loads, or tries to, and shows no
GPU ("No devices were found").

How we know: the driver does not bring up the GPU, and by its PCI ID it needs the other flavour than
the loaded one. Or the module said so in the kernel's log, and the GPU is still down.

Fix: install the other flavour of the same driver release and reboot. A card beside GPUs that work
is only noted: the other flavour might not run those.
"""

from collections.abc import Iterator
from typing import Literal

from gpucheck.compatibility.cards import architecture_of, cards_down, described, shows_no_gpu
from gpucheck.compatibility.kernel_log import standing
from gpucheck.facts import Facts, PciDisplay
from gpucheck.findings import Finding, Remedy, Rule
from gpucheck.remedies import install_flavour
from gpucheck.tables import Tables

Flavour = Literal["open", "proprietary"]
LEAVE_IT = Remedy("Nothing, if this card need not compute: other GPUs run on these modules.")


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Compare what each card needs with what is loaded, or with what the module said."""
    loaded = facts.machine.value.kernel_module_flavour
    logged = standing("GPU107", facts, tables)
    for card in cards_down(facts):
        needed = _needed(card, tables)
        is_wrong = loaded is not None and needed is not None and loaded != needed
        # Of Hopper the table says "either", but Grace Hopper needs the open ones: the log tells.
        says_so = bool(logged) and (loaded is None or loaded != needed)
        if not is_wrong and not says_so:
            continue
        yield Finding(
            subject="driver" if shows_no_gpu(facts) else "machine",
            message="The driver's kernel modules do not run this GPU: it needs the"
            f" {needed or 'other'} ones.",
            evidence=(
                f"{described(card, tables)} is not shown by the driver",
                *(f"the loaded kernel module is the {each} one" for each in [loaded] if each),
                *(said.evidence for said in logged[-3:]),
            ),
            remedy=_remedy(facts, needed) if shows_no_gpu(facts) else LEAVE_IT,
            severity="error" if shows_no_gpu(facts) else "note",
        )
        return


def _needed(card: PciDisplay, tables: Tables) -> Flavour | None:
    architecture = architecture_of(card, tables)
    flavour = architecture.kernel_module if architecture else None
    return None if flavour == "either" else flavour


def _remedy(facts: Facts, needed: Flavour | None) -> Remedy:
    machine, driver = facts.machine.value, facts.driver.value
    release = machine.kernel_module_release or driver.driver_release or driver.library_release
    return install_flavour(machine, needed, release.major if release else None)


def _mend(facts: Facts, tables: Tables, _subject: str) -> Remedy:
    needed = {_needed(card, tables) for card in facts.machine.value.nvidia_cards} - {None}
    return _remedy(facts, needed.pop() if len(needed) == 1 else None)


RULE = Rule(
    "GPU107",
    "kernel-module-flavour",
    "error",
    check,
    needs=("machine", "driver"),
    explained_by=("GPU105", "GPU108"),
    mend=_mend,
)
