"""`gpucheck diff`: what changed between two snapshots or reports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from environments import write
from gpucheck.differences import differences, differences_of_locks
from gpucheck.facts import Calculation, CudaDriver, Facts, ImportFailure, to_json
from gpucheck.lock import lock_of, to_text
from gpucheck.policy import ExitCode
from gpucheck.redact import redact
from gpucheck.versions import CudnnVersion
from make import facts, framework, gpu, product, smoked, torch, with_smoke
from whole_machine import Machine, Outcome

OLD = facts(
    driver="535.129.03",
    gpus=["RTX 4090"],
    torch="2.6.0+cu124",
    distributions={"nvidia-cudnn-cu12": "9.1.0.70", "triton": "3.2.0"},
)
NEW = facts(
    driver="580.95.05",
    gpus=["RTX 4090", "RTX 4090"],
    torch="2.6.0+cpu",
    distributions={"nvidia-cudnn-cu12": "9.5.0.1"},
    environment={"CUDA_VISIBLE_DEVICES": "0"},
)


def diffed(tmp_path: Path, before: bytes, after: bytes, *more: str) -> Outcome:
    """Run the command on two files."""
    here = Machine(tmp_path)
    here.environ["COLUMNS"] = "160"
    paths = [str(write(tmp_path / name, text)) for name, text in (("a", before), ("b", after))]
    return here.run("diff", *paths, *more)


def test_what_changed(tmp_path: Path) -> None:
    """Each thing once, from the driver up; exit code 1 says that something did."""
    seen = diffed(tmp_path, to_json(OLD), to_json(NEW), "--format", "json")
    assert seen.exit_code == ExitCode.FINDINGS
    found = {(d["area"], d["what"]): (d["before"], d["after"]) for d in json.loads(seen.stdout)}
    assert found["Driver", "release"] == ("535.129.03", "580.95.05")
    assert found["GPUs", "seen by CUDA"] == ("1", "2")
    assert found["PyTorch", "release"] == ("2.6.0+cu124", "2.6.0+cpu")
    assert found["Variables", "CUDA_VISIBLE_DEVICES"] == (None, "0")
    assert found["Packages", "nvidia-cudnn-cu12"] == ("9.1.0.70", "9.5.0.1")
    assert found["Packages", "triton"] == ("3.2.0", None)
    areas = list(dict.fromkeys(area for area, _ in found))
    assert areas.index("Driver") < areas.index("PyTorch") < areas.index("Packages")


def test_a_table_for_people(tmp_path: Path) -> None:
    """An area is named once; what was not there is a dash."""
    lines = diffed(tmp_path, to_json(OLD), to_json(NEW)).stdout.splitlines()
    assert [line.split()[:4] for line in lines if line.startswith("Driver")] == [
        ["Driver", "release", "535.129.03", "580.95.05"]
    ]
    assert any(line.split()[-3:] == ["triton", "3.2.0", "-"] for line in lines)


def test_the_same(tmp_path: Path) -> None:
    """Exit code 0 and a sentence."""
    seen = diffed(tmp_path, to_json(OLD), to_json(OLD))
    assert (seen.exit_code, seen.stdout) == (ExitCode.OK, "nothing differs\n")


def test_what_changes_by_itself_is_left_out() -> None:
    """Memory in use, load, times, measured figures."""
    later = msgspec.structs.replace(OLD, elapsed_s=9.0, collected_at="2030-01-01T00:00:00Z")
    busy = facts(
        driver="535.129.03",
        gpus=[gpu("RTX 4090", memory_used_bytes=1 << 30, utilization_gpu_percent=90)],
        torch="2.6.0+cu124",
        distributions={"nvidia-cudnn-cu12": "9.1.0.70", "triton": "3.2.0"},
    )
    for other in (later, busy):
        assert differences(OLD, other) == ()
    slower = smoked(products=(product(seconds=9.0),))
    assert differences(with_smoke(OLD, torch=smoked()), with_smoke(OLD, torch=slower)) == ()


def test_what_is_left_to_see() -> None:
    """Ends of long values, conda's packages, modes, slices, what a framework and a test say."""
    long = "/lib:" * 60
    before = facts(
        gpus=[gpu("A100", compute_mode="default")],
        frameworks=[framework("jax", "0.6.0", "12.8", is_gpu_usable=True)],
        environment={"LD_LIBRARY_PATH": f"{long}a"},
        conda=["cudatoolkit=11.8.0"],
    )
    (device,) = before.cuda_driver.value.devices or ()
    part = msgspec.structs.replace(device, name="NVIDIA A100-SXM4-80GB MIG 1g.10gb")
    after = facts(
        gpus=[gpu("A100", compute_mode="prohibited")],
        frameworks=[framework("jax", "0.6.0", "12.8", is_gpu_usable=False, devices=())],
        environment={"LD_LIBRARY_PATH": f"{long}b"},
        conda=["cudatoolkit=12.1.0"],
        cuda={"devices": (part,)},
    )
    wrong = smoked(products=(product(relative_error=0.9),))
    found = differences(with_smoke(before, jax=smoked()), with_smoke(after, jax=wrong))
    assert {each.what for each in found} >= {
        *("LD_LIBRARY_PATH", "cudatoolkit (conda)", "GPU 0", "device 0 of CUDA"),
        *("GPU usable", "JAX"),
    }


