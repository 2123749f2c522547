"""Where reports go: several at once, in every format, whatever takes them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
import pytest

from environments import write
from gpucheck.cli.job_summary import CUT, MOST_BYTES, add_to_summary
from gpucheck.facts import to_json
from gpucheck.policy import ExitCode
from gpucheck.renderers import renderer_names
from make import facts, gpu
from whole_machine import Machine, Outcome, importable

FULL = Path("/dev/full")
NAME = "GPU é 漢 ✓"
PRIVATE = "ada"
every_format = pytest.mark.parametrize("format_", renderer_names())
needs_posix = pytest.mark.skipif(os.name != "posix", reason="runs a shell")


@pytest.fixture
def here(tmp_path: Path) -> Machine:
    """Return a machine with the snapshot of another, whose GPU and user have telling names."""
    made = Machine(tmp_path)
    made.environ["COLUMNS"] = "200"
    whole = facts(torch="2.6.0+cpu")
    card = msgspec.structs.replace(gpu("RTX 4090"), name=NAME)
    driver = msgspec.structs.replace(whole.driver.value, gpus=(card,))
    target = msgspec.structs.replace(whole.target, executable=f"/home/{PRIVATE}/env/bin/python")
    told = msgspec.structs.replace(
        whole, driver=msgspec.structs.replace(whole.driver, value=driver), target=target
    )
    write(tmp_path / "faulty.json", to_json(told))
    return made


def judge(here: Machine, *arguments: str) -> Outcome:
    """Run the doctor on the snapshot."""
    return here.run("doctor", "--from", "faulty.json", *arguments)


def in_a_shell(here: Machine, script: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run a script in which "$@" is the doctor on the snapshot."""
    command = (sys.executable, "-m", "gpucheck", "doctor", "--from", "faulty.json", *arguments)
    return subprocess.run(
        ["sh", "-c", script, "sh", *command],
        env=importable(here.environ),
        cwd=here.folder,
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_several_outputs(here: Machine) -> None:
    """Each in its format; standard output still gets its own, unless a file takes it."""
    seen = judge(here, "-o", "junit:report.xml", "--output", "sarif:report.sarif")
    assert "GPU302" in seen.stdout
    assert (here.folder / "report.xml").read_text("utf-8").startswith("<?xml")
    assert '"version": "2.1.0"' in (here.folder / "report.sarif").read_text("utf-8")
    both = judge(here, "-o", "report.txt", "-o", "markdown:report.md")
    assert both.stdout == ""
    assert (here.folder / "report.txt").read_text("utf-8").startswith("gpucheck ")
    assert (here.folder / "report.md").read_text("utf-8").startswith("## gpucheck")


@pytest.mark.parametrize(
    ("outputs", "words"),
    [
        (("junit:",), "names no file"),
        (("jnuit:x",), "there is no format 'jnuit': github, gitlab"),
        (("JUNIT:x",), "there is no format 'JUNIT'"),
        (("json:-",), "--format says what standard output gets"),
        (("",), "--output names no file"),
        (("gitlab",), "say gitlab:FILE, or ./gitlab"),
        (("a", "b"), "only one file may be without a format"),
        (("junit:x", "sarif:x"), "the same file twice"),
        (("junit:missing/x",), "cannot write missing/x"),
    ],
)
def test_outputs_that_cannot_be(here: Machine, outputs: tuple[str, ...], words: str) -> None:
    """It is said in a sentence, with the usage error's exit code."""
    seen = judge(here, *(word for each in outputs for word in ("--output", each)))
    assert seen.exit_code == ExitCode.USAGE
    assert words in seen.stderr


def test_a_dash_is_standard_output(here: Machine) -> None:
    """As everywhere; and a path may hold a colon."""
    assert judge(here, "-o", "-").stdout == judge(here).stdout
    judge(here, "-o", "./of:today.txt")
    assert sorted(path.name for path in here.folder.glob("*.*")) == ["faulty.json", "of:today.txt"]


@needs_posix
@pytest.mark.parametrize("kind", ["a pipe", "a file"])
def test_standard_output_has_a_path_too(here: Machine, kind: str) -> None:
    """What goes to /dev/stdout is added to what is printed, wherever that goes."""
    target = {"a pipe": "| cat", "a file": "> both; cat both"}[kind]
    seen = in_a_shell(here, f'"$@" {target}', "--output", "json:/dev/stdout")
    text = seen.stdout.decode()
    assert text.startswith("gpucheck ")
    assert text.endswith('"exit_code": 1\n}\n')


@needs_posix
def test_the_first_failure_is_not_the_last_word(here: Machine) -> None:
    """What can be written is written, whatever else cannot be."""
    outputs = ("--output", "json:missing/x", "--output", "junit:report.xml")
    seen = in_a_shell(here, 'exec "$@" > /dev/full', *outputs)
    assert seen.returncode == ExitCode.FAILED
    assert b"cannot write missing/x" in seen.stderr
    assert b"cannot write to standard output" in seen.stderr
    assert (here.folder / "report.xml").read_bytes().startswith(b"<?xml")


def test_what_is_made_for_others_names_nobody(here: Machine) -> None:
    """Markdown is pasted into issues: it is without private parts, also as a job's summary."""
    summary = here.folder / "summary.md"
    here.environ["GITHUB_STEP_SUMMARY"] = str(summary)
    seen = judge(here, "--format", "github", "-o", "markdown:report.md", "-o", "json:report.json")
    pasted = (here.folder / "report.md").read_text("utf-8")
    assert summary.read_text("utf-8") == pasted
    assert "GPU302" in pasted
    assert PRIVATE not in pasted
    assert PRIVATE in (here.folder / "report.json").read_text("utf-8")
    assert seen.stdout.startswith("::error title=GPU302 ")


def test_a_summary_is_added_to(here: Machine) -> None:
    """What other steps have put there stays."""
    summary = write(here.folder / "summary.md", "before\n")
    here.environ["GITHUB_STEP_SUMMARY"] = str(summary)
    judge(here, "--format", "github")
    assert summary.read_text("utf-8").startswith("before\n## gpucheck: ")


def test_a_summary_that_cannot_be_written(here: Machine) -> None:
    """It is said which variable named the file; annotations and exit code are the report's."""
    here.environ["GITHUB_STEP_SUMMARY"] = "missing/summary.md"
    seen = judge(here, "--format", "github")
    assert seen.exit_code == ExitCode.FINDINGS
    assert seen.stdout.startswith("::error ")
    expected = "cannot write missing/summary.md ($GITHUB_STEP_SUMMARY): No such file or directory"
    assert expected in seen.stderr


@pytest.mark.parametrize("before", [0, 1000, MOST_BYTES - 1000, MOST_BYTES - 5, MOST_BYTES])
def test_a_summary_is_never_too_large(tmp_path: Path, before: int) -> None:
    """GitHub shows nothing of a larger one: whole findings are left out, and that is said."""
    finding = f"### é {'x' * 500}\n\n- seen\n\n"
    path = write(tmp_path / "summary.md", "o" * before)
    add_to_summary(f"## head\n\n<details>\n\n{finding * 3000}</details>\n", path)
    text = path.read_text("utf-8")[before:]
    assert path.stat().st_size <= MOST_BYTES
    assert text.count("<details>") == text.count("</details>")
    if before < MOST_BYTES - 10_000:
        assert path.stat().st_size > MOST_BYTES - 2000
    assert text.endswith(CUT) or before > MOST_BYTES - len(CUT)


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full")
@every_format
def test_no_room(here: Machine, format_: str) -> None:
    """A full disk is said in a sentence, whether it holds standard output or a file."""
    printed = in_a_shell(here, 'exec "$@" > /dev/full', "--format", format_)
    assert printed.returncode == ExitCode.FAILED
    assert printed.stderr.decode() == (
        "gpucheck: cannot write to standard output: No space left on device\n"
    )
    written = judge(here, "--output", f"{format_}:{FULL}")
    assert written.exit_code == ExitCode.USAGE
    assert written.stderr.endswith(f"cannot write {FULL}: No space left on device\n")


@needs_posix
@every_format
def test_a_reader_that_leaves(here: Machine, format_: str) -> None:
    """A closed pipe is no fault: nothing is said, and the exit code is the report's."""
    seen = in_a_shell(here, '{ "$@"; echo "$?" > code; } | true', "--format", format_)
    assert (here.folder / "code").read_text().strip() == str(int(ExitCode.FINDINGS))
    assert seen.stderr == b""


@needs_posix
@every_format
def test_no_home_and_nothing_that_can_be_written(here: Machine, format_: str) -> None:
    """A report needs no place of its own: neither a home nor the folder it is called in."""
    closed = here.folder / "closed"
    closed.mkdir(mode=0o555)
    script = 'cd closed && unset HOME USER XDG_CACHE_HOME && exec "$@"'
    snapshot = str(here.folder / "faulty.json")
    seen = in_a_shell(here, script, "--from", snapshot, "--format", format_)
    assert (seen.returncode, seen.stderr) == (ExitCode.FINDINGS, b"")
    assert b"GPU302" in seen.stdout


def _of_json(text: str) -> str:
    return str(json.loads(text))


def _of_xml(text: str) -> str:
    root = ET.fromstring(text.encode("ascii"))
    return " ".join([*root.itertext(), *(v for each in root.iter() for v in each.attrib.values())])


DECODED: dict[str, Callable[[str], str]] = {
    "json": _of_json,
    "sarif": _of_json,
    "gitlab": _of_json,
    "junit": _of_xml,
}
"""What programs read in the formats that are for them."""


@every_format
@pytest.mark.parametrize(
    "variables",
    [
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "cp1252"},
        {"PYTHONIOENCODING": "cp932"},
    ],
    ids=["LANG=C", "ascii", "cp1252", "cp932"],
)
def test_a_terminal_that_cannot_show_everything(
    here: Machine, format_: str, variables: dict[str, str]
) -> None:
    """Nothing fails; programs read what they would read in UTF-8, and people nearly that."""
    arguments = ("--format", format_)
    expected = in_a_shell(here, 'exec "$@"', *arguments)
    here.environ |= variables
    seen = in_a_shell(here, 'exec "$@"', *arguments)
    assert (seen.returncode, seen.stderr) == (expected.returncode, b"")
    assert len(seen.stdout.splitlines()) == len(expected.stdout.splitlines())
    decode = DECODED.get(format_)
    if decode:
        assert decode(seen.stdout.decode("ascii")) == decode(expected.stdout.decode())


@pytest.mark.parametrize("format_", ["markdown", "html"])
def test_references_stand_for_what_an_encoding_lacks(here: Machine, format_: str) -> None:
    """The page shows the same signs."""
    here.environ |= {"PYTHONIOENCODING": "cp1252"}
    text = judge(here, "--format", format_).stdout
    assert text.isascii()
    assert "GPU &#233; &#28450; &#10003;" in text


@every_format
def test_a_file_is_the_same_wherever_it_is_written(here: Machine, format_: str) -> None:
    """A file is UTF-8, whatever the terminal shows."""
    judge(here, "--output", f"{format_}:one")
    here.environ |= {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "NO_COLOR": "1"}
    judge(here, "--output", f"{format_}:two")
    one, two = ((here.folder / name).read_bytes() for name in ("one", "two"))
    assert one == two
    assert one.decode("utf-8")
