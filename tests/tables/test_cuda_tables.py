"""The tables on CUDA, drivers and toolchains: each row sound, and no table against another."""

from __future__ import annotations

from itertools import pairwise
from typing import Protocol

import pytest

from gpucheck.tables import Tables
from gpucheck.versions import (
    BuiltForCuda,
    ComputeCapability,
    CudnnVersion,
    DriverCuda,
    DriverRelease,
    ToolkitCuda,
)

TABLES = Tables()

RENAMED = {"sm_101"}
"""Targets whose capability got another number: Thor's, 10.1 in CUDA 12.8 and 12.9, is 11.0."""

NEVER_TOOLKITS = {"12.7"}
"""CUDA that a driver offers and no toolkit was released for."""


class _HasMajorAndMinor(Protocol):
    @property
    def major(self) -> int: ...
    @property
    def minor(self) -> int: ...


def minor_of(release: _HasMajorAndMinor) -> str:
    """Return major and minor as text, to compare releases of different kinds."""
    return f"{release.major}.{release.minor}"


def capability_of(target: str) -> ComputeCapability:
    """Return the capability that a target such as "sm_120a" is for."""
    number = target.removeprefix("sm_").rstrip("af")
    return ComputeCapability((int(number[:-1]), int(number[-1])))


# CUDA releases and driver branches


def test_cuda_releases_from_7_to_13_5() -> None:
    """The table begins with CUDA 7.0 and knows the newest release, with no driver for it yet."""
    rows = TABLES.cuda_driver.rows
    assert rows[0].cuda == BuiltForCuda((7, 0, 28))
    assert rows[-1].cuda == BuiltForCuda((13, 5, 0))
    assert rows[-1].driver_branch is None


def test_driver_of_a_cuda_release_is_of_its_branch() -> None:
    """The branch is the first number of the Linux driver."""
    with_driver = [
        (row.cuda, row.driver_linux.major, row.driver_branch)
        for row in TABLES.cuda_driver.rows
        if row.driver_linux is not None
    ]
    assert len(with_driver) > 60
    assert [cuda for cuda, major, branch in with_driver if major != branch] == []


def test_driver_branch_of_a_cuda_release_offers_that_cuda() -> None:
    """CUDA 12.4 belongs to the branch that offers 12.4, and so every release with a branch."""
    offers = {row.driver_branch: minor_of(row.driver_cuda) for row in TABLES.driver_branches.rows}
    wrong = [
        row.cuda
        for row in TABLES.cuda_driver.rows
        if row.driver_branch is not None and offers.get(row.driver_branch) != minor_of(row.cuda)
    ]
    assert not wrong


def test_releases_of_one_cuda_minor_share_a_branch() -> None:
    """An update does not change the branch: but 8.0's second general release did."""
    branches: dict[str, set[int]] = {}
    for row in TABLES.cuda_driver.rows:
        if row.driver_branch is not None:
            branches.setdefault(minor_of(row.cuda), set()).add(row.driver_branch)
    assert {minor for minor, found in branches.items() if len(found) > 1} == {"8.0"}


@pytest.mark.parametrize("driver_os", ["driver_linux", "driver_windows"])
def test_newer_cuda_does_not_need_an_older_driver(driver_os: str) -> None:
    """From release to release the driver stays or rises."""
    drivers = [getattr(row, driver_os) for row in TABLES.cuda_driver.rows]
    known = [driver for driver in drivers if driver is not None]
    assert known == sorted(known)


def test_every_cuda_minor_but_12_7_has_releases() -> None:
    """What a branch offers was released as a toolkit; only 12.7 never was."""
    released = {minor_of(row.cuda) for row in TABLES.cuda_driver.rows}
    offered = {minor_of(row.driver_cuda) for row in TABLES.driver_branches.rows}
    assert offered - released == NEVER_TOOLKITS


def test_newer_branch_offers_no_older_cuda() -> None:
    """Along the branches the CUDA stays or rises."""
    offered = [row.driver_cuda for row in TABLES.driver_branches.rows]
    assert offered == sorted(offered)


def test_ends_of_branches_are_months_and_not_given_twice() -> None:
    """A branch has the month of its end, or a month by which it was over, or neither."""
    for row in TABLES.driver_branches.rows:
        given = [month for month in (row.end_of_life, row.ended_by) if month is not None]
        assert len(given) <= 1, row.driver_branch
        for month in given:
            year, number = month.split("-")
            assert len(year) == 4, row.driver_branch
            assert 1 <= int(number) <= 12, row.driver_branch


