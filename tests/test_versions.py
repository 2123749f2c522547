"""Versions: what is read, how it is shown, and what may be compared."""

from __future__ import annotations

import operator
from collections.abc import Callable
from itertools import permutations
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpucheck.versions import (
    VERSION_TYPES,
    BuiltForCuda,
    ComputeCapability,
    CudnnVersion,
    DriverCuda,
    DriverRelease,
    ToolkitCuda,
    decode,
    encode,
)

PARTS = st.lists(st.integers(0, 999), min_size=2, max_size=4).map(tuple)
KINDS = st.sampled_from(VERSION_TYPES)


@pytest.mark.parametrize(
    ("kind", "text", "parts"),
    [
        (DriverRelease, "535.129.03", (535, 129, 3)),  # /proc/driver/nvidia/version
        (DriverRelease, "551.61", (551, 61)),  # nvidia-smi on Windows
        (DriverRelease, "580", (580,)),  # a driver branch
        (DriverRelease, "570.86.10-0ubuntu1~24.04.1", (570, 86, 10)),  # dpkg
        (ToolkitCuda, "12.4, V12.4.131", (12, 4)),  # nvcc --version, after "release"
        (ToolkitCuda, "V11.8.89", None),  # capital V is not how releases start
        (BuiltForCuda, "12.4", (12, 4)),  # torch.version.cuda
        (BuiltForCuda, "10.2.89", (10, 2, 89)),
        (BuiltForCuda, " v12.1", (12, 1)),
        (BuiltForCuda, "12", None),  # a major alone is no CUDA release
        (DriverCuda, "13.0", (13, 0)),
        (ComputeCapability, "8.9", (8, 9)),
        (ComputeCapability, "12.0", (12, 0)),
        (ComputeCapability, "90", None),
        (CudnnVersion, "9.1.0.70", (9, 1, 0, 70)),  # the wheel's release
        (CudnnVersion, "8", (8,)),
        (DriverRelease, "", None),
        (DriverRelease, "N/A", None),
        (DriverRelease, "[Not Supported]", None),
        (BuiltForCuda, "None", None),
        (BuiltForCuda, "-12.4", None),
        (BuiltForCuda, ".12.4", None),
    ],
)
def test_reads_what_tools_print(kind: Any, text: str, parts: tuple[int, ...] | None) -> None:
    """Real strings give their leading numbers; anything else is a ValueError."""
    if parts is None:
        with pytest.raises(ValueError, match=f"is no {kind.__name__}"):
            kind.parse(text)
    else:
        assert kind.parse(text).parts == parts


@given(kind=KINDS, text=st.text(max_size=20))
def test_any_text_is_a_version_or_a_value_error(kind: Any, text: str) -> None:
    """Garbage raises nothing but ValueError, and what was read reads the same again."""
    try:
        version = kind.parse(text)
    except ValueError:
        return
    assert kind.parse(str(version)) == version


def test_endless_digits_are_a_value_error() -> None:
    """A number too long for Python is no version."""
    with pytest.raises(ValueError, match="digits"):
        DriverRelease.parse("5" * 5000)


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("9.2", "10.0"),
        ("12.4", "12.10"),
        ("12.4", "12.4.1"),
        ("12.4.99", "12.5"),
    ],
)
def test_order_is_by_number(older: str, newer: str) -> None:
    """12.10 is newer than 12.4, 10.0 newer than 9.2."""
    first, second = BuiltForCuda.parse(older), BuiltForCuda.parse(newer)
    assert first < second
    assert first <= second
    assert second > first
    assert second >= first
    assert first != second


def test_driver_order_ignores_zero_padding() -> None:
    """535.54.03 is older than 535.129.03, which compares numbers and not text."""
    assert DriverRelease.parse("535.54.03") < DriverRelease.parse("535.129.03")


@given(kind=KINDS, parts=PARTS, zeros=st.integers(0, 3))
def test_padding_changes_neither_equality_nor_hash(
    kind: Any, parts: tuple[int, ...], zeros: int
) -> None:
    """Trailing zeros say nothing: "12.4" is "12.4.0", also as a key."""
    short, padded = kind(parts), kind(parts + (0,) * zeros)
    assert short == padded
    assert hash(short) == hash(padded)
    assert short <= padded <= short


