r"""Find every cuDNN: headers (what code is compiled against) and libraries (what it loads).

What comes in: folders, each with how it was found. What goes out: a path and a version for each
header and library. Samples of what tells the version:

    cudnn_version.h (cudnn.h before 8)      #define CUDNN_MAJOR 9
                                            #define CUDNN_MINOR 1
                                            #define CUDNN_PATCHLEVEL 0
    libcudnn.so.9 -> libcudnn.so.9.1.0      the library's real name; else the header beside it
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gpucheck.probes.reading.place import Place

    Install = dict[str, str]

HEADERS = ("cudnn_version.h", "cudnn.h")
"""The version moved to a header of its own with cuDNN 8 (cuDNN release notes 8.0.0)."""
MACROS = ("CUDNN_MAJOR", "CUDNN_MINOR", "CUDNN_PATCHLEVEL")


def header_version(header: str, defined_number: Callable[[str, str], int | None]) -> str | None:
    """Return "9.1.0" from the text of a header that defines all three numbers."""
    numbers = [defined_number(header, macro) for macro in MACROS]
    return None if None in numbers else ".".join(map(str, numbers))


def name_version(library: str) -> str | None:
    """Return "9.1.0" from "libcudnn.so.9.1.0"; the major number alone says too little."""
    parts = library.partition(".so.")[2].split(".")
    return ".".join(parts) if len(parts) > 1 and all(map(str.isdecimal, parts)) else None


class Search:
    """One search through many folders; what several ways lead to is found once."""

    def __init__(self, place: Place, defined_number: Callable[[str, str], int | None]) -> None:
        """Begin with nothing found."""
        self.place = place
        self.defined_number = defined_number
        self.found: dict[str, Install] = {}

    def headers(self, folders: Iterable[tuple[str, str]]) -> None:
        """Look for a header in each (folder, how it was found)."""
        for folder, via in folders:
            path, version = self._header(folder)
            if path:
                self._add(path, version, via)

    def libraries(self, folders: Iterable[tuple[str, str]]) -> None:
        """Look for the main library (not its parts) in each (folder, how it was found)."""
        is_library = _is_windows_library if self.place.is_windows else _is_linux_library
        for folder, via in folders:
            for name in self.place.names_if_any(folder):
                if is_library(name):
                    self._add_library(folder, name, via)

    def _add_library(self, folder: str, name: str, via: str) -> None:
        path = self.place.join(folder, name)
        if not self.place.exists(path):
            return  # a link that points nowhere
        version = name_version(self.place.real(path))
        if version is None:
            beside = self.place.join(self.place.parent(folder.rstrip("/\\")), "include")
            version = self._header(beside)[1]
        self._add(path, version, via)

    def _header(self, folder: str) -> tuple[str | None, str | None]:
        """Return a folder's header that defines the version, else one that is there at least."""
        seen = None
        for name in HEADERS:
            path = self.place.join(folder, name)
            text = self.place.text(path)
            if text is None:
                continue
            seen = seen or path
            if version := header_version(text, self.defined_number):
                return path, version
        return seen, None

    def _add(self, path: str, version: str | None, via: str) -> None:
        install = {"path": self.place.clean(path), "found_via": via}
        if version:
            install["version"] = version
        self.found.setdefault(self.place.real(path), install)


def _is_linux_library(name: str) -> bool:
    return name.startswith("libcudnn.so.")


def _is_windows_library(name: str) -> bool:
    return name.lower().startswith("cudnn64_") and name.lower().endswith(".dll")
