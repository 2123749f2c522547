"""`jax_wheels`: each jax release, the CUDA plugins that belong to it, and what they need.

jax 0.4.30 and newer: `jax[cuda12]` requires `jax-cuda12-plugin[with_cuda]`, and the plugin's extra
names NVIDIA's wheels. 0.4.22 to 0.4.29: the extra of jax names them itself. Before that, jaxlib
for CUDA is not on the index.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from packaging.requirements import Requirement
from packaging.version import Version

from gpucheck.derive import releases
from gpucheck.derive.generator import Generator
from gpucheck.derive.index import File, Index
from gpucheck.derive.remote_wheel import Metadata
from gpucheck.derive.requirements import always, of_extra
from gpucheck.derive.wheel_tags import platforms_of
from gpucheck.tables.rows.jax import JaxWheelRow

OLDEST = Version("0.1")
CUDA_MAJORS = (11, 12, 13)
KEPT = {"jaxlib", "ml-dtypes", "numpy", "scipy"}
NO_METADATA = Metadata(None, (), ())

Releases = dict[str, tuple[File, ...]]


@dataclass(frozen=True)
class _Jax:
    """A release of jax: its files, and its METADATA where there is a wheel."""

    release: str
    files: tuple[File, ...]
    metadata: Metadata | None


def _rows(index: Index) -> Iterator[dict[str, Any]]:
    jaxlib = releases.final_releases(index, "jaxlib")
    plugins = {major: _complete(index, major) for major in CUDA_MAJORS}
    found = [
        item for item in releases.final_releases(index, "jax").items() if Version(item[0]) >= OLDEST
    ]
    for rows in index.each(found, lambda item: _rows_of(index, *item, plugins, jaxlib)):
        yield from rows


def _rows_of(
    index: Index,
    release: str,
    files: tuple[File, ...],
    plugins: dict[int, Releases],
    jaxlib: Releases,
) -> list[dict[str, Any]]:
    jax = _Jax(release, files, _metadata(index, files))
    rows = (_plugin_row(index, jax, major, plugins[major]) for major in CUDA_MAJORS)
    return [row for row in rows if row] or [_row_without_plugin(jax, jaxlib)]


def _complete(index: Index, major: int) -> Releases:
    """Return the plugin's wheels of which the other half, which they require, is there too."""
    halves = releases.final_releases(index, f"jax-cuda{major}-pjrt")
    plugins = releases.final_releases(index, f"jax-cuda{major}-plugin")
    found = {}
    for release, files in plugins.items():
        platforms = releases.platforms(halves.get(release, ()))
        fitting = [file for file in files if set(platforms) & platforms_of(file.filename)]
        if fitting:
            found[release] = tuple(fitting)
    return found


def _metadata(index: Index, files: tuple[File, ...]) -> Metadata | None:
    speaker = releases.speaker(files)
    if speaker is None:
        return None
    with index.open(speaker) as wheel:
        return wheel.metadata()


def _plugin_row(index: Index, jax: _Jax, major: int, plugins: Releases) -> dict[str, Any] | None:
    extra = f"cuda{major}"
    added = of_extra((jax.metadata or NO_METADATA).requires, extra)
    plugin = _newest(plugins, f"jax-cuda{major}-plugin", added, jax.release)
    if plugin is None:
        return None
    wheels = plugins[plugin]
    metadata = _metadata(index, wheels) or NO_METADATA
    with_cuda = of_extra(metadata.requires, "with-cuda")
    if with_cuda is None and added:
        with_cuda = tuple(line for line in added if line.startswith("nvidia-")) or None
    return {
        **_shared(jax),
        "cuda_major": major,
        "plugin": plugin,
        "python": releases.pythons(wheels),
        "platforms": releases.platforms(wheels),
        "glibc": releases.glibc(wheels),
        "extra": extra if added else None,
        "with_cuda": with_cuda,
    }


def _row_without_plugin(jax: _Jax, jaxlib: Releases) -> dict[str, Any]:
    requires = (jax.metadata or NO_METADATA).requires
    needed = always(requires, "jaxlib".__eq__) or of_extra(requires, "cpu")
    wheels = jaxlib.get(_newest(jaxlib, "jaxlib", needed, jax.release) or "", ())
    return {
        **_shared(jax),
        "cuda_major": None,
        "plugin": None,
        "python": releases.pythons(wheels),
        "platforms": releases.platforms(wheels),
        "glibc": releases.glibc(wheels),
        "extra": None,
        "with_cuda": None,
    }


def _shared(jax: _Jax) -> dict[str, Any]:
    said = jax.metadata
    return {
        "release": jax.release,
        "released": releases.uploaded(jax.files),
        "requires_python": said.requires_python if said else jax.files[0].requires_python,
        "requires": always(said.requires, KEPT.__contains__) if said else None,
    }


def _newest(
    there: Releases, project: str, requirements: tuple[str, ...] | None, release: str
) -> str | None:
    """Return the newest release that the requirement on `project` admits.

    Where nothing is required it is the one that has the release of jax itself.
    """
    wanted = [one for line in requirements or () if (one := Requirement(line)).name == project]
    if not wanted:
        return release if release in there else None
    fitting = [one for one in there if all(each.specifier.contains(one) for each in wanted)]
    return max(fitting, key=Version, default=None)


GENERATOR = Generator(
    name="jax_wheels",
    states=(
        "A jax release with each CUDA plugin on the package index that its extra brings, or that "
        "has the same release; a null `cuda_major` says there is none, and Pythons and platforms "
        "are then those of jaxlib. Empty lists: no wheels on the index. `requires` is of jax, and "
        "only numpy, scipy, ml-dtypes and jaxlib are named; null: it comes as source only. "
        "`with_cuda` null: nothing brings NVIDIA's wheels along."
    ),
    reads="Package index: METADATA of jax and its CUDA plugins, lists of these, of jaxlib and pjrt",
    row=JaxWheelRow,
    rows=_rows,
    release=lambda row: ("jax", row["release"]),
)
