"""Truths on drivers and the CUDA that they run, each read in another place than its table was.

The comment above a case names that place. Where table and truth disagree, look for a third.
"""

from __future__ import annotations

import pytest

from gpucheck.compatibility.drivers import (
    driver_floor,
    forward_compatibility,
    full_support_driver,
    how_driver_runs,
    last_driver_branch,
    newest_cuda_of,
)
from gpucheck.tables import Known, Tables
from gpucheck.versions import BuiltForCuda, ComputeCapability, DriverCuda, DriverRelease

TABLES = Tables()


@pytest.mark.parametrize(
    ("cuda", "linux", "windows"),
    [
        # CUDA 11.0 RC Release Notes, "CUDA Toolkit and Compatible Driver Versions", as copied at
        # eehoeskrap.tistory.com/451 (2020)
        ("7.5.16", "352.31", "353.66"),
        ("8.0.44", "367.48", "369.30"),
        ("8.0.61", "375.26", "376.51"),
        ("9.0.76", "384.81", "385.54"),
        ("9.2.148", "396.37", "398.26"),
        ("10.1.105", "418.39", "418.96"),
        ("10.2.89", "440.33", "441.22"),
        # CUDA 11.6 Release Notes, as copied at blog.csdn.net/ytomc, article 122805982 (2022-02)
        ("11.0.3", "450.51.06", "451.82"),
        ("11.2.1", "460.32.03", "461.09"),
        ("11.4.3", "470.82.01", "472.50"),
        ("11.5.0", "495.29.05", "496.04"),
        # CUDA 12.6 Release Notes, as quoted in documents of public repositories (2024-2026)
        ("11.8.0", "520.61.05", "520.06"),
        ("12.2.1", "535.86.09", "536.67"),
        ("12.3.1", "545.23.08", "546.12"),
        ("12.4.0", "550.54.14", "551.61"),
        ("12.4.1", "550.54.15", "551.78"),
    ],
)
def test_oldest_driver_of_a_release(cuda: str, linux: str, windows: str) -> None:
    """The release notes of the time gave the same oldest drivers as those of today."""
    row = TABLES.cuda_driver.find(cuda, lambda row: str(row.cuda) == cuda)
    assert isinstance(row, Known)
    assert (str(row.value.driver_linux), str(row.value.driver_windows)) == (linux, windows)


def test_driver_in_the_compatibility_package() -> None:
    """Conda's cuda-compat 12.4.1 holds driver 550.54.15: the release's own driver.

    Source: the package's page in Anaconda's channel, build of 2024-05-08.
    """
    full = full_support_driver(BuiltForCuda.parse("12.4"), "Linux", TABLES)
    assert isinstance(full, Known)
    assert full.value.major == 550
    newest = newest_cuda_of(DriverRelease.parse("550.54.15"), TABLES)
    assert isinstance(newest, Known)
    assert str(newest.value) == "12.4"


@pytest.mark.parametrize(
    ("cuda", "driver", "way"),
    [
        # pmeier/light-the-torch pull request 108, 2022-12: its table of 11.7 and 11.8
        ("11.8", "450.80.02", "minor version"),
        ("11.8", "450.51.06", "no"),
        # cuDNN 9.10.2 support matrix (docs.nvidia.com): 525.60.13 for all of CUDA 12
        ("12.9", "525.60.13", "minor version"),
        # JAX, Installation (docs/installation.md of 2026-08): CUDA 13 needs 580
        ("13.0", "575.57.08", "no"),
        ("13.0", "580.65.06", "full"),
        # CUDA 11.0 RC Release Notes (as above): each release requires its own minimum
        ("10.1", "410.48", "no"),
    ],
)
def test_what_runs_on_a_driver(cuda: str, driver: str, way: str) -> None:
    """A build runs on its release's driver in full, and from CUDA 11 on on its major's floor."""
    found = how_driver_runs(BuiltForCuda.parse(cuda), DriverRelease.parse(driver), "Linux", TABLES)
    assert isinstance(found, Known)
    assert found.value.way == way


def test_floor_of_cuda_11_on_windows() -> None:
    """CUDA 11 runs from 452.39 on: cuDNN 9.5.1 support matrix (docs.nvidia.com)."""
    floor = driver_floor(BuiltForCuda.parse("11.8"), "Windows", TABLES)
    assert isinstance(floor, Known)
    assert str(floor.value) == "452.39"


@pytest.mark.parametrize(
    ("compat", "driver", "support"),
    [
        # image nvidia/cuda:12.8.1: NVIDIA_REQUIRE_CUDA lets in branch 535 and CUDA 12.8 (570)
        ("12.8", "535.183.01", "usable"),
        ("12.8", "570.124.06", "not needed"),
    ],
)
def test_compatibility_package_on_a_driver(compat: str, driver: str, support: str) -> None:
    """NVIDIA's own images start on the branches that the package supports."""
    found = forward_compatibility(DriverCuda.parse(compat), DriverRelease.parse(driver), TABLES)
    assert isinstance(found, Known)
    assert found.value == support


@pytest.mark.parametrize(
    ("branch", "kind", "end_of_life"),
    [
        # "Supported Drivers and CUDA Toolkit Versions", edition without a number, 2025
        (535, "long-term support", "2026-06"),
        (570, "production", "2026-02"),
        # the same page, edition 615 (docs.nvidia.com/datacenter/tesla/drivers/615), 2026
        (580, "long-term support", "2028-06"),
        (595, "production", "2027-03"),
        (610, "new feature", "2026-08"),
    ],
)
def test_life_of_a_driver_branch(branch: int, kind: str, end_of_life: str) -> None:
    """NVIDIA's page for data centres names kind and end of a branch."""
    row = TABLES.driver_branches.find(str(branch), lambda row: row.driver_branch == branch)
    assert isinstance(row, Known)
    assert (row.value.kind, row.value.end_of_life) == (kind, end_of_life)


@pytest.mark.parametrize(
    ("capability", "last_branch"),
    [("6.1", 580), ("5.2", 580), ("7.5", None)],
)
def test_driver_590_left_pascal_out(capability: str, last_branch: int | None) -> None:
    """The driver 590 no longer supports Pascal and older: Arch Linux, News, 2025-12-20."""
    assert last_driver_branch(ComputeCapability.parse(capability), TABLES) == last_branch
