"""The last line of defence: whatever happens, one clear sentence and the documented exit code."""

from __future__ import annotations

import os
import signal
import sys

from gpucheck.cli.user_error import UserError
from gpucheck.policy import ExitCode
from gpucheck.visible_text import visible

DEBUG_VARIABLE = "GPUCHECK_DEBUG"


def run_guarded() -> int:
    """Run the command line; return its exit code."""
    _end_children_when_ended()
    _never_fail_to_encode()
    try:
        from gpucheck.cli.app import app

        app(prog_name="gpucheck", standalone_mode=True)
    except SystemExit as end:
        return _flushed(end.code if isinstance(end.code, int) else ExitCode.OK)
    except KeyboardInterrupt:
        sys.stderr.write("\ngpucheck: interrupted; all probes were ended\n")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        return _closed_pipe(ExitCode.OK)
    except UserError as error:
        sys.stderr.write(f"gpucheck: {visible(str(error))}\n")
        return ExitCode.USAGE
    except Exception as error:  # no traceback for users
        if os.environ.get(DEBUG_VARIABLE):
            raise
        sys.stderr.write(
            f"gpucheck: a bug in gpucheck itself: {type(error).__name__}: {visible(str(error))}\n"
            f"Please report it; {DEBUG_VARIABLE}=1 shows where it happened.\n"
        )
        return ExitCode.FAILED
    return _flushed(ExitCode.OK)


def _flushed(code: int) -> int:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return _closed_pipe(code)
    return code


def _closed_pipe(code: int) -> int:
    """Go on quietly when the reader has left (`gpucheck doctor | head`)."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def _end_children_when_ended() -> None:
    """Let a polite end of gpucheck take the way of Ctrl-C, which ends the children."""
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _interrupt)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _never_fail_to_encode() -> None:
    """Show characters that the terminal's encoding lacks as escapes, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
