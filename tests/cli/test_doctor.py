"""`gpucheck doctor`: every option, every wrong use of it, and every odd place to run it in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from environments import install, make_environment, write
from gpucheck.cli.given_file import SIZE_CAP_BYTES
from gpucheck.facts import to_json
from gpucheck.policy import ExitCode
from make import facts
from whole_machine import Machine, Outcome, importable, torch_files

FULL = Path("/dev/full")
ESCAPE = "\x1b["
needs_posix = pytest.mark.skipif(os.name != "posix", reason="starts gpucheck through a POSIX shell")

HEALTHY = facts(torch="2.9.0+cu130")
NOTED = facts(gpus=[])
"""A machine without a GPU: one note."""
FAULTY = facts(torch="2.6.0+cpu")
"""A CPU build beside a GPU: one error."""
UNKNOWN = facts(outcomes={"driver": "timed_out", "packages": "timed_out"}, gpus=[])
SNAPSHOTS = {"healthy": HEALTHY, "noted": NOTED, "faulty": FAULTY, "unknown": UNKNOWN}


@pytest.fixture
def here(tmp_path: Path) -> Machine:
    """Make a machine with an environment, and the snapshots in its working folder."""
    made = Machine(tmp_path)
    for name, snapshot in SNAPSHOTS.items():
        write(tmp_path / f"{name}.json", to_json(snapshot))
    made.environ |= {"COLUMNS": "100", "HOME": str(tmp_path / "home")}
    for name in ("NO_COLOR", "FORCE_COLOR"):
        made.environ.pop(name, None)
    return made


def judge(here: Machine, snapshot: str, *arguments: str) -> Outcome:
    """Judge one of the snapshots."""
    return here.run("doctor", "--from", f"{snapshot}.json", *arguments)


def complaint(seen: Outcome) -> str:
    """Return the sentence about wrong usage, after checking what holds for each of them."""
    assert seen.exit_code == ExitCode.USAGE, seen.stderr
    assert seen.stdout == ""
    assert "Traceback" not in seen.stderr
    assert "bug in gpucheck" not in seen.stderr
    return seen.stderr.splitlines()[-1]


def shell(here: Machine, script: str, *arguments: str, **environ: str) -> Outcome:
    """Run gpucheck from a shell script, which sees its command line as "$@"."""
    done = subprocess.run(
        ["sh", "-c", script, "sh", sys.executable, "-m", "gpucheck", *arguments],
        env=importable(here.environ | environ),
        cwd=here.folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr, "")


# What each option does


def test_python(here: Machine) -> None:
    """--python says which interpreter is inspected."""
    seen = here.run("doctor", "--python", str(here.python), "--no-import", "--format", "json")
    assert seen.report["target"]["executable"] == str(here.python)
    assert seen.report["target"]["found_via"] == "--python"


def test_env(here: Machine) -> None:
    """--env says which environment is inspected."""
    seen = here.run("doctor", "--env", "env", "--no-import", "--format", "json")
    assert seen.report["target"]["executable"] == str(here.python)
    assert seen.report["target"]["found_via"] == "--env"


def test_no_import(here: Machine) -> None:
    """--no-import leaves the frameworks' own code alone."""
    here.install_torch("2.6.0+cu124", before="open('trace', 'w').close()\n")
    seen = here.doctor("--no-import")
    assert seen.report["facts"]["frameworks"]["torch"]["outcome"] == "not_asked"
    assert not (here.folder / "trace").exists()


@pytest.mark.parametrize(
    ("arguments", "variable"),
    [(("--timeout", "1.5"), None), ((), "1.5"), (("--timeout=1.5",), "9")],
)
def test_timeout(here: Machine, arguments: tuple[str, ...], variable: str | None) -> None:
    """The time limit comes from the option, else from GPUCHECK_TIMEOUT."""
    if variable:
        here.environ["GPUCHECK_TIMEOUT"] = variable
    here.install_torch("2.6.0+cu124", before="import time\ntime.sleep(600)\n")
    part = here.doctor(*arguments).report["facts"]["frameworks"]["torch"]
    assert (part["outcome"], part["reason"]) == ("timed_out", "did not end within 1.5 s")


