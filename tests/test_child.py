"""A probe's process may do its worst: `Family.run` always ends, with what was told until then."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from environments import write
from gpucheck import child
from gpucheck.child import MARK_VARIABLE, OUTPUT_CAP_BYTES, TAIL_BYTES, Family, Job, Result

LONG_S = 60.0
"""A time limit that no probe of these tests comes near; waiting for something is bounded by it."""
SHORT_S = 2.0
"""A time limit that a probe is meant to run into."""

needs_posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no signals and no groups")
needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")


def run(
    folder: Path,
    body: str,
    *,
    timeout_s: float = LONG_S,
    family: Family | None = None,
    python: str = sys.executable,
    arguments: tuple[str, ...] = (),
) -> Result:
    """Run a probe with this body."""
    text = "import os, signal, subprocess, sys, time\ndef probe(say):\n"
    probe = write(folder / "probe.py", text + textwrap.indent(textwrap.dedent(body), "    "))
    return (family or Family()).run(Job("probe", (python,), probe, timeout_s, arguments))


def wait_until(condition: Callable[[], object]) -> bool:
    """Tell whether `condition` comes true before the long time limit."""
    deadline = time.monotonic() + LONG_S
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.01)
    return False


def is_gone(pid: int) -> bool:
    """Tell whether a process has ended; what nobody has collected yet has ended too."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_ok(tmp_path: Path) -> None:
    """A probe that comes to its end is ok; its stage and what it printed are of no interest."""
    result = run(tmp_path, "say.stage('a step')\nprint('words')\nsay.fact('a', 1)")
    assert (result.outcome, result.facts) == ("ok", {"a": 1})
    assert (result.stage, result.output_tail, result.reason) == (None, "", None)


def test_refused(tmp_path: Path) -> None:
    """A probe that cannot work here says why."""
    result = run(tmp_path, "raise say.Refused('no such driver')")
    assert (result.outcome, result.reason) == ("refused", "no such driver")


def test_failed_by_an_exception(tmp_path: Path) -> None:
    """An exception is named, and its traceback is the end of the output."""
    result = run(tmp_path, "raise ValueError('broken')")
    assert (result.outcome, result.reason) == ("failed", "ValueError: broken")
    assert "Traceback" in result.output_tail


@pytest.mark.parametrize(
    ("code", "status"), [("sys.exit(3)", 3), ("sys.exit(0)", 0), ("os._exit(0)", 0)]
)
def test_exited(tmp_path: Path, code: str, status: int) -> None:
    """An exit before the end is told apart from a good end, also with status 0."""
    result = run(tmp_path, code)
    assert (result.outcome, result.exit_status) == ("exited", status)
    assert result.reason == f"exited early with status {status}"


@needs_posix
@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGKILL", "SIGBUS"])
def test_crashed(tmp_path: Path, name: str) -> None:
    """The signal that ended the process is named."""
    result = run(tmp_path, f"os.kill(os.getpid(), signal.{name})")
    assert (result.outcome, result.signal) == ("crashed", name)
    assert result.reason == f"ended by {name}"


def test_timed_out(tmp_path: Path) -> None:
    """A probe that does not end is ended at its time limit, which the reason names."""
    result = run(tmp_path, "time.sleep(600)", timeout_s=SHORT_S)
    assert (result.outcome, result.reason) == ("timed_out", "did not end within 2 s")


@needs_posix
def test_timed_out_although_it_ignores_signals(tmp_path: Path) -> None:
    """A probe that ignores every signal that can be ignored is ended too."""
    body = """
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM):
            signal.signal(number, signal.SIG_IGN)
        time.sleep(600)
        """
    assert run(tmp_path, body, timeout_s=SHORT_S).outcome == "timed_out"


