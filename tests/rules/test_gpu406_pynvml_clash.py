"""GPU406: two owners of the module pynvml."""

from gpucheck.facts import Distribution
from make import facts, findings, found, report

LINE = "FutureWarning: The pynvml package is deprecated. Please install nvidia-ml-py instead."


def test_fires_when_two_own_the_module() -> None:
    """All go, NVIDIA's comes back."""
    here = facts(
        distributions={"pynvml": "11.5.0", "nvidia-ml-py": "12.560.30"},
        packages={"shared_modules": {"pynvml": ("nvidia-ml-py", "pynvml")}},
    )
    (finding,) = findings(here, "GPU406")
    assert (finding.rule, finding.severity) == ("GPU406", "warning")
    assert finding.remedy
    assert finding.remedy.commands[0].endswith("uninstall -y nvidia-ml-py pynvml")
    assert finding.remedy.commands[1].endswith("install nvidia-ml-py")


def test_fires_on_the_abandoned_one() -> None:
    """Alone, it still does not know newer drivers."""
    assert "GPU406" in found(facts(distributions={"nvidia-ml-py3": "7.352.0"}))


def test_silent_on_pynvml_12_and_without_packages() -> None:
    """It leaves the module to nvidia-ml-py."""
    both = {"pynvml": "12.0.0", "nvidia-ml-py": "12.560.30"}
    assert "GPU406" not in found(facts(distributions=both))
    assert "GPU406" in [s.rule for s in report(facts(outcomes={"packages": "garbled"})).skipped]


def test_the_printed_line_is_not_enough() -> None:
    """From 12 on the distribution pynvml only brings nvidia-ml-py along, which is fine."""
    assert "GPU406" not in found(facts(messages=[LINE]))


def test_what_conda_installed_is_not_taken_out_by_pip() -> None:
    """One is conda's and one pip's: words."""
    of_conda = Distribution(name="nvidia-ml-py", release="12.560.30", installer="conda")
    of_pip = Distribution(name="pynvml", release="11.5.0", installer="pip")
    shared = {"pynvml": ("nvidia-ml-py", "pynvml")}
    packages = {"distributions": (of_conda, of_pip), "shared_modules": shared}
    (finding,) = findings(facts(packages=packages), "GPU406")
    assert finding.remedy
    assert "conda installed nvidia-ml-py" in finding.remedy.text
    assert finding.remedy.commands == ()
