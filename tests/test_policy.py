"""Exit codes: which report gives which."""

from __future__ import annotations

import re
from itertools import permutations
from pathlib import Path
from typing import Any, get_args

import pytest

from gpucheck.findings import Report
from gpucheck.policy import MEANINGS, ExitCode, FailOn, combined_exit_code, exit_code
from gpucheck.selection import selected
from gpucheck.settings import Settings
from make import facts, report

README = Path(__file__).resolve().parents[1] / "README.md"

ERROR = report(facts(torch="2.6.0+cpu"))
WARNING = report(
    facts(
        gpus=["H100", "H100"],
        environment={"CUDA_VISIBLE_DEVICES": "0,7"},
        outcomes={"cuda_driver": "not_asked"},
        cuda_error=100,
    )
)
NOTE = report(facts(driver="535.129.03", torch="2.6.0+cu124"))
NOTHING = report(facts())
UNKNOWN = report(facts(outcomes={"packages": "failed"}))
LEVELS: tuple[FailOn, ...] = get_args(FailOn)


def gravest(of: Report) -> str | None:
    """Return the gravest severity in a report."""
    return of.findings[0].severity if of.findings else None


@pytest.mark.parametrize("outcome", ["failed", "garbled", "not_started", "refused"])
def test_cuda_that_was_not_asked_well(outcome: str) -> None:
    """A probe that tells nothing of CUDA leaves open whether it works, unless a framework knows."""
    blind: Any = {"outcomes": {"cuda_driver": outcome}, "cuda": {"devices": None}}
    assert exit_code(report(facts(**blind))) == ExitCode.COULD_NOT_JUDGE
    assert exit_code(report(facts(torch="2.9.1+cu130", **blind))) == ExitCode.OK


def test_what_is_not_about_the_gpu_explains_nothing() -> None:
    """A setting that is slow, a build that is ignored: CUDA is as unknown as before."""
    blind: Any = {"outcomes": {"cuda_driver": "failed"}, "cuda": {"devices": None}}
    slow = report(facts(environment={"CUDA_LAUNCH_BLOCKING": "1"}, **blind))
    assert "GPU513" in [finding.rule for finding in slow.findings]
    assert exit_code(slow) == ExitCode.COULD_NOT_JUDGE
    ignored = selected(report(facts(torch="2.6.0+cpu", **blind)), Settings(ignore={"GPU302": "x"}))
    assert exit_code(ignored) == ExitCode.COULD_NOT_JUDGE
    hung = report(facts(outcomes={"cuda_driver": "timed_out"}, cuda={"devices": None}))
    assert exit_code(selected(hung, Settings(select=("GPU3",)))) == ExitCode.COULD_NOT_JUDGE
    assert exit_code(selected(hung, Settings(ignore={"GPU120": "x"}))) == ExitCode.OK


def test_samples_are_what_they_are_called() -> None:
    """The reports of this file have the severities that their names say."""
    seen = [gravest(of) for of in (ERROR, WARNING, NOTE, NOTHING, UNKNOWN)]
    assert seen == ["error", "warning", "note", None, "note"]


@pytest.mark.parametrize(
    ("of", "codes"),
    [
        # --fail-on   error, warning, note, never
        (ERROR, (1, 1, 1, 0)),
        (WARNING, (0, 1, 1, 0)),
        (NOTE, (0, 0, 1, 0)),
        (NOTHING, (0, 0, 0, 0)),
        (UNKNOWN, (4, 4, 1, 0)),
    ],
    ids=["error", "warning", "note", "nothing", "unknown"],
)
def test_exit_code_by_level(of: Report, codes: tuple[int, ...]) -> None:
    """A finding at or above the level gives 1; unknown gives 4; "never" always gives 0."""
    assert tuple(exit_code(of, level) for level in LEVELS) == codes


def test_default_level_is_error() -> None:
    """Without --fail-on only errors count."""
    assert exit_code(WARNING) == ExitCode.OK
    assert exit_code(ERROR) == ExitCode.FINDINGS


@pytest.mark.parametrize("name", ["driver", "packages"])
@pytest.mark.parametrize("outcome", ["refused", "failed", "garbled", "not_started"])
def test_without_driver_or_packages_nothing_is_judged(name: str, outcome: Any) -> None:
    """What decides about the GPU's use stayed unknown: that is not "all is well"."""
    assert exit_code(report(facts(outcomes={name: outcome}))) == ExitCode.COULD_NOT_JUDGE


@pytest.mark.parametrize("name", ["machine", "toolkit"])
def test_without_the_others_there_is_still_a_judgement(name: str) -> None:
    """NVML and the packages say enough about the GPU's use."""
    assert exit_code(report(facts(outcomes={name: "failed"}))) == ExitCode.OK


def test_a_pasted_report_may_leave_sections_out() -> None:
    """What a report does not mention is no failure of a probe."""
    here = facts(outcomes={"driver": "not_given", "packages": "not_given"})
    assert exit_code(report(here)) == ExitCode.OK


def test_unknown_whether_there_is_a_gpu() -> None:
    """Without a PCI list and without a driver nobody can tell."""
    here = facts(gpus=[], machine={"pci_displays": None})
    assert exit_code(report(here)) == ExitCode.COULD_NOT_JUDGE


def test_no_gpu_is_no_failure() -> None:
    """A machine that is known to have none is judged."""
    assert exit_code(report(facts(gpus=[], torch="2.6.0+cpu"))) == ExitCode.OK


def test_a_gpu_that_nvml_does_not_show_for_no_known_reason() -> None:
    """An NVML error that no rule explains leaves the GPU's use unknown."""
    unexplained = report(facts(nvml_error=999, outcomes={"cuda_driver": "refused"}))
    assert unexplained.count("error") == 0
    assert exit_code(unexplained) == ExitCode.COULD_NOT_JUDGE


def test_an_error_weighs_more_than_unknown() -> None:
    """What was found stands, whatever else is missing."""
    here = facts(torch="2.6.0+cpu", outcomes={"driver": "failed"})
    assert exit_code(report(here)) == ExitCode.FINDINGS


@pytest.mark.parametrize(
    ("reports", "code"),
    [
        ([], 0),
        ([NOTHING], 0),
        ([NOTHING, NOTE], 0),
        ([NOTHING, UNKNOWN], 4),
        ([UNKNOWN, ERROR, NOTHING], 1),
        ([ERROR, ERROR], 1),
    ],
)
def test_several_reports(reports: list[Report], code: int) -> None:
    """Findings weigh more than "could not judge", which weighs more than 0, in any order."""
    for order in permutations(reports):
        assert combined_exit_code(order) == code


def test_several_reports_never_fail_when_told_so() -> None:
    """--fail-on never holds for all of them."""
    assert combined_exit_code([ERROR, UNKNOWN], "never") == ExitCode.OK


def test_every_code_has_a_meaning_and_the_readme_lists_them() -> None:
    """README.md's table is policy's."""
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", README.read_text("utf-8"), re.MULTILINE)
    listed = {int(code): meaning.replace("`", "") for code, meaning in rows}
    assert listed == {int(code): meaning for code, meaning in MEANINGS.items()}
    assert set(MEANINGS) == set(ExitCode)