@needs_proc
def test_unkillable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that even a kill does not end is left behind and reported, not waited for."""
    family = Family()
    monkeypatch.setattr(child, "_kill_group", lambda _process: None)
    monkeypatch.setattr(child, "KILL_WAIT_S", 0.1)
    try:
        result = run(tmp_path, "time.sleep(600)", timeout_s=SHORT_S, family=family)
    finally:
        family.end()
    assert result.outcome == "unkillable"


@pytest.mark.parametrize(
    "line",
    [
        b'{"fact": [["b"',
        b'{"fact": 1}\n',
        b"[1]\n",
        b"null\n",
        b"[" * 5000 + b"\n",
        b'{"fact": [["a", "deeper"], 1]}\n',
        b'{"fact": [["list", 3], 1]}\n',
        b'{"unheard-of": 1}\n',
        b'{"stage": "x", "fact": 1}\n',
        b"{}\n",
        b"\xff\xfe\n",
    ],
)
def test_garbled(tmp_path: Path, line: bytes) -> None:
    """A line that cannot be read makes the result garbled and costs no other line."""
    body = f"""
        say.fact('a', 1)
        with open(say.result_file, 'ab') as file:
            file.write({line!r})
        """
    result = run(tmp_path, body)
    assert result.outcome == "garbled"
    assert result.facts["a"] == 1


@pytest.mark.parametrize("python", ["no-such-interpreter", ""])
def test_not_started_without_interpreter(tmp_path: Path, python: str) -> None:
    """An interpreter that is missing, or a folder, cannot be started: the reason is kept."""
    result = run(tmp_path, "pass", python=str(tmp_path / python))
    assert result.outcome == "not_started"
    assert str(tmp_path) in (result.reason or "")


def test_not_started_without_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no temporary file can be made nothing is started, and nothing is raised."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    result = run(tmp_path, "pass")
    assert result.outcome == "not_started"
    assert "No such file" in (result.reason or "")


def test_temporary_folder_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing stays in the folder for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    run(tmp_path, f"say.fact('beside', len(os.listdir({str(folder)!r})))")
    assert list(folder.iterdir()) == []


@needs_posix
def test_stage_and_facts_before_the_end_are_kept(tmp_path: Path) -> None:
    """What was told before a crash is there, with the step that was under way."""
    body = """
        say.stage('first')
        say.fact('a', 1)
        say.stage('nvmlInit_v2')
        os.kill(os.getpid(), signal.SIGSEGV)
        """
    result = run(tmp_path, body)
    assert (result.outcome, result.stage, result.facts) == ("crashed", "nvmlInit_v2", {"a": 1})


def test_places_of_facts(tmp_path: Path) -> None:
    """Facts go where their path says: into dictionaries and lists, the last word counts."""
    body = """
        say.fact('plain', 1)
        say.fact('plain', 2)
        say.fact('gpus', 0, 'name', 'A')
        say.fact('gpus', 0, 'links', 0, 'state', 'up')
        say.fact('gpus', 1, {'name': 'B'})
        say.fact('gpus', 1, 'name', 'C')
        say.fact('outer', 'inner', 'deep', None)
        say.fact('outer', 'other', [])
        """
    assert run(tmp_path, body).facts == {
        "plain": 2,
        "gpus": [{"name": "A", "links": [{"state": "up"}]}, {"name": "C"}],
        "outer": {"inner": {"deep": None}, "other": []},
    }


def test_arguments_reach_the_probe(tmp_path: Path) -> None:
    """Arguments arrive as they are: empty, with spaces, not ASCII."""
    given = ("", "two words", "-v", "é漢")
    result = run(tmp_path, "say.fact('given', list(say.arguments))", arguments=given)
    assert result.facts == {"given": list(given)}


def test_probe_in_an_odd_folder(tmp_path: Path) -> None:
    """Spaces and characters beyond ASCII in the probe's path do no harm."""
    assert run(tmp_path / "two words é漢", "say.fact('a', 1)").facts == {"a": 1}


