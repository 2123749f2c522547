"""GPU702: a small calculation failed on the GPU."""

import msgspec
import pytest

from gpucheck.facts import Calculation, ImportFailure, Outcome, Section, SmokeError, SmokeTest
from gpucheck.tables import Tables
from make import (
    facts,
    findings,
    found,
    framework,
    gpu,
    product,
    report,
    smoked,
    torch,
    with_smoke,
)

HERE = facts(torch="2.9.1+cu130")
BY_CODE = {209: "GPU303", 803: "GPU213", 804: "GPU213", 802: "GPU601", 999: "GPU122", 46: "GPU113"}
NAMES = {row.code: row for row in Tables().cuda_errors.rows}


def failed(name: str, code: int | None, message: str = "it failed") -> Section[SmokeTest]:
    """Build a test that ended with an error."""
    row = NAMES.get(code) if code is not None else None
    words = row.message if row and row.message else message
    error = SmokeError(
        stage="cuLaunchKernel", message=words, code=code, name=row.name if row else None
    )
    return smoked(name, error=error, products=())


@pytest.mark.parametrize("name", ["cuda_driver", "torch"])
@pytest.mark.parametrize("code", BY_CODE)
def test_the_code_names_the_cause(name: str, code: int) -> None:
    """The failed test follows from what its code proves."""
    (finding,) = report(with_smoke(HERE, **{name: failed(name, code)})).findings
    assert (finding.rule, finding.severity) == (BY_CODE[code], "error")
    assert [each.rule for each in finding.consequences] == ["GPU702"]


@pytest.mark.parametrize("code", NAMES)
def test_every_code_is_told(code: int) -> None:
    """Whatever CUDA returns, there is a finding with the code in it, or the memory ran out."""
    seen = report(with_smoke(HERE, torch=failed("torch", code))).findings
    everything = [*seen, *(each for finding in seen for each in finding.consequences)]
    rules = {finding.rule for finding in everything}
    assert rules & {"GPU702", "GPU707"}
    assert f"({code})" in str(everything) or f"error {code}" in str(everything) or code == 2


def test_what_a_framework_says_is_enough() -> None:
    """PyTorch prints no code."""
    words = "RuntimeError: CUDA error: no kernel image is available for execution on the device"
    (finding,) = report(with_smoke(HERE, torch=failed("torch", None, words))).findings
    assert finding.rule == "GPU303"


def test_the_driver_stands_for_all() -> None:
    """Where it fails too, the frameworks' failures are evidence and not findings of their own."""
    tests = {"cuda_driver": failed("cuda_driver", 700), "torch": failed("torch", 700)}
    (finding,) = report(with_smoke(HERE, **tests)).findings
    assert (finding.rule, finding.subject) == ("GPU702", "gpu/0")
    assert any("PyTorch" in line for line in finding.evidence)


def failed_on_two(name: str) -> Section[SmokeTest]:
    """Build a test that failed on both GPUs."""
    part = failed(name, 700)
    (device,) = part.value.devices
    second = msgspec.structs.replace(device, ordinal=1, uuid=TWO.gpus[1].uuid)
    both = msgspec.structs.replace(part.value, devices=(device, second))
    return msgspec.structs.replace(part, value=both)


TWO = facts(gpus=["RTX 4090", "RTX 4090"], torch="2.9.1+cu130")


def test_every_gpu_is_named() -> None:
    """Where the driver fails each is a finding of its own; a framework is one thing."""
    found_ = findings(with_smoke(TWO, cuda_driver=failed_on_two("cuda_driver")), "GPU702")
    assert [finding.subject for finding in found_] == ["gpu/0", "gpu/1"]
    (finding,) = findings(with_smoke(TWO, torch=failed_on_two("torch")), "GPU702")
    assert "PyTorch cannot compute on GPU 0, GPU 1: it fails at" in finding.message


