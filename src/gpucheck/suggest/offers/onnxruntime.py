"""ONNX Runtime: onnxruntime-gpu, with CUDA's libraries where it has extras that bring them.

The package for the CPU, onnxruntime, has the same releases (ONNX Runtime's release pages, 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from gpucheck.compatibility.framework_builds import onnxruntime_builds
from gpucheck.suggest.offer import Offer, offer_of
from gpucheck.suggest.situation import Situation
from gpucheck.tables import Tables
from gpucheck.tables.rows.onnxruntime import OnnxruntimeWheelRow

_EXTRAS = ("cuda", "cudnn")


def offers(situation: Situation, tables: Tables) -> Iterator[Offer]:
    """Yield every release for the platform."""
    table = tables.onnxruntime_wheels
    if situation.is_cpu:
        yield from (_for_cpu(row, situation, table.source_of(row)) for row in table.rows)
        return
    rows = {row.release: row for row in table.rows}
    for build in onnxruntime_builds(tables):
        if build.platform != situation.platform:
            continue
        row = rows[build.release]
        extras = [name for name in _EXTRAS if name in row.extras]
        brings = tuple(line for name in extras for line in row.extras[name])
        cudnn = f" and cuDNN {row.cudnn_major}" if row.cudnn_major else ""
        yield offer_of(
            row,
            name="onnxruntime",
            package=f"onnxruntime-gpu[{','.join(extras)}]" if extras else "onnxruntime-gpu",
            platform=build.platform,
            build=build,
            cuda_major=build.cuda.major,
            requires=(*row.requires, *brings),
            needs=None if extras else f"CUDA {build.cuda.major}{cudnn}",
            source=build.source,
        )


def _for_cpu(row: OnnxruntimeWheelRow, situation: Situation, source: str) -> Offer:
    return offer_of(
        row,
        name="onnxruntime",
        package="onnxruntime",
        platform=situation.platform,
        requires=row.requires,
        source=source,
    )
