"""Where `gpucheck smoke` computes nothing: silence must not pass for success."""

from __future__ import annotations

from collections.abc import Iterator

from gpucheck.cli.user_error import UserError
from gpucheck.facts import CUDA_DRIVER, Facts, Section, SmokeTest
from gpucheck.smoke_tests import SmokeWish
from gpucheck.smoke_words import why_nothing


def refuse_nothing(wish: SmokeWish, facts: Facts) -> None:
    """Raise where there is nothing to test.

    Raises:
        UserError: no such framework is installed, or there is no such device.
    """
    if wish.is_cpu and CUDA_DRIVER in wish.frameworks:
        raise UserError(f"{CUDA_DRIVER} is the test of GPUs without a framework: it has no CPU")
    for name in wish.frameworks:
        if name != CUDA_DRIVER and name not in facts.installed:
            where = facts.target.executable or "the inspected environment"
            raise UserError(f"{name} is not installed in {where}, so it cannot be tested")
    if wish.is_cpu and not facts.smoke:
        raise UserError("no framework that computes on the CPU is installed: nothing to test")
    devices = facts.cuda_driver.value.devices or ()
    if wish.device.isdecimal() and int(wish.device) >= len(devices) > 0:
        raise UserError(f"there is no device {wish.device}: CUDA shows {len(devices)}, from 0 on")


def not_computed(wish: SmokeWish, facts: Facts) -> Iterator[str]:
    """Yield what was to be computed and was not, or did not come to its end, and why."""
    from gpucheck.compatibility.smoke import TITLES

    devices = facts.cuda_driver.value.devices or ()
    if not (wish.is_cpu or devices):
        yield "CUDA shows no GPU that can be used"
        return
    expected = len(devices) if wish.device == "all" else 1
    for name, part in facts.smoke.items():
        done = sum(bool(device.products) for device in part.value.devices)
        if (done < expected or not part.is_ok) and not _is_of_no_use(name, part, wish):
            where = "" if wish.is_cpu else f" on {expected - done} of {expected} GPUs"
            what = f"computed nothing{where}" if done < expected else "did not come to its end"
            yield f"{TITLES.get(name, name)} {what}: {why_nothing(part)}"
    if not any(device.products for part in facts.smoke.values() for device in part.value.devices):
        yield "nothing was computed by any test"


def _is_of_no_use(name: str, part: Section[SmokeTest], wish: SmokeWish) -> bool:
    """Tell whether a test has nothing to do here: a build for the CPU, or without such a dtype."""
    if name in wish.frameworks:
        return False
    asked, devices = {*wish.dtypes}, part.value.devices
    has_none = asked and devices and all(asked <= each.unavailable.keys() for each in devices)
    return part.outcome == "refused" or (part.is_ok and bool(has_none))