def test_the_gravest_failure_of_a_framework_counts() -> None:
    """No code for one of several GPUs is slight; memory that it may not touch on another is not."""
    three = facts(gpus=["RTX 4090"] * 3, torch="2.9.1+cu130")
    words = ("no kernel image is available for execution on the device", "illegal memory access")
    (device,) = smoked("torch").value.devices
    devices = [
        msgspec.structs.replace(
            device,
            ordinal=number,
            uuid=three.gpus[number].uuid,
            error=SmokeError(stage="matmul", message=text),
            products=(),
        )
        for number, text in enumerate(words)
    ]
    right = msgspec.structs.replace(device, ordinal=2, uuid=three.gpus[2].uuid)
    part = smoked("torch", test={"devices": (*devices, right)})
    found_ = [f for f in report(with_smoke(three, torch=part)).findings if f.severity == "error"]
    everything = [*found_, *(each for f in found_ for each in f.consequences)]
    assert "GPU702" in [finding.rule for finding in everything]


def test_a_framework_elsewhere_is_a_finding_of_its_own() -> None:
    """The driver fails on the one GPU, PyTorch on the other."""
    (device,) = failed("torch", 700).value.devices
    second = msgspec.structs.replace(device, ordinal=1, uuid=TWO.gpus[1].uuid)
    torch_there = smoked("torch", test={"devices": (second,)})
    tests = {"cuda_driver": failed("cuda_driver", 700), "torch": torch_there}
    found_ = findings(with_smoke(TWO, **tests), "GPU702")
    assert {finding.subject for finding in found_} == {"gpu/0", "framework/torch"}


def test_a_framework_alone_is_told_apart() -> None:
    """The driver computes right, so the fault is above it."""
    tests = {"cuda_driver": smoked("cuda_driver"), "torch": failed("torch", 700)}
    (finding,) = report(with_smoke(HERE, **tests)).findings
    assert (finding.rule, finding.subject) == ("GPU702", "framework/torch")
    assert any("fault is in the framework" in line for line in finding.evidence)


def test_a_driver_that_computes_wrongly_is_no_proof() -> None:
    """Nor is one that computed right on another GPU."""
    wrong = smoked("cuda_driver", products=(product(relative_error=0.5),))
    elsewhere = smoked("cuda_driver", ordinal=1)
    for driver in (wrong, elsewhere):
        tests = {"cuda_driver": driver, "torch": failed("torch", 700)}
        (finding,) = findings(with_smoke(HERE, **tests), "GPU702")
        assert "fault is in the framework" not in str(finding.evidence)


@pytest.mark.parametrize("name", ["cuda_driver", "torch"])
def test_follows_from_the_mode_of_the_gpu(name: str) -> None:
    """What NVML says of a GPU explains every test on it."""
    mine = gpu("RTX 4090", compute_mode="prohibited")
    here = facts(torch="2.9.1+cu130", gpus=[mine])
    (finding,) = report(with_smoke(here, **{name: failed(name, 46)})).findings
    assert (finding.rule, finding.subject) == ("GPU113", "gpu/0")
    assert "GPU702" in [each.rule for each in finding.consequences]


def test_a_broken_import_does_not_explain_the_driver() -> None:
    """What is wrong with a framework is no cause of what fails without it."""
    broken = torch("2.9.1+cu130", import_failure=ImportFailure(kind="ImportError", message="x"))
    tests = {"cuda_driver": failed("cuda_driver", 700)}
    assert found(with_smoke(facts(torch=broken), **tests)) == ["GPU321", "GPU702"]


def test_a_build_without_code_for_one_of_two_gpus_is_a_warning() -> None:
    """As GPU303, under which it stands."""
    here = facts(torch="2.9.1+cu130", gpus=["RTX 4090", gpu("GTX 1080 Ti", 1)])
    whole = failed("torch", 209).value.devices[0]
    bad = msgspec.structs.replace(whole, ordinal=1, uuid=here.gpus[1].uuid)
    good = smoked().value.devices[0]
    part = smoked(test={"devices": (good, bad)})
    first = next(f for f in report(with_smoke(here, torch=part)).findings if f.rule == "GPU303")
    assert first.severity == "warning"
    assert ("GPU702", "warning") in [(each.rule, each.severity) for each in first.consequences]


