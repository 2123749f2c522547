"""GPU329: TensorFlow for another CUDA than a report names."""

import pytest

from gpucheck.diagnose import diagnose
from gpucheck.findings import Finding
from gpucheck.reading import facts_of_report
from gpucheck.tables import Tables

TABLES = Tables()


def told(release: str, cuda: str, devices: str = "[]") -> list[Finding]:
    """Return what GPU329 finds in a report that names TensorFlow and CUDA."""
    text = f"TensorFlow version: {release}\nCUDA version: {cuda}\n"
    text += f">>> tf.config.list_physical_devices('GPU')\n{devices}\n"
    report = diagnose(facts_of_report(text.encode(), TABLES), TABLES)
    return [finding for finding in report.findings if finding.rule == "GPU329"]


@pytest.mark.parametrize(("release", "cuda"), [("2.1.0", "10.2"), ("2.10.0", "12.1")])
def test_fires_on_another_cuda(release: str, cuda: str) -> None:
    """Up to CUDA 10 the minor counts, later the major; the remedy installs the right one."""
    (finding,) = told(release, cuda)
    assert f"installed: CUDA {cuda}" in finding.evidence
    assert finding.remedy


@pytest.mark.parametrize(("release", "cuda"), [("2.1.0", "10.1"), ("2.10.0", "11.8")])
def test_silent_on_a_cuda_that_serves(release: str, cuda: str) -> None:
    """CUDA 11 keeps to its major."""
    assert told(release, cuda) == []


def test_silent_while_a_gpu_is_listed() -> None:
    """What works needs no judgement."""
    listed = "[PhysicalDevice(name='/physical_device:GPU:0', device_type='GPU')]"
    assert told("2.1.0", "10.2", listed) == []
