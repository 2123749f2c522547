"""GPU604: GPUs cannot reach each other's memory directly."""

from collections.abc import Sequence

import msgspec
import pytest

from gpucheck.facts import Facts, Gpu, GpuPair, NvLink
from make import facts, found, gpu, report

LINE = "RuntimeError: CUDA error: peer access is not supported between these two devices"


def pair(
    cards: Sequence[str | Gpu], state: str | None, ancestor: str, messages: Sequence[str] = ()
) -> Facts:
    """Return a machine with two GPUs and what NVML says of them as a pair."""
    here = facts(gpus=cards, messages=messages)
    pairs = (GpuPair(index_a=0, index_b=1, common_ancestor=ancestor, p2p_read=state),)
    driver = msgspec.structs.replace(here.driver.value, pairs=pairs)
    section = msgspec.structs.replace(here.driver, value=driver)
    return msgspec.structs.replace(here, driver=section)


def test_fires_below_one_switch() -> None:
    """Data-centre cards that the chipset keeps apart."""
    (finding,) = report(pair(["A100", "A100"], "chipset_not_supported", "single")).findings
    assert (finding.rule, finding.severity) == ("GPU604", "warning")
    assert finding.remedy is not None
    assert finding.remedy.commands[0] == "export NCCL_P2P_DISABLE=1"


def test_fires_over_an_active_nvlink() -> None:
    """However far apart they are on the PCI bus."""
    link = NvLink(link=0, is_active=True, remote_pci_address="00000000:02:00.0")
    here = pair([gpu("A100", 0, nvlinks=(link,)), "A100"], "disabled_by_regkey", "system")
    assert found(here) == ["GPU604"]


def test_fires_with_a_program_s_line() -> None:
    """Then any blocked pair is the evidence."""
    assert found(pair(["A100"] * 2, "chipset_not_supported", "node", [LINE])) == ["GPU604"]


@pytest.mark.parametrize(
    ("name", "state", "ancestor"),
    [
        ("RTX 4090", "chipset_not_supported", "single"),  # GeForce has none
        ("A100", "chipset_not_supported", "node"),  # a rented machine
        ("A100", "ok", "single"),
        ("A100", "gpu_not_supported", "single"),
        ("A100", None, "single"),
    ],
)
def test_silent(name: str, state: str | None, ancestor: str) -> None:
    """Products without it, ways that do not allow it, healthy pairs, unknown ones."""
    assert found(pair([name] * 2, state, ancestor)) == []


def test_silent_on_a_line_where_nvml_says_that_it_works() -> None:
    """Then the line has another cause."""
    assert "GPU604" not in found(pair(["A100"] * 2, "ok", "single", [LINE]))


def test_the_remedy_is_for_stock_kernels() -> None:
    """pci=noacs is not among their parameters; NCCL's switch has a price, which is said."""
    (finding,) = report(pair(["A100", "A100"], "chipset_not_supported", "single")).findings
    assert finding.remedy is not None
    assert "noacs" not in finding.remedy.text
    assert "leaves NVLink unused" in finding.remedy.text
