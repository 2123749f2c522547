"""Whether a driver runs a CUDA.

Expected numbers are NVIDIA's own: CUDA Toolkit Release Notes ("CUDA Toolkit and Corresponding
Driver Versions") and the CUDA Compatibility guide.
"""

from __future__ import annotations

import pytest

from gpucheck.compatibility.drivers import (
    DriverOs,
    DriverVerdict,
    driver_floor,
    forward_compatibility,
    full_support_driver,
    how_driver_runs,
    is_newer_than_driver,
    newest_cuda_of,
)
from gpucheck.tables import Known, NotInTable, Tables
from gpucheck.versions import BuiltForCuda, DriverCuda, DriverRelease

TABLES = Tables()


def floor(cuda: str, driver_os: DriverOs = "Linux") -> str:
    """Return the oldest driver that runs a build, or "not in table"."""
    answer = driver_floor(BuiltForCuda.parse(cuda), driver_os, TABLES)
    return str(answer.value) if isinstance(answer, Known) else "not in table"


def full(cuda: str, driver_os: DriverOs) -> str:
    """Return the oldest driver that fully supports a CUDA, or "not in table"."""
    answer = full_support_driver(BuiltForCuda.parse(cuda), driver_os, TABLES)
    return str(answer.value) if isinstance(answer, Known) else "not in table"


@pytest.mark.parametrize(
    ("cuda", "linux", "windows"),
    [
        ("9.0", "384.81", "385.54"),
        ("10.0", "410.48", "411.31"),
        ("10.1", "418.39", "418.96"),
        ("10.2", "440.33", "441.22"),
        ("11.1", "455.23", "456.38"),
        ("11.4", "470.42.01", "471.11"),
        ("11.8", "520.61.05", "520.06"),
        ("12.0", "525.60.13", "527.41"),
        ("12.1", "530.30.02", "531.14"),
        ("12.2", "535.54.03", "536.25"),
        ("12.4", "550.54.14", "551.61"),
        ("12.6", "560.28.03", "560.76"),
        ("12.8", "570.26", "570.65"),
    ],
)
def test_full_support_is_the_first_release_of_the_minor(
    cuda: str, linux: str, windows: str
) -> None:
    """The release notes' table, row "GA" of each minor."""
    assert (full(cuda, "Linux"), full(cuda, "Windows")) == (linux, windows)


def test_a_patch_release_asks_for_its_minor() -> None:
    """12.4.1 brings its own newer driver, and still runs wholly on 12.4's."""
    assert full("12.4.1", "Linux") == "550.54.14"


def test_full_support_without_a_published_number() -> None:
    """CUDA 13's Windows drivers are not in the release notes: nothing is made up for them."""
    assert full("13.0", "Windows") == "not in table"
    assert full("12.7", "Linux") == "not in table"  # was never released


@pytest.mark.parametrize("cuda", ["11.1", "11.8", "11.4.1"])
def test_floor_of_cuda_11(cuda: str) -> None:
    """Every CUDA 11 runs from 450.80.02 (Linux) or 452.39 (Windows) on."""
    assert (floor(cuda), floor(cuda, "Windows")) == ("450.80.02", "452.39")


@pytest.mark.parametrize("cuda", ["12.1", "12.4", "12.9", "12.9.2"])
def test_floor_of_cuda_12(cuda: str) -> None:
    """Every CUDA 12 runs from 525.60.13 (Linux) or 528.33 (Windows) on."""
    assert (floor(cuda), floor(cuda, "Windows")) == ("525.60.13", "528.33")


@pytest.mark.parametrize("cuda", ["13.0", "13.3"])
def test_floor_of_cuda_13(cuda: str) -> None:
    """Every CUDA 13 needs branch 580."""
    assert floor(cuda) == "580.65.06"
    assert floor(cuda, "Windows").startswith("580.")


def test_floor_of_a_release_that_is_content_with_less() -> None:
    """CUDA 11.0 and 12.0 themselves run on drivers older than their major's floor."""
    assert floor("11.0") == "450.36.06"
    assert floor("12.0", "Windows") == "527.41"


@pytest.mark.parametrize(("cuda", "driver"), [("10.0", "410.48"), ("10.2", "440.33")])
def test_floor_before_cuda_11_is_each_release_s_own(cuda: str, driver: str) -> None:
    """There was no minor-version compatibility: 10.2 does not run where 10.0 does."""
    assert floor(cuda) == driver
    assert floor(cuda, "Windows") == full(cuda, "Windows")


@pytest.mark.parametrize("cuda", ["6.5", "12.7", "14.0", "99.1"])
def test_floor_of_an_unknown_release(cuda: str) -> None:
    """An unknown minor has its major's floor; an unknown major has none."""
    known = {"12.7": "525.60.13"}
    assert floor(cuda) == known.get(cuda, "not in table")


def test_answers_name_their_source() -> None:
    """A floor says where NVIDIA says so; an unknown says which table lacks what."""
    known = driver_floor(BuiltForCuda((10, 2)), "Linux", TABLES)
    assert isinstance(known, Known)
    assert "Release Notes" in known.source
    unknown = driver_floor(BuiltForCuda((14, 0)), "Linux", TABLES)
    assert isinstance(unknown, NotInTable)
    assert "CUDA 14 is not in the table cuda_minor_compat" in str(unknown)