def test_long_term_branches() -> None:
    """The branches with long-term support are the known ones, each with its end."""
    rows = [row for row in TABLES.driver_branches.rows if row.kind == "long-term support"]
    assert [row.driver_branch for row in rows] == [418, 450, 470, 535, 580]
    assert all(row.end_of_life for row in rows)


def test_floor_of_a_cuda_major_is_no_newer_than_its_last_releases_driver() -> None:
    """Minor-version compatibility starts at or below the driver of the major's second release."""
    for row in TABLES.cuda_minor_compat.rows:
        of_major = [r for r in TABLES.cuda_driver.rows if r.cuda.major == row.cuda_major]
        newer = [r.driver_linux for r in of_major if r.cuda.minor > 0 and r.driver_linux]
        assert newer, row.cuda_major
        assert all(row.driver_linux <= driver for driver in newer), row.cuda_major


# Forward compatibility


def test_forward_compatibility_is_a_whole_matrix() -> None:
    """Every package has a verdict for every branch of the matrix."""
    rows = TABLES.cuda_forward_compat.rows
    packages = {row.compat_cuda for row in rows}
    branches = {row.driver_branch for row in rows}
    assert len(rows) == len(packages) * len(branches)


def test_forward_compatibility_names_known_cuda_and_branches() -> None:
    """Packages are of CUDA that some branch offers, and the branches are in their table."""
    known = {row.driver_branch: row.driver_cuda for row in TABLES.driver_branches.rows}
    for row in TABLES.cuda_forward_compat.rows:
        assert row.driver_branch in known
        assert row.compat_cuda in known.values()


def test_forward_compatibility_agrees_with_what_branches_offer() -> None:
    """A package helps only below its CUDA; where the driver offers just that, none is needed."""
    offers = {row.driver_branch: row.driver_cuda for row in TABLES.driver_branches.rows}
    for row in TABLES.cuda_forward_compat.rows:
        driver_cuda: DriverCuda = offers[row.driver_branch]
        expected = (
            "usable"
            if row.compat_cuda > driver_cuda
            else "not needed"
            if row.compat_cuda == driver_cuda
            else "not offered"
        )
        assert row.support == expected, (row.compat_cuda, row.driver_branch)


# Architectures and what toolkits compile for


def test_capabilities_that_toolkits_compile_for_are_known() -> None:
    """Every target's capability has a row among the architectures."""
    known = {row.compute_capability for row in TABLES.architectures.rows}
    named = {
        target
        for row in TABLES.toolkit_archs.rows
        for target in (*row.targets, *row.specific_targets)
        if target.rstrip("af") not in RENAMED
    }
    assert {target for target in named if capability_of(target) not in known} == set()


def test_targets_are_in_order_and_once() -> None:
    """Targets rise with their capability; specific ones belong to a plain one."""
    for row in TABLES.toolkit_archs.rows:
        capabilities = [capability_of(target) for target in row.targets]
        assert capabilities == sorted(set(capabilities)), row.cuda
        assert {target[:-1] for target in row.specific_targets} <= set(row.targets), row.cuda


def test_life_of_an_architecture_is_that_of_its_target() -> None:
    """First and last toolkit of a capability are those that name its target."""
    toolkits = TABLES.toolkit_archs.rows
    oldest, newest = toolkits[0].cuda, toolkits[-1].cuda
    for row in TABLES.architectures.rows:
        naming = [
            toolkit.cuda
            for toolkit in toolkits
            if row.compute_capability in [capability_of(target) for target in toolkit.targets]
        ]
        assert naming, row.compute_capability
        if row.first_cuda is not None and row.first_cuda > oldest:
            assert naming[0] == row.first_cuda, row.compute_capability
        assert (naming[-1] if naming[-1] < newest else None) == row.last_cuda


def test_a_target_that_is_gone_does_not_return() -> None:
    """The toolkits that compile for a capability follow each other without a gap."""
    toolkits = TABLES.toolkit_archs.rows
    for target in {target for row in toolkits for target in row.targets}:
        has = [target in row.targets for row in toolkits]
        assert sum(before != after for before, after in pairwise(has)) <= 2, target


