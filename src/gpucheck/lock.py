"""A lock file: what matters of a machine on which all was well, and how another one differs.

    {"lock_version": 1, "gpucheck": "0.1.0", "tables_date": "2026-11-27",
     "values": [{"what": "driver branch", "value": "580"}, …]}

In: facts, or a lock file's text. Out: a `Lock`, and the `Drift` of a machine from it. Grave is what
decides whether the GPU is used at all: fewer or other GPUs, a framework that is gone or built for
another CUDA or none. The rest is worth a warning.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from gpucheck.compatibility.program_devices import cuda_devices, program_devices
from gpucheck.facts import FRAMEWORK_TITLES, Facts, Framework
from gpucheck.release import RELEASE
from gpucheck.visible_text import ascii_json

LOCK_VERSION = 1
COUNT, MODEL = "GPUs that CUDA sees", "model of"
BUILT_FOR, INSTALLED = "built for CUDA", " is installed"
YES, ABSENT = "yes", "none"
GRAVE = (COUNT, MODEL, BUILT_FOR, INSTALLED)
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
    now: str | None  # None: not known
    severity: Literal["error", "warning"]

    @property
    def sentence(self) -> str:
        """What is different."""
        if self.what.endswith(INSTALLED):
            return f"{self.what.removesuffix(INSTALLED)} is no longer installed."
        if self.what == COUNT:
            return "CUDA sees another number of GPUs."
        return f"{self.what[:1].upper()}{self.what[1:]} is not as locked."


def lock_of(facts: Facts, tables_date: str) -> Lock:
    """Return what matters of a machine."""
    told = ((what, value) for what, value in values_of(facts) if value not in {None, ABSENT})
    values = tuple(Value(what, str(value)) for what, value in told)
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
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise LockError(f"it is no lock file: {error}") from error
    if lock.lock_version > LOCK_VERSION:
        raise LockError(f"lock version {lock.lock_version} is newer than this gpucheck knows")
    return lock


def is_meant_as_lock(text: bytes) -> bool:
    """Tell whether a text that cannot be read as one, a part of one perhaps, was a lock file."""
    return text.lstrip().startswith(b"{") and b'"lock_version"' in text


def drift(lock: Lock, facts: Facts) -> Iterator[Drift]:
    """Yield what is not as the lock has it, or not known; what is new beside it is no drift.

    A framework or a GPU that is gone is told once, without its releases or its model.
    """
    now = dict(values_of(facts))
    for each in lock.values:
        value = now.get(each.what)
        if not _is_same(each, value) and not _is_told_by_another(each, now):
            yield Drift(each.what, each.value, value, _severity(each, value))


def _is_told_by_another(locked: Value, now: dict[str, str | None]) -> bool:
    """Tell whether a value cannot be here, since that which has it is not known to be."""
    if locked.what in now:
        return False
    titles = (title for title in FRAMEWORK_TITLES.values() if now[f"{title}{INSTALLED}"] != YES)
    return locked.what.startswith((MODEL, *(f"{title} " for title in titles)))


def _is_same(locked: Value, now: str | None) -> bool:
    if now is not None and locked.what.endswith(BUILT_FOR):
        # Of some wheels the files tell the major only, an import more: 13 may be 13.0.
        longer, shorter = sorted((locked.value, now), key=len, reverse=True)
        return f"{longer}.".startswith(f"{shorter}.")
    return locked.value == now


def _severity(locked: Value, now: str | None) -> Literal["error", "warning"]:
    if locked.what == COUNT and now is not None:
        is_more = locked.value in map(str, range(int(now)))
        return "warning" if is_more else "error"
    is_grave = locked.what.startswith(GRAVE) or locked.what.endswith(GRAVE)
    return "error" if is_grave else "warning"


def values_of(facts: Facts) -> Iterator[tuple[str, str | None]]:
    """Yield what can be said of a machine: None is not known, `ABSENT` that it is not there."""
    release = facts.driver.value.driver_release
    none = ABSENT if facts.has_nvidia_gpu is False else None
    yield "driver branch", str(release).partition(".")[0] if release else none
    devices = cuda_devices(facts)
    yield COUNT, None if devices is None else str(len(devices))
    for device in (devices and program_devices(facts)) or ():
        yield f"{MODEL} GPU {device.number}", device.name
    python = facts.packages.value.python_release
    yield "Python", ".".join(python.split(".")[:2]) if python else None
    for name, title in FRAMEWORK_TITLES.items():
        section = facts.installed.get(name)
        if section is not None:
            yield from _of_framework(title, section.value)
        else:
            is_whole = facts.origin == "live" and facts.packages.is_ok
            yield f"{title}{INSTALLED}", ABSENT if is_whole else None


def _of_framework(title: str, build: Framework) -> Iterator[tuple[str, str | None]]:
    yield f"{title}{INSTALLED}", YES
    yield f"{title} release", build.release
    cuda = build.built_for_cuda or build.built_for_cuda_major
    none = ABSENT if build.is_cuda_build is False else None
    yield f"{title} {BUILT_FOR}", str(cuda) if cuda else none
    yield f"{title} CUDA runtime", str(build.runtime_cuda) if build.runtime_cuda else None
    yield f"{title} cuDNN loaded", str(build.loaded_cudnn) if build.loaded_cudnn else None
