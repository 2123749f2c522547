"""`gpucheck suggest-install`: described machines, snapshots, formats, wrong use, and real runs."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from environments import write
from gpucheck.cli.suggest_install import FORMATS, MANAGERS
from gpucheck.facts import to_json
from gpucheck.policy import ExitCode
from gpucheck.suggest.files import NAMES as FILES
from gpucheck.suggest.installers import NAMES as INSTALLERS
from make import facts
from suggest.stub_index import write_wheel
from whole_machine import Machine, Outcome

CLUSTER = ("--gpu", "RTX 4090", "--driver", "535.129.03", "--python", "3.12", "--os", "linux")


@pytest.fixture
def here(tmp_path: Path) -> Machine:
    """Make a machine with an environment and a snapshot of another one."""
    made = Machine(tmp_path)
    write(tmp_path / "other.json", to_json(facts(torch="2.6.0+cpu", driver="550.54.15")))
    write(tmp_path / "empty.json", to_json(facts()))
    made.environ |= {"COLUMNS": "100", "HOME": str(tmp_path / "home")}
    for name in ("CONDA_OVERRIDE_CUDA", "UV_CUDA_DRIVER_VERSION"):
        made.environ.pop(name, None)
    return made


def asked(here: Machine, *arguments: str) -> Outcome:
    """Run the command."""
    return here.run("suggest-install", *arguments)


def answer(here: Machine, *arguments: str) -> dict[str, Any]:
    """Return the answer as JSON."""
    return asked(here, *arguments, "--format", "json").report


def test_all_but_the_commands_is_a_comment(here: Machine) -> None:
    """The whole answer can be pasted into a shell."""
    seen = asked(here, "torch", "tensorflow", *CLUSTER)
    assert (seen.exit_code, seen.stderr) == (ExitCode.OK, "")
    commands = [line for line in seen.stdout.splitlines() if line and not line.startswith("#")]
    assert len(commands) == 1
    assert commands[0].startswith("python -m pip install torch==")
    assert "driver 535.129.03" in seen.stdout.splitlines()[0]


def test_the_shell_accepts_it(here: Machine) -> None:
    """Nothing in it is a syntax error."""
    seen = asked(here, "torch", "jax", "flash-attn", *CLUSTER)
    done = subprocess.run(
        ["sh", "-n"], input=seen.stdout, text=True, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_report_is_planned_for_its_own_environment(here: Machine) -> None:
    """The build for the CPU that it names would satisfy a plain release."""
    lines = ("PyTorch version: 2.6.0+cpu", "OS: Ubuntu 22.04.4 LTS (x86_64)")
    more = ("Python version: 3.10.12 (main) (64-bit runtime)", "Nvidia driver version: 535.129.03")
    write(here.folder / "report.txt", "\n".join([*lines, *more]).encode())
    seen = asked(here, "--from", "report.txt")
    assert "torch==2.6.0+cu124" in seen.stdout.splitlines()[-1]


def test_a_text_that_says_too_little_is_not_judged(here: Machine) -> None:
    """What has to be said is asked for; nothing is made up."""
    write(here.folder / "note.txt", b"my GPU is not used")
    seen = asked(here, "torch", "--from", "note.txt")
    assert (seen.exit_code, seen.stdout) == (ExitCode.COULD_NOT_JUDGE, "")
    assert "say --python" in seen.stderr


def test_a_conflict_ends_with_one(here: Machine) -> None:
    """Both pins, what helps, and the way apart."""
    seen = asked(here, "torch==2.6.0", "tensorflow==2.19.0", *CLUSTER)
    assert seen.exit_code == ExitCode.FINDINGS
    assert "torch==2.6.0 and tensorflow==2.19.0 exclude each other." in seen.stdout
    assert "12.4.5.8" in seen.stdout
    assert "What helps:" in seen.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["tourch"], "did you mean torch"),
        (["torch=2"], "no requirement"),
        (["torch", "--gpu", "RTX 5900"], "did you mean"),
        (["torch", "--driver", "newest"], "535.129.03"),
        (["torch", "--os", "beos"], "linux"),
        (["torch", "--manager", "apt"], "uv-project"),
        (["torch", "--mirror", "mirror\nRUN rm -rf /"], "https://"),
        (["torch", "--format", "xml"], "dockerfile"),
        (["torch", "--from", "missing.json"], "missing.json"),
        (["torch", "--from", "other.json", "--python", "/bin/sh"], "--from"),
        (["torch", "--run", "--offline"], "--run"),
        (["torch", "--run", "--gpu", "T4"], "--run"),
        (["--from", "empty.json"], "say what you want"),
    ],
)
def test_wrong_use_gets_one_sentence(here: Machine, arguments: list[str], words: str) -> None:
    """What was seen and what to do, and nothing on standard output."""
    seen = asked(here, *arguments)
    assert (seen.exit_code, seen.stdout) == (ExitCode.USAGE, "")
    assert words in seen.stderr
    assert "Traceback" not in seen.stderr


def test_json_names_what_was_chosen_and_why(here: Machine) -> None:
    """For programs: releases, requirements, commands as words, evidence."""
    read = answer(here, "torch", "torchvision", *CLUSTER)
    assert read["result"] == "plan"
    (torch, *_) = read["choices"]
    assert torch["variant"] == "cu126"
    assert torch["why"]
    assert torch["source"]
    argv = read["argv"][0]
    assert argv[:4] == ["python", "-m", "pip", "install"]


def test_a_snapshot_is_planned_for_as_the_machine_that_it_is_of(here: Machine) -> None:
    """Without wishes: what it has, repaired, in its release."""
    read = answer(here, "--from", "other.json")
    (torch,) = read["choices"]
    assert torch["release"] == "2.6.0"
    assert "installed" in torch["why"][0]


@pytest.mark.parametrize(
    ("variables", "cuda_major"),
    [
        ({"UV_CUDA_DRIVER_VERSION": "535.129.03"}, "12"),
        ({"CONDA_OVERRIDE_CUDA": "12.2"}, "12"),
        ({"CONDA_OVERRIDE_CUDA": "13.0"}, "13"),
        ({"CONDA_OVERRIDE_CUDA": ""}, None),
    ],
)
def test_the_driver_can_be_said_as_others_have_it(
    here: Machine, variables: dict[str, str], cuda_major: str | None
) -> None:
    """Environment variables of uv and conda describe a driver that is not there."""
    here.environ |= variables
    read = answer(here, "torch", "--python", "3.12", "--os", "linux")
    built_for = read["choices"][0]["built_for_cuda"]
    assert (built_for.partition(".")[0] if built_for else None) == cuda_major


def test_an_option_goes_before_a_variable(here: Machine) -> None:
    """What is typed counts."""
    here.environ["UV_CUDA_DRIVER_VERSION"] = "470.82.01"
    read = answer(here, "torch", "--driver", "580.95.05", "--python", "3.12")
    assert read["for"]["driver_release"] == "580.95.05"


def test_a_mirror_gets_a_plan_that_it_has(here: Machine) -> None:
    """No mirror has "+cuXXX" builds: an older release from the index, or PyTorch's beside it."""
    mirror = ("--mirror", "https://mirror.example/simple")
    seen = asked(here, "torch", *CLUSTER, *mirror)
    assert "+cu" not in seen.stdout.splitlines()[-1]
    assert "without --mirror" in " ".join(seen.stdout.replace("#", "").split())
    windows = ("--os", "windows", "--driver", "580.88", "--python", "3.12")
    beside = asked(here, "torch", *windows, *mirror).stdout
    assert "--extra-index-url=" in beside.splitlines()[-1]
    assert "--find-links" in beside


