"""Whether what two packages require fits into one environment, by the requirements' names alone.

In: requirements as Requires-Dist and `pip install` spell them, and the environment that their
markers ask for. Out: the names on which they exclude each other, and those that overwrite each
other's files. Nothing is looked up: whether a
release exists that both accept, and what that requires in turn, only a resolver knows. So a clash
is certain, and no clash is not yet a solution.

Source: PEP 440 (versions and their order) and PEP 508 (requirements and markers), as the library
`packaging` reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

SAME_FILES = frozenset({"nvidia-cudnn", "nvidia-nccl", "nvidia-nvshmem"})
"""Libraries whose wheels for different CUDA majors hold files of one name in one folder: each of
nvidia-nccl-cu11, -cu12 and -cu13 installs nvidia/nccl/lib/libnccl.so.2, cuDNN 9 of all three
nvidia/cudnn/lib/libcudnn.so.9 (seen in the wheels, 2026-11)."""

_FOR_MAJOR = re.compile(r"-cu\d+$", re.ASCII)
_LAST_NUMBER = re.compile(r"\d+$")


def linux_environment(python: str) -> dict[str, str]:
    """Return the marker variables of CPython on Linux x86_64; `python` is such as "3.12".

    No extra is asked for. Which kernel and which patch release of Python is not known.
    """
    return {
        "extra": "",
        "implementation_name": "cpython",
        "implementation_version": f"{python}.0",
        "os_name": "posix",
        "platform_machine": "x86_64",
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": "Linux",
        "platform_version": "",
        "python_full_version": f"{python}.0",
        "python_version": python,
        "sys_platform": "linux",
    }


def clashes(
    first: Iterable[str], second: Iterable[str], environment: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the packages for which no version pleases both sides, sorted.

    `environment` holds every marker variable; its `extra` counts for both sides. A requirement by
    address excludes no version.

    Raises:
        InvalidRequirement: a text is no requirement.
    """
    ours, theirs = (specifiers_by_name(side, environment) for side in (first, second))
    shared = sorted(ours.keys() & theirs.keys())
    return tuple(name for name in shared if not is_satisfiable(ours[name] & theirs[name]))


def overwritten(
    first: Iterable[str], second: Iterable[str], environment: Mapping[str, str]
) -> tuple[str, ...]:
    """Return pairs of wheels that overwrite each other's files, one asked for by each side, sorted.

    Sample: "nvidia-nccl-cu12 and nvidia-nccl-cu13". Installers do not notice; what is left is the
    library of the one that came last.

    Raises:
        InvalidRequirement: a text is no requirement.
    """
    ours, theirs = (specifiers_by_name(side, environment) for side in (first, second))
    pairs = {
        " and ".join(sorted((one, other)))
        for one, other in product(ours, theirs)
        if one != other and _library_of(one) == _library_of(other) in SAME_FILES
    }
    return tuple(sorted(pairs))


def _library_of(name: str) -> str:
    """Return a wheel's name without the CUDA major that it is for."""
    return _FOR_MAJOR.sub("", name)


def specifiers_by_name(
    requirements: Iterable[str], environment: Mapping[str, str]
) -> dict[str, SpecifierSet]:
    """Return what the requirements that hold in an environment ask of each package.

    Raises:
        InvalidRequirement: a text is no requirement.
    """
    from packaging.requirements import Requirement  # 14 ms, for those who have something to compare
    from packaging.specifiers import SpecifierSet
    from packaging.utils import canonicalize_name

    found: dict[str, SpecifierSet] = {}
    for requirement in map(Requirement, requirements):
        if requirement.marker is None or requirement.marker.evaluate(dict(environment)):
            name = canonicalize_name(requirement.name)
            found[name] = found.get(name, SpecifierSet()) & requirement.specifier
    return found


def is_satisfiable(specifiers: SpecifierSet) -> bool:
    """Tell whether some version, released or not, meets all specifiers.

    Between two neighbours of the versions that the specifiers name, all are accepted or all are
    refused; so one of each gap is tried. `===` with a text that is no version is taken to be met.
    """
    try:
        named = [Version(each.version.removesuffix(".*")) for each in specifiers]
    except InvalidVersion:
        return True
    depth = max((len(version.release) for version in named), default=0)
    tried = [Version("0"), *(near for version in named for near in _near(version, depth))]
    return any(specifiers.contains(version, prereleases=True) for version in tried)


def _near(version: Version, depth: int) -> Iterator[Version]:
    """Yield a version and what lies just before and just after it and its prefixes.

    1.2 to a depth of 3: 1.2, 1.2.dev0, 1.2.0.1, 1.2.1, 1.3, 2; 1.2.post1 also gives 1.2.post2.
    """
    yield version
    yield Version(version.base_version)
    yield Version(f"{version.base_version}.dev0")
    yield Version(_LAST_NUMBER.sub(lambda last: str(int(last[0]) + 1), version.public))
    release = (*version.release, *[0] * (depth - len(version.release) + 1))
    for end, number in enumerate(release):
        numbers = map(str, (*release[:end], number + 1))
        yield Version(f"{version.epoch}!{'.'.join(numbers)}")
