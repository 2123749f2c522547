"""Compile the fake driver libraries into a folder.

In: the C files beside this one, and the functions that an older driver would lack.
Out: a folder with ``libnvidia-ml.so.1`` and ``libcuda.so.1``, and the environment that makes a
child process load them. Nothing is left outside the folder that the caller names.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile
from fnmatch import fnmatchcase
from pathlib import Path

_SOURCES = Path(__file__).parent


class NoCompiler(Exception):  # noqa: N818 (a state of the machine, as in StopIteration)
    """The libraries cannot be built here: no ``cc``, or not Linux. Tests skip on it."""


def build(
    folder: Path,
    *,
    nvml_missing: tuple[str, ...] = (),
    cuda_missing: tuple[str, ...] = (),
    with_nvml: bool = True,
    with_cuda: bool = True,
) -> Path:
    """Put the libraries into the folder, made if need be, and return the folder.

    A missing function (a name, or a pattern such as ``*_v2``) is absent from the symbol table,
    as in a driver that is older than the function. Each variant is compiled once per process.

    Raises:
        NoCompiler: there is no ``cc``, or this is not Linux.
        ValueError: a missing function is not one of ours.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for wanted, source, library, missing in (
        (with_nvml, "nvml.c", "libnvidia-ml.so.1", nvml_missing),
        (with_cuda, "cuda.c", "libcuda.so.1", cuda_missing),
    ):
        check_functions(missing, source)
        if wanted:
            (folder / library).write_bytes(_compile(source, library, tuple(sorted(missing))))
    return folder


def env(folder: Path, scenario_path: Path) -> dict[str, str]:
    """Return the variables that make a child process load the libraries and play the scenario."""
    others = os.environ.get("LD_LIBRARY_PATH")
    return {
        "LD_LIBRARY_PATH": f"{folder}:{others}" if others else str(folder),
        "FAKE_GPU_SCENARIO": str(scenario_path),
    }


def install(
    folder: Path,
    text: str,
    *,
    nvml_missing: tuple[str, ...] = (),
    cuda_missing: tuple[str, ...] = (),
    with_nvml: bool = True,
    with_cuda: bool = True,
) -> dict[str, str]:
    """Build into the folder, write the scenario's text beside it, return ``env`` of both."""
    build(
        folder,
        nvml_missing=nvml_missing,
        cuda_missing=cuda_missing,
        with_nvml=with_nvml,
        with_cuda=with_cuda,
    )
    path = folder / "scenario.txt"
    path.write_text(text, encoding="ascii")
    return env(folder, path)


@functools.cache
def functions(source: str) -> frozenset[str]:
    """Return the names of the driver functions that ``nvml.c`` or ``cuda.c`` defines."""
    text = (_SOURCES / source).read_text(encoding="utf-8")
    # Either a definition, or the first argument of a macro that makes one.
    found = re.findall(
        r"^(?:[A-Za-z_].*\b|[A-Z_0-9]+\()((?:nvml|cu)[A-Z]\w*)[(,]", text, re.MULTILINE
    )
    return frozenset(found)


def check_functions(patterns: tuple[str, ...], *sources: str) -> None:
    """Raise ValueError for a pattern that names no function: the test would test nothing."""
    known = frozenset[str]().union(*map(functions, sources))
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in known):
            raise ValueError(f"{pattern!r} names no function of {' or '.join(sources)}")


@functools.cache
def _compile(source: str, library: str, missing: tuple[str, ...]) -> bytes:
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        raise NoCompiler("the fake driver libraries need Linux and a C compiler named cc")
    prefix = "nvml*" if source == "nvml.c" else "cu*"
    with tempfile.TemporaryDirectory() as scratch:
        # The linker makes a named symbol local, so that dlsym really does not find it.
        symbols = Path(scratch, "symbols.map")
        hidden = " ".join(f"{name};" for name in (*_expand(missing, source), "*"))
        symbols.write_text(f"{{ global: {prefix}; local: {hidden} }};\n", encoding="ascii")
        output = Path(scratch, library)
        command = [compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror"]
        command += [f"-Wl,-soname,{library}", f"-Wl,--version-script={symbols}"]
        command += ["-o", str(output), str(_SOURCES / source), str(_SOURCES / "scenario.c")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"cannot compile {source}:\n{done.stderr}")
        return output.read_bytes()


def _expand(patterns: tuple[str, ...], source: str) -> list[str]:
    # The linker prefers an exact name to a pattern, hence no patterns in what it is told to hide.
    return sorted(n for n in functions(source) if any(fnmatchcase(n, p) for p in patterns))