@pytest.mark.parametrize(
    "format_", ["commands", "requirements", "environment.yml", "pyproject", "dockerfile"]
)
def test_a_file_is_printed_and_nothing_else(here: Machine, format_: str) -> None:
    """It can be redirected into the file that it is."""
    seen = asked(here, "torch", *CLUSTER, "--format", format_)
    assert (seen.exit_code, seen.stderr) == (ExitCode.OK, "")
    assert "torch==" in seen.stdout
    if format_ == "pyproject":
        assert tomllib.loads(seen.stdout)["project"]


def test_output_writes_the_file(here: Machine) -> None:
    """Whole, and only where asked."""
    asked(here, "torch", *CLUSTER, "--format", "requirements", "--output", "requirements.txt")
    assert "torch==" in (here.folder / "requirements.txt").read_text("utf-8")


def test_a_hostile_name_stays_in_its_comment(here: Machine) -> None:
    """A device name with a line break cannot become a command."""
    seen = asked(here, "torch", "--from", "hostile.json")
    assert seen.exit_code == ExitCode.USAGE  # there is no such file yet
    card = facts().gpus[0]
    evil = msgspec.structs.replace(card, name="RTX\nrm -rf /\x1b[31m\r::error::x")
    write(here.folder / "hostile.json", to_json(facts(gpus=[evil], torch="2.6.0+cpu")))
    shown = asked(here, "torch", "--from", "hostile.json").stdout
    assert "\x1b" not in shown
    assert [line for line in shown.splitlines() if line.startswith(("rm", "::"))] == []


def test_a_conflict_is_a_comment_to_the_shell(here: Machine) -> None:
    """A long device name is wrapped, and no line of it is a command."""
    long = "a" * 95 + " touch /tmp/x # " + "b" * 90
    card = msgspec.structs.replace(facts().gpus[0], name=long)
    write(here.folder / "long.json", to_json(facts(gpus=[card])))
    seen = asked(here, "torch==2.6.0", "tensorflow==2.19.0", "--from", "long.json")
    assert seen.exit_code == ExitCode.FINDINGS
    assert [line for line in seen.stdout.splitlines() if not line.startswith("#")] == []


