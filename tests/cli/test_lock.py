"""`gpucheck lock` and `doctor --lock`: a good machine written down, and what drifts from it."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environments import write
from fake_nvml import gpu, scenario
from gpucheck.facts import CudaDriver, Facts, Section
from gpucheck.gate import judged
from gpucheck.lock import COUNT, Lock, LockError, Value, drift, lock_of, read_lock, to_text
from gpucheck.policy import ExitCode, exit_code
from gpucheck.settings import Settings
from gpucheck.tables import Tables
from make import facts, framework, torch
from whole_machine import Machine, needs_fakes

GOOD = facts(driver="580.95.05", gpus=["A100", "A100"], torch="2.9.1+cu130")
LOCK = lock_of(GOOD, "2026-11-27")


def drifted(of: Facts) -> dict[str, tuple[str, str | None]]:
    """Return what is not as locked: severity and what is there now."""
    return {each.what: (each.severity, each.now) for each in drift(LOCK, of)}


def test_a_lock_is_read_as_it_was_written() -> None:
    """One value a line, so that a change of the file is readable."""
    text = to_text(LOCK)
    assert read_lock(text.encode()) == LOCK
    assert json.loads(text)["lock_version"] == 1
    assert '  {"what":"driver branch","value":"580"},' in text.splitlines()


def test_the_same_machine_has_not_drifted() -> None:
    """Nor has one that has more, or another driver of the branch."""
    assert drifted(GOOD) == {}
    more = facts(
        driver="580.105.08",
        gpus=["A100", "A100"],
        torch="2.9.1+cu130",
        distributions={"numpy": "2.3.0"},
    )
    assert drifted(more) == {}


def test_what_decides_whether_the_gpu_is_used_is_an_error() -> None:
    """Fewer GPUs, another model, a build for another CUDA or none."""
    assert drifted(facts(driver="580.95.05", gpus=["A100"], torch="2.9.1+cu130")) == {
        "GPUs that CUDA sees": ("error", "1")
    }
    other = drifted(facts(driver="580.95.05", gpus=["A100", "T4"], torch="2.9.1+cu128"))
    assert other["model of GPU 1"][0] == "error"
    assert other["PyTorch built for CUDA"] == ("error", "12.8")
    assert other["PyTorch release"] == ("warning", "2.9.1+cu128")
    gone = drifted(facts(driver="580.95.05", gpus=["A100", "A100"]))
    assert gone == {"PyTorch is installed": ("error", "none")}
    cpu = drifted(facts(driver="580.95.05", gpus=["A100", "A100"], torch="2.9.1+cpu"))
    assert cpu["PyTorch built for CUDA"] == ("error", "none")


def test_a_slice_of_a_gpu_is_another_gpu() -> None:
    """CUDA calls it so; NVML still lists the whole one."""
    (first, second) = GOOD.cuda_driver.value.devices or ()
    part = msgspec.structs.replace(first, name="NVIDIA A100-SXM4-80GB MIG 1g.10gb")
    here = facts(
        driver="580.95.05",
        gpus=["A100", "A100"],
        torch="2.9.1+cu130",
        cuda={"devices": (part, second)},
    )
    assert drifted(here) == {"model of GPU 0": ("error", part.name)}


def test_more_gpus_are_a_warning() -> None:
    """They fail no job that was fine with fewer."""
    more = facts(driver="580.95.05", gpus=["A100"] * 3, torch="2.9.1+cu130")
    assert drifted(more) == {"GPUs that CUDA sees": ("warning", "3")}


def test_what_only_an_import_tells_is_no_drift() -> None:
    """Files tell the major of CuPy's CUDA; more is told by its import."""
    one = framework("cupy", "14.0.1", None, built_for_cuda_major=13)
    other = framework("cupy", "14.0.1", "13.0")
    for before, after in ((one, other), (other, one)):
        locked = lock_of(facts(frameworks=[before]), "2026-11-27")
        assert [*drift(locked, facts(frameworks=[after]))] == []
    newer = facts(frameworks=[framework("cupy", "14.0.1", "12.9")])
    locked = lock_of(facts(frameworks=[one]), "2026-11-27")
    assert [each.what for each in drift(locked, newer)] == ["CuPy built for CUDA"]


