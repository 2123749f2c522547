"""GPU117: persistence mode is off."""

from typing import Any

from make import facts, found, gpu, report


def off(name: str, *, machine: dict[str, Any] | None = None, **changes: Any) -> list[str]:
    """Return what is found for such a GPU without persistence mode."""
    return found(facts(gpus=[gpu(name, is_persistence_on=False, **changes)], machine=machine))


def test_notes_a_server_gpu() -> None:
    """One note for all GPUs."""
    both = facts(gpus=[gpu("A100", i, is_persistence_on=False) for i in range(2)])
    (finding,) = report(both).findings
    assert (finding.rule, finding.severity) == ("GPU117", "note")
    assert "GPU 0, 1" in finding.message
    assert finding.remedy
    assert "sudo nvidia-smi -pm 1" in finding.remedy.commands
    assert "--no-persistence-mode" in finding.remedy.text


def test_silent_elsewhere() -> None:
    """A desktop's GPU, one with a screen, a vGPU, a container, WSL, mode on or not known."""
    assert off("RTX 4090") == []
    assert off("A100", is_display_active=True) == []
    assert "GPU117" not in off("A100", vgpu_license_state="licensed")
    assert off("A100", machine={"is_container": True}) == []
    assert off("A100", machine={"is_wsl": True}) == []
    assert found(facts(gpus=[gpu("A100", is_persistence_on=True), gpu("A100", 1)])) == []