def test_a_build_of_ptx_alone_may_be_compiling_still() -> None:
    """The first start takes minutes then; that is GPU304's, and no more than a warning."""
    build = torch("2.9.1+cu130", sass_targets=("sm_75",), ptx_targets=("compute_75",))
    slow = smoked(outcome="timed_out", ended_at=None, products=())
    (finding,) = report(with_smoke(facts(torch=build), torch=slow)).findings
    assert (finding.rule, finding.severity) == ("GPU304", "warning")
    assert [each.rule for each in finding.consequences] == ["GPU702"]


@pytest.mark.parametrize("part", ["gradient", "convolution"])
def test_a_part_that_fails_where_nothing_is_right(part: str) -> None:
    """A gradient needs no cuDNN; a convolution is cuDNN's only where products are right."""
    error = SmokeError(stage=part, message="CUDA error: an illegal instruction was encountered")
    device = {part: Calculation(dtype="fp32", error=error), "products": ()}
    assert "GPU702" in found(with_smoke(HERE, torch=smoked(**device)))  # type: ignore[arg-type]


def test_fires_on_the_cpu() -> None:
    """There nothing of CUDA is to blame."""
    error = SmokeError(stage="matmul in fp32", message="illegal hardware instruction")
    part = smoked(ordinal=None, uuid=None, use=None, error=error, products=())
    (finding,) = findings(with_smoke(facts(gpus=[]), torch=part), "GPU702")
    assert "cannot compute on the CPU" in finding.message


@pytest.mark.parametrize("outcome", ["crashed", "timed_out", "unkillable", "exited"])
def test_fires_on_a_crash_and_a_hang(outcome: Outcome) -> None:
    """It had begun to compute."""
    assert found(with_smoke(HERE, torch=smoked(outcome=outcome, ended_at=None))) == ["GPU702"]


def test_silent_where_it_did_not_come_to_computing() -> None:
    """Refused: there was nothing to test."""
    for outcome in ("refused", "not_started"):
        part = smoked(outcome=outcome, test={"devices": ()})
        assert found(with_smoke(HERE, torch=part)) == []


@pytest.mark.parametrize("outcome", ["timed_out", "crashed", "failed", "garbled"])
def test_cannot_tell_where_it_ended_before_or_after(outcome: Outcome) -> None:
    """Hung in the import, or crashed when all was computed: that proves nothing of the GPU."""
    for devices in ((), smoked().value.devices):
        seen = report(with_smoke(HERE, torch=smoked(outcome=outcome, test={"devices": devices})))
        assert seen.findings == ()
        (skipped,) = [each for each in seen.skipped if each.rule == "GPU702"]
        assert skipped.subject == "framework/torch"
        assert outcome in skipped.reason


def test_silent_where_memory_ran_out() -> None:
    """That says nothing about driver or framework; it is noted."""
    assert found(with_smoke(HERE, torch=failed("torch", 2))) == ["GPU707"]


def test_the_fix_is_what_goes_with_it() -> None:
    """numba-cuda 0.30 cannot compile beside NumPy 2.5; where it is older, nothing is known."""
    words = "AttributeError: module 'numpy' has no attribute 'row_stack'"
    for numpy, command in (("2.5.2", "'numpy<2.5'"), ("2.4.0", None)):
        here = facts(
            driver="580.95.05",
            gpus=["A100"],
            frameworks=[framework("numba", "0.68.0", None, is_cuda_build=True)],
            distributions={"numpy": numpy, "numba-cuda": "0.30.4"},
        )
        (finding,) = findings(with_smoke(here, numba=failed("numba", None, words)), "GPU702")
        assert finding.remedy is not None
        assert (command is None) or any(command in each for each in finding.remedy.commands)
        assert bool(finding.remedy.commands) is (command is not None)
