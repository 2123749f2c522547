"""Facts of which one thing less is known: one field is unknown, as in an old snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import msgspec

from gpucheck.facts import Facts, Record, Section, SmokeDevice
from machines.surroundings import change, change_framework

SECTIONS = ("machine", "driver", "cuda_driver", "toolkit", "packages")
NAMES_ITSELF = frozenset({"index", "name", "ordinal"})  # without these a record is of nothing

RecordT = TypeVar("RecordT", bound=Record)


def less_known(facts: Facts) -> Iterator[tuple[str, Facts]]:
    """Yield which field was taken away, and the facts without it; for GPUs, of all at once."""
    for section in SECTIONS:
        whole: Section[Record] = getattr(facts, section)
        for field, default in known_fields(whole.value):
            yield f"{section}.{field}", change(facts, section, **{field: default})
    gpus, devices = facts.driver.value.gpus or (), facts.cuda_driver.value.devices or ()
    distributions = facts.packages.value.distributions or ()
    for field, default in known_fields(*gpus):
        yield f"gpu.{field}", change(facts, "driver", gpus=without(gpus, field, default))
    for field, default in known_fields(*devices):
        fewer = without(devices, field, default)
        yield f"device.{field}", change(facts, "cuda_driver", devices=fewer)
    for field, default in known_fields(*distributions):
        unknown = without(distributions, field, default)
        yield f"distribution.{field}", change(facts, "packages", distributions=unknown)
    for name, part in facts.frameworks.items():
        for field, default in known_fields(part.value):
            yield f"{name}.{field}", change_framework(facts, name, **{field: default})
    yield from _less_known_of_smoke_tests(facts)


def _less_known_of_smoke_tests(facts: Facts) -> Iterator[tuple[str, Facts]]:
    for name, part in facts.smoke.items():
        for device in part.value.devices:
            for field, unknown in _less_known_of_device(device):
                value = msgspec.structs.replace(part.value, devices=(unknown,))
                section = msgspec.structs.replace(part, value=value)
                smoke = facts.smoke | {name: section}
                yield f"{name}.smoke.{field}", msgspec.structs.replace(facts, smoke=smoke)


def _less_known_of_device(device: SmokeDevice) -> Iterator[tuple[str, SmokeDevice]]:
    use, products = device.use, device.products
    for field, default in known_fields(device):
        yield field, msgspec.structs.replace(device, **{field: default})
    for field, default in known_fields(use) if use else ():
        fewer = without((use,), field, default)[0] if use else None
        yield f"use.{field}", msgspec.structs.replace(device, use=fewer)
    for field, default in known_fields(*products):
        unknown = without(products, field, default)
        yield f"products.{field}", msgspec.structs.replace(device, products=unknown)


def known_fields(*records: Record) -> Iterator[tuple[str, object]]:
    """Yield the fields that some of the records know, each with what stands for unknown."""
    for field in msgspec.structs.fields(records[0]) if records else ():
        if field.required or field.name in NAMES_ITSELF:
            continue
        is_plain = field.default is not msgspec.NODEFAULT
        default = field.default if is_plain else field.default_factory()
        if any(getattr(record, field.name) != default for record in records):
            yield field.name, default


def without(records: tuple[RecordT, ...], field: str, default: object) -> tuple[RecordT, ...]:
    """Return the records with one field unknown."""
    return tuple(msgspec.structs.replace(record, **{field: default}) for record in records)
