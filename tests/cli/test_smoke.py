"""`gpucheck smoke` and the doctor's smoke test, end to end on a fake driver."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fake_nvml import Faults, gpu, scenario
from gpucheck.cli.nothing_computed import not_computed
from gpucheck.facts import Section, SmokeError, SmokeTest
from gpucheck.gate import judged
from gpucheck.policy import ExitCode
from gpucheck.settings import Settings
from gpucheck.smoke_tests import SmokeWish
from gpucheck.smoke_words import smoke_line
from gpucheck.tables import Tables
from make import facts, product, smoked, with_smoke
from whole_machine import Machine, Outcome, importable, needs_fakes

pytestmark = needs_fakes

MIB = 1 << 20
LONG_S = 60.0
SEEN: dict[str, Any] = {
    "memory_used_bytes": (0, 0, 0, 900 * MIB),
    "power_w": (40, 40, 40, 320),
}
"""What a GPU's counters do while it works: the driver is asked before the watch begins."""


def at_work(**fields: Any) -> str:
    """Return a scenario of a GPU that is seen to work."""
    return scenario(driver="580.95.05", cuda="13.0", gpus=[gpu("RTX 4090", **{**SEEN, **fields})])


def smoke(here: Machine, *arguments: str) -> Outcome:
    """Run the smoke tests of a machine; JSON unless asked otherwise."""
    wanted = () if "--format" in arguments else ("--format", "json")
    return here.run("smoke", "--python", str(here.python), *wanted, *arguments)


def driver_test(seen: Outcome) -> dict[str, Any]:
    """Return what the test of the driver alone told."""
    told: dict[str, Any] = seen.report["facts"]["smoke"]["cuda_driver"]
    return told


def test_the_driver_alone_needs_no_framework(tmp_path: Path) -> None:
    """It computes right, is seen, and leaves nothing behind."""
    seen = smoke(Machine(tmp_path, at_work()))
    assert (seen.exit_code, seen.rules) == (ExitCode.OK, [])
    (device,) = driver_test(seen)["value"]["devices"]
    assert device["products"][0]["relative_error"] < 1e-5
    assert device["use"]["memory_used_bytes_peak"] == 900 * MIB
    assert seen.left_behind == []


def test_text_has_the_figures(tmp_path: Path) -> None:
    """A table below the overview, with what was measured."""
    seen = smoke(Machine(tmp_path, at_work()), "--format", "text")
    assert "Smoke test   The CUDA driver alone: fp32 right, use seen by NVML" in seen.stdout
    assert "copy to the GPU, pinned" in seen.stdout
    assert "launch of a kernel, until it has ended" in seen.stdout


def test_the_doctor_includes_it_where_there_is_a_gpu(tmp_path: Path) -> None:
    """Unless it is told not to."""
    here = Machine(tmp_path, at_work())
    assert driver_test(here.doctor(with_smoke=True))["outcome"] == "ok"
    for without in ("--no-smoke", "--no-import"):
        seen = here.doctor(without, with_smoke=True)
        assert "smoke" not in seen.report["facts"]


def test_a_wrong_result(tmp_path: Path) -> None:
    """It is an error, and the exit code says so."""
    seen = smoke(Machine(tmp_path, at_work(product_factor=1.01)))
    assert (seen.exit_code, seen.rules) == (ExitCode.FINDINGS, ["GPU701"])


def test_nothing_was_seen(tmp_path: Path) -> None:
    """A libcuda that computes somewhere else."""
    seen = smoke(Machine(tmp_path, scenario(driver="580.95.05", cuda="13.0")))
    assert (seen.exit_code, seen.rules) == (ExitCode.FINDINGS, ["GPU703"])


@pytest.mark.parametrize(("code", "rule"), [(209, "GPU303"), (804, "GPU213"), (719, "GPU702")])
def test_an_error_is_explained_by_its_code(tmp_path: Path, code: int, rule: str) -> None:
    """A kernel fails; what the code proves is the root."""
    faulty = at_work(faults=Faults(errors={"cuLaunchKernel": code}))
    seen = smoke(Machine(tmp_path, faulty))
    assert (seen.exit_code, seen.rules) == (ExitCode.FINDINGS, [rule])


def test_a_hang(tmp_path: Path) -> None:
    """The test is ended, the call is named, the rest of the report stands."""
    faulty = at_work(faults=Faults(hang=("cuCtxSynchronize",)))
    seen = smoke(Machine(tmp_path, faulty), "--timeout", "1")
    told = driver_test(seen)
    assert (told["outcome"], told["stage"]) == ("timed_out", "cuCtxSynchronize")
    assert seen.rules == ["GPU702"]
    assert seen.report["facts"]["driver"]["outcome"] == "ok"
    assert seen.left_behind == []


