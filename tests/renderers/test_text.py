"""The report for people: what six machines look like, and that no text from outside steers it.

`GPUCHECK_UPDATE_GOLDEN=1 pytest tests/renderers/test_text.py` writes the golden files anew.
"""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpucheck.facts import Facts, Gpu, ImportFailure, Section, Target
from gpucheck.renderers import View, renderer
from machines.broken_parts import pasted
from make import facts, framework, gpu, report, torch

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
UPDATE = "GPUCHECK_UPDATE_GOLDEN"
WIDTH = 80

BLIND = framework("tensorflow", "2.17.0", "12.3", devices=(), is_gpu_usable=False)
MACHINES = {
    "healthy": facts(torch="2.9.1+cu128", toolkit={}),
    "gpu301_driver_too_old": facts(
        driver="470.223.02", gpus=["V100"], torch="2.6.0+cu124", frameworks=[BLIND]
    ),
    "gpu302_cpu_build": facts(torch="2.6.0+cpu"),
    "gpu303_no_kernels": facts(gpus=["RTX 5090"], torch="2.6.0+cu124"),
    "no_driver": facts(driver=None, torch="2.9.1+cu128"),
    "no_gpu": facts(gpus=[], torch="2.6.0+cu124"),
}
OTHERS = {
    "hanging driver": facts(outcomes={"driver": "timed_out", "cuda_driver": "unkillable"}),
    "hidden": facts(environment={"CUDA_VISIBLE_DEVICES": ""}, cuda_error=100),
    "skipped rules": facts(torch=framework("torch", "9.0.0", "19.0")),
    "import failed": facts(
        torch=torch(
            "2.6.0+cu124",
            import_failure=ImportFailure(
                kind="ImportError",
                message="libcudnn.so.9: cannot open shared object file: No such file",
                missing_library="libcudnn.so.9",
            ),
        )
    ),
}
every_machine = pytest.mark.parametrize(
    "snapshot", [*MACHINES.values(), *OTHERS.values()], ids=[*MACHINES, *OTHERS]
)


def text(*snapshots: Facts, **view: Any) -> str:
    """Return the rendered reports."""
    shown = View(exit_codes=(0,) * len(snapshots), exit_code=0, **{"width": WIDTH, **view})
    return renderer("text").render([report(each) for each in snapshots], shown)


def is_command(line: str) -> bool:
    """Tell whether a line is a command to copy, which is never wrapped."""
    return re.match(r" {9}\S", line) is not None


