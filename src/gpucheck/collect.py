"""Collect the facts of a machine and an environment: start the probes, gather what they tell.

In: a `Target`. Out: `Facts`. Every probe runs in a child, all side by side: those under `probes/`
with gpucheck's interpreter, those under `inside/` with the inspected one. The folders are the
lists: a file's name is its section's, or its framework's. What a probe wrote before it failed
is kept; a value of the wrong shape is dropped alone.
"""

from __future__ import annotations

import importlib.util
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from gpucheck import versions
from gpucheck.child import Family, Job, Result
from gpucheck.facts import (
    CudaDriver,
    Driver,
    Facts,
    Framework,
    Machine,
    Packages,
    Record,
    Section,
    Target,
    Toolkit,
)
from gpucheck.release import RELEASE

DEFAULT_TIMEOUT_S = 20.0
HERE = Path(__file__).parent
FRAMEWORKS = HERE / "inside" / "frameworks"

RecordT = TypeVar("RecordT", bound=Record)


class Collection:
    """A collection under way: `begin` starts it, `facts` waits for its end."""

    def __init__(self, target: Target, *, timeout_s: float, with_imports: bool) -> None:
        self.target = target
        self.timeout_s = timeout_s
        self.with_imports = with_imports
        self._started = time.monotonic()
        self._family = Family()
        own = (sys.executable, "-I", "-S")  # deaf to the user's PYTHONPATH and .pth files
        inspected = (str(target.executable),)
        self._packages = self._start("packages", inspected, HERE / "inside" / "probes")
        self._others = [
            self._start("driver", own, HERE / "probes", _folder_of("pynvml")),
            self._start("cuda_driver", inspected, HERE / "inside" / "probes"),
            self._start("toolkit", own, HERE / "probes", target.prefix or ""),
            self._start("machine", own, HERE / "probes"),
        ]

    def facts(self) -> Facts:
        """Wait for every probe and return what they told.

        Raises:
            KeyboardInterrupt: the user interrupted; all children have been ended.
        """
        try:
            packages = self._packages.wait()
            builds = packages.facts.pop("frameworks", {})
            asked = builds if self.with_imports else ()
            imports = [
                self._start(name, (str(self.target.executable),), FRAMEWORKS) for name in asked
            ]
            others = {running.name: running.wait() for running in self._others}
            imported = {running.name: running.wait() for running in imports}
        finally:
            self._family.end()
        return Facts(
            gpucheck_release=RELEASE,
            elapsed_s=round(time.monotonic() - self._started, 3),
            collected_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            target=self.target,
            machine=_section(Machine, others["machine"]),
            driver=_section(Driver, others["driver"]),
            cuda_driver=_section(CudaDriver, others["cuda_driver"]),
            toolkit=_section(Toolkit, others["toolkit"]),
            packages=_section(Packages, packages),
            frameworks=_frameworks(packages, builds, imported),
        )

    def _start(self, name: str, python: tuple[str, ...], folder: Path, *arguments: str) -> _Running:
        probe_file = folder / f"{name}.py"
        return _Running(Job(name, python, probe_file, self.timeout_s, arguments), self._family)


class _Running(threading.Thread):
    """One probe under way."""

    def __init__(self, job: Job, family: Family) -> None:
        super().__init__(name=job.name, daemon=True)
        self._job = job
        self._family = family
        self._result = Result("not_started")
        self.start()

    def run(self) -> None:
        """Run the probe to its end (in this thread)."""
        self._result = self._family.run(self._job)

    def wait(self) -> Result:
        """Wait for the end, in short naps: a plain join cannot be interrupted on Windows."""
        while self.is_alive():
            self.join(0.2)
        return self._result


def begin(
    target: Target, *, timeout_s: float = DEFAULT_TIMEOUT_S, with_imports: bool = True
) -> Collection:
    """Start all probes of `target`, each with `timeout_s` to answer."""
    return Collection(target, timeout_s=timeout_s, with_imports=with_imports)


def framework_names() -> list[str]:
    """Return the names of the frameworks that gpucheck knows."""
    return sorted(path.stem for path in FRAMEWORKS.glob("[!_]*.py"))


def _folder_of(module: str) -> str:
    """Return the folder that holds an importable module, without importing it."""
    found = importlib.util.find_spec(module)
    return str(Path(found.origin).parent) if found and found.origin else ""


def _frameworks(
    packages: Result, builds: dict[str, Any], imported: dict[str, Result]
) -> dict[str, Section[Framework]]:
    sections: dict[str, Section[Framework]] = {}
    for name in framework_names():
        if name in builds:
            result = imported.get(name, Result("not_asked"))
            sections[name] = _section(Framework, result, {"name": name, **builds[name]})
        elif packages.outcome == "ok":
            sections[name] = Section(outcome="absent", value=Framework(name=name))
        else:
            reason = "the installed packages could not be read"
            sections[name] = Section(
                outcome="not_started", value=Framework(name=name), reason=reason
            )
    return sections


def _section(
    record: type[RecordT], result: Result, base: dict[str, Any] | None = None
) -> Section[RecordT]:
    value, wrong = _convert(record, {**(base or {}), **result.facts})
    is_garbled = bool(wrong) and result.outcome == "ok"
    return Section(
        outcome="garbled" if is_garbled else result.outcome,
        value=value,
        elapsed_s=result.elapsed_s or None,
        stage=result.stage,
        signal=result.signal,
        exit_status=result.exit_status,
        reason=wrong if is_garbled else result.reason,
        output_tail=result.output_tail,
    )


def _convert(record: type[RecordT], raw: dict[str, Any]) -> tuple[RecordT, str]:
    """Return the record, and what was wrong with the values that had to be left out."""
    try:
        return msgspec.convert(raw, record, dec_hook=versions.decode), ""
    except (ValueError, TypeError) as error:
        wrong = str(error)
    kept = {}
    required = {"name": raw["name"]} if "name" in raw else {}
    for key, value in raw.items():
        try:
            msgspec.convert({**required, key: value}, record, dec_hook=versions.decode)
            kept[key] = value
        except (ValueError, TypeError):
            continue
    return msgspec.convert(kept, record, dec_hook=versions.decode), wrong
