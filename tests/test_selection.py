"""`--select`, `--ignore` and `[tool.gpucheck]`: what counts, and that nothing is forgotten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gpucheck.facts import to_json
from gpucheck.policy import ExitCode
from gpucheck.selection import selected
from gpucheck.settings import Settings, SettingsError, parse
from make import facts, report
from whole_machine import Machine, Outcome

HIDDEN = facts(torch="2.6.0+cu124", environment={"CUDA_VISIBLE_DEVICES": ""}, cuda_error=100)
"""GPUs hidden by a mask (GPU510), under which PyTorch finds none (GPU324)."""


def shown(settings: Settings) -> list[tuple[str, ...]]:
    """Return each root cause with its consequences."""
    findings = selected(report(HIDDEN), settings).findings
    return [(f.rule, *(each.rule for each in f.consequences)) for f in findings]


def ignored(settings: Settings) -> dict[str, str]:
    """Return the reasons by what was left out."""
    return {each.finding.rule: each.reason for each in selected(report(HIDDEN), settings).ignored}


def test_nothing_said_leaves_everything() -> None:
    """Without settings the report is as the rules made it."""
    assert selected(report(HIDDEN), Settings()) == report(HIDDEN)


def test_an_ignored_cause_goes_with_its_consequences() -> None:
    """They would not be there without it."""
    settings = Settings(ignore={"GPU510": "a login node"})
    assert not any("GPU324" in line for line in shown(settings))
    assert ignored(settings)["GPU510"] == "a login node"


def test_an_ignored_consequence_goes_alone() -> None:
    """The cause stays."""
    settings = Settings(ignore={"GPU324": ""})
    assert shown(settings)[0][0] == "GPU510"
    assert "GPU324" not in shown(settings)[0]
    assert ignored(settings) == {"GPU324": "ignored by GPU324"}


def test_an_area_is_all_its_rules() -> None:
    """GPU5 is containers, WSL and permissions."""
    assert ignored(Settings(ignore={"GPU5": "not here"}))["GPU510"] == "not here"
    assert shown(Settings(select=("GPU6",))) == []


def test_a_cause_is_shown_when_its_consequence_is_selected() -> None:
    """Whoever asks about PyTorch wants to hear why it finds no GPU."""
    assert shown(Settings(select=("GPU324",)))[0][0] == "GPU510"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[tool.gpucheck]\nselect = ['GPU9999']", "'GPU9999'"),
        ("[tool.gpucheck]\nignore = ['torch']", "'torch'"),
        ("[tool.gpucheck]\nigonre = ['GPU117']", "igonre"),
        ("[tool.gpucheck]\nselect = 'GPU1'", "select"),
        ("[tool]\ngpucheck = 3", "tool.gpucheck"),
        ("[tool.gpucheck\n", "no TOML"),
        ("tool.gpucheck.select = ['x']", "'x'"),
    ],
)
def test_a_wrong_setting_is_named(text: str, words: str) -> None:
    """One sentence says which setting, and what is expected."""
    with pytest.raises(SettingsError, match=words):
        parse(text)


def test_settings_of_a_project() -> None:
    """Reasons are kept; codes may be in any case; a list has no reasons."""
    text = "[tool.gpucheck]\nselect = ['gpu1']\n[tool.gpucheck.ignore]\ngpu117 = 'why not'"
    assert parse(text) == Settings(("GPU1",), {"GPU117": "why not"})
    assert parse("[tool.gpucheck]\nignore = ['GPU117']") == Settings((), {"GPU117": ""})
    assert parse("[tool.other]\nx = 1") is None


@pytest.fixture
def here(tmp_path: Path) -> Machine:
    """Return a folder with a snapshot of a machine whose GPUs are hidden."""
    machine = Machine(tmp_path)
    (tmp_path / "hidden.json").write_bytes(to_json(HIDDEN))
    return machine


def judge(here: Machine, *arguments: str) -> Outcome:
    """Judge the snapshot."""
    return here.run("doctor", "--from", "hidden.json", *arguments)


def test_ignored_by_option_with_reason(here: Machine) -> None:
    """It gives no exit code any more, and the verbose report has the reason, commas and all."""
    assert judge(here).exit_code == ExitCode.FINDINGS
    seen = judge(here, "--ignore", "GPU510=hidden on purpose, see the wiki;GPU1", "-v")
    assert seen.exit_code == ExitCode.OK
    assert "(hidden on purpose, see the wiki)" in " ".join(seen.stdout.split())


def test_ignored_by_the_project(here: Machine) -> None:
    """The nearest pyproject.toml upwards counts; JSON keeps what was ignored."""
    text = '[tool.gpucheck.ignore]\nGPU510 = "masked here"\n'
    (here.folder / "pyproject.toml").write_text(text, "utf-8")
    seen = json.loads(judge(here, "--format", "json").stdout)
    assert [(e["finding"]["rule"], e["reason"]) for e in seen["ignored"]] == [
        ("GPU510", "masked here")
    ]


def test_ignored_by_environment_variable(here: Machine) -> None:
    """Containers set variables."""
    here.environ["GPUCHECK_IGNORE"] = "GPU510"
    assert judge(here).exit_code == ExitCode.OK


def test_wrong_code_on_the_command_line(here: Machine) -> None:
    """It is a mistake of usage, in one sentence."""
    seen = judge(here, "--ignore", "numpy")
    assert seen.exit_code == ExitCode.USAGE
    assert "neither a rule nor an area" in seen.stderr


def test_a_code_that_no_rule_has(here: Machine) -> None:
    """A slip must not pass for a clean bill of health."""
    for option in ("--select", "--ignore"):
        seen = judge(here, option, "GPU332")
        assert seen.exit_code == ExitCode.USAGE
        assert "there is no rule GPU332" in seen.stderr


def test_project_file_that_does_not_concern_gpucheck(here: Machine) -> None:
    """A broken pyproject.toml of somebody else does not stop the doctor."""
    (here.folder / "pyproject.toml").write_text("[tool.black\n", "utf-8")
    assert judge(here).exit_code == ExitCode.FINDINGS


def test_project_file_with_a_wrong_setting(here: Machine) -> None:
    """The file is named."""
    (here.folder / "pyproject.toml").write_text("[tool.gpucheck]\nselect = 1\n", "utf-8")
    seen = judge(here)
    assert seen.exit_code == ExitCode.USAGE
    assert "pyproject.toml cannot be used" in seen.stderr
