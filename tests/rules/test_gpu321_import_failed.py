"""GPU321: a framework cannot be imported."""

import msgspec

from gpucheck.facts import Distribution, Framework, ImportFailure
from gpucheck.findings import Finding
from gpucheck.rules.gpu321_import_failed import check
from gpucheck.tables import Tables
from make import facts, found, report, torch


def broken(**failure: str) -> Framework:
    """Return a PyTorch whose import raised."""
    told = {"kind": "ImportError", "message": "it is broken"} | failure
    return torch("2.6.0+cu124", import_failure=ImportFailure(**told))


def test_names_the_library_and_its_wheel() -> None:
    """The wheel of the build's CUDA major and of the library's own major."""
    finding = next(check(facts(torch=broken(missing_library="libcudnn.so.9")), Tables()))
    assert isinstance(finding, Finding)
    assert "libcudnn.so.9 is missing" in finding.message
    assert finding.remedy
    assert "'nvidia-cudnn-cu12==9.*'" in finding.remedy.commands[0]


def test_driver_library_is_the_driver_s() -> None:
    """Libcuda comes with the driver, from no wheel."""
    seen = report(facts(torch=broken(missing_library="libcuda.so.1")))
    finding = next(f for f in seen.findings if f.rule == "GPU321")
    assert finding.remedy
    assert "pip" not in " ".join(finding.remedy.commands)


def test_unknown_library_is_not_guessed() -> None:
    """A library that no table knows: its name, and no invented package."""
    seen = report(facts(torch=broken(missing_library="libfoo.so.3")))
    finding = next(f for f in seen.findings if f.rule == "GPU321")
    assert finding.remedy
    assert finding.remedy.commands == ()


def test_silent_when_the_import_succeeded() -> None:
    """A healthy import."""
    assert "GPU321" not in found(facts(torch="2.6.0+cu124"))


def test_missing_module_is_looked_up_in_the_requirements() -> None:
    """What the framework requires under that name is installed; nothing else is guessed."""
    for module, commands in (("typing_extensions", 1), ("typing", 0), ("cv2", 0)):
        here = facts(torch=broken(missing_module=module))
        wheel = Distribution(name="torch", requires=("typing-extensions>=4.10.0", "sympy"))
        packages = msgspec.structs.replace(here.packages.value, distributions=(wheel,))
        section = msgspec.structs.replace(here.packages, value=packages)
        seen = report(msgspec.structs.replace(here, packages=section))
        finding = next(f for f in seen.findings if f.rule == "GPU321")
        assert finding.remedy
        assert len(finding.remedy.commands) == commands
