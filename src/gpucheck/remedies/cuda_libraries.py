"""How to install a CUDA library that a framework lacks."""

from __future__ import annotations

import re
import shlex

from gpucheck.compatibility.libraries import library_owner
from gpucheck.compatibility.loaded import cuda_major_of, wheel_of
from gpucheck.facts import Facts, Framework
from gpucheck.findings import Remedy
from gpucheck.remedies.packages import install
from gpucheck.tables import Known, Tables
from gpucheck.tables.rows.cuda import LibraryOwnerRow

_SONAME = re.compile(r"lib[\w-]+\.so(?:\.\d+)*")


def library_in(text: str) -> str | None:
    """Return the first library that a line names: "libcudnn.so.9"; None: it names none."""
    found = _SONAME.search(text)
    return found[0] if found else None


def install_library(
    facts: Facts, build: Framework | None, soname: str | None, tables: Tables
) -> Remedy:
    """Return how to install the package that provides `soname` for a framework's build."""
    owner = library_owner(soname, tables) if soname else None
    if soname is None or not isinstance(owner, Known):
        return Remedy(f"Install the package that provides {soname or 'the missing library'}.")
    what = f"{soname} is part of {owner.value.what}"
    major = _soname_major(soname)
    wheel = wheel_of(owner.value, _cuda_major(owner.value, major, build))
    if wheel is None:
        offers = (owner.value.pip_cu11, owner.value.pip_cu12, owner.value.pip_cu13)
        named = ", ".join(filter(None, offers))
        return Remedy(f"{what}; by CUDA major it comes with {named}." if named else f"{what}.")
    if _is_of_conda(facts, build) and owner.value.what == "cuDNN":
        wanted = f"cudnn={major}" if major else "cudnn"
        place = shlex.quote(facts.packages.value.prefix or facts.target.prefix or "")
        where = f" -p {place}" if place != "''" else ""
        text = f"{what}; conda-forge's package cudnn provides it."
        return Remedy(text, (f"conda install{where} -c conda-forge {wanted}",))
    # cuDNN's library and wheel count the same major: libcudnn.so.9 is in nvidia-cudnn-cu12 9.x.
    pin = f"=={major}.*" if owner.value.what == "cuDNN" and major else ""
    pin = _pin_of(facts, build, wheel) or pin
    return install(facts, f"{what}; the wheel {wheel} provides it.", f"{wheel}{pin}")


def _pin_of(facts: Facts, build: Framework | None, wheel: str) -> str:
    """Return the release of a wheel that the framework itself asks for: "==9.5.1.17"; "": none."""
    owner = build.distribution or build.name if build else None
    listed = (d for d in facts.packages.value.distributions or () if d.name == owner)
    for requirement in (text for distribution in listed for text in distribution.requires):
        name, pinned, release = requirement.partition("==")
        if pinned and name.rstrip(" (") == wheel:
            return f"=={release.partition(';')[0].strip(' )')}"
    return ""


def _soname_major(soname: str) -> int | None:
    first = soname.partition(".so.")[2].split(".")[0]
    return int(first) if first.isdigit() else None


def _cuda_major(owner: LibraryOwnerRow, major: int | None, build: Framework | None) -> int | None:
    if owner.soname_major == "cuda" and major:
        return major
    return cuda_major_of(build) if build else None


def _is_of_conda(facts: Facts, build: Framework | None) -> bool:
    """Tell whether conda installed the framework itself, so that pip should not mend it."""
    if build is None or facts.packages.value.environment_kind != "conda":
        return False
    names = {build.name, build.distribution, {"torch": "pytorch", "jax": "jaxlib"}.get(build.name)}
    packages = facts.packages.value.conda_packages or ()
    return any(package.name in names for package in packages)
