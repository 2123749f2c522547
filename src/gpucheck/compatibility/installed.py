"""What is installed beside what: distributions, and the CUDA libraries that programs find.

In: facts. Out: releases and majors; None where the facts do not tell.
"""

from __future__ import annotations

import re
from functools import lru_cache

from packaging.version import InvalidVersion, Version

from gpucheck.facts import Facts
from gpucheck.tables import Tables

_SONAME = re.compile(r"(lib\w+)\.so\.(\d+)")
_DLL = re.compile(r"(?i)(\w+?)64_(\d+)\w*\.dll")
_FIRST_THREE_DIGIT_DLL = 80
"""cudart64_80.dll is CUDA 8.0, cudart64_110.dll 11.0, cudart64_12.dll 12: no CUDA 80 in between."""

_CONDA = {
    "libcudart": ("cudatoolkit", "cuda-cudart"),
    "libcublas": ("cudatoolkit", "libcublas"),
    "libnvrtc": ("cudatoolkit", "cuda-nvrtc"),
    "libcudnn": ("cudnn", "libcudnn"),
}
"""conda's packages; their releases count as the libraries do (conda-forge, 2026-11)."""


@lru_cache(maxsize=8192)
def version_of(release: str | None) -> Version | None:
    """Return a release as a version; None: it is none."""
    try:
        return Version(release) if release else None
    except InvalidVersion:
        return None


def accepts(specifier: str, release: str | None) -> bool | None:
    """Tell whether a requirement accepts a release; a local "+cu124" counts for nothing.

    None: one of both cannot be read, or the release is none that a specifier is meant for
    (nightly builds and those of NVIDIA's containers, "2.6.0a0+ecf3bae40a.nv25.01").
    """
    version = version_of(release)
    if version is None or version.is_prerelease:
        return None
    from packaging.specifiers import SpecifierSet  # 14 ms, for those who have something to compare

    try:
        return SpecifierSet(specifier).contains(version.public)
    except ValueError:
        return None


def releases(facts: Facts) -> dict[str, str | None]:
    """Return the listed distributions by name; of several the one that is imported."""
    return {d.name: d.release for d in reversed(facts.packages.value.distributions or ())}


def is_from_conda(facts: Facts, *names: str) -> bool:
    """Tell whether conda installed a package whose name starts so."""
    packages = facts.packages.value.conda_packages or ()
    return any(package.name.startswith(names) for package in packages)


def majors_of(
    library: str, facts: Facts, tables: Tables, *, with_toolkits: bool = False
) -> dict[int, str] | None:
    """Return the majors of a library ("libcublas") that programs find, with where; None: unknown.

    A major is that of the file's name: libcudnn.so.9 is 9. `with_toolkits` also counts toolkits
    that are not on the loader's path; each is taken to hold the libraries of CUDA itself.
    """
    toolkit, packages = facts.toolkit.value, facts.packages.value
    is_whole = facts.toolkit.is_ok and "loader_libraries" not in toolkit.unavailable
    found: dict[int, str] = {}
    for each in toolkit.loader_libraries or ():
        major = _major_in(each.soname, library)
        if major is not None and not each.is_dangling:
            found.setdefault(major, each.path)
    owners = [row for row in tables.library_owners.rows if row.library == f"{library}.so"]
    wheels = {name for row in owners for name in (row.pip_cu11, row.pip_cu12, row.pip_cu13)}
    # The release of NVIDIA's wheel starts with the number in the name of its library.
    offered = [(d.name, d.release) for d in packages.distributions or () if d.name in wheels]
    named = _CONDA.get(library, ())
    offered += [(p.name, p.release) for p in packages.conda_packages or () if p.name in named]
    for name, release in offered:
        version = version_of(release)
        if version is not None:
            found.setdefault(version.major, name)
    if with_toolkits:
        for nvcc in toolkit.nvccs or ():
            if nvcc.toolkit_cuda is not None:
                found.setdefault(nvcc.toolkit_cuda.major, nvcc.path)
    if not found and (not is_whole or toolkit.loader_libraries is None):
        return None
    return found


def _major_in(file_name: str, library: str) -> int | None:
    found = _SONAME.match(file_name)
    if found:
        return int(found[2]) if found[1] == library else None
    dll = _DLL.match(file_name)
    if dll is None or f"lib{dll[1].lower()}" != library.lower():
        return None
    number = int(dll[2])
    return number // 10 if number >= _FIRST_THREE_DIGIT_DLL else number
