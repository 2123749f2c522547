"""`Cache`: an answer is there completely or not at all, and its folder may be in any state."""

from __future__ import annotations

from pathlib import Path

import pytest

from gpucheck.derive.cache import Cache


def only_file(folder: Path) -> Path:
    """Return the one file below a folder."""
    (path,) = [path for path in folder.rglob("*") if path.is_file()]
    return path


@pytest.mark.parametrize("answer", [{"found": None}, ["a", 1], "ü", 0, [], False])
def test_gives_back_what_it_keeps(answer: object, tmp_path: Path) -> None:
    """Plain data comes back as it was, for the same question only."""
    cache = Cache(tmp_path / "new" / "folder")
    cache.keep(answer, "member", "a.py")
    assert cache.get("member", "a.py") == answer
    assert cache.get("member", "b.py") is None
    assert cache.get("membera.py") is None


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b"null", b'{"answer": 1}'])
def test_a_damaged_file_counts_as_missing(content: bytes, tmp_path: Path) -> None:
    """Half a file, or one of something else, is no answer; it can be kept anew."""
    cache = Cache(tmp_path)
    cache.keep("answer", "question")
    only_file(tmp_path).write_bytes(content)
    assert cache.get("question") is None
    cache.keep("answer", "question")
    assert cache.get("question") == "answer"


def test_an_answer_to_another_question_is_none(tmp_path: Path) -> None:
    """A file that was moved does not answer what it was not asked."""
    cache = Cache(tmp_path)
    cache.keep("answer", "question")
    only_file(tmp_path).rename(tmp_path / "moved")
    cache.keep("other", "another question")
    target = next(path for path in tmp_path.rglob("*.json"))
    (tmp_path / "moved").replace(target)
    assert cache.get("another question") is None


def test_lives_without_its_folder(tmp_path: Path) -> None:
    """Where nothing can be written, nothing is kept and nothing fails."""
    (tmp_path / "file").write_text("in the way")
    cache = Cache(tmp_path / "file" / "cache")
    cache.keep("answer", "question")
    assert cache.get("question") is None
