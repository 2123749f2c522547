"""GPU213: a libcuda that is newer than the driver, and cannot work."""

from typing import Any

from make import facts, findings, found

COMPAT = "/usr/local/cuda-12.4/compat/libcuda.so.550.54.15"


def refused(code: int, path: str = COMPAT, **more: Any) -> Any:
    """Return a machine whose cuInit failed."""
    here = facts(cuda_error=code, driver="470.223.02", **more)
    from msgspec.structs import replace

    cuda = replace(here.cuda_driver.value, library_path=path)
    return replace(here, cuda_driver=replace(here.cuda_driver, value=cuda))


def test_fires_on_804() -> None:
    """The package is named where its folder tells it."""
    (finding,) = findings(refused(804), "GPU213")
    assert "not one that it is made for" in finding.message
    assert finding.remedy
    assert finding.remedy.commands == ("sudo apt remove cuda-compat-12-4",)


def test_takes_a_folder_off_the_path() -> None:
    """Where LD_LIBRARY_PATH leads to it, that is what has to go."""
    variable = {"LD_LIBRARY_PATH": "/usr/local/cuda-12.4/compat"}
    (finding,) = findings(refused(803, environment=variable), "GPU213")
    assert finding.remedy
    assert finding.remedy.commands == ("unset LD_LIBRARY_PATH",)


def test_containers_get_no_package_command() -> None:
    """There the image or the host's driver has to change."""
    (finding,) = findings(refused(804, machine={"is_container": True}), "GPU213")
    assert finding.remedy
    assert finding.remedy.commands == ()


def test_silent_on_other_errors_and_when_compat_works() -> None:
    """999 is something else; a compat library that starts is fine."""
    assert "GPU213" not in found(facts(cuda_error=999))
    assert "GPU213" not in found(facts(cuda={"library_path": COMPAT}))


def test_two_halves_of_the_driver_explain_it() -> None:
    """After an upgrade without a reboot, 803 is a consequence."""
    assert "GPU213" not in found(facts(cuda_error=803, nvml_error=18))


def test_printed_lines() -> None:
    """804 proves it; 803 is told with both its causes, unless CUDA works."""
    line = "Error 804: forward compatibility was attempted on non supported HW"
    assert findings(facts(gpus=[], messages=[line]), "GPU213")
    other = "Error 803: system has unsupported display driver / cuda driver combination"
    assert findings(facts(gpus=[], messages=[other]), "GPU213")
    assert findings(facts(messages=[other]), "GPU213") == []


def test_another_libcuda_is_named() -> None:
    """803 by a library outside a compat folder: of an older or a newer driver."""
    own = "/usr/lib/x86_64-linux-gnu/libcuda.so.1"
    (finding,) = findings(refused(803, own), "GPU213")
    assert finding.remedy
    assert "just upgraded, reboot" in finding.remedy.text
    assert f"remove the libcuda at {own}" in finding.remedy.text
    assert "cuda-compat" not in finding.remedy.text
    assert finding.remedy.commands == ()


def test_the_printed_803_has_both_remedies() -> None:
    """Nobody knows which library it was."""
    line = "Error 803: system has unsupported display driver / cuda driver combination"
    (finding,) = findings(facts(gpus=[], messages=[line]), "GPU213")
    assert finding.remedy
    assert "reboot" in finding.remedy.text
    assert "of cuda-compat, or of an image" in finding.remedy.text
