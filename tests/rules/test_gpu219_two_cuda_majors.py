"""GPU219: wheels of two CUDA majors in one environment."""

from typing import Any

from gpucheck.facts import Distribution, Facts
from make import facts, findings, found

CUDNN_12 = Distribution(name="nvidia-cudnn-cu12", release="9.10.2.21")
CUDNN_13 = Distribution(name="nvidia-cudnn-cu13", release="9.13.0.50")
CUBLAS_12 = Distribution(name="nvidia-cublas-cu12", release="12.8.4.1")
CUBLAS_13 = Distribution(name="nvidia-cublas", release="13.0.0.19")


def here(*wheels: Distribution, **more: Any) -> Facts:
    """Return an environment with wheels and a PyTorch for CUDA 13."""
    own = Distribution(name="torch", release="2.9.0", requires=("nvidia-cudnn-cu13==9.13.0.50",))
    kind = {"distributions": (own, *wheels), "environment_kind": "venv", "has_pip": True}
    return facts(torch="2.9.0+cu130", packages=kind, **more)


def test_wheels_that_overwrite_each_other() -> None:
    """The spare one goes, and what it has overwritten is installed again."""
    (finding,) = findings(here(CUDNN_12, CUDNN_13, CUBLAS_13), "GPU219")
    assert finding.severity == "warning"
    assert finding.remedy
    removal, restore = finding.remedy.commands
    assert removal.endswith("uninstall -y nvidia-cudnn-cu12")
    assert restore.endswith("--force-reinstall --no-deps nvidia-cudnn-cu13==9.13.0.50")


def test_wheels_side_by_side_are_a_note() -> None:
    """CuBLAS has names and folders of its own for each major; nothing is to be restored."""
    (finding,) = findings(here(CUBLAS_12, CUBLAS_13), "GPU219")
    assert finding.severity == "note"
    assert finding.remedy
    assert len(finding.remedy.commands) == 1


def test_a_driver_that_is_too_old_for_the_newer_one() -> None:
    """CUDA 13 needs 580."""
    (finding,) = findings(here(CUBLAS_12, CUBLAS_13, driver="570.86.10"), "GPU219")
    assert finding.severity == "warning"
    assert "580" in finding.message


def test_wheels_that_something_requires_stay() -> None:
    """XGBoost wants CUDA 12's NCCL: then there are words."""
    other = Distribution(name="xgboost", release="3.0.0", requires=("nvidia-nccl-cu12 ; x",))
    nccl = Distribution(name="nvidia-nccl-cu12", release="2.27.3")
    (finding,) = findings(here(other, nccl, CUBLAS_13), "GPU219")
    assert finding.remedy
    assert finding.remedy.commands == ()


def test_silent_on_one_major_and_on_tools() -> None:
    """One CUDA, and NVIDIA's packages that belong to none."""
    frontend = Distribution(name="nvidia-cudnn-frontend", release="1.13.0")
    assert "GPU219" not in found(here(CUDNN_13, CUBLAS_13, frontend))


def test_unknown_without_the_packages() -> None:
    """What is installed is not known."""
    assert "GPU219" not in found(here(CUDNN_12, CUDNN_13, outcomes={"packages": "timed_out"}))


def test_what_numba_cuda_was_given_stays() -> None:
    """It loads the wheels that are there, and requires them by an extra only."""
    other = Distribution(name="numba-cuda", release="0.18.1")
    (finding,) = findings(here(other, CUBLAS_12, CUBLAS_13), "GPU219")
    assert finding.remedy
    assert finding.remedy.commands == ()
