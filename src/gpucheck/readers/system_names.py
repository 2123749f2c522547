"""Distributions, WSL and notebook services, as people name them.

Ubuntu 20.04        Debian GNU/Linux 11        CentOS Linux release 7.9        inside WSL2
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gpucheck.pasted import Line
from gpucheck.statements import Field, Reader, Statement, Value

LONGEST_PROSE = 200

_DISTRIBUTIONS: dict[str, tuple[str, list[str]]] = {
    # what people write: os-release's ID, and its ID_LIKE
    "ubuntu": ("ubuntu", ["debian"]),
    "debian": ("debian", []),
    "fedora": ("fedora", []),
    "centos": ("centos", ["rhel", "fedora"]),
    "red hat": ("rhel", ["fedora"]),
    "rocky": ("rocky", ["rhel", "centos", "fedora"]),
    "alma": ("almalinux", ["rhel", "centos", "fedora"]),
    "arch linux": ("arch", []),
    "manjaro": ("manjaro", ["arch"]),
    "opensuse": ("opensuse", ["suse"]),
    "linux mint": ("linuxmint", ["ubuntu", "debian"]),
    "pop!_os": ("pop", ["ubuntu", "debian"]),
    "amazon linux": ("amzn", ["fedora"]),
}
_NAMED = re.compile(
    rf"\b({'|'.join(map(re.escape, _DISTRIBUTIONS))})\b(?: GNU/Linux| Linux)?\s{{0,3}}(?:release )?"
    r"v?(\d{1,2}(?:\.\d{1,2})?)?",
    re.IGNORECASE,
)
_WSL = re.compile(r"\bWSL\b|(?i:\bwsl ?[12]\b)|/mnt/wslg|/usr/lib/wsl")
_SERVICE = re.compile(r"\b(colab|kaggle|autodl|paperspace)\b", re.IGNORECASE)
_WSL_1 = re.compile(r"\bwsl ?1\b|\b[45]\.\d+\.\d+-\d{5}-Microsoft\b", re.IGNORECASE)
_DENIED = re.compile(r"\?\s?: (?:No|False)\b")
_NOISE = "is not a symbolic link"


def read(lines: Sequence[Line]) -> Iterator[Statement]:
    """Yield the distribution, and that it runs in WSL."""
    for line in lines:
        if len(line.text) <= LONGEST_PROSE:
            for field, value in _stated(line.text):
                yield Statement(field, value, line.number)


def _stated(text: str) -> Iterator[tuple[Field, Value]]:
    named = _NAMED.search(text)
    if named:
        name, like = _DISTRIBUTIONS[named[1].lower()]
        yield ("machine", "os_name"), "Linux"
        yield ("machine", "distribution"), name
        yield ("machine", "distribution_like"), like
        if named[2]:
            yield ("machine", "distribution_release"), named[2]
    service = _SERVICE.search(text)
    if service and not _DENIED.search(text):
        yield ("machine", "cloud_notebook"), service[1].lower()
    if _WSL_1.search(text):
        yield ("machine", "is_wsl"), True
        yield ("machine", "wsl_generation"), 1
    if _WSL.search(text) and _NOISE not in text:
        yield ("machine", "is_wsl"), True


READER = Reader(
    "names of systems",
    read,
    marks=(*_DISTRIBUTIONS, "wsl", "microsoft", "colab", "kaggle", "autodl", "paperspace"),
    source="person",
)
