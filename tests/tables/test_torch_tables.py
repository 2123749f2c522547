"""The tables on PyTorch: each row sound, and in step with the wheels and with CUDA's tables."""

from __future__ import annotations

import re

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from gpucheck.compatibility.drivers import DriverOs, driver_floor
from gpucheck.tables import Known, Tables
from gpucheck.tables.rows.torch import TorchIndexWheelRow, TorchWheelRow
from gpucheck.versions import BuiltForCuda

TABLES = Tables()
BUILDS = TABLES.torch_wheels.rows
INDEX = {(row.torch, row.platform): row for row in TABLES.torch_index_wheels.rows}
BOTH: tuple[TorchWheelRow | TorchIndexWheelRow, ...] = (*BUILDS, *INDEX.values())

LAST_ON_CONDA = Version("2.5.1")
LAST_TORCHAUDIO_WITH_PIN = Version("2.10.0")
PYTHON = re.compile(r"2\.7|3(\.\d{1,2}t?)?")
TARGET = re.compile(r"(\d{1,2}\.\d)(\+PTX)?")


def minor_of(cuda: BuiltForCuda | None) -> tuple[int, int] | None:
    """Return major and minor of a CUDA."""
    return (cuda.major, cuda.minor) if cuda else None


def targets_of(row: TorchWheelRow | TorchIndexWheelRow) -> list[str]:
    """Return the capabilities that a build has machine code for."""
    found = [TARGET.fullmatch(target) for target in row.targets or ()]
    assert all(found), row
    return [match[1] for match in found if match]


# Builds on PyTorch's own index


def test_builds_have_a_driver_floor() -> None:
    """A build whose driver is unknown could never be proposed."""
    for row in BUILDS:
        driver_os: DriverOs = "Windows" if row.platform == "win_amd64" else "Linux"
        assert isinstance(driver_floor(row.cuda, driver_os, TABLES), Known), row


def test_variants_name_their_cuda() -> None:
    """cu118 is CUDA 11.8."""
    for row in BUILDS:
        assert row.variant == f"cu{row.cuda.major}{row.cuda.minor}"


def test_the_toolkit_of_a_build_compiles_its_targets() -> None:
    """A slip such as 12.0 in a build for CUDA 12.6 would send people to a build without kernels."""
    toolkits = {(row.cuda.major, row.cuda.minor): row for row in TABLES.toolkit_archs.rows}
    for row in BOTH:
        wanted = {f"sm_{target.replace('.', '')}" for target in targets_of(row)}
        cuda = minor_of(row.cuda)
        assert not wanted or (cuda and wanted <= set(toolkits[cuda].targets)), row


def test_libraries_and_conda_are_where_they_can_be() -> None:
    """There is no NCCL on Windows, and PyTorch's conda channel ended with 2.5.1."""
    for row in BUILDS:
        assert row.nccl is None or row.platform != "win_amd64", row
        assert row.conda is None or Version(row.torch) <= LAST_ON_CONDA, row


def test_conda_names_the_same_cuda() -> None:
    """As a toolkit's release; 1.0.0 had packages such as cuda90."""
    for row in BUILDS:
        names = f"={row.cuda.major}.{row.cuda.minor} -c pytorch", f"{row.variant[2:]} -c pytorch"
        assert row.conda is None or any(name in row.conda for name in names), row


def test_targets_are_architectures_that_exist() -> None:
    """Every capability of a build has a row of its own."""
    known = {str(row.compute_capability) for row in TABLES.architectures.rows}
    assert {target for row in BOTH for target in targets_of(row)} <= known


def test_pythons_are_pythons() -> None:
    """The free-threaded build of 3.13 is "3.13t"; "3" stands for any Python 3."""
    pythons = [row.python for row in (*BOTH, *TABLES.torch_companions.rows)]
    assert all(pythons)
    assert all(PYTHON.fullmatch(python) for each in pythons for python in each)


# The index's builds are among them


def test_each_cuda_build_of_the_index_is_one_of_pytorch_s() -> None:
    """For every release and platform where `pip install torch` brings CUDA there is its build."""
    on_index = {key: minor_of(row.cuda) for key, row in INDEX.items() if row.cuda}
    defaults = {(row.torch, row.platform): row for row in BUILDS if row.is_index_default}
    assert len(defaults) == sum(row.is_index_default for row in BUILDS)
    assert {key: minor_of(row.cuda) for key, row in defaults.items()} == on_index


@pytest.mark.parametrize("row", [row for row in BUILDS if row.is_index_default])
def test_default_builds_are_as_the_wheel_says(row: TorchWheelRow) -> None:
    """What was read from the wheel itself goes before what is written about it."""
    wheel = INDEX[row.torch, row.platform]
    assert row.python == wheel.python
    assert wheel.targets is None or row.targets == wheel.targets
    pins = dict(re.findall(r"nvidia-(cudnn|nccl)-cu\d+==([\d.]+)", "\n".join(wheel.requires)))
    assert pins.items() <= {"cudnn": row.cudnn, "nccl": row.nccl}.items()


def test_the_index_has_cuda_for_linux_only() -> None:
    """Windows users get a build without CUDA from the package index; macOS has none at all."""
    for row in INDEX.values():
        is_linux = row.platform.startswith("linux")
        assert is_linux or row.cuda is None
        assert (row.glibc is not None) is is_linux
        assert row.targets is None or row.cuda is not None


def test_every_release_of_the_index_has_cuda_builds() -> None:
    """From 1.0.0 to the newest there is a build for Linux."""
    linux = {row.torch for row in BUILDS if row.platform == "linux_x86_64"}
    assert {row.torch for row in INDEX.values()} == linux


# Companions


@pytest.mark.parametrize("torch", sorted({torch for torch, _ in INDEX}))
def test_a_torch_release_has_its_companions(torch: str) -> None:
    """Some torchvision takes each torch from 1.2 on, some torchaudio pins each up to 2.10."""
    taken = {
        package: [
            row.release
            for row in TABLES.torch_companions.rows
            if row.package == package and row.torch and torch in SpecifierSet(row.torch)
        ]
        for package in ("torchaudio", "torchvision")
    }
    if Version(torch) >= Version("1.2"):
        assert taken["torchvision"]
        assert len(taken["torchaudio"]) == (Version(torch) <= LAST_TORCHAUDIO_WITH_PIN)
