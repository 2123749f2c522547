"""How to point CUDA_HOME and its kin at a toolkit that is there."""

from __future__ import annotations

import shlex

from gpucheck.facts import Facts, Nvcc
from gpucheck.findings import Remedy


def set_cuda_home(facts: Facts, variable: str, nvcc: Nvcc | None) -> Remedy:
    """Return how to set a variable to the toolkit of `nvcc`, or to unset it when there is none."""
    is_windows = facts.machine.value.os_name == "Windows"
    if nvcc is None:
        text = f"Set {variable} to the one folder of a CUDA toolkit, or unset it: wheels need none."
        return Remedy(text, () if is_windows else (f"unset {variable}",))
    home = home_of(nvcc)
    text = f"Set {variable} to the toolkit that is to be used, where it is set now."
    if is_windows:
        return Remedy(text, (f'setx {variable} "{home}"',))
    return Remedy(text, (f"export {variable}={shlex.quote(home)}",))


def home_of(nvcc: Nvcc) -> str:
    """Return the toolkit's folder: "/usr/local/cuda-12.4" of its bin/nvcc."""
    separator = "\\" if "\\" in nvcc.path else "/"
    return separator.join(nvcc.path.split(separator)[:-2]) or separator
