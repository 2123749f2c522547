"""Which offers fit a situation, the best first, and why the others do not.

The order: what is installed and to be kept; what is certain to fit; the newest release; machine
code before PTX; the package index's own build; a CUDA that the driver itself offers (what compiles
at run time may need that); the newest CUDA.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from gpucheck.compatibility.builds import Misfit, first_cuda, has_python, misfits
from gpucheck.compatibility.cudnn import oldest_capability
from gpucheck.compatibility.devices import code_for, targets_of
from gpucheck.compatibility.drivers import is_newer_than_driver
from gpucheck.compatibility.installed import version_of
from gpucheck.suggest.offer import Offer
from gpucheck.suggest.shelf import Shelf
from gpucheck.suggest.situation import Situation
from gpucheck.suggest.wishes import Wish
from gpucheck.suggest.words import cuda_of
from gpucheck.tables import Known, Tables
from gpucheck.versions import CudnnVersion, ToolkitCuda


class Fit(msgspec.Struct, frozen=True, kw_only=True):
    """An offer that fits as far as is known."""

    offer: Offer
    doubts: tuple[str, ...] = ()  # what is not known of it
    has_machine_code: bool = True  # False: only PTX, which the driver compiles at the first start
    rank: tuple[Any, ...] = ()  # greater is better


def fits_of(wish: Wish, situation: Situation, shelf: Shelf) -> list[Fit]:
    """Return the offers that grant a wish here, the best first."""
    key = (wish, situation.machine, situation.driver_cuda, situation.is_cpu)
    if key not in shelf.fits:
        shelf.fits[key] = _fits_of(wish, situation, shelf)
    found: list[Fit] = shelf.fits[key]
    return found


def _fits_of(wish: Wish, situation: Situation, shelf: Shelf) -> list[Fit]:
    found = []
    for offer in asked(wish, situation, shelf):
        wrong = list(unfitting(offer, situation, shelf.tables))
        if not any(each.is_certain for each in wrong):
            doubts = tuple(each.says for each in wrong)
            found.append(_ranked(offer, doubts, wish, situation))
    # Who knows a build that is certain to fit needs no other.
    if any(not fit.doubts for fit in found):
        found = [fit for fit in found if not fit.doubts]
    return sorted(found, key=lambda fit: fit.rank, reverse=True)


def asked(wish: Wish, situation: Situation, shelf: Shelf) -> Iterator[Offer]:
    """Yield the offers that a wish names; pre-releases only where nothing else is named."""
    for offer in shelf.offers(wish.name, situation):
        is_package = wish.package in {None, offer.distribution}
        is_release = (
            wish.accepts(offer.version) if wish.specifier else not offer.version.is_prerelease
        )
        is_major = wish.cuda_major in {None, offer.cuda_major}
        if is_package and is_release and is_major:
            yield offer


def unfitting(offer: Offer, situation: Situation, tables: Tables) -> Iterator[Misfit]:
    """Yield why an offer does not fit, or what cannot be told of it."""
    has_wheel = has_python(offer.python, situation.python) and _admits(offer, situation)
    if situation.python and not has_wheel:
        says = f"{offer.package} {offer.release} has no wheel for Python {situation.python}"
        yield Misfit("python", says)
    here, needed = situation.machine.glibc, _glibc_needed(offer, tables)
    if here and needed and _numbers(here) < _numbers(needed):
        says = f"{offer.package} {offer.release} needs glibc {needed}; there is {here}"
        yield Misfit("glibc", says)
    if offer.build is None:
        return
    for each in misfits(offer.build, situation.machine, tables):
        if each.what in {"driver", "device"}:
            yield Misfit(each.what, f"{offer.requirement}: {each.says}", each.is_certain)
    if offer.build.targets is None and offer.build.capability_min is None:
        yield from _newer_than_build(offer, situation, tables)
    yield from _without_cudnn(offer, situation, tables)


def _glibc_needed(offer: Offer, tables: Tables) -> str | None:
    """Return the glibc that an offer's own wheel needs, and those of CUDA that it brings.

    Of CUDA's wheels all of the major are meant: an installer takes older ones where they fit.
    """
    needed = [offer.glibc] if offer.glibc else []
    if offer.cuda_major and offer.needs is None and not offer.variant:
        first = ToolkitCuda((offer.cuda_major, 0))
        needed += [
            row.glibc_min
            for row in tables.glibc.rows
            if row.glibc_min
            and (row.cuda_from is None or row.cuda_from <= first)
            and (row.cuda_to is None or first <= row.cuda_to)
        ]
    return max(needed, key=_numbers, default=None)


def _newer_than_build(offer: Offer, situation: Situation, tables: Tables) -> Iterator[Misfit]:
    """Yield the GPUs whose generation a build's CUDA does not know: it cannot have their code."""
    for capability in situation.machine.capabilities:
        first = first_cuda(capability, tables)
        # Where only the major is known of a build's CUDA, it says nothing on what that knows.
        is_exact = offer.build is not None and "." in cuda_of(offer.build)
        if is_exact and offer.build and first and offer.build.cuda < first:
            says = f"{offer.requirement}: CUDA {offer.build.cuda} is older than the GPU"
            yield Misfit("device", f"{says} ({capability}, known from CUDA {first} on)")


def _without_cudnn(offer: Offer, situation: Situation, tables: Tables) -> Iterator[Misfit]:
    """Yield the GPUs for which the cuDNN that an offer insists on has no code."""
    if offer.cudnn is None:
        return
    oldest = oldest_capability(CudnnVersion.parse(offer.cudnn), tables)
    for capability in situation.machine.capabilities:
        if isinstance(oldest, Known) and capability < oldest.value:
            says = (
                f"{offer.requirement}: its cuDNN {offer.cudnn} is for GPUs from {oldest.value} on"
            )
            yield Misfit("device", f"{says}; the GPU is {capability}")


def _admits(offer: Offer, situation: Situation) -> bool:
    """Tell whether Requires-Python admits the Python; uv ignores its upper bounds, we do not."""
    if not offer.requires_python or not situation.python:
        return True
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        # The newest patch release: "3.9.2 or later" is met by who keeps 3.9 up to date.
        return SpecifierSet(offer.requires_python).contains(f"{situation.python}.99")
    except InvalidSpecifier:
        return True


def _ranked(offer: Offer, doubts: tuple[str, ...], wish: Wish, situation: Situation) -> Fit:
    build = offer.build
    kept = version_of(wish.kept_release)
    has_code = _has_machine_code(offer, situation)
    driver_cuda = situation.driver_cuda
    is_offered = not (build and driver_cuda and is_newer_than_driver(build.cuda, driver_cuda))
    rank = (
        bool(kept and kept.public == offer.version.public),
        -len(doubts),
        offer.version,
        offer.needs is None,
        has_code,
        offer.variant is None,
        is_offered,
        build.cuda.parts if build else (),
    )
    return Fit(offer=offer, doubts=doubts, has_machine_code=has_code, rank=rank)


def _has_machine_code(offer: Offer, situation: Situation) -> bool:
    targets = offer.build.targets if offer.build else None
    if not targets:
        return True
    sass, ptx = targets_of(targets)
    return all(code_for(each, sass, ptx) == "sass" for each in situation.machine.capabilities)


def _numbers(dotted: str) -> tuple[int, ...]:
    return tuple(map(int, dotted.split(".")))
