"""The newest PyTorch and TensorFlow that a GPU can use: by their code, and by their cuDNN."""

from __future__ import annotations

from collections.abc import Iterator

from gpucheck.answers import Stated, main_source
from gpucheck.answers.gpu_builds import GpuBuild, tensorflow_for, torch_for
from gpucheck.answers.releases import by_version, platform_names, spans, version
from gpucheck.compatibility.devices import TEGRA
from gpucheck.tables import Tables
from gpucheck.versions import ComputeCapability

JETPACK = "NVIDIA's builds for JetPack, which are not in these tables"


def newest_builds(gpu: ComputeCapability, platform: str, tables: Tables) -> Iterator[Stated]:
    """Yield the newest release of each framework for a GPU, and why newer ones are not named.

    `platform` is a Linux: "linux_x86_64".
    """
    torch, tensorflow = tables.torch_wheels, tables.tensorflow_wheels
    for framework, builds, source in (
        ("PyTorch", torch_for(gpu, platform, tables), main_source(torch, torch.rows)),
        (
            "TensorFlow",
            tensorflow_for(gpu, platform, tables),
            main_source(tensorflow, tensorflow.rows),
        ),
    ):
        yield from _newest(framework, list(builds), gpu, platform, source)


def _newest(
    framework: str, builds: list[GpuBuild], gpu: ComputeCapability, platform: str, source: str
) -> Iterator[Stated]:
    topic = f"newest {framework}"
    if platform != "linux_x86_64":
        topic += f", {platform_names([platform])}"
    usable = [build for build in builds if build.cudnn.fits is not False]
    sass = [build for build in usable if build.code == "sass"]
    ptx = [build for build in usable if build.code == "ptx"]
    if gpu in TEGRA and not sass:
        yield Stated(topic, (JETPACK,), source)
    elif not builds:
        yield Stated(
            topic, (f"no release has a CUDA build for {platform_names([platform])}",), source
        )
    elif not (sass or ptx):
        yield Stated(topic, ("no release has code for it",), source)
    else:
        shown = _shown(sass or ptx)
        yield Stated(topic, tuple(_said(shown, is_ptx=not sass)), shown[0].source)
        yield from _newer(f"newer {framework}", shown[0].release, builds)


def _shown(found: list[GpuBuild]) -> list[GpuBuild]:
    """Return the builds of the newest release; of equals one whose cuDNN is known to fit."""
    newest = max((build.release for build in found), key=version)
    shown = [build for build in found if build.release == newest and "-cpu" not in build.name]
    return [build for build in shown if build.cudnn.fits] or shown


def _said(shown: list[GpuBuild], *, is_ptx: bool) -> Iterator[str]:
    yield shown[0].release
    yield from dict.fromkeys(build.name for build in shown)
    if is_ptx:
        yield "through PTX, compiled at the first start"
    if shown[0].cudnn.says:
        yield shown[0].cudnn.says


def _newer(topic: str, release: str, builds: list[GpuBuild]) -> Iterator[Stated]:
    """Yield the newer releases with code for the GPU but not its cuDNN, and those not known."""
    newer = [build for build in builds if version(build.release) > version(release)]
    every = by_version(build.release for build in builds)
    without = [b for b in newer if b.code in {"sass", "ptx"} and b.cudnn.fits is False]
    if without:
        releases = ", ".join(spans((build.release for build in without), every))
        says = f"{releases}: its code, but {without[-1].cudnn.says}"
        yield Stated(topic, (says,), without[-1].source)
    unknown = [build for build in newer if build.code is None]
    if unknown:
        releases = ", ".join(spans((build.release for build in unknown), every))
        yield Stated(topic, (f"{releases}: not known for which GPUs",), unknown[-1].source)
