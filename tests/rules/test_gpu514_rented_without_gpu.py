"""GPU514: a rented notebook without its GPU."""

from typing import Any

import pytest

from make import facts, found, report


def rented(service: str, torch: str | None, **changes: Any) -> list[tuple[str, str]]:
    """Return the rule's findings on an instance without a GPU."""
    here = facts(gpus=[], torch=torch, machine={"cloud_notebook": service} | changes)
    return [(f.subject, f.severity) for f in report(here).findings if f.rule == "GPU514"]


@pytest.mark.parametrize(
    ("service", "torch", "severity"),
    [
        ("autodl", "2.9.0+cu130", "error"),
        ("colab", "2.9.0+cu130", "error"),
        ("colab", "2.9.0+cpu", "note"),
        ("sagemaker", "2.9.0+cu130", "note"),
    ],
)
def test_error_where_the_service_has_a_switch(service: str, torch: str, severity: str) -> None:
    """Services of all kinds of machines are meant as they are."""
    assert rented(service, torch) == [("machine", severity)]


def test_remedy_says_where_the_switch_is() -> None:
    """In Colab's menu."""
    here = facts(gpus=[], torch="2.9.0+cu130", machine={"cloud_notebook": "colab"})
    finding = next(f for f in report(here).findings if f.rule == "GPU514")
    assert finding.remedy is not None
    assert "Change runtime type" in finding.remedy.text


def test_silent_with_a_gpu_elsewhere_and_when_unknown() -> None:
    """A GPU is there, no service, device files unknown."""
    assert found(facts(machine={"cloud_notebook": "colab"})) == []
    assert "GPU514" not in found(facts(gpus=[], torch="2.9.0+cu130"))
    assert rented("colab", "2.9.0+cu130", device_nodes=None) == []
