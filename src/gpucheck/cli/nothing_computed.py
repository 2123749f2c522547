"""Where `gpucheck smoke` computes nothing: silence must not pass for success."""

from __future__ import annotations

from gpucheck.cli.user_error import UserError
from gpucheck.facts import CUDA_DRIVER, Facts
from gpucheck.smoke_tests import SmokeWish


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


def why_not_computed(wish: SmokeWish, facts: Facts) -> str | None:
    """Return why something that was to be computed was not; None: all was."""
    from gpucheck.compatibility.smoke_failures import undecided

    tests = facts.smoke.items()
    done = {name for name, part in tests if any(each.products for each in part.value.devices)}
    if not done and not facts.cuda_driver.value.devices:
        return "nothing was computed on a GPU: CUDA shows none that can be used"
    for _, reason in undecided(facts):
        return f"not everything was computed: {reason}"
    lacking = [name for name in wish.frameworks if name not in done]
    if lacking or not done:
        return f"nothing was computed by {', '.join(lacking) or 'any test'}; the report says why"
    return None
