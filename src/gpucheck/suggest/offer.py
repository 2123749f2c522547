"""One release of one package, as something that could be installed."""

from __future__ import annotations

from typing import Any, Protocol

import msgspec
from packaging.version import Version

from gpucheck.compatibility.builds import Build
from gpucheck.compatibility.installed import version_of

_LEAST = Version("0")


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A release of a package for one platform, with what pip is asked for to get it."""

    name: str  # the wish that it grants: "torch"
    package: str  # what pip is asked for, with its extras: "jax[cuda13]"
    release: str
    released: str | None = None  # "2026-10-28"
    platform: str
    python: tuple[str, ...]  # "3.12", "3.13t", "3.8+", "3"
    glibc: str | None = None  # that the wheel's tag promises
    requires_python: str | None = None
    build: Build | None = None  # the CUDA build; None: none, or CUDA is not its own business
    cuda_major: int | None = None  # of the libraries that it takes; None: any, or none
    variant: str | None = None  # of PyTorch's own index: "cu126", "cpu"; None: the package index
    form: str | None = None  # how that index is named to pip
    has_unknown_pins: bool = False  # which of NVIDIA's wheels it pins is not in the tables
    takes_default_torch: bool = False  # compiled against the torch that the package index serves
    is_wheel: bool = True  # False: it is compiled on the spot
    cudnn: str | None = None  # the one release that it takes: "9.10.2.21"
    requires: tuple[str, ...] = ()  # with those of its extras, markers kept
    beside: tuple[str, ...] = ()  # what has to be asked for as well: "numba==0.68.1"
    needs: str | None = None  # what pip does not bring: "CUDA 11.2 and cuDNN 8.1"
    conda: str | None = None  # conda's own words for it: "pytorch-cuda=12.4 -c pytorch -c nvidia"
    source: str = ""

    @property
    def version(self) -> Version:
        """The release, to be compared; the tables hold none that cannot be."""
        return version_of(self.release) or _LEAST

    @property
    def distribution(self) -> str:
        """The package's name without its extras."""
        return self.package.partition("[")[0]

    @property
    def requirement(self) -> str:
        """What pip is asked for: "torch==2.14.1+cu126"."""
        local = f"+{self.variant}" if self.variant else ""
        return f"{self.package}=={self.release}{local}"


class WheelRow(Protocol):
    """What the tables of wheels have in common."""

    @property
    def release(self) -> str:
        """Such as "0.12.0"."""

    @property
    def released(self) -> str | None:
        """The day of its first file."""

    @property
    def python(self) -> tuple[str, ...]:
        """The Pythons that it has wheels for."""

    @property
    def requires_python(self) -> str | None:
        """What it requires of Python."""

    @property
    def glibc(self) -> str | None:
        """What its wheels for Linux need."""


def offer_of(row: WheelRow, *, name: str, package: str, platform: str, **more: Any) -> Offer:
    """Return a row's release as an offer; `more` are the fields that not every table has."""
    return Offer(
        name=name,
        package=package,
        release=row.release,
        released=row.released,
        platform=platform,
        python=row.python,
        requires_python=row.requires_python,
        glibc=row.glibc,
        **more,
    )