@pytest.mark.parametrize("name", MACHINES)
def test_golden(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The screen of a machine, word for word; release and date of the tables left out."""
    monkeypatch.setattr("gpucheck.renderers.text.RELEASE", "N.N.N")
    dated = msgspec.structs.replace(report(MACHINES[name]), tables_date="YYYY-MM-DD")
    view = View(exit_codes=(0,), exit_code=0, width=WIDTH, is_verbose=True)
    shown = renderer("text").render([dated], view)
    file = GOLDEN / f"{name}.txt"
    if os.environ.get(UPDATE) == "1":
        file.write_text(shown, "utf-8", newline="\n")
    assert shown == file.read_bytes().decode("utf-8"), f"{UPDATE}=1 accepts the new screen"


def test_every_golden_file_has_its_machine() -> None:
    """No golden file is left over."""
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(MACHINES)


@every_machine
@pytest.mark.parametrize("width", [40, 60, 80, 100, 120])
def test_lines_fit_the_width(snapshot: Facts, width: int) -> None:
    """Only commands are longer than the screen is wide, and words that are so alone."""
    for line in text(snapshot, width=width, is_verbose=True).splitlines():
        is_one_long_word = len(line.split()[1:]) <= 1
        assert len(line) <= width or is_command(line) or is_one_long_word, line


@pytest.mark.parametrize("width", [0, 1, 39, 121, 1000])
def test_odd_widths(width: int) -> None:
    """A very narrow screen is taken for 40 columns, a very wide one for 120."""
    nearest = 40 if width <= 40 else 120
    assert text(MACHINES["gpu303_no_kernels"], width=width) == text(
        MACHINES["gpu303_no_kernels"], width=nearest
    )


@every_machine
def test_plain_signs_where_unicode_cannot_be_shown(snapshot: Facts) -> None:
    """Our own signs are ASCII there."""
    assert text(snapshot, has_unicode=False, is_verbose=True).isascii()


@every_machine
def test_colours_only_when_asked(snapshot: Facts) -> None:
    """Colours are the only escape sequences, every one is ended in its line, and text is equal."""
    plain, coloured = text(snapshot), text(snapshot, has_colour=True)
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plain
    for line in coloured.splitlines():
        assert len(re.findall(r"\x1b\[[1-9]\d*m", line)) == line.count("\x1b[0m")


def test_columns_are_aligned_without_unicode() -> None:
    """Longer marks push every label equally."""
    lines = text(MACHINES["healthy"], has_unicode=False).splitlines()
    starts = [line.index(word) for line in lines for word in ("Ubuntu", "CPython") if word in line]
    assert len(starts) == 2
    assert len(set(starts)) == 1


def test_root_causes_first_and_consequences_under_them() -> None:
    """What follows is a line of its cause, and not counted."""
    shown = text(MACHINES["gpu301_driver_too_old"])
    under = [line for line in shown.splitlines() if line.startswith("  then   ")]
    assert "TensorFlow sees no GPU" in under[0]
    assert under[1].startswith("  then   Several CUDA versions")
    assert shown.count("GPU301  ") == 2
    assert "2 errors, 0 warnings" in shown


def test_evidence_of_notes_only_when_verbose() -> None:
    """Without -v a note is its headline, and the last line says how to see more."""
    here = facts(driver="535.129.03", torch="2.6.0+cu124")
    short, long = text(here), text(here, is_verbose=True)
    assert "GPU327" in short
    assert "seen" not in short
    assert "-v shows their evidence" in short
    assert "seen" in long
    assert "-v shows" not in long


def test_what_would_settle_an_open_question_is_said_at_once() -> None:
    """A report that leaves the cause open asks for one command, also without -v."""
    shown = text(msgspec.structs.replace(pasted("Why is it so slow?"), target=Target()))
    assert shown.index("GPU904") < shown.index("nvidia-smi") < shown.index("Too little could be")
    assert "seen" not in shown


def test_what_was_not_judged_is_said_when_verbose() -> None:
    """The reasons of skipped rules are there for those who ask."""
    here = OTHERS["skipped rules"]
    assert "Not judged:" not in text(here)
    shown = text(here, is_verbose=True)
    assert "Not judged:" in shown
    words = " ".join(shown.split())
    assert re.search(r"CUDA 19 is not in the table cuda minor compat [^:]+: GPU301", words)


def test_commands_are_never_wrapped() -> None:
    """A command can be copied as one line."""
    here = MACHINES["gpu303_no_kernels"]
    (command,) = (f.remedy.commands[0] for f in report(here).findings if f.rule == "GPU303")  # type: ignore[union-attr]
    assert f"         {command}" in text(here, width=40).splitlines()


def test_several_reports_stand_one_under_the_other() -> None:
    """Each has its own head and count; a line for each environment ends them."""
    here = MACHINES["gpu302_cpu_build"], MACHINES["no_gpu"]
    whole = text(*here, width=120)
    first, second = (text(each, width=120) for each in here)
    assert whole.startswith(f"{first}\n{second}\n2 environments\n")
    assert whole.removeprefix(f"{first}\n{second}\n").splitlines()[1:] == [
        "[✗] /env/bin/python: GPU302 PyTorch was built without CUDA: it runs on the CPU.",
        " -  /env/bin/python: nothing found",
    ]


def test_time_is_shown_when_it_is_known() -> None:
    """The last line ends with the seconds."""
    here = msgspec.structs.replace(MACHINES["healthy"], elapsed_s=2.06)
    assert text(here).rstrip().endswith(" · 2.1 s")
    assert text(here, has_unicode=False).rstrip().endswith(" - 2.1 s")


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (
            Target(executable="/e/bin/python", found_via="--python"),
            "(Python 3.12.7, from --python)",
        ),
        (Target(), "inspecting a report"),
    ],
)
def test_head_says_what_is_inspected(target: Target, words: str) -> None:
    """The first line names the interpreter and why it is this one."""
    shown = text(msgspec.structs.replace(MACHINES["healthy"], target=target), width=120)
    assert words in shown.splitlines()[0]


def called(name: str) -> Gpu:
    """Return a GPU of that name."""
    return msgspec.structs.replace(gpu("RTX 5090"), name=name)


def hostile(words: str) -> Facts:
    """Return facts with these words wherever text from outside is shown."""
    failure = ImportFailure(kind=words, message=words)
    broken = torch("2.6.0+cu124", import_failure=failure)
    crashed = Section(
        outcome="crashed", value=torch("2.6.0+cu124"), reason=words, stage=words, output_tail=words
    )
    here = facts(
        gpus=[called(words)],
        torch=msgspec.structs.replace(broken, release=words),
        frameworks=[framework("tensorflow", words), framework("jax", words, "12.3", devices=())],
        environment={"CUDA_VISIBLE_DEVICES": words},
        machine={"os_title": words, "kernel_release": words, "cloud_notebook": words},
    )
    target = Target(executable=words, found_via="--python")
    return msgspec.structs.replace(
        here, target=target, frameworks={**here.frameworks, "cupy": crashed}
    )


TRICKS = {
    "colours": "\x1b[31mred\x1b[0m",
    "clear screen": "\x1b[2J\x1b[H",
    "window title": "\x1b]0;owned\x07",
    "hyperlink": "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "C1": "\x9b31m\x9d0;owned\x9c",
    "carriage return": "fine\r[✓] Driver",
    "new line": "x\n✗ GPU999  forged\n",
    "other line ends": "x\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029y",
    "right to left": "\u202edrowssap",
    "zero width": "a\u200b\u200d\ufeffb",
    "surrogate": "\udcff",
}


STEERING = ("Cc", "Cf", "Cs", "Zl", "Zp")


def steering(shown: str) -> list[str]:
    """Return the characters that a terminal could obey."""
    return [c for c in shown if c != "\n" and unicodedata.category(c) in STEERING]


@pytest.mark.parametrize("words", TRICKS.values(), ids=list(TRICKS))
@pytest.mark.parametrize("has_unicode", [True, False])
def test_tricks_are_shown_not_obeyed(words: str, has_unicode: bool) -> None:
    """No escape sequence, line break or hidden character from outside reaches the screen."""
    shown = text(hostile(words), hostile(words), is_verbose=True, has_unicode=has_unicode)
    assert steering(shown) == []
    assert not [line for line in shown.splitlines() if line.startswith("✗ GPU999")]
    assert shown.encode("utf-8")


@given(words=st.text(st.characters(codec=None), max_size=60))
@settings(deadline=None, max_examples=60)
def test_any_text_from_outside_is_harmless(words: str) -> None:
    """Whatever a device is called and a library says, every line begins with words of ours."""
    here = msgspec.structs.replace(hostile(words), target=Target(executable="/e"))
    shown = text(here, is_verbose=True)
    assert steering(shown) == []
    ours = r"gpucheck|\[[✓!✗?]\] | -  |[✗!·] GPU\d{3}  |  |$|Not judged:|\d+ errors?, "
    assert [line for line in shown.split("\n") if not re.match(ours, line)] == []


def test_markup_is_printed_as_it_is() -> None:
    """Square brackets are text, not rich's markup; angle brackets are no HTML."""
    words = "[bold red]x[/bold red] [link=https://evil.example]y[/link] <b>z</b>"
    assert words in " ".join(text(hostile(words), width=120).split())


def test_one_machine_s_line_count_does_not_depend_on_line_breaks_from_outside() -> None:
    """A device name with breaks in it is still one line of the overview."""
    breaks = facts(gpus=[called("a\nb\rc\u2028d")])
    blanks = facts(gpus=[called("a b c d")])
    assert len(text(breaks).splitlines()) == len(text(blanks).splitlines())
