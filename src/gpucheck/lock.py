"""A lock file: what matters of a machine on which all was well, and how another one differs.

    {"lock_version": 1, "gpucheck": "0.1.0", "tables_date": "2026-11-27",
     "values": [{"what": "driver branch", "value": "580"}, …]}

In: facts, or a lock file's text. Out: a `Lock`, and the `Drift` of a machine from it. Grave is what
decides whether the GPU is used at all: fewer or other GPUs, a framework that is gone or built
without CUDA. The rest is worth a warning.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from gpucheck.facts import FRAMEWORK_TITLES, Facts, Framework
from gpucheck.release import RELEASE
from gpucheck.visible_text import ascii_json

LOCK_VERSION = 1
GRAVE = ("GPUs", "model of", "built for CUDA", "is installed")
"""How the names of values begin or end whose drift is an error."""


class LockError(ValueError):
    """A text is no lock file; the message says why."""


class Value(msgspec.Struct, frozen=True):
    """One thing that is to stay as it is."""

    what: str  # "PyTorch release"
    value: str


class Lock(msgspec.Struct, frozen=True):
    """What a machine was like."""

    gpucheck: str  # the release that wrote it
    tables_date: str
    values: tuple[Value, ...]
    lock_version: int = LOCK_VERSION


class Drift(msgspec.Struct, frozen=True):
    """One thing that is no longer as it was."""

    what: str
    locked: str
    now: str | None  # None: it is not there, or not known
    severity: Literal["error", "warning"]


def lock_of(facts: Facts, tables_date: str) -> Lock:
    """Return what matters of a machine."""
    values = tuple(Value(what, value) for what, value in _values(facts) if value is not None)
    return Lock(RELEASE, tables_date, values)


def to_text(lock: Lock) -> str:
    """Return a lock file's text, one value a line for readable differences."""
    head = msgspec.to_builtins(lock)
    values = [f"  {msgspec.json.encode(each).decode()}" for each in head.pop("values")]
    fields = [f' "{name}": {msgspec.json.encode(value).decode()}' for name, value in head.items()]
    listed = ",\n".join(values)
    return ascii_json("{\n" + ",\n".join([*fields, f' "values": [\n{listed}\n ]']) + "\n}\n")


def read_lock(text: bytes) -> Lock:
    """Return the lock in a file.

    Raises:
        LockError: it is none, or of a newer gpucheck.
    """
    try:
        lock = msgspec.json.decode(text, type=Lock)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise LockError(f"it is no lock file: {error}") from error
    if lock.lock_version > LOCK_VERSION:
        raise LockError(f"lock version {lock.lock_version} is newer than this gpucheck knows")
    return lock


def drift(lock: Lock, facts: Facts) -> Iterator[Drift]:
    """Yield what is not as the lock has it; what is new beside it is no drift."""
    now = {what: value for what, value in _values(facts) if value is not None}
    for each in lock.values:
        if now.get(each.what) != each.value:
            severity: Literal["error", "warning"] = "error" if _is_grave(each.what) else "warning"
            yield Drift(each.what, each.value, now.get(each.what), severity)


def _is_grave(what: str) -> bool:
    return what.startswith(GRAVE) or what.endswith(GRAVE)


def _values(facts: Facts) -> Iterator[tuple[str, str | None]]:
    release = facts.driver.value.driver_release
    yield "driver branch", str(release).partition(".")[0] if release else None
    devices = facts.cuda_driver.value.devices
    yield "GPUs that CUDA sees", None if devices is None else str(len(devices))
    for number, gpu in enumerate(facts.visible_gpus):
        yield f"model of GPU {number}", gpu.name
    python = facts.packages.value.python_release
    yield "Python", ".".join(python.split(".")[:2]) if python else None
    for name, section in facts.installed.items():
        yield from _of_framework(FRAMEWORK_TITLES.get(name, name), section.value)


def _of_framework(title: str, build: Framework) -> Iterator[tuple[str, str | None]]:
    yield f"{title} is installed", "yes"
    yield f"{title} release", build.release
    cuda = build.built_for_cuda or build.built_for_cuda_major
    yield f"{title} built for CUDA", str(cuda) if cuda else None
    yield f"{title} CUDA runtime", str(build.runtime_cuda) if build.runtime_cuda else None
    yield f"{title} cuDNN loaded", str(build.loaded_cudnn) if build.loaded_cudnn else None
