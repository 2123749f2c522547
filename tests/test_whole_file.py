"""Files are written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from gpucheck.whole_file import write_whole


def test_a_write_that_fails_leaves_what_was_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The old file stays whole and no scrap remains when the new one cannot take its place."""
    path = tmp_path / "table.json"
    write_whole("old\n", path)

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PermissionError):
        write_whole("new\n", path)
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == b"old\n"


def test_writes_the_text_as_it_is(tmp_path: Path) -> None:
    """Line ends stay as they are and the text is UTF-8."""
    write_whole("ü\n", tmp_path / "table.json")
    assert (tmp_path / "table.json").read_bytes() == b"\xc3\xbc\n"


def test_permissions_are_kept(tmp_path: Path) -> None:
    """A file that others may read stays so when it is replaced."""
    path = tmp_path / "table.json"
    path.write_text("old", "utf-8")
    path.chmod(0o640)
    mode = path.stat().st_mode  # Windows knows fewer modes
    write_whole("new", path)
    assert path.stat().st_mode == mode
