"""Wishes are read as pip reads requirements; what is misspelt is asked back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpucheck.suggest import Conflict, Plan, Wish, WishError, parse, situation_of, solve
from make import facts
from suggest.plans import TABLES


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("torch", Wish(name="torch")),
        ("Torch>=2.6", Wish(name="torch", specifier=">=2.6")),
        ("pytorch", Wish(name="torch")),
        ("tensorflow[and-cuda]==2.19.*", Wish(name="tensorflow", specifier="==2.19.*")),
        ("tensorflow-gpu", Wish(name="tensorflow", package="tensorflow-gpu")),
        ("cupy_cuda12x", Wish(name="cupy", package="cupy-cuda12x")),
        ("mxnet-cu112", Wish(name="mxnet", package="mxnet-cu112")),
        ("onnxruntime", Wish(name="onnxruntime")),
        ("flash_attn", Wish(name="flash-attn")),
        ("jax[cuda12]", Wish(name="jax", cuda_major=12)),
        ("numba-cuda[cu13]", Wish(name="numba", cuda_major=13)),
    ],
)
def test_a_wish_is_read(text: str, wish: Wish) -> None:
    """Spelling and extras are pip's."""
    assert parse([text]) == (wish,)


def test_two_wishes_for_one_thing_become_one() -> None:
    """Both bounds hold."""
    assert parse(["torch>=2", "torch<2.6"])[0].specifier == ">=2,<2.6"


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["tourch"], "did you mean torch"),
        (["tensorflwo"], "did you mean tensorflow"),
        (["django"], "known are"),
        (["torch=2.6"], "is no requirement"),
        (["torch @ https://example.org/x.whl"], "address"),
        (["torch==2.6.0+cu124"], "the build is chosen"),
        (["cupy-cuda11x", "cupy-cuda12x"], "exclude each other"),
        ([""], "is no requirement"),
        (["numpy<2"], "say a framework"),
        (["numba-cuda>=0.20"], "say numba"),
        (["jax[cuda12,cuda13]"], "two CUDA majors"),
    ],
)
def test_a_wish_that_is_none_is_refused(texts: list[str], words: str) -> None:
    """One sentence, with what is likely meant."""
    with pytest.raises(WishError, match=words) as error:
        parse(texts)
    assert "\n" not in str(error.value)


HERE = situation_of(facts(), TABLES)


@given(st.lists(st.text(max_size=30), max_size=3))
def test_no_text_makes_reading_fail_otherwise(texts: list[str]) -> None:
    """Whatever is typed gives wishes or a sentence."""
    try:
        wishes = parse(texts)
    except WishError:
        return
    assert isinstance(solve(wishes, HERE, TABLES), Plan | Conflict)


@given(
    st.sampled_from(["torch", "jax", "cupy", "numba", "tensorflow", "mxnet", "vllm"]),
    st.sampled_from(["==", ">=", "<", "~=", "!=", ">"]),
    st.from_regex(r"[0-9]{1,2}(\.[0-9]{1,2}){1,3}", fullmatch=True),
)
def test_every_bound_has_an_answer(name: str, operator: str, release: str) -> None:
    """Any release may be asked for; what is chosen is what was asked for."""
    wishes = parse([f"{name}{operator}{release}"])
    found = solve(wishes, HERE, TABLES)
    if isinstance(found, Plan):
        assert all(wish.accepts(c.offer.version) for wish in wishes for c in found.choices
                   if c.offer.name == wish.name)  # fmt: skip
    else:
        assert found.reasons
