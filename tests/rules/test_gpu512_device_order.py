"""GPU512: CUDA counts the GPUs in another order."""

from collections.abc import Sequence

import msgspec
import pytest

from gpucheck.facts import Facts
from make import facts, found, report


def machine(
    order: Sequence[int] | None, environment: dict[str, str] | None = None, second: str = "RTX 4090"
) -> Facts:
    """Return a machine of two GPUs that CUDA shows in `order`; None: CUDA tells nothing."""
    here = facts(gpus=["RTX 3090", second], environment=environment)
    cuda = here.cuda_driver.value
    devices = None if order is None else tuple((cuda.devices or ())[number] for number in order)
    section = msgspec.structs.replace(
        here.cuda_driver, value=msgspec.structs.replace(cuda, devices=devices)
    )
    return msgspec.structs.replace(here, cuda_driver=section)


@pytest.mark.parametrize(
    ("order", "mask", "severity"),
    [([1, 0], None, "note"), ([0], "1", "warning"), (None, "1", "warning"), (None, None, "note")],
)
def test_another_order(order: list[int] | None, mask: str | None, severity: str) -> None:
    """A number in the mask makes it a warning."""
    environment = {} if mask is None else {"CUDA_VISIBLE_DEVICES": mask}
    findings = report(machine(order, environment)).findings
    (finding,) = (finding for finding in findings if finding.rule == "GPU512")
    assert finding.severity == severity
    assert finding.remedy is not None
    assert finding.remedy.commands == ("export CUDA_DEVICE_ORDER=PCI_BUS_ID",)


@pytest.mark.parametrize(
    ("order", "environment"),
    [
        ([0, 1], {}),  # the same order
        ([1], {"CUDA_VISIBLE_DEVICES": "1"}),
        ([1, 0], {"CUDA_DEVICE_ORDER": "PCI_BUS_ID"}),
        ([1], {"CUDA_VISIBLE_DEVICES": "GPU-00000001"}),
        ([], {"CUDA_VISIBLE_DEVICES": "-1"}),
    ],
)
def test_silent(order: list[int], environment: dict[str, str]) -> None:
    """The orders agree, the order is set, UUIDs, a mask that hides all."""
    assert "GPU512" not in found(machine(order, environment))


def test_silent_on_one_model_and_unknown_variables() -> None:
    """Equal GPUs have one speed."""
    assert "GPU512" not in found(machine(None, second="RTX 3090"))
    here = facts(gpus=["RTX 3090", "RTX 4090"], machine={"environment": None})
    assert "GPU512" not in found(here)
