"""GPU218: a link to the driver's library leads nowhere, or to another release."""

from typing import Any

import pytest

from gpucheck.facts import LoaderLibrary
from make import facts, findings, found, report

FOLDER = "/usr/lib/x86_64-linux-gnu"


def libcuda(release: str = "580.95.05", folder: str = FOLDER, **more: Any) -> dict[str, Any]:
    """Return a loader that finds one libcuda."""
    made = LoaderLibrary(
        soname="libcuda.so.1",
        path=f"{folder}/libcuda.so.1",
        real_path=f"{folder}/libcuda.so.{release}",
        **more,
    )
    return {"loader_libraries": (made,)}


def test_a_link_that_leads_nowhere() -> None:
    """An error when CUDA cannot be loaded, a note when it works, else a warning."""
    (finding,) = findings(facts(toolkit=libcuda(is_dangling=True)), "GPU218")
    assert finding.severity == "note"
    assert finding.remedy
    assert finding.remedy.commands == ("sudo ldconfig",)
    broken = facts(toolkit=libcuda(is_dangling=True), libcuda_error="cannot open")
    assert [each.severity for each in findings(broken, "GPU218")] == ["error"]
    unknown = facts(toolkit=libcuda(is_dangling=True), cuda={"devices": None})
    assert [each.severity for each in findings(unknown, "GPU218")] == ["warning"]


def test_a_file_of_another_release() -> None:
    """An image with a driver inside."""
    (finding,) = findings(
        facts(toolkit=libcuda("535.129.03"), machine={"is_container": True}), "GPU218"
    )
    assert finding.remedy
    assert "image" in finding.remedy.text


def test_silent_on_the_driver_s_own() -> None:
    """The release of the kernel module, and a dangling link that comes second."""
    assert "GPU218" not in found(facts(toolkit=libcuda()))
    own, spare = libcuda(), libcuda(is_dangling=True)
    both = {"loader_libraries": own["loader_libraries"] + spare["loader_libraries"]}
    assert "GPU218" not in found(facts(toolkit=both))


def test_silent_on_what_is_not_of_the_driver() -> None:
    """cuda-compat, a Jetson's file, WSL's link."""
    assert "GPU218" not in found(facts(toolkit=libcuda("550.54.15", "/usr/local/cuda/compat")))
    assert "GPU218" not in found(facts(toolkit=libcuda("1.1")))
    assert "GPU218" not in found(facts(toolkit=libcuda("535.1"), machine={"is_wsl": True}))


def test_unknown_without_the_toolkit_probe() -> None:
    """The loader's path was not read."""
    here = facts(toolkit=libcuda(is_dangling=True), outcomes={"toolkit": "timed_out"})
    assert "GPU218" not in found(here)


def test_two_halves_of_the_driver_explain_it() -> None:
    """After an upgrade without a reboot, the file is of the new release."""
    assert "GPU218" not in found(facts(toolkit=libcuda("590.44.01"), nvml_error=18))


def test_an_empty_file_proves_it() -> None:
    """The loader says so."""
    line = "OSError: /usr/lib/libnvidia-ml.so.1: file too short"
    assert findings(facts(messages=[line]), "GPU218")


@pytest.mark.parametrize(
    "failure",
    [{"libcuda_error": "cannot open"}, {"cuda_error": 803}],
)
def test_it_explains_what_does_not_start(failure: dict[str, Any]) -> None:
    """One root for one library."""
    wrong = libcuda("535.129.03", is_dangling="libcuda_error" in failure)
    (finding,) = report(facts(toolkit=wrong, **failure)).findings
    assert finding.rule == "GPU218"
    assert {each.rule for each in finding.consequences} & {"GPU126", "GPU127", "GPU213"}
