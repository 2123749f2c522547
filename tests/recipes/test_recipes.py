"""The recipes of docs/ci.md: run where their tool runs here, else held to its schema."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from environments import write
from fake_nvml import gpu, scenario
from recipes.checkout import commit_all, git, recipe, tool, with_programs
from whole_machine import Machine, importable, needs_fakes

pytestmark = [pytest.mark.slow, needs_fakes]

LONG_S = 120.0
SEEN = gpu("A100", memory_used_bytes=(0, 0, 0, 900 << 20), power_w=(40, 40, 40, 320))
GOOD = scenario(driver="580.95.05", cuda="13.0", gpus=[SEEN, SEEN])


def run(
    here: Machine, *command: str, folder: Path | None = None, environ: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program on a machine, on whose PATH is the gpucheck under test."""
    return subprocess.run(
        command,
        cwd=folder or here.folder,
        env=with_programs(importable(here.environ)) | (environ or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LONG_S,
        check=False,
    )


@pytest.fixture(params=[None, GOOD], ids=["bad", "good"])
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Machine:
    """Return a machine without a GPU, then one with two."""
    made = Machine(tmp_path, request.param)
    made.environ["VIRTUAL_ENV"] = str(tmp_path / "env")
    return made


def is_good(here: Machine) -> bool:
    """Tell whether the machine has its GPUs."""
    return "LD_LIBRARY_PATH" in here.environ


def test_gitlab(here: Machine) -> None:
    """GitLab's schema; the script itself, whose files are there also when it fails."""
    path = write(here.folder / ".gitlab-ci.yml", recipe("GitLab"))
    schema = ("--builtin-schema", "vendor.gitlab-ci", "--default-filetype", "yaml", str(path))
    checked = run(here, sys.executable, "-m", "check_jsonschema", *schema)
    assert checked.returncode == 0, checked.stdout
    (script,) = [
        line.strip().removeprefix("- ")
        for line in recipe("GitLab").splitlines()
        if "gpucheck doctor" in line
    ]
    done = run(here, "sh", "-c", script)
    assert (done.returncode == 0) is is_good(here), done.stdout + done.stderr
    assert ET.parse(here.folder / "gpucheck.xml").getroot().tag == "testsuites"
    issues = json.loads((here.folder / "gpucheck.json").read_text("utf-8"))
    assert is_good(here) or "GPU801" in {issue["check_name"] for issue in issues}


def test_pre_commit(here: Machine) -> None:
    """A push from a machine without a GPU is stopped, also one that deletes a file only."""
    folder = here.folder / "repository"
    write(folder / ".pre-commit-config.yaml", recipe("pre-commit"))
    write(folder / "a")
    commit_all(folder)
    git(folder, "init", "--quiet", "--bare", str(here.folder / "remote"))
    git(folder, "remote", "add", "origin", str(here.folder / "remote"))
    home = {"HOME": str(here.folder), "PRE_COMMIT_HOME": str(here.folder / "cache")}
    install = (tool("pre-commit"), "install", "--hook-type", "pre-push")
    assert run(here, *install, folder=folder, environ=home).returncode == 0
    pushed = run(here, "git", "push", "origin", "main", folder=folder, environ=home)
    assert (pushed.returncode == 0) is is_good(here), pushed.stderr
    if is_good(here):
        git(folder, "rm", "--quiet", "a")
        git(folder, "commit", "--quiet", "--message", "less")
        again = run(here, "git", "push", "origin", "main", folder=folder, environ=home)
        assert "a GPU that works" in again.stdout + again.stderr


def test_pytest(here: Machine) -> None:
    """The run fails where the GPU is missing, instead of skipping."""
    skip = "import pytest\n\n@pytest.mark.skipif(True, reason='CUDA is not available')\n"
    write(here.folder / "test_it.py", f"{skip}def test_it():\n    pass\n")
    command = recipe("pytest").strip().replace("--gpucheck-require torch ", "")
    done = run(here, "sh", "-c", f"{command} -p no:cacheprovider")
    assert done.returncode != 0
    words = "skipped for want of a GPU" if is_good(here) else "gpus>=1: CUDA programs see 0 GPUs"
    assert words in done.stdout + done.stderr


@pytest.mark.parametrize("number", [0, 1])
def test_slurm_s_scripts(tmp_path: Path, number: int) -> None:
    """They are sound shell."""
    script = write(tmp_path / "script.sh", recipe("Slurm", number))
    checked = run(Machine(tmp_path), tool("shellcheck"), "--exclude=SC2181", str(script))
    assert checked.returncode == 0, checked.stdout


def prolog(here: Machine, **variables: str) -> tuple[int, str]:
    """Run the prolog as slurmd does, without a PATH; return its exit code and scontrol's words."""
    programs = here.folder / "programs"
    told = here.folder / "told"
    write(programs / "scontrol", f'#!/bin/sh\necho "$@" >> {told}\n').chmod(0o755)
    text = recipe("Slurm", 1).replace("/opt/gpucheck/bin/gpucheck", tool("gpucheck"))
    script = write(here.folder / "prolog", text.replace("PATH=", f"PATH={programs}:"))
    environ = {"SLURMD_NODENAME": "node7", "PATH": "", **variables}
    done = run(here, "/bin/sh", str(script), environ=environ)
    return done.returncode, told.read_text("utf-8") if told.exists() else ""


def test_slurm_s_prolog(here: Machine) -> None:
    """A node without the job's GPUs is drained with the reason; a job without GPUs is let in."""
    assert prolog(here) == (0, "")
    code, told = prolog(here, SLURM_JOB_GPUS="0,1")
    if is_good(here):
        assert (code, told) == (0, "")
    else:
        assert code == 1
        assert told.startswith("update NodeName=node7 State=DRAIN Reason=gpucheck: GPU801 This")


def test_kubernetes(tmp_path: Path) -> None:
    """A pod with the container in it fits Kubernetes' own schema, strictly."""
    indented = "".join(f"  {line}\n" for line in recipe("Kubernetes").splitlines())
    containers = "  containers: [{ name: train, image: YOUR-TRAINING-IMAGE }]\n"
    head = "apiVersion: v1\nkind: Pod\nmetadata: { name: training }\nspec:\n"
    path = write(tmp_path / "pod.yml", head + containers + indented)
    checked = run(Machine(tmp_path), tool("kubernetes-validate"), "--strict", str(path))
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_docker(tmp_path: Path) -> None:
    """An image with the line in it is without a complaint of hadolint."""
    text = f"FROM example.org/training:1.0\n{recipe('Docker')}"
    path = write(tmp_path / "Dockerfile", text)
    checked = run(Machine(tmp_path), tool("hadolint"), str(path))
    assert (checked.returncode, checked.stdout) == (0, "")
