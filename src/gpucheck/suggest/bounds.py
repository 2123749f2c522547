"""Bounds that a release needs and does not declare, because what breaks it came later.

Sources: NumPy's release notes of 2.0.0 (binaries made for NumPy 1 do not load beside it);
protobuf's release notes of 21.0 (Python package 4.21.0, 2022-05-25: code that protoc before 3.19
generated is refused); the table cudnn for the GPUs that a cuDNN left behind; numba-cuda 0.30.4
itself, the newest of 2026-11: it uses numpy.row_stack, which NumPy 2.5 no longer has, so that no
kernel compiles (run on a GPU, 2026-11-27).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gpucheck.compatibility.cudnn import last_cudnn_for, newest_wheel
from gpucheck.compatibility.installed import accepts
from gpucheck.compatibility.numpy_builds import is_built_for_numpy_1
from gpucheck.suggest.offer import Offer
from gpucheck.suggest.situation import Situation
from gpucheck.tables import Known, Tables

FIRST_PROTOBUF_4 = "2022-05-25"
_PROTOBUF = re.compile(r"protobuf(?P<bounds>[^;]*)")
_BRIDGE_FOR_OLD_NUMPY = re.compile(r"numba-cuda(\[\w+\])?==0\.([12]?\d|30)\.")
_CUDNN = re.compile(r"(nvidia-cudnn-cu\d+)(?!==)([^;]*)(;.*)?")
"""cuDNN's wheel, asked for with a range."""


def bounds_of(offers: Iterable[Offer], situation: Situation, tables: Tables) -> tuple[str, ...]:
    """Return what to ask for beside the offers, each once."""
    found = (bound for offer in offers for bound in _bounds(offer, situation, tables))
    return tuple(dict.fromkeys(found))


def _bounds(offer: Offer, situation: Situation, tables: Tables) -> Iterator[str]:
    is_for_1 = is_built_for_numpy_1(offer.name, offer.release, tables)
    if isinstance(is_for_1, Known) and is_for_1.value and not _is_bounded(offer, "numpy"):
        yield "numpy<2"
    if any(map(_BRIDGE_FOR_OLD_NUMPY.match, offer.beside)):
        yield "numpy<2.5"
    named = next(filter(None, map(_PROTOBUF.fullmatch, offer.requires)), None)
    is_older = offer.released is not None and offer.released < FIRST_PROTOBUF_4
    if named and is_older and not _is_bounded(offer, "protobuf"):
        yield "protobuf<3.21"
    yield from _last_cudnn(offer, situation, tables)


def _last_cudnn(offer: Offer, situation: Situation, tables: Tables) -> Iterator[str]:
    """Yield the last cuDNN for an old GPU, where the offer would take a newer one."""
    asked = next(filter(None, map(_CUDNN.fullmatch, offer.requires)), None)
    capabilities = situation.machine.capabilities
    if asked is None or not capabilities or offer.cuda_major is None:
        return
    wheel, specifier, _ = asked.groups()
    last = last_cudnn_for(min(capabilities), offer.cuda_major, tables)
    rows = tables.cudnn.rows
    if not last or not any(last < r.cudnn_to for r in rows if offer.cuda_major in r.cuda_majors):
        return
    release = newest_wheel(wheel, last, tables)
    if accepts(specifier, release):
        yield f"{wheel}<={release}"


def _is_bounded(offer: Offer, name: str) -> bool:
    """Tell whether the offer, or what is asked for beside it, has an upper bound of its own."""
    lines = (*offer.requires, *offer.beside)
    return any(re.match(rf"{name}(?![\w-])[^;]*(<|==|~=)", line) for line in lines)
