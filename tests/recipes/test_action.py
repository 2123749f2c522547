"""The GitHub action: its script in an empty folder, and the whole of it in a runner of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import textwrap
from pathlib import Path

import pytest

from environments import write
from fake_nvml import gpu, scenario
from recipes.checkout import commit_all, copy_of_the_project, recipe, tool
from whole_machine import Machine, needs_fakes

pytestmark = [pytest.mark.slow, needs_fakes]

MIB = 1 << 20
LONG_S = 300.0
GOOD = scenario(
    driver="580.95.05",
    cuda="13.0",
    gpus=[gpu("A100", memory_used_bytes=(0, 600 * MIB, 900 * MIB))],
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project, as the action finds itself checked out."""
    return copy_of_the_project(tmp_path_factory.mktemp("project"))


class Step:
    """One run of the action's script as a step of a job."""

    def __init__(self, project: Path, here: Machine, **inputs: str) -> None:
        folder = here.folder / "runner"
        folder.mkdir()
        given = {f"INPUT_{name.upper()}": value for name, value in inputs.items()}
        files = {"GITHUB_OUTPUT": "outputs", "GITHUB_STEP_SUMMARY": "summary.md"}
        done = subprocess.run(
            ["bash", str(project / ".github/actions/gpucheck/check.sh")],
            cwd=folder,
            env=here.environ
            | {"INPUT_REQUIRE": "gpus>=1", "RUNNER_TEMP": str(folder)}
            | given
            | {name: str(folder / file) for name, file in files.items()},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONG_S,
            check=False,
        )
        self.exit_code, self.log, self.words = done.returncode, done.stdout, done.stderr
        told = (folder / "outputs").read_text("utf-8").splitlines()
        self.outputs = dict(line.partition("=")[::2] for line in told)
        summary = folder / "summary.md"
        self.summary = summary.read_text("utf-8") if summary.exists() else ""


def test_a_runner_without_a_gpu(project: Path, tmp_path: Path) -> None:
    """The step fails, its page says why, and the report is there for the next one."""
    step = Step(project, Machine(tmp_path))
    assert (step.exit_code, step.outputs["exit-code"]) == (1, "1")
    assert re.search(r"(?m)^::error title=GPU801 policy::.*the requirement gpus>=1", step.log)
    assert "GPU801" in step.summary
    report = json.loads(Path(step.outputs["report"]).read_text("utf-8"))
    assert report["exit_code"] == 1


def test_a_good_runner(project: Path, tmp_path: Path) -> None:
    """Requirements stand one a line."""
    here = Machine(tmp_path, GOOD)
    python = str(here.python)
    step = Step(project, here, require="gpus>=1\n\nsmoke:cuda_driver\n", python=python)
    assert (step.exit_code, step.outputs["exit-code"]) == (0, "0"), step.log + step.words


def test_the_job_s_own_variable_counts_too(project: Path, tmp_path: Path) -> None:
    """What it requires is required beside the inputs."""
    here = Machine(tmp_path, GOOD)
    here.environ["GPUCHECK_REQUIRE"] = "compute_capability>=12.0"
    step = Step(project, here, smoke="none")
    assert (step.exit_code, "the requirement compute_capability>=12.0" in step.log) == (1, True)


def test_the_project_says_what_fails(project: Path, tmp_path: Path) -> None:
    """Where the input is empty, its own settings count."""
    here = Machine(tmp_path, scenario(driver="580.95.05", cuda="13.0", gpus=[gpu("A100")] * 2))
    here.environ["CUDA_VISIBLE_DEVICES"] = "0,7"  # a warning
    write(here.folder / "gpucheck.toml", 'fail-on = "note"\n')
    assert Step(project, here, smoke="none").exit_code == 1


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"require": "gpus=>1"}, "'=>' is no comparison"),
        ({"smoke": "much"}, "the input smoke is none, quick or full"),
        ({"python": "no/such/python"}, "--python no/such/python: no such program"),
        ({"gpucheck": "./nothing-here"}, "gpucheck could not be installed"),
    ],
)
def test_a_mistake_is_an_annotation(
    project: Path, tmp_path: Path, inputs: dict[str, str], words: str
) -> None:
    """And no output names a report that does not exist."""
    step = Step(project, Machine(tmp_path), **inputs)
    assert step.exit_code in {2, 3}
    assert f"\n::error title=gpucheck::{words}" in f"\n{step.log}"
    assert step.outputs == {"exit-code": str(step.exit_code)}


