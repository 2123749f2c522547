"""The doctor is right on the eight machines that other tools get wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.version import Version

from environments import write
from fake_nvml import gpu, scenario
from whole_machine import Machine, needs_fakes

pytestmark = needs_fakes

CU124 = "sm_50 sm_60 sm_70 sm_75 sm_80 sm_86 sm_90"


def machine(
    folder: Path, driver: str = "535.129.03", cuda: str = "12.2", model: str = "RTX 4090"
) -> Machine:
    """Return a machine with one GPU."""
    return Machine(folder, scenario(driver=driver, cuda=cuda, gpus=[gpu(model)]))


def test_minor_version_compatibility_is_no_conflict(tmp_path: Path) -> None:
    """A cu124 build on driver 535 is healthy; only a note says what limits it has."""
    here = machine(tmp_path)
    here.install_torch("2.6.0+cu124", CU124)
    seen = here.doctor()
    assert (seen.exit_code, seen.rules) == (0, [])
    assert "GPU327" in seen.notes


def test_driver_470_is_too_old_for_cuda_12(tmp_path: Path) -> None:
    """A driver below the major's floor is one error, and it names the floor."""
    here = machine(tmp_path, driver="470.223.02", cuda="11.4", model="RTX 3090")
    here.install_torch("2.6.0+cu124", CU124)
    seen = here.doctor()
    assert (seen.exit_code, seen.rules) == (1, ["GPU301"])
    assert "525.60.13" in seen.report["findings"][0]["message"]


def test_wheel_without_sm_120_on_rtx_5090(tmp_path: Path) -> None:
    """A build without code for the GPU is found although CUDA is available."""
    here = machine(tmp_path, driver="580.95.05", cuda="13.0", model="RTX 5090")
    here.install_torch("2.6.0+cu124", CU124)
    seen = here.doctor()
    assert (seen.exit_code, seen.rules) == (1, ["GPU303"])
    (command,) = seen.report["findings"][0]["remedy"]["commands"]
    release = command.partition(" torch==")[2].partition("+")[0]
    assert Version(release) >= Version("2.8")  # from there on the index's own build has sm_120


def test_cpu_only_torch(tmp_path: Path) -> None:
    """A CPU build beside a healthy GPU is the error, with the exact line that mends it."""
    here = machine(tmp_path)
    here.install_torch("2.6.0+cpu")
    seen = here.doctor()
    assert (seen.exit_code, seen.rules) == (1, ["GPU302"])
    (command,) = seen.report["findings"][0]["remedy"]["commands"]
    python = seen.report["facts"]["packages"]["value"]["python_release"]
    if python.startswith(("3.11", "3.12", "3.13")):
        assert "torch==2.6.0+cu" in command


def test_import_error_names_the_library_and_its_owner(tmp_path: Path) -> None:
    """A missing libcudnn.so.9 is named, and so is the wheel that provides it."""
    here = machine(tmp_path)
    words = "libcudnn.so.9: cannot open shared object file: No such file or directory"
    here.install_torch("2.6.0+cu124", before=f"raise ImportError({words!r})\n")
    seen = here.doctor()
    assert (seen.exit_code, seen.rules) == (1, ["GPU210"])
    finding = seen.report["findings"][0]
    assert [below["rule"] for below in finding["consequences"]] == ["GPU321"]
    assert "libcudnn.so.9" in " ".join(finding["evidence"])
    assert "nvidia-cudnn-cu12" in finding["remedy"]["commands"][0]


def test_empty_cuda_visible_devices(tmp_path: Path) -> None:
    """An empty CUDA_VISIBLE_DEVICES is the cause; that PyTorch sees no GPU follows from it."""
    here = machine(tmp_path)
    here.install_torch("2.6.0+cu124", CU124)
    here.environ["CUDA_VISIBLE_DEVICES"] = ""
    seen = here.doctor()
    assert (seen.exit_code, seen.rules) == (1, ["GPU510"])
    following = {finding["rule"] for finding in seen.report["findings"][0]["consequences"]}
    assert following == {"GPU127", "GPU324"}


def test_available_is_not_called_good(tmp_path: Path) -> None:
    """Where only is_available() was asked, the report says that nothing was computed yet."""
    here = machine(tmp_path)
    here.install_torch("2.6.0+cu124", CU124)
    seen = here.doctor("--format", "text")
    assert seen.exit_code == 0
    assert "nothing was computed on the GPU yet" in seen.stdout
    assert "all good" not in seen.stdout.lower()


@pytest.mark.skipif(
    Path("/proc/driver/nvidia").exists(), reason="this machine has an NVIDIA driver"
)
def test_no_gpu_and_no_driver(tmp_path: Path) -> None:
    """A machine without a GPU is no error: a note, and exit code 0."""
    here = Machine(tmp_path)
    here.install_torch("2.6.0+cu124", CU124)
    seen = here.doctor()
    assert (seen.exit_code, seen.rules) == (0, [])
    assert "GPU101" in seen.notes


def test_saved_snapshot_gives_the_same_findings(tmp_path: Path) -> None:
    """`doctor --from` judges a saved snapshot exactly as the live machine, redacted or not."""
    here = machine(tmp_path, driver="470.223.02", cuda="11.4", model="RTX 3090")
    here.install_torch("2.6.0+cu124", CU124)
    live = here.doctor().report["findings"]
    for options in ((), ("--share",)):
        saved = here.run("facts", "--python", str(here.python), *options)
        write(tmp_path / "snapshot.json", saved.stdout)
        again = here.run("doctor", "--from", "snapshot.json", "--format", "json").report["findings"]
        assert [f["message"] for f in again] == [f["message"] for f in live]
