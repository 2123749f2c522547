"""Where `gpucheck smoke` computes nothing: silence must not pass for success."""

from __future__ import annotations

from collections.abc import Iterator

from gpucheck.cli.user_error import UserError
from gpucheck.facts import CUDA_DRIVER, Facts
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
    """Yield what was to be computed and was not, and why; what failed is told as that."""
    from gpucheck.compatibility.smoke import TITLES
    from gpucheck.compatibility.smoke_failures import failures

    devices = facts.cuda_driver.value.devices or ()
    if not (wish.is_cpu or devices):
        yield "CUDA shows no GPU that can be used"
        return
    failed = {failure.name for failure in failures(facts)}
    expected = len(devices) if wish.device == "all" else 1
    for name, part in facts.smoke.items():
        # A build that cannot use a GPU has nothing to compute on it, unless it was asked to.
        is_of_cpu = part.outcome == "refused" and name not in wish.frameworks
        if is_of_cpu or name in failed:
            continue
        done = sum(bool(device.products) for device in part.value.devices)
        if done < expected:
            where = "" if wish.is_cpu else f" on {expected - done} of {expected} GPUs"
            yield f"{TITLES.get(name, name)} computed nothing{where}: {why_nothing(part)}"