def test_a_runner_without_a_python_that_is_new_enough(project: Path, tmp_path: Path) -> None:
    """It is said what to do."""
    here = Machine(tmp_path)
    for name in ("dirname", "mktemp", "bash"):
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / name).symlink_to(tool(name))
    here.environ["PATH"] = str(tmp_path / "bin")
    step = Step(project, here)
    assert step.exit_code == 2
    assert "::error title=gpucheck::gpucheck needs a Python of 3.11 or newer" in step.log


def run_workflow(folder: Path, environ: dict[str, str], *arguments: str) -> tuple[int, str]:
    """Run the one workflow of a repository with act, which runs actions without GitHub."""
    home = folder.parent / "home"
    home.mkdir(exist_ok=True)
    commit_all(folder)
    options = ("-P", "self-hosted=-self-hosted", "--env", "RUNNER_TEMP=" + str(home))
    done = subprocess.run(
        [tool("act"), "push", *options, *arguments],
        cwd=folder,
        env={**os.environ, "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), **environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LONG_S,
        check=False,
    )
    return done.returncode, done.stdout


WORKFLOW = """
on: push
jobs:
  check:
    runs-on: self-hosted
    steps:
      - uses: actions/checkout@v7
      - uses: ./.github/actions/gpucheck
        id: gpu
        with:
          require: |
            gpus>=1
            smoke:cuda_driver
          fail-on: INPUT
      - run: echo "next got $CODE" && test -s "$REPORT"
        env:
          CODE: ${{ steps.gpu.outputs.exit-code }}
          REPORT: ${{ steps.gpu.outputs.report }}
"""


@pytest.mark.parametrize(
    ("is_good", "fail_on", "code", "words"),
    [
        (False, '""', 1, "does not meet the requirement gpus>=1"),
        (False, "never", 0, "next got 0"),
        (True, '""', 0, "next got 0"),
    ],
)
def test_a_workflow(tmp_path: Path, is_good: bool, fail_on: str, code: int, words: str) -> None:
    """Inputs arrive, a job without its GPU fails, outputs reach the next step."""
    folder = copy_of_the_project(tmp_path / "repository")
    for other in (folder / ".github" / "workflows").iterdir():
        other.unlink()
    write(folder / ".github" / "workflows" / "try.yml", WORKFLOW.replace("INPUT", fail_on))
    environ = Machine(tmp_path, GOOD if is_good else None).environ
    names = [name for name in environ if name.startswith(("LD_LIBRARY_PATH", "FAKE_"))]
    given = [part for name in names for part in ("--env", f"{name}={environ[name]}")]
    seen, log = run_workflow(folder, {}, *given)
    assert (seen != 0) == (code != 0), log
    assert words in log


def test_the_recipe_as_it_stands(tmp_path: Path) -> None:
    """Somebody's project with the lines of docs/ci.md, on a runner without a GPU."""
    theirs = tmp_path / "theirs"
    write(theirs / "requirements.txt")
    text = recipe("GitHub")
    write(theirs / ".github" / "workflows" / "gpu.yml", f"on: push\n{textwrap.dedent(text)}")
    ours = copy_of_the_project(tmp_path / "ours")
    commit_all(ours)
    (used,) = re.findall(r"uses: (gpucheck/gpucheck)/\S+@(\S+)", text)
    seen, log = run_workflow(
        theirs,
        {},
        *("-P", "gpu=-self-hosted", "--local-repository", f"{used[0]}@{used[1]}={ours}"),
    )
    assert seen != 0
    for requirement in ("gpus>=1", "torch", "smoke:torch"):
        assert f"the requirement {requirement}" in log
