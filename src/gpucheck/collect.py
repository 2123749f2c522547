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
from gpucheck.child import KILL_WAIT_S, Family, Job, Result
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
from gpucheck.neighbours import other_environments
from gpucheck.release import RELEASE

DEFAULT_TIMEOUT_S = 20.0
MAX_PRINTED_LINES = 40
START_GRACE_S = 2 * KILL_WAIT_S
"""What a probe may take beyond its time limit: to be killed, or to be given up."""
HERE = Path(__file__).parent
FRAMEWORKS = HERE / "inside" / "frameworks"

RecordT = TypeVar("RecordT", bound=Record)


class Collection:
    """A collection under way: `begin` starts it, `facts` waits for its end.

    Whoever leaves before calls `end`, so that no child stays behind.
    """

    def __init__(self, target: Target, *, timeout_s: float, with_imports: bool) -> None:
        self.target = target
        self.timeout_s = timeout_s
        self.with_imports = with_imports
        self._started = time.monotonic()
        self._family = Family()
        self._threads: list[_Running] = []
        try:
            self._begin()
        except BaseException:
            self.end()
            raise

    def _begin(self) -> None:
        target = self.target
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
        """Wait for every probe and return what they told."""
        packages = self._packages.wait()
        builds = packages.facts.pop("frameworks", {})
        asked = builds if self.with_imports else ()
        imports = [self._start(name, (str(self.target.executable),), FRAMEWORKS) for name in asked]
        others = {running.name: running.wait() for running in self._others}
        imported = {running.name: running.wait() for running in imports}
        self.end()
        is_without = packages.outcome == "ok" and not builds
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
            other_environments=other_environments(self.target) if is_without else (),
        )

    def end(self) -> None:
        """End all children, and give their threads a moment to clean up."""
        self._family.end()
        for thread in self._threads:
            thread.join(KILL_WAIT_S)

    def _start(self, name: str, python: tuple[str, ...], folder: Path, *arguments: str) -> _Running:
        probe_file = folder / f"{name}.py"
        job = Job(name, python, probe_file, self.timeout_s, arguments)
        self._threads.append(_Running(job, self._family))
        return self._threads[-1]


class _Running(threading.Thread):
    """One probe under way."""

    def __init__(self, job: Job, family: Family) -> None:
        super().__init__(name=job.name, daemon=True)
        self._job = job
        self._family = family
        self._result = Result("not_started", reason="its process did not start in time")
        self._deadline = time.monotonic() + job.timeout_s + START_GRACE_S
        self.start()

    def run(self) -> None:
        """Run the probe to its end (in this thread)."""
        self._result = self._family.run(self._job)

    def wait(self) -> Result:
        """Wait for the end, in short naps: a plain join cannot be interrupted on Windows.

        The process has its own time limit; this one is for a process that cannot be started.
        """
        while self.is_alive() and time.monotonic() < self._deadline:
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
            unavailable = builds[name].get("unavailable", {}) | result.facts.get("unavailable", {})
            printed = result.output_tail.splitlines()[-MAX_PRINTED_LINES:]
            base = {"name": name, "printed": printed, **builds[name]}
            sections[name] = _section(Framework, result, base, unavailable)
        elif packages.outcome == "ok":  # else it is not known what is installed
            sections[name] = Section(outcome="absent", value=Framework(name=name))
    return sections


def _section(
    record: type[RecordT],
    result: Result,
    base: dict[str, Any] | None = None,
    unavailable: dict[str, str] | None = None,
) -> Section[RecordT]:
    told = (base or {}) | result.facts | ({"unavailable": unavailable} if unavailable else {})
    return Section(
        outcome=result.outcome,
        value=_convert(record, told),
        elapsed_s=result.elapsed_s or None,
        stage=result.stage,
        signal=result.signal,
        exit_status=result.exit_status,
        reason=result.reason,
        output_tail=result.output_tail,
    )


def _convert(record: type[RecordT], raw: dict[str, Any]) -> RecordT:
    """Return the record; a value of the wrong shape is left out alone, with the reason."""
    try:
        return msgspec.convert(raw, record, dec_hook=versions.decode)
    except (ValueError, TypeError):
        pass
    kept: dict[str, Any] = {}
    unreadable: dict[str, str] = {}
    required = {"name": raw["name"]} if "name" in raw else {}
    for key, value in raw.items():
        try:
            msgspec.convert({**required, key: value}, record, dec_hook=versions.decode)
            kept[key] = value
        except (ValueError, TypeError) as error:
            unreadable[key] = f"unreadable: {error}"
    kept["unavailable"] = {**kept.get("unavailable", {}), **unreadable}
    return msgspec.convert(kept, record, dec_hook=versions.decode)
