"""What holds for every entry: it answers its own sample, and nothing hostile harms it."""

from __future__ import annotations

import time

import pytest

from gpucheck.answers import MAX_NEAR, Query
from gpucheck.cli.answering import refusal
from gpucheck.queries import queries, query
from gpucheck.tables import names
from queries.asking import ask, tables

SUBJECTS = [(entry, subject) for entry in queries() for subject in entry.subjects]
NAMES = [subject for _, subject in SUBJECTS]
LONGEST_S = 1.0
MOST_STATED = 25

HOSTILE = {
    "empty": "",
    "blanks": " \t\n ",
    "long number": "9" * 10_000,
    "long dotted": "1." * 5_000,
    "long word": "a" * 10_000,
    "many dashes": "a-" * 5_000,
    "many brackets": "[(" * 5_000,
    "regular expression": "(a+)+$ .* [^x] \\d{1,999} (?P<x>",
    "controls": "\x00\x1b[31m2.9.1\x07\x7f",
    "line break": "2.9.1\n::error::x",
    "other digits": "２.９.１ ٣ ²",
    "lone surrogate": "\ud800",
    "bidirectional": "\u202e1.9.2",
    "markup": "<script>[red]2.9.1[/red]</script>",
    "path": "../../../etc/passwd",
    "negative": "-1",
    "huge local": "2.9.1+" + "c" * 5_000,
    "percent": "%s%n{0}{asked}",
}


@pytest.mark.parametrize(("entry", "subject"), SUBJECTS, ids=NAMES)
@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_hostile_values_are_answered_in_time(entry: Query, subject: str, value: str) -> None:
    """Nothing raises, nothing runs long, and what is not known is refused with the table's name."""
    entry.ask(subject, entry.sample, tables())  # the tables are loaded
    started = time.perf_counter()
    answer = entry.ask(subject, value, tables())
    assert time.perf_counter() - started < LONGEST_S
    assert answer.stated or answer.table
    assert len(answer.asked) <= entry.max_characters + len(subject) + 1


@pytest.mark.parametrize("value", ["", "no such thing at all", "99999.5"])
@pytest.mark.parametrize(("entry", "subject"), SUBJECTS, ids=NAMES)
def test_nonsense_is_refused(entry: Query, subject: str, value: str) -> None:
    """What the tables lack is never made up."""
    answer = entry.ask(subject, value, tables())
    assert not answer.stated
    assert answer.table
    assert len(answer.near) <= MAX_NEAR


@pytest.mark.parametrize(("entry", "subject"), SUBJECTS, ids=NAMES)
@pytest.mark.parametrize("value", ["", "no such thing at all", "99999.5"])
def test_a_refusal_helps(entry: Query, subject: str, value: str) -> None:
    """It names what is near, what there is, or a value that can be asked for."""
    answer = entry.ask(subject, value, tables())
    assert answer.near or answer.known or answer.sample or subject == "message"
    assert (entry.sample in refusal(answer, tables())) == (not value)


@pytest.mark.parametrize("entry", queries(), ids=lambda entry: entry.subjects[0])
def test_the_address_of_a_source_comes_along(entry: Query) -> None:
    """Programs need not look into the tables for it."""
    answer = entry.ask(entry.subjects[0], entry.sample, tables())
    known = {
        (f"{s.title}, {s.date}" if s.date else s.title): s.address
        for name in names()
        for s in getattr(tables(), name).sources.values()
    }
    assert {stated.source: stated.address for stated in answer.stated} == {
        stated.source: known[stated.source] for stated in answer.stated
    }


def test_what_is_asked_has_no_trailing_blank() -> None:
    """A subject alone is shown as such."""
    assert ask("torch ").asked == "torch"


@pytest.mark.parametrize("entry", queries(), ids=lambda entry: entry.subjects[0])
def test_the_sample_is_answered_with_sources(entry: Query) -> None:
    """Every statement names its source, and an answer fits on a screen."""
    answer = entry.ask(entry.subjects[0], entry.sample, tables())
    assert answer.asked == f"{entry.subjects[0]} {entry.sample}"
    assert 0 < len(answer.stated) <= MOST_STATED
    for stated in answer.stated:
        assert stated.topic
        assert stated.source
        assert all(stated.values)
        assert "None" not in stated.values


