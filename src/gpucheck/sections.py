"""What a probe told becomes a section of the facts.

A value of the wrong shape is left out alone, with the reason; what a probe told before it failed
is kept.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from gpucheck import versions
from gpucheck.child import Result
from gpucheck.facts import Record, Section

RecordT = TypeVar("RecordT", bound=Record)


def section_of(
    record: type[RecordT],
    result: Result,
    base: dict[str, Any] | None = None,
    unavailable: dict[str, str] | None = None,
) -> Section[RecordT]:
    """Return how a probe ended and the record of what it told, on top of `base`."""
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
