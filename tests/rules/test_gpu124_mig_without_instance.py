"""GPU124: MIG without an instance."""

from gpucheck.facts import MigInstance
from make import facts, found, gpu, report

BARE = gpu("A100", is_mig_enabled=True, mig_instances=())


def test_fires_and_explains_the_fallback() -> None:
    """CUDA is left without a GPU: what PyTorch says follows."""
    (finding,) = report(facts(gpus=[BARE], cuda={"devices": ()})).findings
    assert (finding.rule, finding.severity, finding.subject) == ("GPU124", "error", "driver")
    assert finding.remedy
    assert finding.remedy.commands == (
        "sudo nvidia-smi mig -i 0 -lgip",
        "sudo nvidia-smi mig -i 0 -cgi PROFILE -C",
    )
    assert "(sudo nvidia-smi -i 0 -mig 0)" in finding.remedy.text


def test_a_warning_beside_gpus_that_work() -> None:
    """Others can be used."""
    other = gpu("A100", 1)
    shown = facts(gpus=["A100", other]).cuda_driver.value.devices or ()
    (finding,) = report(facts(gpus=[BARE, other], cuda={"devices": shown[1:]})).findings
    assert (finding.rule, finding.severity, finding.subject) == ("GPU124", "warning", "gpu/0")


def test_silent_with_an_instance_without_mig_and_unknown() -> None:
    """Instances that may not be listed are not known to be absent."""
    with_one = gpu("A100", is_mig_enabled=True, mig_instances=(MigInstance(uuid="MIG-1"),))
    assert found(facts(gpus=[with_one])) == []
    assert found(facts(gpus=[gpu("A100", is_mig_enabled=False, mig_instances=())])) == []
    assert found(facts(gpus=[gpu("A100", is_mig_enabled=True, mig_instances=None)])) == []


def test_in_a_container_there_are_words() -> None:
    """MIG is set up on the host."""
    here = facts(gpus=[BARE], cuda={"devices": ()}, machine={"is_container": True})
    (finding,) = report(here).findings
    assert finding.remedy
    assert finding.remedy.commands == ()
