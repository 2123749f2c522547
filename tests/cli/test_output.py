"""Text arrives whole or not at all, in a form that the reader can show."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
from pathlib import Path

import pytest

from environments import write
from gpucheck.cli.output import deliver, has_colour, has_unicode
from gpucheck.cli.user_error import UserError


class Terminal(io.StringIO):
    """A standard output that is a terminal."""

    def isatty(self) -> bool:
        """Tell that it is one."""
        return True


def test_text_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a file the text goes to standard output: nothing added, no colour taken away."""
    deliver("\x1b[31m✗\x1b[0m a\n", None)
    assert capsys.readouterr().out == "\x1b[31m✗\x1b[0m a\n"


def test_file_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file holds the text in UTF-8 with plain line ends, and nothing is printed."""
    deliver("✗ é漢\nb\n", tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == "✗ é漢\nb\n".encode()
    assert capsys.readouterr() == ("", "")


def test_file_in_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bare name is a file in the working folder."""
    monkeypatch.chdir(tmp_path)
    deliver("text", Path("out"))
    assert (tmp_path / "out").read_text() == "text"


def test_existing_file_is_replaced(tmp_path: Path) -> None:
    """A longer file that was there leaves nothing behind."""
    output = write(tmp_path / "out", "old " * 1000)
    deliver("new", output)
    assert output.read_text() == "new"
    assert list(tmp_path.iterdir()) == [output]


def test_readers_of_the_old_file_keep_it(tmp_path: Path) -> None:
    """Whoever is reading the old file reads it to its end: it is replaced, not overwritten."""
    output = write(tmp_path / "out", "old")
    with output.open() as reader:
        deliver("new", output)
        assert reader.read() == "old"


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such permissions")
@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600)])
def test_mode_of_a_new_file(tmp_path: Path, mask: int, mode: int) -> None:
    """A new file gets the permissions that any program's new file gets."""
    before = os.umask(mask)
    try:
        deliver("text", tmp_path / "out")
    finally:
        os.umask(before)
    assert (tmp_path / "out").stat().st_mode & 0o777 == mode


def test_old_file_stays_when_replacing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the new file cannot take the old one's place, the old one is whole and alone."""
    output = write(tmp_path / "out", "old")

    def refuse(_self: Path, _target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(UserError, match=r"^cannot write .*out: Operation not permitted$"):
        deliver("new", output)
    assert output.read_text() == "old"
    assert list(tmp_path.iterdir()) == [output]


def test_old_file_stays_when_writing_fails_midway(tmp_path: Path) -> None:
    """A failure in the middle of the text leaves the old file and no half of the new one."""
    output = write(tmp_path / "out", "old")
    with pytest.raises(UnicodeEncodeError):
        deliver("x" * 100_000 + "\ud800", output)  # what no file in UTF-8 can hold
    assert output.read_text() == "old"
    assert list(tmp_path.iterdir()) == [output]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_pipe_is_written_to(tmp_path: Path) -> None:
    """A pipe is not replaced by a file: whoever reads it gets the text."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        deliver("text", pipe)
        assert os.read(reader, 100) == b"text"
    finally:
        os.close(reader)


@pytest.mark.skipif(os.name != "posix", reason="Windows makes no links without a privilege")
def test_a_link_to_itself_is_no_file(tmp_path: Path) -> None:
    """It is said so, and stays."""
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    with pytest.raises(UserError, match="Too many levels of symbolic links"):
        deliver("text", loop)
    assert loop.is_symlink()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no such permissions")
def test_one_s_own_file_in_a_folder_of_others() -> None:
    """Nothing can be put beside it, so it is written itself."""
    with tempfile.TemporaryDirectory() as folder:
        output = write(Path(folder, "out"), "old " * 100)
        output.chmod(0o666)
        Path(folder).chmod(0o555)
        child = os.fork()
        if child == 0:
            if os.geteuid() == 0:
                os.setuid(65534)  # root may write everywhere
            with contextlib.suppress(BaseException):
                deliver("new", output)
            os._exit(0)
        os.waitpid(child, 0)
        assert output.read_text() == "new"
        Path(folder).chmod(0o755)


@pytest.mark.parametrize(
    ("encoding", "expected"), [("utf-8", True), ("ascii", False), ("latin-1", False)]
)
def test_signs_that_the_encoding_lacks(
    monkeypatch: pytest.MonkeyPatch, encoding: str, expected: bool
) -> None:
    """The signs of a report are used only where standard output can show them."""
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding))
    assert has_unicode() is expected


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, True),
        ({"TERM": "dumb"}, False),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, True),
    ],
)
def test_colour_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: bool
) -> None:
    """A terminal gets colours unless it cannot show them or the user wants none."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert has_colour() is expected


@pytest.mark.parametrize(("variables", "expected"), [({}, False), ({"FORCE_COLOR": "1"}, True)])
def test_colour_in_a_pipe(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: bool
) -> None:
    """What is no terminal gets colours only when they are asked for."""
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert has_colour() is expected
