"""The wheels of a project, release by release: only what `pip install` takes by itself."""

from __future__ import annotations

from collections.abc import Iterable

from packaging.version import Version

from gpucheck.derive.index import File, Index
from gpucheck.derive.wheel_tags import glibc_of, platforms_of, python_order, pythons_of

READ_FIRST = ("linux_x86_64", "any", "linux_aarch64", "win_amd64")
"""Of which platform a wheel is read that speaks for its release, the best first."""


def final_releases(index: Index, project: str) -> dict[str, tuple[File, ...]]:
    """Return the wheels and source archives of each final release, oldest release first.

    Post-releases are final. Files that were withdrawn are not returned, nor is a release that has
    no others.

    Raises:
        IndexUnreachableError: the list cannot be read.
    """
    found: dict[str, tuple[File, ...]] = {}
    for file in index.files(project):
        if not file.is_yanked and not Version(file.release).is_prerelease:
            found[file.release] = (*found.get(file.release, ()), file)
    return dict(sorted(found.items(), key=lambda release: Version(release[0])))


def wheels(files: Iterable[File]) -> tuple[File, ...]:
    """Return those that are wheels."""
    return tuple(file for file in files if file.is_wheel)


def uploaded(files: Iterable[File]) -> str | None:
    """Return the day on which the first file came; None: the index does not say."""
    return min((file.uploaded for file in files if file.uploaded), default=None)


def pythons(files: Iterable[File]) -> list[str]:
    """Return the Pythons that there are wheels for, oldest first."""
    return sorted({p for file in files for p in pythons_of(file.filename)}, key=python_order)


def platforms(files: Iterable[File]) -> list[str]:
    """Return the platforms that there are wheels for."""
    return sorted({platform for file in files for platform in platforms_of(file.filename)})


def glibc(files: Iterable[File]) -> str | None:
    """Return the glibc with which every wheel for Linux runs; None: there is none, or no promise.

    Where the wheels differ, it is the newest that one of them needs.
    """
    promised = filter(None, (glibc_of(file.filename) for file in files))
    return max(promised, key=lambda each: tuple(map(int, each.split("."))), default=None)


def speaker(files: Iterable[File]) -> File | None:
    """Return the wheel that speaks for its release: for Linux x86_64 and the newest Python.

    None: there are no wheels.
    """
    return min(wheels(files), key=_speaker_order, default=None)


def _speaker_order(file: File) -> tuple[int, tuple[int, int], str]:
    found = platforms_of(file.filename)
    platform = min(READ_FIRST.index(p) if p in READ_FIRST else len(READ_FIRST) for p in found)
    newest = max(python_order(python)[:2] for python in pythons_of(file.filename))
    return platform, (-newest[0], -newest[1]), file.filename
