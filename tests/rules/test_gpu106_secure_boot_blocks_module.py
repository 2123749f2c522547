"""GPU106: Secure Boot refuses the module."""

from typing import Any

from make import facts, found, report

REJECTED = ("[   4.120000] Loading of unsigned module is rejected",)
REFUSED: dict[str, Any] = {
    "kernel_module_release": None,
    "kernel_modules": (),
    "kernel_module_on_disk": True,
    "is_secure_boot": True,
    "kernel_log": REJECTED,
}


def test_fires_and_explains_the_missing_module() -> None:
    """A rejected module that is not loaded: the key is the cause."""
    (finding,) = report(facts(nvml_error=9, cuda_error=100, machine=REFUSED)).findings
    assert finding.rule == "GPU106"
    assert "GPU103" in [each.rule for each in finding.consequences]
    assert finding.remedy
    assert finding.remedy.commands[0] == "sudo mokutil --import /var/lib/shim-signed/mok/MOK.der"


def test_silent_when_the_module_is_loaded() -> None:
    """Another module was rejected; NVIDIA's works."""
    healthy = {"kernel_log": REJECTED, "is_secure_boot": True}
    assert found(facts(machine=healthy)) == []


def test_silent_when_secure_boot_is_off() -> None:
    """Then the log is about something else, and the module was not built."""
    assert found(
        facts(nvml_error=9, cuda_error=100, machine=REFUSED | {"is_secure_boot": False})
    ) == ["GPU103"]


def test_unknown_without_the_log() -> None:
    """Secure Boot alone proves nothing: signed modules load under it."""
    silent = REFUSED | {"kernel_log": None}
    assert found(facts(nvml_error=9, cuda_error=100, machine=silent)) == ["GPU103"]


def test_what_modprobe_says_is_enough() -> None:
    """A pasted line of modprobe."""
    words = "modprobe: ERROR: could not insert 'nvidia': Key was rejected by service"
    assert "GPU106" in found(facts(nvml_error=9, cuda_error=100, machine=REFUSED, messages=[words]))


def test_a_line_that_names_nvidia_weighs_more_than_the_search_on_disk() -> None:
    """The module was refused, so it is there; a line without the name is another module's."""
    named = (
        "[ 4.1] systemd-modules-load[402]: Failed to insert module 'nvidia': Key was rejected"
        " by service",
    )
    away = REFUSED | {"kernel_module_on_disk": False}
    assert found(facts(nvml_error=9, cuda_error=100, machine=away | {"kernel_log": named})) == [
        "GPU106"
    ]
    assert found(facts(nvml_error=9, cuda_error=100, machine=away)) == ["GPU103"]
