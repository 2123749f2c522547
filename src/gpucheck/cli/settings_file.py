"""Find and read the file in which a project says what it asks of gpucheck.

The nearest one counts, from here upwards: a gpucheck.toml, or a pyproject.toml that says something
to gpucheck. One that says something and cannot be understood is an error: a gate must not be off
unnoticed.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from gpucheck.cli.known_rules import refuse_unknown_rules
from gpucheck.cli.user_error import UserError
from gpucheck.requirements import RequirementError
from gpucheck.settings import NotTomlError, Settings, SettingsError, parse

FILE, OWN_FILE = "pyproject.toml", "gpucheck.toml"
SIZE_CAP_BYTES = 10 << 20
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_SAYS_SOMETHING = re.compile(
    rb"""^[ \t]*(?:\[+[ \t]*["']?tool["']?[ \t]*\.[ \t]*["']?gpucheck["']?"""
    rb"""|["']?gpucheck["']?[ \t]*[.=])""",
    re.MULTILINE,
)
"""A table or key named gpucheck, in a file that is no TOML as a whole."""


def settings_of_project() -> Settings | None:
    """Return what the nearest file says; None: none says anything.

    Raises:
        UserError: it cannot be read or understood.
    """
    try:
        here = Path.cwd()
    except OSError:  # the folder is gone
        return None
    for folder in (here, *here.parents):
        for path in (folder / OWN_FILE, folder / FILE):
            settings = _read(path)
            if settings is not None:
                return settings
    return None


def _read(path: Path) -> Settings | None:
    """Return what a file says; None: there is none, or it says nothing to gpucheck."""
    is_own = path.name == OWN_FILE
    raw = _bytes_of(path)
    if raw is None:
        return None
    # A project that says nothing to gpucheck may have any file it likes, even a broken one. In
    # UTF-16, as PowerShell writes it, every other byte of the name is zero.
    plain = raw.replace(b"\0", b"").removeprefix(BYTE_ORDER_MARK)
    if not (is_own or b"gpucheck" in plain):
        return None
    if len(raw) > SIZE_CAP_BYTES:
        raise UserError(f"{path} cannot be used: it is larger than {SIZE_CAP_BYTES >> 20} MiB")
    try:
        settings = parse(raw.decode("utf-8-sig"), is_own_file=is_own)
        return settings and refuse_unknown_rules(settings)
    except UnicodeDecodeError as error:
        raise UserError(f"{path} cannot be used: it is not UTF-8 ({error.reason})") from error
    except RequirementError as error:
        raise UserError(f"{path} cannot be used: {error}", error.sketch) from error
    except NotTomlError as error:
        if not is_own and not _SAYS_SOMETHING.search(plain):  # it only names it as a dependency
            return None
        raise UserError(f"{path} cannot be used: {error}") from error
    except SettingsError as error:
        raise UserError(f"{path} cannot be used: {error}") from error


def _bytes_of(path: Path) -> bytes | None:
    try:
        if path.exists() and not path.is_file():
            return None  # a folder; a pipe, which would never end
        with path.open("rb") as file:
            return file.read(SIZE_CAP_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as error:
        if not os.access(path.parent, os.X_OK):
            return None  # whether there is one is for others to know
        raise UserError(f"cannot read {path}: {error.strerror}") from error
