"""A machine can be described instead of asked."""

from __future__ import annotations

import pytest

from gpucheck.suggest.described import Description, DescriptionError, described
from make import facts
from suggest.plans import TABLES


def test_a_described_gpu_takes_the_place_of_this_machine() -> None:
    """A laptop's own driver says nothing about a cluster."""
    seen = described(facts(driver="535.129.03"), Description(gpus=["RTX 5090"]), TABLES)
    assert [str(gpu.compute_capability) for gpu in seen.visible_gpus] == ["12.0"]
    assert seen.driver.value.driver_release is None


def test_another_python_leaves_the_machine_as_it_is() -> None:
    """Only the Python is another."""
    seen = described(facts(), Description(python="3.10"), TABLES)
    assert seen.packages.value.python_release == "3.10"
    assert seen.gpus


def test_nothing_needs_to_be_known_of_this_machine() -> None:
    """A whole description stands for itself: Linux on x86_64, where nothing else is said."""
    said = Description(capabilities=["8.9"], driver="535", python="3.12")
    seen = described(None, said, TABLES)
    assert (seen.machine.value.os_name, seen.machine.value.architecture) == ("Linux", "x86_64")
    assert str(seen.driver.value.driver_cuda) == "12.2"


def test_wsl_takes_the_driver_numbers_of_windows() -> None:
    """It runs on the Windows driver."""
    said = Description(system="wsl", driver="551.61", python="3.12")
    assert described(None, said, TABLES).driver_os == "Windows"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Description(gpus=["RTX 5900"]), "did you mean"),
        (Description(gpus=["\x1b[31m?"]), "compute-capability"),
        (Description(capabilities=["nine"]), "8.9"),
        (Description(driver="new"), "535.129.03"),
        (Description(stood_in_cuda="x"), "12.4"),
        (Description(system="beos"), "linux"),
        (Description(system="windows", architecture="aarch64"), "x86_64"),
        (Description(glibc="2"), "2.31"),
    ],
)
def test_a_description_that_means_nothing_is_refused(said: Description, words: str) -> None:
    """The option is named, and what it takes."""
    with pytest.raises(DescriptionError, match=words):
        described(None, said, TABLES)