def test_a_redacted_snapshot_is_the_same_machine(tmp_path: Path) -> None:
    """Compared with the whole one, a hidden name is no difference."""
    here = facts(torch="2.6.0+cu124", environment={"CUDA_HOME": "/home/ada/cuda"})
    seen = diffed(tmp_path, to_json(here), to_json(redact(here)))
    assert seen.stdout == "nothing differs\n"


def test_lock_files_can_be_compared(tmp_path: Path) -> None:
    """With each other, and with a snapshot in what they hold."""
    old, new = (to_text(lock_of(each, "2026-11-27")).encode() for each in (OLD, NEW))
    for before, after in ((old, new), (old, to_json(NEW)), (to_json(OLD), new)):
        seen = diffed(tmp_path, before, after, "--format", "json")
        found = {d["what"]: (d["before"], d["after"]) for d in json.loads(seen.stdout)}
        assert found["driver branch"] == ("535", "580")
        assert found["PyTorch built for CUDA"] == ("12.4", None)
    assert diffed(tmp_path, old, to_json(OLD)).stdout == "nothing differs\n"


def test_a_broken_lock_is_no_report(tmp_path: Path) -> None:
    """Of a newer gpucheck, or cut off: two such must not pass for the same."""
    text = to_text(lock_of(OLD, "2026-11-27"))
    for broken in (text.replace('"lock_version": 1', '"lock_version": 9'), text[:-30]):
        seen = diffed(tmp_path, broken.encode(), text.encode())
        assert seen.exit_code == ExitCode.USAGE
        assert "lock" in seen.stderr


def test_what_says_nothing_cannot_be_compared(tmp_path: Path) -> None:
    """That is not the same as no difference."""
    empty = b'{"gpucheck": "0.1.0", "tables_date": "", "values": []}'
    for text in (b"hello world", empty):
        seen = diffed(tmp_path, to_json(OLD), text)
        assert seen.exit_code == ExitCode.COULD_NOT_JUDGE
        assert "says nothing of a machine" in seen.stderr


def test_a_calculation_that_is_wrong_now_is_a_difference() -> None:
    """Also where the products are still right."""
    wrong: Any = {"convolution": Calculation(dtype="fp32", relative_error=9.0, error_bound=0.1)}
    before = with_smoke(OLD, torch=smoked("torch"))
    after = with_smoke(OLD, torch=smoked("torch", **wrong))
    assert [each.what for each in differences(before, after)] == ["PyTorch"]


def test_what_was_not_asked_is_no_difference() -> None:
    """Without imports nobody knows whether it sees a GPU; what the files tell is compared."""
    with_imports = facts(torch="2.6.0+cu124")
    without = facts(torch="2.6.0+cu124", outcomes={"torch": "not_asked"})
    build = msgspec.structs.replace(
        without.frameworks["torch"].value, is_gpu_usable=None, devices=None
    )
    silent = msgspec.structs.replace(without.frameworks["torch"], value=build)
    without = msgspec.structs.replace(without, frameworks={"torch": silent})
    assert differences(with_smoke(with_imports, torch=smoked("torch")), without) == ()
    older = facts(torch="2.5.0+cu124")
    assert [each.what for each in differences(older, without)] == ["release", "torch"]


