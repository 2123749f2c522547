"""GPU104: two halves of the driver of different releases."""

from gpucheck.versions import DriverRelease
from make import facts, found, report


def test_fires_on_nvml_18() -> None:
    """NVML says so itself."""
    assert found(facts(nvml_error=18)) == ["GPU104"]


def test_fires_on_different_releases() -> None:
    """The loaded module is of another release than the library."""
    other = DriverRelease.parse("550.54.14")
    assert found(facts(driver="550.54.15", machine={"kernel_module_release": other})) == ["GPU104"]


def test_silent_on_equal_or_unknown_release() -> None:
    """Equal releases are healthy; without /proc there is nothing to compare."""
    assert found(facts()) == []
    assert found(facts(machine={"kernel_module_release": None})) == []


def test_what_follows_is_put_under_it() -> None:
    """CuInit's 803 and the fallback follow from the mismatch."""
    (finding,) = report(facts(nvml_error=18, torch="2.4.0+cu121")).findings[:1]
    assert finding.rule == "GPU104"
    assert "GPU324" in [following.rule for following in finding.consequences]


def test_older_library_is_a_leftover() -> None:
    """A reboot would not replace it."""
    newer = DriverRelease.parse("580.95.05")
    (finding,) = report(
        facts(driver="550.54.15", machine={"kernel_module_release": newer})
    ).findings
    assert finding.remedy
    assert finding.remedy.commands == ("sudo ldconfig",)
    assert "older library is left over" in finding.remedy.text


def test_in_wsl_the_linux_driver_is_removed() -> None:
    """There the kernel module is Windows' own."""
    first = report(facts(nvml_error=18, machine={"is_wsl": True})).findings[0]
    assert first.rule == "GPU104"
    assert first.remedy
    assert "/usr/lib/wsl/lib" in first.remedy.text
    assert "sudo reboot" not in first.remedy.commands