def test_what_is_not_known_is_not_called_drift() -> None:
    """The gate says of all of it together that it is not known."""
    blind = facts(torch=torch("2.9.1+cu130"), outcomes={"driver": "timed_out"})
    silent = msgspec.structs.replace(
        blind, cuda_driver=Section(outcome="timed_out", value=CudaDriver())
    )
    found = [*drift(LOCK, silent)]
    assert [(each.what, each.now) for each in found] == [("GPUs that CUDA sees", None)]
    settings = Settings(select=("GPU3",))
    whole = judged(silent, Tables(), settings, LOCK)
    assert [(f.rule, f.severity) for f in whole.findings] == [("GPU802", "error")]
    assert exit_code(whole) == ExitCode.COULD_NOT_JUDGE
    allowed = judged(silent, Tables(), msgspec.structs.replace(settings, allow_unknown=True), LOCK)
    assert [(f.rule, f.severity) for f in allowed.findings] == [("GPU802", "note")]


def test_what_nobody_can_compare_is_unknown() -> None:
    """A value that this gpucheck has no name for; one of what is gone is told by that."""
    values = (Value("Pytorch release", "2.6"), Value("PyTorch release", "2.6"))
    locked = Lock("0.1.0", "2026-11-27", values)
    assert [(e.what, e.now) for e in drift(locked, facts())] == [("Pytorch release", None)]
    whole = judged(facts(), Tables(), Settings(), locked)
    assert exit_code(whole) == ExitCode.COULD_NOT_JUDGE


def test_what_is_different_is_said_in_a_sentence() -> None:
    """A framework that is gone is not "not as locked"."""
    here = facts(driver="570.86.15", gpus=["A100", "A100"])
    assert [each.sentence for each in drift(LOCK, here)] == [
        "Driver branch is not as locked.",
        "PyTorch is no longer installed.",
    ]


def test_a_count_that_is_none() -> None:
    """Somebody wrote it by hand."""
    locked = Lock("0.1.0", "2026-11-27", (Value(COUNT, "9" * 5000), Value(COUNT, "many")))
    assert [each.severity for each in drift(locked, GOOD)] == ["error", "error"]


def test_drift_may_be_ignored() -> None:
    """With a reason, as every finding."""
    here = facts(driver="580.95.05", gpus=["A100"], torch="2.9.1+cu130")
    reason = "this node has one GPU less"
    whole = judged(here, Tables(), Settings(ignore={"GPU803": reason}), LOCK)
    assert "GPU803" not in [finding.rule for finding in whole.findings]
    assert [(each.finding.rule, each.reason) for each in whole.ignored] == [("GPU803", reason)]


def test_the_rest_is_a_warning() -> None:
    """The driver's branch, releases, Python."""
    here = facts(
        driver="570.86.15",
        gpus=["A100", "A100"],
        torch=torch("2.9.1+cu130"),
        python="3.13.1",
    )
    assert drifted(here) == {"driver branch": ("warning", "570"), "Python": ("warning", "3.13")}


