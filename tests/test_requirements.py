"""What a job requires is read by a small grammar; each mistake has one message and a place."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpucheck.facts import Facts, ImportFailure
from gpucheck.requirement_checks import check_requirement
from gpucheck.requirements import RequirementError, parse_requirement
from make import facts, framework, gpu, product, smoked, torch, with_smoke

MISTAKES = [
    ("", "begins with a name", 0),
    (">=2", "begins with a name", 0),
    ("gpu>=2", "did you mean gpus?", 0),
    ("pytorch", "there is no requirement 'pytorch'", 0),
    ("gpus=>2", "'=>' is no comparison", 4),
    ("gpus 2", "'2' is no comparison", 5),
    ("gpus", "such as gpus>=2", 4),
    ("gpus>=two", "'two' is no number of GPUs", 6),
    ("memory>=40", "", None),
    ("memory>=40Gi", "'40Gi' is no size", 8),
    ("compute_capability>=high", "'high' is no compute capability", 20),
    ("driver>=", "'' is no release", 8),
    ("torch>=2.6,<", "'' is no release", 12),
    ("torch>=2.6,,<3", "'' is no comparison", 11),
    ("smoke:pytorch", "there is no smoke test 'pytorch'", 6),
    ("smoke:", "there is no smoke test ''", 6),
    ("gpu:", "a name of a GPU is missing", 4),
    ("gpu:H100|", "a name of a GPU is missing", 4),
    ("torch:2", "torch has none", 5),
]


@pytest.mark.parametrize(("text", "words", "at"), MISTAKES)
def test_a_mistake_has_its_place(text: str, words: str, at: int | None) -> None:
    """The caret stands under it."""
    if at is None:
        assert parse_requirement(text).bounds[0].value == 40
        return
    with pytest.raises(RequirementError, match=words.replace("?", r"\?")) as caught:
        parse_requirement(text)
    assert caught.value.sketch == (text, " " * at + "^")


@given(st.text(max_size=30) | st.from_regex(r"(torch|gpus|memory|gpu:|smoke:)[<>=,.0-9a-zA-Z|]*"))
def test_no_text_makes_it_fail_otherwise(text: str) -> None:
    """It means something, or is a mistake whose place is within the text."""
    try:
        check_requirement(parse_requirement(text), facts())
    except RequirementError as error:
        place = error.at
    else:
        place = 0
    assert 0 <= place <= len(text)


TWO = facts(gpus=["A100", "A100"], driver="550.54.15", torch="2.6.0+cu124")
NONE = facts(gpus=[], torch="2.6.0+cu124")


@pytest.mark.parametrize(
    "text",
    [
        *("gpus>=2", "gpus==2", "gpus>1,<3", "compute_capability>=8.0", "memory>=40GiB"),
        *("memory>=80GB", "driver>=535", "driver==550", "driver<560", "cuda>=12.4", "python>=3.10"),
        *("torch", "torch>=2.6", "torch==2.6", "torch!=2.5", "torch>=2.4,<3", "gpu:A100|H100"),
    ],
)
def test_met(text: str) -> None:
    """Two A100 with PyTorch for their driver."""
    assert check_requirement(parse_requirement(text), TWO).answer == "met"


@pytest.mark.parametrize(
    "text",
    [
        *("gpus>=3", "gpus!=2", "compute_capability>=9.0", "memory>=100GiB", "driver>=580"),
        *("driver==535", "cuda>=13.0", "python>=4", "torch>=2.7", "torch<2.6", "tensorflow"),
        *("gpu:H100|H200", "smoke:tensorflow"),
    ],
)
def test_not_met(text: str) -> None:
    """What was seen is told."""
    answered = check_requirement(parse_requirement(text), TWO)
    assert answered.answer == "not_met"
    assert answered.seen


@pytest.mark.parametrize("text", ["gpus>=1", "memory>=1GiB", "gpu:A100", "torch", "smoke:torch"])
def test_not_met_without_a_gpu(text: str) -> None:
    """There is none, and that is known."""
    assert check_requirement(parse_requirement(text), NONE).answer == "not_met"


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("gpus>=1", {"cuda": {"devices": None}}),
        ("memory>=1GiB", {"gpus": [gpu("A100", memory_total_bytes=None)]}),
        ("compute_capability>=8.0", {"gpus": [gpu("A100", compute_capability=None)]}),
        ("python>=3.10", {"packages": {"python_release": None}}),
        ("torch", {"outcomes": {"packages": "timed_out"}, "torch": None}),
        ("smoke:torch", {}),
    ],
)
def test_unknown(text: str, more: dict[str, Any]) -> None:
    """It is never taken for met."""
    whole: dict[str, Any] = {"gpus": ["A100"], "torch": "2.6.0+cu124", **more}
    assert check_requirement(parse_requirement(text), facts(**whole)).answer == "unknown"


@pytest.mark.parametrize(
    ("build", "seen"),
    [
        (torch("2.6.0+cpu"), "built without CUDA"),
        (torch("2.6.0+cu124", is_gpu_usable=False, devices=()), "sees 0 GPUs"),
        (
            torch(
                "2.6.0+cu124",
                import_failure=ImportFailure(kind="ImportError", message="libcudnn.so.9"),
            ),
            "libcudnn.so.9",
        ),
    ],
)
def test_a_framework_is_to_work(build: Any, seen: str) -> None:
    """Being installed is not enough."""
    answered = check_requirement(parse_requirement("torch"), facts(torch=build))
    assert (answered.answer, seen in answered.seen) == ("not_met", True)


def untold(of: Facts, name: str) -> Facts:
    """Take away what a framework says of GPUs."""
    part = of.frameworks[name]
    value = msgspec.structs.replace(part.value, is_gpu_usable=None, devices=None)
    changed = {**of.frameworks, name: msgspec.structs.replace(part, value=value)}
    return msgspec.structs.replace(of, frameworks=changed)


def test_a_smoke_test_is_to_be_right_and_seen() -> None:
    """It also speaks for a framework that does not tell whether it sees a GPU."""
    here = untold(facts(frameworks=[framework("onnxruntime", "1.20.0", "12.4")]), "onnxruntime")
    assert check_requirement(parse_requirement("onnxruntime"), here).answer == "unknown"
    right = with_smoke(here, onnxruntime=smoked("onnxruntime"))
    wrong = with_smoke(
        here, onnxruntime=smoked("onnxruntime", products=(product(relative_error=0.5),))
    )
    empty = with_smoke(here, onnxruntime=smoked("onnxruntime", products=()))
    for text in ("smoke:onnxruntime", "onnxruntime"):
        requirement = parse_requirement(text)
        answers = [check_requirement(requirement, each).answer for each in (right, wrong, empty)]
        assert answers == ["met", "not_met", "unknown"]


def test_every_gpu_has_to_meet_it() -> None:
    """One that does not is enough, also beside one of which nothing is known."""
    mixed = facts(gpus=["A100", "T4"])
    assert check_requirement(parse_requirement("memory>=40GiB"), mixed).answer == "not_met"
    part = facts(gpus=["T4", gpu("A100", 1, memory_total_bytes=None)])
    assert check_requirement(parse_requirement("memory>=40GiB"), part).answer == "not_met"
    nameless = msgspec.structs.replace(gpu("A100"), name=None)
    assert (
        check_requirement(parse_requirement("gpu:A100"), facts(gpus=[nameless])).answer == "unknown"
    )
