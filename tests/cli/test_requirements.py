"""The gate: `gpucheck doctor --require`, its exit codes, and where requirements may stand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from environments import write
from fake_nvml import gpu, scenario
from gpucheck.policy import ExitCode
from whole_machine import Machine, Outcome, needs_fakes

pytestmark = needs_fakes

TWO = scenario(driver="580.95.05", cuda="13.0", gpus=[gpu("A100"), gpu("A100")])


@pytest.fixture
def here(tmp_path: Path) -> Machine:
    """Return a machine with two A100 and PyTorch for CUDA."""
    made = Machine(tmp_path, TWO)
    made.install_torch("2.9.1+cu130", "sm_80 sm_90")
    made.environ["COLUMNS"] = "200"
    return made


def required(here: Machine, *texts: str, more: tuple[str, ...] = ()) -> Outcome:
    """Run the doctor with requirements."""
    return here.doctor(*(word for text in texts for word in ("--require", text)), *more)


def test_met(here: Machine) -> None:
    """All of them: nothing is found."""
    seen = required(here, "gpus>=2", "memory>=40GiB", "driver>=535", "torch>=2.6", "gpu:A100|H100")
    assert (seen.exit_code, seen.rules) == (ExitCode.OK, [])


def test_not_met(here: Machine) -> None:
    """Each that is not has a finding, with what was seen."""
    seen = required(here, "gpus>=4", "gpus>=2", "tensorflow")
    assert (seen.exit_code, seen.rules) == (ExitCode.FINDINGS, ["GPU801", "GPU801"])
    first, second = [f for f in seen.report["findings"] if f["rule"] == "GPU801"]
    assert (first["message"], first["evidence"]) == (
        "This machine does not meet the requirement gpus>=4.",
        ["CUDA programs see 2 GPUs"],
    )
    assert second["evidence"] == ["tensorflow is not installed"]
    (command,) = second["remedy"]["commands"]
    assert command == f"gpucheck suggest-install tensorflow --python {here.python}"


def test_unknown_is_not_met(here: Machine) -> None:
    """It ends with exit code 4, also where only errors count; unless it may be unknown."""
    seen = required(here, "smoke:torch", "gpus>=2")
    assert (seen.exit_code, seen.rules) == (ExitCode.COULD_NOT_JUDGE, ["GPU802"])
    allowed = required(here, "smoke:torch", more=("--allow-unknown",))
    assert (allowed.exit_code, allowed.rules) == (ExitCode.OK, [])
    assert "GPU802" in allowed.notes
    noted = required(here, "smoke:torch", more=("--allow-unknown", "--fail-on", "note"))
    assert noted.exit_code == ExitCode.OK
    here.environ["GPUCHECK_ALLOW_UNKNOWN"] = "1"
    assert required(here, "smoke:torch").exit_code == ExitCode.OK


def test_what_is_not_met_weighs_more_than_what_is_not_known(here: Machine) -> None:
    """Then something was found."""
    assert required(here, "smoke:torch", "gpus>=4").exit_code == ExitCode.FINDINGS


def test_without_imports_a_framework_is_not_known_to_work(here: Machine) -> None:
    """Its files tell its release, not whether it sees a GPU."""
    seen = required(here, "torch>=2.6", more=("--no-import",))
    assert seen.exit_code == ExitCode.COULD_NOT_JUDGE
    assert required(here, "torch>=3", more=("--no-import",)).exit_code == ExitCode.FINDINGS


def test_the_smoke_test_is_run_for_it(here: Machine) -> None:
    """Where it is required, it is among what the doctor does anyway."""
    python = ("--python", str(here.python), "--format", "json")
    seen = here.run("doctor", *python, "--require", "smoke:cuda_driver")
    assert [f["rule"] for f in seen.report["findings"] if f["rule"].startswith("GPU80")] == [
        "GPU801"
    ]  # the fake driver shows no use: a test that nobody saw is no proof


def test_a_mistake_is_shown_with_a_caret(here: Machine) -> None:
    """One sentence, and the place under what was written."""
    seen = required(here, "gpus=>2")
    assert seen.exit_code == ExitCode.USAGE
    first, *sketch = seen.stderr.splitlines()
    assert first.startswith("gpucheck: '=>' is no comparison")
    assert sketch == ["    gpus=>2", "        ^"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", '[tool.gpucheck]\nrequire = ["gpus>=4"]\n'),
        ("gpucheck.toml", 'require = ["gpus>=4"]\n'),
    ],
)
def test_a_project_may_require(here: Machine, name: str, text: str) -> None:
    """In its pyproject.toml, or in a file of its own; options add to it."""
    write(here.folder / name, text)
    assert required(here).exit_code == ExitCode.FINDINGS
    assert required(here, "gpus>=2").rules == ["GPU801"]


def test_the_file_of_its_own_goes_first(here: Machine) -> None:
    """What pyproject.toml says is then not read."""
    write(here.folder / "pyproject.toml", '[tool.gpucheck]\nrequire = ["gpus>=4"]\n')
    write(here.folder / "gpucheck.toml", 'require = ["gpus>=2"]\n')
    assert required(here).exit_code == ExitCode.OK


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('require = ["gpus>>4"]', "'>>' is no comparison"),
        ('fail-on = "sometimes"', "fail-on"),
        ("reqire = []", "reqire"),
        ("require = [", "it is no TOML"),
    ],
)
def test_a_mistake_in_the_file_names_it(here: Machine, text: str, words: str) -> None:
    """Where it stands, and what is wrong with it."""
    path = write(here.folder / "gpucheck.toml", text)
    seen = required(here)
    assert seen.exit_code == ExitCode.USAGE
    assert f"{path} cannot be used" in seen.stderr
    assert words in seen.stderr


OFF = 'require = ["gpus>=4"]\n'


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("gpucheck.toml", OFF.encode("utf-16"), "it is not UTF-8"),
        ("gpucheck.toml", f"# caf\xe9\n{OFF}".encode("latin-1"), "it is not UTF-8"),
        ("pyproject.toml", f"[tool.gpucheck]\n{OFF}".encode("utf-16"), "it is not UTF-8"),
        ("pyproject.toml", f"# \xe9\n[tool.gpucheck]\n{OFF}".encode("latin-1"), "it is not UTF-8"),
        ("pyproject.toml", b'[tool."gpucheck"]\nreqire = []', "reqire"),
        ("pyproject.toml", b"[ tool . gpucheck ]\nreqire = []", "reqire"),
        ("pyproject.toml", b"[tool]\ngpucheck = { reqire = [] }", "reqire"),
        ("pyproject.toml", b"[ tool . gpucheck ]\nrequire = [", "it is no TOML"),
        ("pyproject.toml", b"[tool]\ngpucheck.require = [", "it is no TOML"),
        ("pyproject.toml", f"[tool.gpucheck]\n{OFF}".encode("utf-16-le"), "it is no TOML"),
        ("pyproject.toml", b"\xef\xbb\xbf[tool.gpucheck]\nrequire = [", "it is no TOML"),
        ("gpucheck.toml", b"a = " + b"[" * 100_000, "it is no TOML"),
        ("gpucheck.toml", b"a = " + b"9" * 5000, "it is no TOML"),
        ("gpucheck.toml", b"#" * (11 << 20), "it is larger than 10 MiB"),
        ("gpucheck.toml", b"ignore = ['GPU999']", "gpucheck.toml cannot be used: there is no rule"),
        ("gpucheck.toml", b"requires = []", "no setting 'requires': did you mean require?"),
        ("gpucheck.toml", b"require = 'gpus'", "require is to be a list of requirements"),
        ("gpucheck.toml", b"fail-on = 'warn'", "is to be error, warning, note or never"),
        ("gpucheck.toml", b"ignore = { GPU1 = 1 }", "ignore is to be a table, such as GPU117"),
    ],
)
def test_no_file_turns_the_gate_off_unnoticed(
    here: Machine, name: str, content: bytes, words: str
) -> None:
    """Whatever its encoding or spelling: it says something, so it is understood or refused."""
    write(here.folder / name, content)
    seen = required(here)
    assert (seen.exit_code, words in seen.stderr) == (ExitCode.USAGE, True)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pyproject.toml", b'[project]\ndependencies = ["gpucheck-doctor"'),
        ("pyproject.toml", b"\xff\xfe\x00"),
        ("gpucheck.toml", b"\xef\xbb\xbffail-on = 'error'"),
    ],
)
def test_files_that_say_nothing_do_no_harm(here: Machine, name: str, content: bytes) -> None:
    """A broken file that only names gpucheck, one about something else, a byte order mark."""
    write(here.folder / name, content)
    assert required(here).exit_code == ExitCode.OK


@pytest.mark.skipif(os.name != "posix", reason="Windows makes no links without a privilege")
def test_a_file_that_cannot_be_read_is_named(here: Machine) -> None:
    """What it requires is not known."""
    (here.folder / "gpucheck.toml").symlink_to("gpucheck.toml")
    seen = required(here)
    assert seen.exit_code == ExitCode.USAGE
    assert "gpucheck.toml: Too many levels of symbolic links" in seen.stderr


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such files")
def test_a_file_without_an_end_is_not_read(here: Machine) -> None:
    """A pipe or a device is no file of settings, and waiting for its end would hang."""
    os.mkfifo(here.folder / "gpucheck.toml")
    (here.folder / "pyproject.toml").symlink_to("/dev/zero")
    assert required(here).exit_code == ExitCode.OK


def test_a_mistake_in_a_variable_names_it(here: Machine) -> None:
    """As it names a file."""
    for name, value, words in (
        ("GPUCHECK_IGNORE", "GPU999=x", "there is no rule GPU999"),
        ("GPUCHECK_SELECT", "driver", "'driver' is neither a rule nor an area"),
        ("GPUCHECK_IGNORE", "GPU117=a desktop;GPU1155", "'GPU1155' is neither a rule nor an area"),
        ("GPUCHECK_IGNORE", "GPU117=a desktop;GPU11x=b", "'GPU11x' is neither a rule nor an area"),
        ("GPUCHECK_REQUIRE", "gpus=>1", "'=>' is no comparison"),
    ):
        here.environ[name] = value
        assert f"gpucheck: ${name}: {words}" in required(here).stderr
        del here.environ[name]
    here.environ["GPUCHECK_ALLOW_UNKNOWN"] = "perhaps"
    assert "$GPUCHECK_ALLOW_UNKNOWN: 'perhaps' has no meaning" in required(here).stderr


def test_a_reason_is_a_sentence(here: Machine) -> None:
    """With commas and codes in it, and bytes that are no text."""
    write(here.folder / "gpucheck.toml", "require = ['gpus>=4']\n")
    for reason in ("known, GPU302 too", "b\udcff"):
        here.environ["GPUCHECK_IGNORE"] = f"GPU8=all of them;GPU801={reason}"
        seen = required(here)
        (left_out,) = seen.report["ignored"]
        assert (seen.exit_code, left_out["finding"]["rule"]) == (ExitCode.OK, "GPU801")
        assert left_out["reason"] == reason.replace("\udcff", "\\udcff")


def test_containers_use_variables(here: Machine) -> None:
    """Requirements with semicolons between, and what counts; an option goes before it."""
    here.environ |= {"GPUCHECK_REQUIRE": "gpus>=2; torch>=2.6,<3;\n ", "GPUCHECK_FAIL_ON": "note"}
    assert required(here).rules == []
    here.environ["GPUCHECK_REQUIRE"] = "gpus>=4"
    assert required(here).rules == ["GPU801"]
    here.environ["GPUCHECK_FAIL_ON"] = "never"
    assert required(here).exit_code == ExitCode.OK
    assert required(here, more=("--fail-on", "error")).exit_code == ExitCode.FINDINGS
    here.environ["GPUCHECK_FAIL_ON"] = "always"
    assert "$GPUCHECK_FAIL_ON: 'always' has no meaning" in required(here).stderr


def test_nothing_selected_makes_a_framework_fit(tmp_path: Path) -> None:
    """What is left out of the report still counts for what is required; what is ignored not."""
    here = Machine(tmp_path, scenario(driver="580.95.05", cuda="13.0", gpus=[gpu("RTX 5090")]))
    here.install_torch("2.6.0+cu124", "sm_80 sm_90")
    assert required(here, "torch", more=("--select", "GPU1")).rules == ["GPU801"]
    ignored = required(here, "torch", more=("--ignore", "GPU303=patched here"))
    assert "GPU801" not in ignored.rules


def test_a_mistake_is_no_command(here: Machine) -> None:
    """What stands in a variable comes from others, perhaps: a CI system obeys none of it."""
    here.environ["GPUCHECK_REQUIRE"] = "::error title=owned::x"
    lines = required(here).stderr.splitlines()
    assert any("::error" in line for line in lines)
    assert not any(line.lstrip().startswith("::") for line in lines)


def test_a_saved_snapshot_can_be_asked(here: Machine) -> None:
    """The requirements are of the one who asks, not of the machine."""
    saved = here.folder / "snapshot.json"
    here.run("facts", "--python", str(here.python), "-o", str(saved))
    for text, code in (("gpus>=2", ExitCode.OK), ("gpus>=3", ExitCode.FINDINGS)):
        seen = here.run("doctor", "--from", str(saved), "--require", text)
        assert seen.exit_code == code