@given(kind=KINDS, first=PARTS, second=PARTS)
def test_exactly_one_of_less_equal_greater(
    kind: Any, first: tuple[int, ...], second: tuple[int, ...]
) -> None:
    """Any two versions of one kind are in exactly one order."""
    a, b = kind(first), kind(second)
    assert [a < b, a == b, a > b].count(True) == 1
    assert (a <= b) is not (a > b)


@pytest.mark.parametrize(
    "compare", [operator.lt, operator.le, operator.gt, operator.ge], ids=lambda f: f.__name__
)
def test_comparing_two_kinds_is_a_type_error(compare: Callable[[Any, Any], bool]) -> None:
    """What a driver offers and what a build needs are never put in order directly."""
    for one, other in permutations(VERSION_TYPES, 2):
        with pytest.raises(TypeError, match="does not compare with"):
            compare(one((12, 4)), other((12, 4)))


@pytest.mark.parametrize("other", ["12.4", 12.4, (12, 4), None])
def test_comparing_with_anything_else_is_a_type_error(other: Any) -> None:
    """Text and numbers are no versions."""
    with pytest.raises(TypeError):
        _ = BuiltForCuda((12, 4)) < other
    with pytest.raises(TypeError):
        _ = other > BuiltForCuda((12, 4))


def test_two_kinds_are_never_equal() -> None:
    """The same numbers of two kinds are different things, also in a set."""
    assert len({kind((12, 4)) for kind in VERSION_TYPES}) == len(VERSION_TYPES)
    assert BuiltForCuda((12, 4)) != "12.4"


@pytest.mark.parametrize("text", ["535.54.03", "535.129.03", "551.61", "450.36.06", "580.95.05"])
def test_driver_release_keeps_nvidia_s_padding(text: str) -> None:
    """NVIDIA writes two digits: 535.54.03 is not shown as 535.54.3."""
    assert str(DriverRelease.parse(text)) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [(12040, "12.4"), (11080, "11.8"), (10020, "10.2"), (13000, "13.0"), (9020, "9.2")],
)
@pytest.mark.parametrize("kind", [DriverCuda, ToolkitCuda, BuiltForCuda])
def test_cuda_number(kind: type[DriverCuda], number: int, text: str) -> None:
    """CUDA counts 1000 for a major and 10 for a minor."""
    assert str(kind.from_number(number)) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [(7605, "7.6.5"), (8907, "8.9.7"), (8000, "8.0.0"), (90100, "9.1.0"), (91002, "9.10.2")],
)
def test_cudnn_number(number: int, text: str) -> None:
    """From 9 on cuDNN counts 10000 for a major, before 1000."""
    assert str(CudnnVersion.from_number(number)) == text


def test_major_and_minor() -> None:
    """A minor that is not given is 0."""
    assert (BuiltForCuda((12, 4, 1)).major, BuiltForCuda((12, 4, 1)).minor) == (12, 4)
    assert (DriverRelease((580,)).major, DriverRelease((580,)).minor) == (580, 0)


def test_a_version_cannot_be_changed() -> None:
    """Versions are keys and parts of frozen records."""
    version = DriverCuda((12, 4))
    with pytest.raises(AttributeError, match="frozen"):
        version.parts = (13, 0)


@given(kind=KINDS, parts=PARTS)
def test_json_keeps_kind_and_value(kind: Any, parts: tuple[int, ...]) -> None:
    """A version is text in JSON and comes back as the same kind."""
    text = msgspec.json.encode(kind(parts), enc_hook=encode)
    again = msgspec.json.decode(text, type=kind, dec_hook=decode)
    assert type(again) is kind
    assert again == kind(parts)


def test_json_refuses_numbers() -> None:
    """12.10 as a number would be 12.1, so only text is read."""
    with pytest.raises((ValueError, NotImplementedError)):
        msgspec.convert(12.1, BuiltForCuda, dec_hook=decode)
    with pytest.raises(NotImplementedError):
        encode(12.1)
