"""Find the Python interpreter to inspect, and say how it was found.

In: what the user asked for, environment variables, the working folder. Out: a `Target`.
Nothing is executed here. The interpreter may be any Python from 2.7 on, so all that is known of
it comes from its path; the rest is asked by a probe.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from gpucheck.facts import Target

IS_WINDOWS = sys.platform == "win32"
PYTHON_PLACES = (
    ("Scripts/python.exe", "python.exe") if IS_WINDOWS else ("bin/python", "bin/python3")
)
"""Where an environment keeps its interpreter: venvs first, then conda on Windows."""


class TargetError(ValueError):
    """The interpreter that the user asked for is not there; the text says what was looked for."""


def find_target(
    *,
    python: str | None = None,
    env: str | None = None,
    environ: Mapping[str, str] = os.environ,
    folder: Path | None = None,
) -> Target:
    """Return the interpreter to inspect: the asked-for one, else the first of `likely_targets`.

    Args:
        python: a path, or a command's name such as "python3.12".
        env: a venv's or conda environment's folder, or a conda environment's name.
        environ: environment variables.
        folder: the working folder.

    Raises:
        TargetError: `python` or `env` names nothing that can be inspected.
    """
    if python == "" or env == "":
        raise TargetError("--python and --env need a value: an empty one names no environment")
    if python and env:
        raise TargetError("--python and --env exclude each other: give one")
    if python:
        return _by_command(python)
    if env:
        return _by_environment(env)
    return next(likely_targets(environ, folder or Path()))


def likely_targets(environ: Mapping[str, str], folder: Path) -> Iterator[Target]:
    """Yield what the user most likely trains with, best guess first; the last is our own.

    Conda's base environment is active in every shell of its user, so it counts after `./.venv`
    (uv does the same).
    """
    conda = environ.get("CONDA_PREFIX")
    is_base = environ.get("CONDA_DEFAULT_ENV") in {"base", "root"}
    places = [
        (environ.get("VIRTUAL_ENV"), "$VIRTUAL_ENV"),
        (None if is_base else conda, "$CONDA_PREFIX"),
        (folder / ".venv", "./.venv"),
        (conda if is_base else None, "$CONDA_PREFIX, the base environment"),
    ]
    for place, found_via in places:
        if place and (executable := python_in(Path(place))):
            yield _target(executable, found_via)
    for name in ("python", "python3"):
        if (found := shutil.which(name, path=environ.get("PATH"))) and not _is_store_alias(found):
            yield _target(Path(found), f"{name} on $PATH")
    yield _target(Path(sys.executable), "gpucheck's own interpreter: there is no other")


def all_targets(
    environ: Mapping[str, str] = os.environ, folder: Path | None = None
) -> list[Target]:
    """Return every environment that is found, the likeliest first, each interpreter once."""
    folder = folder or Path()
    found = [
        next(likely_targets(environ, folder)),
        *_in_folder(folder),
        *_of_conda(),
        *_of_jupyter(environ),
    ]
    unique: dict[str, Target] = {}
    for target in found:
        unique.setdefault(os.path.normcase(target.executable or ""), target)
    return list(unique.values())


def python_in(environment: Path) -> Path | None:
    """Return the interpreter of an environment's folder, or None when there is none."""
    return next((environment / p for p in PYTHON_PLACES if _is_file(environment / p)), None)


def prefix_of(executable: str) -> str | None:
    """Return the environment's folder, when the interpreter's place shows that it is one."""
    path = Path(executable)
    for folder in (path.parent, path.parent.parent):
        if _is_file(folder / "pyvenv.cfg") or (folder / "conda-meta").is_dir():
            return str(folder)
    return None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # not permitted, too long, a NUL in it
        return False


def _target(executable: Path, found_via: str, name: str | None = None) -> Target:
    # Links are kept: a venv's python is a link, and what it points to is another environment.
    # A path that is no text would break every report; such an interpreter is said not to start.
    path = os.fsencode(executable.absolute()).decode("utf-8", "replace")
    return Target(executable=path, prefix=prefix_of(path), found_via=found_via, name=name)


def _by_command(python: str) -> Target:
    found = shutil.which(python) or shutil.which(f"python{python}")
    if found is None:
        if python_in(Path(python)):
            raise TargetError(f"--python {python} is a folder: say --env {python}")
        raise TargetError(
            f"--python {python}: no such program on $PATH and no such executable file"
        )
    return _target(Path(found), "--python")


def _by_environment(env: str) -> Target:
    for folder in [Path(env), *(f for f in conda_folders() if f.name == env)]:
        if executable := python_in(folder):
            return _target(executable, "--env", env)
    looked_for = " or ".join(PYTHON_PLACES)
    raise TargetError(f"--env {env}: no {looked_for} there, and no conda environment of that name")


def _is_store_alias(executable: str) -> bool:
    """Tell whether this is the Windows placeholder that opens the shop instead of running."""
    return IS_WINDOWS and "WindowsApps" in executable and Path(executable).stat().st_size == 0


def _in_folder(folder: Path) -> Iterator[Target]:
    try:
        configs = sorted(folder.glob("*/pyvenv.cfg"))
    except OSError:
        return
    for config in configs:
        if executable := python_in(config.parent):
            yield _target(executable, f"./{config.parent.name}")


def conda_folders() -> list[Path]:
    """Return the folders of conda's environments, from the list that conda itself keeps."""
    try:
        lines = (Path.home() / ".conda" / "environments.txt").read_text("utf-8").splitlines()
    except (OSError, RuntimeError, UnicodeDecodeError):
        return []
    return [Path(line) for line in map(str.strip, lines) if line]


def _of_conda() -> Iterator[Target]:
    for folder in conda_folders():
        if executable := python_in(folder):
            yield _target(executable, "conda's list of environments", folder.name)


def _of_jupyter(environ: Mapping[str, str]) -> Iterator[Target]:
    for folder in _jupyter_folders(environ):
        for spec in sorted(folder.glob("kernels/*/kernel.json")):
            try:
                content = json.loads(spec.read_bytes())
                program, name = (
                    content["argv"][0],
                    str(content.get("display_name", spec.parent.name)),
                )
            except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
                continue  # a broken kernelspec is Jupyter's affair
            executable = shutil.which(str(program))
            if executable and content.get("language", "python") == "python":
                yield _target(Path(executable), "Jupyter kernel", name)


def _jupyter_folders(environ: Mapping[str, str]) -> list[Path]:
    """Return Jupyter's data folders (Jupyter documentation, "Common Directories", 2026)."""
    folders = [Path(part) for part in environ.get("JUPYTER_PATH", "").split(os.pathsep) if part]
    if IS_WINDOWS:
        places = [environ.get("APPDATA"), environ.get("PROGRAMDATA")]
        return folders + [Path(place) / "jupyter" for place in places if place]
    home = Path(environ.get("HOME", "/nonexistent"))
    user = home / ("Library/Jupyter" if sys.platform == "darwin" else ".local/share/jupyter")
    return [*folders, user, Path("/usr/local/share/jupyter"), Path("/usr/share/jupyter")]
