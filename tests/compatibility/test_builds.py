"""Which builds fit a machine, and the reason when one does not."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from packaging.version import Version

from gpucheck.compatibility.builds import (
    Build,
    Machine,
    fits,
    has_python,
    misfits,
)
from gpucheck.compatibility.framework_builds import BUILDS, tensorflow_builds, torch_builds
from gpucheck.tables import Tables
from gpucheck.versions import BuiltForCuda, ComputeCapability, DriverRelease

TABLES = Tables()
BUILD = Build(
    package="torch",
    release="2.8.0",
    variant="cu128",
    cuda=BuiltForCuda((12, 8)),
    platform="linux_x86_64",
    python=("3.12", "3.13", "3.13t"),
    glibc="2.28",
    targets=("7.5", "8.6", "9.0+PTX"),
    source="a test",
)


def machine(**known: Any) -> Machine:
    """Return a machine of which only this is known; versions as text."""
    if "driver" in known:
        known["driver"] = DriverRelease.parse(known["driver"])
    if "gpu" in known:
        known["capabilities"] = (ComputeCapability.parse(known.pop("gpu")),)
    return Machine(**known)


@pytest.mark.parametrize(
    ("known", "what"),
    [
        ({"platform": "linux_x86_64"}, None),
        ({"platform": "win_amd64"}, "platform"),
        ({"python": "3.12"}, None),
        ({"python": "3.13t"}, None),
        ({"python": "3.11"}, "python"),
        ({"python": "3.12t"}, "python"),
        ({"glibc": "2.28"}, None),
        ({"glibc": "2.100"}, None),
        ({"glibc": "2.17"}, "glibc"),
        ({"driver": "570.26"}, None),
        ({"driver": "525.60.13"}, None),  # minor-version compatibility
        ({"driver": "520.61.05"}, "driver"),
        ({"gpu": "8.9"}, None),
        ({"gpu": "7.0"}, "device"),
        ({"gpu": "12.0", "driver": "570.26"}, None),  # by PTX
        ({"gpu": "12.0", "driver": "560.35.03"}, "device"),  # which that driver cannot compile
    ],
)
def test_one_reason_for_each_thing_that_does_not_fit(
    known: dict[str, Any], what: str | None
) -> None:
    """What is not known of the machine is not judged."""
    found = list(misfits(BUILD, machine(**known), TABLES))
    assert [misfit.what for misfit in found] == ([what] if what else [])
    assert all(misfit.is_certain for misfit in found)
    assert fits(BUILD, machine(**known), TABLES) is (what is None)


def test_what_the_tables_do_not_know_is_no_certain_misfit() -> None:
    """A build of unknown targets, or of an unknown CUDA, is not refused for sure."""
    odd = msgspec.structs.replace(BUILD, targets=None, cuda=BuiltForCuda((99, 0)))
    found = list(misfits(odd, machine(driver="570.26", gpu="8.9"), TABLES))
    assert [(misfit.what, misfit.is_certain) for misfit in found] == [
        ("driver", False),
        ("device", False),
    ]


def test_the_reason_names_both_sides() -> None:
    """It can be shown to a user as it stands."""
    (misfit,) = misfits(BUILD, machine(driver="470.82.01"), TABLES)
    assert misfit.says == "CUDA 12.8 needs driver 525.60.13; there is 470.82.01"


@pytest.mark.parametrize(
    ("offered", "python", "has"),
    [
        (("3.8+",), "3.12", True),  # the stable ABI
        (("3.8+",), "3.7", False),
        (("3.8+",), "3.13t", False),  # which free-threaded builds do not have
        (("2", "3"), "3.6", True),
        (("2",), "3.6", False),
        (("3.10",), "3.1", False),
        (("3.8+",), "3.", False),  # cut off in a report
        (("3.8+",), "", False),
    ],
)
def test_has_python(offered: tuple[str, ...], python: str, has: bool) -> None:
    """Wheels for the stable ABI and for any Python count."""
    assert has_python(offered, python) is has


@pytest.mark.parametrize(
    ("gpu", "driver", "python", "newest"),
    [
        ("6.1", "580.95.05", "3.12", "2.14.1"),  # a GTX 1080 Ti: cu126 keeps Pascal to 2.14
        ("3.7", "470.256.02", "3.9", "2.7.0"),  # a K80: cu118 on the last driver for Kepler
    ],
)
def test_newest_torch_for_old_gpus(gpu: str, driver: str, python: str, newest: str) -> None:
    """An old GPU gets the last release that still has code for it, not the newest."""
    old = machine(platform="linux_x86_64", gpu=gpu, driver=driver, python=python)
    found = [build for build in torch_builds(TABLES) if fits(build, old, TABLES)]
    assert found[-1].release == newest


def test_no_torch_for_a_python_it_never_supported() -> None:
    """There is no wheel of any release for Python 3.4."""
    old = machine(platform="linux_x86_64", python="3.4")
    assert not any(fits(build, old, TABLES) for build in torch_builds(TABLES))


def test_tensorflow_on_native_windows_ends_with_2_10() -> None:
    """Later Windows wheels are CPU builds."""
    windows = machine(platform="win_amd64", python="3.10")
    found = {b.release for b in tensorflow_builds(TABLES) if fits(b, windows, TABLES)}
    assert max(found, key=lambda release: tuple(map(int, release.split(".")))) == "2.10.1"


def newest(framework: str, **known: Any) -> tuple[str, str] | None:
    """Return package and release of the newest build that fits a Linux machine."""
    here = machine(platform="linux_x86_64", **known)
    found = [b for b in BUILDS[framework](TABLES) if fits(b, here, TABLES)]
    found.sort(key=lambda build: (Version(build.release), build.cuda.parts))
    return (found[-1].package, found[-1].release) if found else None


@pytest.mark.parametrize(
    ("framework", "known", "package"),
    [
        ("jax", {"driver": "580.95.05", "gpu": "9.0", "python": "3.12"}, "jax[cuda13]"),
        ("jax", {"driver": "535.129.03", "gpu": "9.0", "python": "3.12"}, "jax[cuda12]"),
        ("jax", {"driver": "580.95.05", "gpu": "7.0", "python": "3.12"}, "jax[cuda12]"),
        ("jax", {"driver": "580.95.05", "gpu": "3.7", "python": "3.12"}, None),
        ("cupy", {"driver": "580.95.05", "gpu": "8.0", "python": "3.12"}, "cupy-cuda13x"),
        ("cupy", {"driver": "535.129.03", "gpu": "8.0", "python": "3.12"}, "cupy-cuda12x"),
        ("cupy", {"driver": "580.95.05", "gpu": "7.0", "python": "3.12"}, "cupy-cuda12x"),
        ("cupy", {"driver": "470.82.01", "gpu": "8.0", "python": "3.12"}, "cupy-cuda11x"),
        ("onnxruntime", {"driver": "580.95.05", "python": "3.12"}, "onnxruntime-gpu"),
        ("onnxruntime", {"driver": "390.157", "python": "3.12"}, None),
        ("mxnet", {"driver": "470.82.01", "python": "3.8"}, "mxnet-cu117"),
    ],
)
def test_newest_build_of_other_frameworks(
    framework: str, known: dict[str, str], package: str | None
) -> None:
    """The CUDA major that driver and GPU allow decides which package it is."""
    found = newest(framework, **known)
    assert (found and found[0]) == package