def test_what_cannot_be_learnt_any_more_is_a_difference() -> None:
    """It is not the same as what is gone."""
    blind = facts(
        driver="535.129.03", outcomes={"driver": "timed_out"}, torch="2.6.0+cu124", gpus=["T4"]
    )
    driver = msgspec.structs.replace(blind.driver.value, driver_release=None, gpus=None)
    section = msgspec.structs.replace(blind.driver, value=driver)
    found = differences(OLD, msgspec.structs.replace(blind, driver=section))
    now = {each.what: each.after for each in found}
    assert (now["release"], now["GPU 0"]) == ("not known", "not known")
    assert now["triton"] is None


def test_what_a_lock_holds_and_nobody_could_learn() -> None:
    """It is not gone; and what was not asked is no difference."""
    locked = lock_of(facts(gpus=["A100"], torch="2.6.0+cu124"), "2026-11-27")
    blind = facts(outcomes={"packages": "timed_out", "cuda_driver": "timed_out"}, torch=None)
    cuda = msgspec.structs.replace(blind.cuda_driver, value=CudaDriver())
    found = differences_of_locks(locked, msgspec.structs.replace(blind, cuda_driver=cuda))
    after = {each.what: each.after for each in found}
    assert after["PyTorch release"] == after["model of GPU 0"] == "not known"
    quick = facts(gpus=["A100"], torch="2.6.0+cu124", outcomes={"torch": "not_asked"})
    full = facts(gpus=["A100"], torch=torch("2.6.0+cu124", loaded_cudnn=CudnnVersion((9, 1, 0))))
    assert differences_of_locks(lock_of(full, "2026-11-27"), quick) == ()
    for_cpu = facts(gpus=["A100"], torch="2.6.0+cpu", outcomes={"torch": "not_asked"})
    told = {each.what for each in differences_of_locks(lock_of(full, "2026-11-27"), for_cpu)}
    assert "PyTorch built for CUDA" in told


def test_a_report_denies_nothing() -> None:
    """Somebody who pastes a log says nothing of containers, or of what imports."""
    pasted = msgspec.structs.replace(facts(torch="2.6.0+cu124"), origin="report")
    failure = ImportFailure(kind="ImportError", message="libcudnn.so.9")
    machine = {"is_container": True, "container_kind": "docker"}
    here = facts(torch=torch("2.6.0+cu124", import_failure=failure), machine=machine)
    assert {"container", "imports"} & {each.what for each in differences(pasted, here)} == set()


def test_reports_can_be_compared(tmp_path: Path) -> None:
    """What somebody pasted, with what this machine told."""
    lines = "PyTorch version: 2.5.1+cu121\nOS: Ubuntu 22.04.4 LTS (x86_64)\n"
    seen = diffed(tmp_path, lines.encode(), to_json(OLD), "--format", "json")
    found = {(d["area"], d["what"]): (d["before"], d["after"]) for d in json.loads(seen.stdout)}
    assert found["PyTorch", "release"] == ("2.5.1+cu121", "2.6.0+cu124")


def hostile() -> Facts:
    """Return a snapshot with a name that would steer a terminal."""
    card = msgspec.structs.replace(OLD.gpus[0], name="\x1b[31m[bold]::error::x\nnext")
    driver = msgspec.structs.replace(OLD.driver.value, gpus=(card,))
    return msgspec.structs.replace(OLD, driver=msgspec.structs.replace(OLD.driver, value=driver))


@pytest.mark.parametrize("format_", ["text", "json"])
def test_hostile_names_are_shown(tmp_path: Path, format_: str) -> None:
    """They are neither obeyed nor taken for markup."""
    seen = diffed(tmp_path, to_json(OLD), to_json(hostile()), "--format", format_)
    assert "\x1b" not in seen.stdout
    assert "[bold]" in seen.stdout
    assert not any(line.lstrip().startswith("::") for line in seen.stdout.splitlines())


def test_a_file_that_is_none(tmp_path: Path) -> None:
    """It is named, with the usage error's exit code."""
    here = Machine(tmp_path)
    seen = here.run("diff", "missing.json", "missing.json")
    assert seen.exit_code == ExitCode.USAGE
    assert "missing.json" in seen.stderr
