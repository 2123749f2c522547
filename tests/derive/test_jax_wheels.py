"""`jax_wheels` on a small index: which plugin belongs to a jax, and who brings NVIDIA's wheels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from derive.small_index import Served, metadata, sdist, small_index, wheel
from gpucheck.derive.cache import Cache
from gpucheck.derive.generators.jax_wheels import GENERATOR
from gpucheck.derive.index import Index

PLUGINS = [f"jax-cuda{major}-{half}" for major in (11, 12, 13) for half in ("plugin", "pjrt")]
NOTHING_FINAL = dict.fromkeys(["jaxlib", *PLUGINS], (sdist("unfinished-0.0.1rc0.tar.gz"),))
"""No list of an index is empty, but all that is on it may be from before a first release."""


def jax(release: str, *requires: str, yanked: bool = False) -> Served:
    """Return the wheel of a jax release."""
    said = metadata("jax", release, requires=requires, requires_python=">=3.10")
    return wheel(
        f"jax-{release}-py3-none-any.whl",
        {f"jax-{release}.dist-info/METADATA": said},
        yanked=yanked,
    )


def plugin(release: str, *requires: str, major: int = 12, python: str = "cp312") -> Served:
    """Return the wheel of a plugin for Linux x86_64."""
    name = f"jax_cuda{major}_plugin-{release}"
    said = metadata(name, release, requires=requires)
    return wheel(
        f"{name}-{python}-{python}-manylinux2014_x86_64.whl",
        {f"{name}.dist-info/METADATA": said},
    )


def pjrt(release: str, platform: str = "manylinux2014_x86_64", major: int = 12) -> Served:
    """Return the wheel of a plugin's other half."""
    return wheel(f"jax_cuda{major}_pjrt-{release}-py3-none-{platform}.whl")


def rows(tmp_path: Path, **projects: Sequence[Served]) -> list[dict[str, Any]]:
    """Return the generator's rows; projects are by their name with `_` for `-`."""
    served = NOTHING_FINAL | {
        name.replace("_", "-"): tuple(files) for name, files in projects.items()
    }
    with small_index(served) as address:
        return list(GENERATOR.rows(Index(address, Cache(tmp_path))))


def test_plugin_of_the_extra_brings_nvidias_wheels(tmp_path: Path) -> None:
    """`with_cuda` is what the plugin's extra adds; its other markers stay."""
    (row,) = rows(
        tmp_path,
        jax=[
            jax(
                "0.7.2",
                "numpy>=2.0",
                "opt_einsum",
                'jax-cuda12-plugin[with-cuda]<=0.7.2,>=0.7.2; extra == "cuda12"',
                'jax-cuda13-plugin[with-cuda]<=0.7.2,>=0.7.2; extra == "cuda13"',
            )
        ],
        jax_cuda12_plugin=[
            plugin(
                "0.7.2",
                "jax-cuda12-pjrt==0.7.2",
                'nvidia-cudnn-cu12>=9.8; sys_platform == "linux" and extra == "with-cuda"',
            ),
            plugin("0.7.2", python="cp311"),
        ],
        jax_cuda12_pjrt=[pjrt("0.7.2")],
    )
    assert (row["cuda_major"], row["extra"], row["plugin"]) == (12, "cuda12", "0.7.2")
    assert row["python"] == ["3.11", "3.12"]
    assert row["requires"] == ("numpy>=2.0",)
    assert row["with_cuda"] == ('nvidia-cudnn-cu12>=9.8; sys_platform == "linux"',)


def test_older_plugin_that_the_extra_admits(tmp_path: Path) -> None:
    """A jax without a plugin of its own release runs with the newest one that its extra allows."""
    (row,) = rows(
        tmp_path,
        jax=[jax("0.5.2", "jax-cuda12-plugin[with_cuda]<=0.5.2,>=0.5.1 ; extra == 'cuda12'")],
        jax_cuda12_plugin=[
            plugin(release, "nvidia-nccl-cu12 ; extra == 'with_cuda'")
            for release in ("0.5.0", "0.5.1", "0.5.3")
        ],
        jax_cuda12_pjrt=[pjrt(release) for release in ("0.5.0", "0.5.1", "0.5.3")],
    )
    assert row["plugin"] == "0.5.1"
    assert row["with_cuda"] == ("nvidia-nccl-cu12",)


def test_extra_of_jax_itself_may_name_nvidias_wheels(tmp_path: Path) -> None:
    """Before 0.4.30 they stand in jax; a plugin that no extra brings is found by its release."""
    cuda11, cuda12 = rows(
        tmp_path,
        jax=[
            jax(
                "0.4.25",
                "jaxlib ==0.4.25 ; extra == 'cuda12'",
                "jax-cuda12-plugin ==0.4.25 ; extra == 'cuda12'",
                "nvidia-cudnn-cu12 >=8.9.7.29 ; extra == 'cuda12'",
                "nvidia-cudnn-cu11 >=8.8 ; extra == 'cuda11_pip'",
            )
        ],
        jax_cuda11_plugin=[plugin("0.4.25", major=11)],
        jax_cuda11_pjrt=[pjrt("0.4.25", major=11)],
        jax_cuda12_plugin=[plugin("0.4.25")],
        jax_cuda12_pjrt=[pjrt("0.4.25")],
    )
    assert (cuda11["cuda_major"], cuda11["extra"], cuda11["with_cuda"]) == (11, None, None)
    assert (cuda12["cuda_major"], cuda12["extra"]) == (12, "cuda12")
    assert cuda12["with_cuda"] == ("nvidia-cudnn-cu12>=8.9.7.29",)


def test_plugin_without_its_other_half_does_not_count(tmp_path: Path) -> None:
    """It could not be installed; then the Pythons are those of jaxlib."""
    (row,) = rows(
        tmp_path,
        jax=[
            jax(
                "0.4.22",
                "jaxlib ==0.4.22 ; extra == 'cpu'",
                "jax-cuda12-plugin ==0.4.22 ; extra == 'cuda12'",
            )
        ],
        jaxlib=[wheel("jaxlib-0.4.22-cp39-cp39-macosx_11_0_arm64.whl")],
        jax_cuda12_plugin=[plugin("0.4.22")],
        jax_cuda12_pjrt=[pjrt("0.4.22", "manylinux2014_aarch64")],
    )
    assert (row["cuda_major"], row["plugin"], row["extra"]) == (None, None, None)
    assert (row["python"], row["platforms"]) == (["3.9"], ["macos_arm64"])


def test_what_is_not_known_of_a_source_release(tmp_path: Path) -> None:
    """Its requirements are not read; withdrawn and unfinished releases have no row at all."""
    (row,) = rows(
        tmp_path,
        jax=[
            sdist("jax-0.4.1.tar.gz", requires_python=">=3.8"),
            jax("0.4.32", yanked=True),
            jax("0.9.0rc1"),
        ],
    )
    assert (row["release"], row["requires"], row["requires_python"]) == ("0.4.1", None, ">=3.8")
    assert (row["python"], row["platforms"]) == ([], [])