def test_toolkits_before_cuda_11_7_are_not_measured() -> None:
    """There are compiler wheels from 11.7 on: older lists come from documents."""
    for row in TABLES.toolkit_archs.rows:
        assert row.is_measured is (row.cuda >= ToolkitCuda((11, 7))), row.cuda


def test_last_driver_branches_are_known_branches() -> None:
    """An architecture ends with a branch of the table of branches; no newer one ends before."""
    known = {row.driver_branch for row in TABLES.driver_branches.rows}
    last = [row.last_driver_branch for row in TABLES.architectures.rows]
    ended = [branch for branch in last if branch is not None]
    assert set(ended) <= known
    assert last == sorted(ended) + [None] * (len(last) - len(ended))


@pytest.mark.parametrize(
    ("capability", "flavour"),
    [
        ("7.0", "proprietary"),
        ("7.5", "either"),
        ("9.0", "either"),
        ("12.0", "open"),
        ("8.7", None),
    ],
)
def test_kernel_module_flavour(capability: str, flavour: str | None) -> None:
    """The open module begins with Turing and is the only one from Blackwell on."""
    asked = ComputeCapability.parse(capability)
    found = [r for r in TABLES.architectures.rows if r.compute_capability == asked]
    assert [row.kernel_module for row in found] == [flavour]


# Host compilers and C libraries


def test_host_compilers_and_targets_cover_the_same_toolkits() -> None:
    """A toolkit known to one table is known to the other."""
    compilers = [row.cuda for row in TABLES.host_compilers.rows]
    assert compilers == [row.cuda for row in TABLES.toolkit_archs.rows]


@pytest.mark.parametrize(
    "limit", ["gcc_min", "gcc_max", "clang_min", "clang_max", "msc_ver_min", "msc_ver_below"]
)
def test_compiler_limits_do_not_fall(limit: str) -> None:
    """A newer toolkit accepts at least as new compilers, and drops only old ones."""
    limits = [getattr(row, limit) for row in TABLES.host_compilers.rows]
    known = [number for number in limits if number is not None]
    assert known == sorted(known)
    assert known


def test_compiler_ranges_are_not_empty() -> None:
    """The oldest compiler is not newer than the newest."""
    for row in TABLES.host_compilers.rows:
        assert (row.gcc_min or 0) <= (row.gcc_max or 99), row.cuda
        assert (row.clang_min or 0) <= (row.clang_max or 99), row.cuda
        assert (row.msc_ver_min or 0) < (row.msc_ver_below or 9999), row.cuda


@pytest.mark.parametrize(
    ("cuda", "lowest", "below"),
    [
        ("11.8", set(), {"2.41"}),
        ("12.8", {"2.27"}, {"2.41"}),
        ("13.1", {"2.27"}, {"2.42"}),
        ("13.2", {"2.27"}, set()),
    ],
)
def test_c_library_limits_of_a_toolkit(cuda: str, lowest: set[str], below: set[str]) -> None:
    """All rows that hold a toolkit apply: 12.8 has a lowest C library and one it fails on."""
    asked = ToolkitCuda.parse(cuda)
    rows = [
        row
        for row in TABLES.glibc.rows
        if (row.cuda_from is None or row.cuda_from <= asked)
        and (row.cuda_to is None or asked <= row.cuda_to)
    ]
    assert {row.glibc_min for row in rows if row.glibc_min} == lowest
    assert {row.glibc_below for row in rows if row.glibc_below} == below


def test_c_library_rows_say_something() -> None:
    """A row limits the C library at one end and its range is not turned round."""
    for row in TABLES.glibc.rows:
        assert (row.glibc_min is None) is not (row.glibc_below is None), row
        if row.cuda_from is not None and row.cuda_to is not None:
            assert row.cuda_from <= row.cuda_to, row


def test_rebuilds_of_red_hat_have_its_libraries() -> None:
    """Rocky, Alma and Oracle 9 are built from Red Hat's 9: same C library, same compiler."""
    family: dict[str, set[tuple[str, str]]] = {}
    for row in TABLES.distributions.rows:
        if row.os_id in {"rhel", "rocky", "almalinux", "ol"}:
            family.setdefault(row.os_version_id, set()).add((row.glibc, row.gcc))
    assert sorted(family) == ["10", "8", "9"]
    assert all(len(found) == 1 for found in family.values())


