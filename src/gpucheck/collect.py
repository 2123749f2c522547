"""Collect the facts of a machine and an environment: start the probes, gather what they tell.

In: a `Target`. Out: `Facts`. Every probe runs in a child, all side by side: those under `probes/`
with gpucheck's interpreter, those under `inside/` with the inspected one. The folders are the
lists: a file's name is its section's, or its framework's. What a probe wrote before it failed
is kept; a value of the wrong shape is dropped alone.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gpucheck.child import KILL_WAIT_S, Family, Job, Result
from gpucheck.facts import (
    CudaDriver,
    Driver,
    Facts,
    Framework,
    Machine,
    Packages,
    Section,
    Target,
    Toolkit,
)
from gpucheck.neighbours import other_environments
from gpucheck.release import RELEASE
from gpucheck.running import Running
from gpucheck.sections import section_of
from gpucheck.smoke_tests import SmokeTests, SmokeWish, Surroundings

DEFAULT_TIMEOUT_S = 20.0
MAX_PRINTED_LINES = 40
HERE = Path(__file__).parent
FRAMEWORKS = HERE / "inside" / "frameworks"


class Collection:
    """A collection under way: `begin` starts it, `facts` waits for its end.

    Whoever leaves before calls `end`, so that no child stays behind.
    """

    def __init__(
        self, target: Target, *, timeout_s: float, with_imports: bool, smoke: SmokeWish | None
    ) -> None:
        self.target = target
        self.timeout_s = timeout_s
        self.with_imports = with_imports
        self.smoke = smoke
        self._started = time.monotonic()
        self._family = Family()
        self._threads: list[Running] = []
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
        self._driver = self._start("driver", own, HERE / "probes", _folder_of("pynvml"))
        self._cuda_driver = self._start("cuda_driver", inspected, HERE / "inside" / "probes")
        self._toolkit = self._start("toolkit", own, HERE / "probes", target.prefix or "")
        self._machine = self._start("machine", own, HERE / "probes")

    def facts(self) -> Facts:
        """Wait for every probe and return what they told."""
        packages = self._packages.wait()
        builds = packages.facts.pop("frameworks", {})
        asked = builds if self.with_imports else ()
        imports = [self._start(name, (str(self.target.executable),), FRAMEWORKS) for name in asked]
        driver = section_of(Driver, self._driver.wait())
        cuda_driver = section_of(CudaDriver, self._cuda_driver.wait())
        tests = self._smoke_tests(builds, driver.value, cuda_driver.value)
        imported = {running.name: running.wait() for running in imports}
        machine, toolkit = self._machine.wait(), self._toolkit.wait()
        smoke = tests.sections() if tests else {}
        self.end()
        is_without = packages.outcome == "ok" and not builds
        return Facts(
            gpucheck_release=RELEASE,
            elapsed_s=round(time.monotonic() - self._started, 3),
            collected_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            target=self.target,
            machine=section_of(Machine, machine),
            driver=driver,
            cuda_driver=cuda_driver,
            toolkit=section_of(Toolkit, toolkit),
            packages=section_of(Packages, packages),
            frameworks=_frameworks(packages, builds, imported),
            smoke=smoke,
            other_environments=other_environments(self.target) if is_without else (),
        )

    def end(self) -> None:
        """End all children, and give their threads a moment to clean up."""
        self._family.end()
        for thread in self._threads:
            thread.join(KILL_WAIT_S)

    def _smoke_tests(
        self, builds: dict[str, Any], driver: Driver, cuda_driver: CudaDriver
    ) -> SmokeTests | None:
        """Start the smoke tests, if they are wished and there is something to test."""
        if self.smoke is None or not (self.smoke.is_cpu or cuda_driver.devices):
            return None
        around = Surroundings(
            python=(str(self.target.executable),),
            frameworks=tuple(n for n, b in builds.items() if self.smoke.is_cpu or _may_use_gpu(b)),
            devices=cuda_driver.devices or (),
            gpus=driver.gpus or (),
            pynvml_folder=_folder_of("pynvml"),
        )
        return SmokeTests(self.smoke, around, self._run, timeout_s=self.timeout_s)

    def _start(self, name: str, python: tuple[str, ...], folder: Path, *arguments: str) -> Running:
        return self._run(Job(name, python, folder / f"{name}.py", self.timeout_s, arguments))

    def _run(self, job: Job) -> Running:
        self._threads.append(Running(job, self._family))
        return self._threads[-1]


def begin(
    target: Target,
    *,
    timeout_s: float = DEFAULT_TIMEOUT_S,
    with_imports: bool = True,
    smoke: SmokeWish | None = None,
) -> Collection:
    """Start all probes of `target`, each with `timeout_s` to answer; `smoke` tests come after."""
    return Collection(target, timeout_s=timeout_s, with_imports=with_imports, smoke=smoke)


def _may_use_gpu(build: dict[str, Any]) -> bool:
    """Tell whether a framework may use a GPU by what its files tell."""
    return build.get("is_cuda_build") is not False


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
            sections[name] = section_of(Framework, result, base, unavailable)
        elif packages.outcome == "ok":  # else it is not known what is installed
            sections[name] = Section(outcome="absent", value=Framework(name=name))
    return sections