def test_format_json(here: Machine) -> None:
    """The JSON report says its schema, its exit code and what was found."""
    report = judge(here, "faulty", "--format", "json").report
    assert (report["schema_version"], report["exit_code"]) == (1, ExitCode.FINDINGS)
    assert [finding["rule"] for finding in report["findings"]] == ["GPU302"]


def test_format_text_is_the_default(here: Machine) -> None:
    """Without a format the report is the text."""
    plain, asked = judge(here, "faulty"), judge(here, "faulty", "--format", "text")
    assert plain.stdout == asked.stdout
    assert plain.stdout.startswith("gpucheck ")


@pytest.mark.parametrize("option", ["--verbose", "-v"])
def test_verbose(here: Machine, option: str) -> None:
    """Notes show their evidence only when everything is asked for."""
    brief, whole = judge(here, "noted").stdout, judge(here, "noted", option).stdout
    assert "gpucheck explain GPU101" not in brief
    assert "gpucheck explain GPU101" in whole
    assert "-v shows" in brief
    assert "-v shows" not in whole


def test_verbose_names_what_was_not_judged(here: Machine) -> None:
    """Rules that lacked a section are listed with the reason."""
    assert "Not judged:" not in judge(here, "unknown").stdout
    assert "driver: timed out" in judge(here, "unknown", "-v").stdout


@pytest.mark.parametrize(
    ("snapshot", "fail_on", "code"),
    [
        ("healthy", "error", ExitCode.OK),
        ("healthy", "note", ExitCode.OK),
        ("noted", "error", ExitCode.OK),
        ("noted", "warning", ExitCode.OK),
        ("noted", "note", ExitCode.FINDINGS),
        ("faulty", "error", ExitCode.FINDINGS),
        ("faulty", "warning", ExitCode.FINDINGS),
        ("faulty", "note", ExitCode.FINDINGS),
        ("faulty", "never", ExitCode.OK),
    ],
)
def test_fail_on(here: Machine, snapshot: str, fail_on: str, code: ExitCode) -> None:
    """Findings of that severity or a graver one give exit code 1, also inside the report."""
    seen = judge(here, snapshot, "--fail-on", fail_on, "--format", "json")
    assert (seen.exit_code, seen.report["exit_code"]) == (code, code)


def test_could_not_judge(here: Machine) -> None:
    """Where driver and packages are unknown, the exit code says that nothing can be said."""
    facts_unknown = facts(outcomes={"packages": "timed_out"})
    write(here.folder / "unknown.json", to_json(facts_unknown))
    assert judge(here, "unknown").exit_code == ExitCode.COULD_NOT_JUDGE


def test_from_standard_input(here: Machine) -> None:
    """A snapshot that is piped in is judged like the same file."""
    piped = shell(here, '"$@" < faulty.json', "doctor", "--from", "-")
    assert (piped.exit_code, piped.stderr) == (ExitCode.FINDINGS, "")
    assert piped.stdout == judge(here, "faulty").stdout


def test_output(here: Machine) -> None:
    """The file holds the report; the exit code stays, and nothing is printed."""
    seen = judge(here, "faulty", "--output", "report.txt")
    assert (seen.exit_code, seen.stdout, seen.stderr) == (ExitCode.FINDINGS, "", "")
    assert "GPU302" in (here.folder / "report.txt").read_text("utf-8")


def test_output_has_no_colour(here: Machine) -> None:
    """A file gets plain text, also when the terminal would get colours."""
    here.environ["FORCE_COLOR"] = "1"
    judge(here, "faulty", "-o", "report.txt")
    assert ESCAPE not in (here.folder / "report.txt").read_text("utf-8")


