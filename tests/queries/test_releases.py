"""Which release a value means, and how spans are told."""

from __future__ import annotations

import pytest

from gpucheck.answers import near
from gpucheck.answers.nearness import extent
from gpucheck.answers.releases import choose, python_spans, requirement, spans

KNOWN = ["2.9.1", "2.9.0", "2.10.0", "2.8.0", "1.0", "1.7.0.post2"]


@pytest.mark.parametrize(
    ("value", "release"),
    [
        ("2.9.1", "2.9.1"),
        ("v2.9.1", "2.9.1"),
        ("torch==2.9.1", "2.9.1"),
        ("tensorflow[and-cuda]==2.9.1", "2.9.1"),
        ("2.9", "2.9.1"),  # the newest of its minor
        ("2.9.x", "2.9.1"),
        ("2", "2.10.0"),  # 2.10 is newer than 2.9
        ("1.0.0", "1.0"),  # the same release, as PEP 440 counts
        ("1.7.0.post2", "1.7.0.post2"),
        ("1.7.0", "1.7.0.post2"),
    ],
)
def test_a_value_means_a_release(value: str, release: str) -> None:
    """Exact where it is exact, else the newest that begins so."""
    choice = choose(value, KNOWN)
    assert choice
    assert choice.release == release


@pytest.mark.parametrize("value", ["", "2.9.2", "2.90", "3", "two", ">=2.9", "2.9.1 2.8.0", "2.9."])
def test_other_values_mean_none(value: str) -> None:
    """A near release is offered elsewhere, never taken."""
    assert choose(value, KNOWN) is None


def test_a_choice_tells_what_it_left_open() -> None:
    """The reader sees that there are others."""
    choice = choose("2.9", KNOWN)
    assert choice
    assert choice.others == ("2.9.0",)
    assert [stated.values for stated in choice.stated("source")] == [
        ("2.9.1, the newest",),
        ("2.9.0",),
    ]


def test_a_local_version_is_kept_apart() -> None:
    """The end "+cu128" names a build, not a release."""
    choice = choose("2.9.1+cu128", KNOWN)
    assert choice
    assert (choice.release, choice.local) == ("2.9.1", "cu128")


def test_spans_honour_gaps() -> None:
    """A span never holds a release that is not meant, whatever the order of the input."""
    every = ["2.10.0", "2.7.0", "2.8.0", "2.9.0"]
    assert spans(["2.7.0", "2.8.0", "2.10.0"], every) == ("2.7.0–2.8.0", "2.10.0")
    assert spans(every, every) == ("2.7.0–2.10.0",)
    assert spans([], every) == ()


def test_spans_of_pythons() -> None:
    """Free-threaded builds and "any Python 3" stay as they are."""
    assert python_spans(["2.7", "3.5", "3.6"]) == ("2.7", "3.5–3.6")
    assert python_spans(["3.9", "3.10", "3.11", "3.13t", "3"]) == ("3.9–3.11", "3.13t", "3")


def test_a_requirement_is_found_by_its_name_only() -> None:
    """Markers and brackets go; a package whose name begins alike does not count."""
    requires = ["numpy-quaternion>=1", "nvidia_cudnn_cu12 (==9.1.0.70) ; x", "numpy"]
    assert requirement(requires, "nvidia-cudnn-cu12") == "==9.1.0.70"
    assert requirement(requires, "numpy") == ""
    assert requirement(requires, "keras") is None


def test_near_prefers_the_same_minor() -> None:
    """Of releases with one minor the newest stand first; words are found by likeness."""
    assert near("2.9.7", ["2.8.0", "2.9.0", "2.9.1"])[:2] == ("2.9.1", "2.9.0")
    assert near("theno", ["Theano", "Chainer"]) == ("Theano",)
    assert near("", ["Theano"]) == ()
    assert near("nonsense", ["note"]) == ()


def test_what_is_known_in_short() -> None:
    """Releases by their ends, whatever their order; of names the first."""
    assert extent(["2.9.1", "2.10.0", "1.7.0.post2"]) == "1.7.0.post2 to 2.10.0"
    assert extent(["a", "b", "c", "d"]) == "a, b, c …"
    assert extent(["a"]) == "a"
    assert extent([]) is None
