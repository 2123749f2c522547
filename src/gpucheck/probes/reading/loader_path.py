r"""List the CUDA libraries that the dynamic loader would find by name, in the order it looks.

What comes in: LD_LIBRARY_PATH, the loader's cache, its default folders; on Windows the system
folder and PATH. What goes out: one entry for each library a program could ask for; of several
with one soname the first is the one that gets loaded. No `ldconfig` is run: the cache is read.

/etc/ld.so.cache (glibc, sysdeps/generic/dl-cache.h, 2026-11), all numbers little-endian here:

    header, 48 bytes    "glibc-ld.so.cache1.1", count of entries (u32), bytes of strings (u32), …
    entry, 24 bytes     flags (i32), offset of the soname (u32), of the path (u32), …
    strings             "libcudart.so.12\0/usr/local/cuda/lib64/libcudart.so.12\0"

Offsets count from the header. Caches made for very old loaders have another one in front.
"""

from __future__ import annotations

import os
import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from gpucheck.probes.reading.place import Place

CACHE_FILE = "/etc/ld.so.cache"
CACHE_MAGIC = b"glibc-ld.so.cache1.1"
HEADER_BYTES = 48
MOST_CACHE_BYTES = 1 << 24

FLAGS_BY_ARCHITECTURE = {"x86_64": 0x0300, "aarch64": 0x0A00, "ppc64le": 0x0500}
"""Second byte of the flags: which programs may load the entry (glibc, ldconfig.h, 2026-11)."""

FAMILIES = frozenset(
    (
        "libcuda",
        "libcudart",
        "libcublas",
        "libcublasLt",
        "libcudnn",
        "libcufft",
        "libcupti",
        "libcurand",
        "libcusolver",
        "libcusparse",
        "libnccl",
        "libnvJitLink",
        "libnvidia-ml",
        "libnvidia-ptxjitcompiler",
        "libnvinfer",
        "libnvptxcompiler",
        "libnvrtc",
        "libnvvm",
    )
)
OPENED_WITHOUT_NUMBER = ("libcuda.so", "libnvidia-ml.so")
"""Names that programs also load as they are, and that the toolkit's stubs folder offers."""

DEFAULT_FOLDERS = ("/lib64", "/usr/lib64", "/lib", "/usr/lib")
"""Searched after the cache (ld.so(8), man-pages 6.15); Debian's loader adds its own two."""

WINDOWS_SYSTEM_FOLDER = r"C:\Windows\System32"
WINDOWS_PREFIXES = (
    "cublas64_",
    "cublaslt64_",
    "cudart64_",
    "cudnn",
    "cufft64_",
    "curand64_",
    "cusolver64_",
    "cusparse64_",
    "nvcuda.dll",
    "nvinfer",
    "nvjitlink_",
    "nvml.dll",
    "nvrtc64_",
)


def is_wanted(name: str) -> bool:
    """Whether a file's name is that of a CUDA library, as a program asks for it."""
    stem, found, number = name.partition(".so.")
    if not found:
        return name in OPENED_WITHOUT_NUMBER
    return number[:1].isdecimal() and (stem in FAMILIES or stem.startswith("libcudnn_"))


def cache_entries(cache: bytes, architecture: str) -> list[tuple[str, str]]:
    """Return (soname, path) of the wanted entries in the cache's order, which is the loader's.

    Raises:
        ValueError: this is no cache of the known format.
    """
    start = cache.find(CACHE_MAGIC)
    if start < 0:
        raise ValueError("not in the glibc-ld.so.cache1.1 format")
    table = memoryview(cache)[start:]
    if len(table) < HEADER_BYTES:
        raise ValueError("ends within its header")
    (count,) = struct.unpack_from("<I", table, len(CACHE_MAGIC))
    end = HEADER_BYTES + 24 * count
    if end > len(table):
        raise ValueError(f"announces {count} entries, which it is too short for")
    wanted_flags = FLAGS_BY_ARCHITECTURE.get(architecture)
    entries = []
    for flags, soname_at, path_at, _, _ in struct.iter_unpack("<iIIIQ", table[HEADER_BYTES:end]):
        if not cache.startswith(b"lib", start + soname_at):
            continue
        if wanted_flags is not None and flags & 0xFF00 != wanted_flags:
            continue
        soname, path = (_string(cache, start + at) for at in (soname_at, path_at))
        if is_wanted(soname) and path.startswith("/"):
            entries.append((soname, path))
    return entries