def test_output_replaces_a_file(here: Machine) -> None:
    """A file that was there is replaced as a whole; nothing else is left in its folder."""
    folder = here.folder / "reports"
    report = write(folder / "report.json", "old " * 100_000)
    judge(here, "faulty", "-o", "reports/report.json", "--format", "json")
    assert json.loads(report.read_text("utf-8"))["exit_code"] == ExitCode.FINDINGS
    assert list(folder.iterdir()) == [report]


def two_environments(here: Machine) -> dict[str, str]:
    """Make a second environment beside the first; return each interpreter's build of PyTorch."""
    here.install_torch("2.6.0+cu124")
    second = make_environment(here.folder / "second")
    site = next((here.folder / "second").glob("lib*/python*/site-packages"))
    install(site, "torch", "2.5.1+cpu", torch_files("2.5.1+cpu"))
    here.environ["VIRTUAL_ENV"] = str(here.folder / "env")
    return {str(here.python): "2.6.0+cu124", str(second): "2.5.1+cpu"}


def test_all_envs_as_json(here: Machine) -> None:
    """Each environment has a report of its own, and the whole has an exit code."""
    expected = two_environments(here)
    seen = here.run("doctor", "--all-envs", "--no-import", "--format", "json")
    releases = {
        report["target"]["executable"]: report["facts"]["frameworks"]["torch"]["value"]
        for report in seen.report["reports"]
    }
    assert {name: releases[name]["release"] for name in expected} == expected
    assert seen.report["exit_code"] == seen.exit_code


def test_all_envs_as_text(here: Machine) -> None:
    """The reports stand one under the other, each naming its environment."""
    expected = two_environments(here)
    here.environ["COLUMNS"] = "120"
    seen = here.run("doctor", "--all-envs", "--no-import")
    assert [name for name in expected if name not in seen.stdout] == []
    assert [build for build in expected.values() if build not in seen.stdout] == []
    assert seen.stdout.count("tables of") >= len(expected)


# What is said about wrong usage


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--unheard-of",), "No such option: --unheard-of"),
        (("surplus",), "surplus"),
        (("--format", "yaml"), "there is no format 'yaml': github"),
        (("--fail-on", "fatal"), "'fatal' is not one of"),
        (("--timeout", "-1"), "-1.0 is not in the range"),
        (("--timeout", "0"), "0.0 is not in the range"),
        (("--timeout", "soon"), "'soon' is not a valid float"),
        (("--timeout",), "requires an argument"),
        (("--python", "missing/python"), "--python missing/python: no such program"),
        (("--python", "[red]missing"), "--python [red]missing: no such program"),
        (("--python", "./env"), "--python ./env is a folder: say --env ./env"),
        (("--env", "missing"), "--env missing: no "),
        (("--env", "é漢"), "--env é漢: no "),
        (("--python", "python3", "--env", "env"), "--python and --env exclude each other"),
        (("--all-envs", "--env", "env"), "--all-envs excludes --python and --env"),
        (("--all-envs", "--python", "python3"), "--all-envs excludes --python and --env"),
    ],
)
def test_wrong_usage(here: Machine, arguments: tuple[str, ...], words: str) -> None:
    """What is wrong is said in one sentence with the words that the user wrote."""
    assert words in complaint(here.run("doctor", *arguments))


def test_wrong_timeout_from_the_environment(here: Machine) -> None:
    """A bad GPUCHECK_TIMEOUT is blamed on that variable."""
    here.environ["GPUCHECK_TIMEOUT"] = "soon"
    assert "GPUCHECK_TIMEOUT" in complaint(here.run("doctor"))


def test_control_characters_in_a_complaint(here: Machine) -> None:
    """What the user typed cannot steer the terminal."""
    assert "\x1b" not in complaint(here.run("doctor", "--python", "\x1b[31mred\x07"))


