"""Put text where the user wants it: on standard output, or whole into a file."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from gpucheck.cli.user_error import UserError
from gpucheck.visible_text import unobeyed, visible
from gpucheck.whole_file import write_whole


class OutputLostError(Exception):
    """Standard output takes no more; the text says why."""


def deliver(text: str, output: Path | None) -> None:
    """Print `text`, or write it to `output`; "-" is standard output, as everywhere.

    Raises:
        UserError: the file cannot be written.
        OutputLostError: standard output cannot be written.
    """
    if output is None or str(output) == "-" or _leads_to(output, sys.stdout):
        _print(text)
        return
    try:
        if _leads_to(output, sys.stderr):
            sys.stderr.write(text)
        else:
            _write(text, output)
    except OSError as error:
        raise UserError(f"cannot write {output}: {error.strerror or error}") from error


def _leads_to(output: Path, stream: TextIO) -> bool:
    """Tell whether a path is where a stream goes: what goes to "/dev/stdout" is added there."""
    try:
        place, other = output.stat(), os.fstat(stream.fileno())
    except OSError:  # there is no such file; the stream is none
        return False
    return place.st_ino != 0 and os.path.samestat(place, other)  # 0: no file, on Windows


def _print(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        discard_output()  # the reader has left: `gpucheck doctor | head`
    except OSError as error:
        discard_output()
        raise OutputLostError(f"cannot write to standard output: {error.strerror}") from error


def complain(text: str, sketch: Sequence[str] = ()) -> None:
    """Say something on standard error, with lines that show where; it is no reason to fail."""
    with contextlib.suppress(OSError):
        sys.stderr.write(f"gpucheck: {visible(text)}\n")
        sys.stderr.writelines(f"{unobeyed(f'    {visible(line)}')}\n" for line in sketch)


def discard_output() -> None:
    """Send what is still to be printed nowhere, so that the end of Python does not fail on it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write(text: str, output: Path) -> None:
    """Write a file that is there completely or not at all."""
    if output.exists() and not output.is_file():
        output.write_text(text, encoding="utf-8")  # a device or a pipe
        return
    real = Path(os.path.realpath(output))  # write through a link, do not replace it
    if real.is_symlink():  # it leads back to itself
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    try:
        write_whole(text, real)
    except OSError as error:
        is_mounted = error.errno == errno.EBUSY
        if not is_mounted and not (real.is_file() and not os.access(real.parent, os.W_OK)):
            raise
        real.write_text(text, encoding="utf-8", newline="\n")  # no other file can take its place


def has_colour() -> bool:
    """Tell whether standard output wants colours (https://no-color.org)."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def has_unicode() -> bool:
    """Tell whether standard output can show the signs of a report."""
    try:
        "✓✗·×".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
