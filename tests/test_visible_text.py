"""Text from outside: what would steer a terminal is shown, not obeyed."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpucheck.visible_text import ascii_json, visible

STEERING = {
    "escape": ("\x1b[31mred", r"\x1b[31mred"),
    "window title": ("\x1b]0;owned\x07", r"\x1b]0;owned\x07"),
    "NUL": ("\x00", r"\x00"),
    "backspace": ("a\bb", r"a\x08b"),
    "DEL": ("\x7f", r"\x7f"),
    "C1 control sequence introducer": ("\x9b31m", r"\x9b31m"),
    "next line": ("a\x85b", r"a\x85b"),
    "right-to-left override": ("\u202egpj.exe", r"\u202egpj.exe"),
    "isolate": ("\u2066x\u2069", r"\u2066x\u2069"),
    "zero width space": ("a\u200bb", r"a\u200bb"),
    "zero width joiner": ("a\u200db", r"a\u200db"),
    "byte order mark": ("\ufeffx", r"\ufeffx"),
    "soft hyphen": ("a\u00adb", r"a\xadb"),
    "line separator": ("a\u2028b", r"a\u2028b"),
    "paragraph separator": ("a\u2029b", r"a\u2029b"),
    "vertical tab": ("a\x0bb", r"a\x0bb"),
    "form feed": ("a\x0cb", r"a\x0cb"),
    "lone surrogate": ("\ud800", r"\ud800"),
    "tag character": ("\U000e0041", r"\U000e0041"),
    "private use": ("\ue000", r"\ue000"),
}
every_trick = pytest.mark.parametrize(("text", "shown"), STEERING.values(), ids=list(STEERING))

ANY_TEXT = st.text(st.characters(codec=None))
"""With lone surrogates, which come from file names that are no UTF-8."""


def steers(text: str) -> bool:
    """Tell whether text holds anything that a terminal could obey."""
    forbidden = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return any(unicodedata.category(character) in forbidden for character in text)


@every_trick
def test_steering_characters_are_shown_as_escapes(text: str, shown: str) -> None:
    """The reader sees what was there."""
    assert visible(text) == shown


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "a\tb"])
def test_breaks_and_tabs_become_blanks(text: str) -> None:
    """Text from outside stays in its line: it cannot forge one of ours."""
    assert visible(text) == "a b"


@pytest.mark.parametrize(
    "text",
    ["", "NVIDIA GeForce RTX 4090", "/home/müller/项目", "2 × H100", "[bold]x[/]", r"C:\new", "🦀"],
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    """Letters of any script, signs, backslashes and markup are no danger to a terminal."""
    assert visible(text) == text


@given(text=ANY_TEXT)
def test_any_text_becomes_one_harmless_line(text: str) -> None:
    """Nothing steering is left, it can be encoded, and doing it twice changes nothing."""
    shown = visible(text)
    assert not steers(shown)
    assert len(shown.splitlines()) <= 1
    assert shown.encode("utf-8") if text else not shown
    assert visible(shown) == shown


COMMANDS = ["##[error]x", "A ##vso[task.setvariable variable=PATH]/tmp", "###[x]", "##teamcity[x"]


@pytest.mark.parametrize("text", COMMANDS)
def test_commands_of_ci_systems_are_broken(text: str) -> None:
    """Some are obeyed wherever they stand in a line; JSON decodes to what was there."""
    shown, encoded = visible(text), ascii_json(json.dumps([text]))
    assert not [word for word in ("##[", "##vso[", "##teamcity[") if word in shown + encoded]
    assert shown.replace("\\", "") == text
    assert json.loads(encoded) == [text]


@every_trick
def test_json_shows_escapes_too(text: str, shown: str) -> None:
    """The same characters inside JSON are written as JSON escapes."""
    raw = json.dumps([text], ensure_ascii=False)
    safe = ascii_json(raw)
    assert not steers(safe)
    assert json.loads(safe) == [text], shown


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | ANY_TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(ANY_TEXT, inner),
    max_leaves=10,
)


@given(value=VALUES, indent=st.sampled_from([None, 1]))
def test_json_decodes_to_the_same_value(value: object, indent: int | None) -> None:
    """Escaping changes the text, never the value; only layout is left as it is."""
    safe = ascii_json(json.dumps(value, ensure_ascii=False, indent=indent))
    assert json.loads(safe) == value
    assert not steers(safe.replace("\n", ""))
    assert safe.encode("utf-8")


def test_layout_of_json_is_kept() -> None:
    """Indented JSON stays indented, and is ASCII as Python's own encoder writes it."""
    value = {"a": ["é😀", 1]}
    text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    assert ascii_json(text) == json.dumps(value, indent=1) + "\n"
