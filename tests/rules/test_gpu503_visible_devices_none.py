"""GPU503: NVIDIA_VISIBLE_DEVICES keeps the GPUs out of the container."""

import pytest

from gpucheck.facts import Facts
from gpucheck.versions import DriverRelease
from make import facts, found, report


def container(value: str, torch: str | None = "2.8.0+cu128", *, is_inside: bool = False) -> Facts:
    """Return a container on a GPU host with the variable set."""
    machine = {
        "is_container": True,
        "container_kind": "docker",
        "kernel_module_release": DriverRelease.parse("580.95.05"),
    }
    gpus = ["RTX 4090"] if is_inside else []
    environment = {"NVIDIA_VISIBLE_DEVICES": value}
    return facts(gpus=gpus, torch=torch, machine=machine, environment=environment)


@pytest.mark.parametrize("value", ["", "none", "void", "None "])
def test_fires_and_explains_the_missing_gpu(value: str) -> None:
    """GPU501 follows from it."""
    finding = report(container(value)).findings[0]
    assert (finding.rule, finding.severity) == ("GPU503", "error")
    assert "GPU501" in {consequence.rule for consequence in finding.consequences}
    assert finding.remedy is not None
    assert "NVIDIA_VISIBLE_DEVICES=all" in finding.remedy.commands[0]


def test_a_note_without_a_cuda_build() -> None:
    """A container may well be meant to have none."""
    finding = next(f for f in report(container("void", None)).findings if f.rule == "GPU503")
    assert finding.severity == "note"


def test_silent_when_the_gpu_is_inside_all_the_same() -> None:
    """Kubernetes sets "void" and hands the GPU over in another way."""
    assert found(container("void", None, is_inside=True)) == []


def test_silent_on_all() -> None:
    """Then GPU501 stands for itself."""
    assert found(container("all"))[0] == "GPU501"
