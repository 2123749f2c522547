"""What to do where a system's C or C++ library is too old for a program."""

from __future__ import annotations

import shlex

from gpucheck.compatibility.loaded import is_of_environment
from gpucheck.facts import Facts
from gpucheck.findings import Remedy
from gpucheck.remedies.loader_path import take_off_loader_path


def replace_old_glibc(facts: Facts) -> Remedy:
    """Return how to run what needs a newer glibc; replacing glibc itself breaks a system."""
    text = (
        "Use a newer system (a container with a newer distribution will do on the same kernel and"
        " driver), or an older release of the package whose wheel is content with this glibc. Do"
        " not replace glibc by hand: the whole system depends on it."
    )
    if facts.packages.value.environment_kind == "conda":
        text += " conda-forge's builds are often made for an older glibc than wheels are."
    return Remedy(text)


def provide_newer_libstdcxx(facts: Facts, file: str | None) -> Remedy:
    """Return how to get a newer libstdc++ in front of the old one at `file`."""
    packages = facts.packages.value
    prefix = packages.prefix or facts.target.prefix
    if packages.environment_kind == "conda" and prefix:
        command = ["conda", "install", "-p", prefix, "-c", "conda-forge", "libstdcxx-ng"]
        if file and not is_of_environment(file, facts):
            text = "Install conda-forge's libstdc++, and let it be found before the system's."
            export = f"export LD_LIBRARY_PATH={shlex.quote(prefix)}/lib"
            return Remedy(text, (shlex.join(command), export))
        text = "Upgrade the environment's libstdc++."
        return Remedy(text, (shlex.join(command),))
    text = (
        "Use a newer system or container, or a conda environment, which has a libstdc++ of its"
        " own; or an older release of the package."
    )
    return take_off_loader_path(facts, text, file) if file else Remedy(text)