def test_ids_of_distributions_are_as_in_os_release() -> None:
    """An ID of /etc/os-release is lower case without blanks."""
    for row in TABLES.distributions.rows:
        assert row.os_id == row.os_id.lower().strip()
        assert " " not in row.os_id + row.os_version_id


# cuDNN


def test_spans_of_cudnn_follow_each_other() -> None:
    """Spans are not turned round, do not overlap, and name whole releases."""
    rows = TABLES.cudnn.rows
    for row in rows:
        assert len(row.cudnn_from.parts) == len(row.cudnn_to.parts) == 3, row.cudnn_from
        assert row.cudnn_from <= row.cudnn_to
    assert all(before.cudnn_to < after.cudnn_from for before, after in pairwise(rows))


def test_cudnn_majors_are_those_of_its_cuda() -> None:
    """The list of CUDA releases and that of majors say the same."""
    for row in TABLES.cudnn.rows:
        majors = {int(cuda.split(".")[0]) for cuda in row.cuda}
        assert list(row.cuda_majors) == sorted(majors), row.cudnn_from


def test_cudnn_drivers_are_given_for_its_cuda() -> None:
    """A driver stands by an entry of the list of CUDA releases."""
    for row in TABLES.cudnn.rows:
        for drivers in (row.driver_linux, row.driver_windows):
            assert set(drivers or {}) <= set(row.cuda), row.cudnn_from


def test_cudnn_does_not_take_old_gpus_back() -> None:
    """The oldest GPU rises along the releases, and is the first of the list where there is one."""
    rows = TABLES.cudnn.rows
    known = [row.capability_min for row in rows if row.capability_min is not None]
    assert known == sorted(known)
    for row in rows:
        if row.compute_capabilities is not None:
            assert row.compute_capabilities[0] == row.capability_min, row.cudnn_from
            assert list(row.compute_capabilities) == sorted(set(row.compute_capabilities))


@pytest.mark.parametrize(
    ("cudnn", "majors", "capability_min"),
    [
        ((8, 5, 0), (10, 11), None),
        ((9, 10, 2), (11, 12), "5.0"),
        ((9, 11, 0), (12,), "7.5"),
        ((9, 12, 0), (12, 13), "7.5"),
    ],
)
def test_turning_points_of_cudnn(
    cudnn: tuple[int, ...], majors: tuple[int, ...], capability_min: str | None
) -> None:
    """9.11 is the first without Maxwell, Pascal, Volta and CUDA 11; 9.12 the first for 13."""
    asked = CudnnVersion(cudnn)
    found = [row for row in TABLES.cudnn.rows if row.cudnn_from <= asked <= row.cudnn_to]
    oldest = ComputeCapability.parse(capability_min) if capability_min else None
    assert [(row.cuda_majors, row.capability_min) for row in found] == [(majors, oldest)]


# Library owners


def test_wheels_of_libraries_are_named_after_their_cuda() -> None:
    """A wheel for CUDA 11 or 12 says so; one for 13 says so or has no suffix."""
    for row in TABLES.library_owners.rows:
        assert row.library.endswith(".so")
        assert row.pip_cu11 is None or row.pip_cu11.endswith("-cu11"), row.library
        assert row.pip_cu12 is None or row.pip_cu12.endswith("-cu12"), row.library
        assert row.pip_cu13 is None or not row.pip_cu13.endswith(("-cu11", "-cu12")), row.library


def test_only_the_drivers_libraries_have_no_wheel() -> None:
    """The driver library and NVML come with the driver alone."""
    of_driver = [row.library for row in TABLES.library_owners.rows if row.is_of_driver]
    assert of_driver == ["libcuda.so", "libnvidia-ml.so"]


def test_one_wheel_of_one_name_for_all_majors() -> None:
    """The wheels of a library for different CUDA differ in their suffix alone."""
    for row in TABLES.library_owners.rows:
        wheels = [row.pip_cu11, row.pip_cu12, row.pip_cu13]
        names = {wheel.rsplit("-cu1", 1)[0] for wheel in wheels if wheel}
        assert len(names) <= 1, row.library


def test_minor_compatibility_floors() -> None:
    """The floors NVIDIA publishes for CUDA 11, 12 and 13 on Linux."""
    floors = {row.cuda_major: row.driver_linux for row in TABLES.cuda_minor_compat.rows}
    expected = {11: "450.80.02", 12: "525.60.13", 13: "580.65.06"}
    assert floors == {major: DriverRelease.parse(text) for major, text in expected.items()}