def test_output_is_kept_small_while_it_floods(tmp_path: Path) -> None:
    """The file that a probe prints into is cut while the probe is running."""
    body = f"""
        for _ in range(3):
            os.write(1, b'x' * {OUTPUT_CAP_BYTES})
        deadline = time.time() + {LONG_S / 2}
        while os.fstat(1).st_size > {OUTPUT_CAP_BYTES} and time.time() < deadline:
            time.sleep(0.01)
        say.fact('is_small', os.fstat(1).st_size <= {OUTPUT_CAP_BYTES})
        """
    assert run(tmp_path, body).facts == {"is_small": True}


def test_output_tail_is_the_end_and_short(tmp_path: Path) -> None:
    """Of a long output the last part is kept, whatever bytes it is made of."""
    body = """
        os.write(1, b'the start' + b'\\xff' * 100000)
        os.write(2, b'the end')
        os._exit(1)
        """
    tail = run(tmp_path, body).output_tail
    assert tail.endswith("the end")
    assert "the start" not in tail
    assert len(tail) <= TAIL_BYTES


def test_standard_input_is_empty(tmp_path: Path) -> None:
    """A probe that asks a question gets no answer, and takes nothing that waits there."""
    reader, writer = os.pipe()
    kept = os.dup(0)
    try:
        os.write(writer, b"an answer")
        os.close(writer)
        os.dup2(reader, 0)
        assert run(tmp_path, "say.fact('read', sys.stdin.read())").facts == {"read": ""}
        assert os.read(0, 100) == b"an answer"
    finally:
        os.dup2(kept, 0)
        os.close(kept)
        os.close(reader)


def test_closed_descriptors(tmp_path: Path) -> None:
    """A library that closes every descriptor does not cut the probe off."""
    result = run(tmp_path, "os.closerange(0, 256)\nsay.fact('a', 1)")
    assert (result.outcome, result.facts) == ("ok", {"a": 1})


def test_environment_is_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The probe sees what training sees: the same variables, and gpucheck's mark."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    monkeypatch.setenv("GPUCHECK_TEST_TEXT", "two words é漢")
    family = Family()
    seen = run(tmp_path, "say.fact('environ', dict(os.environ))", family=family).facts["environ"]
    # The interpreter itself sets LC_CTYPE in a C locale (PEP 538).
    expected = {**os.environ, MARK_VARIABLE: family.mark}
    assert {**seen, "LC_CTYPE": ""} == {**expected, "LC_CTYPE": ""}


@needs_proc
def test_grandchild_of_the_same_group_ends_with_the_probe(tmp_path: Path) -> None:
    """A grandchild that holds the output is not waited for, and is ended after a good end too."""
    body = "say.fact('pid', subprocess.Popen(['sleep', '600']).pid)"
    result = run(tmp_path, body)
    assert result.outcome == "ok"
    assert wait_until(lambda: is_gone(result.facts["pid"]))


@needs_proc
def test_grandchild_in_its_own_session_ends_with_the_family(tmp_path: Path) -> None:
    """A grandchild that left its group is found by the mark."""
    family = Family()
    body = "say.fact('pid', subprocess.Popen(['sleep', '600'], start_new_session=True).pid)"
    result = run(tmp_path, body, family=family)
    family.end()
    assert result.outcome == "ok"
    assert wait_until(lambda: is_gone(result.facts["pid"]))


@needs_proc
def test_end_leaves_other_families_alone(tmp_path: Path) -> None:
    """Ending one collection does not end another one's processes."""
    one, other = Family(), Family()
    body = "say.fact('pid', subprocess.Popen(['sleep', '600'], start_new_session=True).pid)"
    pid = run(tmp_path, body, family=one).facts["pid"]
    try:
        other.end()
        assert not is_gone(pid)
    finally:
        one.end()


