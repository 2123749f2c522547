r"""Find every CUDA toolkit folder and every nvcc, and the release each is of, without running one.

What comes in: the machine's files and variables, and the target environment's folder. What goes
out: folders and compilers with the way each was found. Samples of what tells a release, in the
order they are believed:

    site-packages/nvidia_cuda_nvcc-13.0.88.dist-info            (the wheel's nvcc)
    <conda>/conda-meta/cuda-nvcc-tools-12.4.131-hd3aeb46_0.json (conda's nvcc)
    <home>/version.json     {"cuda": {"version": "12.4.1"}, "cuda_nvcc": {"version": "12.4.131"}}
    <home>/version.txt      CUDA Version 10.2.89
    <home>/include/cuda_runtime_api.h       #define CUDART_VERSION  12040
    <home>/include/cuda.h                   #define CUDA_VERSION 12040
"""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from gpucheck.probes.reading.place import Place

VARIABLES = ("CUDA_HOME", "CUDA_PATH", "CUDA_ROOT")

LINUX_HOMES = ("/opt/cuda", "/usr/lib/cuda", "/usr/lib/nvidia-cuda-toolkit")
"""Where Arch (the first) and Debian (the others) put their packages."""
WINDOWS_HOMES = r"C:\Program Files\NVIDIA GPU Computing Toolkit\CUDA"

HEADER_BYTES = 1 << 16
"""The version macros stand within the first 16 KiB of both headers (CUDA 9.0 to 13.0)."""


def homes(place: Place) -> dict[str, str]:
    """Return the toolkit folders that exist, each with how it was found, variables first."""
    found: dict[str, str] = {}
    for variable in cuda_variables(place):
        found.setdefault(place.environ[variable], variable)
    for home in well_known_homes(place):
        found.setdefault(home, home)
    return {home: via for home, via in found.items() if home and place.is_folder(home)}


def cuda_variables(place: Place) -> list[str]:
    """Return the variables that name a toolkit; Windows has one for each release as well."""
    named = [name for name in VARIABLES if name in place.environ]
    return named + sorted(name for name in place.environ if name.startswith("CUDA_PATH_V"))


def well_known_homes(place: Place) -> list[str]:
    """Return the folders that installers use, present or not; the default one first."""
    if place.is_windows:
        names = place.names_if_any(WINDOWS_HOMES)
        return [place.join(WINDOWS_HOMES, name) for name in names if name.startswith("v")]
    names = place.names_if_any("/usr/local")
    local = [place.join("/usr/local", name) for name in names if name.startswith("cuda")]
    return [*local, *LINUX_HOMES]


def home_problems(place: Place) -> dict[str, str]:
    """Say of each variable that names no toolkit with a compiler what it names instead."""
    problems = ((name, _problem(place, place.environ[name])) for name in cuda_variables(place))
    return {name: problem for name, problem in problems if problem}


def _problem(place: Place, home: str) -> str | None:
    if not home:
        return "empty"
    if place.is_folder(home):
        return None if place.exists(nvcc_of(place, home)) else "no nvcc in its bin folder"
    if place.exists(home):
        return "a file, not a folder"
    # One folder is expected: a list, as PATH has, is taken for one long name.
    return "a list of folders" if place.list_separator in home else "no such folder"


def nvcc_of(place: Place, home: str) -> str:
    """Return where the compiler of a toolkit folder would be."""
    return place.join(home, "bin", "nvcc.exe" if place.is_windows else "nvcc")


def site_folders(place: Place, prefix: str) -> list[str]:
    """Return the package folders of a Python environment."""
    if not prefix:
        return []
    if place.is_windows:
        return [place.join(prefix, "Lib", "site-packages")]
    candidates = [
        place.join(prefix, lib, name, kind)
        for lib in ("lib", "lib64", "local/lib")
        for name in place.names_if_any(place.join(prefix, lib))
        if name.startswith("python")
        for kind in ("site-packages", "dist-packages")
    ]
    # lib64 is often a link to lib.
    existing = {place.real(folder): folder for folder in candidates if place.is_folder(folder)}
    return list(existing.values())


def nvccs(place: Place, prefix: str) -> list[dict[str, Any]]:
    """Return every nvcc once, by its real path, with all the ways that lead to it."""
    found: dict[str, dict[str, Any]] = {}
    for path, via in _candidates(place, prefix):
        if not place.is_file(path):
            continue
        real_path = place.real(path)
        nvcc = found.setdefault(real_path, {"path": path, "real_path": real_path, "found_via": []})
        if via not in nvcc["found_via"]:
            nvcc["found_via"].append(via)
    return list(found.values())


