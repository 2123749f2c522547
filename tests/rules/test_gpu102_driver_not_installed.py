"""GPU102: a GPU without a driver."""

from make import facts, found, report


def test_fires_without_module_and_libraries() -> None:
    """A card on the bus, no module, no libraries."""
    assert found(facts(driver=None)) == ["GPU102"]


def test_fallback_of_a_framework_is_its_consequence() -> None:
    """PyTorch sees no GPU because there is no driver: one finding, not two."""
    (finding,) = report(facts(driver=None, torch="2.6.0+cu124")).findings
    assert [following.rule for following in finding.consequences] == ["GPU324"]


def test_silent_when_the_module_is_loaded() -> None:
    """A loaded module is a driver; what is wrong then is another rule's."""
    assert "GPU102" not in found(facts(driver=None, machine={"kernel_modules": ("nvidia",)}))


def test_silent_in_a_container() -> None:
    """A container has the driver's libraries from the host."""
    assert "GPU102" not in found(facts(driver=None, machine={"is_container": True}))


def test_remedy_is_the_distribution_s() -> None:
    """Each distribution gets its own command, an unknown one none."""
    for name, word in (("ubuntu", "ubuntu-drivers"), ("fedora", "dnf"), ("arch", "pacman")):
        (finding,) = report(facts(driver=None, machine={"distribution": name})).findings
        assert finding.remedy
        assert word in finding.remedy.commands[0]
    strange = {"distribution": "haiku", "distribution_like": ()}
    (finding,) = report(facts(driver=None, machine=strange)).findings
    assert finding.remedy
    assert finding.remedy.commands == ()


def test_old_gpu_gets_no_driver_that_drops_it() -> None:
    """NVIDIA's open modules do not run Volta."""
    (finding,) = report(
        facts(driver=None, gpus=["V100"], machine={"distribution": "rocky"})
    ).findings
    assert finding.remedy
    assert finding.remedy.commands == ()
    assert "branch 580 is the last for this GPU" in finding.remedy.text
