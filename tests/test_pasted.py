"""What was pasted becomes lines: encodings, quotes, colours, progress bars, and what is no text."""

from __future__ import annotations

import pytest

from gpucheck.pasted import LONGEST_LINE, MOST_LINES, NotTextError, lines_of


def texts(pasted: str | bytes) -> list[str]:
    """Return the lines without their numbers."""
    raw = pasted if isinstance(pasted, bytes) else pasted.encode()
    return [line.text for line in lines_of(raw)]


@pytest.mark.parametrize(
    ("pasted", "line"),
    [
        ("> torch==2.1.0", "torch==2.1.0"),
        ("> > torch==2.1.0", "torch==2.1.0"),
        (">>> import torch", ">>> import torch"),
        ("\x1b[1;31mtorch\x1b[0m==2.1.0", "torch==2.1.0"),
        ("\x1b]0;title\x07torch==2.1.0", "torch==2.1.0"),
        ("10%|#   \r100%|####|\rdone torch==2.1.0\r", "done torch==2.1.0"),
        ("a &lt;int&gt; &amp; c", "a <int> & c"),
        ("驱动版本：535.54", "驱动版本:535.54"),
        ("torch\u200b==\u00a02.1.0", "torch== 2.1.0"),
        ("<details><summary>torch==2.1.0</summary>", "torch==2.1.0"),
        ("\ttorch", "    torch"),
    ],
)
def test_layout_goes_and_words_stay(pasted: str, line: str) -> None:
    """What a terminal, Markdown or an editor adds is taken off."""
    assert texts(pasted) == [line]


def test_fences_and_empty_lines_say_nothing_and_numbers_stay() -> None:
    """A line keeps the number that it has in what was pasted."""
    lines = lines_of(b"```console\n\ntorch\n```\n")
    assert [(line.number, line.text) for line in lines] == [(3, "torch")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_encodings(encoding: str) -> None:
    """PowerShell writes UTF-16; an editor may leave out its mark."""
    assert texts("torch==2.1.0\r\nnumpy==1.26.4".encode(encoding)) == [
        "torch==2.1.0",
        "numpy==1.26.4",
    ]


def test_bytes_of_another_encoding_cost_themselves_only() -> None:
    """A name in Latin-1 does not take the version beside it."""
    assert "torch==2.1.0" in texts("K\xf6ln torch==2.1.0".encode("latin-1"))[0]


@pytest.mark.parametrize(
    "given", [b"", b" \n\t\n", bytes(range(256)) * 40, b"\x7fELF\x02\x01\x01" + bytes(900)]
)
def test_what_is_no_text_is_said_to_be_none(given: bytes) -> None:
    """An empty file and a binary one are told apart from a report."""
    with pytest.raises(NotTextError, match=r"empty|binary"):
        lines_of(given)


def test_long_text_is_read_at_both_ends() -> None:
    """What broke stands in front or at the end; lines keep their numbers."""
    lines = lines_of("\n".join(f"line {n}" for n in range(1, MOST_LINES + 5001)).encode())
    assert len(lines) == MOST_LINES
    assert (lines[0].number, lines[-1].number) == (1, MOST_LINES + 5000)
    assert len(texts("x" * (3 * LONGEST_LINE))[0]) == LONGEST_LINE
