"""What supports the GPUs of a compute capability: toolkits, drivers, framework builds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gpucheck.answers import Stated, stated
from gpucheck.answers.releases import version
from gpucheck.compatibility.builds import Build
from gpucheck.compatibility.devices import Code, code_for, targets_of
from gpucheck.compatibility.framework_builds import tensorflow_builds, torch_builds
from gpucheck.tables import Tables
from gpucheck.versions import ComputeCapability

KERNEL_MODULES = {
    "proprietary": "the proprietary one only",
    "either": "the open or the proprietary one",
    "open": "the open one only",
}


def supported_by(capability: ComputeCapability, tables: Tables) -> Iterator[Stated]:
    """Yield the toolkits, drivers and newest framework builds for a compute capability."""
    table = tables.architectures
    for row in table.rows:
        if row.compute_capability == capability:
            source = table.source_of(row)
            first = f"from {row.first_cuda}" if row.first_cuda else ""
            last = f"up to {row.last_cuda}" if row.last_cuda else "still supported"
            yield from stated("CUDA toolkits", tuple(filter(None, (first, last))), source)
            branch = row.last_driver_branch
            drivers = f"up to branch {branch}" if branch else "still supported"
            yield from stated("drivers", drivers, source)
            module = KERNEL_MODULES.get(row.kernel_module or "")
            yield from stated("kernel module", module, source)
    yield from _newest("PyTorch", capability, torch_builds(tables))
    yield from _newest("TensorFlow", capability, tensorflow_builds(tables))


def _newest(framework: str, capability: ComputeCapability, builds: Iterable[Build]) -> list[Stated]:
    """Return the newest release with code for a GPU: machine code if there is, else PTX."""
    linux = [build for build in builds if build.platform == "linux_x86_64"]
    known = [build for build in linux if build.targets and build.is_confirmed]
    sass = [build for build in known if _code(build, capability) == "sass"]
    ptx = [build for build in known if _code(build, capability) == "ptx"]
    if not known or not (sass or ptx):
        source = known[-1].source if known else ""
        return [Stated(f"{framework} on Linux", ("no release has code for it",), source)]
    found = sass or ptx
    newest = max((build.release for build in found), key=version)
    shown = [build for build in found if build.release == newest and "-cpu" not in build.package]
    names = dict.fromkeys(build.variant or build.package for build in shown)
    how = () if sass else ("through PTX, compiled at the first start",)
    return [Stated(f"newest {framework}", (newest, *names, *how), shown[0].source)]


def _code(build: Build, capability: ComputeCapability) -> Code:
    return code_for(capability, *targets_of(build.targets or ()))
