"""GPU315: Numba finds no NVVM."""

from gpucheck.rules.gpu315_numba_toolkit import check, mend
from gpucheck.tables import Tables
from make import facts, found, framework, report

SAID = "NvvmSupportError: libNVVM cannot be found. Do `conda install cudatoolkit`:"
BLIND = framework("numba", "0.61.2", is_cuda_build=None, is_gpu_usable=False, gpu_error=SAID)


def test_note_where_numba_is_for_the_cpu() -> None:
    """Most people have it as a requirement of something else."""
    (finding,) = report(facts(frameworks=[BLIND])).findings
    assert (finding.rule, finding.severity) == ("GPU315", "note")


def test_error_with_numba_cuda() -> None:
    """Whoever installs numba-cuda means the GPU; the remedy brings CUDA's components."""
    here = facts(frameworks=[BLIND], distributions={"numba-cuda": "0.18.1"})
    (finding,) = report(here).findings
    assert finding.severity == "error"
    assert finding.remedy
    assert "numba-cuda[cu13]" in finding.remedy.commands[0]


def test_remedy_names_a_wrong_cuda_home() -> None:
    """A list of folders is no folder."""
    problems = {"cuda_home_problems": {"CUDA_HOME": "a list of folders"}}
    here = facts(frameworks=[BLIND], toolkit=problems)
    finding = next(check(here, Tables()))
    remedy = mend(here, Tables(), finding.subject)
    assert any("CUDA_HOME" in line for line in finding.evidence)
    assert "CUDA_HOME" in remedy.text


def test_silent_when_it_works_or_was_not_asked() -> None:
    """A healthy Numba, and one that was not imported."""
    works = framework("numba", "0.61.2", is_cuda_build=None, is_gpu_usable=True)
    assert found(facts(frameworks=[works])) == []


def test_a_line_of_a_report_proves_it() -> None:
    """There somebody wanted the GPU."""
    (finding,) = report(facts(messages=[SAID])).findings
    assert (finding.rule, finding.severity) == ("GPU315", "error")
