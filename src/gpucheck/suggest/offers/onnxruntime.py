"""ONNX Runtime: onnxruntime-gpu, with CUDA's libraries where it has extras that bring them."""

from __future__ import annotations

from collections.abc import Iterator

from gpucheck.compatibility.framework_builds import onnxruntime_builds
from gpucheck.suggest.offer import Offer
from gpucheck.suggest.situation import Situation
from gpucheck.tables import Tables

_EXTRAS = ("cuda", "cudnn")


def offers(situation: Situation, tables: Tables) -> Iterator[Offer]:
    """Yield every release for the platform; for the CPU, the table has none."""
    if situation.is_cpu:
        return
    table = tables.onnxruntime_wheels
    rows = {row.release: row for row in table.rows}
    for build in onnxruntime_builds(tables):
        if build.platform != situation.platform:
            continue
        row = rows[build.release]
        extras = [name for name in _EXTRAS if name in row.extras]
        brings = tuple(line for name in extras for line in row.extras[name])
        cudnn = f" and cuDNN {row.cudnn_major}" if row.cudnn_major else ""
        yield Offer(
            name="onnxruntime",
            package=f"onnxruntime-gpu[{','.join(extras)}]" if extras else "onnxruntime-gpu",
            release=row.release,
            released=row.released,
            platform=build.platform,
            python=row.python,
            requires_python=row.requires_python,
            build=build,
            cuda_major=build.cuda.major,
            requires=(*row.requires, *brings),
            needs=None if extras else f"CUDA {build.cuda.major}{cudnn}",
            source=build.source,
        )
