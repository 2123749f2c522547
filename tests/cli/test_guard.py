"""Whatever happens: one clear sentence, the documented exit code, and no process left."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import textwrap
import time
import uuid
from pathlib import Path

import pytest

from environments import write
from gpucheck.cli.app import app
from gpucheck.facts import to_json
from gpucheck.policy import MEANINGS, PLAN_MEANINGS, ExitCode
from gpucheck.release import RELEASE, TABLES_DATE
from make import facts
from whole_machine import Machine, Outcome, importable

LONG_S = 60.0
COMMANDS = ["doctor", "smoke", "diff", "lock", "suggest-install", "facts", "rules", "explain"]
OPTIONS = {
    "doctor": {
        *("--python", "--env", "--all-envs", "--from", "--timeout", "--no-import", "--no-smoke"),
        *("--require", "--lock", "--allow-unknown", "--level", "--share"),
        *("--format", "--output", "-o", "--select", "--ignore", "--fail-on", "--verbose", "-v"),
        *("--help", "-h"),
    },
    "smoke": {
        *("--level", "--framework", "--device", "--dtype", "--python", "--env", "--timeout"),
        *("--share", "--format", "--output", "-o", "--fail-on", "--verbose", "-v", "--help", "-h"),
    },
    "lock": {"--python", "--env", "--timeout", "--force", "--help", "-h"},
    "diff": {"--format", "--output", "-o", "--help", "-h"},
    "suggest-install": {
        *("--gpu", "--compute-capability", "--driver", "--python", "--env", "--os", "--arch"),
        *("--glibc", "--cpu", "--from", "--manager", "--mirror", "--offline", "--format"),
        *("--output", "-o", "--verify", "--run", "--yes", "-y", "--verbose", "-v", "--help", "-h"),
    },
    "facts": {
        *("--python", "--env", "--timeout", "--no-import", "--output", "-o", "--share"),
        *("--schema", "--help", "-h"),
    },
    "rules": {"--json", "--help", "-h"},
    "explain": {"--help", "-h"},
}


@pytest.fixture
def here(tmp_path: Path) -> Machine:
    """Make a machine whose lines are wide enough to hold a sentence."""
    made = Machine(tmp_path)
    made.environ["COLUMNS"] = "200"
    return made


def run_changed(here: Machine, change: str, *arguments: str, **environ: str) -> Outcome:
    """Run gpucheck after some code has changed it."""
    script = f"{textwrap.dedent(change)}\nfrom gpucheck.__main__ import main\nmain()\n"
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env=importable(here.environ | environ),
        cwd=here.folder,
        capture_output=True,
        text=True,
        timeout=LONG_S,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr, "")


BROKEN = """
    from gpucheck import diagnose
    def diagnose_wrongly(facts, tables):
        raise ZeroDivisionError("kaboom \\x1b[31m")
    diagnose.diagnose = diagnose_wrongly
    """
DOCTOR = ("doctor", "--python", sys.executable, "--no-import")


def test_bug_in_gpucheck(here: Machine) -> None:
    """An internal error is called one, in two lines, and gives exit code 3."""
    seen = run_changed(here, BROKEN, *DOCTOR)
    assert (seen.exit_code, seen.stdout) == (ExitCode.FAILED, "")
    first, second = seen.stderr.splitlines()
    assert first.startswith("gpucheck: a bug in gpucheck itself: ZeroDivisionError: kaboom")
    assert "report it" in second
    assert "GPUCHECK_DEBUG=1" in second


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("arguments", [("rules",), ("--help",), ("lock", "--help")])
def test_no_room_for_words_is_no_bug(here: Machine, arguments: tuple[str, ...]) -> None:
    """Whoever prints them."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "gpucheck", *arguments],
            env=importable(here.environ),
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=LONG_S,
            check=False,
        )
    words = b"gpucheck: cannot write to standard output: No space left on device\n"
    assert (done.returncode, done.stderr) == (ExitCode.FAILED, words)


def test_bug_s_message_cannot_steer_the_terminal(here: Machine) -> None:
    """Control characters in an error's text are shown, not sent."""
    assert "\x1b" not in run_changed(here, BROKEN, *DOCTOR).stderr


def test_bug_with_its_traceback(here: Machine) -> None:
    """GPUCHECK_DEBUG=1 shows where it happened."""
    seen = run_changed(here, BROKEN, *DOCTOR, GPUCHECK_DEBUG="1")
    assert seen.exit_code != ExitCode.OK
    assert "Traceback (most recent call last)" in seen.stderr
    assert "in diagnose_wrongly" in seen.stderr


def test_corrupt_tables(here: Machine) -> None:
    """Tables that cannot be read cost the rules that need them, and each says so."""
    write(here.folder / "faulty.json", to_json(facts(torch="2.6.0+cpu")))
    write_to = str(here.folder / "tables")
    change = f"""
        import pathlib
        from gpucheck import tables
        folder = pathlib.Path({write_to!r})
        folder.mkdir()
        for name in tables.shipped_folder().glob("*.json"):
            (folder / name.name).write_text("{{")
        tables.shipped_folder = lambda: folder
        """
    seen = run_changed(here, change, "doctor", "--from", "faulty.json")
    assert seen.stderr == ""
    assert "GPU901" in seen.stdout