@given(st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_no_text_makes_it_fail_otherwise(text: bytes) -> None:
    """It is a lock file or it is not."""
    with pytest.raises(LockError):
        read_lock(text)


@needs_fakes
def test_end_to_end(tmp_path: Path) -> None:
    """Locked with two GPUs, compared with one masked."""
    here = Machine(tmp_path, scenario(driver="580.95.05", cuda="13.0", gpus=[gpu("A100")] * 2))
    here.install_torch("2.9.1+cu130", "sm_80")
    python = ("--python", str(here.python))
    assert here.run("lock", *python).exit_code == ExitCode.OK
    assert (tmp_path / "gpucheck.lock").exists()
    same = here.doctor("--lock", "gpucheck.lock")
    assert (same.exit_code, same.rules) == (ExitCode.OK, [])
    here.environ["CUDA_VISIBLE_DEVICES"] = "0"
    seen = here.doctor("--lock", "gpucheck.lock")
    assert (seen.exit_code, set(seen.rules)) == (ExitCode.FINDINGS, {"GPU803"})
    found = [f for f in seen.report["findings"] if f["rule"] == "GPU803"]
    assert found[0]["evidence"] == ["locked: 2", "now: 1"]


@needs_fakes
def test_a_broken_machine_is_not_locked(tmp_path: Path) -> None:
    """Unless it is forced; nothing is written, and the reason is told."""
    here = Machine(tmp_path, scenario(driver="580.95.05", cuda="13.0", gpus=[gpu("A100")]))
    here.install_torch("2.9.1+cpu")
    seen = here.run("lock", "--python", str(here.python))
    assert seen.exit_code == ExitCode.FINDINGS
    assert "not written: something is wrong here (GPU302" in seen.stderr
    assert not (tmp_path / "gpucheck.lock").exists()
    assert here.run("lock", "--force", "--python", str(here.python)).exit_code == ExitCode.OK
    write(tmp_path / "gpucheck.toml", "select = ['GPU1']\n")
    assert here.run("lock", "--python", str(here.python)).exit_code == ExitCode.FINDINGS
    write(tmp_path / "gpucheck.toml", "ignore = ['GPU302']\n")
    assert here.run("lock", "--python", str(here.python)).exit_code == ExitCode.OK


def test_a_machine_without_a_gpu_is_not_locked(tmp_path: Path) -> None:
    """There is nothing to keep."""
    here = Machine(tmp_path)
    seen = here.run("lock", "--python", str(here.python))
    assert (seen.exit_code, "CUDA shows no GPU here" in seen.stderr) == (ExitCode.FINDINGS, True)


@needs_fakes
def test_a_machine_of_which_too_little_is_known_is_not_locked(tmp_path: Path) -> None:
    """CUDA does not say what it has, and nothing else is found."""
    dumb = scenario(
        driver="580.95.05", cuda="13.0", gpus=[gpu("A100")], errors={"cuDeviceGetCount": 999}
    )
    here = Machine(tmp_path, dumb)
    here.environ["GPUCHECK_IGNORE"] = "GPU1;GPU9"
    seen = here.run("lock", "--python", str(here.python))
    assert seen.exit_code == ExitCode.COULD_NOT_JUDGE
    assert "not written: too little is known of this machine" in seen.stderr


@needs_fakes
def test_what_is_to_be_computed_is_no_matter_of_a_lock(tmp_path: Path) -> None:
    """The command computes nothing; other requirements are to be met."""
    here = Machine(tmp_path, scenario(driver="580.95.05", cuda="13.0", gpus=[gpu("A100")]))
    write(tmp_path / "gpucheck.toml", "require = ['smoke:cuda_driver', 'gpus>=1']\n")
    assert here.run("lock", "--python", str(here.python)).exit_code == ExitCode.OK
    write(tmp_path / "gpucheck.toml", "require = ['gpus>=2']\n")
    assert here.run("lock", "--python", str(here.python)).exit_code == ExitCode.FINDINGS


def test_a_lock_is_no_report(tmp_path: Path) -> None:
    """It is said what it is for."""
    here = Machine(tmp_path)
    write(tmp_path / "gpucheck.lock", to_text(LOCK))
    seen = here.run("doctor", "--from", "gpucheck.lock")
    assert seen.exit_code == ExitCode.USAGE
    assert "gpucheck.lock is a lock file: give it to --lock" in seen.stderr


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{}", "it is no lock file"),
        ('{"lock_version": 9, "gpucheck": "9", "tables_date": "", "values": []}', "is newer"),
        ('{"values": [], "x": ' + "[" * 100_000, "it is no lock file"),
        (None, "cannot read"),
    ],
)
def test_a_lock_that_cannot_be_used(tmp_path: Path, text: str | None, words: str) -> None:
    """It is said in a sentence."""
    here = Machine(tmp_path)
    if text is not None:
        write(tmp_path / "gpucheck.lock", text)
    seen = here.run("doctor", "--lock", "gpucheck.lock")
    assert seen.exit_code == ExitCode.USAGE
    assert words in seen.stderr
