"""The runner of probes, under every Python that a user may have."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import textwrap
from pathlib import Path
from typing import Any

import pytest

from environments import write
from gpucheck.child import RUNNER
from inside.test_python_versions import MINORS, interpreter

LIMIT_S = 30
"""The time limit that the probes are given."""
ENVIRON = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
"""Without PYTHONDONTWRITEBYTECODE and its like: the runner must need no help."""


@pytest.fixture(params=MINORS)
def python(request: pytest.FixtureRequest) -> str:
    """Every Python found on this machine."""
    found = interpreter(request.param)
    if found is None:
        pytest.skip(f"no Python {request.param} on PATH or in pyenv")
    return found


def is_python_2(python: str) -> bool:
    """Tell whether an interpreter is a Python 2."""
    return interpreter("2.7") == python


def run(
    command: tuple[str, ...],
    folder: Path,
    body: str,
    *arguments: str,
    runner: Path = RUNNER,
    probe_name: str = "probe.py",
    environ: dict[str, str] | None = None,
    status: int = 0,
) -> list[dict[str, Any]]:
    """Run a probe with this body; return the lines that it wrote."""
    text = "# coding: ascii\nimport os, sys\ndef probe(say):\n"
    probe = write(folder / probe_name, text + textwrap.indent(textwrap.dedent(body), "    "))
    result = write(folder / "result.jsonl")
    done = subprocess.run(
        [*command, str(runner), str(result), str(LIMIT_S), str(probe), *arguments],
        env=ENVIRON | (environ or {}),
        cwd=folder,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == status, done.stderr
    return [json.loads(line) for line in result.read_text("ascii").splitlines() if line]


def facts(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the facts with a path of one name."""
    return {line["fact"][0][0]: line["fact"][1] for line in lines if "fact" in line}


def test_lines_in_order(python: str, tmp_path: Path) -> None:
    """Every call writes one line, the last one says that the probe came to its end."""
    body = "say.stage('first')\nsay.fact('gpus', 0, 'name', 'X')\nsay.fact('a', None)"
    assert run((python,), tmp_path, body) == [
        {"stage": "first"},
        {"fact": [["gpus", 0, "name"], "X"]},
        {"fact": [["a"], None]},
        {"done": True},
    ]


def test_refusal(python: str, tmp_path: Path) -> None:
    """A probe that cannot work here ends with its reason, after what it had told."""
    lines = run((python,), tmp_path, "say.fact('a', 1)\nraise say.Refused('no driver')")
    assert lines == [{"fact": [["a"], 1]}, {"refused": "no driver"}, {"done": True}]


def test_failure(python: str, tmp_path: Path) -> None:
    """A probe that raises ends with the exception's name and words, and status 1."""
    lines = run((python,), tmp_path, "say.fact('a', 1)\nraise ValueError('broken')", status=1)
    assert lines == [{"fact": [["a"], 1]}, {"failed": "ValueError: broken"}]


def test_early_exit(python: str, tmp_path: Path) -> None:
    """A probe that exits keeps its status and does not count as done."""
    assert run((python,), tmp_path, "say.fact('a', 1)\nsys.exit(3)", status=3) == [
        {"fact": [["a"], 1]}
    ]


def test_probe_does_not_import_itself(python: str, tmp_path: Path) -> None:
    """A probe file named like a framework is not what importing that framework finds."""
    runner = tmp_path / "run.py"
    shutil.copy(RUNNER, runner)
    body = """
        try:
            import a_framework
            say.fact('found_at', a_framework.__file__)
        except ImportError:
            say.fact('found_at', None)
        """
    lines = run((python,), tmp_path, body, runner=runner, probe_name="a_framework.py")
    assert facts(lines) == {"found_at": None}


@pytest.mark.parametrize("flags", [(), ("-E", "-s"), ("-I",), ("-I", "-S")])
@pytest.mark.parametrize("environ", [{}, {"PYTHONSAFEPATH": "1"}])
def test_import_path_is_the_interpreter_s(
    python: str, tmp_path: Path, flags: tuple[str, ...], environ: dict[str, str]
) -> None:
    """Only the runner's own folder is taken off the import path, also where it never was on it."""
    if "-I" in flags and is_python_2(python):
        pytest.skip("Python 2 has no -I")
    question = "import json, sys; print(json.dumps([path for path in sys.path if path]))"
    answer = subprocess.run(
        [python, *flags, "-c", question],
        env=ENVIRON | environ,
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
        check=True,
    )
    lines = run((python, *flags), tmp_path, "say.fact('path', sys.path)", environ=environ)
    assert facts(lines)["path"] == json.loads(answer.stdout)