def test_subjects_are_plain_and_unique() -> None:
    """A subject is typed in lower case with hyphens, and belongs to one entry."""
    assert len(NAMES) == len(set(NAMES))
    assert all(name == name.lower() and "_" not in name for name in NAMES)


def test_a_subject_is_found_however_it_is_typed() -> None:
    """Case and underscores do not matter."""
    assert query("CUDA_Error") is query("cuda-error")
    assert query("no-such-subject") is None


@pytest.mark.parametrize(
    ("question", "alike"),
    [
        ("torch 2.9.7", "2.9.1"),
        ("cuda 12.10", "12.1.0"),
        ("gpu RTX 4091", "GeForce RTX 4090"),
        ("retired teano", "Theano"),
        ("wheel nvidia-cudn-cu12", "nvidia-cudnn-cu12"),
        ("cupy cupy-cuda12", "cupy-cuda112"),
        ("cuda-error CUDA_ERROR_OUT_OF_MEMRY", "CUDA_ERROR_OUT_OF_MEMORY"),
        ("library libcudn.so", "libcudnn.so"),
        ("python 3.99", "3.9"),
        ("torch 1.9.1+cu112", "1.9.1+cu111"),
    ],
)
def test_what_is_near_is_offered(question: str, alike: str) -> None:
    """A slip of the finger is recognised, and not taken for an answer."""
    answer = ask(question)
    assert not answer.stated
    assert alike in answer.near


def known_values() -> dict[str, list[str]]:
    """Return what the tables hold, by the subject that it is asked under."""
    held = tables()
    return {
        "capability": [str(row.compute_capability) for row in held.architectures.rows],
        "cuda": [str(row.cuda) for row in held.cuda_driver.rows],
        "cuda-error": [str(row.code) for row in held.cuda_errors.rows],
        "cudnn": [str(row.cudnn_from) for row in held.cudnn.rows],
        "cupy": [f"{row.package}=={row.release}" for row in held.cupy_wheels.rows],
        "driver": [str(row.driver_branch) for row in held.driver_branches.rows],
        "jax": [row.release for row in held.jax_wheels.rows],
        "library": [row.library for row in held.library_owners.rows],
        "message": [row.example for row in held.error_messages.rows],
        "mxnet": [f"{row.package}=={row.release}" for row in held.mxnet_wheels.rows],
        "note": [row.slug for row in held.setup_notes.rows],
        "nvml-error": [row.name for row in held.nvml_errors.rows],
        "onnxruntime": [row.release for row in held.onnxruntime_wheels.rows],
        "retired": [row.name for row in held.retired_frameworks.rows],
        "torch": [row.torch for row in held.torch_wheels.rows],
        "wheel": [row.package for row in held.nvidia_libraries.rows],
        "xid": [str(row.xid) for row in held.xids.rows],
        **{
            package: [r.release for r in held.tensorflow_wheels.rows if r.package == package]
            for package in ("tensorflow", "tensorflow-cpu", "tensorflow-gpu")
        },
        **{
            package: [row.release for row in held.addon_wheels.rows if row.package == package]
            for package in ("bitsandbytes", "flash-attn", "triton", "vllm", "xformers")
        },
        **{
            package: [row.release for row in held.torch_companions.rows if row.package == package]
            for package in ("torchaudio", "torchvision")
        },
        **{
            package: [row.release for row in held.numba_wheels.rows if row.package == package]
            for package in ("numba", "numba-cuda")
        },
    }


@pytest.mark.parametrize("subject", known_values())
def test_all_that_a_table_holds_can_be_asked(subject: str) -> None:
    """No row is out of reach, and none breaks an answer."""
    for value in dict.fromkeys(known_values()[subject]):
        answer = ask(f"{subject} {value}")
        assert answer.stated, value
        assert len(answer.stated) <= MOST_STATED, value
