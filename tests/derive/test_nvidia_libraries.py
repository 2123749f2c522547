"""`nvidia_libraries`: which releases of a library there are wheels of."""

from __future__ import annotations

from pathlib import Path

from derive.small_index import Asked, Served, sdist, small_index, wheel
from gpucheck.derive.cache import Cache
from gpucheck.derive.generators.nvidia_libraries import GENERATOR, PACKAGES
from gpucheck.derive.index import Index
from gpucheck.tables import Tables


def test_lists_final_releases_with_wheels_in_order(tmp_path: Path) -> None:
    """Placeholders, pre-releases and withdrawn files are no releases; 9.10 is after 9.9."""
    names = ["9.10.0.56", "9.9.0.52", "9.0.0.312.post1", "9.25.0.15.dev1"]
    cudnn: list[Served] = [
        sdist("nvidia-cudnn-cu12-0.0.1.tar.gz"),
        *(wheel(f"nvidia_cudnn_cu12-{name}-py3-none-manylinux1_x86_64.whl") for name in names),
        wheel("nvidia_cudnn_cu12-9.25.0.15-py3-none-win_amd64.whl", yanked=True),
    ]
    others = {name: [wheel(f"{name.replace('-', '_')}-1.0-py3-none-any.whl")] for name in PACKAGES}
    asked: list[Asked] = []
    with small_index({**others, "nvidia-cudnn-cu12": cudnn}, asked=asked) as address:
        found = {row["package"]: row for row in GENERATOR.rows(Index(address, Cache(tmp_path)))}
    assert found["nvidia-cudnn-cu12"]["releases"] == ["9.0.0.312.post1", "9.9.0.52", "9.10.0.56"]
    assert set(found) == set(PACKAGES)
    assert len(asked) == len(PACKAGES)  # the lists tell all; no wheel is opened


def test_runtime_wheels_belong_to_a_cuda_release() -> None:
    """Nearly every pin of a CUDA release on its runtime is a release that the index has."""
    tables = Tables()
    known = {row.package: row.releases for row in tables.nvidia_libraries.rows}
    for row in tables.nvidia_wheels.rows:
        for package, release in row.components.items():
            if package in known:
                assert release in known[package], (row.cuda, package)