def test_broken_rule_costs_only_itself(here: Machine) -> None:
    """A rule that raises becomes a finding about gpucheck; the report stands."""
    change = """
        import msgspec
        from gpucheck import diagnose
        def check(facts, tables):
            raise ZeroDivisionError("kaboom")
        first, *others = diagnose.pages()
        rule = msgspec.structs.replace(first.rule, check=check)
        diagnose.pages = lambda: (msgspec.structs.replace(first, rule=rule), *others)
        """
    seen = run_changed(here, change, *DOCTOR)
    assert seen.stderr == ""
    assert "GPU901" in seen.stdout
    assert "ZeroDivisionError: kaboom" in seen.stdout


@pytest.mark.parametrize("arguments", [("--version",), ("--version", "doctor")])
def test_version(here: Machine, arguments: tuple[str, ...]) -> None:
    """The release is one line, with the date of the tables."""
    seen = here.run(*arguments)
    assert (seen.exit_code, seen.stderr) == (ExitCode.OK, "")
    assert seen.stdout == f"gpucheck {RELEASE} (tables of {TABLES_DATE})\n"


def test_version_loads_nothing(here: Machine) -> None:
    """The release is told before anything is imported that could be broken or slow."""
    change = "import sys\nsys.modules['typer'] = sys.modules['msgspec'] = None"
    seen = run_changed(here, change, "--version")
    assert (seen.exit_code, seen.stderr) == (ExitCode.OK, "")


def test_no_command(here: Machine) -> None:
    """Without a command there is the help, and exit code 2: nothing was asked."""
    seen = here.run()
    assert (seen.exit_code, "Traceback" in seen.stderr) == (ExitCode.USAGE, False)
    shown = seen.stdout + seen.stderr
    assert [command for command in COMMANDS if command not in shown] == []


def test_unknown_command(here: Machine) -> None:
    """A command that there is not is named."""
    seen = here.run("docter")
    assert (seen.exit_code, seen.stdout) == (ExitCode.USAGE, "")
    assert "No such command 'docter'" in seen.stderr


def test_every_command_is_tested_here() -> None:
    """The list above has every command."""
    assert sorted(command.name or "" for command in app.registered_commands) == sorted(COMMANDS)


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help(here: Machine, option: str) -> None:
    """The help names every command and every exit code with its meaning."""
    seen = here.run(option)
    assert (seen.exit_code, seen.stderr) == (ExitCode.OK, "")
    assert [command for command in COMMANDS if command not in seen.stdout] == []
    lines = [" ".join(line.split()) for line in seen.stdout.splitlines()]
    assert [f"{code} {text}" for code, text in MEANINGS.items()] == [
        line for line in lines if re.match(r"\d", line)
    ]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command(here: Machine, command: str) -> None:
    """A command's help names all of its options."""
    seen = here.run(command, "--help")
    assert (seen.exit_code, seen.stderr) == (ExitCode.OK, "")
    named = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", seen.stdout))
    assert OPTIONS[command] - named == set()


@pytest.mark.parametrize(
    ("command", "meanings"),
    [("doctor", MEANINGS), ("smoke", MEANINGS), ("suggest-install", PLAN_MEANINGS)],
)
def test_help_has_the_exit_codes(
    here: Machine, command: str, meanings: dict[ExitCode, str]
) -> None:
    """Whoever writes a script finds the exit codes at the command that has them."""
    stdout = " ".join(here.run(command, "--help").stdout.split())
    assert [code for code, text in meanings.items() if f"{code:d} {text}" not in stdout] == []


def interrupt(here: Machine, number: signal.Signals) -> Outcome:
    """Send a signal to gpucheck alone while a framework's import hangs."""
    ready = here.folder / "ready"
    hang = f"open({str(ready)!r}, 'w').close()\nimport time\ntime.sleep(600)\n"
    here.install_torch("2.6.0+cu124", before=hang)
    mark = uuid.uuid4().hex
    variables = {"GPUCHECK_TEST": mark, "GPUCHECK_TIMEOUT": "500", "TMPDIR": str(here.folder)}
    process = subprocess.Popen(
        [sys.executable, "-m", "gpucheck", "doctor", "--python", str(here.python)],
        env=importable(here.environ | variables),
        cwd=here.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # as from a shell: the signal must not reach this test
        # Tests that were started in the background inherit that the signal is ignored.
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),  # noqa: PLW1509 - takes no lock
    )
    try:
        deadline = time.monotonic() + LONG_S
        while not ready.exists():
            assert time.monotonic() < deadline, "the import was never reached"
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=LONG_S)
    finally:
        process.kill()
        process.wait()
    return Outcome(process.returncode, stdout, stderr, f"GPUCHECK_TEST={mark}")


def ends_without_leftovers(seen: Outcome) -> bool:
    """Tell whether all processes are gone soon: a killed one takes a moment to disappear."""
    deadline = time.monotonic() + LONG_S
    while seen.left_behind and time.monotonic() < deadline:
        time.sleep(0.01)
    return not seen.left_behind


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_interrupted(here: Machine, name: str) -> None:
    """An interruption gives exit code 130, no half report, no traceback, and no process left."""
    seen = interrupt(here, signal.Signals[name])
    assert (seen.exit_code, seen.stdout) == (ExitCode.INTERRUPTED, "")
    assert seen.stderr == "gpucheck: interrupted; all probes were ended\n"
    assert ends_without_leftovers(seen)
