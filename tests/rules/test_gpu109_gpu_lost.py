"""GPU109: a GPU that is lost."""

from gpucheck.facts import PciDisplay
from make import facts, found, gpu, report

TWO = (
    PciDisplay(address="0000:01:00.0", vendor_id="10de", device_id="2684"),
    PciDisplay(address="0000:0b:00.0", vendor_id="10de", device_id="2684"),
)
FELL = ("[ 9.1] NVRM: Xid (PCI:0000:0b:00): 79, pid=7, GPU has fallen off the bus.",)


def test_fires_on_nvml_15() -> None:
    """NVML says so for a call about the GPU."""
    lost = gpu("H100", unavailable={"power_w": "NVML_ERROR_GPU_IS_LOST"})
    assert found(facts(gpus=[lost])) == ["GPU109"]


def test_fires_on_a_card_that_fell_off_and_is_not_shown() -> None:
    """The log names a card that NVML does not list; the Xid is its consequence."""
    seen = report(facts(machine={"pci_displays": TWO, "kernel_log": FELL})).findings
    assert seen[0].rule == "GPU109"
    assert "GPU110" in [each.rule for each in seen[0].consequences]


def test_an_old_line_about_a_gpu_that_works() -> None:
    """The GPU is back: the Xid is told, not a loss."""
    back = facts(gpus=["RTX 4090", gpu("RTX 4090", 1, pci_address="00000000:0B:00.0")])
    assert found(back) == []
    log = {"kernel_log": FELL}
    assert found(
        facts(gpus=["RTX 4090", gpu("RTX 4090", 1, pci_address="00000000:0B:00.0")], machine=log)
    ) == ["GPU110"]


def test_what_nvidia_smi_says_is_enough() -> None:
    """A pasted line of nvidia-smi."""
    words = "Unable to determine the device handle for GPU 0000:0B:00.0: GPU is lost."
    assert found(facts(messages=[words])) == ["GPU109"]


def test_unknown_without_answers() -> None:
    """GPUs that could not be counted prove nothing."""
    assert "GPU109" not in found(facts(nvml={"gpus": None}))


def test_a_lost_gpu_that_stops_all_of_cuda_is_the_one_cause() -> None:
    """No program can start CUDA then, and neither nvidia_uvm nor anything else is to blame."""
    lost = gpu("H100", 1, unavailable={"power_w": "NVML_ERROR_GPU_IS_LOST"})
    seen = report(facts(gpus=["H100", lost], cuda_error=999, torch="2.6.0+cu124")).findings
    (cause,) = (finding for finding in seen if finding.severity == "error")
    assert cause.rule == "GPU109"
    assert {"GPU122", "GPU127", "GPU324"} <= {each.rule for each in cause.consequences}