UNREADABLE = [
    (b"", "foreign.json: it is empty"),
    (b" \n\t", "foreign.json: it is empty"),
    (b"\x00\xff\xfe\x80 binary" * 20, "foreign.json: it is a binary file"),
    (b'{"gpucheck_release": "0.1.0", "target"', "not a gpucheck snapshot"),
    (b'{"gpucheck_release": 7}', "foreign.json: "),
    (
        b'{"gpucheck_release": "9", "schema_version": 99}',
        "schema 99 is newer than this gpucheck knows (1): upgrade",
    ),
    (b" " * (SIZE_CAP_BYTES + 1), "foreign.json is larger than 10 MiB"),
]


@pytest.mark.parametrize(("content", "words"), UNREADABLE, ids=lambda value: repr(value[:30]))
@pytest.mark.parametrize("way", ["file", "standard input"])
def test_from_what_cannot_be_understood(
    here: Machine, content: bytes, words: str, way: str
) -> None:
    """What is neither a snapshot nor text is named, with what is wrong about it."""
    write(here.folder / "foreign.json", content)
    if way == "file":
        assert words in complaint(here.run("doctor", "--from", "foreign.json"))
        return
    if os.name != "posix":
        pytest.skip("starts gpucheck through a POSIX shell")
    seen = shell(here, '"$@" < foreign.json', "doctor", "--from", "-")
    assert words.replace("foreign.json", "standard input") in complaint(seen)


@pytest.mark.parametrize(
    "content",
    [
        b"some words\n",
        b"{",
        b"[1, 2]",
        b'{"name": "package.json", "scripts": {}}',
        b'{"a":' * 100_000,
        b"def main():\n    print('hello')\n",
    ],
    ids=lambda value: repr(value[:30]),
)
def test_from_text_that_says_nothing_of_gpus(here: Machine, content: bytes) -> None:
    """Text of other things is read, and too little is known to judge."""
    write(here.folder / "foreign.txt", content)
    seen = here.run("doctor", "--from", "foreign.txt")
    assert seen.exit_code == ExitCode.COULD_NOT_JUDGE
    assert "Too little could be learnt" in seen.stdout
    assert seen.stderr == ""


HOSTILE_REPORT = """\
alice@darkstar:~$ nvidia-smi
Failed to initialize NVML: Driver/library version mismatch \x1b[2J\x1b]0;owned\x07 <b>[red]x[/red]
::error::Failed to initialize NVML: Driver/library version mismatch
Linux darkstar 6.8.0-49-generic #49-Ubuntu SMP x86_64
"""


def test_a_pasted_report(here: Machine) -> None:
    """The cause is named, with its line; nothing in the report reaches the terminal as an order."""
    write(here.folder / "report.txt", HOSTILE_REPORT.encode())
    seen = here.run("doctor", "--from", "report.txt")
    assert seen.exit_code == ExitCode.FINDINGS
    assert "GPU104" in seen.stdout
    assert "line 2: Failed to initialize NVML" in " ".join(seen.stdout.split())
    assert "\x1b" not in seen.stdout
    assert not any(line.lstrip().startswith("::") for line in seen.stdout.splitlines())
    assert "[red]x[/red]" in seen.stdout


def test_what_is_shared_of_a_report_names_nobody(here: Machine) -> None:
    """--share takes names of users and hosts out of the evidence."""
    write(here.folder / "report.txt", HOSTILE_REPORT.encode())
    for arguments in ((), ("-v",), ("--format", "json")):
        seen = here.run("doctor", "--from", "report.txt", "--share", *arguments)
        assert "GPU104" in seen.stdout
        assert "alice" not in seen.stdout
        assert "darkstar" not in seen.stdout


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("missing.json", "cannot read missing.json: No such file"),
        (".", "cannot read .: "),
        ("healthy.json/inner", "cannot read healthy.json/inner: "),
    ],
)
def test_from_what_cannot_be_read(here: Machine, path: str, words: str) -> None:
    """A file that cannot be read is named with the system's reason."""
    assert words in complaint(here.run("doctor", "--from", path))


