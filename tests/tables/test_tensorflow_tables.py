"""The tables on TensorFlow and on frameworks side by side: wheels, documentation, a resolver."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from gpucheck.tables import Tables
from gpucheck.tables.rows.tensorflow import TensorflowWheelRow

TABLES = Tables()
WHEELS = {(row.release, row.package, row.platform): row for row in TABLES.tensorflow_wheels.rows}
CONFLICTS = {(row.torch, row.tensorflow): row for row in TABLES.framework_conflicts.rows}
TAG_OF = {"linux_gpu": "linux_x86_64", "windows_gpu": "win_amd64"}
RUNS = json.loads((Path(__file__).parent / "resolver_runs.json").read_text("utf-8"))["runs"]


def releases(wheels: list[TensorflowWheelRow]) -> list[str]:
    """Return the releases of wheels, oldest first."""
    return sorted({row.release for row in wheels}, key=Version)


def documented_pythons(said: str) -> set[str]:
    """Read Pythons as the documentation says them: "2.7, 3.3-3.6"."""
    found: set[str] = set()
    for span in said.split(", "):
        first, _, last = span.partition("-")
        major, minor = map(int, first.split("."))
        found |= {f"{major}.{n}" for n in range(minor, int((last or first).split(".")[1]) + 1)}
    return found


def test_wheels_do_not_contradict_themselves() -> None:
    """Only a CUDA build has a CUDA, a cuDNN and targets; since 2.3 each says all of them."""
    for row in WHEELS.values():
        said = (row.cuda, row.cudnn_major, row.targets)
        if not row.is_cuda_build:
            assert said == (None, None, None), row
        elif Version(row.release) >= Version("2.3"):
            assert None not in said, row
        assert row.python, row
        assert (row.glibc is not None) is row.platform.startswith("linux_"), row
        assert row.released is None or date.fromisoformat(row.released)


def test_ptx_is_only_for_the_newest_target() -> None:
    """TensorFlow's wheels hold PTX for the last of their targets, which are in order."""
    for targets in {row.targets for row in WHEELS.values() if row.targets}:
        numbers = [tuple(map(int, each.removesuffix("+PTX").split("."))) for each in targets]
        assert numbers == sorted(numbers)
        assert [each.endswith("+PTX") for each in targets] == [
            *[False] * (len(targets) - 1),
            True,
        ]


def test_where_there_are_cuda_builds() -> None:
    """None for macOS and ARM, none in tensorflow-cpu, none for Windows after 2.10."""
    cuda = [row for row in WHEELS.values() if row.is_cuda_build]
    assert {row.platform for row in cuda} == {"linux_x86_64", "win_amd64"}
    assert {row.package for row in cuda} == {"tensorflow", "tensorflow-gpu"}
    assert releases([row for row in cuda if row.platform == "win_amd64"])[-1] == "2.10.1"
    plain = [row for row in cuda if row.package == "tensorflow"]
    assert releases(plain)[:2] == ["1.15.0", "2.1.0"]
    assert releases([row for row in cuda if row.package == "tensorflow-gpu"])[-1] == "2.11.0"


def test_which_wheels_say_nothing_of_a_build() -> None:
    """From 1.4 on only stubs, and a stub requires the package that it stands for."""
    silent = [
        row
        for row in WHEELS.values()
        if row.is_cuda_build is None and Version(row.release) >= Version("1.4")
    ]
    for row in silent:
        assert any(Requirement(each).name.startswith("tensorflow-") for each in row.requires), row
    windows = [row for row in silent if row.platform == "win_amd64" and row.package == "tensorflow"]
    assert (releases(windows)[0], releases(windows)[-1]) == ("2.11.0", "2.18.0")


def test_where_only_a_major_of_cuda_is_known() -> None:
    """Linux builds of 1.15, 2.0 and 2.2 say "10"; Windows builds of 1.11 to 1.13 say nothing."""
    unknown = [row for row in WHEELS.values() if row.is_cuda_build and row.cuda is None]
    minors = {(row.platform, row.release.rpartition(".")[0]) for row in unknown}
    assert minors == {
        ("linux_x86_64", "1.15"),
        ("linux_x86_64", "2.0"),
        ("linux_x86_64", "2.2"),
        ("win_amd64", "1.11"),
        ("win_amd64", "1.12"),
        ("win_amd64", "1.13"),
    }


def test_and_cuda_brings_the_cuda_of_the_build() -> None:
    """The extra exists since 2.14.0, and its CUDA runtime is of the wheel's own minor."""
    with_extra = [
        row
        for row in WHEELS.values()
        if row.package == "tensorflow" and row.platform == "linux_x86_64" and row.and_cuda
    ]
    assert releases(with_extra)[0] == "2.14.0"
    for row in with_extra:
        assert row.cuda is not None
        lowest = {
            each.name: min(Version(clause.version) for clause in each.specifier)
            for each in map(Requirement, row.and_cuda or ())
        }
        runtime = lowest[f"nvidia-cuda-runtime-cu{row.cuda.major}"]
        assert (runtime.major, runtime.minor) == (row.cuda.major, row.cuda.minor)
        assert lowest[f"nvidia-cudnn-cu{row.cuda.major}"].major == row.cudnn_major


