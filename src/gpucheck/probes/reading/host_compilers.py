r"""Find the C++ compilers that nvcc would call, and the release each is of.

nvcc takes $NVCC_CCBIN, else the first gcc (on Windows cl) on PATH (CUDA Compiler Driver NVCC
13.0, 4.2.1, 2026-11). Samples of what tells a release:

    gcc -dumpfullversion -dumpversion                               12.2.0
    clang --version                                                 Debian clang version 14.0.6
    C:\…\VC\Tools\MSVC\14.38.33130\bin\Hostx64\x64\cl.exe           14.38.33130, the toolset's
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gpucheck.probes.reading.place import Place

NAMES = ("gcc", "g++", "clang")
DUMP_VERSION = ("-dumpfullversion", "-dumpversion")
"""Before 7, gcc ignores the first and knows the second, which since prints the major alone."""


def compilers(place: Place) -> list[dict[str, str]]:
    """Return the compilers, the one that nvcc takes by default first of its kind."""
    if place.is_windows:
        return list(_windows_compilers(place))
    found = []
    if chosen := place.environ.get("NVCC_CCBIN"):
        path = _chosen_path(place, chosen)
        found.append({"name": _kind(path), "path": path})
    paths = ((name, on_path(place, name)) for name in NAMES)
    return found + [{"name": name, "path": path} for name, path in paths if path]


def _chosen_path(place: Place, chosen: str) -> str:
    """Return the program that $NVCC_CCBIN means: a path, a name on PATH, or a folder."""
    if place.is_folder(chosen):
        return place.join(chosen, "g++" if place.is_file(place.join(chosen, "g++")) else "gcc")
    return on_path(place, chosen) or chosen


def on_path(place: Place, program: str) -> str | None:
    """Return the first program of that name on PATH."""
    paths = (place.join(folder, program) for folder in place.folders_in("PATH"))
    return next((path for path in paths if place.is_file(path)), None)


def _kind(path: str) -> str:
    name = path.rpartition("/")[2]
    return next((kind for kind in ("clang", "g++", "gcc") if kind in name), name)


def question(place: Place, compiler: dict[str, str]) -> list[str]:
    """Return the command line that makes a compiler state its release."""
    is_gnu = compiler["name"] in ("gcc", "g++")
    return [place.at(compiler["path"]), *(DUMP_VERSION if is_gnu else ("--version",))]


def release(answer: str) -> str | None:
    """Return the first release number of a compiler's answer."""
    for word in answer.split()[:10]:
        number = word.partition("-")[0]  # "14.0.6-1ubuntu1"
        if "." in number and all(map(str.isdecimal, number.split("."))):
            return number
    return None


def _windows_compilers(place: Place) -> Iterator[dict[str, str]]:
    path = on_path(place, "cl.exe")
    if path is None:
        return
    parts = path.split("\\")
    toolset = place.environ.get("VCToolsVersion")
    if "MSVC" in parts[:-1]:
        toolset = parts[parts.index("MSVC") + 1]
    yield {"name": "cl", "path": path} | ({"release": toolset} if toolset else {})
