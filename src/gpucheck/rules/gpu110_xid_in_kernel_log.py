"""The kernel's log holds GPU errors (Xid).

Why: the driver numbers what goes wrong on a GPU and writes it into the kernel's log. Some numbers
speak of the hardware or of a GPU that must be reset; 13, 31 and 43 of a fault in the program that
ran: then the environment is not to blame.

How we know: Xid lines in the kernel's log, or in a report; NVIDIA's table says what each number
asks for. In the log of a machine whose GPU works again it is a warning, or a note where NVIDIA only
asks to be told of it.

Fix: by the number: reset the GPU, check the hardware, or look into the program.
"""

from collections.abc import Iterator

from gpucheck.compatibility.cards import cards_down
from gpucheck.compatibility.kernel_log import SeenXid, names_card, xids_in
from gpucheck.facts import KERNEL_LOG, Facts
from gpucheck.findings import Finding, Remedy, Rule, Severity
from gpucheck.remedies import for_this_machine, reset_gpu
from gpucheck.tables import Known, Tables

GRAVE = ("hardware", "reset", "support")
PROGRAM_S_OWN = frozenset({13, 31, 43})
"""After many more the program is to be restarted, but ECC or the PCIe link may be at fault."""

PROGRAM = Remedy("Look into the program: CUDA_LAUNCH_BLOCKING=1, compute-sanitizer.")


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report the Xids of each GPU, once for each number."""
    seen: dict[tuple[str, int], list[SeenXid]] = {}
    for xid in xids_in(facts, tables):
        seen.setdefault((_subject(xid, facts), xid.number), []).append(xid)
    for (subject, number), lines in seen.items():
        row = lines[0].row.value if isinstance(lines[0].row, Known) else None
        kind = row.severity if row else None
        meaning = (row and (row.meaning or row.mnemonic)) or "what it means is not published"
        is_own = number in PROGRAM_S_OWN
        blame = " The program that ran is at fault, not the environment." * is_own
        yield Finding(
            subject=subject,
            message=f"The driver logged Xid {number}: {meaning.rstrip('.')}.{blame}",
            evidence=tuple(f"{each.line.where}: {each.line.text[:300]}" for each in lines[-3:]),
            severity=_severity(kind, lines[-1], facts),
            remedy=PROGRAM if is_own else _remedy(facts, tables, subject, kind),
        )


def _subject(xid: SeenXid, facts: Facts) -> str:
    places = (g.index for g in facts.gpus if names_card(xid.address, g.pci_address))
    index = next(places, None)
    return xid.line.subject if index is None else f"gpu/{index}"


def _severity(kind: str | None, xid: SeenXid, facts: Facts) -> Severity:
    if kind not in GRAVE:
        return "note"
    is_down = any(names_card(xid.address, card.address) for card in cards_down(facts))
    is_live = xid.line.where == KERNEL_LOG and facts.origin == "live"
    if is_down or not is_live:
        return "error"
    return "note" if kind == "support" else "warning"


def _remedy(facts: Facts, tables: Tables, subject: str, kind: str | None) -> Remedy:
    if kind == "application":
        return Remedy(
            "Restart the program that ran. If it comes back, look at ECC errors (nvidia-smi -q -d"
            " ECC) and at the card's seat."
        )
    if kind in {"information", None}:
        return Remedy("Nothing is to be done for this line alone.")
    if kind == "hardware":
        return _mend(facts, tables, subject)
    return reset_gpu(facts, subject, after="If it comes back, ask the vendor of the GPU.")


def _mend(facts: Facts, _tables: Tables, _subject: str) -> Remedy:
    text = "Check power, seat and cooling; restart the machine. If it comes back, replace the GPU."
    return for_this_machine(facts.machine.value, text, "sudo dmesg | grep -i xid")


RULE = Rule(
    "GPU110",
    "gpu-hardware-fault",
    "error",
    check,
    explained_by=("GPU109", "GPU111", "GPU129", "GPU605", "GPU710"),
    mend=_mend,
)
