"""GPU404: the framework is in another environment."""

import msgspec

from gpucheck.facts import Facts, OtherEnvironment
from make import facts, findings, found

CONDA = OtherEnvironment(
    executable="/opt/conda/envs/ml/bin/python",
    prefix="/opt/conda/envs/ml",
    name="ml",
    found_via="conda's list of environments",
    frameworks={"torch": "2.6.0"},
)
USER = OtherEnvironment(
    prefix="/home/user/.local/lib/python3.12/site-packages",
    found_via="the user's site-packages",
    frameworks={"jax": "0.5.0"},
)
MISSING = "ModuleNotFoundError: No module named 'torch'"


def machine(*others: OtherEnvironment, **wishes: object) -> Facts:
    """Return a machine with other environments."""
    return msgspec.structs.replace(facts(**wishes), other_environments=others)  # type: ignore[arg-type]


def test_warns_when_nothing_is_here_and_something_there() -> None:
    """Nobody asked for it yet."""
    (finding,) = findings(machine(CONDA), "GPU404")
    assert (finding.rule, finding.severity) == ("GPU404", "warning")
    assert finding.remedy
    assert finding.remedy.commands == (
        "conda activate /opt/conda/envs/ml",
        "gpucheck doctor --python /opt/conda/envs/ml/bin/python",
    )


def test_is_an_error_when_it_was_asked_for() -> None:
    """A program could not import it; an environment without it does not count."""
    (finding,) = findings(machine(USER, CONDA, messages=[MISSING]), "GPU404")
    assert (finding.rule, finding.severity) == ("GPU404", "error")
    assert "PyTorch is not installed" in finding.message
    assert "jax" not in " ".join(finding.evidence)


def test_the_users_site_packages_have_no_interpreter() -> None:
    """There are words, and no command."""
    (finding,) = findings(machine(USER), "GPU404")
    assert finding.remedy
    assert finding.remedy.commands == ()


def test_silent_with_a_framework_here_or_none_anywhere() -> None:
    """What others have does not matter then."""
    assert "GPU404" not in found(machine(CONDA, torch="2.6.0+cu124"))
    assert "GPU404" not in found(machine())
    assert "GPU404" not in found(machine(messages=[MISSING]))


def test_silent_where_the_environment_has_another_purpose() -> None:
    """Other programs for GPUs are here; a program that asked in vain is an error all the same."""
    for name in ("paddlepaddle-gpu", "cudf-cu12", "ctranslate2", "nvidia-cublas-cu12"):
        here = {name: "3.0.0"}
        assert "GPU404" not in found(machine(CONDA, distributions=here))
        assert "GPU404" in found(machine(CONDA, distributions=here, messages=[MISSING]))