@pytest.mark.parametrize("path", ["missing/report.txt", ".", "healthy.json/inner"])
def test_output_that_cannot_be_written(here: Machine, path: str) -> None:
    """A place where no file can be made is named."""
    assert f"cannot write {path}: " in complaint(judge(here, "healthy", "-o", path))


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full")
def test_output_to_a_full_device(here: Machine) -> None:
    """A device without room is an error, not a lost report."""
    seen = judge(here, "healthy", "-o", str(FULL))
    assert f"cannot write {FULL}: No space left on device" in complaint(seen)


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full")
def test_standard_output_on_a_full_device(here: Machine) -> None:
    """A report that cannot be printed is said in a sentence, with the exit code of a failure."""
    seen = shell(here, 'exec "$@" > /dev/full', "doctor", "--from", "healthy.json")
    assert seen.exit_code == 3
    assert seen.stderr == "gpucheck: cannot write to standard output: No space left on device\n"


@needs_posix
@pytest.mark.parametrize(("snapshot", "code"), [("healthy", 0), ("faulty", 1)])
def test_reader_that_leaves_early(here: Machine, snapshot: str, code: int) -> None:
    """A closed pipe is no fault: nothing is said, and the exit code is the report's."""
    script = '{ "$@"; echo "$?" > code; } | true'
    seen = shell(here, script, "doctor", "--from", f"{snapshot}.json")
    assert (here.folder / "code").read_text().strip() == str(code)
    assert seen.stderr == ""


@needs_posix
def test_output_that_does_not_fit(here: Machine) -> None:
    """When the room ends midway, the old report is kept and nothing else is left."""
    report = write(here.folder / "reports" / "report.txt", "old")
    arguments = ("doctor", "--from", "faulty.json", "-o", "reports/report.txt")
    seen = shell(here, 'ulimit -f 0; exec "$@"', *arguments)
    assert "cannot write reports/report.txt: " in complaint(seen)
    assert report.read_text() == "old"
    assert list(report.parent.iterdir()) == [report]


# Where it runs


@pytest.mark.parametrize(
    ("variables", "is_coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"NO_COLOR": "1"}, False),
    ],
)
def test_colour_in_a_pipe(here: Machine, variables: dict[str, str], is_coloured: bool) -> None:
    """A pipe gets colours only when they are asked for, and NO_COLOR wins."""
    here.environ |= variables
    assert (ESCAPE in judge(here, "faulty").stdout) is is_coloured


def on_terminal(here: Machine, *arguments: str) -> str:
    """Run gpucheck on a terminal; return what the terminal was sent."""
    control, terminal = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "gpucheck", *arguments],
        env=importable(here.environ),
        cwd=here.folder,
        stdin=subprocess.DEVNULL,
        stdout=terminal,
        stderr=terminal,
    )
    os.close(terminal)
    sent = b""
    try:
        while part := os.read(control, 4096):
            sent += part
    except OSError:
        pass  # how Linux says that the other end was closed
    finally:
        os.close(control)
        process.wait(60)
    return sent.decode()


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="there are no pseudo-terminals here")
@pytest.mark.parametrize(("term", "is_coloured"), [("xterm", True), ("dumb", False)])
def test_colour_on_a_terminal(here: Machine, term: str, is_coloured: bool) -> None:
    """A terminal gets colours unless it is a dumb one; then also no spinner."""
    here.environ["TERM"] = term
    assert (ESCAPE in on_terminal(here, "doctor", "--from", "faulty.json")) is is_coloured
    live = on_terminal(here, "doctor", "--python", str(here.python), "--no-import")
    assert (ESCAPE in live) is is_coloured


@pytest.mark.parametrize("columns", ["1", "40", "100000", "0", "-5", "wide"])
def test_width(here: Machine, columns: str) -> None:
    """Any COLUMNS gives the same words; lines fit unless the terminal is narrower than 40."""
    expected = judge(here, "noted").stdout.split()
    here.environ["COLUMNS"] = columns
    lines = judge(here, "noted").stdout.splitlines()
    assert " ".join(lines).split() == expected
    assert columns != "40" or max(map(len, lines[:-1])) <= 40


