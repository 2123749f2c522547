"""How to get a cuda-compat package out of the way of the driver's own libcuda.

Names and folders: the CUDA Compatibility guide, release 615 (package cuda-compat-X-Y, folder
/usr/local/cuda-X.Y/compat; 2026-09).
"""

from __future__ import annotations

import re

from gpucheck.facts import Facts
from gpucheck.findings import Remedy
from gpucheck.remedies.driver import distribution_family
from gpucheck.remedies.loader_path import take_off_loader_path

_FOLDER = re.compile(r"/cuda-(\d+)\.(\d+)/compat/")
_REMOVE = {
    "ubuntu": "sudo apt remove {package}",
    "debian": "sudo apt remove {package}",
    "fedora": "sudo dnf remove {package}",
    "rhel": "sudo dnf remove {package}",
}


def remove_cuda_compat(facts: Facts, *, is_compat: bool) -> Remedy:
    """Return how to let the driver's own libcuda be loaded, before cuda-compat's or another."""
    machine, path = facts.machine.value, facts.cuda_driver.value.library_path or ""
    newer = "upgrade the driver where a newer CUDA is needed"
    if machine.is_container:
        text = (
            "Use an image whose CUDA is no newer than the host's driver, or upgrade the driver on"
            " the host; remove libcuda and cuda-compat from the image."
        )
        return take_off_loader_path(facts, text, path)
    if not is_compat:
        other = f"the libcuda at {path}" if path else "the libcuda (of cuda-compat, or of an image)"
        text = f"If the driver was just upgraded, reboot; else remove {other} that is not the"
        return take_off_loader_path(facts, f"{text} driver's.", path)
    text = f"Remove cuda-compat, and {newer}."
    taken_off = take_off_loader_path(facts, text, path)
    found = _FOLDER.search(path)
    command = _REMOVE.get(distribution_family(machine) or "")
    if taken_off.commands or not (found and command):
        return taken_off
    package = f"cuda-compat-{found[1]}-{found[2]}"
    return Remedy(text, (command.format(package=package),))