def _candidates(place: Place, prefix: str) -> Iterator[tuple[str, str]]:
    program = "nvcc.exe" if place.is_windows else "nvcc"
    for folder in place.folders_in("PATH"):
        yield place.join(folder, program), "PATH"
    for variable in cuda_variables(place):
        if place.environ[variable]:
            yield nvcc_of(place, place.environ[variable]), variable
    for home in well_known_homes(place):
        yield nvcc_of(place, home), home
    if prefix and place.is_folder(place.join(prefix, "conda-meta")):
        yield nvcc_of(place, prefix), "conda"
        yield nvcc_of(place, place.join(prefix, "Library")), "conda"  # Windows
    for site in site_folders(place, prefix):
        for name in place.names_if_any(place.join(site, "nvidia")):
            if name.startswith(("cuda_nvcc", "cu1")):
                yield nvcc_of(place, place.join(site, "nvidia", name)), "wheel"


def toolkit_cuda(place: Place, nvcc: str) -> str | None:
    """Return the CUDA release ("12.4") of the nvcc at a real path, from the files around it.

    None when no file tells: then only nvcc itself knows.
    """
    home = place.parent(place.parent(nvcc))
    sources = [_from_wheel, _from_conda, _from_json, _from_text, _from_headers]
    if _is_script(place, nvcc):
        sources = [_from_conda]  # it starts an nvcc that lies elsewhere
    return next((release for source in sources if (release := source(place, home))), None)


def _is_script(place: Place, path: str) -> bool:
    try:
        return place.bytes(path, 2) == b"#!"
    except OSError:
        return False


def major_minor(release: str) -> str | None:
    """Cut "12.4.131" to the toolkit's own "12.4"; None for what is no release."""
    parts = release.strip().split(".")[:2]
    return ".".join(parts) if len(parts) == 2 and all(map(str.isdecimal, parts)) else None


def _from_wheel(place: Place, home: str) -> str | None:
    site = place.parent(place.parent(home))  # …/site-packages/nvidia/cu13
    if not place.parent(home).endswith("nvidia"):
        return None
    for name in place.names_if_any(site):
        if name.startswith("nvidia_cuda_nvcc") and name.endswith(".dist-info"):
            return major_minor(name.removesuffix(".dist-info").rpartition("-")[2])
    return None


def _from_conda(place: Place, home: str) -> str | None:
    for name in place.names_if_any(place.join(home.removesuffix("Library"), "conda-meta")):
        package, _, version_and_build = name.partition("-nvcc-")
        version = version_and_build.removeprefix("tools-").partition("-")[0]
        if package == "cuda" and major_minor(version):
            return major_minor(version)
    return None


def _from_json(place: Place, home: str) -> str | None:
    try:
        said = json.loads(place.text(place.join(home, "version.json")) or "{}")
        part = said.get("cuda_nvcc") or said.get("cuda") or {}
        return major_minor(str(part.get("version", "")))
    except (ValueError, AttributeError, RecursionError):
        return None


def _from_text(place: Place, home: str) -> str | None:
    words = (place.text(place.join(home, "version.txt"), 4096) or "").split()
    return major_minor(words[2]) if words[:2] == ["CUDA", "Version"] and words[2:] else None


def _from_headers(place: Place, home: str) -> str | None:
    targets = place.join(home, "targets")  # conda and cross builds keep their headers below this
    folders = [place.join(home, "include")]
    folders += [place.join(targets, name, "include") for name in place.names_if_any(targets)]
    for folder in folders:
        for file, macro in (("cuda_runtime_api.h", "CUDART_VERSION"), ("cuda.h", "CUDA_VERSION")):
            text = place.text(place.join(folder, file), HEADER_BYTES) or ""
            if (number := defined_number(text, macro)) is not None:
                return f"{number // 1000}.{number % 1000 // 10}"
    return None


def defined_number(header: str, macro: str) -> int | None:
    """Return the number that a header defines a macro as: "#define CUDNN_MAJOR 9" gives 9."""
    at = header.find(f"#define {macro} ")
    words = header[at : at + 200].split("\n", 1)[0].split()
    return int(words[2]) if at >= 0 and len(words) > 2 and words[2].isdecimal() else None