def test_nvml_may_hang_meanwhile(tmp_path: Path) -> None:
    """Then what was seen is missing, and the test's own result stands."""
    call = "nvmlDeviceGetPowerUsage"
    faulty = at_work(faults=Faults(hang=(call,), after={call: 2}))
    seen = smoke(Machine(tmp_path, faulty), "--timeout", "5")
    assert driver_test(seen)["outcome"] == "ok"
    assert seen.rules == []
    assert seen.left_behind == []


def test_without_a_gpu_nothing_can_be_said(tmp_path: Path) -> None:
    """That is exit code 4, not success, in whatever form it is told."""
    here = Machine(tmp_path)
    seen = smoke(here)
    assert seen.exit_code == seen.report["exit_code"] == ExitCode.COULD_NOT_JUDGE
    (finding,) = (f for f in seen.report["findings"] if f["severity"] == "error")
    assert finding["message"] == "It is not known whether all is computed right."
    assert finding["evidence"] == ["CUDA shows no GPU that can be used"]
    for format_, words in (("text", "✗ GPU802"), ("markdown", "## gpucheck: ❌ GPU802")):
        assert words in smoke(here, "--format", format_).stdout


def test_whoever_asks_for_no_failure_gets_none(tmp_path: Path) -> None:
    """With --fail-on never the finding is all."""
    seen = smoke(Machine(tmp_path), "--fail-on", "never")
    assert (seen.exit_code, seen.report["exit_code"]) == (ExitCode.OK, ExitCode.OK)
    assert "GPU802" in seen.rules


RIGHT = smoked("cuda_driver")
AT_THE_DOOR = smoked("torch", outcome="timed_out", products=(), began_at=None, ended_at=None)
FULL = smoked("torch", products=(), unavailable={"memory": "too little free memory: 30 MiB"})
REFUSED = smoked("torch", outcome="refused", products=())


@pytest.mark.parametrize(
    ("test", "asked", "words"),
    [
        (RIGHT, (), None),
        (smoked("torch"), ("torch",), None),
        (AT_THE_DOOR, (), "PyTorch computed nothing on 1 of 1 GPUs: timed_out"),
        (FULL, (), "PyTorch computed nothing on 1 of 1 GPUs: too little free memory: 30 MiB"),
        # A build for the CPU has nothing to do with a GPU, unless somebody wants it to.
        (REFUSED, (), None),
        (REFUSED, ("torch",), "PyTorch computed nothing on 1 of 1 GPUs: refused"),
    ],
)
def test_what_was_to_be_computed_is_computed(
    test: Section[SmokeTest], asked: tuple[str, ...], words: str | None
) -> None:
    """A test that ended before it came to the GPU must not pass for one that is right."""
    here = with_smoke(facts(), **{"cuda_driver": RIGHT, test.value.name: test})
    told = [*not_computed(SmokeWish(frameworks=asked), here)]
    assert told == ([] if words is None else [words])


def test_a_test_is_to_come_to_its_end() -> None:
    """One that was cut off after its products has not computed all."""
    here = with_smoke(facts(), cuda_driver=RIGHT, torch=smoked("torch", outcome="garbled"))
    assert [*not_computed(SmokeWish(), here)] == ["PyTorch did not come to its end: garbled"]


def test_a_test_without_such_a_dtype_has_nothing_to_do() -> None:
    """The driver's own kernels know two; somebody has to compute, and whoever is named."""
    lacks = smoked("cuda_driver", products=(), unavailable={"bf16": "it is not offered here"})
    here = with_smoke(facts(), cuda_driver=lacks, torch=smoked("torch"))
    assert [*not_computed(SmokeWish(dtypes=("bf16",)), here)] == []
    named = SmokeWish(dtypes=("bf16",), frameworks=("cuda_driver",))
    assert len([*not_computed(named, here)]) == 1
    alone = with_smoke(facts(), cuda_driver=lacks)
    told = [*not_computed(SmokeWish(dtypes=("bf16",)), alone)]
    assert told == ["nothing was computed by any test"]


def test_a_test_that_saw_no_device_has_computed_nothing() -> None:
    """Whatever was asked for."""
    blind = smoked("torch", test={"devices": ()})
    here = with_smoke(facts(), cuda_driver=RIGHT, torch=blind)
    for dtypes in ((), ("fp32",)):
        (told,) = not_computed(SmokeWish(dtypes=dtypes), here)
        assert told.startswith("PyTorch computed nothing on 1 of 1 GPUs")


