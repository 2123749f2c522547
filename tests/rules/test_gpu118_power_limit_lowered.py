"""GPU118: a lowered power limit."""

import msgspec

from make import facts, found, gpu, report


def test_notes_a_lowered_limit() -> None:
    """The default is set again by one command."""
    slow = gpu("RTX 4090", power_limit_w=300.0, power_limit_default_w=450.0)
    (finding,) = report(facts(gpus=[slow])).findings
    assert (finding.rule, finding.severity) == ("GPU118", "note")
    assert finding.remedy
    assert finding.remedy.commands == ("sudo nvidia-smi -i 0 -pl 450",)


def test_silent_on_default_laptops_and_unknown() -> None:
    """A few watts below, a laptop's limit that moves, a limit that is not told."""
    assert found(facts(gpus=[gpu("RTX 4090", power_limit_w=449, power_limit_default_w=450)])) == []
    limits = {"power_limit_w": 80.0, "power_limit_default_w": 115.0}
    laptop = msgspec.structs.replace(gpu("RTX 3090"), name="NVIDIA GeForce RTX 3080 Laptop GPU")
    assert found(facts(gpus=[msgspec.structs.replace(laptop, **limits)])) == []
    assert found(facts(gpus=[gpu("RTX 4090", power_limit_default_w=450.0)])) == []