@needs_posix
def test_end_from_another_thread(tmp_path: Path) -> None:
    """A run that hangs ends when the family is ended, long before its time limit."""
    family, ready, results = Family(), tmp_path / "ready", []
    body = f"open({str(ready)!r}, 'w').close()\ntime.sleep(600)"

    def target() -> None:
        results.append(run(tmp_path, body, timeout_s=600, family=family))

    thread = threading.Thread(target=target, daemon=True)
    thread.start()
    try:
        assert wait_until(ready.exists)
    finally:
        family.end()
    thread.join(LONG_S)
    assert [(r.outcome, r.signal) for r in results] == [("crashed", "SIGKILL")]


def test_nothing_starts_after_the_end(tmp_path: Path) -> None:
    """What is asked of a family that was ended is not started any more."""
    family, trace = Family(), tmp_path / "trace"
    family.end()
    result = run(tmp_path, f"open({str(trace)!r}, 'w').close()", family=family)
    assert (result.outcome, result.reason) == ("not_started", "interrupted")
    assert not trace.exists()


def test_many_at_once(tmp_path: Path) -> None:
    """Probes that run side by side do not mix up what they tell."""
    family, results = Family(), {}

    def target(name: str) -> None:
        results[name] = run(tmp_path / name, f"say.fact('name', {name!r})", family=family)

    threads = [threading.Thread(target=target, args=(str(n),), daemon=True) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG_S)
    assert {name: result.facts for name, result in results.items()} == {
        str(n): {"name": str(n)} for n in range(8)
    }


def test_result_is_plain_data(tmp_path: Path) -> None:
    """Facts are made of what JSON is made of, whatever the probe gave."""
    body = "say.fact('a', (1, 'é', b'bytes', 2 ** 70, {'b': None}, object))"
    facts = run(tmp_path, body).facts
    assert json.loads(json.dumps(facts)) == facts
    assert facts["a"][:5] == [1, "é", "bytes", 2**70, {"b": None}]


def test_a_job_s_time_can_count_from_later(tmp_path: Path) -> None:
    """Until its file is there a probe may wait; from then on it has its time limit."""
    begin_file, family = tmp_path / "begin", Family()
    body = "import os, sys, time\ndef probe(say):\n    say.fact('waits', True)\n"
    body += "    while not os.path.exists(say.arguments[0]):\n        time.sleep(0.01)\n"
    body += "    say.stage('hang')\n    time.sleep(600)\n"
    probe = write(tmp_path / "probe.py", body)
    job = Job("probe", (sys.executable,), probe, 0.3, (str(begin_file),), begin_file)
    results: list[Result] = []
    thread = threading.Thread(target=lambda: results.append(family.run(job)))
    thread.start()
    thread.join(1.5)  # five times its limit
    assert thread.is_alive()
    begin_file.touch()
    thread.join(LONG_S)
    assert (results[0].outcome, results[0].stage) == ("timed_out", "hang")
    assert results[0].facts == {"waits": True}


def test_a_job_that_waits_is_ended_with_its_family(tmp_path: Path) -> None:
    """Its file never comes."""
    family = Family()
    body = "import time\ndef probe(say):\n    say.fact('waits', True)\n    time.sleep(600)\n"
    probe = write(tmp_path / "probe.py", body)
    job = Job("probe", (sys.executable,), probe, LONG_S, (), tmp_path / "never")
    results: list[Result] = []
    thread = threading.Thread(target=lambda: results.append(family.run(job)))
    thread.start()
    assert wait_until(lambda: family._running)
    family.end()
    thread.join(LONG_S)
    assert [result.outcome for result in results] == ["crashed"]


def test_a_job_that_ends_before_its_time_counts(tmp_path: Path) -> None:
    """What ends by itself is not waited for."""
    probe = write(tmp_path / "probe.py", "def probe(say):\n    say.fact('a', 1)\n")
    job = Job("probe", (sys.executable,), probe, LONG_S, (), tmp_path / "never")
    assert Family().run(job).facts == {"a": 1}
