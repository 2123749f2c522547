"""Every broken machine of the list: the one cause first, what follows from it under it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from gpucheck.diagnose import diagnose, pages
from gpucheck.facts import Distribution, Facts, PciDisplay, SeenMessage, from_json, to_json
from gpucheck.findings import Finding
from gpucheck.policy import ExitCode, exit_code
from gpucheck.tables import Tables
from machines.broken import BROKEN, in_words, sample_of
from machines.listed import ListedMachine

NAMES = [machine.name for machine in BROKEN]
LEAST = 65
NEVER_SHOWN = {
    "GPU901": "a rule that raised: no facts make one",
}
"""Rules that no machine of the list shows, and why."""
NEEDS_MORE_THAN_FACTS = ("GPU8",)
"""What a policy asks for is in no snapshot."""


@pytest.mark.parametrize("machine", BROKEN, ids=NAMES)
def test_cause_and_consequences(machine: ListedMachine) -> None:
    """A saved snapshot of the machine gives exactly the findings that are expected, in order."""
    saved = from_json(to_json(machine.facts))
    assert saved == machine.facts
    seen = diagnose(saved, Tables())
    assert tuple(map(in_words, seen.findings)) == machine.expected


@pytest.mark.parametrize("machine", BROKEN, ids=NAMES)
def test_first_cause_can_be_mended(machine: ListedMachine) -> None:
    """The first cause says what to do; every finding says what it rests on and what it means."""
    seen = diagnose(machine.facts, Tables())
    first = seen.findings[0]
    assert first.remedy is not None or first.severity == "note"
    for finding in everything(seen.findings):
        assert finding.evidence, finding.rule
        assert finding.message, finding.rule
        assert finding.remedy is None or finding.remedy.text, finding.rule


@pytest.mark.parametrize("machine", BROKEN, ids=NAMES)
def test_exit_code_follows_the_gravest(machine: ListedMachine) -> None:
    """An error ends with 1, less does not; what is known in part is not called fine."""
    seen = diagnose(machine.facts, Tables())
    code = exit_code(seen)
    assert (code == ExitCode.FINDINGS) == (seen.count("error") > 0)
    assert exit_code(seen, "note") == ExitCode.FINDINGS
    if seen.facts.origin == "report" and not seen.count("error"):
        assert code == ExitCode.COULD_NOT_JUDGE or seen.is_conclusive


def test_the_list_is_long_and_each_machine_another() -> None:
    """The list does not shrink, and a machine is not there twice."""
    assert len(BROKEN) >= LEAST
    assert len(set(NAMES)) == len(NAMES)
    assert len({to_json(machine.facts) for machine in BROKEN}) == len(BROKEN)


@pytest.mark.parametrize("rule", [page.rule.id for page in pages()])
def test_rule_has_a_sample(rule: str) -> None:
    """The pages show a machine for every rule that a snapshot can show."""
    is_out = rule in NEVER_SHOWN or rule.startswith(NEEDS_MORE_THAN_FACTS)
    assert (sample_of(rule) is None) == is_out


def everything(findings: tuple[Finding, ...]) -> list[Finding]:
    """Return findings and what follows from them."""
    return [each for finding in findings for each in (finding, *finding.consequences)]


INTEL = PciDisplay(address="0000:00:02.0", vendor_id="8086", device_id="a780")


def in_section(facts: Facts, name: str, **changes: Any) -> Facts:
    """Return facts of which a section's value has some other fields."""
    section = getattr(facts, name)
    value = msgspec.structs.replace(section.value, **changes)
    changed = {name: msgspec.structs.replace(section, value=value)}
    return msgspec.structs.replace(facts, **changed)


UNRELATED: dict[str, Callable[[Facts], Facts]] = {
    "a package": lambda facts: in_section(
        facts,
        "packages",
        distributions=(*(facts.packages.value.distributions or ()), Distribution(name="rmm")),
    ),
    "a variable": lambda facts: in_section(
        facts, "machine", environment={**(facts.machine.value.environment or {}), "CUDA_TAG": "x"}
    ),
    "a line of the kernel's log": lambda facts: in_section(
        facts,
        "machine",
        kernel_log=(*(facts.machine.value.kernel_log or ()), "usb 1-2: new high-speed USB device"),
    ),
    "a line of a report": lambda facts: msgspec.structs.replace(
        facts, messages=(*facts.messages, SeenMessage(text="Epoch 1/10: loss 0.693", where="x"))
    ),
    "an Intel display": lambda facts: in_section(
        facts,
        "machine",
        pci_displays=(*(facts.machine.value.pci_displays or ()), INTEL)
        if facts.machine.value.pci_displays is not None
        else None,
    ),
}


@pytest.mark.parametrize("what", UNRELATED)
@pytest.mark.parametrize("machine", BROKEN, ids=NAMES)
def test_an_unrelated_fact_changes_nothing(machine: ListedMachine, what: str) -> None:
    """Findings rest on their own facts: something else that is there does not move them."""
    seen = diagnose(UNRELATED[what](machine.facts), Tables())
    assert tuple(map(in_words, seen.findings)) == machine.expected
