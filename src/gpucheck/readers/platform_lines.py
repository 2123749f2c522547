"""The system, as the tools that know it print it.

Linux-6.2.0-32-generic-x86_64-with-glibc2.35           platform.platform()
Linux host 5.15.90.1-microsoft-standard-WSL2 #1 SMP …  uname -a
release='6.11.0-8-generic', … machine='x86_64'          platform.uname()
Windows-10-10.0.19045-SP0
OS: Ubuntu 22.04.3 LTS (x86_64)                         collect_env
VERSION_ID="22.04"                                      /etc/os-release
ldd (Ubuntu GLIBC 2.35-0ubuntu3.4) 2.35
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.pasted import Line
from gpucheck.statements import Field, Reader, Statement, Value

_PLATFORM = re.compile(
    r"\bLinux-(\d[\w.+~-]{2,60}?)-(x86_64|aarch64|ppc64le)(?:-\w{2,10})?"
    r"-with-([a-zA-Z]+)-?([\d.]+)?"
)
_UNAME = re.compile(r"\bLinux \S{1,80} (\d\.\d+\.\S{1,60}) #\d.{0,120}?(x86_64|aarch64|ppc64le)")
_UNAME_RESULT = re.compile(r"release='(\d[^']{2,60})'.{0,160}machine='(\w{3,10})'")
_WINDOWS = re.compile(
    r"\bWindows-(?:10|11|7|8|20\d\d)\w{0,8}-\d+\.\d+|system='Windows'|OS: (?:Microsoft )?Windows"
)
_MAC = re.compile(r"\b(?:macOS|Darwin)-\d+[\d.]*-|\bOS: (?:Mac OSX?|macOS) \d|system='Darwin'")
_ARCHITECTURE = re.compile(r"\s{0,8}OS: \S.{1,50}\((x86_64|aarch64)\)")
_OS_RELEASE = re.compile(r"(ID|VERSION_ID)=\"?([^\"]{1,60})\"?$")
_OS_RELEASE_FIELDS = {"ID": "distribution", "VERSION_ID": "distribution_release"}
_WSL = re.compile(r"microsoft-standard|-WSL2", re.IGNORECASE)
_GLIBC = re.compile(
    r"\bldd \(.{0,60}\) (\d\.\d{1,3})|Libc version: glibc-(\d\.\d{1,3})|\bglibc[ -](2\.\d{1,2})\b"
)


def read(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield what lines about the system state."""
    for line in lines:
        for field, value in _stated(line.text):
            yield Statement(field, value, line.number)


def _stated(text: str) -> Iterator[tuple[Field, Value]]:
    for pattern in (_PLATFORM, _UNAME, _UNAME_RESULT):
        found = pattern.search(text)
        if found:
            yield from _linux(*found.groups())
    if _WINDOWS.search(text):
        yield ("machine", "os_name"), "Windows"
    elif _MAC.search(text):
        yield ("machine", "os_name"), "Darwin"
    if _WSL.search(text):
        yield ("machine", "is_wsl"), True
    architecture, glibc = _ARCHITECTURE.match(text), _GLIBC.search(text)
    of_release = _OS_RELEASE.match(text.strip())
    if architecture:
        yield ("machine", "architecture"), architecture[1]
    if of_release:
        yield ("machine", _OS_RELEASE_FIELDS[of_release[1]]), of_release[2].lower()
    if glibc:
        yield ("machine", "libc_name"), "glibc"
        yield ("machine", "libc_release"), next(filter(None, glibc.groups()))


def _linux(
    kernel: str, architecture: str, libc: str | None = None, libc_release: str | None = None
) -> Iterator[tuple[Field, Value]]:
    yield ("machine", "os_name"), "Linux"
    yield ("machine", "kernel_release"), kernel
    yield ("machine", "architecture"), architecture
    if libc in {"glibc", "musl"} and libc_release:
        yield ("machine", "libc_name"), libc
        yield ("machine", "libc_release"), libc_release


READER = Reader(
    "the system",
    read,
    marks=("linux", "windows", "mac", "darwin", "os: ", "id=", "libc", "microsoft"),
)
