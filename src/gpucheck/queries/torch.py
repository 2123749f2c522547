"""What a PyTorch release was built for, how its builds are installed, and what goes with it."""

from __future__ import annotations

from collections.abc import Iterator

from gpucheck.answers import Answer, Query, Stated, stated, unknown
from gpucheck.answers.releases import choose, python_spans
from gpucheck.answers.torch_builds import builds
from gpucheck.answers.torch_commands import installing
from gpucheck.answers.torch_neighbours import neighbours
from gpucheck.tables import Tables


def _answer(subject: str, value: str, tables: Tables) -> Answer:
    table = tables.torch_wheels
    served = tables.torch_index_wheels.rows
    known = [*(row.torch for row in table.rows), *(row.torch for row in served)]
    choice = choose(value, known)
    if choice is None:
        return unknown(subject, value, table.name, known)
    release, local = choice.release, choice.local or ""
    variants = {row.variant for row in table.rows if row.torch == release}
    if local.startswith("cu") and local not in variants:
        other = tuple(f"{release}+{variant}" for variant in sorted(variants))
        return Answer(f"{subject} {value}", near=other, table=table.name)
    only = local if local in variants else None
    says = [
        *_release(release, tables),
        *builds(release, only, tables),
        *installing(release, only, tables),
        *neighbours(release, only, tables),
    ]
    first = choice.stated(says[0].source) if says else ()
    return Answer(f"{subject} {value}", (*first, *says))


def _release(release: str, tables: Tables) -> Iterator[Stated]:
    table = tables.torch_index_wheels
    rows = [row for row in table.rows if row.torch == release]
    if rows:
        source = table.source_of(rows[0])
        yield from stated("released", rows[0].released, source)
        python = max((row.python for row in rows), key=len)
        yield from stated("Python", python_spans(python), source)


QUERY = Query(
    subjects=("torch", "pytorch"),
    sample="2.9.1",
    shows="Pythons, CUDA builds with their drivers and GPUs, how to get them, what goes with it",
    answer=_answer,
)
