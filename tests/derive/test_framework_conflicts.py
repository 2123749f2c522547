"""The generator of framework_conflicts, against a small index."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from derive.small_index import Served, metadata, small_index, wheel
from gpucheck.derive.cache import Cache
from gpucheck.derive.generators.framework_conflicts import GENERATOR
from gpucheck.derive.index import Index

TORCH_PIN = 'nvidia-nccl-cu12==2.20.5; platform_system == "Linux" and platform_machine == "x86_64"'


def build(name: str, release: str, pythons: str, *requires: str) -> list[Served]:
    """Return Linux wheels for Pythons such as "311 312"."""
    text = metadata(name, release, requires=requires)
    return [
        wheel(
            f"{name}-{release}-cp{python}-cp{python}-manylinux_2_28_x86_64.whl",
            {f"{name}-{release}.dist-info/METADATA": text},
        )
        for python in pythons.split()
    ]


def rows_of(torch: list[Served], tensorflow: list[Served], cache: Path) -> list[dict[str, Any]]:
    """Return the generator's rows for an index with these wheels."""
    with small_index({"torch": torch, "tensorflow": tensorflow}) as address:
        return list(GENERATOR.rows(Index(address, Cache(cache))))


def test_the_extra_may_clash_where_the_plain_package_does_not(tmp_path: Path) -> None:
    """Exact pins of both sides exclude each other; without the extra one side has none."""
    torch = build("torch", "2.4.0", "311 312 313", TORCH_PIN, "typing-extensions>=4.8.0")
    pin = "nvidia-nccl-cu12 (==2.21.5) ; extra == 'and-cuda'"
    tensorflow = build("tensorflow", "2.18.0", "310 311 312", "typing-extensions>=3.6.6", pin)
    assert rows_of(torch, tensorflow, tmp_path) == [
        {
            "torch": "2.4.0",
            "tensorflow": "2.18.0",
            "python": ["3.11", "3.12"],
            "clashes": [],
            "and_cuda_clashes": ["nvidia-nccl-cu12"],
        }
    ]


def test_what_clashes_without_the_extra_clashes_with_it(tmp_path: Path) -> None:
    """The extra adds to what the package requires; None only where there is no extra."""
    torch = build("torch", "2.2.0", "311", TORCH_PIN, "typing-extensions>=4.8.0")
    old = build("tensorflow", "2.13.0", "311", "typing-extensions<4.6.0,>=3.6.6")
    extra = 'nvidia-nccl-cu12<3.0,>=2.19; extra == "and-cuda"'
    new = build("tensorflow", "2.14.0", "311", "typing-extensions<4.6.0", extra)
    rows = rows_of(torch, [*old, *new], tmp_path)
    assert [(row["clashes"], row["and_cuda_clashes"]) for row in rows] == [
        (["typing-extensions"], None),
        (["typing-extensions"], ["typing-extensions"]),
    ]


def test_wheels_for_two_cuda_majors_clash(tmp_path: Path) -> None:
    """They have other names and the same files; cuSPARSELt's have not."""
    torch = build("torch", "2.11.0", "312", "nvidia-nccl-cu13==2.28.9", "nvidia-cusparselt-cu13")
    extra = [
        f"{name}; extra == 'and-cuda'" for name in ("nvidia-nccl-cu12", "nvidia-cusparselt-cu12")
    ]
    (row,) = rows_of(torch, build("tensorflow", "2.21.0", "312", *extra), tmp_path)
    assert row["clashes"] == []
    assert row["and_cuda_clashes"] == ["nvidia-nccl-cu12 and nvidia-nccl-cu13"]


def test_a_clash_counts_only_for_pythons_of_both(tmp_path: Path) -> None:
    """A requirement for a Python that only one side has decides nothing."""
    torch = build("torch", "2.4.0", "312 313", 'numpy>=2; python_version >= "3.13"')
    tensorflow = build("tensorflow", "2.16.1", "311 312", "numpy<2")
    (row,) = rows_of(torch, tensorflow, tmp_path)
    assert (row["python"], row["clashes"]) == (["3.12"], [])
    (row,) = rows_of(torch, build("tensorflow", "2.17.0", "313", "numpy<2"), tmp_path / "other")
    assert (row["python"], row["clashes"]) == (["3.13"], ["numpy"])


def test_what_is_compared(tmp_path: Path) -> None:
    """Every final release for Linux from torch 2.0 and TensorFlow 2.13 on, each with each."""
    torch = [
        *build("torch", "1.13.1", "311"),
        *build("torch", "2.10.0", "311"),
        *build("torch", "2.9.0", "311"),
        *build("torch", "2.11.0rc1", "311"),
        wheel("torch-2.12.0-cp311-cp311-win_amd64.whl"),
    ]
    tensorflow = [*build("tensorflow", "2.12.0", "311"), *build("tensorflow", "2.13.0", "39")]
    rows = rows_of(torch, tensorflow, tmp_path)
    assert [(row["torch"], row["tensorflow"], row["python"]) for row in rows] == [
        ("2.9.0", "2.13.0", []),
        ("2.10.0", "2.13.0", []),
    ]
