"""Secure Boot refuses the NVIDIA kernel module.

Why: with Secure Boot on, the kernel loads only modules signed with a key it trusts. A module built
here is signed with this machine's own key, or not at all: it is refused until that is enrolled.

How we know: the module is not loaded, Secure Boot is not off, and the kernel's log says that it
rejected a module for its signature. Or modprobe said so.

Fix: enrol the key with mokutil and confirm it at the next start. Or use modules signed by the
distribution, or switch Secure Boot off.
"""

from collections.abc import Iterator

from gpucheck.compatibility.kernel_log import standing
from gpucheck.compatibility.messages import said_for
from gpucheck.facts import Facts
from gpucheck.findings import Finding, Rule
from gpucheck.remedies import enrol_signing_key
from gpucheck.tables import Tables


def check(facts: Facts, tables: Tables) -> Iterator[Finding]:
    """Report a module that was rejected and is not there now."""
    machine = facts.machine.value
    unreachable = said_for("GPU103", facts, tables) if facts.origin == "report" else ()
    if machine.is_secure_boot and unreachable:
        yield Finding(
            subject="driver",
            message="Secure Boot is on, and most likely refuses the NVIDIA kernel module.",
            evidence=(*facts.seen_at("machine.is_secure_boot"), unreachable[0].evidence),
        )
        return
    if machine.has_nvidia_module or machine.is_secure_boot is False:
        return
    logged = standing("GPU106", facts, tables)
    if machine.kernel_module_on_disk is False:  # then another module may be meant
        logged = tuple(said for said in logged if "nvidia" in said.line.text.lower())
    if not logged:
        return
    yield Finding(
        subject="driver",
        message="Secure Boot refuses the NVIDIA kernel module: its signing key is not enrolled.",
        evidence=(
            *("Secure Boot is on" for _ in range(machine.is_secure_boot is True)),
            "no nvidia kernel module is loaded",
            *(said.evidence for said in logged[-3:]),
        ),
    )


RULE = Rule(
    "GPU106",
    "secure-boot-blocks-module",
    "error",
    check,
    needs=("machine",),
    explained_by=("GPU105",),
    mend=lambda facts, *_: enrol_signing_key(facts.machine.value),
)
