"""GPU401: NumPy 2 beside a build for NumPy 1."""

import pytest

from gpucheck.facts import Distribution, ImportFailure
from make import facts, findings, found, framework, torch

PRINTED = "A module that was compiled using NumPy 1.x cannot be run in NumPy 2.1.0"
NUMPY_2 = {"numpy": "2.1.0"}
FAILED = ImportFailure(kind="ImportError", message="numpy.core.multiarray failed to import")


def test_fires_when_the_import_failed() -> None:
    """TensorFlow 2.15 forbids NumPy 2; GPU321 follows from it."""
    build = framework("tensorflow", "2.15.1", "12.2", import_failure=FAILED)
    (finding,) = findings(facts(frameworks=[build], distributions=NUMPY_2), "GPU401")
    assert (finding.rule, finding.severity) == ("GPU401", "error")
    assert [each.rule for each in finding.consequences] == ["GPU321"]
    assert finding.remedy
    assert finding.remedy.commands[0].endswith("install 'numpy<2'")


def test_fires_without_imports() -> None:
    """--no-import: the table alone says it."""
    build = framework("tensorflow", "2.10.0", "11.2")
    here = facts(frameworks=[build], distributions=NUMPY_2, outcomes={"tensorflow": "not_asked"})
    assert ("GPU401", "error") in [(f.rule, f.severity) for f in findings(here, "GPU401")]


def test_old_torch_only_warns() -> None:
    """Before 2.3 it carries on without NumPy."""
    old = findings(facts(torch=torch("2.2.2+cu121"), distributions=NUMPY_2), "GPU401")
    assert [(f.rule, f.severity) for f in old] == [("GPU401", "warning")]


@pytest.mark.parametrize(
    ("name", "release", "cuda"),
    [
        ("tensorflow", "2.18.0", "12.5"),
        ("torch", "2.6.0", "12.4"),
        ("tensorflow", "2.15.1", "12.2"),
    ],
)
def test_silent_when_it_was_imported(name: str, release: str, cuda: str) -> None:
    """What fits, and what proved by its import that it works."""
    assert "GPU401" not in found(
        facts(frameworks=[framework(name, release, cuda)], distributions=NUMPY_2)
    )


def test_silent_with_numpy_1_or_none() -> None:
    """Nothing to clash with."""
    for numpy in ({"numpy": "1.26.4"}, {}):
        assert "GPU401" not in found(facts(torch=torch("2.2.2+cu121"), distributions=numpy))


def test_the_printed_line_is_enough() -> None:
    """In a pasted report."""
    assert "GPU401" in found(facts(messages=[PRINTED]))


def test_unknown_release_is_not_judged() -> None:
    """Not in the table: silent."""
    assert "GPU401" not in found(facts(torch=torch("9.0.0+cu124"), distributions=NUMPY_2))


def test_conda_s_numpy_goes_back_by_conda() -> None:
    """In pixi's project by pixi; where conda does not list it, in words."""
    numpy = Distribution(name="numpy", release="2.1.0", installer="conda")
    for kind, conda, commands in (
        ("conda", ["numpy=2.1.0=0"], ("conda install -p /env 'numpy<2'",)),
        ("pixi", ["numpy=2.1.0=0"], ("pixi add 'numpy<2'",)),
        ("conda", [], ()),
    ):
        packages = {"distributions": (numpy,), "environment_kind": kind}
        here = facts(torch=torch("2.2.2+cu121"), conda=conda, packages=packages)
        (finding,) = findings(here, "GPU401")
        assert finding.remedy
        assert finding.remedy.commands == commands
