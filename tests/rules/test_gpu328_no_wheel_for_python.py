"""GPU328: no wheel for this Python."""

import msgspec

from gpucheck.facts import Distribution, Facts
from make import facts, findings, found, framework

REFUSED = "ERROR: No matching distribution found for torch==1.13.1"
WITH_CUDA = "ERROR: No matching distribution found for torch==1.13.1+cu117"


def test_names_the_pythons_of_the_release() -> None:
    """PyTorch 1.13.1 ends with Python 3.11, and this is 3.12."""
    finding = next(
        f
        for f in findings(facts(messages=[REFUSED], python="3.12.7"), "GPU328")
        if f.rule == "GPU328"
    )
    assert "3.11, and this is Python 3.12" in finding.message
    assert finding.remedy
    assert finding.remedy.commands == ("uv venv --python 3.11 .venv-3.11",)


def test_a_python_that_fits_leaves_the_index() -> None:
    """The release has a wheel for 3.11: the index that was asked does not have it."""
    here = facts(messages=[WITH_CUDA], python="3.11.9")
    finding = next(f for f in findings(here, "GPU328") if f.rule == "GPU328")
    assert "the index that pip asked lacks it" in finding.message
    assert finding.remedy
    assert "download.pytorch.org" in finding.remedy.text


def test_the_line_alone() -> None:
    """Nothing else is known: both causes are named, and no Python is blamed."""
    here = facts(messages=[WITH_CUDA], outcomes={"packages": "not_given"}, python="")
    finding = next(f for f in findings(here, "GPU328") if f.rule == "GPU328")
    assert "this Python" in finding.message
    assert "index" in (finding.remedy.text if finding.remedy else "")


def test_a_proving_line_without_a_known_release() -> None:
    """The words of pip are enough."""
    line = "ERROR: x-1.0-cp39-cp39-linux_x86_64.whl is not a supported wheel on this platform."
    assert "GPU328" in found(facts(messages=[line]))


def cpu_build(python: str, installer: str = "pip") -> Facts:
    """Return a CPU build of PyTorch 2.0.1 that pip installed."""
    here = facts(torch="2.0.1+cpu", python=python)
    tags = ("cp312-cp312-linux_x86_64",)
    wheel = Distribution(name="torch", release="2.0.1", installer=installer, wheel_tags=tags)
    packages = msgspec.structs.replace(here.packages.value, distributions=(wheel,))
    section = msgspec.structs.replace(here.packages, value=packages)
    return msgspec.structs.replace(here, packages=section)


def test_a_cpu_build_where_no_cuda_build_fits_the_python() -> None:
    """2.0.1 has CUDA builds up to Python 3.11: that is why a CPU build is here."""
    assert "GPU328" in found(cpu_build("3.12.7"))


def test_silent_where_a_cuda_build_fits() -> None:
    """The Python is not to blame; conda's builds have Pythons of their own."""
    assert "GPU328" not in found(cpu_build("3.11.9"))
    assert "GPU328" not in found(cpu_build("3.12.7", installer="conda"))


def test_only_a_note_beside_a_framework_with_cuda() -> None:
    """The CPU build may be meant, as GPU302 says as well; JAX without its plugin is GPU307's."""
    beside = framework("tensorflow", "2.16.1", "12.3")
    here = cpu_build("3.12.7")
    (section,) = (part for name, part in facts(frameworks=[beside]).frameworks.items())
    here = msgspec.structs.replace(here, frameworks={**here.frameworks, "tensorflow": section})
    (finding,) = findings(here, "GPU328")
    assert finding.severity == "note"