def _string(cache: bytes, at: int) -> str:
    end = cache.find(b"\0", at)
    return os.fsdecode(cache[at : end if end >= 0 else None])


def libraries(place: Place, found: list[dict[str, Any]]) -> str | None:
    """Append the libraries to `found` in the loader's order; return what could not be read."""
    if place.is_windows:
        for folder, via in _windows_folders(place):
            found += [_library(place, name, folder, via) for name in _dlls(place, folder)]
        return None
    for folder in place.folders_in("LD_LIBRARY_PATH"):
        found += [
            _library(place, name, folder, "LD_LIBRARY_PATH") for name in sonames(place, folder)
        ]
    problem = None
    try:
        entries = cache_entries(place.bytes(CACHE_FILE, MOST_CACHE_BYTES), os.uname().machine)
        for soname, path in entries:
            folder, _, name = path.rpartition("/")
            found.append(_library(place, name, folder, "ld.so.cache") | {"soname": soname})
    except (OSError, ValueError) as error:
        problem = place.why(error) if isinstance(error, OSError) else f"{CACHE_FILE}: {error}"
    _add_defaults(place, found)
    return problem


def _add_defaults(place: Place, found: list[dict[str, Any]]) -> None:
    """Append what lies in the loader's default folders and is not in its cache (yet)."""
    known = {place.real(library["path"]) for library in found}
    multiarch = f"{os.uname().machine}-linux-gnu"
    debian = [place.join(folder, multiarch) for folder in ("/lib", "/usr/lib")]
    seen = set()
    for folder in (*debian, *DEFAULT_FOLDERS):
        real_folder = place.real(folder)
        if real_folder in seen:
            continue
        seen.add(real_folder)
        for name in sonames(place, folder):
            library = _library(place, name, folder, "default folder")
            if library["real_path"] not in known:
                found.append(library)


def sonames(place: Place, folder: str) -> Iterator[str]:
    """Yield the names in a folder by which CUDA libraries are asked for.

    libcudart.so.12 -> libcudart.so.12.4.127 is one library: the name that is only a link's
    target is left out.
    """
    names = [name for name in place.names_if_any(folder) if is_wanted(name)]
    targets = {
        place.link_name(place.join(folder, name))
        for name in names
        if name not in OPENED_WITHOUT_NUMBER
    }
    return (name for name in names if name not in targets)


def _windows_folders(place: Place) -> list[tuple[str, str]]:
    """Return the folders that Windows searches; the system's own is on PATH as well."""
    folders = {WINDOWS_SYSTEM_FOLDER.lower(): (WINDOWS_SYSTEM_FOLDER, "system")}
    for folder in place.folders_in("PATH"):
        folders.setdefault(folder.rstrip("\\").lower(), (folder, "PATH"))
    return list(folders.values())


def _dlls(place: Place, folder: str) -> list[str]:
    names = place.names_if_any(folder)
    return [
        name
        for name in names
        if name.lower().startswith(WINDOWS_PREFIXES) and name.lower().endswith(".dll")
    ]


def _library(place: Place, name: str, folder: str, via: str) -> dict[str, Any]:
    path = place.join(folder, name)
    return {
        "soname": place.clean(name),
        "path": place.clean(path),
        "real_path": place.clean(place.real(path)),
        "found_via": via,
        "is_dangling": not place.exists(path),
    }
