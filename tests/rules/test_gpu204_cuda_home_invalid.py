"""GPU204: CUDA_HOME names no toolkit."""

from typing import Any

from make import facts, findings, found


def here(problem: str, variable: str = "CUDA_HOME", **more: Any) -> Any:
    """Return a machine whose variable has a problem."""
    return facts(
        environment={variable: "/opt/none"},
        toolkit={"cuda_home_problems": {variable: problem}},
        **more,
    )


def test_fires_on_a_folder_that_is_not_there() -> None:
    """And on a file, and on a list."""
    for problem in ("no such folder", "a file, not a folder", "a list of folders"):
        (finding,) = findings(here(problem), "GPU204")
        assert finding.severity == "warning"
        assert finding.remedy
        assert finding.remedy.commands == ("unset CUDA_HOME",)


def test_a_folder_without_nvcc_is_a_note() -> None:
    """It may hold the libraries alone."""
    (finding,) = findings(here("no nvcc in its bin folder"), "GPU204")
    assert finding.severity == "note"


def test_silent_on_what_counts_as_unset_and_on_what_nobody_asks() -> None:
    """An empty variable, and Windows' memory of an old release."""
    assert "GPU204" not in found(here("empty"))
    assert "GPU204" not in found(here("no such folder", "CUDA_PATH_V11_8"))
    assert "GPU204" not in found(facts())


def test_a_program_that_met_it_makes_it_an_error() -> None:
    """XLA found no libdevice."""
    line = "Can't find libdevice directory ${CUDA_DIR}/nvvm/libdevice."
    (finding,) = findings(here("no such folder", messages=[line]), "GPU204")
    assert finding.severity == "error"


def test_a_line_that_sets_a_list_proves_it() -> None:
    """As set-up notes have it; a drive letter and one folder are no list."""
    for line in ("export CUDA_HOME=$CUDA_HOME:/usr/local/cuda-11.7", "CUDA_HOME=:/usr/local/cuda"):
        assert findings(facts(messages=[line]), "GPU204")
    for line in ("export CUDA_HOME=/usr/local/cuda", r"set CUDA_PATH=C:\CUDA", "CUDA_PATH=C:/CUDA"):
        assert findings(facts(messages=[line]), "GPU204") == []
