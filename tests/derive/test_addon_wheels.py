"""`addon_wheels`: the torch that a package on top of torch asks for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from derive.small_index import Served, metadata, sdist, small_index, wheel
from gpucheck.derive.cache import Cache
from gpucheck.derive.generators.addon_wheels import GENERATOR, PACKAGES
from gpucheck.derive.index import Index


def rows(package: str, files: Sequence[Served], folder: Path) -> list[dict[str, Any]]:
    """Return the rows of one package; the others have nothing but an alpha."""
    others = {name: [sdist(f"{name.replace('-', '_')}-0.1a0.tar.gz")] for name in PACKAGES}
    with small_index({**others, package: files}) as address:
        return list(GENERATOR.rows(Index(address, Cache(folder))))


def vllm(*requires: str, tags: str = "cp38-abi3-manylinux1_x86_64") -> Served:
    """Return a wheel of vLLM 0.11.0 with these requirements."""
    about = metadata("vllm", "0.11.0", requires=requires, requires_python="<3.14,>=3.10")
    return wheel(f"vllm-0.11.0-{tags}.whl", {"vllm-0.11.0.dist-info/METADATA": about})


def test_a_release_with_wheels(tmp_path: Path) -> None:
    """Torch is that of the METADATA, its companions are none; glibc is the newest of a wheel."""
    files = [
        vllm("torch==2.8.0", "torchvision==0.23.0", "numpy"),
        vllm("torch==2.7.0", tags="cp38-abi3-manylinux2014_aarch64"),
        sdist("vllm-0.11.0.tar.gz"),
    ]
    assert rows("vllm", files, tmp_path) == [
        {
            "package": "vllm",
            "release": "0.11.0",
            "released": "2025-08-06",
            "requires_python": "<3.14,>=3.10",
            "torch": "==2.8.0",
            "requires": ("torchvision==0.23.0", "numpy"),
            "python": ["3.8+"],
            "platforms": ["linux_aarch64", "linux_x86_64"],
            "glibc": "2.17",
        }
    ]


@pytest.mark.parametrize(
    ("requires", "torch"),
    [
        (["torch (==2.3.1)"], "==2.3.1"),
        (["torch >=2.1, <3"], "<3,>=2.1"),
        (["Torch==2.3.1"], "==2.3.1"),
        (["torch"], ""),
        (["numpy"], None),
        (['torch; extra == "test"'], None),
        (['torch==2.5.1; platform_machine != "aarch64"'], "==2.5.1"),
        (['torch==2.5.0; platform_machine == "aarch64"'], None),
        (
            ['torch==2.5.0; sys_platform == "darwin"', 'torch==2.6.0; sys_platform != "darwin"'],
            "==2.6.0",
        ),
    ],
)
def test_the_requirement_is_that_on_linux(
    requires: list[str], torch: str | None, tmp_path: Path
) -> None:
    """Markers are judged for Linux x86_64, wherever the table is made."""
    (row,) = rows("vllm", [vllm(*requires)], tmp_path)
    assert row["torch"] == torch


def test_a_release_of_source_only(tmp_path: Path) -> None:
    """Without wheels there are no Pythons, no platforms and no torch; Python's range is listed."""
    files = [sdist("flash_attn-2.8.3.tar.gz", requires_python=">=3.9")]
    (row,) = rows("flash-attn", files, tmp_path)
    assert row["requires_python"] == ">=3.9"
    assert (row["torch"], row["python"], row["platforms"]) == (None, None, None)
