"""GPU403: an installed wheel violates a framework's pin."""

from typing import Any

import msgspec

from gpucheck.facts import CondaPackage, Distribution, Facts
from make import facts, findings, found, framework

CUDNN = 'nvidia-cudnn-cu12==9.1.0.70; platform_system == "Linux"'
SAID = (
    "torch 2.5.1 requires nvidia-cublas-cu12==12.4.5.8, but you have nvidia-cublas-cu12 12.6.4.1"
    " which is incompatible."
)


def machine(requires: tuple[str, ...], others: dict[str, str], **changes: Any) -> Facts:
    """Return PyTorch with these requirements beside others."""
    here = facts(torch="2.6.0+cu124", machine=changes.pop("machine", {}))
    wheel = Distribution(
        name="torch", release="2.6.0", **{"installer": "pip", "requires": requires, **changes}
    )
    rest = (Distribution(name=name, release=release) for name, release in others.items())
    packages = msgspec.structs.replace(here.packages.value, distributions=(wheel, *rest))
    section = msgspec.structs.replace(here.packages, value=packages)
    return msgspec.structs.replace(here, packages=section)


def test_fires_on_a_violated_pin() -> None:
    """The wheel of cuDNN was upgraded by hand."""
    (finding,) = findings(machine((CUDNN,), {"nvidia-cudnn-cu12": "9.5.1.17"}), "GPU403")
    assert (finding.rule, finding.severity) == ("GPU403", "warning")
    assert "9.5.1.17 is installed" in finding.evidence[0]
    assert finding.remedy
    assert finding.remedy.commands[0].endswith("install nvidia-cudnn-cu12==9.1.0.70")


def test_silent_when_met_absent_or_meant_for_others() -> None:
    """The pin holds; the wheel is not there; the marker is of another system; conda solved it."""
    wrong = {"nvidia-cudnn-cu12": "9.5.1.17"}
    assert "GPU403" not in found(machine((CUDNN,), {"nvidia-cudnn-cu12": "9.1.0.70"}))
    assert "GPU403" not in found(machine((CUDNN,), {}))
    assert "GPU403" not in found(machine((CUDNN.replace("Linux", "Windows"),), wrong))
    assert "GPU403" not in found(machine((CUDNN,), wrong, installer="conda"))
    assert "GPU403" not in found(machine(("no requirement at all!",), wrong))


def test_numpy_2_is_judged_by_another_rule() -> None:
    """A pin below NumPy 2 is a matter of builds; one within NumPy 2 is a pin."""
    assert "GPU403" not in found(machine(("numpy<2",), {"numpy": "2.1.0"}))
    assert "GPU403" in found(machine(("numpy<2.1",), {"numpy": "2.1.0"}))


def test_unknown_system_is_not_judged() -> None:
    """Markers cannot be read without it."""
    unknown = {"architecture": None}
    assert "GPU403" not in found(
        machine((CUDNN,), {"nvidia-cudnn-cu12": "9.5.1.17"}, machine=unknown)
    )


def test_pips_own_line_is_enough() -> None:
    """In a pasted report."""
    assert "GPU403" in found(facts(messages=[SAID]))


def test_the_command_mends_every_pin() -> None:
    """What is shown is cut, and says so."""
    names = [f"nvidia-part-{number}-cu12" for number in range(8)]
    wrong = dict.fromkeys(names, "2.0")
    (finding,) = findings(machine(tuple(f"{name}==1.0" for name in names), wrong), "GPU403")
    assert finding.message.endswith(" and 2 more.")
    assert len(finding.evidence) == 6
    assert finding.remedy
    assert all(f"{name}==1.0" in finding.remedy.commands[0] for name in names)


def test_conda_s_numpy_is_changed_by_conda() -> None:
    """Another installer would overwrite conda's files."""
    here = machine(("numpy<2.1",), {})
    numpy = Distribution(name="numpy", release="2.1.0", installer="conda")
    packages = msgspec.structs.replace(
        here.packages.value,
        distributions=(*(here.packages.value.distributions or ()), numpy),
        conda_packages=(CondaPackage(name="numpy", release="2.1.0"),),
    )
    section = msgspec.structs.replace(here.packages, value=packages)
    (finding,) = findings(msgspec.structs.replace(here, packages=section), "GPU403")
    assert finding.remedy
    assert finding.remedy.commands == ("conda install -p /env 'numpy<2.1'",)


def test_frameworks_that_exclude_each_other_get_releases_that_go_together() -> None:
    """To put back what one pins would only break the other."""
    here = facts(
        torch="2.6.0+cu124",
        frameworks=[framework("tensorflow", "2.19.0", "12.5")],
        packages={
            "distributions": (
                Distribution(name="torch", release="2.6.0", installer="pip", requires=(CUDNN,)),
                Distribution(name="tensorflow", release="2.19.0", installer="pip"),
                Distribution(name="nvidia-cudnn-cu12", release="9.3.0.75", installer="pip"),
            )
        },
    )
    (finding,) = findings(here, "GPU403")
    assert finding.remedy
    assert "cannot share" in finding.remedy.text
    assert "tensorflow[and-cuda]==" in finding.remedy.commands[-1]
