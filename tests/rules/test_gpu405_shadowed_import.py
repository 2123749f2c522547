"""GPU405: something else is imported under a framework's name."""

import pytest

from gpucheck.facts import Facts, ImportFailure, ShadowingFile
from make import facts, findings, found, torch

RENAMING = (
    "AttributeError: module 'torch' has no attribute 'cuda' (consider renaming"
    " '/home/user/torch.py' if it has the same name as a library you intended to import)"
)


def machine(path: str, via: str, kind: str = "venv", **changes: object) -> Facts:
    """Return a machine where a file wins over PyTorch."""
    whole = bool(changes.pop("is_installation", False))
    file = ShadowingFile(module="torch", path=path, found_via=via, is_installation=whole)  # type: ignore[arg-type]
    return facts(
        torch=torch("2.6.0+cu124", **changes),
        packages={"shadowing_files": (file,), "environment_kind": kind},
    )


@pytest.mark.parametrize("path", ["/home/me/torch.py", "/home/me/pytorch/torch/__init__.py"])
def test_fires_on_what_is_no_installation(path: str) -> None:
    """A script, or a checkout that was not built."""
    (finding,) = findings(machine(path, "current folder"), "GPU405")
    assert (finding.rule, finding.severity) == ("GPU405", "error")
    assert finding.remedy
    assert finding.remedy.text.startswith("Rename" if path.endswith("torch.py") else "Start Python")


def test_another_installation_is_a_warning_until_it_fails() -> None:
    """PYTHONPATH may be meant so."""
    path = "/opt/modules/torch/__init__.py"
    (finding,) = findings(machine(path, "PYTHONPATH", is_installation=True), "GPU405")
    assert (finding.rule, finding.severity) == ("GPU405", "warning")
    failure = ImportFailure(kind="ImportError", message="undefined symbol: x")
    failed = machine(path, "PYTHONPATH", is_installation=True, import_failure=failure)
    finding = findings(failed, "GPU405")[0]
    assert (finding.rule, finding.severity) == ("GPU405", "error")
    assert [each.rule for each in finding.consequences] == ["GPU321"]


def test_silent_on_pip_user_over_the_distribution() -> None:
    """That is what it is for; in a conda environment it is not."""
    path = "/home/me/.local/lib/python3.12/site-packages/torch/__init__.py"
    assert "GPU405" not in found(machine(path, "user site", kind="system", is_installation=True))
    assert "GPU405" in found(machine(path, "user site", kind="conda", is_installation=True))


def test_silent_when_nobody_looked() -> None:
    """An old snapshot, or nothing found."""
    assert "GPU405" not in found(facts(torch="2.6.0+cu124", packages={"shadowing_files": None}))


def test_pythons_own_advice_is_enough() -> None:
    """In a pasted report."""
    assert "GPU405" in found(facts(messages=[RENAMING]))
