"""Where the CUDA libraries of a process come from, beside the wheels that were to bring them.

In: facts, where a framework's `loaded_libraries` are those mapped into it after its import. Out:
libraries that are not the wheel's own although the wheel is there, with both releases.

Source: ld.so(8): LD_LIBRARY_PATH comes before the RUNPATH that points a wheel's
libraries to its neighbours. That NVIDIA gives a library's file the release of its wheel
(libcublas.so.12.4.5.8 is nvidia-cublas-cu12 12.4.5.8): the table of NVIDIA's wheels and CUDA's
release notes; libraries that count otherwise (CUPTI, NVTX) do not compare and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from gpucheck.compatibility.libraries import library_owner
from gpucheck.facts import Distribution, Facts, Framework, LoadedLibrary, LoaderLibrary
from gpucheck.tables import Known, Tables
from gpucheck.tables.rows.cuda import LibraryOwnerRow

LOADER_VARIABLE = "LD_LIBRARY_PATH"
FIND_THEIR_OWN = frozenset({"jax", "tensorflow"})
"""Frameworks that take NVIDIA's wheels when they are there, without requiring them."""

_FILE_RELEASE = re.compile(r"\.so\.(\d+(?:\.\d+)+)$")
_NAME = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*", re.IGNORECASE)


class Stranger(msgspec.Struct, frozen=True):
    """A loaded library that stands in for the one that a wheel of the environment holds."""

    library: LoadedLibrary
    release: str  # of the loaded file: "12.1.3.1"
    wheel: Distribution

    @property
    def says(self) -> str:
        """Both releases, as evidence."""
        own = f"{self.wheel.name} is {self.wheel.release}"
        return f"{self.library.path} is {self.release}; {own}"

    @property
    def is_older(self) -> bool:
        """Whether it is older than the wheel's own."""
        return numbers(self.release) < numbers(self.wheel.release or "")


def strangers(facts: Facts, build: Framework, tables: Tables) -> Iterator[Stranger]:
    """Yield the loaded libraries of another release than the wheel that the framework wants.

    What a framework does not require itself but takes when it is there counts only when the
    loaded one is older: a newer one was most likely put there on purpose.
    """
    for library in build.loaded_libraries or ():
        if is_of_environment(library.path, facts):
            continue
        wheel = own_wheel(library.soname, facts, build, tables)
        release = file_release(library.path)
        if wheel is None or release is None or is_same(release, wheel.release):
            continue
        found = Stranger(library, release, wheel)
        if wheel.name in required_by(facts, build) or found.is_older:
            yield found


def own_wheel(soname: str, facts: Facts, build: Framework, tables: Tables) -> Distribution | None:
    """Return the installed wheel from which a framework is to take a library; None: none."""
    owner = library_owner(soname, tables)
    major = cuda_major_of(build)
    name = wheel_of(owner.value, major) if isinstance(owner, Known) else None
    for distribution in facts.packages.value.distributions or ():
        if distribution.name == name and (
            name in required_by(facts, build) or build.name in FIND_THEIR_OWN
        ):
            return distribution
    return None


def wheel_of(owner: LibraryOwnerRow, cuda_major: int | None) -> str | None:
    """Return NVIDIA's wheel of a library for a CUDA major."""
    return {11: owner.pip_cu11, 12: owner.pip_cu12, 13: owner.pip_cu13}.get(cuda_major or 0)


def cuda_major_of(build: Framework) -> int | None:
    """Return the CUDA major that a framework was built for."""
    return build.built_for_cuda.major if build.built_for_cuda else build.built_for_cuda_major


def required_by(facts: Facts, build: Framework) -> frozenset[str]:
    """Return the names that the framework's distribution requires; cuda-toolkit brings all."""
    everything = facts.packages.value.distributions or ()
    own = [d for d in everything if d.name == (build.distribution or build.name)]
    found = (_NAME.match(line.strip()) for d in own for line in d.requires)
    names = {each[0].lower().replace("_", "-").replace(".", "-") for each in found if each}
    if "cuda-toolkit" in names:
        names |= {d.name for d in everything if d.name.startswith("nvidia-")}
    return frozenset(names)


def is_of_environment(path: str, facts: Facts) -> bool:
    """Tell whether a file belongs to the inspected environment and not to the system."""
    packages = facts.packages.value
    folders = [*(packages.site_folders or ()), *(d.folder for d in packages.distributions or ())]
    folders += [build.value.folder for build in facts.installed.values()]
    if packages.environment_kind not in {"system", None}:
        folders += [packages.prefix, facts.target.prefix]
    return any(path.startswith(f"{folder.rstrip('/')}/") for folder in folders if folder)


def file_release(path: str) -> str | None:
    """Return "12.1.3.1" of ".../libcublas.so.12.1.3.1"; None: the name tells only the major."""
    found = _FILE_RELEASE.search(path)
    return found[1] if found else None


def is_same(file_release: str, wheel_release: str | None) -> bool:
    """Tell whether both can be one release; so they can when they do not count the same way."""
    file, wheel = numbers(file_release), numbers(wheel_release or "")
    width = min(len(file), len(wheel))
    return not width or file[0] != wheel[0] or file[:width] == wheel[:width]


def numbers(release: str) -> tuple[int, ...]:
    """Return the leading numbers of a release: (12, 4, 5, 8); none of what is no release."""
    found = re.match(r"\d+(?:\.\d+)*", release)
    return tuple(map(int, found[0].split("."))) if found else ()


def first_on_loader_path(soname: str, facts: Facts) -> LoaderLibrary | None:
    """Return the library that the loader would take from outside the environment."""
    for library in facts.toolkit.value.loader_libraries or ():
        if library.soname == soname and not library.is_dangling:
            return library
    return None


def loader_folder(path: str, facts: Facts) -> str | None:
    """Return the folder of LD_LIBRARY_PATH through which a file is found; None: through none."""
    for library in facts.toolkit.value.loader_libraries or ():
        if library.found_via == LOADER_VARIABLE and path in {library.path, library.real_path}:
            return library.path.rpartition("/")[0]
    listed = (facts.machine.value.environment or {}).get(LOADER_VARIABLE, "").split(":")
    parent = path.rpartition("/")[0]
    return next((each for each in listed if each and each.rstrip("/") == parent), None)