@pytest.mark.parametrize(
    "variables",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"PYTHONIOENCODING": "latin-1"},
    ],
)
def test_encoding_without_the_signs(here: Machine, variables: dict[str, str]) -> None:
    """Where the signs cannot be shown there are plain ones, and every line arrives."""
    expected = judge(here, "faulty")
    here.environ |= variables
    seen = judge(here, "faulty")
    assert (seen.exit_code, seen.stderr) == (expected.exit_code, "")
    assert seen.stdout.isascii()
    assert "[x]" in seen.stdout
    assert len(seen.stdout.splitlines()) == len(expected.stdout.splitlines())


@needs_posix
@pytest.mark.parametrize("arguments", [("--format", "text"), ("--format", "json"), ("--help",)])
def test_reader_that_has_left(here: Machine, arguments: tuple[str, ...]) -> None:
    """A reader that closes the pipe, as `head` does, is no reason to complain."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "gpucheck", "doctor", "--from", "faulty.json", *arguments],
            env=importable(here.environ),
            cwd=here.folder,
            stdout=writer,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    finally:
        os.close(writer)
    assert done.stderr == b""


@pytest.mark.parametrize("name", ["HOME", "PATH", "TERM", "LANG", "TMPDIR", "USER"])
def test_variable_that_is_missing(here: Machine, name: str) -> None:
    """No single variable is needed."""
    here.environ.pop(name, None)
    seen = here.doctor("--no-import")
    assert (seen.exit_code in {ExitCode.OK, ExitCode.FINDINGS}, seen.stderr) == (True, "")
    assert seen.report["facts"]["packages"]["outcome"] == "ok"


@pytest.mark.parametrize("home", ["/nonexistent", "", "relative", "/dev/null"])
def test_home_that_is_none(here: Machine, home: str) -> None:
    """A HOME that is no folder does no harm, also where it is searched."""
    here.environ |= {"HOME": home, "VIRTUAL_ENV": str(here.folder / "env")}
    seen = here.run("doctor", "--all-envs", "--no-import")
    assert (str(here.python) in seen.stdout.replace("\n", ""), seen.stderr) == (True, "")


@needs_posix
def test_working_folder_that_was_removed(here: Machine) -> None:
    """A folder that is gone is no reason to fail."""
    script = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"'
    arguments = ("doctor", "--python", str(here.python), "--no-import", "--format", "json")
    seen = shell(here, script, *arguments)
    assert seen.stderr == ""
    assert seen.report["facts"]["packages"]["outcome"] == "ok"


def test_no_place_for_temporary_files(here: Machine) -> None:
    """Where no temporary file can be made, nothing can be learnt, and that is what is said."""
    script = """
        import sys, tempfile
        tempfile.tempdir = "/nonexistent"
        from gpucheck.__main__ import main
        main()
        """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), "doctor", "--format", "json"],
        env=importable(here.environ),
        cwd=here.folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    report = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (ExitCode.COULD_NOT_JUDGE, "")
    assert report["facts"]["machine"]["outcome"] == "not_started"
    assert "/nonexistent" in report["facts"]["machine"]["reason"]


def test_standard_input_is_left_alone(here: Machine) -> None:
    """What waits on standard input belongs to whoever reads it next."""
    script = 'printf "%s\\n" "a line" | { "$@" > report.txt; cat; }'
    arguments = ("doctor", "--python", str(here.python), "--no-import")
    assert shell(here, script, *arguments).stdout == "a line\n"


def test_nothing_is_written(here: Machine) -> None:
    """A run leaves no file behind, neither in the working folder nor among temporary files."""
    temporary = here.folder / "temporary"
    temporary.mkdir()
    here.environ["TMPDIR"] = str(temporary)
    here.install_torch("2.6.0+cu124")
    before = sorted(here.folder.rglob("*"))
    here.doctor()
    assert sorted(here.folder.rglob("*")) == before
