"""`Cache`: an answer is there completely or not at all, and its folder may be in any state."""

from __future__ import annotations

from pathlib import Path

import pytest

from gpucheck.derive.cache import Cache, write_whole


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


def test_a_write_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old file stays whole and no scrap remains when the new one cannot take its place."""
    path = tmp_path / "table.json"
    write_whole(path, "old\n")

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PermissionError):
        write_whole(path, "new\n")
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == b"old\n"


def test_writes_the_text_as_it_is(tmp_path: Path) -> None:
    """Line ends stay as they are and the text is UTF-8."""
    write_whole(tmp_path / "a" / "table.json", "ü\n")
    assert (tmp_path / "a" / "table.json").read_bytes() == b"\xc3\xbc\n"
