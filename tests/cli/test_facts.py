"""`gpucheck facts`: the snapshot as the user gets it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gpucheck.facts import Facts, from_json
from gpucheck.policy import ExitCode
from whole_machine import Machine, Outcome


def facts(here: Machine, *arguments: str) -> Outcome:
    """Ask for the facts of the machine's environment."""
    return here.run("facts", "--python", str(here.python), *arguments)


def read(seen: Outcome) -> Facts:
    """Return the snapshot that was printed."""
    assert (seen.exit_code, seen.stderr) == (ExitCode.OK, "")
    return from_json(seen.stdout.encode())


@pytest.fixture
def here(tmp_path: Path) -> Machine:
    """Make a machine with a small PyTorch and a user called somebody."""
    made = Machine(tmp_path)
    made.install_torch("2.6.0+cu124", "sm_80 sm_90")
    made.environ |= {"LOGNAME": "somebody", "USER": "somebody"}
    return made


def test_snapshot_can_be_read_back(here: Machine) -> None:
    """What is printed is a snapshot, indented, that ends with a line end."""
    seen = facts(here)
    snapshot = read(seen)
    assert snapshot.target.executable == str(here.python)
    assert snapshot.frameworks["torch"].value.release == "2.6.0+cu124"
    assert (snapshot.origin, snapshot.is_redacted) == ("live", False)
    assert seen.stdout.startswith("{\n")
    assert seen.stdout.endswith("}\n")


def test_output(here: Machine) -> None:
    """With --output the file holds what would have been printed."""
    seen = facts(here, "--no-import", "--output", "snapshot.json")
    assert (seen.exit_code, seen.stdout, seen.stderr) == (ExitCode.OK, "", "")
    snapshot = from_json((here.folder / "snapshot.json").read_bytes())
    assert snapshot.target.executable == str(here.python)


def test_output_that_cannot_be_written(here: Machine) -> None:
    """Where no file can be made, one sentence says so."""
    seen = facts(here, "--no-import", "-o", "missing/snapshot.json")
    assert (seen.exit_code, seen.stdout) == (ExitCode.USAGE, "")
    assert "cannot write missing/snapshot.json" in seen.stderr
    assert "Traceback" not in seen.stderr


def test_no_import(here: Machine) -> None:
    """Without imports the build is known from its files, and nothing was asked."""
    here.install_torch("2.6.0+cu124", before="open('trace', 'w').close()\n")
    part = read(facts(here, "--no-import")).frameworks["torch"]
    assert (part.outcome, str(part.value.built_for_cuda)) == ("not_asked", "12.4")
    assert part.value.is_gpu_usable is None
    assert not (here.folder / "trace").exists()


def test_env(here: Machine) -> None:
    """The environment is named by its folder."""
    target = read(here.run("facts", "--env", "env", "--no-import")).target
    assert (target.executable, target.found_via) == (str(here.python), "--env")


def test_active_environment(here: Machine) -> None:
    """Without a wish it is the active environment."""
    here.environ["VIRTUAL_ENV"] = str(here.folder / "env")
    target = read(here.run("facts", "--no-import")).target
    assert (target.executable, target.found_via) == (str(here.python), "$VIRTUAL_ENV")


def test_time_limit(here: Machine) -> None:
    """A probe that does not end within --timeout is told of in the snapshot."""
    here.install_torch("2.6.0+cu124", before="import time\ntime.sleep(600)\n")
    part = read(facts(here, "--timeout", "1.5")).frameworks["torch"]
    assert (part.outcome, part.reason) == ("timed_out", "did not end within 1.5 s")


def texts(tree: Any) -> list[str]:
    """Return every text inside a tree."""
    if isinstance(tree, dict):
        return [text for item in tree.items() for part in item for text in texts(part)]
    if isinstance(tree, list):
        return [text for part in tree for text in texts(part)]
    return [tree] if isinstance(tree, str) else []


def test_share_takes_private_things_out(here: Machine) -> None:
    """User names and home folders are in the snapshot, but not in the one that is shared."""
    here.environ["CUDA_HOME"] = "/home/somebody/cuda"
    here.environ["CUDA_PATH"] = "/data/somebody/cuda"
    private = texts(json.loads(facts(here, "--no-import").stdout))
    assert any("somebody" in text for text in private)
    seen = facts(here, "--no-import", "--share")
    assert read(seen).is_redacted
    assert [text for text in texts(json.loads(seen.stdout)) if "somebody" in text] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--python", "/missing/python"), "--python /missing/python: no such program"),
        (("--env", "missing"), "--env missing: no bin/python"),
        (("--python", "python3", "--env", "env"), "--python and --env exclude each other"),
        (("--timeout", "0"), "--timeout"),
        (("--from", "snapshot.json"), "No such option: --from"),
        (("surplus",), "surplus"),
    ],
)
def test_wrong_usage(here: Machine, arguments: tuple[str, ...], words: str) -> None:
    """Wrong usage is one sentence, exit code 2, and no half of a snapshot."""
    here.environ["COLUMNS"] = "300"
    seen = here.run("facts", *arguments)
    assert (seen.exit_code, seen.stdout) == (ExitCode.USAGE, "")
    assert words in seen.stderr
    assert "Traceback" not in seen.stderr