def test_what_is_known_to_fail_is_not_unknown() -> None:
    """Found, or ignored with a reason; not where nobody wanted to hear of it."""
    lacking = ("PyTorch computed nothing",)
    broken = smoked("torch", error=SmokeError(stage="matmul", message="boom"), products=())
    here = with_smoke(facts(torch="2.9.1+cu130"), torch=broken)
    for settings, rule in (
        (Settings(), "GPU702"),
        (Settings(ignore={"GPU702": "known"}), None),
        (Settings(select=("GPU1",)), "GPU802"),
    ):
        whole = judged(here, Tables(), settings, not_computed=lacking)
        errors = [finding.rule for finding in whole.findings if finding.severity == "error"]
        assert errors == ([rule] if rule else [])


def test_wrong_is_told_beside_too_little_memory() -> None:
    """In the overview's line, as an error."""
    wrong = smoked("torch", products=(product(relative_error=0.9),)).value.devices[0]
    full = msgspec.structs.replace(
        wrong, ordinal=1, products=(), error=SmokeError(stage="x", message="out of memory", code=2)
    )
    part = smoked("torch", test={"devices": (wrong, full)})
    mark, text = smoke_line("torch", part, facts())
    assert (mark, "WRONG" in text, "out of memory" in text) == ("error", True, True)


def test_the_smoke_command_is_asked_one_thing(tmp_path: Path) -> None:
    """So it may not be unknown, whatever a gate allows."""
    here = Machine(tmp_path)
    here.environ["GPUCHECK_ALLOW_UNKNOWN"] = "1"
    assert smoke(here).exit_code == ExitCode.COULD_NOT_JUDGE


def test_every_gpu_is_to_compute() -> None:
    """One of two is not all, unless only one was asked for."""
    here = with_smoke(facts(gpus=["A100", "A100"]), torch=smoked("torch"))
    (told,) = not_computed(SmokeWish(), here)
    assert told.startswith("PyTorch computed nothing on 1 of 2 GPUs")
    assert [*not_computed(SmokeWish(device="0"), here)] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--framework", "torch"), "torch is not installed in"),
        (("--framework", "pytorch"), "there is no test 'pytorch'"),
        (("--device", "7"), "there is no device 7"),
        (("--device", "gpu"), "'gpu' is no device"),
        (("--device", "9" * 5000), "is no device"),
        (("--device", "cpu", "--framework", "cuda_driver"), "it has no CPU"),
        (("--dtype", "int8"), "there is no dtype 'int8'"),
        (("--device", "cpu"), "no framework that computes on the CPU is installed"),
    ],
)
def test_what_means_nothing_is_said(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    """One clear sentence, and the usage error's exit code."""
    seen = smoke(Machine(tmp_path, at_work()), *arguments)
    assert seen.exit_code == ExitCode.USAGE
    assert words in " ".join(seen.stderr.replace("│", " ").split())


def test_shared_snapshots_keep_the_figures_and_lose_the_uuids(tmp_path: Path) -> None:
    """And are judged the same."""
    here = Machine(tmp_path, at_work(product_factor=1.01))
    seen = smoke(here, "--share")
    (device,) = driver_test(seen)["value"]["devices"]
    assert device["uuid"] == seen.report["facts"]["driver"]["value"]["gpus"][0]["uuid"]
    assert "00000000-1111-2222" not in seen.stdout
    assert seen.rules == ["GPU701"]


def test_an_interrupted_test_is_ended(tmp_path: Path) -> None:
    """Ctrl-C while a kernel hangs: no process and no folder stays."""
    here = Machine(tmp_path, at_work(faults=Faults(hang=("cuCtxSynchronize",))))
    (folder := tmp_path / "temporary").mkdir()
    mark = uuid.uuid4().hex
    process = subprocess.Popen(
        [sys.executable, "-m", "gpucheck", "smoke", "--python", str(here.python)],
        env=importable({**here.environ, "TMPDIR": str(folder), "GPUCHECK_TEST": mark}),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    try:
        deadline = time.monotonic() + LONG_S
        while not list(folder.glob("gpucheck-*/turn-cuda_driver")):
            assert time.monotonic() < deadline, "the test never had its turn"
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=LONG_S)
    finally:
        process.kill()
        process.wait()
    seen = Outcome(process.returncode, stdout, stderr, f"GPUCHECK_TEST={mark}")
    assert seen.exit_code == ExitCode.INTERRUPTED
    while seen.left_behind and time.monotonic() < deadline:
        time.sleep(0.01)
    assert (seen.left_behind, list(folder.iterdir())) == ([], [])