def test_values_get_through(python: str, tmp_path: Path) -> None:
    """Text in any script, bytes, large numbers and odd objects become JSON in ASCII."""
    body = r"""
        class Odd(object):
            def __str__(self):
                return 'odd'
        say.fact('text', u'\u00e9\u6f22\U0001f600 \x1b[31m "\\ \u2028')
        say.fact('bytes', b'\xc3\xa9')
        say.fact('large', [2 ** 63, -2 ** 64, 10 ** 40])
        say.fact('fraction', 0.1)
        say.fact('odd', {'inner': [Odd(), (1, 2), None, True]})
        """
    assert facts(run((python,), tmp_path, body)) == {
        "text": '\u00e9\u6f22\U0001f600 \x1b[31m "\\ \u2028',
        "bytes": "\u00e9",
        "large": [2**63, -(2**64), 10**40],
        "fraction": 0.1,
        "odd": {"inner": ["odd", [1, 2], None, True]},
    }


def test_arguments(python: str, tmp_path: Path) -> None:
    """What stands behind the probe's path is for the probe."""
    body = "say.fact('given', list(say.arguments))"
    lines = run((python,), tmp_path, body, "", "two words", "-x")
    assert facts(lines) == {"given": ["", "two words", "-x"]}


def test_nothing_is_written_beside_the_probe(python: str, tmp_path: Path) -> None:
    """Neither the runner, nor the probe, nor what it imports leaves bytecode behind."""
    folder = tmp_path / "gpucheck"
    runner = folder / "run.py"
    write(folder / "run.py", RUNNER.read_text())
    write(folder / "loaded.py", "answer = 42\n")
    write(tmp_path / "library" / "imported.py", "answer = 42\n")
    body = f"""
        say.fact('loaded', say.load({str(folder / "loaded.py")!r})['answer'])
        import imported
        say.fact('imported', imported.answer)
        """
    environ = {"PYTHONPATH": str(tmp_path / "library")}
    lines = run((python,), folder, body, runner=runner, environ=environ)
    assert facts(lines) == {"loaded": 42, "imported": 42}
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == [
        "imported.py",
        "loaded.py",
        "probe.py",
        "result.jsonl",
        "run.py",
    ]
    assert list(tmp_path.rglob("__pycache__")) == []


def test_output_of_libraries_is_no_result(python: str, tmp_path: Path) -> None:
    """What is printed does not mix with what is told, also when all descriptors are closed."""
    body = """
        sys.stdout.write('{"fact": [["printed"], 1]}\\n')
        os.closerange(0, 256)
        say.fact('told', 1)
        os.open(os.devnull, os.O_RDWR)
        os.dup(0), os.dup(0)
        """
    assert facts(run((python,), tmp_path, body)) == {"told": 1}


def test_threads_do_not_delay_the_end(python: str, tmp_path: Path) -> None:
    """A thread that a library leaves running does not keep the process alive."""
    body = """
        import threading, time
        threading.Thread(target=time.sleep, args=(600,)).start()
        """
    assert run((python,), tmp_path, body) == [{"done": True}]


@pytest.mark.skipif(os.name != "posix", reason="Windows has no alarm and no core files")
def test_guards(python: str, tmp_path: Path) -> None:
    """A probe that nobody is left to end ends itself, and a crash leaves no core file."""
    body = """
        import resource, signal
        say.fact('core_bytes', resource.getrlimit(resource.RLIMIT_CORE)[0])
        say.fact('handler_is_default', signal.getsignal(signal.SIGALRM) == signal.SIG_DFL)
        say.fact('left_s', signal.alarm(0))
        """
    told = facts(run((python,), tmp_path, body))
    assert told["core_bytes"] == 0
    assert told["handler_is_default"] is True
    assert 0 < told["left_s"] <= LIMIT_S + 10


def test_environment_stays_as_it_is(python: str, tmp_path: Path) -> None:
    """The runner sets and removes no variable: the doctor must see what training sees."""
    environ = {"CUDA_VISIBLE_DEVICES": "", "LC_ALL": "C", "PYTHONSAFEPATH": "1"}
    body = "say.fact('environ', dict(os.environ))"
    told = facts(run((python,), tmp_path, body, environ=environ))["environ"]
    assert {**told, "LC_CTYPE": ""} == {**ENVIRON, **environ, "LC_CTYPE": ""}
