"""Healthy machines are called healthy: no error, no warning, and only the notes that belong."""

from __future__ import annotations

import msgspec
import pytest

from gpucheck.diagnose import diagnose, pages
from gpucheck.facts import Facts, Record, Section, from_json, to_json
from gpucheck.findings import Finding, Report
from gpucheck.policy import ExitCode, exit_code
from gpucheck.redact import redact
from gpucheck.tables import Tables
from machines.healthy import EXPLAINS, HEALTHY
from machines.healthy_hardware import OLD_AND_HARMLESS
from machines.healthy_odd import TROUBLE_THAT_IS_OVER
from machines.less_known import less_known
from machines.listed import ListedMachine
from machines.surroundings import change, frameworks_without_imports
from make import facts, found, torch

TABLES = Tables()
LEAST = 45
EVERY = 6
"""Which share of its fields a machine loses in one test run: a sixth, some twenty of them."""

each_machine = pytest.mark.parametrize("machine", HEALTHY, ids=lambda machine: machine.name)


def report(facts: Facts) -> Report:
    """Return the diagnosis by the shipped tables."""
    return diagnose(facts, TABLES)


def shown(findings: tuple[Finding, ...]) -> list[str]:
    """Return findings as a failing test should show them, consequences too."""
    everything = [each for found in findings for each in (found, *found.consequences)]
    return [f"{each.severity} {each.rule} {each.subject}: {each.message}" for each in everything]


@each_machine
def test_no_alarm(machine: ListedMachine) -> None:
    """A healthy machine gives neither error nor warning, also as a consequence of a note."""
    alarms = [line for line in shown(report(machine.facts).findings) if not line.startswith("note")]
    assert not alarms


@each_machine
def test_only_the_notes_that_belong(machine: ListedMachine) -> None:
    """It gives exactly the notes that are listed for it; one may stand for several subjects."""
    findings = report(machine.facts).findings
    notes = {finding.rule for finding in findings if finding.severity == "note"}
    assert notes - {EXPLAINS} == set(machine.expected), shown(findings)


@each_machine
def test_snapshot_is_judged_the_same(machine: ListedMachine) -> None:
    """What was written to a file and read again is the same facts, and is judged alike."""
    again = from_json(to_json(machine.facts))
    assert again == machine.facts
    assert report(again).findings == report(machine.facts).findings


@each_machine
def test_shared_snapshot_gives_no_alarm(machine: ListedMachine) -> None:
    """Leaving out who and where makes no machine ill."""
    findings = report(redact(machine.facts, ("ada",))).findings
    assert [f.rule for f in findings] == [f.rule for f in report(machine.facts).findings]


@each_machine
def test_exit_code_is_zero(machine: ListedMachine) -> None:
    """By the default policy the exit code says that nothing was found."""
    assert exit_code(report(machine.facts)) is ExitCode.OK


@each_machine
def test_no_alarm_without_imports(machine: ListedMachine) -> None:
    """Leaving the imports out (--no-import) makes no machine ill: less is known, nothing worse."""
    findings = report(frameworks_without_imports(machine.facts)).findings
    assert not [line for line in shown(findings) if not line.startswith("note")]


@pytest.mark.parametrize("section", ["machine", "driver", "cuda_driver", "toolkit", "packages"])
@each_machine
def test_no_alarm_where_a_section_is_not_given(machine: ListedMachine, section: str) -> None:
    """What nobody told is no fault: a section that a report leaves out raises no alarm."""
    whole: Section[Record] = getattr(machine.facts, section)
    empty = Section(outcome="not_given", value=type(whole.value)())
    facts = msgspec.structs.replace(machine.facts, **{section: empty})
    findings = report(facts).findings
    assert not [line for line in shown(findings) if not line.startswith("note")]


@pytest.mark.parametrize("number", range(len(HEALTHY)))
def test_no_alarm_where_a_field_is_unknown(number: int) -> None:
    """None is unknown, and unknown is no fault: old snapshots lack the newer fields.

    Each machine loses every so-many-th of its fields, another share than the machine before, so
    that all together lose each of them.
    """
    facts = HEALTHY[number].facts
    for field, fewer in list(less_known(facts))[number % EVERY :: EVERY]:
        alarms = [x for x in shown(report(fewer).findings) if not x.startswith("note")]
        assert not alarms, field


@each_machine
def test_no_alarm_for_what_is_over(machine: ListedMachine) -> None:
    """A log of last week's troubles, on a machine that works now, is no reason for an alarm."""
    log = (*OLD_AND_HARMLESS, *TROUBLE_THAT_IS_OVER)
    facts = change(machine.facts, "machine", kernel_log=log)
    assert not [line for line in shown(report(facts).findings) if not line.startswith("note")]


@each_machine
def test_no_rule_fails(machine: ListedMachine) -> None:
    """No rule raises on it, and a framework left out by the user is no reason to fail either."""
    without = msgspec.structs.replace(machine.facts, frameworks={})
    for known in (machine.facts, without):
        assert "GPU901" not in {finding.rule for finding in report(known).findings}


def test_list_is_long_and_told_apart() -> None:
    """There are enough machines, each with a name of its own, and the notes are real rules."""
    names = [machine.name for machine in HEALTHY]
    assert len(names) >= LEAST
    assert len(set(names)) == len(names)
    rules = {page.rule.id for page in pages()}
    assert {note for machine in HEALTHY for note in machine.expected} <= rules


def test_facts_are_full() -> None:
    """Poor facts find no false alarms: most machines tell nearly everything the probes can."""
    sizes = sorted(len(to_json(machine.facts)) for machine in HEALTHY)
    assert sizes[len(sizes) // 4] > 8_000


@pytest.mark.parametrize(
    "answer",
    [
        "AssertionError: Torch not compiled with CUDA enabled",
        "RuntimeError: Found no NVIDIA driver on your system. Please check that you have an"
        " NVIDIA GPU and installed a driver from http://www.nvidia.com/Download/index.aspx",
        "CudaSupportError: Error at driver init: CUDA driver library cannot be found.",
        "cudaErrorNoDevice: no CUDA-capable device is detected",
        "CUDARuntimeError: cudaErrorInsufficientDriver: CUDA driver version is insufficient for"
        " CUDA runtime version",
        "Could not find cuda drivers on your machine, GPU will not be used.",
    ],
)
@pytest.mark.parametrize("build", ["2.9.1+cpu", "2.9.1+cu128"])
def test_no_gpu_and_a_framework_that_says_so(answer: str, build: str) -> None:
    """What frameworks answer where there is no GPU is no fault of the machine."""
    said = torch(build, gpu_error=answer, printed=(answer,), devices=(), is_gpu_usable=False)
    assert found(facts(gpus=[], driver=None, torch=said)) == ["GPU101"]