def test_where_documentation_and_wheels_differ() -> None:
    """What is called tested is what was built, but for these."""
    differ = []
    for row in TABLES.tensorflow_tested.rows:
        wheel = WHEELS.get((row.release, row.package, TAG_OF[row.platform]))
        if wheel is None:
            differ.append((row.release, row.platform, "no such wheel"))
            continue
        cuda, cudnn = str(row.cuda).split("."), str(row.cudnn).split(".")
        if wheel.cuda and str(wheel.cuda).split(".")[: len(cuda)] != cuda:
            differ.append((row.release, row.platform, f"CUDA {wheel.cuda}"))
        if wheel.cudnn_major and str(wheel.cudnn_major) != cudnn[0]:
            differ.append((row.release, row.platform, f"cuDNN {wheel.cudnn_major}"))
        if documented_pythons(row.python) != set(wheel.python):
            differ.append((row.release, row.platform, f"Python {', '.join(wheel.python)}"))
        if wheel.is_cuda_build is False:
            differ.append((row.release, row.platform, "built without CUDA"))
    assert differ == [
        ("1.13.0", "windows_gpu", "no such wheel"),  # 1.13.1 was the first that was released
        ("1.15.0", "linux_gpu", "Python 2.7, 3.5, 3.6, 3.7"),
        ("2.0.0", "linux_gpu", "Python 2.7, 3.5, 3.6, 3.7"),
        ("2.0.0", "linux_gpu", "built without CUDA"),  # tensorflow-gpu 2.0.0 is the CUDA build
    ]


def test_every_minor_with_a_gpu_build_is_documented() -> None:
    """Each minor since 1.0 that has a CUDA build for Linux has a row of what was tested."""
    documented = {
        row.release.rpartition(".")[0]
        for row in TABLES.tensorflow_tested.rows
        if row.platform == "linux_gpu"
    }
    built = {
        ".".join(row.release.split(".")[:2])
        for row in WHEELS.values()
        if row.is_cuda_build and row.platform == "linux_x86_64"
    }
    assert built - documented == set()


def test_conflicts_follow_from_the_wheels() -> None:
    """The TensorFlow side of each pair is what tensorflow_wheels holds for Linux."""
    linux = {
        row.release: row
        for row in WHEELS.values()
        if row.package == "tensorflow" and row.platform == "linux_x86_64"
    }
    for (_, tensorflow), row in CONFLICTS.items():
        wheel = linux[tensorflow]
        assert (row.and_cuda_clashes is None) is (wheel.and_cuda is None)
        assert set(row.python) <= set(wheel.python)
        assert set(row.clashes) <= set(row.and_cuda_clashes or row.clashes)
        names = {Requirement(text).name for text in (*wheel.requires, *(wheel.and_cuda or ()))}
        known = {name.lower().replace("_", "-") for name in names}
        for clash in (*row.clashes, *(row.and_cuda_clashes or ())):
            assert known & set(clash.split(" and "))  # of a pair of wheels one is torch's


def test_pairs_are_complete() -> None:
    """Each torch is paired with each TensorFlow."""
    torches = {torch for torch, _ in CONFLICTS}
    tensorflows = {tensorflow for _, tensorflow in CONFLICTS}
    assert len(CONFLICTS) == len(torches) * len(tensorflows)
    assert {"2.0.0", "2.15.0"} <= torches
    assert {"2.13.0", "2.21.0"} <= tensorflows


@pytest.mark.parametrize("run", RUNS, ids=lambda run: " ".join(map(str, run[:4])))
def test_resolver_agrees(run: list[Any]) -> None:
    """What a resolver found is what the table says, but for a wheel further down.

    It does not notice wheels that overwrite each other's files.
    """
    torch, tensorflow, form, python, resolves = run
    row = CONFLICTS[torch, tensorflow]
    found = row.and_cuda_clashes if form == "tensorflow[and-cuda]" else row.clashes
    assert found is not None
    says = python in row.python and all(" and " in clash for clash in found)
    # and-cuda of 2.14 also requires TensorRT parts, which have no wheel for Python 3.11.
    is_known = run[:4] == ["2.1.2", "2.14.1", "tensorflow[and-cuda]", "3.11"]
    assert says is (not resolves if is_known else resolves)


def test_resolver_runs_tell_both_outcomes() -> None:
    """The recorded runs hold solutions and refusals of both forms."""
    assert len(RUNS) >= 90
    assert {(form, resolves) for _, _, form, _, resolves in RUNS} == {
        (form, resolves)
        for form in ("tensorflow", "tensorflow[and-cuda]")
        for resolves in (True, False)
    }


def test_retired_frameworks_are_what_the_wheels_know() -> None:
    """A retired framework with a table of wheels has its packages and its last release there."""
    retired = {row.name: row for row in TABLES.retired_frameworks.rows}
    mxnet, wheels = retired["Apache MXNet"], TABLES.mxnet_wheels.rows
    assert set(mxnet.packages) == {row.package for row in wheels}
    assert mxnet.last_release == max((row.release for row in wheels), key=Version)
    for row in retired.values():
        assert (row.last_release is None) is (row.last_released is None)
        assert (row.last_released or "") < "2023", "what still has releases is not retired"
