"""How to take a folder off the dynamic loader's path, without losing the others."""

from __future__ import annotations

import shlex

from gpucheck.compatibility.loaded import LOADER_VARIABLE, loader_folder
from gpucheck.facts import Facts
from gpucheck.findings import Remedy


def take_off_loader_path(facts: Facts, text: str, *paths: str) -> Remedy:
    """Return how to keep the loader from finding the files at `paths`.

    Only the folders that offer them go: another one may hold the driver's own libraries.
    """
    folders = {folder for path in paths if (folder := loader_folder(path, facts))}
    listed = (facts.machine.value.environment or {}).get(LOADER_VARIABLE, "").split(":")
    rest = [folder for folder in listed if folder and folder not in folders]
    if not folders:
        return Remedy(text)
    where = f"{text} It comes from {', '.join(sorted(folders))} in {LOADER_VARIABLE}"
    where += ": remove that there where it is set (~/.bashrc, a module, a Dockerfile)."
    if not rest:
        return Remedy(where, (f"unset {LOADER_VARIABLE}",))
    return Remedy(where, (f"export {LOADER_VARIABLE}={shlex.quote(':'.join(rest))}",))


def start_without_loader_path() -> Remedy:
    """Return how to see whether LD_LIBRARY_PATH is the cause."""
    text = "Start without LD_LIBRARY_PATH; if that changes nothing, reinstall the framework."
    return Remedy(text, (f"unset {LOADER_VARIABLE}",))
