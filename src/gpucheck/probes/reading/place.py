"""A machine's files and variables, read without ever waiting or raising needlessly.

What comes in: the folder that stands for `/` (a recorded tree in tests), the environment, the
system's kind. What goes out: text, names and links, and one wording for what could not be read.
Paths are spoken of as the machine itself would: "/dev/nvidia0", whatever the root is.

It never writes, and never blocks on a file that turns out to be a pipe or a device.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST_BYTES = 1 << 16
"""How much of a file is read unless more is asked for: 64 KiB."""


_READ_ONLY = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class Place:
    """The file system and environment of one machine."""

    def __init__(
        self, root: str = "", environ: Mapping[str, str] | None = None, system: str = os.name
    ) -> None:
        """Look at the tree under `root` ("" is the real one) as a `system` "posix" or "nt"."""
        self.root = root.rstrip("/")
        self.environ = os.environ if environ is None else environ
        self.is_windows = system == "nt"
        self.list_separator = ";" if self.is_windows else ":"

    @staticmethod
    def clean(text: str) -> str:
        """Return `text` with what is not UTF-8 replaced: a path or variable may hold any bytes."""
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")

    @staticmethod
    def why(error: OSError) -> str:
        """Say in a few words why something was not read: "not permitted", "no /dev/kmsg"."""
        if isinstance(error, PermissionError):
            return "not permitted"
        if isinstance(error, FileNotFoundError) and error.filename:
            return f"no {Place.clean(os.fsdecode(error.filename))}"
        return error.strerror or type(error).__name__

    def at(self, path: str) -> str:
        r"""Return where `path` really lies: under root /t, "C:\a" is "/t/C/a"."""
        if self.root and self.is_windows:
            return self.root + "/" + path.replace(":", "").replace("\\", "/")
        return self.root + path

    def join(self, folder: str, *names: str) -> str:
        """Join names to a folder with this system's separator."""
        separator = "\\" if self.is_windows else "/"
        return separator.join((folder.rstrip("/\\"), *names))

    @staticmethod
    def parent(path: str) -> str:
        """Return the folder that a path lies in, by its text."""
        return path[: max(path.rfind("/"), path.rfind("\\"), 0)]

    def real(self, path: str) -> str:
        """Return `path` with all links resolved, as the machine would say it."""
        resolved = os.path.realpath(self.at(path))
        if not self.root:
            return resolved
        inside = resolved.removeprefix(os.path.realpath(self.root))
        if self.is_windows:
            drive, _, rest = inside.lstrip("/").partition("/")
            return f"{drive}:\\" + rest.replace("/", "\\")
        return inside

    def exists(self, path: str) -> bool:
        """Whether something is there once links are followed."""
        return os.path.exists(self.at(path))

    def is_file(self, path: str) -> bool:
        """Whether a regular file is there once links are followed."""
        return os.path.isfile(self.at(path))

    def is_folder(self, path: str) -> bool:
        """Whether a folder is there once links are followed."""
        return os.path.isdir(self.at(path))

    def bytes(self, path: str, most_bytes: int = MOST_BYTES) -> bytes:
        """Read the first `most_bytes` of a file.

        Raises:
            OSError: it cannot be read; the error names the path as the machine would.
        """
        try:
            # Should the path be a pipe, opening it to read would wait for a writer.
            descriptor = os.open(self.at(path), _READ_ONLY)
            try:
                return b"".join(_chunks(descriptor, most_bytes))
            finally:
                os.close(descriptor)
        except OSError as error:
            error.filename = path
            raise

    def text(self, path: str, most_bytes: int = MOST_BYTES) -> str | None:
        """Read the beginning of a text file; None when it cannot be read."""
        try:
            return self.bytes(path, most_bytes).decode("utf-8", "replace")
        except OSError:
            return None

    def line(self, path: str) -> str | None:
        """Read a file of one short line, as /sys has them; None when unreadable or empty."""
        return (self.text(path, 4096) or "").strip(" \t\r\n\0") or None

    def names(self, folder: str) -> list[str]:
        """List a folder in order.

        Raises:
            OSError: it cannot be listed; the error names the path as the machine would.
        """
        try:
            return sorted(os.listdir(self.at(folder)))
        except OSError as error:
            error.filename = folder
            raise

    def names_if_any(self, folder: str) -> list[str]:
        """List a folder in order; nothing when it cannot be listed."""
        try:
            return self.names(folder)
        except OSError:
            return []

    def link_name(self, path: str) -> str | None:
        """Return the last name of what a link points to: "../../bus/pci/drivers/nvidia"."""
        try:
            return os.path.basename(os.readlink(self.at(path)))
        except OSError:
            return None

    def folders_in(self, variable: str) -> list[str]:
        """Return the folders that a variable such as PATH lists, in order, each once."""
        folders = self.environ.get(variable, "").split(self.list_separator)
        return list(dict.fromkeys(folder for folder in folders if folder))


def _chunks(descriptor: int, most_bytes: int) -> Iterator[bytes]:
    left = most_bytes
    while left > 0:
        try:
            chunk = os.read(descriptor, left)
        except BlockingIOError:
            return
        if not chunk:
            return
        left -= len(chunk)
        yield chunk
