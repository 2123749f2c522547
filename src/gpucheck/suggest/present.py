"""What an environment has, as wishes: to be kept where it fits, and mended where not."""

from __future__ import annotations

from collections.abc import Iterator

from gpucheck.compatibility.installed import version_of
from gpucheck.facts import Facts
from gpucheck.suggest.wishes import ADDONS, COMPANIONS, Wish


def wishes_of(facts: Facts) -> tuple[Wish, ...]:
    """Return a wish for every framework and every companion that is installed."""
    return (*_frameworks(facts), *_others(facts))


def _frameworks(facts: Facts) -> Iterator[Wish]:
    """Yield the frameworks; a build for the CPU beside one for CUDA is meant, and left alone."""
    for name, part in facts.installed.items():
        build = part.value
        is_meant = name != "torch" and build.is_cuda_build is False and facts.has_cuda_build
        if not is_meant:
            yield Wish(name=name, kept_release=_public(build.release))


def _others(facts: Facts) -> Iterator[Wish]:
    for each in facts.packages.value.distributions or ():
        if each.name in {*COMPANIONS, *ADDONS} - {"triton"}:
            yield Wish(name=each.name, kept_release=_public(each.release))


def _public(release: str | None) -> str | None:
    version = version_of(release)
    return version.public if version else None