@pytest.mark.parametrize(
    ("built", "offered", "is_newer"),
    [
        ("12.4", "12.2", True),
        ("12.2", "12.2", False),
        ("12.2.2", "12.2", False),  # a patch release needs no newer driver
        ("11.8", "12.0", False),
        ("13.0", "12.9", True),
        ("12.10", "12.9", True),
    ],
)
def test_newer_than_the_driver(built: str, offered: str, is_newer: bool) -> None:
    """Major and minor decide."""
    answer = is_newer_than_driver(BuiltForCuda.parse(built), DriverCuda.parse(offered))
    assert answer is is_newer


@pytest.mark.parametrize(
    ("driver", "cuda"),
    [
        ("418.226.00", "10.1"),
        ("440.33.01", "10.2"),
        ("450.248.02", "11.0"),
        ("470.223.02", "11.4"),
        ("520.61.05", "11.8"),
        ("525.60.13", "12.0"),
        ("535.129.03", "12.2"),
        ("550.54.15", "12.4"),
        ("551.61", "12.4"),  # Windows counts within the branch of Linux's 550
        ("566.14", "12.7"),
        ("572.83", "12.8"),
        ("580.95.05", "13.0"),
    ],
)
def test_cuda_of_a_driver_goes_by_branch(driver: str, cuda: str) -> None:
    """What nvidia-smi prints as "CUDA Version" for that driver."""
    answer = newest_cuda_of(DriverRelease.parse(driver), TABLES)
    assert isinstance(answer, Known)
    assert str(answer.value) == cuda


def test_cuda_of_a_driver_outside_the_table() -> None:
    """A driver newer or older than every row offers an unknown CUDA, not the nearest one."""
    newest = TABLES.driver_branches.rows[-1].driver_branch
    for branch in (newest + 1, 9999, TABLES.driver_branches.rows[0].driver_branch - 1):
        assert isinstance(newest_cuda_of(DriverRelease((branch, 10)), TABLES), NotInTable)
    assert isinstance(newest_cuda_of(DriverRelease((newest, 999)), TABLES), Known)


def verdict(cuda: str, driver: str, compat: str | None = None) -> DriverVerdict:
    """Return how a Linux driver runs a build."""
    answer = how_driver_runs(
        BuiltForCuda.parse(cuda),
        DriverRelease.parse(driver),
        "Linux",
        TABLES,
        compat_cuda=DriverCuda.parse(compat) if compat else None,
    )
    assert isinstance(answer, Known)
    assert answer.source
    return answer.value


@pytest.mark.parametrize(
    ("cuda", "driver", "way"),
    [
        ("12.4", "550.54.14", "full"),
        ("12.4", "570.26", "full"),
        ("12.4", "535.129.03", "minor version"),
        ("12.4", "525.60.13", "minor version"),
        ("12.4", "520.61.05", "no"),
        ("11.8", "470.82.01", "minor version"),
        ("11.8", "535.54.03", "full"),  # an older major runs wholly on a newer driver
        ("13.0", "575.57.08", "no"),
        ("10.2", "418.39", "no"),  # before CUDA 11 each release has its own minimum
        ("10.2", "440.33", "full"),
    ],
)
def test_how_a_driver_runs_a_build(cuda: str, driver: str, way: str) -> None:
    """Wholly from the release's own driver on, without run-time compiling from the major's."""
    assert verdict(cuda, driver).way == way


def test_code_compiled_at_run_time_needs_the_full_driver() -> None:
    """The verdict names both thresholds, so that JIT users can be told theirs."""
    seen = verdict("12.4", "535.129.03")
    assert (str(seen.floor), str(seen.full_support)) == ("525.60.13", "550.54.14")


@pytest.mark.parametrize(
    ("cuda", "driver", "compat", "way"),
    [
        ("13.0", "535.183.01", "13.0", "forward"),
        ("13.0", "570.124.06", "13.4", "forward"),
        ("13.4", "535.183.01", "13.0", "no"),  # the package is older than the build
        ("13.0", "550.54.15", "13.0", "no"),  # no package supports that branch any more
        ("12.4", "535.183.01", "12.9", "minor version"),  # needs no package
    ],
)
def test_a_compat_package_lifts_the_driver(cuda: str, driver: str, compat: str, way: str) -> None:
    """A cuda-compat package runs its CUDA on the branches that NVIDIA lists for it."""
    assert verdict(cuda, driver, compat).way == way


def test_how_a_driver_runs_an_unknown_cuda() -> None:
    """Nothing is said of a CUDA major that the tables do not know."""
    driver = DriverRelease.parse("615.10")
    answer = how_driver_runs(BuiltForCuda((14, 0)), driver, "Linux", TABLES)
    assert isinstance(answer, NotInTable)


def test_forward_compatibility_of_an_unlisted_branch() -> None:
    """A branch that NVIDIA's matrix leaves out is unknown, not refused."""
    answer = forward_compatibility(DriverCuda((13, 0)), DriverRelease((550, 54)), TABLES)
    assert isinstance(answer, NotInTable)
