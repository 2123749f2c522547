r"""Ask programs one short question each, side by side, and never wait longer than said.

What comes in: command lines. What goes out: what each printed, or why there is no answer. Each
program runs in a session of its own, which is killed whole as soon as the program ends or its
time is up: a child that it leaves behind can neither hold us nor live on. Its output is read up
to a limit, until the program itself ends, and not until its last child closes the pipe.
"""

from __future__ import annotations

import os
import select
import signal
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_BYTES = 1 << 15  # a pipe holds more, so that what blocks on a full one is told as well
END_WAIT_S = 0.5
"""How long a killed program is waited for: one that is stuck in the kernel is left alone."""


class Question:
    """A program that was started and has not been heard out yet."""

    def __init__(self, command: list[str], environ: Mapping[str, str], limit_s: float) -> None:
        """Start `command` (its first word is a path) with nothing on its standard input."""
        self.end = time.monotonic() + limit_s
        self.limit_s = limit_s
        self.output = b""
        self.error: str | None = None
        self.process = 0
        self.pipe, its_pipe = os.pipe()
        os.set_blocking(self.pipe, False)
        try:
            self.process = os.posix_spawn(
                command[0],
                command,
                environ,
                file_actions=(
                    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_DUP2, its_pipe, 1),
                    (os.POSIX_SPAWN_DUP2, its_pipe, 2),
                ),
                setsid=True,
            )
        except (OSError, NotImplementedError) as error:
            self.error = f"could not be started: {getattr(error, 'strerror', None) or error}"
        finally:
            os.close(its_pipe)

    def answer(self) -> tuple[str, str | None]:
        """Hear the program out; return what it printed, and what went wrong or None."""
        try:
            if self.process:
                self._listen()
                self._end_session()
        finally:
            os.close(self.pipe)
        return self.output.decode("utf-8", "replace"), self.error

    def _listen(self) -> None:
        watch = select.poll()
        watch.register(self.pipe, select.POLLIN)
        is_open = True
        while not self._has_ended():
            left_s = self.end - time.monotonic()
            if left_s <= 0:
                self._read()  # the time may have passed while others were heard
                self.error = self._flood() or f"did not answer within {self.limit_s:g} s"
                return
            if not is_open:
                time.sleep(min(left_s, 0.001))  # all closed: the end is a moment away
            elif watch.poll(min(left_s, 0.02) * 1000):
                is_open = self._read()
            self.error = self._flood()
            if self.error:
                return
        self._read()

    def _flood(self) -> str | None:
        is_flood = len(self.output) >= MOST_BYTES
        return f"printed more than {MOST_BYTES // 1024} KiB" if is_flood else None

    def _read(self) -> bool:
        """Take what is there; False when the pipe has been closed by all who write to it."""
        try:
            chunk = os.read(self.pipe, MOST_BYTES)
        except BlockingIOError:
            return True
        self.output += chunk
        return bool(chunk)

    def _has_ended(self) -> bool:
        # The process is left waiting to be reaped: until then no other can take its number.
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self.process, flags) is not None

    def _end_session(self) -> None:
        try:
            os.killpg(self.process, signal.SIGKILL)
        except ProcessLookupError:
            pass
        except PermissionError:
            os.kill(self.process, signal.SIGKILL)
        end = time.monotonic() + END_WAIT_S
        while os.waitpid(self.process, os.WNOHANG) == (0, 0):
            if time.monotonic() > end:
                self.error = f"{self.error or 'ended'}, and could not be killed"
                return
            time.sleep(0.001)