@pytest.mark.parametrize("format_", ["commands", "requirements", "dockerfile"])
def test_a_conflict_takes_no_file_s_place(here: Machine, format_: str) -> None:
    """Who asked for a file keeps the one there is, and reads why on standard error."""
    write(here.folder / "kept", b"mine")
    wishes = ("torch==2.6.0", "tensorflow==2.19.0")
    seen = asked(here, *wishes, *CLUSTER, "--format", format_, "--output", "kept")
    assert (seen.exit_code, seen.stdout) == (ExitCode.FINDINGS, "")
    assert "exclude each other" in seen.stderr
    assert (here.folder / "kept").read_bytes() == b"mine"


def test_another_machine_s_plan_names_no_interpreter_of_this_one(here: Machine) -> None:
    """It is typed elsewhere."""
    seen = asked(here, "torch", "--gpu", "H100", "--driver", "580.95.05", "--os", "windows")
    assert seen.stdout.splitlines()[-1].startswith("python -m pip")


def test_run_needs_somebody_to_agree(here: Machine) -> None:
    """Without a terminal and without --yes nothing is run."""
    seen = asked(here, "numba", "--cpu", "--run")
    assert seen.exit_code == ExitCode.USAGE
    assert "--yes" in seen.stderr


@pytest.fixture
def wheels(here: Machine) -> Path:
    """Let uv and pip look into a folder of stubs alone."""
    folder = here.folder / "wheels"
    folder.mkdir()
    here.environ |= {"UV_NO_INDEX": "1", "UV_FIND_LINKS": str(folder), "UV_OFFLINE": "1"}
    here.environ["PATH"] = f"{Path(sys.executable).parent}:{here.environ['PATH']}"
    if not (Path(sys.executable).parent / "uv").exists():
        pytest.skip("there is no uv")
    return folder


RUN = ("numba", "--cpu", "--manager", "uv", "--run", "--yes")


def test_run_installs_and_looks_again(here: Machine, wheels: Path) -> None:
    """The commands run in the target environment, then the doctor judges it."""
    release = answer(here, "numba", "--cpu")["choices"][0]["release"]
    write_wheel(wheels, "numba", release, "py3-none-any")
    seen = asked(here, *RUN, "--python", str(here.python))
    assert f"numba=={release}" in seen.stderr
    assert "Numba" in seen.stdout.partition("gpucheck ")[2]
    assert list(here.site.glob(f"numba-{release}*"))


def test_run_stops_at_what_fails(here: Machine, wheels: Path) -> None:
    """There is no such wheel: nothing after it is run, and the doctor is not asked."""
    assert not list(wheels.iterdir())
    seen = asked(here, *RUN, "--python", str(here.python))
    assert seen.exit_code == ExitCode.USAGE
    assert "nothing after it was run" in seen.stderr


def test_verify_asks_a_real_resolver(here: Machine, wheels: Path) -> None:
    """What it finds, and what it does not; nothing is installed."""
    arguments = ("numba", "--cpu", "--verify", "--python", "3.11", "--os", "linux")
    assert asked(here, *arguments).exit_code == ExitCode.FINDINGS
    release = answer(here, *arguments[:2], *arguments[3:])["choices"][0]["release"]
    write_wheel(wheels, "numba", release, "py3-none-any")
    seen = asked(here, *arguments)
    assert (seen.exit_code, "finds releases" in seen.stderr) == (ExitCode.OK, True)
    assert not list(here.site.glob("numba*"))


def test_verify_asks_pip_where_there_is_no_uv(here: Machine, wheels: Path) -> None:
    """With every tag that the machine accepts, also those that no policy names."""
    here.environ["PATH"] = os.defpath
    here.environ |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)}
    described = ("--python", "3.12", "--os", "linux", "--glibc", "2.28")
    arguments = ("numba", "--cpu", "--verify", *described)
    assert asked(here, *arguments).exit_code != ExitCode.OK
    release = answer(here, "numba", "--cpu", *described)["choices"][0]["release"]
    write_wheel(wheels, "numba", release, "cp312-cp312-manylinux_2_18_x86_64")
    seen = asked(here, *arguments)
    assert (seen.exit_code, "pip finds releases" in seen.stderr) == (ExitCode.OK, True)


def test_verify_says_when_no_index_is_reached(here: Machine, wheels: Path) -> None:
    """Not verified is not wrong."""
    assert wheels
    del here.environ["UV_NO_INDEX"], here.environ["UV_OFFLINE"]
    here.environ |= {"UV_DEFAULT_INDEX": "http://127.0.0.1:9/simple", "UV_HTTP_RETRIES": "0"}
    seen = asked(here, "numba", "--cpu", "--verify", "--python", "3.11", "--os", "linux")
    assert seen.exit_code == ExitCode.COULD_NOT_JUDGE
    assert "not verified" in seen.stderr


def test_the_options_name_what_there_is() -> None:
    """The command is loaded without the solver, so it has its own lists."""
    assert MANAGERS == INSTALLERS
    assert ("text", "commands", "json", *FILES) == FORMATS
