"""GPU513: a setting for debugging is on."""

import pytest

from make import facts, found, framework, report


def test_warns_of_all_in_one_finding() -> None:
    """With what each does, and how to unset it."""
    environment = {"CUDA_LAUNCH_BLOCKING": "1", "NVIDIA_TF32_OVERRIDE": "0"}
    (finding,) = report(facts(environment=environment)).findings
    assert (finding.rule, finding.severity) == ("GPU513", "warning")
    assert finding.remedy is not None
    assert finding.remedy.commands == (
        "unset CUDA_LAUNCH_BLOCKING",
        "unset NVIDIA_TF32_OVERRIDE",
    )


def test_hidden_messages_of_tensorflow_are_a_note() -> None:
    """Where TensorFlow is installed."""
    build = framework("tensorflow", "2.20.0", "12.5")
    environment = {"TF_CPP_MIN_LOG_LEVEL": "3"}
    findings = report(facts(frameworks=[build], environment=environment)).findings
    assert [f.severity for f in findings if f.rule == "GPU513"] == ["note"]
    assert found(facts(environment=environment)) == []


@pytest.mark.parametrize(
    "environment",
    [
        {"CUDA_LAUNCH_BLOCKING": "0"},
        {"CUDA_LAUNCH_BLOCKING": ""},
        {"NUMBA_DISABLE_JIT": "False"},
        {"NVIDIA_TF32_OVERRIDE": "1"},
        {"NCCL_DEBUG": "INFO"},
        {},
    ],
)
def test_silent_when_off(environment: dict[str, str]) -> None:
    """Switched off, or no such setting."""
    assert found(facts(environment=environment)) == []


def test_silent_when_the_variables_are_unknown() -> None:
    """A report."""
    assert found(facts(machine={"environment": None})) == []
