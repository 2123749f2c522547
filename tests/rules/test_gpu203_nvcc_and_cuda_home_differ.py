"""GPU203: nvcc on PATH and CUDA_HOME are of different toolkits."""

from typing import Any

from msgspec.structs import replace

from gpucheck.facts import Facts, Nvcc
from gpucheck.versions import ToolkitCuda
from make import facts, findings, found


def here(on_path: str, home: str | None, **more: Any) -> Facts:
    """Return a machine with an nvcc on PATH and one in CUDA_HOME; None: of unknown release."""
    nvccs = (
        Nvcc(path="/a/bin/nvcc", toolkit_cuda=ToolkitCuda.parse(on_path), found_via=("PATH",)),
        Nvcc(
            path="/b/bin/nvcc",
            toolkit_cuda=ToolkitCuda.parse(home) if home else None,
            found_via=("CUDA_HOME",),
        ),
    )
    made = facts(**more)
    return replace(
        made, toolkit=replace(made.toolkit, value=replace(made.toolkit.value, nvccs=nvccs))
    )


def test_fires_on_two_releases() -> None:
    """The variable is set to what PATH has."""
    (finding,) = findings(here("12.4", "11.8"), "GPU203")
    assert finding.severity == "warning"
    assert finding.remedy
    assert finding.remedy.commands == ("export CUDA_HOME=/a",)


def test_silent_on_one_release_twice_and_on_an_unknown_one() -> None:
    """Two folders of one release do not mix anything up."""
    assert "GPU203" not in found(here("12.4", "12.4"))
    assert "GPU203" not in found(here("12.4", None))


def test_a_note_on_windows() -> None:
    """There the installer sets the variable."""
    (finding,) = findings(here("12.4", "11.8", machine={"os_name": "Windows"}), "GPU203")
    assert finding.severity == "note"


def test_unknown_without_the_toolkit_probe() -> None:
    """A probe that did not end well gives no judgement."""
    assert "GPU203" not in found(here("12.4", "11.8", outcomes={"toolkit": "timed_out"}))
