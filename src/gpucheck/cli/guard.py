"""The last line of defence: whatever happens, one clear sentence and the documented exit code."""

from __future__ import annotations

import errno
import os
import signal
import sys

from gpucheck.cli.output import OutputLostError, complain, discard_output
from gpucheck.cli.user_error import CannotAnswerError, UserError
from gpucheck.policy import ExitCode

DEBUG_VARIABLE = "GPUCHECK_DEBUG"
EXPECTED: dict[type[Exception], ExitCode] = {
    UserError: ExitCode.USAGE,
    CannotAnswerError: ExitCode.COULD_NOT_JUDGE,
    OutputLostError: ExitCode.FAILED,
}
"""Errors whose text says all there is to say."""
OUTPUT_ERRORS = {errno.ENOSPC, errno.EIO, errno.EBADF, errno.EINVAL}
"""What a library that prints, as help is, meets where standard output takes no more."""


class Interrupted(BaseException):
    """Ctrl-C, or a polite request to end; the command-line library must not take it for its own."""


def run_guarded() -> int:
    """Run the command line; return its exit code."""
    _give_every_stream_a_place()
    _take_signals()
    try:
        from gpucheck.cli.app import app

        app(prog_name="gpucheck")
    except SystemExit as end:
        return _flushed(end.code if isinstance(end.code, int) else ExitCode.OK)
    except Interrupted:
        complain("interrupted; all probes were ended")
        return ExitCode.INTERRUPTED
    except Exception as error:  # no traceback for users
        return _explained(error)
    return ExitCode.OK


def _flushed(code: int) -> int:
    """Print what is still to be printed; return the exit code."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        discard_output()
    except OSError as error:
        return _explained(error)
    return code


def _explained(error: Exception) -> ExitCode:
    """Say in a sentence what happened; return the exit code for it."""
    if isinstance(error, OSError) and error.errno in OUTPUT_ERRORS and error.filename is None:
        discard_output()
        error = OutputLostError(f"cannot write to standard output: {error.strerror}")
    for kind, code in EXPECTED.items():
        if isinstance(error, kind):
            complain(str(error), getattr(error, "sketch", ()))
            return code
    from gpucheck.tables import TableError

    if isinstance(error, TableError):
        complain(f"{error}; please install gpucheck again")
        return ExitCode.FAILED
    if os.environ.get(DEBUG_VARIABLE):
        import traceback

        traceback.print_exception(error)
    complain(f"a bug in gpucheck itself: {type(error).__name__}: {error}")
    complain(f"please report it; {DEBUG_VARIABLE}=1 shows where it happened")
    return ExitCode.FAILED


def _take_signals() -> None:
    """Let Ctrl-C and a polite end take one way, which ends the children."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # Under nohup SIGHUP is ignored, and stays so.
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupt)


def _interrupt(_number: int, _frame: object) -> None:
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):  # a second one must not disturb the ending of children
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    raise Interrupted


def _give_every_stream_a_place() -> None:
    """Replace streams that were closed, and show what an encoding lacks as escapes."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # `gpucheck doctor >&-`
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
