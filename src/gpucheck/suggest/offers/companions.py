"""torchvision and torchaudio: each release belongs to one torch, or to all from one on.

torchaudio's last release, 2.11.0, no longer names its torch; it is that of the same number
(PyTorch's "Previous versions", 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from gpucheck.suggest.offer import Offer
from gpucheck.suggest.situation import Situation
from gpucheck.tables import Tables


def offers(situation: Situation, tables: Tables) -> Iterator[Offer]:
    """Yield every release of both; the build is that of torch."""
    table = tables.torch_companions
    dates = {f"=={row.torch}": row.released for row in tables.torch_index_wheels.rows}
    for row in table.rows:
        torch = row.torch or f"=={row.release}"
        if row.torch or row.package == "torchaudio":
            yield Offer(
                name=row.package,
                package=row.package,
                release=row.release,
                released=dates.get(torch),
                platform=situation.platform,
                python=row.python,
                requires=(f"torch{torch}",),
                source=table.source_of(row),
            )
