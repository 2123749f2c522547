"""GPU407: a 32-bit Python."""

from make import facts, findings, found

SMALL = {"python_bits": 32, "platform_tag": "win32"}


def test_fires_beside_a_gpu() -> None:
    """No framework has wheels for it."""
    here = facts(packages=SMALL, machine={"os_name": "Windows", "architecture": "AMD64"})
    (finding,) = findings(here, "GPU407")
    assert (finding.rule, finding.severity) == ("GPU407", "error")
    assert "64-bit" in (finding.remedy.text if finding.remedy else "")


def test_silent_on_64_bits_unknown_and_without_a_gpu() -> None:
    """A small board without an NVIDIA GPU misses nothing."""
    assert "GPU407" not in found(facts())
    assert "GPU407" not in found(facts(packages={"python_bits": None}))
    assert "GPU407" not in found(facts(gpus=[], packages=SMALL))
