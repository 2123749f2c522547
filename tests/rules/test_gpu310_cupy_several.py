"""GPU310: several CuPy packages."""

from make import facts, faults, found, framework

CUPY = framework("cupy", "13.6.0", "12.0", distribution="cupy-cuda12x")


def test_fires_on_two() -> None:
    """All go, one comes."""
    two = {"cupy-cuda11x": "13.6.0"}
    (finding,) = faults(facts(frameworks=[CUPY], distributions=two))
    assert finding.rule == "GPU310"
    assert finding.remedy
    assert "cupy-cuda11x cupy-cuda12x" in finding.remedy.commands[0]
    assert "==13.6.0" in finding.remedy.commands[1]


def test_silent_on_one() -> None:
    """One package, and none that only sounds alike."""
    assert faults(facts(frameworks=[CUPY], distributions={"cupy-xarray": "0.1"})) == []


def test_a_line_alone_proves_it() -> None:
    """CuPy warns of it."""
    line = "CuPy may not function correctly because multiple CuPy packages are installed"
    assert "GPU310" in found(facts(messages=[line]))
